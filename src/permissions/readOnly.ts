// Commands that only read, with the exact options under which they do: what stands here runs without a rule.
import { readOnlyGit } from './readOnlyGit.ts';
import type { Touch } from './shell/effects.ts';
import { names, type Options, type OptionTable, parseOptions } from './shell/options.ts';

type Entry = OptionTable & {
  /** What the words that are no options are. */
  operands: 'paths' | 'data' | 'none' | 'patternThenPaths';
  /** Reads the current folder when no path is given. */
  currentFolder?: boolean;
  /** Reads everything below the paths. */
  deep?: boolean | ((options: Options) => boolean);
  /** Of folders it reads the files in them, through links too. */
  filesOnly?: true;
  /** The last word on forms that options and operands do not tell. */
  check?: (options: Options) => boolean;
};

const GREP_LONG = names(`
  ignore-case no-ignore-case invert-match word-regexp line-regexp count color[=] colour[=] files-with-matches
  files-without-match max-count= only-matching quiet silent no-messages byte-offset with-filename no-filename
  line-number initial-tab null after-context= before-context= context= text include= exclude= exclude-dir=
  recursive extended-regexp fixed-strings basic-regexp perl-regexp regexp=
`);
const GREP: Entry = {
  flags: 'ivwxclLoqsbHhnTZaIrEFGPU',
  valued: 'emABC',
  number: true,
  long: GREP_LONG,
  operands: 'patternThenPaths',
  // Without a path and without -r it waits for input, of which there is none.
  deep: ({ given }) => given.has('r') || given.has('recursive'),
  currentFolder: true,
};
const CHECKSUM: Entry = { flags: 'btz', long: ['binary', 'text', 'tag', 'zero'], operands: 'paths' };

