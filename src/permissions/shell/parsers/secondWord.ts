// Words as the second parser sees them. Knows nothing of the first: what both say the same is believed.
import type { DoubleQuotedChild, ParameterExpansionPart, ParsedScript, Word as ParsedWord, WordPart } from 'unbash';
import type { Piece, ShellNode, Word } from '../script.ts';
import { refuse } from './notUnderstood.ts';
import { addText } from './pieces.ts';

/** Reads what stands inside a substitution that begins at `at`. */
type ReadInner = (inner: ParsedScript, at: number) => ShellNode;

export function secondWord(word: ParsedWord, readInner: ReadInner): Word {
  const pieces: Piece[] = [];
  if (word.parts === undefined) addLiteral(word, pieces);
  else for (const part of word.parts) addPart(part, pieces, readInner);
  return { start: word.pos, end: word.end, pieces };
}

function addPart(part: WordPart, pieces: Piece[], readInner: ReadInner): void {
  switch (part.type) {
    case 'Literal':
      addLiteral(part, pieces);
      return;
    case 'Glob':
      addPlain(part.text, part.pos, pieces);
      return;
    case 'SingleQuoted':
      addText(pieces, part.value, true);
      return;
    // Told by its own decoding; the first reading, by ours.
    case 'AnsiCQuoted':
      addText(pieces, part.value, true);
      return;
    case 'DoubleQuoted':
      if (part.parts.length === 0) addText(pieces, '', true);
      for (const child of part.parts) addQuoted(child, pieces, readInner);
      return;
    case 'BraceExpansion':
      addText(pieces, '{', false);
      if (part.parts === undefined) addPlain(part.text.slice(1, -1), part.pos, pieces);
      else for (const inner of part.parts) addPart(inner, pieces, readInner);
      addText(pieces, '}', false);
      return;
    default:
      pieces.push(expansionOf(part, false, readInner));
  }
}

function addQuoted(part: DoubleQuotedChild, pieces: Piece[], readInner: ReadInner): void {
  if (part.type === 'Literal') addText(pieces, part.value, true);
  else pieces.push(expansionOf(part, true, readInner));
}

/** Unquoted text: both the text and the parser's own decoding must say so. */
function addLiteral({ text, value, pos }: { text: string; value: string; pos: number }, pieces: Piece[]): void {
  if (text.replace(/\\(.)/gsu, '$1') !== value) refuse(pos);
  addUnquoted(text, pieces);
}

/** Text of a pattern or of braces, which comes without a value. */
function addPlain(text: string, at: number, pieces: Piece[]): void {
  if (/["'`$]/.test(text)) refuse(at);
  addUnquoted(text, pieces);
}

/** A backslash quotes one character. */
function addUnquoted(text: string, pieces: Piece[]): void {
  for (const [part, escaped] of text.matchAll(/\\(.)|[^\\]+/gsu)) {
    if (escaped === undefined) addText(pieces, part, false);
    else addText(pieces, escaped, true);
  }
}

function expansionOf(part: Exclude<WordPart, { type: 'Literal' }>, quoted: boolean, readInner: ReadInner): Piece {
  switch (part.type) {
    case 'SimpleExpansion':
      return { kind: 'variable', name: part.text.slice(1), quoted };
    case 'ParameterExpansion':
      return { kind: 'variable', name: plainName(part), quoted };
    case 'CommandExpansion':
    case 'ProcessSubstitution': {
      const { script } = part;
      if (script === undefined || script.source !== undefined) return refuse(part.pos);
      const body = readInner(script, part.pos);
      if (part.type === 'CommandExpansion') return { kind: 'substitution', form: 'command', body, quoted };
      return { kind: 'substitution', form: part.operator === '<' ? 'processIn' : 'processOut', body, quoted };
    }
    default:
      return refuse(part.pos);
  }
}

/** `${name}` and nothing more. */
function plainName(part: ParameterExpansionPart): string {
  const { parameter, prefix, index, operation, text } = part;
  if (prefix !== undefined || index !== undefined || operation !== undefined) {
    refuse(part.pos, 'permissions.shell.expansion');
  }
  return text === `\${${parameter}}` ? parameter : refuse(part.pos, 'permissions.shell.expansion');
}
