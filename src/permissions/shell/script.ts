// What bash reads in a text, as plain data: the shape between the reader of scripts and what gives them a meaning.
import type { Because } from '../../contracts/permission.ts';

/** A place in the text: `start` inclusive, `end` exclusive, in UTF-16 units of the string that runs. */
export type Span = { start: number; end: number };

/**
 * One piece of a word, decoded: quotes and escapes are taken off. What bash would replace by something else keeps its
 * kind, so that whoever looks at the word decides whether it may stand there.
 */
export type Piece =
  /** `quoted`: it stands in quotes or behind a backslash, so it is no pattern and no tilde. */
  | { kind: 'text'; text: string; quoted: boolean }
  /** An unquoted pattern character or bracket expression: `*`, `?`, `[a-z]`. */
  | { kind: 'glob'; text: string }
  /** `~` at the start of a word: the home folder. `~name`, `~+` and `~-` are not understood. */
  | { kind: 'tilde' }
  /** `$name`, `${name}`. Unquoted it may become several words. Other forms of `${…}` are not understood. */
  | { kind: 'variable'; name: string; quoted: boolean }
  /** `$(…)`, `` `…` ``, `<(…)`, `>(…)`: what stands inside runs as well. */
  | { kind: 'substitution'; form: 'command' | 'processIn' | 'processOut'; body: ShellNode; quoted: boolean };

/** `{a,b}` and `{1..3}` of literal text are written out: the reader gives one word for each. */
export type Word = Span & { pieces: Piece[] };

export type Redirect = Span &
  (
    | { kind: 'file'; operator: '>' | '>>' | '>|' | '&>' | '&>>' | '<' | '<>'; fd?: number; target: Word }
    /** `2>&1`, `>&2`, `2>&-`: a copy of a descriptor, or its end. `>&file` is not understood. */
    | { kind: 'copy'; fd?: number; to: number | 'closed' }
    /** A here-document with a quoted delimiter, or with a body in which nothing is expanded. */
    | { kind: 'heredoc'; text: string }
    | { kind: 'herestring'; word: Word }
  );

export type Assignment = Span & { name: string; append: boolean; value: Word };

/**
 * Words may be empty: `A=1` and `> file` are commands without any. Then something else is not. Keywords that stand in
 * front of commands are words: `time`, `export A=1`, `[ … ]`, and each test of `[[ … ]]` as a command of its own,
 * `[[ -f a ]]`; there `&&`, `||`, `!` and parentheses are left out, and all words are as if quoted.
 */
export type ShellCommand = Span & {
  kind: 'command';
  words: Word[];
  assignments: Assignment[];
  redirects: Redirect[];
};

export type ShellNode =
  | ShellCommand
  /** Each part runs in a shell of its own; the output of one is the input of the next. `|&` carries errors as well, a `!` in front changes nothing. */
  | (Span & { kind: 'pipeline'; parts: ShellNode[] })
  /**
   * In the order of the text; `joined` says how a part follows the one before. `&`: the part before runs beside it.
   * `a && b || c` is a list of its own inside one of `;` and `&`, so `a && b & c` runs both a and b beside c. Only in
   * the outer one may `background` be true: then the last part runs beside what comes after the text.
   */
  | (Span & {
      kind: 'list';
      parts: Array<{ node: ShellNode; joined: 'first' | ';' | '&&' | '||' | '&' }>;
      background: boolean;
    })
  | (Span & { kind: 'subshell' | 'group'; body: ShellNode; redirects: Redirect[] })
  /** Conditions and branches in the order of the text; any of them may run, a loop's several times. */
  | (Span & { kind: 'if' | 'while' | 'until'; parts: ShellNode[]; redirects: Redirect[] })
  | (Span & { kind: 'for'; variable: string; words: Word[]; body: ShellNode; redirects: Redirect[] })
  /** The patterns of all branches; a branch without commands is left out. */
  | (Span & { kind: 'case'; subject: Word; patterns: Word[]; branches: ShellNode[]; redirects: Redirect[] });

/** `at` counts characters from 1, where one can be named. */
export type ScriptReading = { script: ShellNode } | { notUnderstood: Because; at?: number };

/**
 * Reads with two parsers that know nothing of each other, and understands only what both read alike. Never throws: an
 * exception, a timeout or a missing grammar is a reading that is not understood. The same text is read once.
 */
export type ShellReader = { read(text: string): ScriptReading };
