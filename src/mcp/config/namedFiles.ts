// Which files of the repository the words of a start may mean, however a program, a shell or a runner of packages finds them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isObject } from '../../util/jsonValue.ts';
import { isInside } from '../../util/resolvePath.ts';

type Env = Readonly<Record<string, string | undefined>>;
export type NamedIn = {
  /** Where the program is started. */
  cwd: string;
  root: string;
  /** The topmost folder of the repository. */
  repository: string;
  env: Env;
};

/** Lookups for one start; each takes some microseconds. */
const MOST = 20_000;
/** Of names that lead elsewhere: each may be far away. */
const MOST_OUTSIDE = 1000;
/** What interpreters add to a name. */
const ENDINGS = /\.(?:[cm]?[jt]sx?|json|node|wasm|py[cdo]?|sh|rb|pl|php|lua|jar|exe|cmd|bat|ps1)$/i;
/** What interpreters look for in a folder that they are given. */
const IN_FOLDERS = ['index.js', 'index.cjs', 'index.mjs', 'index.ts', '__main__.py', '__init__.py'];
/** `$PWD/`, `%CD%\`, and what the system calls the folder of whoever asks. */
const HERE = /^(?:\$\w+|\$\{[^}]*\}|%\w+%|\/proc\/(?:self|thread-self|\d+)\/cwd)[\\/]+/;
/** They run what a folder above says in the place of what was meant. */
const RUNNER = /^(?:npx|npm|pnpx|pnpm|yarn|yarnpkg|bunx|bun|corepack)(?:\.(?:cmd|exe|ps1))?$/i;
const RUNNER_FILES = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'bunfig.toml', 'pnpm-workspace.yaml', '.pnpmfile.cjs'];
/** Variables of an entry by which interpreters bring in code, or find it. */
export const BRINGS_CODE =
  /OPT(?:ION)?S?$|^(?:BASH_ENV|ENV|PYTHON(?:STARTUP|PATH|HOME)|NODE_PATH|RUBYLIB|PERL5LIB|LD_\w+|DYLD_\w+|NPM_CONFIG_\w+|UV_CONFIG_FILE)$/i;

/**
 * Absolute; `outside` lie elsewhere and may not be there at all. A folder that is named, or that programs are looked for in,
 * is one that other words are looked up in. Undefined: it names too much to be looked at.
 */
export function namedFiles(
  texts: readonly string[],
  places: NamedIn,
): { inside: string[]; outside: string[] } | undefined {
  const { cwd, root, repository, env } = places;
  const forms = [...new Set(texts.flatMap((text) => [text, ...words(text)]).flatMap((word) => formsOf(word, places)))];
  const found = new Set<string>();
  const outside = new Set<string>();
  const isOfRepository = (file: string) => isInside(file, repository) || isInside(file, root);
  const folders = new Set([
    cwd,
    ...(env['PATH'] ?? '').split(path.delimiter).map((folder) => path.resolve(cwd, folder)),
  ]);
  for (const folder of folders) if (folder !== cwd && !isOfRepository(folder)) folders.delete(folder);
  const stems = listings();
  let left = MOST;
  // A folder that is named is looked up in as well: the set grows while it is gone through.
  for (const folder of folders)
    for (const form of forms) {
      if (left-- <= 0 || outside.size > MOST_OUTSIDE) return undefined;
      const file = path.resolve(folder, form);
      if (!isOfRepository(file)) {
        outside.add(file);
        continue;
      }
      const kind = kindOf(file);
      if (kind === 'file') found.add(file);
      else if (file !== folder) for (const other of stems(path.dirname(file), path.basename(file))) found.add(other);
      if (kind !== 'folder' || file === cwd) continue;
      folders.add(file);
      for (const name of IN_FOLDERS) if (kindOf(path.join(file, name)) === 'file') found.add(path.join(file, name));
    }
  if (forms.some((form) => RUNNER.test(path.basename(form))))
    for (const file of ofRunner(forms, places)) found.add(file);
  return { inside: [...found], outside: [...outside] };
}

