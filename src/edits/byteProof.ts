// Proves that two files differ in nothing but the hunks that were accepted, by their bytes alone.
import type { Encoding, Hunk } from '../contracts/edit.ts';
import { markLength } from './encoding.ts';

/** True when every byte outside the hunks, byte order mark included, is in both files, in the same order. */
export function byteProof(before: Uint8Array, after: Uint8Array, hunks: readonly Hunk[], encoding: Encoding): boolean {
  const old = lineOffsets(before, encoding);
  const now = lineOffsets(after, encoding);
  let oldNext = 0;
  let nowNext = 0;
  for (const hunk of hunks) {
    const oldStart = old[hunk.beforeStart - 1];
    const oldEnd = old[hunk.beforeStart - 1 + hunk.beforeCount];
    const nowStart = now[hunk.afterStart - 1];
    const nowEnd = now[hunk.afterStart - 1 + hunk.afterCount];
    if (oldStart === undefined || oldEnd === undefined || nowStart === undefined || nowEnd === undefined) return false;
    if (oldStart < oldNext || nowStart < nowNext) return false;
    if (!isSame(before.subarray(oldNext, oldStart), after.subarray(nowNext, nowStart))) return false;
    oldNext = oldEnd;
    nowNext = nowEnd;
  }
  return isSame(before.subarray(oldNext), after.subarray(nowNext));
}

/**
 * Where each line starts, and after the last one where the file ends; the byte order mark comes before the first line.
 * No encoding we know has the byte of a line ending as part of another character, but for UTF-16, which goes by pairs.
 */
export function lineOffsets(bytes: Uint8Array, encoding: Encoding): number[] {
  const width = encoding.name.startsWith('utf-16') ? 2 : 1;
  const [low, high] = width === 1 ? [0, 0] : encoding.name === 'utf-16le' ? [0, 1] : [1, 0];
  const unit = (at: number) =>
    width === 1 ? (bytes[at] ?? -1) : (bytes[at + low] ?? -1) + 256 * (bytes[at + high] ?? 0);
  const start = markLength(encoding);
  if (bytes.length <= start) return [start];
  const offsets = [start];
  for (let at = start; at < bytes.length; at += width) {
    const here = unit(at);
    const ends = here === LF || (here === CR && unit(at + width) !== LF);
    if (ends) offsets.push(at + width);
  }
  if (offsets.at(-1) !== bytes.length) offsets.push(bytes.length);
  return offsets;
}

const LF = 10;
const CR = 13;

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
