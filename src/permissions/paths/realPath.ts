// Follows links the way the operating system does, also through folders that do not exist yet.
import { constants } from 'node:fs';
import { access, lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { pathsOf } from './places.ts';

const MAX_LINKS = 40;

/** What a path leads to. `exists` is undefined where a map stands for the disk and does not say. */
export type RealPath = { path: string; exists: boolean | undefined };

/** Asked for one path component at a time; undefined when it is no link. */
export type Disk = {
  /** The whole way at once, where the system knows it; undefined when it must be gone step by step. Never rejects. */
  whole?(file: string): Promise<string | undefined>;
  readLink(file: string): Promise<string | undefined>;
  exists(file: string): Promise<boolean | undefined>;
  /** False as well when it cannot be told. */
  isFolder(file: string): Promise<boolean>;
  /** Whether one can go into the folder; undefined when that is not known. */
  canEnter(folder: string): Promise<boolean | undefined>;
  /** The names in a folder, none if it cannot be read; `all` is false where there may be more. */
  list(folder: string): Promise<{ names: string[]; all: boolean }>;
};

/** The disk itself. Refused access and loops throw, and the caller asks. */
export function realDisk(): Disk {
  const links = new Map<string, Promise<string | undefined>>();
  const wholes = new Map<string, Promise<string | undefined>>();
  const look = async (file: string): Promise<string | undefined> => {
    try {
      return await readlink(file);
    } catch (error) {
      // EINVAL and UNKNOWN (Windows): it is there and no link; the others: it is not there.
      if (['EINVAL', 'UNKNOWN', 'ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
      throw error;
    }
  };
  return {
    // Elsewhere the system's answer may have other letters or another drive than the steps have.
    ...(process.platform === 'linux' && {
      whole(file) {
        // Missing, refused, a loop: the steps tell which.
        const known = wholes.get(file) ?? realpath(file).catch(() => undefined);
        wholes.set(file, known);
        return known;
      },
    }),
    readLink(file) {
      const known = links.get(file) ?? look(file);
      links.set(file, known);
      return known;
    },
    async exists(file) {
      try {
        await lstat(file);
        return true;
      } catch (error) {
        if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return false;
        throw error;
      }
    },
    isFolder: (file) =>
      stat(file).then(
        (facts) => facts.isDirectory(),
        () => false,
      ),
    canEnter: (folder) =>
      // Of a program it is no folder that says so.
      access(`${folder}/.`, constants.X_OK).then(
        () => true,
        () => false,
      ),
    list: (folder) =>
      readdir(folder).then(
        (names) => ({ names, all: true }),
        () => ({ names: [], all: true }),
      ),
  };
}

/** A disk that has the links of the map, and of which nothing else is known. */
export function mappedDisk(symlinks: Record<string, string>): Disk {
  const links = new Map(Object.entries(symlinks).map(([from, to]) => [from.replace(/[\\/]+$/, ''), to]));
  return {
    readLink: async (file) => links.get(file),
    exists: async (file) => (links.has(file) ? true : undefined),
    isFolder: async () => false,
    canEnter: async () => undefined,
    list: async (folder) => {
      const below = [...links.keys()].filter((link) => link.startsWith(`${folder}/`));
      return {
        names: [...new Set(below.map((link) => link.slice(folder.length + 1).split('/')[0] ?? ''))],
        all: false,
      };
    },
  };
}

/**
 * `file` is absolute and need not be normalised: `..` after a link leaves the folder the link leads to.
 * Throws on more than 40 links and when the disk refuses.
 */
export async function realPath(file: string, disk: Disk, platform: NodeJS.Platform): Promise<RealPath> {
  const whole = await disk.whole?.(file);
  if (whole !== undefined) return { path: whole, exists: true };
  const api = pathsOf(platform);
  const separator = platform === 'win32' ? /[\\/]+/ : /\/+/;
  let current = api.parse(file).root;
  const rest = file.slice(current.length).split(separator).filter(Boolean);
  let followed = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    if (part === '.') continue;
    if (part === '..') {
      current = api.dirname(current);
      continue;
    }
    const next = api.join(current, part);
    const target = await disk.readLink(next);
    if (target === undefined) {
      current = next;
      continue;
    }
    followed += 1;
    if (followed > MAX_LINKS) throw new Error(`More than ${MAX_LINKS} links`);
    if (api.isAbsolute(target)) current = api.parse(target).root;
    rest.unshift(
      ...target
        .slice(api.isAbsolute(target) ? current.length : 0)
        .split(separator)
        .filter(Boolean),
    );
  }
  return { path: current, exists: await disk.exists(current) };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
