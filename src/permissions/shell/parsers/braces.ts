// `{a,b}` and `{1..3}` of literal text, written out as bash does before anything else.
import { MAX_BRACE_WORDS } from '../limits.ts';
import type { Piece, Word } from '../script.ts';
import { NotUnderstood, refuse } from './notUnderstood.ts';
import { addText } from './pieces.ts';

/** One character with its quotes remembered, or something that is no text. */
type Unit = { text: string; quoted: boolean } | { other: Piece };

/** The words bash makes of one. Throws NotUnderstood for what it reads in ways of its own. */
export function expandBraces(word: Word): Word[] {
  if (!word.pieces.some((piece) => piece.kind === 'text' && !piece.quoted && piece.text.includes('{'))) return [word];
  const units = word.pieces.flatMap((piece): Unit[] =>
    piece.kind === 'text' ? unitsOf(piece.text, piece.quoted) : [{ other: piece }],
  );
  const written = alternatives(units, word);
  if (written.length === 1 && written[0]?.length === units.length) return [word];
  // `{,a}` is one word: nothing at all is none, unless it is quoted.
  const words = written.filter((one) => one.length > 0);
  return words.map((one) => ({ start: word.start, end: word.end, pieces: piecesOf(one) }));
}

function unitsOf(text: string, quoted: boolean): Unit[] {
  if (text === '') return [{ text, quoted }];
  return [...text].map((character) => ({ text: character, quoted }));
}

function piecesOf(units: Unit[]): Piece[] {
  const pieces: Piece[] = [];
  for (const unit of units) {
    if ('other' in unit) pieces.push(unit.other);
    else addText(pieces, unit.text, unit.quoted);
  }
  return pieces;
}

const isSign = (unit: Unit | undefined, sign: string): boolean =>
  unit !== undefined && 'text' in unit && !unit.quoted && unit.text === sign;

function alternatives(units: Unit[], word: Word): Unit[][] {
  const open = units.findIndex((unit) => isSign(unit, '{'));
  if (open < 0) return [units];
  const { close, commas } = closing(units, open);
  const inner = units.slice(open + 1, close);
  // A brace without a partner is a sign, but what bash makes of others in the word is its secret.
  if (close < 0) return units.filter((unit) => isSign(unit, '{')).length > 1 ? refuse(word.start) : [units];
  const choices = commas.length > 0 ? split(units, open, close, commas, word) : sequence(inner, word);
  if (choices === undefined) {
    // Without a comma or two dots both are signs.
    if (inner.some((unit) => isSign(unit, '{'))) refuse(word.start);
    return alternatives(units.slice(close + 1), word).map((rest) => [...units.slice(0, close + 1), ...rest]);
  }
  // What else is in the word would be written several times, or join with what stands beside it.
  if (units.some((unit) => 'other' in unit || isSign(unit, '[') || isSign(unit, ']') || isSign(unit, '~'))) {
    refuse(word.start);
  }
  const rests = alternatives(units.slice(close + 1), word);
  if (choices.length * rests.length > MAX_BRACE_WORDS) {
    throw new NotUnderstood('permissions.shell.tooComplex', word.start);
  }
  return choices.flatMap((choice) => rests.map((rest) => [...units.slice(0, open), ...choice, ...rest]));
}

function closing(units: Unit[], open: number): { close: number; commas: number[] } {
  const commas: number[] = [];
  let depth = 0;
  for (let at = open; at < units.length; at += 1) {
    if (isSign(units[at], '{')) depth += 1;
    else if (isSign(units[at], '}')) depth -= 1;
    else if (depth === 1 && isSign(units[at], ',')) commas.push(at);
    if (depth === 0) return { close: at, commas };
  }
  return { close: -1, commas: [] };
}

function split(units: Unit[], open: number, close: number, commas: number[], word: Word): Unit[][] {
  const ends = [...commas, close];
  return ends.flatMap((end, index) => alternatives(units.slice((ends[index - 1] ?? open) + 1, end), word));
}

/** `1..3`, `a..e`; undefined for what is none. Leading zeros and steps are left to a person. */
function sequence(inner: Unit[], word: Word): Unit[][] | undefined {
  const text = inner.map((unit) => ('text' in unit && !unit.quoted ? unit.text : ' ')).join('');
  if (!text.includes('..')) return undefined;
  const numbers = /^(-?(?:0|[1-9]\d{0,8}))\.\.(-?(?:0|[1-9]\d{0,8}))$/.exec(text);
  const letters = /^([a-z])\.\.([a-z])$/.exec(text) ?? /^([A-Z])\.\.([A-Z])$/.exec(text);
  if (numbers === null && letters === null) return refuse(word.start);
  const [from, to] = (numbers ?? letters ?? []).slice(1).map((end) => (numbers ? Number(end) : end.charCodeAt(0)));
  if (from === undefined || to === undefined || Math.abs(to - from) >= MAX_BRACE_WORDS) {
    throw new NotUnderstood('permissions.shell.tooComplex', word.start);
  }
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => {
    const value = from <= to ? from + index : from - index;
    return unitsOf(numbers ? String(value) : String.fromCharCode(value), false);
  });
}
