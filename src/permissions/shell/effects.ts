// What a command does to files, as far as its words tell: what it reads, writes and removes.
import { readOnly } from '../commands/readOnly.ts';
import { isPlainSed } from '../commands/sed.ts';
import type { WordOf } from '../commands/shell.ts';
import { baseName } from './crude.ts';
import { parseOptions } from './options.ts';

/**
 * A path as the command line names it. `deep`: everything below is read too, or would be if it is a folder. `fileOnly`:
 * what the program does with a folder is not known.
 */
export type Touch = {
  kind: 'read' | 'search' | 'write' | 'delete';
  path: string;
  deep: boolean | 'ifFolder';
  fileOnly?: true;
  /** Written in its place if it is a folder. */
  into?: string[];
};

export type Effects = {
  /** 'none': only reads; 'files': only makes the files and folders in `touches`; undefined: it may do anything. */
  effect: 'none' | 'files' | undefined;
  touches: Touch[];
  /** Words that may be paths of files the program opens; deny and ask rules are tried on them. */
  mentions: Touch[];
};

/** Programs known to show or copy what is in the files they are given. */
const READERS = new Set([
  ...[
    'cat',
    'head',
    'tail',
    'less',
    'more',
    'sed',
    'awk',
    'gawk',
    'mawk',
    'grep',
    'egrep',
    'fgrep',
    'rg',
    'ag',
    'sort',
  ],
  ...[
    'uniq',
    'cut',
    'nl',
    'tac',
    'rev',
    'od',
    'xxd',
    'hexdump',
    'strings',
    'base64',
    'base32',
    'wc',
    'diff',
    'cmp',
    'comm',
  ],
  ...[
    'jq',
    'yq',
    'file',
    'stat',
    'paste',
    'column',
    'cp',
    'mv',
    'scp',
    'rsync',
    'tar',
    'zip',
    'gzip',
    'bat',
    'view',
    'vim',
  ],
  // What they are given they send, store or run, and say so when it fails.
  ...['curl', 'wget', 'git', 'openssl', 'gpg', 'python', 'python3', 'node', 'ruby', 'perl', 'php', 'docker', 'sqlite3'],
  ...['shasum', 'b2sum', 'cksum', 'fold', 'fmt', 'join', 'iconv', 'zcat', 'pr', 'split', 'nc', 'ln'],
  ...['vi', 'nano', 'emacs', 'code', 'open', 'source', '.', 'ls', 'find', 'fd', 'tree', 'du', 'md5sum', 'sha256sum'],
]);
/** Programs that write the files they are given. */
const WRITERS = new Set([
  ...[
    'tee',
    'touch',
    'rm',
    'rmdir',
    'mkdir',
    'mv',
    'cp',
    'ln',
    'truncate',
    'shred',
    'unlink',
    'chmod',
    'chown',
    'install',
  ],
  ...['dd', 'sed', 'patch', 'ex', 'ed', 'vi', 'vim', 'nano', 'rsync', 'sponge', 'split', 'gzip', 'gunzip', 'unzip'],
]);

const REMOVERS = new Set(['rm', 'rmdir', 'unlink', 'shred']);

/** Words that are not literal stand as names that no file has. */
export function effectsOf(words: readonly WordOf[]): Effects {
  const read = readOnly(words);
  if (read !== undefined) return { effect: 'none', touches: read, mentions: [] };
  const argv = words.map((word) => word.text);
  return { effect: undefined, touches: [], ...fileCommand(argv), mentions: mentionsOf(argv) };
}

/** Whether the program shows, copies or sends what is in the files it is given. */
export function isReader(name: string): boolean {
  return READERS.has(baseName(name));
}

/** Whether the program changes the files it is given. */
export function isWriter(name: string): boolean {
  return WRITERS.has(baseName(name));
}

