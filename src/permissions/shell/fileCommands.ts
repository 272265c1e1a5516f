// Programs that make, copy, move, change or remove files: which ones, as their words name them.
import { isPlainSed } from '../commands/sed.ts';
import { baseName } from './crude.ts';
import { writtenByOptions } from './fileOptions.ts';
import { parseOptions } from './options.ts';
import type { Touch } from './touch.ts';

const REMOVERS = new Set(['rm', 'rmdir', 'unlink', 'shred']);

type Files = { effect: 'files' | undefined; touches: Touch[] };

/** A program by its path touches the same files; that it only makes them is believed of the name alone. */
export function fileCommand([program = '', ...words]: string[]): Files | undefined {
  const name = baseName(program);
  const found = filesOf(name, words);
  const written = writtenByOptions(name, words).map((path): Touch => ({ kind: 'write', path, deep: false }));
  if (found === undefined && written.length === 0) return undefined;
  const touches = [...(found?.touches ?? []), ...written].filter((touch) => touch.path !== '/dev/null');
  return { effect: name === program && written.length === 0 ? found?.effect : undefined, touches };
}

function filesOf(name: string, words: string[]): Files | undefined {
  switch (name) {
    case 'mkdir':
      return made(words, { flags: 'pv', long: ['parents', 'verbose'] }, 'write');
    case 'touch':
      return made(words, { flags: 'acm', long: ['no-create'] }, 'write');
    case 'cp':
      return copied(words, 'read');
    case 'mv':
      return copied(words, 'delete');
    case 'rm':
      return removing(words, { flags: 'fiIv', long: ['force', 'verbose'] });
    case 'rmdir':
      return removing(words, { flags: 'v', long: ['verbose', 'ignore-fail-on-non-empty'] });
    case 'unlink':
      return { effect: undefined, touches: removed(words) };
    case 'sed':
      return edited(words);
    case 'uniq': {
      const to = words.filter((word) => !/^-./.test(word))[1];
      return to === undefined ? undefined : { effect: undefined, touches: [{ kind: 'write', path: to, deep: false }] };
    }
    case 'dd':
      return { effect: undefined, touches: words.flatMap((word) => writtenTo(/^of=(.+)$/s.exec(word)?.[1])) };
    case 'tee':
    case 'truncate':
    case 'chmod':
    case 'chown':
    case 'install':
    case 'sponge':
    case 'shred':
      return { effect: undefined, touches: operandFiles(name, words) };
    case 'ln':
      return { effect: undefined, touches: linked(words) };
    case 'find':
      return findRemoves(words) ? { effect: undefined, touches: removed(foreignStarts(words)) } : undefined;
    default:
      return undefined;
  }
}

/** Not of folders: what else is in them is not known. */
function removing(words: string[], table: Parameters<typeof parseOptions>[1]): Files {
  return { effect: parseOptions(words, table) === undefined ? undefined : 'files', touches: removed(words) };
}

/** Edits in place, with commands that neither write elsewhere nor run anything. */
function edited(words: string[]): Files | undefined {
  if (!words.some((word) => /^-[a-zA-Z]*i|^--i/.test(word))) return undefined;
  const options = parseOptions(words, {
    flags: 'nErs',
    valued: 'e',
    attached: 'i',
    long: ['in-place[=]', 'quiet', 'silent', 'regexp-extended', 'expression=', 'separate'],
  });
  const scripts = [...(options?.values.get('e') ?? []), ...(options?.values.get('expression') ?? [])];
  const operands = options?.operands ?? words.filter((word) => !word.startsWith('-'));
  const files = scripts.length > 0 ? operands : operands.slice(1);
  const plain = (scripts.length > 0 ? scripts : operands.slice(0, 1)).every(isPlainSed);
  const endings = words.flatMap(
    (word) => /^-[a-zA-Z]*?i(.+)$|^--i[a-z-]*=(.+)$/s.exec(word)?.slice(1).filter(Boolean) ?? [],
  );
  const kept = endings.flatMap((ending) => files.map((path) => backupOf(path, ending)));
  return {
    effect: options !== undefined && plain && files.length > 0 && kept.length === 0 ? 'files' : undefined,
    touches: [...files, ...kept].map((path) => ({ kind: 'write', path, deep: false })),
  };
}

