// Reads the memory files (CLAUDE.md and what they import) that the model is given at the start of a conversation.
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Because } from '../contracts/permission.ts';
import { globToRegExp } from '../util/glob.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { isInside } from '../util/resolvePath.ts';
import { importsIn, withoutComments } from './markdown.ts';

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_HOPS = 4;

export type MemoryScope = 'managed' | 'user' | 'project' | 'local';
export type MemoryFile = {
  path: string;
  scope: MemoryScope;
  text: string /** The file that imports it. */;
  importedBy?: string;
};
export type Memory = { files: MemoryFile[]; notices: Because[] };

export type MemoryOptions = {
  root: string;
  home: string;
  configDir: string;
  /** The folder of the organisation's files. */
  managedDir: string;
  excludes: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  /** Whether a rule forbids to read the file; memory goes through the same decision as any read. */
  isDenied(file: string): Promise<boolean>;
};

/**
 * All files in the order in which they count, the more general first; each import right after the file that names it.
 * Never rejects: a file that cannot be read is left out, with a notice.
 */
export async function loadMemory(options: MemoryOptions): Promise<Memory> {
  const memory: Memory = { files: [], notices: [] };
  if (/^(1|true)$/i.test(options.env['CLAUDE_CODE_DISABLE_CLAUDE_MDS'] ?? '')) return memory;
  const external = new Set<string>();
  const seen = new Set<string>();
  const excluded = options.excludes.map(globToRegExp);
  const root = await realOf(options.root);

  const add = async (
    file: string,
    scope: MemoryScope,
    home: string,
    importedBy?: string,
    hops = 0,
  ): Promise<boolean> => {
    const real = await realOf(file);
    if (real === undefined) return false;
    if (seen.has(real)) return true;
    if (scope !== 'managed' && excluded.some((glob) => glob.test(slashed(file)) || glob.test(slashed(real))))
      return true;
    // A file of the repository may not bring in what lies outside of it, not by a link either.
    if ((scope === 'project' || scope === 'local') && !isInside(real, home)) {
      external.add(file);
      return true;
    }
    const text = await read(file, real, options, memory.notices);
    if (text === undefined) return false;
    seen.add(real);
    memory.files.push({ path: file, scope, text, ...(importedBy === undefined ? {} : { importedBy }) });
    if (hops < MAX_HOPS) {
      // Imports of the repository's files may reach as far as its root, wherever the file itself stands.
      const reach = scope === 'project' || scope === 'local' ? (root ?? options.root) : home;
      for (const name of importsIn(text)) await add(importPath(name, real, options.home), scope, reach, file, hops + 1);
    }
    return true;
  };
  const addRules = async (folder: string, scope: MemoryScope, home: string) => {
    for (const file of await rulesIn(folder, memory.notices)) await add(file, scope, home);
  };

  await add(path.join(options.managedDir, 'CLAUDE.md'), 'managed', options.managedDir);
  await add(path.join(options.configDir, 'CLAUDE.md'), 'user', options.configDir);
  await addRules(path.join(options.configDir, 'rules'), 'user', options.configDir);
  for (const folder of ancestors(root ?? options.root)) {
    await add(path.join(folder, 'CLAUDE.md'), 'project', folder);
    await add(path.join(folder, '.claude', 'CLAUDE.md'), 'project', folder);
    await addRules(path.join(folder, '.claude', 'rules'), 'project', folder);
    await add(path.join(folder, 'CLAUDE.local.md'), 'local', folder);
  }
  if (external.size > 0) {
    memory.notices.push({ code: 'instructions.external', args: { files: [...external].join(', ') } });
  }
  return memory;
}

/** From the top of the file system down to the folder itself. */
function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [...ancestors(parent), folder];
}

function importPath(name: string, importer: string, home: string): string {
  const expanded = /^~[/\\]/.test(name) ? path.join(home, name.slice(2)) : name;
  return path.resolve(path.dirname(importer), expanded);
}

async function realOf(file: string): Promise<string | undefined> {
  try {
    return await realpath(file);
  } catch {
    return undefined; // not there: most places have no memory file
  }
}

async function read(
  file: string,
  real: string,
  options: MemoryOptions,
  notices: Because[],
): Promise<string | undefined> {
  try {
    const info = await stat(real);
    if (!info.isFile()) return undefined;
    if (info.size > MAX_BYTES) {
      notices.push({ code: 'instructions.tooLarge', args: { file } });
      return undefined;
    }
    if (await options.isDenied(file)) {
      notices.push({ code: 'instructions.denied', args: { file } });
      return undefined;
    }
    const bytes = await readFile(real);
    // An import may name anything; pictures and the like are nothing to read here.
    if (bytes.includes(0)) return undefined;
    return withoutComments(bytes.toString('utf8').replace(/^\uFEFF/, '')).trim();
  } catch (error) {
    notices.push({ code: 'instructions.unreadable', args: { file, reason: readableError(error) } });
    return undefined;
  }
}

/** Rules that hold for every file; those with `paths` belong to the files they name. */
async function rulesIn(folder: string, notices: Because[]): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder, { recursive: true });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'ENOTDIR') {
      notices.push({ code: 'instructions.unreadable', args: { file: folder, reason: readableError(error) } });
    }
    return [];
  }
  const general: string[] = [];
  for (const name of names.filter((one) => one.endsWith('.md')).sort()) {
    const file = path.join(folder, name);
    // A repository can hold a link to a device that never ends; what is no usual file is told of where it is read.
    const usual = await stat(file).then(
      (info) => info.isFile() && info.size <= MAX_BYTES,
      () => false,
    );
    const text = usual ? await readFile(file, 'utf8').catch(() => '') : '';
    const [, front] = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
    if (front === undefined || !/^paths\s*:/m.test(front)) general.push(file);
  }
  return general;
}

function slashed(file: string): string {
  return path.sep === '\\' ? file.replaceAll('\\', '/') : file;
}
