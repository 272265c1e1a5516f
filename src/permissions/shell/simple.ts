// Reads a command made of plain words: one command, no operator, no expansion. Everything else is not understood.
import type { Because } from '../../contracts/permission.ts';
import { INVISIBLE } from '../places.ts';

export type SimpleCommand = { argv: string[] } | { notUnderstood: Because };

export const MAX_COMMAND = 10_000;
const PLAIN = /[\p{L}\p{M}\p{N}\p{S}\p{P}]/u;
/** Characters that mean something to the shell outside quotes, beside blanks and quotes. */
const SPECIAL = new Set([...'|&;<>()$`\\*?[]{}!']);
const RESERVED = new Set([
  ...['if', 'then', 'else', 'elif', 'fi', 'for', 'while', 'until', 'do', 'done', 'case', 'esac', 'in', 'select'],
  ...['function', 'coproc', '[[', ']]'],
]);
const REDIRECTION = /(?<=[ \t])2>(?:&1|[ \t]*\/dev\/null)(?=[ \t]|$)/y;

/**
 * The words as bash would hand them to the program, quotes taken off. Allowed besides: `2>/dev/null` and `2>&1` after
 * the first word. The words are those of bash only if this exact text is what runs.
 */
export function readSimple(command: string): SimpleCommand {
  if (command.length > MAX_COMMAND) return failed('permissions.shell.tooLong', { limit: String(MAX_COMMAND) });
  const argv: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < command.length) {
    const character = String.fromCodePoint(command.codePointAt(at) ?? 0);
    REDIRECTION.lastIndex = at;
    if (character === ' ' || character === '\t') {
      if (word !== undefined) argv.push(word);
      word = undefined;
      at += 1;
    } else if (word === undefined && argv.length > 0 && REDIRECTION.test(command)) {
      at = REDIRECTION.lastIndex;
    } else if (character === "'" || character === '"') {
      const end = command.indexOf(character, at + 1);
      if (end < 0) return failed('permissions.shell.unclosedQuote', { at: String(at + 1) });
      const text = command.slice(at + 1, end);
      const bad = badInQuotes(text, character);
      if (bad !== undefined) return unexpected(text, bad, at + 1);
      word = (word ?? '') + text;
      at = end + 1;
    } else if (!isPlain(character, word, argv.length)) {
      return unexpected(command, at, 0);
    } else {
      word = (word ?? '') + character;
      at += character.length;
    }
  }
  if (word !== undefined) argv.push(word);
  const first = argv[0];
  if (first === undefined || first === '') return failed('permissions.shell.empty', {});
  if (RESERVED.has(first)) return failed('permissions.shell.reserved', { word: first });
  return { argv };
}

function isPlain(character: string, word: string | undefined, words: number): boolean {
  if (INVISIBLE.test(character) || SPECIAL.has(character) || !PLAIN.test(character)) return false;
  if (word === undefined && ['#', '=', '~', '^'].includes(character)) return false;
  // `HEAD~1` is a word; a tilde after `=` or `:` may be a home folder.
  if (character === '~' && !/[\w^)]$/.test(word ?? '')) return false;
  // `NAME=value` in front of the command is an assignment; so is `NAME+=`.
  return !(character === '=' && words === 0);
}

/** Index of the first character that is not literal text, or undefined. Before other letters a backslash is one. */
function badInQuotes(text: string, quote: string): number | undefined {
  const invisible = text.search(INVISIBLE);
  const special = quote === '"' ? text.search(/[$`]|\\(?=[$`"\\]|$)/) : -1;
  const found = [invisible, special].filter((index) => index >= 0);
  return found.length > 0 ? Math.min(...found) : undefined;
}

function unexpected(text: string, index: number, before: number): SimpleCommand {
  const point = text.codePointAt(index) ?? 0;
  const at = String(before + index + 1);
  if (INVISIBLE.test(String.fromCodePoint(point))) {
    const code = point === 10 ? 'permissions.shell.newline' : 'permissions.shell.invisible';
    return failed(code, { at, character: `U+${point.toString(16).toUpperCase().padStart(4, '0')}` });
  }
  return failed('permissions.shell.notPlain', { at, character: String.fromCodePoint(point) });
}

function failed(code: string, args: Record<string, string>): SimpleCommand {
  return { notUnderstood: { code, args } };
}