/** Where the file is kept as it was: a star stands for its name. */
function backupOf(path: string, ending: string): string {
  const name = path.replace(/^.*\//s, '');
  return `${path.slice(0, path.length - name.length)}${ending.includes('*') ? ending.replaceAll('*', name) : name + ending}`;
}

/** What a link leads to counts as read, for what follows may go through it. It starts from where the link is. */
function linked(words: string[]): Touch[] {
  const operands = words.filter((word) => !word.startsWith('-'));
  const to = operands.length > 1 ? (operands.at(-1) ?? '') : '.';
  const folder = to.replace(/[^/]*$/, '');
  const symbolic = words.some((word) => /^-[a-zA-Z]*s|^--symbolic$/.test(word));
  const targets = operands
    .slice(0, Math.max(1, operands.length - 1))
    // The last word may be the link or the folder it is made in.
    .flatMap((path) => (!symbolic || path.startsWith('/') ? [path] : [`${folder}${path}`, `${to}/${path}`]));
  return [
    ...targets.map((path): Touch => ({ kind: 'read', path, deep: false })),
    ...(operands.length > 1 ? [{ kind: 'write' as const, path: to, deep: false }] : []),
  ];
}

function writtenTo(path: string | undefined): Touch[] {
  return path === undefined ? [] : [{ kind: 'write', path, deep: false }];
}

/** The words that are no options; the first of them may say who or how. */
function operandFiles(name: string, words: string[]): Touch[] {
  const operands = words.filter((word) => !word.startsWith('-'));
  const modeGiven = (name === 'chmod' || name === 'chown') && !words.some((word) => word.startsWith('--ref'));
  const onlyLast = name === 'install' && !words.some((word) => /^-[a-zA-Z]*d|^--d/.test(word));
  const files = modeGiven ? operands.slice(1) : onlyLast ? operands.slice(-1) : operands;
  return files.map((path): Touch => ({ kind: 'write', path, deep: false }));
}

function findRemoves(words: string[]): boolean {
  return words.some(
    (word, index) =>
      word === '-delete' || (/^-(exec|ok)(dir)?$/.test(word) && REMOVERS.has(baseName(words[index + 1] ?? ''))),
  );
}

/** Where `find` starts, outside the current folder: what it removes there is as good as named. */
function foreignStarts(words: string[]): string[] {
  const end = words.findIndex((word) => /^[-(!]/.test(word));
  return words.slice(0, end < 0 ? words.length : end).filter((word) => /^(\/|~|\.\.(\/|$)|[A-Za-z]:)/.test(word));
}

function made(words: string[], table: Parameters<typeof parseOptions>[1], kind: Touch['kind']): Files {
  const options = parseOptions(words, table);
  const paths = options?.operands ?? words.filter((word) => !word.startsWith('-'));
  const sure = options !== undefined && paths.length > 0;
  return { effect: sure ? 'files' : undefined, touches: paths.map((path) => ({ kind, path, deep: false })) };
}

/** Source and destination; into a folder the destination is the folder and the name. */
function copied(words: string[], source: 'read' | 'delete'): Files {
  const options = parseOptions(words, {
    flags: 'afnpRrTuv',
    long: ['archive', 'force', 'no-clobber', 'recursive', 'update', 'verbose'],
  });
  const paths = options?.operands ?? words.filter((word) => !word.startsWith('-'));
  // With -t every other word is a source.
  const [folder] = options === undefined ? writtenByOptions('cp', words) : [];
  const from = folder === undefined ? paths.slice(0, -1) : paths;
  const to = folder ?? paths.at(-1);
  if (to === undefined || from.length === 0) return { effect: undefined, touches: [] };
  const into = from.map((path) => `${to}/${path.replace(/\/+$/, '').replace(/^.*\//, '')}`);
  const isItself = options?.given.has('T') ?? true;
  return {
    effect: options === undefined ? undefined : 'files',
    touches: [
      ...from.map((path): Touch => ({ kind: source, path, deep: source === 'read' })),
      { kind: 'write', path: to, deep: false, into: isItself ? [] : into },
    ],
  };
}

/** What a word list would remove, if its program is one that removes. */
export function removalsOf([name = '', ...words]: string[]): string[] {
  return REMOVERS.has(baseName(name)) ? removed(words).map((touch) => touch.path) : [];
}

/** Options are not checked here: whatever they say, these paths go. */
function removed(words: string[]): Touch[] {
  const end = words.indexOf('--');
  const paths =
    end < 0
      ? words.filter((word) => !word.startsWith('-'))
      : [...words.slice(0, end).filter((word) => !word.startsWith('-')), ...words.slice(end + 1)];
  return paths.map((path) => ({ kind: 'delete', path, deep: false }));
}
