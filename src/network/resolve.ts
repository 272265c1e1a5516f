// The addresses of a name, however they are found.
import type { LookupFunction } from 'node:net';

export type Address = { address: string; family: number };
/** All addresses of a name, in the order in which they are to be tried. */
export type Resolve = (host: string) => Promise<Address[]>;

/** As Node's own connections ask for them. */
export function lookupBy(resolve: Resolve): LookupFunction {
  return (name, { all }, callback) => {
    const fail = (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), '', 0);
    resolve(name).then((found) => {
      const [first] = found;
      if (first === undefined) fail(new Error(`${name} has no address.`));
      else if (all) callback(null, found);
      else callback(null, first.address, first.family);
    }, fail);
  };
}
