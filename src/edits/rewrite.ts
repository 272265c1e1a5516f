// The bytes of a file with a change made in them: lines outside the hunks are copied, never converted.
import type { Change } from '../contracts/edit.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { byteProof, lineOffsets } from './byteProof.ts';
import { decode, encode } from './encoding.ts';

/**
 * `bytes` must say `change.before` in `change.encoding`. Throws a readable reason when a hunk cannot be written in the
 * encoding, or when it cannot be proved that nothing else differs.
 */
export function rewrite(bytes: Uint8Array, change: Change): Uint8Array {
  const { encoding, hunks } = change;
  const body = { ...encoding, bom: false };
  const offsets = lineOffsets(bytes, encoding);
  const parts: Uint8Array[] = [];
  let next = 0;
  for (const hunk of hunks) {
    const start = offsets[hunk.beforeStart - 1] ?? bytes.length;
    parts.push(bytes.subarray(next, start), encode(hunk.after, body));
    next = offsets[hunk.beforeStart - 1 + hunk.beforeCount] ?? bytes.length;
  }
  parts.push(bytes.subarray(next));
  const result = Buffer.concat(parts);
  const proved =
    decode(bytes, encoding.name)?.text === change.before &&
    decode(result, encoding.name)?.text === change.after &&
    byteProof(bytes, result, hunks, encoding);
  if (!proved) throw new Error(sayInEnglish({ code: 'edits.notProved', args: { path: change.path } }));
  return result;
}
