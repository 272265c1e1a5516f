// Whether the output of commands is a list of names of files below the current folder.
import type { Arg } from './words.ts';

const LISTS: ReadonlyArray<(words: readonly string[]) => boolean> = [
  (words) => words[0] === 'find' && !words.some((word) => /^-(printf|exec|ok|fprint)/.test(word)),
  (words) => words[0] === 'ls' && !words.some((word) => /^-[a-zA-Z]*[lsiR]|^--/.test(word)),
  (words) => words[0] === 'git' && words[1] === 'ls-files',
  (words) => words[0] === 'git' && words[1] === 'diff' && words.includes('--name-only'),
  (words) =>
    ['grep', 'egrep', 'fgrep', 'rg', 'git'].includes(words[0] ?? '') &&
    (words[0] !== 'git' || words[1] === 'grep') &&
    words.some((word) => /^-[a-zA-Z]*l[a-zA-Z]*$|^--(files|files-with-matches|name-only)$/.test(word)),
  (words) => words[0] === 'fd' || words[0] === 'fdfind',
];
/** They leave out or reorder lines. */
const FILTERS = new Set(['grep', 'head', 'tail', 'sort', 'uniq', 'tac']);

export function isNameList(upstream: readonly Arg[][] | undefined): boolean {
  const [source, ...filters] = upstream ?? [];
  if (source === undefined) return false;
  const lists = LISTS.some((list) => list(source.map((arg) => arg.text)));
  return lists && filters.every((args) => FILTERS.has(args[0]?.text ?? ''));
}
