// Looks up all that a decision needs and that words alone do not tell: links, existence, the reading of commands.
import type { Action, Because, CanonicalAction } from '../contracts/permission.ts';
import { hostOf } from './matchHost.ts';
import type { PathPair } from './matchPath.ts';
import { oddPath } from './oddPath.ts';
import { isInside, type Places, pathsOf } from './places.ts';
import { readOnly } from './readOnly.ts';
import { type Disk, mappedDisk, realDisk, realPath } from './realPath.ts';
import { crudeCandidates, MAX_CRUDE } from './shell/crude.ts';
import { effectsOf, mentionsOf, type Touch } from './shell/effects.ts';
import { isReadAgain, readSimple } from './shell/simple.ts';
import { peelWrappers } from './shell/wrappers.ts';

export type FactsInput = {
  tool: string;
  input: unknown;
  actions: Action[];
  /** Where commands start. */
  cwd: string;
  /** The start folder and the added folders. */
  workingDirectories: string[];
  home: string;
  root: string;
  platform: NodeJS.Platform;
  /** Default: as the platform usually is. */
  caseInsensitive?: boolean;
  /** Stands for the disk: nothing else is looked up then. */
  symlinks?: Record<string, string>;
  trusted: boolean;
  /** A settings file is broken: nothing but reads is allowed by itself. */
  degraded?: boolean;
  /** The PATH that commands are found by; a built-in name found in the workspace is not the built-in. */
  searchPath?: string;
};

/** A part and what belongs to it beyond the record. */
export type Part = {
  action: CanonicalAction;
  /** What cannot be judged and therefore asks. */
  doubt?: { class: 'critical' | 'notUnderstood'; because: Because };
  /** The path may be a folder, so that rules for what is in it speak of it too. */
  isFolder: boolean;
  /** Everything below the path is read, by a program that knows no rules. */
  deep: boolean;
  /** The words before wrappers were taken off, where there were any. */
  wrapped?: string[];
  /** Word lists that deny and ask rules are tried on. */
  candidates: string[][];
  /** Too long to look for denied words in: every deny rule for commands and files counts as met. */
  unread?: true;
  /** Paths that deny and ask rules are tried on: the program may open them. */
  mentions: Array<PathPair & { access: 'read' | 'write' }>;
};

export type Facts = {
  tool: string;
  input: unknown;
  cwd: string;
  places: Places;
  trusted: boolean;
  degraded: boolean;
  parts: Part[];
};

/** More words than this are compared as they stand, without a look at the disk. */
const MAX_MENTIONS = 200;

/** Rejects only on a programming fault; a disk that refuses becomes a doubt of the part. */
export async function lookUpFacts(input: FactsInput): Promise<Facts> {
  const disk = input.symlinks === undefined ? realDisk() : mappedDisk(input.symlinks);
  const places = await lookUpPlaces(input, disk);
  const look: Look = { disk, places, cwd: input.cwd, searchPath: input.searchPath };
  const parts: Part[] = [];
  for (const action of input.actions) parts.push(...(await partsOf(action, input.tool, look, parts.length)));
  const { tool, cwd, trusted } = input;
  return { tool, input: input.input, cwd, places, trusted, degraded: input.degraded ?? false, parts };
}

type Look = { disk: Disk; places: Places; cwd: string; searchPath: string | undefined };

export async function lookUpPlaces(
  input: Pick<FactsInput, 'root' | 'home' | 'workingDirectories' | 'platform' | 'caseInsensitive'>,
  disk: Disk = realDisk(),
): Promise<Places> {
  const { root, home, platform } = input;
  const real = async (folder: string) => {
    try {
      return (await realPath(folder, disk, platform)).path;
    } catch {
      // Cannot be followed: as named it is the narrower folder, and what is below it asks by itself.
      return folder;
    }
  };
  const workingDirectories = await Promise.all([root, ...input.workingDirectories].map(real));
  return {
    root,
    realRoot: await real(root),
    home,
    realHome: await real(home),
    workingDirectories: [...new Set(workingDirectories)],
    platform,
    caseInsensitive: input.caseInsensitive ?? (platform === 'darwin' || platform === 'win32'),
  };
}

async function partsOf(action: Action, tool: string, look: Look, index: number): Promise<Part[]> {
  switch (action.kind) {
    case 'read':
    case 'write':
    case 'delete':
    case 'search':
      return [await pathPart(action.kind, action.path, look, { isFolder: action.kind === 'search' })];
    case 'run':
      return runParts(action.command, action.cwd, look, index);
    case 'fetch':
      return [fetchPart(action.url)];
    case 'mcp': {
      const { server, tool: name } = action;
      const clear = tool === `mcp__${server}__${name}` && /^[\w.-]+$/.test(server) && /^[\w.-]+$/.test(name);
      return [
        plain({ kind: 'mcp', server, tool: name }, clear ? undefined : { code: 'permissions.mcpName', args: { tool } }),
      ];
    }
    default:
      return [plain(action)];
  }
}

function plain(action: CanonicalAction, unclear?: Because): Part {
  const part: Part = { action, isFolder: false, deep: false, candidates: [], mentions: [] };
  return unclear === undefined ? part : { ...part, doubt: { class: 'notUnderstood', because: unclear } };
}

function fetchPart(url: string): Part {
  const found = hostOf(url);
  if (found === undefined)
    return plain({ kind: 'fetch', url, host: '' }, { code: 'permissions.notAUrl', args: { url } });
  return plain({ kind: 'fetch', url, host: found.host });
}

type PathKind = 'read' | 'write' | 'delete' | 'search';

