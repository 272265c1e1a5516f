// The last words of a server's program, in bounded memory.
import { stripVTControlCharacters } from 'node:util';
import { redact } from '../../util/redact.ts';
import { cutEnd } from '../../util/truncate.ts';

const LINES = 20;
const LINE_LENGTH = 500;
/** What is kept of a flood: enough for so many lines. */
const BYTES = 32 * 1024;

export type StderrTail = { add(bytes: Uint8Array): void /** Without secrets, oldest first. */; lines(): string[] };

export function createStderrTail(secrets: readonly string[]): StderrTail {
  let parts: Uint8Array[] = [];
  let length = 0;
  const shrink = () => {
    const kept = Buffer.concat(parts).subarray(-BYTES);
    parts = [Buffer.from(kept)];
    length = kept.length;
  };
  return {
    add(bytes) {
      const last = bytes.subarray(-BYTES);
      parts.push(last);
      length += last.length;
      // Seldom: each time copies.
      if (length > BYTES * 4) shrink();
    },
    lines() {
      shrink();
      // Secrets first: a cut could leave a half of one that is no longer recognised.
      const text = redact(stripVTControlCharacters(Buffer.concat(parts).toString('utf8')), secrets);
      return text
        .split(/\r\n|[\r\n]/)
        .filter((line) => line.trim() !== '')
        .slice(-LINES)
        .map((line) => cutEnd(line, LINE_LENGTH));
    },
  };
}
