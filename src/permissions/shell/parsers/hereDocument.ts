// Reads a here-document from the bare text, line by line as bash does, and holds it against what a parser found.

import type { Span } from '../script.ts';
import { refuse } from './notUnderstood.ts';

/** Where a parser sees the word behind `<<` and the last line. */
export type HereDocumentPlaces = { operator: string; delimiter: Span; terminator: Span };

const DELIMITER = /^(?:'(\w+)'|"(\w+)"|\\?(\w+))$/;

/**
 * The text between, without leading tabs behind `<<-`. Only the plain case: no line that merely resembles the last one,
 * and nothing in it that bash would replace. Throws NotUnderstood.
 */
export function readHereDocument(text: string, { operator, delimiter, terminator }: HereDocumentPlaces): string {
  const written = text.slice(delimiter.start, delimiter.end);
  const match = DELIMITER.exec(written);
  const word = match?.[1] ?? match?.[2] ?? match?.[3];
  const lineEnd = text.indexOf('\n', delimiter.end);
  if (word === undefined || lineEnd < 0) return refuse(delimiter.start, 'permissions.shell.hereDocument');
  let body = '';
  for (let at = lineEnd + 1; at <= text.length; ) {
    const end = text.indexOf('\n', at) < 0 ? text.length : text.indexOf('\n', at);
    const full = text.slice(at, end);
    const line = operator === '<<-' ? full.replace(/^\t+/, '') : full;
    if (line === word) {
      const agreed = terminator.start === end - word.length && terminator.end === end;
      if (!agreed || (written === word && /[$`\\]/.test(body))) refuse(at, 'permissions.shell.hereDocument');
      return body;
    }
    if (line.trim() === word) refuse(at, 'permissions.shell.hereDocument');
    body += `${line}\n`;
    at = end + 1;
  }
  return refuse(delimiter.start, 'permissions.shell.hereDocument');
}
