// Splits any text into what may be commands, to find denied ones. Good enough to refuse, never good enough to allow.

/** One piece of text that may run: its words without quotes, and the files it may be redirected to or from. */
export type Candidate = { words: string[]; reads: string[]; writes: string[] };

const SKIPPED = new Set([
  ...[
    'if',
    'then',
    'else',
    'elif',
    'while',
    'until',
    'do',
    'for',
    'case',
    'in',
    'select',
    'function',
    'coproc',
    '!',
    '{',
    '}',
  ],
]);
/** Programs that run what stands among their words. */
const RUNNERS = new Set([
  ...[
    'xargs',
    'env',
    'sudo',
    'doas',
    'su',
    'timeout',
    'nice',
    'ionice',
    'stdbuf',
    'setsid',
    'watch',
    'flock',
    'parallel',
  ],
  ...['bash', 'sh', 'zsh', 'dash', 'ksh', 'fish', 'strace', 'ltrace', 'chroot', 'unshare', 'nsenter', 'ssh', 'trap'],
  ...['busybox', 'toybox', 'npx', 'direnv', 'script', 'time', 'command', 'builtin', 'exec', 'nohup', 'noglob', 'eval'],
  ...['chrt', 'taskset', 'numactl', 'setarch', 'linux32', 'linux64', 'arch', 'prlimit', 'setpriv', 'capsh', 'pkexec'],
  ...[
    'runuser',
    'gosu',
    'chpst',
    'fakeroot',
    'faketime',
    'proxychains',
    'proxychains4',
    'torsocks',
    'firejail',
    'bwrap',
  ],
  ...['unbuffer', 'rlwrap', 'xvfb-run', 'dbus-run-session', 'systemd-run', 'caffeinate', 'flatpak-spawn', 'gtimeout'],
  ...[
    'gnice',
    'genv',
    'gstdbuf',
    'entr',
    'watchexec',
    'nodemon',
    'concurrently',
    'hyperfine',
    'perf',
    'valgrind',
    'gdb',
  ],
  ...['tmux', 'screen', 'dotenv', 'nix-shell', 'bunx', 'uvx', 'pwsh'],
]);
/** Programs that do so behind one of these words. */
const RUNS_AFTER: Record<string, RegExp> = {
  find: /^-(exec|execdir|ok|okdir)$/,
  fd: /^(-[xX]|--exec(-batch)?)$/,
  fdfind: /^(-[xX]|--exec(-batch)?)$/,
  git: /^(run|foreach|--exec|-x|--tree-filter|--index-filter|--msg-filter)$/,
  docker: /^(exec|run)$/,
  podman: /^(exec|run)$/,
  kubectl: /^(exec|--)$/,
  npm: /^(exec|x|--)$/,
  pnpm: /^(exec|dlx|--)$/,
  yarn: /^(exec|dlx)$/,
  bun: /^x$/,
  bundle: /^exec$/,
  mise: /^(exec|x|--)$/,
  poetry: /^run$/,
  uv: /^run$/,
  pipenv: /^run$/,
  pdm: /^run$/,
  hatch: /^run$/,
  conda: /^run$/,
  mamba: /^run$/,
  rustup: /^run$/,
  nix: /^(run|-c|--command)$/,
};
const MAX_SHIFTS = 64;

/** Longer text is not looked into: it counts as holding whatever a rule denies. */
export const MAX_CRUDE = 50_000;

/** Every reading of the text that a deny rule should be tried on, each once. */
export function crudeCandidates(command: string): Candidate[] {
  const distinct = new Map(candidatesIn(command, 0).map((candidate) => [JSON.stringify(candidate), candidate]));
  return [...distinct.values()];
}

/** What may run among the words of one command that is understood, beside the command itself. */
export function innerCandidates(words: readonly string[]): Candidate[] {
  const piece = { words: words.map((text) => ({ text, quoted: true })), reads: [], writes: [] };
  return candidatesOf(piece, 0).slice(1);
}

function candidatesIn(command: string, depth: number): Candidate[] {
  return pieces(command.replace(/\\\r?\n/g, '')).flatMap((piece) => candidatesOf(piece, depth));
}

