// Splits any text for PowerShell into what may be commands, to find denied ones. Good enough to refuse, never to allow.

import type { Candidate } from '../shell/crude.ts';
import { canonicalName } from './powershell.ts';

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

/** These open the files that their words name. */
const READERS = new Set([
  ...[
    'get-content',
    'select-string',
    'copy-item',
    'move-item',
    'get-item',
    'get-filehash',
    'format-hex',
    'invoke-item',
  ],
  ...[
    'import-csv',
    'import-clixml',
    'import-module',
    'import-powershelldatafile',
    'compress-archive',
    'expand-archive',
  ],
  ...['get-childitem', 'start-process', 'invoke-webrequest', 'invoke-restmethod', 'more', 'findstr', 'fc', 'xcopy'],
  ...['robocopy', 'certutil', 'tar', 'notepad', 'code'],
]);
const WRITERS = new Set([
  ...['set-content', 'add-content', 'clear-content', 'out-file', 'tee-object', 'copy-item', 'move-item', 'rename-item'],
  ...['remove-item', 'new-item', 'set-item', 'set-itemproperty', 'export-csv', 'export-clixml', 'start-transcript'],
  ...['compress-archive', 'expand-archive', 'invoke-webrequest', 'invoke-restmethod', 'xcopy', 'robocopy', 'certutil'],
  ...['tar', 'mklink', 'attrib', 'icacls'],
]);

/** What may be a command in the text, in every reading that a deny rule should be tried on. Never enough to allow. */
export function powershellCandidates(text: string, depth = 0): Candidate[] {
  // What .NET is given stands in parentheses of its own, behind no name.
  const dotnet = /\]\s*::|\.(open|read|write|append|copy|move|replace|delete)\w*\s*\(/i.test(text);
  return piecesOf(text).flatMap(({ words, writes, inner }): Candidate[] => {
    let start = 0;
    while (start < words.length && (KEYWORDS.has((words[start] ?? '').toLowerCase()) || isAssigned(words, start)))
      start += 1;
    const own = words.slice(start);
    const { reads, writes: named } = openedBy(own);
    const all = dotnet ? words.flatMap(pathsIn) : [];
    const found: Candidate[] = [
      { words: own, reads: [...reads, ...all], writes: [...writes.flatMap(pathsIn), ...named, ...all] },
    ];
    const within = depth < 3 ? inner.flatMap((one) => powershellCandidates(one, depth + 1)) : [];
    if (!RUNNERS.has(canonicalName(own[0] ?? ''))) return [...found, ...within];
    for (let shift = 1; shift < Math.min(own.length, MAX_SHIFTS); shift += 1) {
      const rest = own.slice(shift);
      found.push({ words: rest, ...openedBy(rest) });
    }
    const quoted = depth < 3 ? own.slice(1).filter((word) => /[\s;&|(){}]/.test(word)) : [];
    return [...found, ...within, ...quoted.flatMap((word) => powershellCandidates(word, depth + 1))];
  });
}

/** The files that a command is known to open. */
function openedBy([word = '', ...words]: readonly string[] = []): Pick<Candidate, 'reads' | 'writes'> {
  const name = canonicalName(word);
  const named = READERS.has(name) || WRITERS.has(name) ? words.flatMap(pathsIn) : [];
  return { reads: READERS.has(name) ? named : [], writes: WRITERS.has(name) ? named : [] };
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

type Piece = {
  words: string[];
  /** Files that output is sent to. */
  writes: string[];
  /** Text that runs within a quoted word. */
  inner: string[];
};

/** Quotes and back quotes are taken off; every dash and quote that PowerShell takes for one is. */
function piecesOf(text: string): Piece[] {
  const done: Piece[] = [];
  let piece: Piece = { words: [], writes: [], inner: [] };
  let word: string | undefined;
  let target = false;
  const endWord = () => {
    if (word === undefined) return;
    (target ? piece.writes : piece.words).push(word);
    word = undefined;
    target = false;
  };
  const endPiece = () => {
    endWord();
    if (piece.words.length + piece.writes.length > 0) done.push(piece);
    piece = { words: [], writes: [], inner: [] };
    target = false;
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
    } else if (character === '>') {
      endWord();
      target = true;
    } else if (/[\s,<]/.test(character)) {
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
