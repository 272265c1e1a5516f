// What a command reads when it is one that only reads, in this very form: such commands run without a rule.

import { readByOptions } from '../shell/fileOptions.ts';
import { names, type Options, parseOptions } from '../shell/options.ts';
import type { Touch } from '../shell/touch.ts';
import type { CommandTable, Entry } from './entry.ts';
import { FILES } from './files.ts';
import { readOnlyFind, startsOfFind } from './find.ts';
import { readOnlyGit } from './git.ts';
import { SEARCH } from './search.ts';
import { isPlainSed } from './sed.ts';
import { readOnlyBuiltin, type WordOf } from './shell.ts';
import { SYSTEM } from './system.ts';
import { TEXT } from './text.ts';

const SED: Entry = {
  flags: 'nErsu',
  valued: 'e',
  long: names('quiet silent regexp-extended expression= separate unbuffered posix'),
  patternGiven: ['e', 'expression'],
  operands: 'patternThenPaths',
  globs: 'named',
  check: ({ operands, values }) => {
    const given = [...(values.get('e') ?? []), ...(values.get('expression') ?? [])];
    return (
      (given.length > 0 ? given : operands.slice(0, 1)).every(isPlainSed) && (given.length > 0 || operands.length > 0)
    );
  },
};

const TABLE: CommandTable = { ...TEXT, ...FILES, ...SEARCH, ...SYSTEM, sed: SED };

/** `words` start with the program; unknown text stands only where it can do no harm. */
export function readOnly(words: readonly WordOf[]): Touch[] | undefined {
  const own = readOnlyBuiltin(words);
  if (own !== undefined) return own;
  const [program, ...rest] = words;
  const name = program?.text ?? '';
  const texts = rest.map((word) => word.text);
  const unknown = rest.some((word) => word.unknown !== undefined);
  if (name === 'git' || name === 'find') {
    if (unknown) return undefined;
    return name === 'git' ? readOnlyGit(texts) : readOnlyFind(texts);
  }
  const entry = entryOf(name);
  if (entry === undefined || (unknown && !entry.anyText)) return undefined;
  if (rest.some((word) => word.unknown?.whole === false)) return undefined;
  // Of text that is not known yet it is not known either whether it is an option.
  if (unknown) return [];
  if (texts.length === 1 && /^--(help|version)$/.test(texts[0] ?? '')) return [];
  const options = parseOptions(texts, entry);
  if (options === undefined || entry.check?.(options) === false) return undefined;
  if (entry.operands === 'none' && options.operands.length > 0) return undefined;
  return [...files(entry, options), ...touches(entry, options)];
}

const PATHS: Entry = { operands: 'paths' };
const AWK: Entry = { valued: 'Fvfl', files: ['f', 'file'], patternGiven: ['f', 'file'], operands: 'patternThenPaths' };
/** Programs that show what they are given, and may do more. */
const VIEWERS: CommandTable = {
  ...Object.fromEntries(
    names('less more most bat batcat view pr shuf split csplit zcat zless bzcat xzcat zstdcat gunzip hd sdiff').map(
      (name) => [name, PATHS],
    ),
  ),
  ...Object.fromEntries(names('awk gawk mawk nawk').map((name) => [name, AWK])),
  yq: { operands: 'patternThenPaths' },
};

/** What a command opens whose options are not all known, as far as its words tell: a rule for it covers no path outside. */
export function readsAnyway([program = '', ...words]: readonly string[]): Touch[] {
  const name = program.slice(program.lastIndexOf('/') + 1);
  if (name === 'find') return startsOfFind(words);
  if (name === 'git')
    return words.includes('--no-index') ? plainReads(words.filter((word) => !word.startsWith('-'))) : [];
  const named = plainReads(readByOptions(name, words));
  if (name === 'curl')
    return [...named, ...plainReads(words.flatMap((word) => /(?:^|=|^-d)@([^;]+)/s.exec(word)?.[1] ?? []))];
  const entry = entryOf(name) ?? (Object.hasOwn(VIEWERS, name) ? VIEWERS[name] : undefined);
  const options = entry && parseOptions(words, entry, true);
  if (entry === undefined || options === undefined) return named;
  return [...named, ...files(entry, options), ...touches({ ...entry, deep: false }, options)];
}

function plainReads(paths: readonly string[]): Touch[] {
  return paths.map((path) => ({ kind: 'read', path, deep: false }));
}

/** What the shell may put in the place of a pattern among the words of this command. */
export function globsOf(name: string): 'any' | 'named' | undefined {
  if (['echo', 'true', 'false', ':'].includes(name)) return 'any';
  if (name === 'git' || name === 'find') return 'named';
  return entryOf(name)?.globs;
}

function entryOf(name: string): Entry | undefined {
  return Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
}

function files({ files: named = [] }: Entry, { values }: Options): Touch[] {
  return named.flatMap((name) => values.get(name) ?? []).map((path): Touch => ({ kind: 'read', path, deep: false }));
}

function touches(entry: Entry, options: Options): Touch[] {
  if (entry.operands === 'data' || entry.operands === 'none') return [];
  const given = entry.patternGiven?.some((name) => options.given.has(name)) ?? false;
  const skip = entry.operands === 'patternThenPaths' && !given ? 1 : 0;
  const paths = options.operands.slice(skip).filter((path) => path !== '-');
  const deep = typeof entry.deep === 'function' ? entry.deep(options) : (entry.deep ?? false);
  const wanted = paths.length === 0 && entry.currentFolder ? ['.'] : paths;
  const only = entry.filesOnly ? { fileOnly: true as const } : {};
  return wanted.map((path) => ({ kind: deep ? 'search' : 'read', path, deep, ...only }));
}
