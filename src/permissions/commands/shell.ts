// Built-ins of the shell that change nothing beyond it, and conditions in `test` and `[ ]`.

import { names, parseOptions } from '../shell/options.ts';
import type { Touch } from '../shell/touch.ts';

/** A word of a command; `unknown` text is put in only when it runs, and may then be several words unless it is `whole`. */
export type WordOf = { text: string; unknown?: { whole: boolean; numeric: boolean } };

/** Stands for a word that is not literal, such as the name of a file; no word of a command starts with this sign. */
export const STAND_IN = '\u0001';
export const isStandIn = (text: string): boolean => text.startsWith(STAND_IN);

/** These are the shell's own: no program of that name is looked for. */
export const BUILTINS: ReadonlySet<string> = new Set(
  names('echo printf test [ [[ true false : pwd cd read type command exit break continue wait times jobs'),
);

/** What the built-in reads, or undefined when it is none of these or does more. */
export function readOnlyBuiltin(words: readonly WordOf[]): Touch[] | undefined {
  const [name, ...rest] = words;
  const literal = rest.every((word) => word.unknown === undefined);
  const texts = rest.map((word) => word.text);
  switch (name?.text) {
    // Whatever follows, it is printed. What is not one word may be a pattern: then names on the disk are.
    case 'echo':
      return rest.every((word) => word.unknown?.whole ?? true) ? [] : undefined;
    case 'true':
    case 'false':
    case ':':
      return [];
    case 'printf':
      return isPlainFormat(rest) ? [] : undefined;
    case 'test':
      return condition(rest);
    case '[':
      return rest.at(-1)?.text === ']' ? condition(rest.slice(0, -1)) : undefined;
    // The readers take apart what `&&`, `||` and `!` join.
    case '[[':
      return rest.at(-1)?.text === ']]' ? condition(rest.slice(0, -1)) : undefined;
    case 'pwd':
      return texts.every((word) => word === '-L' || word === '-P') && literal ? [] : undefined;
    case 'cd':
      return folder(texts, literal);
    case 'read':
      return literal && readVariables(texts) !== undefined ? [] : undefined;
    case 'type':
      return literal && texts.every((word) => /^(-[aptP]+|[\w.+-]+)$/.test(word)) ? [] : undefined;
    case 'command':
      return literal && /^-[vV]$/.test(texts[0] ?? '') && texts.slice(1).every((word) => /^[\w.+][\w.+-]*$/.test(word))
        ? []
        : undefined;
    case 'exit':
    case 'break':
    case 'continue':
      return rest.length <= 1 && rest.every((word) => word.unknown?.numeric ?? /^\d{1,3}$/.test(word.text))
        ? []
        : undefined;
    case 'wait':
    case 'times':
    case 'jobs':
      return rest.length === 0 ? [] : undefined;
    default:
      return undefined;
  }
}

function folder(texts: readonly string[], literal: boolean): Touch[] | undefined {
  const named = texts[0] === '--' ? texts.slice(1) : texts;
  const [path = ''] = named;
  return literal && named.length === 1 && path !== '' && !path.startsWith('-')
    ? [{ kind: 'read', path, deep: false }]
    : undefined;
}

/** Names that no program looks for in its environment, as far as a name can say. */
export function isPlainVariable(name: string): boolean {
  return (
    (/^[a-z][a-z0-9_]{0,30}$/.test(name) && !/_proxy$|^(npm|yarn|pnpm|cargo|pip)_|^(path|cdpath|fpath)$/.test(name)) ||
    /^[A-Z]$/.test(name)
  );
}

/** The names that `read` sets, or undefined when it does more than that. `texts` follow `read`. */
export function readVariables(texts: readonly string[]): string[] | undefined {
  const options = parseOptions([...texts], { flags: 'rs', valued: 'dnNpt' });
  if (options === undefined || options.operands.length === 0) return undefined;
  return options.operands.every(isPlainVariable) ? options.operands : undefined;
}

/** The format is literal and stores nothing; a subscript in a number would be worked out, and so run. */
function isPlainFormat(words: readonly WordOf[]): boolean {
  if (!words.every((word) => word.unknown?.whole ?? true)) return false;
  const [format, ...values] = words[0]?.text === '--' ? words.slice(1) : words;
  if (format === undefined || format.unknown !== undefined || format.text.startsWith('-') || isStandIn(format.text))
    return false;
  const conversions = format.text.replace(/%%/g, '').match(/%[-+ #0]*[\d.]*[^-+ #0\d.]?/g) ?? [];
  if (!conversions.every((one) => /[bqsdiouxXeEfgGc]$/.test(one))) return false;
  const onlyText = conversions.every((one) => /[bqs]$/.test(one));
  return onlyText || values.every((word) => word.unknown?.numeric ?? !/[[$`(]/.test(word.text));
}

const OF_A_PATH = /^-[abcdefghkprsuwxGLNOS]$/;

/** One condition, with `!` in front if need be. What it compares may be unknown as long as it stays one word. */
function condition(words: readonly WordOf[]): Touch[] | undefined {
  if (!words.every((word) => word.unknown === undefined || word.unknown.whole)) return undefined;
  const [first, second, third] = words;
  if (words.length > 2 && first?.unknown === undefined && first?.text === '!' && words.length <= 4)
    return condition(words.slice(1));
  if (words.length === 2 && first !== undefined && second !== undefined && first.unknown === undefined) {
    if (first.text === '-n' || first.text === '-z' || first.text === '!') return [];
    if (first.text === '-t') return /^\d$/.test(second.text) ? [] : undefined;
    return OF_A_PATH.test(first.text) && second.unknown === undefined ? paths(second) : undefined;
  }
  if (words.length !== 3 || first === undefined || second?.unknown !== undefined || third === undefined)
    return undefined;
  if (/^(=|==|!=|<|>)$/.test(second?.text ?? '')) return [];
  const isNumber = (word: WordOf) => word.unknown?.numeric ?? /^-?\d+$/.test(word.text);
  if (/^-(eq|ne|lt|le|gt|ge)$/.test(second?.text ?? '')) return isNumber(first) && isNumber(third) ? [] : undefined;
  const files = /^-(nt|ot|ef)$/.test(second?.text ?? '') && [first, third].every((word) => word.unknown === undefined);
  return files ? paths(first, third) : undefined;
}

function paths(...words: WordOf[]): Touch[] {
  return words.map(({ text }): Touch => ({ kind: 'read', path: text, deep: false }));
}