const TABLE: Record<string, Entry> = {
  ls: {
    flags: 'aAbBcCdfFgGhHiklLmnNopqQrRsStTuUvxXZ1',
    valued: 'wI',
    long: names(`
      all almost-all author escape ignore-backups directory classify[=] file-type full-time
      group-directories-first no-group human-readable si inode kibibytes numeric-uid-gid literal quote-name
      reverse recursive size color[=] format= sort= time= time-style= width= ignore= hide= indicator-style= zero
    `),
    operands: 'paths',
    currentFolder: true,
  },
  cat: {
    flags: 'AbeEnstTuv',
    long: names(`
      show-all number-nonblank show-ends number squeeze-blank show-tabs show-nonprinting
    `),
    operands: 'paths',
  },
  head: {
    flags: 'qvz',
    valued: 'nc',
    number: true,
    long: ['lines=', 'bytes=', 'quiet', 'silent', 'verbose'],
    operands: 'paths',
  },
  tail: {
    flags: 'qvz',
    valued: 'nc',
    number: true,
    long: ['lines=', 'bytes=', 'quiet', 'silent', 'verbose'],
    operands: 'paths',
  },
  echo: { operands: 'data' },
  true: { operands: 'data' },
  false: { operands: 'data' },
  pwd: { flags: 'LP', operands: 'none' },
  whoami: { operands: 'none' },
  cd: {
    flags: 'LP',
    operands: 'paths',
    check: ({ operands }) => operands.length === 1 && operands[0] !== '-' && operands[0] !== '',
  },
  date: {
    flags: 'uR',
    valued: 'd',
    attached: 'I',
    long: ['utc', 'universal', 'rfc-email', 'iso-8601[=]', 'rfc-3339=', 'date='],
    operands: 'data',
    // Any other operand sets the clock.
    check: ({ operands }) => operands.every((word) => word.startsWith('+')),
  },
  which: { flags: 'as', operands: 'data', check: ({ operands }) => operands.every((word) => !word.includes('/')) },
  wc: { flags: 'clmwL', long: ['bytes', 'chars', 'lines', 'max-line-length', 'words'], operands: 'paths' },
  stat: {
    flags: 'Lft',
    valued: 'c',
    long: ['dereference', 'file-system', 'format=', 'printf=', 'terse'],
    operands: 'paths',
  },
  du: {
    flags: 'abchklmsSx0',
    valued: 'dt',
    long: names(`
      all bytes total human-readable summarize max-depth= apparent-size si exclude= time[=]
    `),
    operands: 'paths',
    currentFolder: true,
  },
  diff: {
    // Neither -r nor folders: it goes through every link that lies in them.
    filesOnly: true,
    flags: 'abBcdeEinNpqstTuwyZ',
    valued: 'CIUWx',
    long: names(`
      brief report-identical-files unified[=] context[=] side-by-side width= left-column
      suppress-common-lines new-file text ignore-case ignore-all-space ignore-space-change minimal
      ignore-blank-lines ignore-trailing-space color[=] exclude= strip-trailing-cr expand-tabs
    `),
    operands: 'paths',
  },
  grep: GREP,
  egrep: GREP,
  fgrep: GREP,
  rg: {
    flags: 'abciFHhIlnNopPqsSuUvwx.0',
    valued: 'eABCgjmMrtTE',
    long: names(`
      after-context= before-context= context= case-sensitive color= column count count-matches files
      files-with-matches files-without-match fixed-strings glob= iglob= heading no-heading hidden ignore-case
      invert-match json line-number no-line-number line-regexp max-columns= max-count= max-depth= multiline
      no-filename no-ignore no-ignore-vcs no-messages null only-matching pcre2 pretty quiet regexp= smart-case
      sort= sortr= stats text trim type= type-not= type-list unrestricted vimgrep with-filename word-regexp
      no-config
    `),
    operands: 'patternThenPaths',
    currentFolder: true,
    deep: true,
  },
  tree: {
    flags: 'adfFhiDgpsutrQNv',
    valued: 'LPI',
    long: ['dirsfirst', 'noreport', 'gitignore', 'prune', 'du', 'si', 'filelimit='],
    operands: 'paths',
    currentFolder: true,
  },
  file: { flags: 'bhikLNr', long: ['brief', 'mime', 'mime-type', 'mime-encoding', 'dereference'], operands: 'paths' },
  sort: {
    flags: 'bcCdfghiMnrRsuVz',
    valued: 'kt',
    long: names(`
      reverse numeric-sort unique key= field-separator= version-sort human-numeric-sort ignore-case stable
    `),
    operands: 'paths',
  },
  // A second file would be written.
  uniq: {
    flags: 'cdDiuz',
    valued: 'fsw',
    long: ['count', 'repeated', 'unique', 'ignore-case'],
    operands: 'paths',
    check: ({ operands }) => operands.length <= 1,
  },
  cut: {
    flags: 'snz',
    valued: 'bcdf',
    long: names(`
      bytes= characters= delimiter= fields= complement only-delimited output-delimiter=
    `),
    operands: 'paths',
  },
  tr: { flags: 'cCdst', long: ['complement', 'delete', 'squeeze-repeats'], operands: 'data' },
  nl: { flags: 'p', valued: 'bdfhilnsvw', operands: 'paths' },
  tac: { flags: 'br', valued: 's', operands: 'paths' },
  rev: { operands: 'paths' },
  comm: { flags: '123z', long: ['total', 'output-delimiter='], operands: 'paths' },
  cmp: { flags: 'bls', valued: 'in', long: ['silent', 'quiet', 'verbose', 'print-bytes'], operands: 'paths' },
  paste: { flags: 'sz', valued: 'd', operands: 'paths' },
  column: { flags: 'txn', valued: 'sNo', operands: 'paths' },
  basename: { flags: 'az', valued: 's', operands: 'data' },
  dirname: { flags: 'z', operands: 'data' },
  realpath: { flags: 'emPqsLz', operands: 'paths' },
  readlink: { flags: 'femnqsvz', operands: 'paths' },
  seq: { flags: 'w', valued: 'fs', number: true, operands: 'data' },
  // `-v` sets a variable, and a subscript in a name would be run.
  printf: {
    operands: 'data',
    check: ({ operands }) => operands.length > 0 && operands.every((word) => !/\$\(|`/.test(word)),
  },
  md5sum: CHECKSUM,
  sha1sum: CHECKSUM,
  sha256sum: CHECKSUM,
  sha512sum: CHECKSUM,
  jq: {
    flags: 'aceCjMnrsS',
    long: names(`
      compact-output raw-output slurp sort-keys null-input exit-status tab color-output monochrome-output
    `),
    operands: 'patternThenPaths',
    // These words reach the environment or other files.
    check: ({ operands }) =>
      !/\$ENV|\$__|\b(env|import|include|input_filename|debug|stderr|get_search_list|modulemeta)\b/.test(
        operands[0] ?? '',
      ),
  },
  sed: {
    flags: 'nEr',
    operands: 'patternThenPaths',
    // Printing lines by number is all that is certain: other commands write files or run programs.
    check: ({ operands }) => /^(\d+|\$)?(,(\d+|\$))?[p=]$/.test(operands[0] ?? ''),
  },
};

/** What a command reads when it is one that only reads, or undefined. `argv` is literal. */
export function readOnly(argv: string[]): Touch[] | undefined {
  const [name = '', ...words] = argv;
  if (name === 'git') return readOnlyGit(words);
  if (name === 'find') return readOnlyFind(words);
  if (name === 'test') return readOnlyTest(words);
  const entry = Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
  if (entry === undefined) return undefined;
  // Whatever follows, `echo` prints it.
  if (name === 'echo') return [];
  const options = parseOptions(words, entry);
  if (options === undefined || entry.check?.(options) === false) return undefined;
  if (entry.operands === 'none') return options.operands.length === 0 ? [] : undefined;
  return touches(entry, options);
}

function touches(entry: Entry, options: Options): Touch[] {
  if (entry.operands === 'data') return [];
  const hasPattern = ['e', 'regexp', 'files', 'type-list'].some((name) => options.given.has(name));
  const skip = entry.operands === 'patternThenPaths' && !hasPattern ? 1 : 0;
  const paths = options.operands.slice(skip).filter((path) => path !== '-');
  const deep = typeof entry.deep === 'function' ? entry.deep(options) : (entry.deep ?? false);
  const wanted = paths.length === 0 && entry.currentFolder ? ['.'] : paths;
  const only = entry.filesOnly ? { fileOnly: true as const } : {};
  return wanted.map((path) => ({ kind: deep ? 'search' : 'read', path, deep, ...only }));
}

const FIND_TESTS = new Set(
  names(`
  -name -iname -path -ipath -regex -iregex -type -size -mtime -mmin -atime -amin -ctime -cmin -maxdepth -mindepth
  -perm -user -group -regextype -wholename -links -inum
`),
);
const FIND_PLAIN = new Set(
  names(`
  -print -print0 -prune -empty -not -and -a -o -or -quit -depth -mount -xdev -readable -writable -executable -true
  -false -ls -daystart ! ( ) ,
`),
);

function readOnlyFind(words: string[]): Touch[] | undefined {
  const paths: string[] = [];
  let at = 0;
  while (words[at] === '-P' || words[at] === '-H') at += 1;
  for (; at < words.length && !/^[-!(,]/.test(words[at] ?? ''); at += 1) paths.push(words[at] ?? '');
  const starts: Touch[] = (paths.length === 0 ? ['.'] : paths).map((path) => ({ kind: 'read', path, deep: false }));
  for (; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (FIND_PLAIN.has(word)) continue;
    if (word === '-newer' || word === '-samefile')
      starts.push({ kind: 'read', path: words[at + 1] ?? '', deep: false });
    else if (word !== '-printf' && !FIND_TESTS.has(word)) return undefined;
    if (words[at + 1] === undefined) return undefined;
    at += 1;
  }
  return starts;
}

function readOnlyTest(words: string[]): Touch[] | undefined {
  const [test = '', path] = words;
  if (words.length !== 2 || path === undefined || !/^-[defhLrswx]$/.test(test)) return undefined;
  return [{ kind: 'read', path, deep: false }];
}
