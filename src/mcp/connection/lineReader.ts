// Cuts what a server writes into lines, in bounded memory.
import type { Limits } from './limits.ts';
import { createNestingScan } from './nesting.ts';

const NEWLINE = 0x0a;
/** Of a line that is not kept: its two ends, in which the id of a request can be found. */
const ENDS = 512;
/** A line so many times too long is no message any more. */
const ENDLESS = 4;
const KEPT = 64 * 1024;

export type Line =
  | { kind: 'line'; text: string }
  /** `id`: the request of ours that it would have answered, where that can be told. */
  | { kind: 'tooLarge' | 'tooDeep'; id?: number }
  | { kind: 'endless' };

/** Yields whole lines without their end; what is left waits for the next bytes. Empty lines are left out. */
export function createLineReader(limits: Limits): (bytes: Uint8Array) => Generator<Line> {
  const scan = createNestingScan(limits.nesting);
  /** Grows by doubling: a line may come a byte at a time. */
  let kept = Buffer.alloc(0);
  let length = 0;
  let head = '';
  let tail = Buffer.alloc(0);

  function add(bytes: Uint8Array): void {
    const before = length;
    length += bytes.length;
    if (length <= limits.messageBytes) {
      if (length > kept.length) {
        const larger = Buffer.allocUnsafe(Math.max(length, kept.length * 2, ENDS));
        kept.copy(larger, 0, 0, before);
        kept = larger;
      }
      kept.set(bytes, before);
      return;
    }
    if (before <= limits.messageBytes && before > 0) {
      head = kept.toString('latin1', 0, Math.min(before, ENDS));
      tail = Buffer.from(kept.subarray(Math.max(0, before - ENDS), before));
    }
    kept = Buffer.alloc(0);
    if (head === '') head = Buffer.from(bytes).toString('latin1', 0, ENDS);
    tail = Buffer.concat([tail, bytes.subarray(-ENDS)]).subarray(-ENDS);
  }

  function finish(): Line | undefined {
    const whole = length <= limits.messageBytes ? kept.subarray(0, length) : undefined;
    const ends = { head, tail: tail.toString('latin1') };
    length = 0;
    head = '';
    // One large line is no reason to keep so much for good.
    if (kept.length > KEPT) kept = Buffer.alloc(0);
    tail = Buffer.alloc(0);
    if (whole === undefined) return { kind: 'tooLarge', ...answered(ends.head, ends.tail) };
    scan.reset();
    if (!scan.read(whole)) {
      const text = { head: whole.toString('latin1', 0, ENDS), tail: whole.subarray(-ENDS).toString('latin1') };
      return { kind: 'tooDeep', ...answered(text.head, text.tail) };
    }
    const text = whole.toString('utf8').trim();
    return text === '' ? undefined : { kind: 'line', text };
  }

  return function* (bytes) {
    let from = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
      add(bytes.subarray(from, end));
      from = end + 1;
      const line = finish();
      if (line !== undefined) yield line;
    }
    if (from < bytes.length) add(bytes.subarray(from));
    if (length > limits.messageBytes * ENDLESS) yield { kind: 'endless' };
  };
}

/** The id stands before or behind everything that is nested; one within what is nested is another's. */
function answered(head: string, tail: string): { id?: number } {
  const found = /^\s*\{[^{}[\]]*?"id"\s*:\s*(\d+)/.exec(head) ?? /"id"\s*:\s*(\d+)\s*(?:,[^{}[\]]*)?\}\s*$/.exec(tail);
  return found?.[1] === undefined ? {} : { id: Number(found[1]) };
}
