// Reads the prefixes of a growing conversation: what the request before had already is not hashed again.
import type { Message } from '../contracts/message.ts';
import type { ModelRequest } from '../contracts/provider.ts';
import { type Digest, type Known, type Prefix, prefixOf } from './prefix.ts';
import type { WireBody } from './wireBody.ts';

/** `wire` gives the body as the service gets it. */
export function createPrefixReader(
  wire: (request: ModelRequest) => WireBody,
  digest?: Digest,
): (request: ModelRequest) => Prefix {
  // A conversation is known by its first message, and forgotten with it. Messages never change, they are replaced.
  const known = new WeakMap<Message, Known>();
  return (request) => {
    const [first] = request.messages;
    const body = wire(request);
    const prefix = prefixOf(body, first && known.get(first), digest);
    if (first) known.set(first, { body, prefix });
    return prefix;
  };
}
