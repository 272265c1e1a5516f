// The last words of a server's program, in bounded memory.
import { stripVTControlCharacters } from 'node:util';
import { showInvisible } from '../../util/invisible.ts';
import { redact } from '../../util/redact.ts';
import { cutEnd } from '../../util/truncate.ts';

const LINES = 20;
const LINE_LENGTH = 500;
/** What is kept of a flood: enough for so many lines. */
const BYTES = 32 * 1024;
/** As long as a secret may be. */
const HALF = 8 * 1024;

export type StderrTail = { add(bytes: Uint8Array): void /** Without secrets, oldest first. */; lines(): string[] };

export function createStderrTail(secrets: readonly string[]): StderrTail {
  let parts: Uint8Array[] = [];
  let length = 0;
  let cut = false;
  const shrink = () => {
    cut ||= length > BYTES;
    const kept = Buffer.concat(parts).subarray(-BYTES);
    parts = [Buffer.from(kept)];
    length = kept.length;
  };
  return {
    add(bytes) {
      cut ||= bytes.length > BYTES;
      const last = bytes.subarray(-BYTES);
      parts.push(last);
      length += last.length;
      // Seldom: each time copies.
      if (length > BYTES * 4) shrink();
    },
    lines() {
      shrink();
      // Secrets first: a cut could leave a half of one that is no longer recognised.
      const text = redact(stripVTControlCharacters(whole(Buffer.concat(parts).toString('utf8'))), secrets);
      return text
        .split(/\r\n|[\r\n]/)
        .filter((line) => line.trim() !== '')
        .slice(-LINES)
        .map((line) => showInvisible(cutEnd(line, LINE_LENGTH)));
    },
  };

  /** What was cut may begin with the half of a secret. */
  function whole(text: string): string {
    if (!cut) return text;
    const next = text.search(/[\r\n]/);
    return next >= 0 ? text.slice(next) : text.slice(HALF);
  }
}
