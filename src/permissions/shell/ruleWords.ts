// The words of a rule for one exact command, for which no parser is there: rules are tried where nothing may be loaded
// or awaited. So it knows less than the two parsers on purpose, plain words and quotes, and nothing it reads is ever run.
import { INVISIBLE } from '../paths/places.ts';
import { MAX_COMMAND } from './limits.ts';

const PLAIN = /[\p{L}\p{M}\p{N}\p{S}\p{P}]/u;
/** Characters that mean something to the shell outside quotes, beside blanks and quotes. */
const SPECIAL = new Set([...'|&;<>()$`\\*?[]{}!']);
const RESERVED = new Set([
  ...['if', 'then', 'else', 'elif', 'fi', 'for', 'while', 'until', 'do', 'done', 'case', 'esac', 'in', 'select'],
  ...['function', 'coproc', '[[', ']]'],
]);
const REDIRECTION = /(?<=[ \t])2>(?:&1|[ \t]*\/dev\/null)(?=[ \t]|$)/y;

/**
 * The words as bash would hand them to the program, quotes taken off; undefined for all that is more than plain words.
 * Passed over: `2>/dev/null` and `2>&1` after the first word.
 */
export function ruleWords(text: string): string[] | undefined {
  if (text.length > MAX_COMMAND) return undefined;
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    REDIRECTION.lastIndex = at;
    if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else if (word === undefined && words.length > 0 && REDIRECTION.test(text)) {
      at = REDIRECTION.lastIndex;
    } else if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1);
      const inside = end < 0 ? undefined : text.slice(at + 1, end);
      if (inside === undefined || !isLiteral(inside, character)) return undefined;
      word = (word ?? '') + inside;
      at = end + 1;
    } else if (isPlain(character, word, words.length)) {
      word = (word ?? '') + character;
      at += character.length;
    } else return undefined;
  }
  if (word !== undefined) words.push(word);
  const [first] = words;
  return first === undefined || first === '' || RESERVED.has(first) ? undefined : words;
}

function isPlain(character: string, word: string | undefined, words: number): boolean {
  if (INVISIBLE.test(character) || SPECIAL.has(character) || !PLAIN.test(character)) return false;
  if (word === undefined && ['#', '=', '~', '^'].includes(character)) return false;
  // `HEAD~1` is a word; a tilde after `=` or `:` may be a home folder.
  if (character === '~' && !/[\w^)]$/.test(word ?? '')) return false;
  // `NAME=value` in front of the command is an assignment; so is `NAME+=`.
  return !(character === '=' && words === 0);
}

/** Before other letters a backslash in double quotes is one. */
function isLiteral(text: string, quote: string): boolean {
  return !INVISIBLE.test(text) && !(quote === '"' && /[$`]|\\(?=[$`"\\]|$)/.test(text));
}
