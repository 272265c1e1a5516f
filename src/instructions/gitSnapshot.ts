// What git knows of the project at the start: branch, changed files, last commits. Runs git alone, never a program that
// the repository's configuration names.
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { isInside } from '../util/resolvePath.ts';
import { cutEnd } from '../util/truncate.ts';

const TIMEOUT_MS = 3000;
const STATUS_LENGTH = 2000;
const OUTPUT_BYTES = 4 * 1024 * 1024;

type Env = Readonly<Record<string, string | undefined>>;

/** Undefined outside a repository, without git, and when git takes too long. Call it for trusted folders only. */
export async function gitSnapshot(root: string, env: Env): Promise<string | undefined> {
  const git = await findGit(root, env);
  if (git === undefined) return undefined;
  const filters = await run(git, ['config', '--null', '--name-only', '--get-regexp', '^filter\\.'], root, env, []);
  const names = [
    ...new Set((filters ?? '').split('\0').flatMap((key) => /^filter\.(.*)\.[^.]+$/s.exec(key)?.[1] ?? [])),
  ];
  const off = names.flatMap(
    (name): Array<[string, string]> => [
      [`filter.${name}.clean`, ''],
      [`filter.${name}.smudge`, ''],
      [`filter.${name}.process`, ''],
      [`filter.${name}.required`, 'false'],
    ],
  );
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

/** Git from an absolute folder of PATH outside the project, so that the repository cannot bring its own. */
async function findGit(root: string, env: Env): Promise<string | undefined> {
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

function run(
  git: string,
  args: string[],
  cwd: string,
  env: Env,
  config: ReadonlyArray<[string, string]>,
): Promise<string | undefined> {
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
    execFile(git, ['--no-optional-locks', '--no-pager', ...args], options, (error, stdout) =>
      resolve(error ? undefined : stdout),
    );
  });
}
