// Runs git alone: never a program that a repository's configuration names, never a git that the repository brings.
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from './resolvePath.ts';

const TIMEOUT_MS = 3000;
const OUTPUT_BYTES = 4 * 1024 * 1024;
const CONTENT_BYTES = 64 * 1024 * 1024;

type Env = Readonly<Record<string, string | undefined>>;
/** `status` is undefined when git did not start or did not end in time. */
export type GitRan = { status: number | undefined; output: string };

/** Git from an absolute folder of PATH outside the project, so that the repository cannot bring its own. */
export async function findGit(root: string, env: Env): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  for (const folder of (env['PATH'] ?? env['Path'] ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(folder) || isInside(path.resolve(folder), root)) continue;
    const file = path.join(folder, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // not in this folder
    }
  }
  return undefined;
}

const SAFE: ReadonlyArray<[string, string]> = [
  ['core.fsmonitor', 'false'],
  ['core.hooksPath', '/dev/null'],
  ['core.pager', 'cat'],
  ['log.showSignature', 'false'],
  ['status.submoduleSummary', 'false'],
];

/** Call it for trusted folders only. `config` is set for this run, above what the repository says. */
export function runGit(
  git: string,
  args: string[],
  cwd: string,
  env: Env,
  config: ReadonlyArray<[string, string]> = [],
): Promise<GitRan> {
  return new Promise((resolve) => {
    execFile(git, [...PLAIN, ...args], optionsOf(cwd, env, config), (error, output) => {
      if (error === null) resolve({ status: 0, output });
      else resolve({ status: typeof error.code === 'number' ? error.code : undefined, output });
    });
  });
}

/** What git says to `input`, byte for byte; undefined when it fails. For trusted folders only. */
export function runGitBytes(
  git: string,
  args: string[],
  cwd: string,
  env: Env,
  config: ReadonlyArray<[string, string]>,
  input: string,
): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const options = { ...optionsOf(cwd, env, config), encoding: 'buffer' as const, maxBuffer: CONTENT_BYTES };
    const child = execFile(git, [...PLAIN, ...args], options, (error, output) =>
      resolve(error === null ? output : undefined),
    );
    // It may end before it has read everything; its status tells.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Settings by which git runs no filter that the repository names. */
export async function filtersOff(git: string, root: string, env: Env): Promise<Array<[string, string]>> {
  const filters = await runGit(git, ['config', '--null', '--name-only', '--get-regexp', '^filter\\.'], root, env);
  const keys = filters.status === 0 ? filters.output.split('\0') : [];
  const names = [...new Set(keys.flatMap((key) => /^filter\.(.*)\.[^.]+$/s.exec(key)?.[1] ?? []))];
  return names.flatMap(
    (name): Array<[string, string]> => [
      [`filter.${name}.clean`, ''],
      [`filter.${name}.smudge`, ''],
      [`filter.${name}.process`, ''],
      [`filter.${name}.required`, 'false'],
    ],
  );
}

const PLAIN = ['--no-optional-locks', '--no-pager'];

function optionsOf(cwd: string, env: Env, config: ReadonlyArray<[string, string]>) {
  const settings = [...SAFE, ...config];
  const given = Object.fromEntries(
    settings.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  );
  const inherited = Object.fromEntries(
    Object.entries(env).filter(([key]) => /^(PATH|Path|HOME|USERPROFILE|SystemRoot|XDG_CONFIG_HOME)$/.test(key)),
  );
  return {
    cwd,
    env: {
      ...inherited,
      LC_ALL: 'C',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_LAZY_FETCH: '1',
      GIT_CONFIG_COUNT: String(settings.length),
      ...given,
    },
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL' as const,
    maxBuffer: OUTPUT_BYTES,
    windowsHide: true,
  };
}
