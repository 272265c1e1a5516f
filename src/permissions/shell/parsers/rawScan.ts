// Looks at the bare text before any parser does: what parsers read differently from bash, and what a person cannot see.
import { INVISIBLE } from '../../paths/places.ts';
import { MAX_COMMAND } from '../limits.ts';
import { NotUnderstood } from './notUnderstood.ts';

const PLAIN_ASCII = /^[\n\t\x20-\x7e]*$/;
const BACKSLASH_BLANK = /\\[\n\t]/g;

/** Throws NotUnderstood. Looks at no more than the longest text that is read. */
export function scanRaw(text: string): void {
  if (text.length > MAX_COMMAND) {
    throw new NotUnderstood('permissions.shell.tooLong', undefined, { limit: String(MAX_COMMAND) });
  }
  if (!PLAIN_ASCII.test(text)) refuseInvisible(text);
  for (const { index } of text.matchAll(BACKSLASH_BLANK)) {
    if (!continuesLine(text, index)) throw new NotUnderstood('permissions.shell.continuation', index);
  }
}

/** Letters of any script are words; what does not show, or shows as a blank, is not. */
function refuseInvisible(text: string): void {
  let index = 0;
  for (const character of text) {
    if (character !== '\n' && character !== '\t' && INVISIBLE.test(character)) {
      const point = character.codePointAt(0) ?? 0;
      const name = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
      throw new NotUnderstood('permissions.shell.invisible', index, { character: name });
    }
    index += character.length;
  }
}

/** Only a blank, a backslash and a line break read the same everywhere; an escaped blank is a part of a word. */
function continuesLine(text: string, index: number): boolean {
  return text[index + 1] === '\n' && /[ \t]/.test(text[index - 1] ?? '') && text[index - 2] !== '\\';
}
