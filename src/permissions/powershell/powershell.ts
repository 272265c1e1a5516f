// PowerShell: the few commands that are known to only tell something, the names of all others, and which rules speak of them.
import { commandAllowed, commandCaught } from '../rules/matchCommand.ts';

/** A tool is one for PowerShell by its name alone: the record holds it, and so nobody takes the text for bash. */
export const isPowerShell = (tool: string) => tool === 'PowerShell';

/** In any letter case, and nothing before or after them: these very words. */
const PLAIN = new Set([
  ...['get-location', 'pwd', 'gl', 'get-date', 'get-host', 'get-culture', 'get-uiculture', 'get-timezone', 'whoami'],
  ...['hostname', '$psversiontable', '$psversiontable.psversion', '$pwd', 'git status', 'git branch', 'git --version'],
  ...['get-childitem', 'gci', 'ls', 'dir', 'get-executionpolicy', 'node --version', 'npm --version'],
]);
/** Of these the ones that are programs: another one of that name may be found first. */
const PROGRAMS = new Set(['whoami', 'hostname', 'git', 'node', 'npm']);

/** Undefined where the text is anything else. `program` is the file that would be started, by its name. */
export function plainPowerShell(command: string): { argv: string[]; program?: string } | undefined {
  if (!/^[\x20-\x7e]*$/.test(command)) return undefined;
  const argv = command.trim().split(/ +/);
  if (!PLAIN.has(argv.join(' ').toLowerCase())) return undefined;
  const name = argv[0]?.toLowerCase() ?? '';
  return PROGRAMS.has(name) ? { argv, program: name } : { argv };
}

/** Names that PowerShell itself, or `cmd`, knows for a command, in small letters. */
const ALIASES: Readonly<Record<string, string>> = {
  ...of('get-childitem', 'gci ls dir'),
  ...of('remove-item', 'ri rm rmdir del erase rd'),
  ...of('get-content', 'gc cat type'),
  ...of('set-content', 'sc'),
  ...of('add-content', 'ac'),
  ...of('copy-item', 'cpi cp copy'),
  ...of('move-item', 'mi mv move'),
  ...of('rename-item', 'rni ren'),
  ...of('new-item', 'ni md mkdir'),
  ...of('clear-content', 'clc'),
  ...of('set-location', 'sl cd chdir'),
  ...of('get-location', 'gl pwd'),
  ...of('write-output', 'echo write'),
  ...of('select-string', 'sls'),
  ...of('invoke-expression', 'iex'),
  ...of('invoke-command', 'icm'),
  ...of('invoke-webrequest', 'iwr curl wget'),
  ...of('invoke-restmethod', 'irm'),
  ...of('invoke-item', 'ii'),
  ...of('start-process', 'saps start'),
  ...of('stop-process', 'spps kill'),
  ...of('start-job', 'sajb'),
  ...of('get-process', 'gps ps'),
  ...of('foreach-object', 'foreach %'),
  ...of('where-object', 'where ?'),
  ...of('tee-object', 'tee'),
  ...of('set-item', 'si'),
  ...of('set-variable', 'sv set'),
  ...of('import-module', 'ipmo'),
};

function of(command: string, aliases: string): Record<string, string> {
  return Object.fromEntries(aliases.split(' ').map((alias) => [alias, command]));
}

/** `C:\bin\GIT.exe` is git, `Microsoft.PowerShell.Management\rm` and `del` are Remove-Item; in small letters. */
export function canonicalName(word: string): string {
  const name = word
    .replace(/^.*[\\/]/s, '')
    .toLowerCase()
    .replace(/\.(exe|com|cmd|bat|ps1)$/, '');
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

/** The words in every spelling that deny and ask rules are tried on: in small letters, the program by its own name too. */
export function spellings(words: readonly string[]): string[][] {
  const small = words.map((word) => word.toLowerCase());
  const own = canonical(small);
  return own[0] === small[0] ? [small] : [small, own];
}

/** For deny and ask rules, written for PowerShell or for bash. `candidates` are spellings as above. */
export function powershellCaught(pattern: string, candidates: readonly string[][]): boolean {
  const spoken = inSmall(pattern);
  return [...new Set([spoken, canonicalPattern(spoken)])].some((one) => {
    const name = NAME.exec(one)?.[0];
    // Most rules speak of another program: that is seen at once. A word with blanks is a whole line.
    const near = (word = '') => name === undefined || word === name || /\s/.test(word);
    return candidates.some((words) => near(words[0]) && commandCaught(one, words));
  });
}

/** For allow rules: the words as they are but for letter case and aliases. */
export function powershellAllowed(pattern: string, argv: readonly string[]): boolean {
  return commandAllowed(
    canonicalPattern(inSmall(pattern)),
    canonical(argv).map((word) => word.toLowerCase()),
  );
}

const inSmall = (pattern: string) => pattern.trim().toLowerCase();

function canonical(words: readonly string[]): string[] {
  return words.length === 0 ? [] : [canonicalName(words[0] ?? ''), ...words.slice(1)];
}

/** The program that a pattern names, where it names one. */
const NAME = /^[^\s*]+?(?=\s|:\*|$)/;

function canonicalPattern(pattern: string): string {
  return pattern.replace(NAME, (name) => (/[\\/]/.test(name) ? name : canonicalName(name)));
}
