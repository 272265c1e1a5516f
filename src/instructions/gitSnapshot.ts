// What git knows of the project at the start: branch, changed files, last commits. Runs git alone, never a program that
// the repository's configuration names.
import { filtersOff, findGit, runGit } from '../util/git.ts';
import { cutEnd } from '../util/truncate.ts';

const STATUS_LENGTH = 2000;

type Env = Readonly<Record<string, string | undefined>>;

/** Undefined outside a repository, without git, and when git takes too long. Call it for trusted folders only. */
export async function gitSnapshot(root: string, env: Env): Promise<string | undefined> {
  const git = await findGit(root, env);
  if (git === undefined) return undefined;
  const off = await filtersOff(git, root, env);
  const [status, log] = await Promise.all([
    run(git, ['status', '--short', '--branch', '--ignore-submodules=all'], root, env, off),
    run(git, ['log', '-5', '--no-show-signature', '--format=%h %s'], root, env, off),
  ]);
  if (status === undefined) return undefined;
  const [head = '', ...changed] = status.trimEnd().split('\n');
  const files = changed.join('\n');
  const cut = files.length > STATUS_LENGTH ? `${cutEnd(files, STATUS_LENGTH)}\n[… more …]` : files;
  return [
    `Branch: ${cutEnd(head.replace(/^## /, ''), 200)}`,
    files === '' ? 'No changed files.' : `Changed files (git status --short):\n${cut}`,
    ...(log?.trim() ? [`Last commits:\n${cutEnd(log.trim(), STATUS_LENGTH)}`] : []),
  ].join('\n');
}

/** Undefined when git fails. */
async function run(
  git: string,
  args: string[],
  cwd: string,
  env: Env,
  config: ReadonlyArray<[string, string]>,
): Promise<string | undefined> {
  const { status, output } = await runGit(git, args, cwd, env, config);
  return status === 0 ? output : undefined;
}