/** `--import=./a.mjs` and a line for a shell name files, too. */
function words(text: string): string[] {
  return text.split(/[\s"'`=;|&()<>,]+/).flatMap((word) => [word, ...word.split(':')]);
}

function formsOf(word: string, { cwd, root, env }: NamedIn): string[] {
  const given: Env = { ...env, CLAUDE_PROJECT_DIR: root, PWD: cwd };
  const filled = word.replace(
    /\$(?:(\w+)|\{(\w+)[^}]*\})/g,
    (whole, a?: string, b?: string) => given[a ?? b ?? ''] ?? whole,
  );
  const below = word.replace(/^~(?=[\\/])/, given['HOME'] ?? '~');
  const plain = word.replace(HERE, '').replace(/^[\\/@]+/, '');
  // As `python -m` has it.
  const dotted = /^[A-Za-z_]\w*(?:\.\w+)+$/.test(word) ? word.replaceAll('.', '/') : word;
  return [word, filled, below, plain, dotted].filter((form) => form !== '' && !form.includes('\0'));
}

function kindOf(file: string): 'file' | 'folder' | undefined {
  try {
    const facts = statSync(file, { throwIfNoEntry: false });
    return facts?.isFile() ? 'file' : facts?.isDirectory() ? 'folder' : undefined;
  } catch {
    // A circle of links, a name that is too long: no file.
    return undefined;
  }
}

/** Files of a folder by their names without ending, each folder read once. */
function listings(): (folder: string, stem: string) => string[] {
  const read = new Map<string, Map<string, string[]>>();
  return (folder, stem) => {
    let names = read.get(folder);
    if (names === undefined) {
      names = new Map();
      read.set(folder, names);
      for (const name of namesIn(folder).filter((one) => ENDINGS.test(one))) {
        const key = name.replace(ENDINGS, '').toLowerCase();
        names.set(key, [...(names.get(key) ?? []), path.join(folder, name)]);
      }
    }
    return names.get(stem.toLowerCase()) ?? [];
  };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Not there, or not ours to read.
    return [];
  }
}

/** What decides, in the folders above, what a runner of packages runs: settings, what is installed there, programs of its own. */
function ofRunner(forms: readonly string[], { cwd, root, repository }: NamedIn): string[] {
  const top = isInside(cwd, repository) ? repository : root;
  const found: string[] = [];
  for (let folder = cwd; isInside(folder, top); folder = path.dirname(folder)) {
    found.push(...RUNNER_FILES.map((name) => path.join(folder, name)));
    const own = binsOf(path.join(folder, 'package.json'));
    if (forms.some((form) => Object.hasOwn(own, form))) found.push(path.join(folder, 'package.json'));
    for (const form of forms) {
      const [, name = form] = /^((?:@[^/@]+\/)?[^/@]+)(?:@.*)?$/.exec(form) ?? [];
      const manifest = path.join(folder, 'node_modules', name, 'package.json');
      const bins = Object.values(binsOf(manifest)).map((bin) => path.resolve(path.dirname(manifest), bin));
      const links = [form, name, path.basename(name)].map((one) => path.join(folder, 'node_modules/.bin', one));
      found.push(manifest, ...bins, ...links);
      if (Object.hasOwn(own, form)) found.push(path.resolve(folder, own[form] ?? ''));
    }
    if (folder === path.dirname(folder)) break;
  }
  return found.filter((file) => kindOf(file) === 'file');
}

/** The programs of a package by their names. */
function binsOf(manifest: string): Record<string, string> {
  if (kindOf(manifest) !== 'file') return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(manifest, 'utf8'));
  } catch {
    // Broken, it is of no use to the runner either.
    return {};
  }
  if (!isObject(value)) return {};
  const { name, bin } = value;
  if (typeof bin === 'string' && typeof name === 'string') return { [name]: bin, [path.basename(name)]: bin };
  return isObject(bin)
    ? Object.fromEntries(Object.entries(bin).filter((one): one is [string, string] => typeof one[1] === 'string'))
    : {};
}
