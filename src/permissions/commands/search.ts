// Programs that look for text in files, and jq: what they are asked may not make them run or open something else.
import { names } from '../shell/options.ts';
import type { CommandTable, Entry } from './entry.ts';
import { isStandIn } from './shell.ts';

// Not -R: it goes through links. Not -d and -D: devices, and folders by another name.
const GREP: Entry = {
  flags: 'ivwxyclLoqsbHhnTZazIrEFGPU',
  valued: 'emABCf',
  number: true,
  long: names(`
    ignore-case no-ignore-case invert-match word-regexp line-regexp count color[=] colour[=] files-with-matches
    files-without-match max-count= only-matching quiet silent no-messages byte-offset with-filename no-filename
    line-number initial-tab null null-data line-buffered after-context= before-context= context= text binary
    binary-files= include= exclude= exclude-dir= exclude-from= label= group-separator= no-group-separator
    recursive extended-regexp fixed-strings basic-regexp perl-regexp regexp= file=
  `),
  files: ['f', 'file', 'exclude-from'],
  patternGiven: ['e', 'regexp', 'f', 'file'],
  operands: 'patternThenPaths',
  globs: 'any',
  deep: ({ given }) => given.has('r') || given.has('recursive'),
  // Without a path and without -r it waits for input, of which there is none.
  currentFolder: true,
};

export const SEARCH: CommandTable = {
  grep: GREP,
  egrep: GREP,
  fgrep: GREP,
  // Not --pre, --hostname-bin, -z, -L, -d, --ignore-file.
  rg: {
    flags: 'abciFHhIlnNopPqsSuUvVwx.0',
    valued: 'eABCgjmMrtTEf',
    long: names(`
      after-context= before-context= context= case-sensitive color= colors= column count count-matches files
      files-with-matches files-without-match fixed-strings glob= iglob= glob-case-insensitive heading no-heading
      hidden ignore-case invert-match json line-number no-line-number line-regexp max-columns= max-columns-preview
      max-count= max-depth= max-filesize= multiline multiline-dotall no-filename no-ignore no-ignore-vcs
      no-ignore-dot no-ignore-global no-ignore-parent no-messages null null-data only-matching passthru pcre2
      no-pcre2 pretty quiet regexp= replace= smart-case sort= sortr= stats text threads= trim type= type-not=
      type-list unrestricted vimgrep with-filename word-regexp no-config one-file-system byte-offset crlf debug
      encoding= engine= field-context-separator= field-match-separator= context-separator= include-zero
      line-buffered block-buffered no-unicode path-separator= file= no-hidden
    `),
    files: ['f', 'file'],
    patternGiven: ['e', 'regexp', 'f', 'file', 'files', 'type-list'],
    operands: 'patternThenPaths',
    currentFolder: true,
    deep: true,
    globs: 'named',
  },
  // Not -x, -X, -l, -L, --exec, --gen-completions, --base-directory, --search-path.
  fd: fd(),
  fdfind: fd(),
  jq: {
    flags: 'aceCjMnrsS',
    valued: '',
    long: names(`
      compact-output raw-output raw-output0 join-output ascii-output slurp sort-keys null-input exit-status tab
      color-output monochrome-output raw-input stream seq unbuffered
    `),
    operands: 'patternThenPaths',
    globs: 'named',
    // These words reach the environment or other files.
    check: ({ operands }) =>
      operands.length > 0 &&
      !isStandIn(operands[0] ?? '') &&
      !/\$ENV|\$__|\b(env|import|include|input_filename|debug|stderr|get_search_list|modulemeta)\b/.test(
        operands[0] ?? '',
      ),
  },
};

function fd(): Entry {
  return {
    flags: 'HIusigFpa0q1',
    valued: 'deEtScj',
    long: names(`
      hidden no-ignore no-ignore-vcs no-ignore-parent unrestricted case-sensitive ignore-case glob regex
      fixed-strings absolute-path full-path print0 max-depth= min-depth= exact-depth= exclude= prune
      type= extension= size= changed-within= changed-before= max-results= quiet color= threads= strip-cwd-prefix
      one-file-system show-errors max-one-result
    `),
    operands: 'patternThenPaths',
    currentFolder: true,
  };
}
