// Puts pieces of a word together, so that the same word always has the same pieces.
import type { Piece } from '../script.ts';

/** Neighbouring text of one kind is one piece; empty quotes count only where nothing else stands. */
export function addText(pieces: Piece[], text: string, quoted: boolean): void {
  const last = pieces.at(-1);
  if (last?.kind === 'text' && last.quoted === quoted) {
    pieces[pieces.length - 1] = { kind: 'text', text: last.text + text, quoted };
  } else {
    pieces.push({ kind: 'text', text, quoted });
  }
}
