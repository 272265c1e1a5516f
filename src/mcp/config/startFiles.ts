// The files of the repository that a start of a server names: they can change behind an entry that stays the same.
import { createHash } from 'node:crypto';
import { accessSync, constants, createReadStream, type Stats, statSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { EntryFile, ServerTransport } from '../../contracts/mcp.ts';
import { isInside } from '../../util/resolvePath.ts';
import { programCommand } from '../connection/programCommand.ts';

type Env = Readonly<Record<string, string | undefined>>;
export type StartPlaces = {
  root: string;
  /** What programs are given: where a command is looked for. */
  env: Env;
};

/** Texts of one entry that are looked at as names of files. */
const MOST = 1000;
/** Of a larger file the time of its last change stands for the content. */
const LARGEST = 32 * 1024 * 1024;
/** A database is written by its server; no program begins like this. */
const DATABASE = 'SQLite format 3\0';

/**
 * What the command, the arguments, the helper and `more` name, variables filled in. Folders are not looked into. Call it for
 * trusted folders only: to look where a link leads may be to call another computer. Never rejects.
 */
export async function startFiles(
  transport: ServerTransport,
  more: readonly string[],
  { root, env }: StartPlaces,
): Promise<EntryFile[]> {
  const realRoot = await realpath(root).catch(() => root);
  const files = [...namedBy(transport, root, env), ...more.map((name) => path.resolve(root, name))];
  const found = new Map<string, EntryFile>();
  for (const file of [...new Set(files)].filter(isLocal).slice(0, MOST)) {
    const one = await entryFile(file, root, realRoot);
    if (one !== undefined) found.set(one.path, one);
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function namedBy(transport: ServerTransport, root: string, env: Env): string[] {
  if (transport.type !== 'stdio') return words(transport.headersHelper ?? '').map((word) => path.resolve(root, word));
  const cwd = path.resolve(root, transport.cwd ?? '.');
  const program = programFile(transport.command, cwd, { ...env, ...transport.env });
  const named = transport.args.flatMap((arg) => [arg, ...words(arg)]).map((name) => path.resolve(cwd, name));
  return program === undefined ? named : [program, ...named];
}

/** `--import=./a.mjs` and a line for a shell name files, too. */
function words(text: string): string[] {
  return text.split(/[\s"'`=;|&()<>,]+/).filter((word) => word !== '');
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

async function entryFile(file: string, root: string, realRoot: string): Promise<EntryFile | undefined> {
  try {
    const real = await realpath(file);
    const facts = await stat(real);
    if (!facts.isFile()) return undefined;
    const named = [root, realRoot].find((folder) => isInside(file, folder));
    const leadsIn = isInside(real, realRoot);
    if (named === undefined && !leadsIn) return undefined;
    // What lies outside is not the repository's to change; where its link leads is.
    const version = leadsIn ? await versionOf(real, facts) : `link:${real}`;
    if (version === undefined) return undefined;
    const shown = named === undefined ? path.relative(realRoot, real) : path.relative(named, file);
    return { path: shown.split(path.sep).join('/'), version };
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
