// Cuts what a server writes into lines, in bounded memory.
import type { Limits } from './limits.ts';
import { createNestingScan } from './nesting.ts';

const NEWLINE = 0x0a;
/** Of a line that is not kept: its two ends, in which the id of a request can be found. */
const ENDS = 512;
/** A line so many times too long is no message any more. */
const ENDLESS = 4;

export type Line =
  | { kind: 'line'; text: string }
  /** `id`: the request of ours that it would have answered, where that can be told. */
  | { kind: 'tooLarge' | 'tooDeep'; id?: number }
  | { kind: 'endless' };

/** Yields whole lines without their end; what is left waits for the next bytes. Empty lines are left out. */
export function createLineReader(limits: Limits): (bytes: Uint8Array) => Generator<Line> {
  const scan = createNestingScan(limits.nesting);
  let parts: Uint8Array[] = [];
  let length = 0;
  let head = '';
  let tail = Buffer.alloc(0);

  function add(bytes: Uint8Array): void {
    length += bytes.length;
    if (length <= limits.messageBytes) {
      parts.push(bytes);
      return;
    }
    if (parts.length > 0) {
      head = Buffer.concat(parts).toString('latin1', 0, ENDS);
      tail = Buffer.concat(parts.slice(-1)).subarray(-ENDS);
      parts = [];
    }
    if (head === '') head = Buffer.from(bytes).toString('latin1', 0, ENDS);
    tail = Buffer.concat([tail, bytes.subarray(-ENDS)]).subarray(-ENDS);
  }

  function finish(): Line | undefined {
    const whole = length <= limits.messageBytes ? Buffer.concat(parts) : undefined;
    const ends = { head, tail: tail.toString('latin1') };
    parts = [];
    length = 0;
    head = '';
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
    // The chunk's memory may be used again: what is kept is copied.
    if (from < bytes.length) add(Uint8Array.prototype.slice.call(bytes, from));
    if (length > limits.messageBytes * ENDLESS) yield { kind: 'endless' };
  };
}

/** The id stands before or behind everything that is nested; one within what is nested is another's. */
function answered(head: string, tail: string): { id?: number } {
  const found = /^\s*\{[^{}[\]]*?"id"\s*:\s*(\d+)/.exec(head) ?? /"id"\s*:\s*(\d+)\s*(?:,[^{}[\]]*)?\}\s*$/.exec(tail);
  return found?.[1] === undefined ? {} : { id: Number(found[1]) };
}