export function mentionsOf(words: string[]): Touch[] {
  const name = baseName(words[0] ?? '');
  const found: Touch[] = [];
  for (const word of words.slice(1)) {
    // `--data=@file`, `name=@file`, `file:///path`
    const path = word
      .replace(/^-[^=]*=|^of=|^if=/, '')
      .replace(/^(?:[\w-]+=)?[@<](?=.)/, '')
      .replace(/^file:\/\/(?=\/)/, '');
    if (path === '' || /^-/.test(path)) continue;
    if (READERS.has(name)) found.push({ kind: 'read', path, deep: false });
    if (WRITERS.has(name)) found.push({ kind: 'write', path, deep: false });
  }
  return found;
}

function fileCommand(argv: string[]): { effect: 'files' | undefined; touches: Touch[] } | undefined {
  const [name = '', ...words] = argv;
  switch (name) {
    case 'mkdir':
      return made(words, { flags: 'pv', long: ['parents', 'verbose'] }, 'write');
    case 'touch':
      return made(words, { flags: 'acm', long: ['no-create'] }, 'write');
    case 'cp':
      return copied(words, 'read');
    case 'mv':
      return copied(words, 'delete');
    case 'rm':
      return removing(words, { flags: 'fiIv', long: ['force', 'verbose'] });
    case 'rmdir':
      return removing(words, { flags: 'v', long: ['verbose', 'ignore-fail-on-non-empty'] });
    case 'unlink':
      return { effect: undefined, touches: removed(words) };
    case 'sed':
      return edited(words);
    case 'sort':
      return { effect: undefined, touches: optionFiles(words, /^--output=(.+)$|^-[a-zA-Z]*o(.*)$/) };
    case 'uniq': {
      const to = words.filter((word) => !/^-./.test(word))[1];
      return to === undefined ? undefined : { effect: undefined, touches: [{ kind: 'write', path: to, deep: false }] };
    }
    case 'dd':
      return { effect: undefined, touches: optionFiles(words, /^of=(.+)$/) };
    case 'tee':
    case 'truncate':
    case 'chmod':
    case 'chown':
    case 'install':
    case 'sponge':
    case 'shred':
      return { effect: undefined, touches: operandFiles(name, words) };
    case 'ln':
      return { effect: undefined, touches: linked(words) };
    case 'find':
      return words.includes('-delete') ? { effect: undefined, touches: removed(foreignStarts(words)) } : undefined;
    default:
      return undefined;
  }
}

/** Not of folders: what else is in them is not known. */
function removing(
  words: string[],
  table: Parameters<typeof parseOptions>[1],
): { effect: 'files' | undefined; touches: Touch[] } {
  return { effect: parseOptions(words, table) === undefined ? undefined : 'files', touches: removed(words) };
}

/** Edits in place, with commands that neither write elsewhere nor run anything. */
function edited(words: string[]): { effect: 'files' | undefined; touches: Touch[] } | undefined {
  if (!words.some((word) => /^-[a-zA-Z]*i|^--in-place/.test(word))) return undefined;
  const options = parseOptions(words, {
    flags: 'nErsi',
    valued: 'e',
    long: ['in-place', 'quiet', 'silent', 'regexp-extended', 'expression=', 'separate'],
  });
  const scripts = [...(options?.values.get('e') ?? []), ...(options?.values.get('expression') ?? [])];
  const operands = options?.operands ?? words.filter((word) => !word.startsWith('-'));
  const files = scripts.length > 0 ? operands : operands.slice(1);
  const plain = (scripts.length > 0 ? scripts : operands.slice(0, 1)).every(isPlainSed);
  return {
    effect: options !== undefined && plain && files.length > 0 ? 'files' : undefined,
    touches: files.map((path) => ({ kind: 'write', path, deep: false })),
  };
}

