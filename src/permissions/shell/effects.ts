// What a command does to files, as far as its words tell: what it reads, writes and removes.
import { readOnly, readsAnyway } from '../commands/readOnly.ts';
import type { WordOf } from '../commands/shell.ts';
import { baseName } from './crude.ts';
import { fileCommand } from './fileCommands.ts';
import type { Touch } from './touch.ts';

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
    'shuf',
    'csplit',
    'sdiff',
    'nawk',
    'batcat',
    'most',
    'zless',
    'bzcat',
    'xzcat',
    'zstdcat',
    'hd',
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
  // They run what is in the file.
  ...['bash', 'sh', 'zsh', 'dash', 'ksh', 'fish', 'bun', 'deno', 'tsx', 'ts-node', 'nodejs', 'lua', 'Rscript'],
  ...[
    'sha1sum',
    'sha224sum',
    'sha384sum',
    'sha512sum',
    'md5',
    'sum',
    'expand',
    'unexpand',
    'tsort',
    'bzip2',
    'xz',
    '7z',
  ],
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

/** And leave nothing of what was in them. */
const REPLACERS = new Set(['tee', 'mv', 'cp', 'ln', 'truncate', 'install', 'dd', 'sponge']);

/** Words that are not literal stand as names that no file has. */
export function effectsOf(words: readonly WordOf[]): Effects {
  const read = readOnly(words);
  if (read !== undefined) return { effect: 'none', touches: read, mentions: [] };
  const argv = words.map((word) => word.text);
  const files = fileCommand(argv);
  const touches = files?.effect === 'files' ? files.touches : [...readsAnyway(argv), ...(files?.touches ?? [])];
  return { effect: files?.effect, touches, mentions: mentionsOf(argv) };
}

/** Whether the program shows, copies or sends what is in the files it is given. */
export function isReader(name: string): boolean {
  const program = baseName(name);
  // `python3.12` is python.
  return READERS.has(program) || READERS.has(program.replace(/[\d.]+$/, ''));
}

/** Whether the program changes the files it is given. */
export function isWriter(name: string): boolean {
  return WRITERS.has(baseName(name));
}

export function mentionsOf(words: string[]): Touch[] {
  const name = baseName(words[0] ?? '');
  const reads = isReader(name);
  const found: Touch[] = [];
  for (const word of words.slice(1)) {
    // `--data=@file`, `-d@file`, `-T.file`, `name=@file;type=x`, `file:///path`
    const path = word
      .replace(/^--?[^=]*=|^of=|^if=/, '')
      .replace(/^-[A-Za-z](?=[^=]*[./@])/, '')
      .replace(/^(?:[\w-]+=)?[@<](?=.)/, '')
      .replace(/;\w+=.*$/s, '')
      .replace(/^file:\/\/(?=\/)/, '');
    if (path === '' || /^-/.test(path)) continue;
    if (reads) found.push({ kind: 'read', path, deep: false });
    if (WRITERS.has(name))
      found.push({ kind: 'write', path, deep: false, ...(REPLACERS.has(name) ? { replaces: true } : {}) });
  }
  return found;
}
