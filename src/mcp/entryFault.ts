// What the reader of the files would say of an entry that a person is about to write: the same checks, before it stands there.
import type { ServerEntry, ServerScope } from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import { asWritten, transportFault } from './config/fillIn.ts';
import { serverShape } from './config/serverShape.ts';

/** Undefined when the entry would be read without a fault. Values of variables are not looked at. */
export function entryFault(scope: ServerScope, name: string, entry: ServerEntry): Because | undefined {
  const found = serverShape(name, scope, entry);
  if (!('shape' in found)) return found.because;
  const unused = found.warnings.find(({ code }) => code === 'mcp.config.timeout');
  if (unused !== undefined) return unused;
  const transport = asWritten(found.shape);
  if (transport.type === 'stdio') return undefined;
  // A variable may hold any part of the address.
  const url = transport.url.includes('$'.concat('{'))
    ? transport.type === 'ws'
      ? 'ws://a'
      : 'http://a'
    : transport.url;
  return transportFault(name, { ...transport, url });
}