/** What a link leads to counts as read, for what follows may go through it. It starts from where the link is. */
function linked(words: string[]): Touch[] {
  const operands = words.filter((word) => !word.startsWith('-'));
  const to = operands.length > 1 ? (operands.at(-1) ?? '') : '.';
  const folder = to.replace(/[^/]*$/, '');
  const symbolic = words.some((word) => /^-[a-zA-Z]*s|^--symbolic$/.test(word));
  const targets = operands
    .slice(0, Math.max(1, operands.length - 1))
    // The last word may be the link or the folder it is made in.
    .flatMap((path) => (!symbolic || path.startsWith('/') ? [path] : [`${folder}${path}`, `${to}/${path}`]));
  return [
    ...targets.map((path): Touch => ({ kind: 'read', path, deep: false })),
    ...(operands.length > 1 ? [{ kind: 'write' as const, path: to, deep: false }] : []),
  ];
}

/** What stands in or behind an option. */
function optionFiles(words: string[], option: RegExp): Touch[] {
  return words.flatMap((word, index): Touch[] => {
    const match = option.exec(word);
    if (match === null) return [];
    const path = match[1] ?? (match[2] || words[index + 1]);
    return path === undefined || path === '' ? [] : [{ kind: 'write', path, deep: false }];
  });
}

/** The words that are no options; the first of them may say who or how. */
function operandFiles(name: string, words: string[]): Touch[] {
  const operands = words.filter((word) => !word.startsWith('-'));
  const files =
    name === 'chmod' || name === 'chown' ? operands.slice(1) : name === 'install' ? operands.slice(-1) : operands;
  return files.map((path): Touch => ({ kind: 'write', path, deep: false }));
}

/** Where `find` starts, outside the current folder: what it removes there is as good as named. */
function foreignStarts(words: string[]): string[] {
  const end = words.findIndex((word) => /^[-(!]/.test(word));
  return words.slice(0, end < 0 ? words.length : end).filter((word) => /^(\/|~|\.\.(\/|$)|[A-Za-z]:)/.test(word));
}

function made(
  words: string[],
  table: Parameters<typeof parseOptions>[1],
  kind: Touch['kind'],
): { effect: 'files' | undefined; touches: Touch[] } {
  const options = parseOptions(words, table);
  const paths = options?.operands ?? words.filter((word) => !word.startsWith('-'));
  const sure = options !== undefined && paths.length > 0;
  return { effect: sure ? 'files' : undefined, touches: paths.map((path) => ({ kind, path, deep: false })) };
}

/** Source and destination; into a folder the destination is the folder and the name. */
function copied(words: string[], source: 'read' | 'delete'): { effect: 'files' | undefined; touches: Touch[] } {
  const options = parseOptions(words, {
    flags: 'afnpRrTuv',
    long: ['archive', 'force', 'no-clobber', 'recursive', 'update', 'verbose'],
  });
  const paths = options?.operands ?? words.filter((word) => !word.startsWith('-'));
  const from = paths.slice(0, -1);
  const to = paths.at(-1);
  if (to === undefined || from.length === 0) return { effect: undefined, touches: [] };
  const into = from.map((path) => `${to}/${path.replace(/\/+$/, '').replace(/^.*\//, '')}`);
  const isItself = options?.given.has('T') ?? true;
  return {
    effect: options === undefined ? undefined : 'files',
    touches: [
      ...from.map((path): Touch => ({ kind: source, path, deep: source === 'read' })),
      { kind: 'write', path: to, deep: false, into: isItself ? [] : into },
    ],
  };
}

/** What a word list would remove, if its program is one that removes. */
export function removalsOf([name = '', ...words]: string[]): string[] {
  return REMOVERS.has(baseName(name)) ? removed(words).map((touch) => touch.path) : [];
}

/** Options are not checked here: whatever they say, these paths go. */
function removed(words: string[]): Touch[] {
  const end = words.indexOf('--');
  const paths =
    end < 0
      ? words.filter((word) => !word.startsWith('-'))
      : [...words.slice(0, end).filter((word) => !word.startsWith('-')), ...words.slice(end + 1)];
  return paths.map((path) => ({ kind: 'delete', path, deep: false }));
}
