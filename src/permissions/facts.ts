// Looks up all that a decision needs and that words alone do not tell: links, existence, the reading of commands.
import type { Action } from '../contracts/permission.ts';
import { type Look, type Part, pathPart, plain } from './parts/part.ts';
import { runParts } from './parts/runParts.ts';
import { type Places, pathsOf } from './paths/places.ts';
import { type Disk, mappedDisk, realDisk, realPath } from './paths/realPath.ts';
import { isPowerShell } from './powershell/powershell.ts';
import { hostOf } from './rules/matchHost.ts';
import type { ShellReader } from './shell/script.ts';

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
  /** Without one no command is understood. */
  shell?: ShellReader;
  /** Files that this conversation made, as real paths: removing them is no loss. */
  created?: ReadonlySet<string>;
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

const NONE: ReadonlySet<string> = new Set();

/** Rejects only on a programming fault; a disk that refuses becomes a doubt of the part. */
export async function lookUpFacts(input: FactsInput): Promise<Facts> {
  const disk = input.symlinks === undefined ? realDisk() : mappedDisk(input.symlinks);
  // The disk remembers what it was asked: the way of a file is looked up together with those of the folders.
  for (const action of input.actions)
    if ('path' in action) void disk.whole?.(pathsOf(input.platform).resolve(input.cwd, action.path));
  const places = await lookUpPlaces(input, disk);
  const look: Look = {
    disk,
    places,
    cwd: input.cwd,
    searchPath: input.searchPath,
    shell: input.shell,
    language: isPowerShell(input.tool) ? 'powershell' : 'bash',
    created: input.created ?? NONE,
  };
  const parts: Part[] = [];
  for (const action of input.actions) parts.push(...(await partsOf(action, input.tool, look, parts.length)));
  const { tool, cwd, trusted } = input;
  return { tool, input: input.input, cwd, places, trusted, degraded: input.degraded ?? false, parts };
}

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
  const [realRoot, realHome, ...added] = await Promise.all([
    real(root),
    real(home),
    ...input.workingDirectories.map(real),
  ]);
  const workingDirectories = [realRoot, ...added];
  return {
    root,
    realRoot,
    home,
    realHome,
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
      const { server, tool: name, full, ask, destructive, openWorld } = action;
      const clear = tool === `mcp__${server}__${name}` && /^[\w.-]+$/.test(server) && /^[\w.-]+$/.test(name);
      const part = plain(
        {
          kind: 'mcp',
          server,
          tool: name,
          ...(full === undefined ? {} : { full }),
          ...(destructive ? { destructive } : {}),
          ...(openWorld ? { openWorld } : {}),
        },
        clear ? undefined : { code: 'permissions.mcpName', args: { tool } },
      );
      return [ask === undefined ? part : { ...part, doubt: { class: 'critical', because: ask } }];
    }
    default:
      return [plain(action)];
  }
}

function fetchPart(url: string): Part {
  const { host, plain: isPlain } = hostOf(url);
  // A deny rule for the host holds however it is written.
  return plain({ kind: 'fetch', url, host }, isPlain ? undefined : { code: 'permissions.notAUrl', args: { url } });
}
