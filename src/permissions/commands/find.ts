// `find` with tests and prints only: nothing is run, removed or written, and no link is followed.

import { names } from '../shell/options.ts';
import type { Touch } from '../shell/touch.ts';

const VALUED = new Set(
  names(`
  -name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -type -xtype -size -mtime -mmin -atime
  -amin -ctime -cmin -maxdepth -mindepth -perm -user -group -uid -gid -links -inum -used -fstype -lname -ilname
  -printf
`),
);
const OF_A_FILE = new Set(names('-newer -anewer -cnewer -samefile'));
const PLAIN = new Set(
  names(`
  -print -print0 -prune -empty -not -and -a -o -or -quit -depth -mount -xdev -readable -writable -executable -true
  -false -ls -daystart -noleaf -nouser -nogroup -nowarn -ignore_readdir_race ! ( ) ,
`),
);

/** Where a search with other options starts. `words` follow `find`. */
export function startsOfFind(words: readonly string[]): Touch[] {
  const from = words.findIndex((word, at) => !/^-([HLP]|O\d|D)$/.test(word) && words[at - 1] !== '-D');
  const rest = from < 0 ? [] : words.slice(from);
  const end = rest.findIndex((word) => /^[-!(),]/.test(word));
  return (end < 0 ? rest : rest.slice(0, end)).map((path) => ({ kind: 'read', path, deep: false }));
}

/** `words` follow `find`. */
export function readOnlyFind(words: readonly string[]): Touch[] | undefined {
  const paths: string[] = [];
  let at = 0;
  while (words[at] === '-P' || words[at] === '-H' || /^-O[0-3]$/.test(words[at] ?? '')) at += 1;
  for (; at < words.length && !/^[-!(),]/.test(words[at] ?? ''); at += 1) paths.push(words[at] ?? '');
  const touches: Touch[] = (paths.length === 0 ? ['.'] : paths).map((path) => ({ kind: 'read', path, deep: false }));
  for (; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (PLAIN.has(word)) continue;
    const value = words[at + 1];
    if (value === undefined) return undefined;
    if (OF_A_FILE.has(word) || /^-newer[aBcm]{2}$/.test(word)) touches.push({ kind: 'read', path: value, deep: false });
    else if (!VALUED.has(word) && !/^-newer[aBcm]t$/.test(word)) return undefined;
    at += 1;
  }
  return touches;
}
