// The files of the repository that a start of a server names: they can change behind an entry that stays the same.
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, type Stats, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { EntryFile, ServerTransport } from '../../contracts/mcp.ts';
import { isInside } from '../../util/resolvePath.ts';
import { programCommand } from '../connection/programCommand.ts';
import { BRINGS_CODE, namedFiles } from './namedFiles.ts';

type Env = Readonly<Record<string, string | undefined>>;
export type StartPlaces = {
  root: string;
  /** The topmost folder of the repository, where `root` is not. */
  repository?: string | undefined;
  /** What programs are given: where a command is looked for. */
  env: Env;
};

/** Of a larger file the time of its last change stands for the content. */
const LARGEST = 32 * 1024 * 1024;
/** A database is written by its server; no program begins like this. */
const DATABASE = 'SQLite format 3\0';

/**
 * What the command, the arguments, the helper and `more` name (`namedFiles.ts`), variables filled in. Call it for
 * trusted folders only: to look where a link leads may be to call another computer. Undefined: it names too much to be looked
 * at. Never rejects.
 */
export async function startFiles(
  transport: ServerTransport,
  more: readonly string[],
  { root, repository = root, env }: StartPlaces,
): Promise<EntryFile[] | undefined> {
  const real = (folder: string) => realpath(folder).catch(() => folder);
  const [realRoot, realRepository] = await Promise.all([real(root), real(repository)]);
  const named = namedBy(transport, { root, repository, env });
  if (named === undefined) return undefined;
  const files = [...more.map((name) => path.resolve(root, name)), ...named];
  const found = new Map<string, EntryFile>();
  for (const file of new Set(files.filter(isLocal))) {
    const one = await entryFile(file, { root, realRoot, repository, realRepository });
    if (one !== undefined) found.set(one.path, one);
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

type Places = { root: string; repository: string; env: Env };

function namedBy(transport: ServerTransport, places: Places): string[] | undefined {
  const { root } = places;
  if (transport.type !== 'stdio') {
    const named = namedFiles([transport.headersHelper ?? ''], { ...places, cwd: root });
    return named && [...named.inside, ...named.outside];
  }
  const cwd = path.resolve(root, transport.cwd ?? '.');
  const env = { ...places.env, ...transport.env };
  const brought = Object.entries(transport.env).flatMap(([name, value]) => (BRINGS_CODE.test(name) ? [value] : []));
  const named = namedFiles([transport.command, ...transport.args, ...brought], { ...places, cwd, env });
  if (named === undefined) return undefined;
  const program = programFile(transport.command, cwd, env);
  return [...(program === undefined ? [] : [program]), ...named.inside, ...named.outside];
}

/** Where the system finds it. */
function programFile(command: string, cwd: string, env: Env): string | undefined {
  if (process.platform === 'win32') {
    let found: string | undefined;
    const exists = (file: string) => {
      if (!isFile(file)) return false;
      found = file;
      return true;
    };
    try {
      programCommand(command, [], cwd, env, 'win32', exists);
    } catch {
      // There is none: that is told when it is started.
    }
    return found;
  }
  if (command.includes('/')) return path.resolve(cwd, command);
  const folders = (env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.resolve(cwd, folder, command)).find((file) => isFile(file, constants.X_OK));
}

function isFile(file: string, mode: number = constants.F_OK): boolean {
  try {
    accessSync(file, mode);
    return statSync(file).isFile();
  } catch {
    // Not in this folder.
    return false;
  }
}

/** To look at a share of Windows is to sign in there. */
function isLocal(file: string): boolean {
  return process.platform !== 'win32' || !/^[\\/]{2}/.test(file);
}

type Roots = { root: string; realRoot: string; repository: string; realRepository: string };

async function entryFile(
  file: string,
  { root, realRoot, repository, realRepository }: Roots,
): Promise<EntryFile | undefined> {
  try {
    const real = await realpath(file);
    const facts = await stat(real);
    if (!facts.isFile()) return undefined;
    const isNamed = [root, realRoot, repository, realRepository].some((folder) => isInside(file, folder));
    const leadsIn = isInside(real, realRoot) || isInside(real, realRepository);
    if (!isNamed && !leadsIn) return undefined;
    // What lies outside is not the repository's to change; where its link leads is.
    const version = leadsIn ? await versionOf(real, facts) : `link:${real}`;
    if (version === undefined) return undefined;
    const from = isNamed && !isInside(file, realRoot) ? root : realRoot;
    return {
      path: path
        .relative(from, isNamed ? file : real)
        .split(path.sep)
        .join('/'),
      version,
    };
  } catch {
    // Most words name no file. One that cannot be read now is another one once it can.
    return undefined;
  }
}

async function versionOf(file: string, { size, ctimeMs }: Stats): Promise<string | undefined> {
  if (size > LARGEST) return `size:${size} changed:${new Date(ctimeMs).toISOString()}`;
  const hash = createHash('sha256');
  let isFirst = true;
  // Of one that grows meanwhile no more is read than of others.
  for await (const chunk of createReadStream(file, { end: LARGEST }) as AsyncIterable<Buffer>) {
    if (isFirst && chunk.toString('latin1', 0, DATABASE.length) === DATABASE) return undefined;
    isFirst = false;
    hash.update(chunk);
  }
  return `sha256:${hash.digest('hex')}`;
}
