// PowerShell: the few commands that are known to only tell something, and what denied ones any other text may hold.
import path from 'node:path';
import { commandAllowed, commandCaught } from './matchCommand.ts';
import type { Candidate } from './shell/crude.ts';

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
function canonicalName(word: string): string {
  const name = word
    .replace(/^.*[\\/]/s, '')
    .toLowerCase()
    .replace(/\.(exe|com|cmd|bat|ps1)$/, '');
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

/** For deny and ask rules, written for PowerShell or for bash: letter case and aliases are of no account. */
export function powershellCaught(pattern: string, words: readonly string[]): boolean {
  const spoken = inSmall(pattern);
  const forms = [[...words], canonical(words)].map((form) => form.map((word) => word.toLowerCase()));
  return [spoken, canonicalPattern(spoken)].some((one) => forms.some((form) => commandCaught(one, form)));
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

function canonicalPattern(pattern: string): string {
  return pattern.replace(/^[^\s:*]+/, (name) => canonicalName(name));
}

const KEYWORDS = new Set(
  (
    '. ! -not if elseif else while do until for switch try catch finally trap return throw exit function filter ' +
    'begin process end param in data using = += -= ??='
  ).split(' '),
);
/** These run what stands among their words. */
const RUNNERS = new Set([
  ...['start-process', 'invoke-expression', 'invoke-command', 'start-job', 'foreach-object', 'where-object'],
  ...['cmd', 'powershell', 'pwsh', 'bash', 'sh', 'wsl', 'sudo', 'gsudo', 'runas', 'env', 'npx', 'call', 'forfiles'],
]);
const MAX_SHIFTS = 64;

/** What may be a command in the text, in every reading that a deny rule should be tried on. Never enough to allow. */
export function powershellCandidates(text: string, depth = 0): Candidate[] {
  return piecesOf(text).flatMap(({ words, inner }): Candidate[] => {
    let start = 0;
    while (start < words.length && (KEYWORDS.has((words[start] ?? '').toLowerCase()) || isAssigned(words, start)))
      start += 1;
    const own = words.slice(start);
    const found: Candidate[] = [
      { words: own, reads: own.slice(1).flatMap(pathsIn), writes: own.slice(1).flatMap(pathsIn) },
    ];
    const deeper = depth < 3 ? inner.flatMap((one) => powershellCandidates(one, depth + 1)) : [];
    if (!RUNNERS.has(canonicalName(own[0] ?? ''))) return [...found, ...deeper];
    for (let shift = 1; shift < Math.min(own.length, MAX_SHIFTS); shift += 1)
      found.push({ words: own.slice(shift), reads: [], writes: [] });
    const quoted = depth < 3 ? own.slice(1).filter((word) => /[\s;&|(){}]/.test(word)) : [];
    return [...found, ...deeper, ...quoted.flatMap((word) => powershellCandidates(word, depth + 1))];
  });
}

/** `$x = …` and `$x` at the start: what follows may run. */
function isAssigned(words: readonly string[], at: number): boolean {
  return /^\$[\w:{}]+$/.test(words[at] ?? '') && /^([-+*/%]|\?\?)?=$/.test(words[at + 1] ?? '');
}

/** `-Path:x` names x; `Filesystem::x` does too. */
function pathsIn(word: string): string[] {
  const value = /^-/.test(word) ? word.replace(/^-[^:]*:?/, '') : word;
  const file = value.replace(/^[\w.\\]*::/, '').replace(/^\$(env:userprofile|\{env:userprofile\})(?=[\\/]|$)/i, '~');
  return file === '' ? [] : [file];
}

const SINGLE = /['\u2018\u2019\u201a\u201b]/;
const DOUBLE = /["\u201c\u201d\u201e]/;

type Piece = { words: string[] /** Text that runs within a quoted word. */; inner: string[] };

/** Quotes and back quotes are taken off; every dash and quote that PowerShell takes for one is. */
function piecesOf(text: string): Piece[] {
  const done: Piece[] = [];
  let piece: Piece = { words: [], inner: [] };
  let word: string | undefined;
  const endWord = () => {
    if (word !== undefined) piece.words.push(word);
    word = undefined;
  };
  const endPiece = () => {
    endWord();
    if (piece.words.length > 0) done.push(piece);
    piece = { words: [], inner: [] };
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '`') {
      at += 1;
      if (!/[\r\n]/.test(text[at] ?? '')) word = (word ?? '') + (text[at] ?? '');
    } else if (SINGLE.test(character) || DOUBLE.test(character)) {
      const { value, end } = quoted(text, at, SINGLE.test(character) ? SINGLE : DOUBLE);
      if (DOUBLE.test(character) && value.includes('$(')) piece.inner.push(value.slice(value.indexOf('$(') + 2));
      word = (word ?? '') + value;
      at = end;
    } else if (/[;|&\r\n(){}]/.test(character)) {
      // What stands in front of a parenthesis is `$`, `@` or a method, and no command.
      endPiece();
    } else if (/[\s,<>]/.test(character)) {
      endWord();
    } else if (character === '=' && /^\$/.test(word ?? '')) {
      endWord();
      piece.words.push('=');
    } else {
      word = (word ?? '') + (/[\u2013-\u2015]/.test(character) ? '-' : character);
    }
  }
  endPiece();
  return done;
}

/** The text of a quote, doubled ones as one; without an end it goes on to the end of the text. */
function quoted(text: string, from: number, kind: RegExp): { value: string; end: number } {
  let value = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (kind === DOUBLE && character === '`') {
      at += 1;
      value += text[at] ?? '';
    } else if (kind.test(character)) {
      if (!kind.test(text[at + 1] ?? '')) return { value, end: at };
      at += 1;
      value += character;
    } else value += character;
  }
  return { value, end: text.length };
}

/** Below these everything belongs to the system. */
const SYSTEM =
  /^([a-z]:)?\\(windows|program files( \(x86\))?|programdata|system volume information|\$recycle\.bin|recovery|boot|efi|perflogs|etc|usr|bin|sbin|var|lib|system|library|applications)(\\|$)/;
const SYSTEM_NAMES =
  /^(\$\{?env:(systemroot|windir|systemdrive|programfiles(\(x86\))?|programw6432|programdata|allusersprofile|public|homedrive)\}?|hklm:|hkcr:|hku:|hkcu:|cert:|wsman:|registry::|hkey_\w+)/;
/** These themselves, not what lies in them. */
const FOLDERS = /^(([a-z]:)?\\?|([a-z]:)?\\(users|home|documents and settings)(\\[^\\]+)?|\\\\[^\\]+(\\[^\\]+)?)$/;
const HOMES = /^(~|\$\{?(home|env:(userprofile|homepath|home|appdata|localappdata))\}?)$/;

/** Whether `Remove-Item` would be given a wildcard, or a folder of the system: nobody is asked about that, it is refused. */
export function removesTooMuch(candidates: readonly Candidate[], cwd: string): boolean {
  return candidates.some(({ words }) => {
    if (canonicalName(words[0] ?? '') !== 'remove-item') return false;
    const literal = words.some((word) => /^-l/i.test(word));
    return words.slice(1).some((word) => {
      const named = /^-/.test(word) ? word.replace(/^-[^:]*:?/, '') : word;
      // `$x[0]` is one of a list.
      const wild = literal || /^\$[\w:]+\[-?\d+\]$/.test(named) ? /[*?]/ : /[*?[\]]/;
      return wild.test(named) || isSystem(named, cwd);
    });
  });
}

function isSystem(named: string, cwd: string): boolean {
  const plain = named.toLowerCase().replaceAll('/', '\\');
  if (plain === '') return false;
  if (SYSTEM_NAMES.test(plain) || HOMES.test(plain.replace(/\\+$/, ''))) return true;
  const file = plain.replace(/^[\w.\\]*::/, '').replace(/^\\\\[?.]\\/, '');
  const full = path.win32.resolve(cwd.toLowerCase(), file).replace(/\\+$/, '');
  return SYSTEM.test(full) || FOLDERS.test(full);
}
