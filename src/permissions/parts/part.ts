// One part of a call: a path after links, a command, a request; and how parts are made.
import { posix } from 'node:path';
import type { Because, CanonicalAction } from '../../contracts/permission.ts';
import { oddPath } from '../paths/oddPath.ts';
import { isInside, type Places, pathsOf } from '../paths/places.ts';
import { type Disk, type RealPath, realPath } from '../paths/realPath.ts';
import type { PathPair } from '../rules/matchPath.ts';
import type { ShellReader } from '../shell/script.ts';

/** A part and what belongs to it beyond the record. */
export type Part = {
  action: CanonicalAction;
  /** What cannot be judged and therefore asks. */
  doubt?: { class: 'critical' | 'notUnderstood'; because: Because };
  /** What is done to nobody's yes: neither a rule nor a person lets it run. */
  refused?: Because;
  /** The path may be a folder, so that rules for what is in it speak of it too. */
  isFolder: boolean;
  /** The path as the system is given it, absolute and not normalised, where a command or the shell opens it. */
  opened?: string;
  /** The pattern whose names lie in this folder. */
  pattern?: string;
  /** Everything below the path is read, by a program that knows no rules. */
  deep: boolean;
  /** The words before wrappers were taken off, where there were any. */
  wrapped?: string[];
  /** The words that `xargs` starts, the last one standing for what its input adds. */
  inner?: string[];
  /** Word lists that deny and ask rules are tried on. */
  candidates: string[][];
  /** Too long to look for denied words in: every deny rule for commands and files counts as met. */
  unread?: true;
  /** Paths that deny and ask rules are tried on: the program may open them. `replaces`: and what is there may be lost. */
  mentions: Array<PathPair & { access: 'read' | 'write'; replaces?: true }>;
  /** Patterns of which not all names are known: the folder, and a regular expression for the last name. */
  unlisted?: Array<{ folder: string; names: string }>;
  /** Paths that a command inside this one would remove. */
  removals: PathPair[];
};

/** What making parts needs to know of the place. */
export type Look = {
  disk: Disk;
  places: Places;
  cwd: string;
  searchPath: string | undefined;
  /** Without one no command is understood. */
  shell: ShellReader | undefined;
  /** What commands are written in. */
  language: 'bash' | 'powershell';
  /** Files that this conversation made. */
  created: ReadonlySet<string>;
};

export function plain(action: CanonicalAction, unclear?: Because): Part {
  const part: Part = { action, isFolder: false, deep: false, candidates: [], mentions: [], removals: [] };
  return unclear === undefined ? part : { ...part, doubt: { class: 'notUnderstood', because: unclear } };
}

/** What takes the place of parts where nobody knows what they are: it is asked about. */
export function unclear(code: string, args: Record<string, string>): { unclear: Because } {
  return { unclear: { code, args } };
}

type PathKind = 'read' | 'write' | 'delete' | 'search';
type PathOptions = {
  isFolder?: boolean;
  deep?: boolean;
  cwd?: string /** Index of the command that names the path. */;
  of?: number;
  /** The shell opens it, before any command runs. */
  redirect?: boolean;
};

/** A path of a tool is absolute; one of a command is as the command names it. */
export async function pathPart(kind: PathKind, named: string, look: Look, options: PathOptions = {}): Promise<Part> {
  const { isFolder = false, deep = false, of, cwd = look.cwd, redirect = false } = options;
  const byShell = of !== undefined || redirect;
  const { places } = look;
  const api = pathsOf(places.platform);
  const path = api.resolve(cwd, named);
  const doubt = doubtOf(kind, named, path, byShell, places);
  // A tool opens the normalised path; a command hands it to the system, which goes through links before `..`.
  const opened = !byShell ? path : api.isAbsolute(named) ? named : `${cwd}${api.sep}${named}`;
  const found = doubt?.code === 'permissions.path.network' ? undefined : await follow(opened, look);
  const real = found?.path ?? path;
  const action: CanonicalAction = {
    kind,
    path,
    realPath: real,
    insideWorkingDirectories: places.workingDirectories.some((folder) => isInside(real, folder, places)),
    ...(found?.exists === undefined ? {} : { exists: found.exists }),
    ...(of === undefined ? {} : { of }),
    ...(redirect ? { redirect: true as const } : {}),
    ...(kind === 'delete' && look.created.has(real) && path === real ? { created: true as const } : {}),
  };
  const part: Part = { ...plain(action), isFolder, deep, ...(byShell ? { opened } : {}) };
  const because = doubt ?? (found === undefined ? { code: 'permissions.path.unreadable', args: { path } } : undefined);
  return because === undefined ? part : { ...part, doubt: { class: 'critical', because } };
}

function doubtOf(
  kind: PathKind,
  named: string,
  path: string,
  byCommand: boolean,
  { platform }: Places,
): Because | undefined {
  const odd = (byCommand ? oddPath(named, platform) : undefined) ?? oddPath(path, platform);
  if (odd !== undefined || byCommand || kind !== 'write' || !/[\\/]$/.test(named)) return odd;
  return { code: 'permissions.path.folder', args: { path } };
}

/** These lead somewhere else for each process. */
const OF_A_PROCESS = /^\/(proc\/([^/]+\/)+(cwd|root|fd|exe)|dev\/(fd|stdin|stdout|stderr))(\/|$)/;

/** Undefined when it cannot be followed: no access, a loop of links, a name too long. */
export async function follow(file: string, look: Look): Promise<RealPath | undefined> {
  if (look.places.platform === 'linux' && OF_A_PROCESS.test(posix.normalize(file))) return undefined;
  try {
    return await realPath(file, look.disk, look.places.platform);
  } catch {
    return undefined;
  }
}
