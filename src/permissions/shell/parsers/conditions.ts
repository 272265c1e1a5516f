// What may stand in `[[ … ]]`, and how it is told: each test as a command of its own, in the order of the text.

import type { Piece, ShellNode, Span, Word } from '../script.ts';
import { refuse } from './notUnderstood.ts';

/** One test: an operator and its operands, or a word alone. */
export type Primary = Span & { operator?: string; operands: Word[] };

/** Not `-v`, `-R`, `-o` and `-t`, which evaluate what they are given. */
export const UNARY_TESTS = new Set('-a -b -c -d -e -f -g -h -k -p -r -s -u -w -x -L -O -G -N -S -n -z'.split(' '));
export const PAIR_TESTS = new Set('= == != -nt -ot -ef'.split(' '));
/** Both sides are evaluated as arithmetic: only plain numbers, and what is always one. */
export const NUMERIC_TESTS = new Set('-eq -ne -lt -le -gt -ge'.split(' '));

/** None of the tests changes anything, so how they are joined does not matter. */
export function conditionOf(primaries: readonly Primary[], { start, end }: Span): ShellNode {
  const commands = primaries.map(commandOf);
  const [first, ...rest] = commands;
  if (first === undefined) return refuse(start);
  if (rest.length === 0) return { ...first, start, end };
  const parts = commands.map((node, index) => ({ node, joined: index === 0 ? ('first' as const) : ('&&' as const) }));
  return { kind: 'group', start, end, body: { kind: 'list', start, end, parts, background: false }, redirects: [] };
}

function commandOf({ start, end, operator, operands }: Primary): Extract<ShellNode, { kind: 'command' }> {
  if (operator !== undefined && NUMERIC_TESTS.has(operator) && !operands.every(isNumber)) refuse(start);
  const [left, ...right] = operands.map(asOneWord);
  if (left === undefined) return refuse(start);
  const sign = (text: string, at: number): Word => ({
    start: at,
    end: at,
    pieces: [{ kind: 'text', text, quoted: false }],
  });
  const middle = operator === undefined ? [] : [sign(operator, start)];
  const tested = right.length === 0 ? [...middle, left] : [left, ...middle, ...right];
  return {
    kind: 'command',
    start,
    end,
    words: [sign('[[', start), ...tested, sign(']]', end)],
    assignments: [],
    redirects: [],
  };
}

/** In `[[ … ]]` nothing is split into words and no file is looked for, as if all stood in quotes. */
function asOneWord(word: Word): Word {
  const [first] = word.pieces;
  if (first?.kind === 'text' && !first.quoted && first.text.startsWith('~')) refuse(word.start);
  return {
    ...word,
    pieces: word.pieces.map((piece) => (piece.kind === 'text' || piece.kind === 'variable' ? quoted(piece) : piece)),
  };
}

function quoted<P extends Piece>(piece: P): P {
  return { ...piece, quoted: true };
}

function isNumber({ pieces: [piece, more] }: Word): boolean {
  if (piece === undefined || more !== undefined) return false;
  return piece.kind === 'text'
    ? /^-?\d{1,9}$/.test(piece.text)
    : piece.kind === 'variable' && /^[?#]$/.test(piece.name);
}
