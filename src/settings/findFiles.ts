// Where settings files are, highest precedence first. No program is started for it, git neither.
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { FileSource } from './settingsFile.ts';

export type Folders = { root: string; home: string; configDir: string; platform?: NodeJS.Platform };

export type FoundFiles = {
  /** Highest precedence first; the old file of the start folder follows the one at the repository root. */
  local: FileSource[];
  /** Absent in the home folder, where it is the user's own. */
  project?: FileSource;
  /** Of the folders between the start folder and the repository root: deny and ask rules only. */
  parents: FileSource[];
  user: FileSource;
};

export function defaultManagedDir(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return '/Library/Application Support/ClaudeCode';
  return platform === 'win32' ? 'C:\\Program Files\\ClaudeCode' : '/etc/claude-code';
}

export async function findFiles(folders: Folders): Promise<FoundFiles> {
  const { root, configDir } = folders;
  const repository = await repositoryRoot(root);
  const user: FileSource = { scope: 'user', file: path.join(configDir, 'settings.json'), anchor: configDir };
  const own = settingsIn(root, 'settings.json', 'project');
  const start = settingsIn(root, 'settings.local.json', 'local');
  const shared = await localFolder(repository, folders);
  return {
    // Rules of the local file speak of the start folder, wherever the file lies.
    local:
      shared === undefined || shared === root
        ? [start]
        : [{ ...settingsIn(shared, 'settings.local.json', 'local'), anchor: root }, start],
    ...(path.resolve(own.file) === path.resolve(user.file) ? {} : { project: own }),
    parents: parentsUpTo(root, repository).map((folder) => settingsIn(folder, 'settings.json', 'project')),
    user,
  };
}

function settingsIn(folder: string, name: string, scope: 'project' | 'local'): FileSource {
  return { scope, file: path.join(folder, '.claude', name), anchor: folder };
}

function parentsUpTo(root: string, repository: string | undefined): string[] {
  const found: string[] = [];
  if (repository === undefined) return found;
  for (let folder = root; folder !== repository && folder !== path.dirname(folder); ) {
    folder = path.dirname(folder);
    found.push(folder);
  }
  return found;
}

/** The nearest folder with a `.git` in it. */
export async function repositoryRoot(start: string): Promise<string | undefined> {
  for (let folder = start; ; folder = path.dirname(folder)) {
    if (await exists(path.join(folder, '.git'))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

/** The folder whose local file counts for the whole repository, or undefined when there is none. */
async function localFolder(
  repository: string | undefined,
  { home, platform = process.platform }: Folders,
): Promise<string | undefined> {
  if (repository === undefined || platform === 'win32') return undefined;
  const main = (await mainCheckout(repository)) ?? repository;
  if (main === home || main === (await realpath(home).catch(() => home))) return undefined;
  // A folder of someone else may have been laid above ours to plant a file.
  for (const name of ['', '.git', '.claude']) {
    if (!(await isOurs(path.join(main, name)))) return undefined;
  }
  return main;
}

/** For a worktree, whose `.git` is a file: the folder of the checkout it belongs to. */
async function mainCheckout(repository: string): Promise<string | undefined> {
  try {
    const pointer = path.join(repository, '.git');
    const gitDir = /^gitdir:\s*(.+?)\s*$/m.exec(await pointerText(pointer))?.[1];
    if (gitDir === undefined) return undefined;
    const own = path.resolve(repository, gitDir);
    const leadsTo = async (name: string) =>
      realpath(path.resolve(own, (await pointerText(path.join(own, name))).trim()));
    const [common, back] = await Promise.all([leadsTo('commondir'), leadsTo('gitdir')]);
    // The main checkout must know of it: a folder that only points there would be given what is allowed in the other.
    const isKnown =
      path.dirname(await realpath(own)) === path.join(common, 'worktrees') && back === (await realpath(pointer));
    return isKnown && path.basename(common) === '.git' ? path.dirname(common) : undefined;
  } catch {
    // `.git` is a folder, as usual, or a submodule, which has no common folder.
    return undefined;
  }
}

/** A folder that was packed by hand may hold a pipe, which would be waited for. */
async function pointerText(file: string): Promise<string> {
  const facts = await stat(file);
  return facts.isFile() && facts.size <= 4096 ? readFile(file, 'utf8') : '';
}

async function isOurs(file: string): Promise<boolean> {
  try {
    const { uid } = await lstat(file);
    return process.getuid === undefined || uid === process.getuid();
  } catch {
    // Not there yet: it will be ours.
    return true;
  }
}

/** The organisation's file and its drop-ins, in the order in which they are merged. */
export async function managedFiles(folder: string): Promise<FileSource[]> {
  const dropIns = path.join(folder, 'managed-settings.d');
  const names = await jsonNames(dropIns);
  const files = [path.join(folder, 'managed-settings.json'), ...names.map((name) => path.join(dropIns, name))];
  return files.map((file) => ({ scope: 'managed', file, anchor: '/' }));
}

/** A folder that cannot be listed is named as a file, so that reading it fails and is reported. */
async function jsonNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code === 'ENOENT' || code === 'ENOTDIR' ? [] : ['.'];
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await stat(file);
    return true;
  } catch {
    return false;
  }
}
