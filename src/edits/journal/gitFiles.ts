// What git knows of tracked files, so that those a command changed can be found and given back. Reads only: no index is
// written, no reference moved, no program of the repository run.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { filtersOff, findGit, runGit, runGitBytes } from '../../util/git.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Repository = { git: string; top: string; index: string; config: Array<[string, string]> };
/** `commit` is absent before the first one. `dirty`: real paths of tracked files that differ from it. */
export type GitState = { repository: Repository; commit?: string; dirty: Set<string> };

/** Above this the index names so many files (about 40,000) that looking at each would hold a command up. */
const LARGEST_INDEX = 4 * 1024 * 1024;
/** A clean file that has any of these may not say what its blob says. */
const CONVERTING = ['text', 'eol', 'ident', 'working-tree-encoding', 'filter'];

/** Undefined outside a repository, without git, and where the repository is very large. For trusted folders only. */
export async function gitState(root: string, env: Env, known?: Repository): Promise<GitState | undefined> {
  const repository = known ?? (await findRepository(root, env));
  if (repository === undefined) return undefined;
  const { size } = await stat(repository.index).catch(() => ({ size: 0 }));
  if (size === 0 || size > LARGEST_INDEX) return undefined;
  const { git, top, config } = repository;
  const args = ['status', '--porcelain=v2', '--branch', '-z', '-uno', '--no-renames', '--ignore-submodules=all'];
  const { status, output } = await runGit(git, args, top, env, config);
  if (status !== 0) return undefined;
  const lines = output.split('\0');
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/.exec(lines.find((line) => line.startsWith('# branch.oid')) ?? '');
  const dirty = lines.flatMap((line) => {
    // `1 XY sub mH mI mW hH hI path`, and `u XY sub m1 m2 m3 mW h1 h2 h3 path`.
    const found = /^(?:1(?: \S+){7}|u(?: \S+){9}) (.+)$/s.exec(line)?.[1];
    return found === undefined ? [] : [path.join(top, found)];
  });
  return { repository, dirty: new Set(dirty), ...(commit?.[1] === undefined ? {} : { commit: commit[1] }) };
}

/** Tracked files that differ between two commits; none when git cannot say. */
export async function changedBetween({ repository, commit }: GitState, now: GitState, env: Env): Promise<string[]> {
  if (commit === undefined || now.commit === undefined || commit === now.commit) return [];
  const { git, top, config } = repository;
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', commit, now.commit];
  const { status, output } = await runGit(git, args, top, env, config);
  return status === 0
    ? output
        .split('\0')
        .filter(Boolean)
        .map((name) => path.join(top, name))
    : [];
}

/** `executable` is undefined where git does not keep that. */
export type CleanFile = { bytes: Uint8Array; executable: boolean | undefined };

/**
 * What the files said while they were clean: their blobs, where nothing converts between blob and file. Files of which
 * this is not certain are left out, and so are links and what the commit does not have: it may have been there untracked.
 */
export async function cleanContents(
  { repository, commit }: GitState,
  files: readonly string[],
  env: Env,
): Promise<Map<string, CleanFile>> {
  const found = new Map<string, CleanFile>();
  if (commit === undefined || files.length === 0) return found;
  const { git, top, config } = repository;
  const set = await runGit(git, ['config', '--get-regexp', '^core\\.(autocrlf|filemode)$'], top, env, config);
  if (/^core\.autocrlf (?!false$)/im.test(set.output)) return found;
  const keepsModes = !/^core\.filemode false$/im.test(set.output);
  const names = files.map((file) => path.relative(top, file).split(path.sep).join('/'));
  const input = `${names.join('\0')}\0`;
  const attributes = await runGitBytes(git, ['check-attr', '-z', '--stdin', ...CONVERTING], top, env, config, input);
  if (attributes === undefined) return found;
  const converted = new Set<string>();
  const fields = attributes.toString('utf8').split('\0');
  for (let at = 0; at + 2 < fields.length; at += 3) {
    if (!['unspecified', 'unset'].includes(fields[at + 2] ?? '')) converted.add(fields[at] ?? '');
  }
  const wanted = names.filter((name) => !converted.has(name));
  if (wanted.length === 0) return found;
  const tree = await runGit(git, ['ls-tree', '-z', '--full-tree', commit, '--', ...wanted], top, env, config);
  const blobs = tree.output.split('\0').flatMap((line) => {
    const [, mode, id, name] = /^100(644|755) blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return id === undefined || name === undefined ? [] : [{ id, name, executable: mode === '755' }];
  });
  const asked = blobs.map(({ id }) => `${id}\n`).join('');
  const bytes = await runGitBytes(git, ['cat-file', '--batch'], top, env, config, asked);
  let at = 0;
  for (const { name, executable } of bytes === undefined ? [] : blobs) {
    const end = bytes?.indexOf(10, at) ?? -1;
    const size = Number(/ blob (\d+)$/.exec(bytes?.subarray(at, Math.max(at, end)).toString('latin1') ?? '')?.[1]);
    if (bytes === undefined || Number.isNaN(size)) break;
    const content = bytes.subarray(end + 1, end + 1 + size);
    found.set(path.join(top, name), { bytes: content, executable: keepsModes ? executable : undefined });
    at = end + 1 + size + 1;
  }
  return found;
}

async function findRepository(root: string, env: Env): Promise<Repository | undefined> {
  const git = await findGit(root, env);
  if (git === undefined) return undefined;
  const args = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-path', 'index'];
  const { status, output } = await runGit(git, args, root, env);
  const [top, index] = output.split('\n');
  if (status !== 0 || !top || !index) return undefined;
  return { git, top: path.resolve(top), index, config: await filtersOff(git, root, env) };
}
