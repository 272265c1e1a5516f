// Options that name files a program writes, or reads. Too many are better than too few: nothing is allowed by them.

/** `behind`: the letters that may stand in front of a short one; default: any. */
type Named = { short: string; long: readonly string[]; behind?: string };

const TARGET: Named = { short: 't', long: ['target-directory'] };
const OUTPUT: Named = { short: 'o', long: ['output'] };
/** Of git only the long one: `-o` is something else for most of its commands. */
const GIT: Named = { short: '', long: ['output', 'output-directory'] };

const WRITTEN: Record<string, Named> = {
  cp: TARGET,
  mv: TARGET,
  ln: TARGET,
  install: TARGET,
  sort: OUTPUT,
  shuf: OUTPUT,
  tree: OUTPUT,
  iconv: OUTPUT,
  patch: { short: 'or', long: ['output', 'reject-file'] },
  git: GIT,
  curl: {
    short: 'oDc',
    long: ['output', 'output-dir', 'dump-header', 'cookie-jar', 'trace', 'trace-ascii', 'stderr', 'etag-save'],
  },
  wget: {
    short: 'OoaP',
    long: ['output-document', 'output-file', 'append-output', 'directory-prefix', 'save-cookies'],
  },
  tar: { short: 'C', long: ['directory', 'one-top-level'] },
  bsdtar: { short: 'C', long: ['directory'] },
  unzip: { short: 'd', long: [] },
};

const READ: Record<string, Named> = {
  curl: { short: 'TK', long: ['upload-file', 'config'], behind: 'fgikLOsSv' },
  wget: { short: 'i', long: ['post-file', 'body-file', 'input-file'], behind: 'cNqv' },
  xargs: { short: 'a', long: ['arg-file'], behind: '0rtx' },
  sort: { short: '', long: ['files0-from', 'random-source'] },
  wc: { short: '', long: ['files0-from'] },
  tar: { short: 'TX', long: ['files-from', 'exclude-from'], behind: 'cjJtvxz' },
};

/** The values of the options of this program that name what is written; `-`, the output itself, is none. */
export function writtenByOptions(name: string, words: readonly string[]): string[] {
  return namedFiles(Object.hasOwn(WRITTEN, name) ? WRITTEN[name] : undefined, words);
}

/** Likewise of what is read. */
export function readByOptions(name: string, words: readonly string[]): string[] {
  return namedFiles(Object.hasOwn(READ, name) ? READ[name] : undefined, words);
}

function namedFiles(named: Named | undefined, words: readonly string[]): string[] {
  return named === undefined ? [] : optionValues(words, named).filter((path) => path !== '-' && path !== '');
}

/** Long names may be cut short; of short ones in a row any may be the one with the value. */
function optionValues(words: readonly string[], { short, long, behind }: Named): string[] {
  const values: string[] = [];
  const end = words.indexOf('--');
  for (const [index, word] of words.slice(0, end < 0 ? words.length : end).entries()) {
    const next = words[index + 1] ?? '';
    const [, name, , value] = /^--([\w-]+)(=(.*))?$/s.exec(word) ?? [];
    if (name !== undefined) {
      if (long.some((one) => one.startsWith(name))) values.push(value ?? next);
      continue;
    }
    if (!word.startsWith('-')) continue;
    for (let at = 1; at < word.length && /[A-Za-z0-9]/.test(word[at] ?? ''); at += 1) {
      const letter = word[at] ?? '';
      if (short.includes(letter)) values.push(word.slice(at + 1) || next);
      else if (behind !== undefined && !behind.includes(letter)) break;
    }
  }
  return values;
}
