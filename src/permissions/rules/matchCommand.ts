// Does a `Bash(…)` pattern speak of these words?
import { wildcard } from '../../util/wildcard.ts';
import { baseName } from '../shell/crude.ts';
import { ruleWords } from '../shell/ruleWords.ts';
import { startsAnother } from '../shell/startsAnother.ts';

/** A blank inside a word: it must not pass for the blank between two words. */
const INNER_BLANK = '\u0000';
/** These run what follows them, so that only an exact rule can mean it. */
const EXACT_ONLY = new Set(['watch', 'setsid', 'ionice', 'flock']);

/** For allow rules: the words as they are, and nothing guessed. */
export function commandAllowed(pattern: string, argv: string[]): boolean {
  if (isExact(pattern)) return sameWords(pattern, argv);
  if (EXACT_ONLY.has(baseName(argv[0] ?? '')) || startsAnother(pattern, argv)) return false;
  return matches(pattern, argv.map((word) => word.replace(/[ \t\n]/g, INNER_BLANK)).join(' '));
}

/**
 * For deny and ask rules: the words in every reading that comes to the same: the program by its path, options in front
 * of the sub-command, quotes of no account.
 */
export function commandCaught(pattern: string, argv: string[]): boolean {
  if (argv.length === 0) return false;
  return readings(argv).some((words) => {
    if (isExact(pattern)) return sameWords(pattern, words) || words.join(' ') === pattern.trim().replace(/\s+/g, ' ');
    // A program whose name holds a blank is none that a rule names.
    return matches(pattern, [(words[0] ?? '').replace(/[ \t\n]/g, INNER_BLANK), ...words.slice(1)].join(' '));
  });
}

/** With more words behind them, these may be what the pattern says. */
export function mayBecome(pattern: string, argv: string[]): boolean {
  const rule = pattern.replace(/\*.*$/s, '').replace(/:$/, '').trim().split(/\s+/);
  const [name = '', ...words] = argv;
  return rule.length > argv.length && [baseName(name), ...words].every((word, index) => word === rule[index]);
}

function isExact(pattern: string): boolean {
  return !pattern.includes('*');
}

function sameWords(pattern: string, argv: string[]): boolean {
  const rule = ruleWords(pattern);
  return rule?.length === argv.length && rule.every((word, index) => word === argv[index]);
}

/** A `:*` or ` *` at the end also stands for nothing at all. */
function matches(pattern: string, text: string): boolean {
  const spaced = pattern.trim().replace(/:\*$/, ' *').replace(/\s+/g, ' ');
  if (spaced.endsWith(' *') && wildcard(spaced.slice(0, -2), text)) return true;
  return wildcard(spaced, text);
}

const GIT_VALUED = new Set([
  '-C',
  '-c',
  '--git-dir',
  '--work-tree',
  '--namespace',
  '--exec-path',
  '--super-prefix',
  '--config-env',
]);

function readings(argv: string[]): string[][] {
  const written = baseName(argv[0] ?? '').replace(/\.exe$/i, '');
  const all = [argv];
  if (written !== argv[0]) all.push([written, ...argv.slice(1)]);
  // Many disks find a program in any letter case.
  const name = written.toLowerCase();
  const plain = [name, ...argv.slice(1)];
  if (name !== written) all.push(plain);
  if (!(plain[1] ?? '').startsWith('-')) return all;
  if (name === 'git') {
    let at = 1;
    while ((plain[at] ?? '').startsWith('-')) at += GIT_VALUED.has(plain[at] ?? '') ? 2 : 1;
    all.push([name, ...plain.slice(at)]);
    return all;
  }
  // Which options take a value is not known here: leave out any number of words in front.
  for (let at = 2; at < Math.min(plain.length, 12); at += 1) {
    if (!(plain[at] ?? '').startsWith('-')) all.push([name, ...plain.slice(at)]);
  }
  return all;
}
