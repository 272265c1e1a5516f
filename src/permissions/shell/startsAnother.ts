// Programs that mostly read, write or fetch, and with some option start another program: only a rule that says so means that.
import { isContainedSed } from '../commands/sed.ts';
import { baseName } from './crude.ts';

const FIND = /^-(exec|execdir|ok|okdir|delete|fprint|fprint0|fprintf|fls)$/;
const FD = /^(-[HIusigFpa0q1lL]*[xX]|--exec(-batch)?(=|$))/;
const STARTING: Record<string, RegExp> = {
  fd: FD,
  fdfind: FD,
  rg: /^--(pre|hostname-bin)(=|$)/,
  sort: /^--co/,
  split: /^--f/,
  tar: /^(-[a-zA-Z]*[IF]|--(use-c|to-c|checkpoint-a|info-s|new-v|rsh|rmt))/,
  // Of a repository that is a folder, git starts what serves it by the name that is given.
  git: /^--(upl|rece|exe)/,
};
const GIT_GREP = /^(-[a-zA-Z]*O|--op)/;

/** `pattern` is that of the rule: what it names itself is meant. */
export function startsAnother(pattern: string, [program = '', ...words]: readonly string[]): boolean {
  const name = baseName(program);
  if (name === 'find') return words.some((word) => FIND.test(word));
  if (name === 'sed') return !isContainedSed(words);
  const starting = Object.hasOwn(STARTING, name) ? STARTING[name] : undefined;
  const found = words.find(
    (word) => starting?.test(word) || (name === 'git' && words.includes('grep') && GIT_GREP.test(word)),
  );
  if (found === undefined) return false;
  const [option = ''] = found.split('=');
  return !pattern.split(/[\s=]+/).includes(option);
}
