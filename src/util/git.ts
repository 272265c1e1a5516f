// Runs git alone: never a program that a repository's configuration names, never a git that the repository brings.
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from './resolvePath.ts';

const TIMEOUT_MS = 3000;
const OUTPUT_BYTES = 4 * 1024 * 1024;

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
  const childEnv = {
    ...inherited,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_CONFIG_COUNT: String(settings.length),
    ...given,
  };
  return new Promise((resolve) => {
    const options = {
      cwd,
      env: childEnv,
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL' as const,
      maxBuffer: OUTPUT_BYTES,
      windowsHide: true,
    };
    execFile(git, ['--no-optional-locks', '--no-pager', ...args], options, (error, output) => {
      if (error === null) resolve({ status: 0, output });
      else resolve({ status: typeof error.code === 'number' ? error.code : undefined, output });
    });
  });
}
