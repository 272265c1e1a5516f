// Forms of git that only read and run no program that an option names.

import { names, type Options, type OptionTable, parseOptions } from '../shell/options.ts';
import type { Touch } from '../shell/touch.ts';

type Entry = OptionTable & {
  /** Forms that the options allow and that would change something. */
  check?: (options: Options) => boolean;
  /** Words that are patterns or names, not revisions or paths. */
  data?: boolean;
};

const DIFF_LONG = names(`
  stat[=] numstat shortstat dirstat[=] summary name-only name-status patch no-patch raw unified[=] patch-with-stat
  color[=] no-color word-diff[=] color-words[=] cached staged merge-base check full-index abbrev[=] no-renames
  find-renames[=] find-copies[=] diff-filter= minimal patience histogram diff-algorithm= ignore-all-space
  ignore-space-change ignore-space-at-eol ignore-blank-lines function-context exit-code quiet no-ext-diff
  no-textconv relative[=] text submodule[=] inter-hunk-context= src-prefix= dst-prefix= no-prefix
  compact-summary pickaxe-regex
`);
const LOG_LONG = [
  ...DIFF_LONG,
  ...names(`
  oneline graph all branches[=] tags[=] remotes[=] decorate[=] no-decorate follow first-parent author=
  committer= grep= since= after= until= before= max-count= skip= pretty[=] format= date= merges no-merges
  reverse topo-order date-order abbrev-commit no-abbrev-commit left-right cherry-pick invert-grep all-match
  regexp-ignore-case extended-regexp fixed-strings perl-regexp full-history simplify-merges ancestry-path
  no-walk count left-only right-only cherry boundary relative-date no-notes walk-reflogs source
  clear-decorations cc no-diff-merges
`),
];
// The value of -U may be left out: what stands behind it is a path then.
const DIFF: OptionTable = { flags: 'pusbwWaRz', valued: 'GS', attached: 'UMCBl', long: DIFF_LONG };
const LOG: OptionTable = { flags: 'pusbwWaRzgicmEFPq', valued: 'nGSL', attached: 'UMCB', long: LOG_LONG, number: true };

const TABLE: Record<string, Entry> = {
  status: {
    flags: 'sbvz',
    attached: 'u',
    long: names(`
      short branch porcelain[=] long verbose untracked-files[=] ignored[=] show-stash ahead-behind column[=]
    `),
  },
  log: LOG,
  show: LOG,
  diff: DIFF,
  shortlog: { ...LOG, flags: 'nsecpqi' },
  whatchanged: LOG,
  blame: {
    flags: 'lfnswtcep',
    valued: 'L',
    attached: 'MC',
    long: names(`
      porcelain line-porcelain show-name show-number show-email date= root color-lines abbrev[=]
    `),
  },
  branch: {
    // Not -l: to older versions it means that a branch is made.
    flags: 'arvq',
    long: names(`
      all remotes list verbose show-current contains= no-contains= merged[=] no-merged[=] points-at= sort=
      format= color[=] no-color column[=] no-column abbrev[=] no-abbrev ignore-case
    `),
    data: true,
    // A name by itself makes a branch; as a pattern of --list it does not.
    check: ({ operands, given }) =>
      operands.length === 0 || given.has('list') || ['merged', 'no-merged'].some((n) => given.has(n)),
  },
  tag: {
    flags: 'li',
    attached: 'n',
    long: names(`
      list sort= format= contains= no-contains= points-at= merged[=] no-merged[=] column[=] no-column
      ignore-case
    `),
    data: true,
    check: ({ operands, given }) => operands.length === 0 || given.has('l') || given.has('list'),
  },
  remote: {
    flags: 'v',
    long: ['verbose'],
    data: true,
    check: ({ operands }) => operands.length === 0 || (operands[0] === 'get-url' && operands.length === 2),
  },
  'rev-parse': {
    flags: 'q',
    long: names(`
      show-toplevel show-prefix show-cdup git-dir absolute-git-dir git-common-dir is-inside-work-tree
      is-inside-git-dir is-bare-repository abbrev-ref[=] short[=] verify quiet symbolic-full-name symbolic all
      branches[=] tags[=] remotes[=]
    `),
    data: true,
  },
  'rev-list': {
    ...LOG,
    long: [...LOG_LONG, 'objects', 'no-object-names', 'timestamp', 'header', 'parents', 'children'],
  },
  'ls-files': {
    flags: 'cdmoiskuvtz',
    valued: 'xX',
    long: names(`
      cached deleted modified others ignored stage unmerged killed exclude-standard directory full-name
      error-unmatch exclude= abbrev[=] deduplicate eol
    `),
    check: ({ given }) => !given.has('X'),
  },
  'ls-tree': {
    flags: 'drtlz',
    long: names(`
      name-only name-status full-name full-tree long abbrev[=] object-only format=
    `),
  },
  'cat-file': { flags: 'etsp', check: ({ operands, given }) => given.size === 1 && operands.length === 1 },
  describe: {
    long: names(`
      tags all long always abbrev[=] match= exclude= contains dirty[=] exact-match first-parent candidates=
    `),
    data: true,
  },
  'merge-base': { flags: 'a', long: ['all', 'is-ancestor', 'fork-point', 'octopus', 'independent'], data: true },
  'name-rev': { long: ['name-only', 'tags', 'always'], data: true },
  'show-ref': {
    flags: 'dqs',
    attached: 's',
    long: ['head', 'heads', 'tags', 'verify', 'quiet', 'hash[=]', 'abbrev[=]', 'dereference'],
    data: true,
  },
  'for-each-ref': {
    valued: '',
    long: names(`
      count= sort= format= contains= no-contains= merged= no-merged= points-at= ignore-case
    `),
    data: true,
  },
  'check-ignore': { flags: 'qvnz', long: ['quiet', 'verbose', 'non-matching', 'no-index'] },
  'check-attr': { flags: 'a', long: ['all', 'cached'], data: true },
  'count-objects': { flags: 'vH', long: ['verbose', 'human-readable'], check: ({ operands }) => operands.length === 0 },
  reflog: { ...LOG, data: true, check: ({ operands }) => operands.length === 0 || operands[0] === 'show' },
  stash: {
    data: true,
    long: ['stat', 'patch', 'name-only', 'oneline'],
    flags: 'p',
    check: ({ operands }) => operands[0] === 'list' || operands[0] === 'show',
  },
  worktree: {
    data: true,
    flags: 'v',
    long: ['porcelain', 'verbose'],
    check: ({ operands }) => operands.length === 1 && operands[0] === 'list',
  },
  submodule: { data: true, check: ({ operands }) => operands.length === 1 && operands[0] === 'status' },
  grep: {
    flags: 'inwvlLcohHIEGFPpWqz',
    valued: 'eABCm',
    long: names(`
      and or not cached untracked line-number ignore-case word-regexp files-with-matches name-only count
      show-function function-context break heading all-match max-depth= color[=] no-color column extended-regexp
      fixed-strings perl-regexp only-matching quiet context= after-context= before-context=
    `),
  },
  config: {
    flags: 'z',
    long: names('get get-all name-only show-origin show-scope local global system type='),
    data: true,
    // What is set may be a password: only names that hold none.
    check: ({ operands, given }) =>
      (given.has('get') || given.has('get-all')) &&
      operands.length === 1 &&
      /^(user|core|init|branch|pull|push|merge|diff|log|color|commit|rebase|fetch|status|tag|gpg)\.[\w./-]+$/i.test(
        operands[0] ?? '',
      ),
  },
  version: { check: ({ operands }) => operands.length === 0 },
};

