// Connections that go only where they may: every address is checked when it is looked up, and the connection is made to it
// and no other. The client is a package of its own, since that of the editor may be led through other hands.
import { isIP, type LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
import type { FetchOptions } from '../contracts/fetch.ts';
import { isOn } from '../util/envValue.ts';
import { bareHost, isInternalAddress, isInternalHost } from '../util/internalHost.ts';
import { poolFor } from './dispatcher.ts';
import type { Ways } from './openSocket.ts';
import type { Resolve } from './resolve.ts';

/** Thrown before anything is sent. */
export class InternalAddress extends Error {
  constructor(
    readonly host: string,
    readonly address: string,
  ) {
    super(`${host} leads to ${address}, an address of this machine or network.`);
  }
}

type Internal = FetchOptions['allowInternal'];
export type ConnectionOptions = {
  ways: Ways;
  resolve: Resolve;
  allowInternal: Internal;
  connectMs: number;
  /** Ends the attempt to connect as well. */
  signal: AbortSignal;
};
export type Connection = {
  dispatcher: Dispatcher;
  /** Only the proxy knows where it leads. */
  unchecked: boolean;
};

/** Throws `InternalAddress` or a `NetworkError`. The caller ends it by `dispatcher.destroy()`. */
export async function openConnection(url: URL, options: ConnectionOptions): Promise<Connection> {
  const { ways, allowInternal, signal, connectMs: timeoutMs } = options;
  const host = bareHost(url.hostname);
  if (isInternalHost(host) && !mayReach(host, allowInternal)) throw new InternalAddress(host, host);
  const { proxy, material } = await ways.to(url);
  const undici = await import('undici');
  const unchecked = proxy !== undefined && !(await isKnownPublic(host, options));
  const check = (reached: string | undefined) => {
    // Whatever led here, the address that was reached decides, before a byte is sent.
    if (reached === undefined || (isInternalAddress(reached) && !mayReach(reached, allowInternal)))
      throw new InternalAddress(host, reached ?? 'an unknown address');
  };
  const direct = { lookup: checkedLookup(options), check };
  const dispatcher = poolFor(undici, url, { proxy, material, timeoutMs, signal, direct });
  return { dispatcher, unchecked };
}

/** Stands in for the system's: one look-up, all of its addresses checked, and these used. */
function checkedLookup({ resolve, allowInternal }: ConnectionOptions): LookupFunction {
  return (name, { all }, callback) => {
    const fail = (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), '', 0);
    checkedAddresses(name, resolve, allowInternal).then((found) => {
      const [first] = found;
      if (first === undefined) fail(new Error(`${name} has no address.`));
      else if (all) callback(null, found);
      else callback(null, first.address, first.family);
    }, fail);
  };
}

/** A yes is for the address that was shown: the name may lead elsewhere by now. */
function mayReach(address: string, allowInternal: Internal): boolean {
  return allowInternal === true || allowInternal === address;
}

async function checkedAddresses(host: string, resolve: Resolve, allowInternal: Internal): ReturnType<Resolve> {
  const found = await resolve(host);
  const chosen = found.filter(({ address }) => address === allowInternal);
  if (chosen.length > 0) return chosen;
  const internal = found.find(({ address }) => isInternalAddress(address) && !mayReach(address, allowInternal));
  if (internal !== undefined) throw new InternalAddress(host, internal.address);
  return found;
}

/** Behind a proxy the name is looked up here as well where that is possible; throws when it leads to an internal address. */
async function isKnownPublic(host: string, options: ConnectionOptions): Promise<boolean> {
  if (isIP(host) !== 0 || options.allowInternal === true) return true;
  if (isOn(options.ways.env()['CLAUDE_CODE_PROXY_RESOLVES_HOSTS'])) return false;
  try {
    return (await checkedAddresses(host, options.resolve, options.allowInternal)).length > 0;
  } catch (error) {
    if (error instanceof InternalAddress) throw error;
    // Names of the world are often known to the proxy alone.
    return false;
  }
}