async function pathPart(
  kind: PathKind,
  named: string,
  look: Look,
  {
    isFolder = false,
    deep = false,
    of,
    cwd = look.cwd,
  }: { isFolder?: boolean; deep?: boolean; of?: number; cwd?: string } = {},
): Promise<Part> {
  const { places } = look;
  const api = pathsOf(places.platform);
  // A tool opens the normalised path; a command hands it to the system, which goes through links first.
  const path = api.resolve(cwd, named);
  const physical =
    of === undefined || api.isAbsolute(named) ? (of === undefined ? path : named) : `${cwd}${api.sep}${named}`;
  const odd =
    oddPath(of === undefined ? path : named, places.platform) ??
    oddPath(path, places.platform) ??
    (/[\\/]$/.test(named) && kind === 'write' && of === undefined
      ? because('permissions.path.folder', path)
      : undefined);
  const found = odd === undefined || !odd.code.endsWith('network') ? await follow(physical, look) : undefined;
  const real = found?.path ?? path;
  const action: CanonicalAction = {
    kind,
    path,
    realPath: real,
    insideWorkingDirectories: places.workingDirectories.some((folder) => isInside(real, folder, places)),
    ...(found?.exists === undefined ? {} : { exists: found.exists }),
    ...(of === undefined ? {} : { of }),
  };
  const doubt = odd ?? (found === undefined ? because('permissions.path.unreadable', path) : undefined);
  return {
    ...plain(action),
    isFolder,
    deep,
    ...(doubt === undefined ? {} : { doubt: { class: 'critical' as const, because: doubt } }),
  };
}

async function follow(file: string, look: Look): Promise<{ path: string; exists: boolean | undefined } | undefined> {
  try {
    return await realPath(file, look.disk, look.places.platform);
  } catch {
    // No access, a loop of links, a name too long: the caller makes a doubt of it.
    return undefined;
  }
}

async function runParts(command: string, cwd: string, look: Look, index: number): Promise<Part[]> {
  const read = readSimple(command);
  const argv = 'argv' in read ? peelWrappers(read.argv) : undefined;
  if ('notUnderstood' in read) return [await notUnderstood(command, cwd, read.notUnderstood, look)];
  if (argv === undefined || isReadAgain(argv)) {
    const code = argv === undefined ? 'permissions.shell.wrapper' : 'permissions.shell.readAgain';
    const program = (argv ?? read.argv)[0] ?? '';
    return [await notUnderstood(command, cwd, { code, args: { program } }, look)];
  }
  const { effect, touches, mentions } = effectsOf(argv);
  const safe = effect === undefined || !(await isShadowed(argv[0] ?? '', look));
  const action: CanonicalAction = {
    kind: 'run',
    command,
    cwd,
    argv,
    ...(effect === undefined || !safe ? {} : { effect }),
  };
  const run: Part = {
    ...plain(action),
    ...(argv === read.argv ? {} : { wrapped: read.argv }),
    // What runs inside quotes or behind options is looked for as in text that is not understood.
    candidates: [argv, read.argv, ...crudeCandidates(command).map((candidate) => candidate.words)],
    mentions: await Promise.all(mentions.map((touch) => mention(touch, cwd, look))),
  };
  const paths = await Promise.all(
    touches.map((touch) =>
      pathPart(touch.kind, touch.path, look, { isFolder: true, deep: touch.deep, of: index, cwd }),
    ),
  );
  return [run, ...paths];
}

async function notUnderstood(command: string, cwd: string, because: Because, look: Look): Promise<Part> {
  const action: CanonicalAction = { kind: 'run', command, cwd, notUnderstood: because };
  if (command.length > MAX_CRUDE) return { ...plain(action, because), unread: true };
  const candidates = crudeCandidates(command);
  const touches = candidates.flatMap(({ words, reads, writes }): Touch[] => [
    ...(readOnly(words) ?? mentionsOf(words)),
    ...reads.map((path): Touch => ({ kind: 'read', path, deep: false })),
    ...writes.map((path): Touch => ({ kind: 'write', path, deep: false })),
  ]);
  const mentions: Part['mentions'] = [];
  for (const [at, touch] of touches.entries()) {
    mentions.push(at < MAX_MENTIONS ? await mention(touch, cwd, look) : unfollowed(touch, cwd, look));
  }
  return {
    ...plain(action, because),
    candidates: [[command], ...candidates.map((candidate) => candidate.words)],
    mentions,
  };
}

async function mention(touch: Touch, cwd: string, look: Look): Promise<Part['mentions'][number]> {
  const pair = unfollowed(touch, cwd, look);
  const found = await follow(pair.path, look);
  return { ...pair, realPath: found?.path ?? pair.path };
}

function unfollowed(touch: Touch, cwd: string, { places }: Look): Part['mentions'][number] {
  const named = touch.path.replace(/^(~|\$HOME|\$\{HOME\})(?=[\\/]|$)/, places.home);
  const path = pathsOf(places.platform).resolve(cwd, named);
  return { path, realPath: path, access: touch.kind === 'read' || touch.kind === 'search' ? 'read' : 'write' };
}

/** A program of that name in a folder of the workspace would run in place of the one that is meant. */
async function isShadowed(name: string, look: Look): Promise<boolean> {
  const { places, searchPath } = look;
  if (searchPath === undefined) return false;
  const api = pathsOf(places.platform);
  for (const folder of searchPath.split(api.delimiter)) {
    const full = api.resolve(look.cwd, folder);
    const found = await follow(api.join(full, name), look);
    if (found === undefined) return true;
    const local = [full, found.path].some((file) =>
      places.workingDirectories.some((root) => isInside(file, root, places)),
    );
    if (found.exists) return local;
    if (local && places.platform === 'win32') return true;
  }
  return false;
}

function because(code: string, path: string): Because {
  return { code, args: { path } };
}