/** The words of the piece first. */
function candidatesOf(piece: Piece, depth: number): Candidate[] {
  const words = piece.words.map((word) => word.text);
  let start = 0;
  while (start < words.length && (SKIPPED.has(words[start] ?? '') || /^[A-Za-z_]\w*\+?=/.test(words[start] ?? '')))
    start += 1;
  const own = words.slice(start);
  const found: Candidate[] = [{ words: own, reads: piece.reads, writes: piece.writes }];
  const respelled = respell(own);
  if (respelled !== undefined) found.push({ words: respelled, reads: [], writes: [] });
  if (depth < 3 && baseName(own[0] ?? '') === 'git') {
    // `-c alias.x='!command'` and its like.
    for (const word of own) {
      const inner = /^[\w.-]+\.[\w.-]+=!?(.+)$/s.exec(word)?.[1];
      if (inner !== undefined) found.push(...candidatesIn(inner, depth + 1));
    }
  }
  // `function name {` and `coproc NAME {`.
  const brace = own.slice(0, 4).findIndex((word) => word === '{' || word === '(');
  if (brace >= 0) found.push({ words: own.slice(brace + 1), reads: [], writes: [] });
  // `--exec=rm`, `-Xrm`
  const joined = own.flatMap((word) => /^(?:--exec[\w-]*=|-[a-zA-Z0-9]*[xX])(.+)$/s.exec(word)?.[1] ?? []);
  if (/^fd(find)?$|^git$/.test(baseName(own[0] ?? ''))) for (const word of joined) found.push(...inOne(word, depth));
  const from = runsFrom(own);
  if (from === undefined) return found;
  for (let shift = from; shift < Math.min(own.length, from + MAX_SHIFTS); shift += 1) {
    found.push({ words: own.slice(shift), reads: [], writes: [] });
  }
  if (depth >= 3) return found;
  for (const word of piece.words) {
    if (word.quoted && /[\s;&|<>()`$]/.test(word.text)) found.push(...candidatesIn(word.text, depth + 1));
  }
  return found;
}

/** The command with braces in its first word written out, and without variables there that may be empty. */
function respell([name = '', ...words]: string[]): string[] | undefined {
  const listed = /^\{([^{}]*,[^{}]*)\}$/.exec(name)?.[1];
  if (listed !== undefined) return [...listed.split(','), ...words];
  const bare = name.replace(/\$(?:[@*#?$!0-9_-]|[A-Za-z_]\w*)/g, '');
  return bare === name || bare === '' ? undefined : [bare, ...words];
}

/** What may run of text that is one word. */
function inOne(text: string, depth: number): Candidate[] {
  return depth < 3 ? candidatesIn(text, depth + 1) : [];
}

/** Index of the first word that may be a command of its own. */
function runsFrom(words: string[]): number | undefined {
  const name = baseName(words[0] ?? '');
  if (RUNNERS.has(name)) return 1;
  const marker = Object.hasOwn(RUNS_AFTER, name) ? RUNS_AFTER[name] : undefined;
  const at = marker === undefined ? -1 : words.findIndex((word) => marker.test(word));
  return at < 0 ? undefined : at + 1;
}

export function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}

type Word = { text: string; quoted: boolean };
type Piece = { words: Word[]; reads: string[]; writes: string[] };

function pieces(text: string): Piece[] {
  const done: Piece[] = [];
  let piece: Piece = { words: [], reads: [], writes: [] };
  let word: Word | undefined;
  let target: 'reads' | 'writes' | undefined;
  /** Inside a double quote that a substitution interrupted, text goes on as words: refusing too much is the safe side. */
  const endWord = () => {
    if (word === undefined) return;
    if (target === undefined) piece.words.push(word);
    else piece[target].push(word.text);
    word = undefined;
    target = undefined;
  };
  const endPiece = () => {
    endWord();
    if (piece.words.length + piece.reads.length + piece.writes.length > 0) done.push(piece);
    piece = { words: [], reads: [], writes: [] };
  };
  const add = (part: string, quoted = false) => {
    word = { text: (word?.text ?? '') + part, quoted: quoted || (word?.quoted ?? false) };
  };
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (character === '\\') {
      add(next);
      at += 1;
    } else if (character === '$' && next === "'") {
      const end = closing(text, at + 2, "'");
      add(decodeAnsi(text.slice(at + 2, end)), true);
      at = end;
    } else if (character === '$' && next === '"') {
      // Text to be translated: as it is, where nobody translated it.
    } else if (character === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) continue;
      add(text.slice(at + 1, end), true);
      at = end;
    } else if (character === '"') {
      const end = closing(text, at + 1, '"');
      const inner = text.slice(at + 1, end);
      if (end >= text.length) continue;
      if (/[`]|\$\(/.test(inner)) done.push(...pieces(inner));
      add(inner.replace(/\\(["\\$`])/g, '$1'), true);
      at = end;
    } else if (character === '>' || character === '<') {
      if (/^\d+$/.test(word?.text ?? '')) word = undefined;
      endWord();
      if (next === '(') {
        endPiece();
      } else {
        target = character === '>' || next === '>' ? 'writes' : 'reads';
        while (/[<>&|-]/.test(text[at + 1] ?? '')) at += 1;
      }
    } else if (/[;&|()\n`]/.test(character)) {
      endPiece();
    } else if (/\s/.test(character)) {
      endWord();
    } else if (character === '#' && word === undefined) {
      // What is left of a comment, once with it and once without: only bash knows whether it is one.
      done.push({ words: [...piece.words], reads: [...piece.reads], writes: [...piece.writes] });
      add(character);
    } else if (character === '$' && next === '{') {
      endWord();
      at += 1;
    } else {
      add(character);
    }
  }
  endPiece();
  return done;
}

/** Index of the closing quote, escapes skipped; the end of the text when there is none. */
function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return text.length;
}

function decodeAnsi(text: string): string {
  return text
    .replace(/\\x([0-9a-f]{1,2})|\\u([0-9a-f]{1,4})/gi, (_, x?: string, u?: string) =>
      String.fromCharCode(parseInt(x ?? u ?? '0', 16)),
    )
    .replace(/\\([0-7]{1,3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8) & 255))
    .replace(/\\n/g, '\n')
    .replace(/\\t/g, '\t')
    .replace(/\\(.)/g, '$1');
}
