// What tells about files and folders without showing what is in them.
import { names } from '../shell/options.ts';
import type { CommandTable } from './entry.ts';

export const FILES: CommandTable = {
  ls: {
    flags: 'aAbBcCdDfFgGhHiklLmnNopqQrRsStTuUvxXZ1',
    // Elsewhere these two take no value: attached they do everywhere, or are refused.
    attached: 'wI',
    long: names(`
      all almost-all author escape ignore-backups directory classify[=] file-type full-time block-size=
      group-directories-first no-group human-readable si inode kibibytes numeric-uid-gid literal quote-name
      reverse recursive size color[=] format= sort= time= time-style= width= ignore= hide= indicator-style= zero
      dereference-command-line dereference hyperlink[=] quoting-style= show-control-chars hide-control-chars context
    `),
    operands: 'paths',
    currentFolder: true,
    globs: 'any',
    // Both: it would go on in folders that links lead to.
    check: ({ given }) => !((given.has('R') || given.has('recursive')) && (given.has('L') || given.has('dereference'))),
  },
  stat: {
    flags: 'LftFlnqrsx',
    valued: 'c',
    long: names('dereference file-system format= printf= terse cached='),
    operands: 'paths',
    globs: 'any',
  },
  du: {
    flags: 'abcghklmsSx0P',
    valued: 'dtBI',
    long: names(`
      all bytes total human-readable summarize max-depth= apparent-size si exclude= time[=] time-style= inodes null
      block-size= threshold= separate-dirs one-file-system count-links no-dereference
    `),
    operands: 'paths',
    currentFolder: true,
    globs: 'any',
  },
  // Not -o: it writes; not -l: it follows links; not --fromfile.
  tree: {
    flags: 'adfFhiDgpsutrQNvUcqnCASJXxx',
    valued: 'LPI',
    long: names(`
      dirsfirst noreport gitignore prune du si filelimit= ignore-case matchdirs metafirst sort= charset= timefmt=
      inodes device nolinks filesfirst
    `),
    operands: 'paths',
    currentFolder: true,
    globs: 'named',
  },
  basename: {
    flags: 'az',
    valued: 's',
    long: names('multiple suffix= zero'),
    operands: 'data',
    globs: 'any',
    anyText: true,
  },
  dirname: { flags: 'z', long: names('zero'), operands: 'data', globs: 'any', anyText: true },
  realpath: {
    flags: 'emPLqsz',
    long: names(`
      canonicalize-existing canonicalize-missing logical physical quiet relative-to= relative-base= strip no-symlinks
      zero
    `),
    files: ['relative-to', 'relative-base'],
    operands: 'paths',
    globs: 'any',
  },
  readlink: {
    flags: 'femnqsvz',
    long: names(`
      canonicalize canonicalize-existing canonicalize-missing no-newline quiet silent verbose zero
    `),
    operands: 'paths',
    globs: 'any',
  },
  pathchk: { flags: 'pP', operands: 'data' },
  which: {
    flags: 'as',
    long: names('all'),
    operands: 'data',
    check: ({ operands }) => operands.every((word) => !word.includes('/')),
  },
  whereis: { flags: 'bms', operands: 'data', check: ({ operands }) => operands.every((word) => !word.includes('/')) },
};
