// What the words of a command become before it runs, as far as that can be known from the text.
import type { Because } from '../../contracts/permission.ts';
import type { Piece, ShellNode, Word } from './script.ts';

/** A piece of a pattern: literal text, or characters that stand for others. */
export type PatternPiece = { text: string; glob: boolean };

export type Arg =
  /** Exactly this word. */
  | { kind: 'literal'; text: string }
  /** The names of files that match, or the text itself when there are none. */
  /** `single`: one of the names, since a loop goes through them. */
  | { kind: 'pattern'; text: string; pieces: PatternPiece[]; single: boolean }
  /** Text that is known only when it runs. `whole`: it stays one word; `numeric`: it is a number. */
  | { kind: 'unknown'; text: string; whole: boolean; numeric: boolean }
  /** `<(…)`: the name of a stream. */
  | { kind: 'stream'; text: string };

export type WordPlace = {
  text: string;
  home: string;
  /** The current folder, when there is just one that it can be. */
  folder: string | undefined;
  /** Variables that the script itself sets. */
  variables: ReadonlyMap<string, Arg>;
};

export type ReadWord = { arg: Arg; bodies: ShellNode[] } | { unclear: Because; bodies: ShellNode[] };

/** Always set by the shell, and no secret. */
const NUMBERS = new Set(['?', '#', '$', '!', 'RANDOM', 'SECONDS', 'LINENO', 'UID', 'EUID', 'PPID', 'BASHPID']);
/** Without arguments of its own the script has none. */
const EMPTY = /^[1-9@*]$/;

/** Their output holds no pattern that the disk would be asked for, or only names from here. */
const TAME = new Set([
  ...['date', 'whoami', 'id', 'uname', 'nproc', 'hostname', 'arch', 'wc', 'seq', 'expr', 'pwd', 'ls', 'find'],
  ...['git rev-parse', 'git describe', 'git merge-base', 'git rev-list', 'git ls-files', 'git branch'],
]);

function isTame(body: ShellNode): boolean {
  const last = body.kind === 'pipeline' ? body.parts.at(-1) : body;
  if (last?.kind !== 'command') return false;
  const words = last.words
    .slice(0, 2)
    .map((word) => word.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '$')).join(''));
  return TAME.has(words[0] ?? '') || TAME.has(words.join(' '));
}

/** `bodies` are the scripts of substitutions in the word: they run whatever becomes of it. */
export function readWord(word: Word, place: WordPlace): ReadWord {
  const text = place.text.slice(word.start, word.end);
  const bodies = word.pieces.flatMap((piece) => (piece.kind === 'substitution' ? [piece.body] : []));
  const [only] = word.pieces;
  if (only?.kind === 'substitution' && word.pieces.length === 1 && only.form === 'processIn')
    return { arg: { kind: 'stream', text }, bodies };
  const pieces: PatternPiece[] = [];
  let unknown: { whole: boolean; numeric: boolean } | undefined;
  for (const [index, piece] of word.pieces.entries()) {
    const value = valueOfPiece(piece, index, text, place);
    if ('unclear' in value) return { ...value, bodies };
    if ('pieces' in value) pieces.push(...value.pieces);
    else
      unknown = { whole: value.whole && (unknown?.whole ?? true), numeric: value.numeric && word.pieces.length === 1 };
  }
  const globs = pieces.some((piece) => piece.glob);
  if (unknown !== undefined)
    return globs
      ? { ...unclear('permissions.shell.unknownWord', text), bodies }
      : { arg: { kind: 'unknown', text, ...unknown }, bodies };
  const literal = pieces.map((piece) => piece.text).join('');
  const single = !word.pieces.some((piece) => piece.kind === 'glob');
  if (globs) return { arg: { kind: 'pattern', text: literal, pieces, single }, bodies };
  return { arg: { kind: 'literal', text: literal }, bodies };
}

type Value = { pieces: PatternPiece[] } | { whole: boolean; numeric: boolean } | { unclear: Because };

function valueOfPiece(piece: Piece, index: number, text: string, place: WordPlace): Value {
  switch (piece.kind) {
    case 'text':
      // `=name`, `!name`, and a home folder behind `=` or `:`: shells differ on them.
      if (!piece.quoted && ((index === 0 && /^(=[A-Za-z_]|![^=])/.test(piece.text)) || /[=:]~/.test(piece.text)))
        return unclear('permissions.shell.odd', text);
      return { pieces: [{ text: piece.text, glob: false }] };
    case 'glob':
      // In brackets a slash ends them, for some shells.
      if (piece.text.includes('/')) return unclear('permissions.shell.odd', text);
      return { pieces: [{ text: piece.text, glob: true }] };
    case 'tilde':
      return { pieces: [{ text: place.home, glob: false }] };
    case 'variable':
      return ofVariable(piece, text, place);
    case 'substitution':
      return piece.form === 'command'
        ? { whole: piece.quoted || isTame(piece.body), numeric: false }
        : unclear('permissions.shell.stream', text);
  }
}

function ofVariable(piece: Extract<Piece, { kind: 'variable' }>, text: string, place: WordPlace): Value {
  const { name, quoted } = piece;
  const set = place.variables.get(name);
  const own = set ?? builtIn(name, place);
  if (own === undefined) return unclear('permissions.shell.variable', text, name);
  switch (own.kind) {
    case 'unknown':
      // `"$@"` may be no word at all.
      return { whole: own.numeric || (quoted && name !== '@'), numeric: own.numeric };
    case 'stream':
      return unclear('permissions.shell.variable', text, name);
    case 'pattern':
      // A name that a pattern found may hold blanks.
      return quoted ? { pieces: own.pieces } : { whole: false, numeric: false };
    case 'literal':
      return quoted || /^[^\s*?[\]\\]+$/.test(own.text)
        ? { pieces: [{ text: own.text, glob: false }] }
        : { whole: false, numeric: false };
  }
}

function builtIn(name: string, { home, folder }: WordPlace): Arg | undefined {
  if (name === 'HOME') return { kind: 'literal', text: home };
  if (name === 'PWD') return folder === undefined ? undefined : { kind: 'literal', text: folder };
  if (NUMBERS.has(name)) return { kind: 'unknown', text: name, whole: true, numeric: true };
  if (name === '0' || name === '-') return { kind: 'unknown', text: name, whole: true, numeric: false };
  return EMPTY.test(name) ? { kind: 'unknown', text: name, whole: true, numeric: false } : undefined;
}

function unclear(code: string, word: string, name = ''): { unclear: Because } {
  return { unclear: { code, args: { word, name } } };
}
