// Whether the output of commands is a list of names of files below the current folder.
import type { Arg } from './words.ts';

const LISTS: ReadonlyArray<(words: readonly string[]) => boolean> = [
  (words) => words[0] === 'find' && !words.some((word) => /^-(printf|exec|ok|fprint)/.test(word)),
  (words) => words[0] === 'ls' && !words.some((word) => /^-[a-zA-Z]*[lsiRaf]|^--/.test(word)),
  (words) => words[0] === 'git' && words[1] === 'ls-files',
  (words) => words[0] === 'git' && words[1] === 'diff' && words.includes('--name-only'),
  (words) =>
    ['grep', 'egrep', 'fgrep', 'rg', 'git'].includes(words[0] ?? '') &&
    (words[0] !== 'git' || words[1] === 'grep') &&
    !words.some((word) => word.startsWith('--label')) &&
    words.some((word) => /^-[a-zA-Z]*l[a-zA-Z]*$|^--(files|files-with-matches|name-only)$/.test(word)),
  (words) => words[0] === 'fd' || words[0] === 'fdfind',
];
/** They leave out or reorder lines, cut none and read no file. */
const FILTERS: Record<string, (words: readonly string[]) => boolean> = {
  grep: (words) =>
    words.every((word) => !/^-/.test(word) || /^-[viEFwx]+$/.test(word)) &&
    words.filter((word) => !/^-/.test(word)).length === 1,
  head: (words) => words.every((word) => /^(-n?\d+|-n|\d+)$/.test(word)),
  tail: (words) => words.every((word) => /^(-n?\d+|-n|\d+)$/.test(word)),
  sort: (words) => words.every((word) => /^-[urnfV]+$/.test(word)),
  uniq: (words) => words.length === 0,
  tac: (words) => words.length === 0,
};

export function isNameList(upstream: readonly Arg[][] | undefined): boolean {
  const [source, ...filters] = (upstream ?? []).map((args) => args.map((arg) => arg.text));
  if (source === undefined || !LISTS.some((list) => list(source))) return false;
  return filters.every(([name = '', ...words]) => Object.hasOwn(FILTERS, name) && (FILTERS[name]?.(words) ?? false));
}