/** `words` follow `git`. Options before the sub-command are not understood, but for `--no-pager`. */
export function readOnlyGit(words: string[]): Touch[] | undefined {
  const rest = words[0] === '--no-pager' ? words.slice(1) : words;
  const [name = '', ...args] = rest;
  if (name === '--version' && args.length === 0) return [];
  const entry = Object.hasOwn(TABLE, name) ? TABLE[name] : undefined;
  if (entry === undefined) return undefined;
  // To show a signature, git runs the program that its settings name for it.
  if (args.some((word) => /%[-+ ]?G|%\((contents:)?signature/.test(word))) return undefined;
  const options = parseOptions(args, entry);
  if (options === undefined || entry.check?.(options) === false) return undefined;
  const shows = SHOWS[name]?.(options) ?? false;
  // Paths behind `--` say of which files; without them it may be any file of the folder.
  const narrowed = args.includes('--') && args.at(-1) !== '--';
  const here: Touch = { kind: 'read', path: '.', deep: shows && !narrowed };
  if (entry.data) return [here];
  return [here, ...options.operands.flatMap((word) => named(word, shows ? 'ifFolder' : false))];
}

const NAMES_ONLY = names(`
  s no-patch stat numstat shortstat dirstat summary name-only name-status raw compact-summary quiet check
`);
const PATCH = names(`p u U W c L cc patch patch-with-stat unified word-diff color-words function-context`);
const has = ({ given }: Options, wanted: readonly string[]) => wanted.some((name) => given.has(name));
const showsPatch = (options: Options) => has(options, PATCH);
const showsUnlessNames = (options: Options) => showsPatch(options) || !has(options, NAMES_ONLY);

/** Whether the command prints what is in files, and not only what they are called. */
const SHOWS: Record<string, (options: Options) => boolean> = {
  grep: (options) => !has(options, ['l', 'L', 'c', 'q', 'files-with-matches', 'name-only', 'count', 'quiet']),
  diff: showsUnlessNames,
  // `rev:path` names the file it shows.
  show: (options) =>
    showsUnlessNames(options) &&
    (options.operands.length === 0 || options.operands.some((word) => !word.includes(':'))),
  log: showsPatch,
  whatchanged: showsPatch,
  reflog: showsPatch,
  stash: showsPatch,
  status: (options) => has(options, ['v', 'verbose']),
  'cat-file': (options) => options.given.has('p') && options.operands.some((word) => !word.includes(':')),
};

/** A revision reads no file of the disk, but may look like a path; git takes a path outside for one to compare. */
function named(word: string, deep: Touch['deep']): Touch[] {
  const path = word.replace(/^:\([^)]*\)|^:[!^/]/, '');
  // `rev:path`, and of the index `:path` and `:0:path`.
  const inTree = /^(?:[^:]+|:[0-3])?:(.+)$/.exec(path)?.[1];
  const read = (text: string): Touch => ({ kind: 'read', path: text, deep });
  return [read(path === '' ? '.' : path), ...(inTree === undefined ? [] : [read(inTree)])];
}
