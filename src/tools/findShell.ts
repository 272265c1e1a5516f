// Finds the shell that commands run in: bash; on Windows the bash of Git, and where there is none PowerShell.
import path from 'node:path';
import { sayInEnglish } from '../util/phrases.ts';
import { isRunnable } from '../util/ripgrep.ts';
import { foldersOf, systemRoot } from '../util/systemRoot.ts';

export type ShellKind = 'bash' | 'powershell';

type Env = Readonly<Record<string, string | undefined>>;
type IsRunnable = (file: string) => Promise<boolean>;

/** What commands are written in on this machine. With no shell at all it is bash, whose absence says what to install. */
export async function shellKindOf(
  env: Env,
  platform: NodeJS.Platform,
  runnable: IsRunnable = isRunnable,
): Promise<ShellKind> {
  // A bash that is named and not there is a mistake to mend, not a wish for another shell.
  if (platform !== 'win32' || env['CLAUDE_CODE_GIT_BASH_PATH']) return 'bash';
  if ((await firstOf(gitBashes(env), runnable)) !== undefined) return 'bash';
  return (await firstOf(powershells(env), runnable)) === undefined ? 'bash' : 'powershell';
}

/** The program for that language and no other. Rejects with a message that says what to install. */
export async function findShell(
  kind: ShellKind,
  env: Env,
  platform: NodeJS.Platform,
  runnable: IsRunnable = isRunnable,
): Promise<string> {
  const named = kind === 'bash' && platform === 'win32' ? env['CLAUDE_CODE_GIT_BASH_PATH'] : undefined;
  if (named) {
    if (await runnable(named)) return named;
    throw new Error(sayInEnglish({ code: 'tools.gitBashWrong', args: { file: named } }));
  }
  const [candidates, missing] =
    kind === 'powershell'
      ? [powershells(env), 'tools.powershellMissing']
      : platform === 'win32'
        ? [gitBashes(env), 'tools.gitBashMissing']
        : [bashes(env), 'tools.bashMissing'];
  const found = await firstOf(candidates, runnable);
  if (found !== undefined) return found;
  throw new Error(sayInEnglish({ code: missing, args: {} }));
}

async function firstOf(candidates: readonly string[], runnable: IsRunnable): Promise<string | undefined> {
  for (const candidate of candidates) if (await runnable(candidate)) return candidate;
  return undefined;
}

/** The system's own first: a folder on PATH may belong to the repository one works in. */
function bashes(env: Env): string[] {
  const onPath = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return ['/bin', '/usr/bin', ...onPath].map((folder) => path.posix.join(folder, 'bash'));
}

function gitBashes(env: Env): string[] {
  const installed = foldersOf(env, ['ProgramFiles', 'ProgramW6432', 'ProgramFiles(x86)', 'LOCALAPPDATA']).flatMap(
    (folder) => [
      path.win32.join(folder, 'Git\\bin\\bash.exe'),
      path.win32.join(folder, 'Programs\\Git\\bin\\bash.exe'),
    ],
  );
  // git.exe lies in Git\cmd or Git\bin; System32\bash.exe is WSL, which sees other paths.
  const besideGit = (env['PATH'] ?? env['Path'] ?? '')
    .split(';')
    .filter((folder) => /\\git\\(?:cmd|bin)\\?$/i.test(folder))
    .map((folder) => path.win32.join(folder, '..\\bin\\bash.exe'));
  return [...installed, ...besideGit];
}

/** Only where an installer that needs an administrator puts them: never by PATH, never in a folder one works in. */
function powershells(env: Env): string[] {
  return [
    ...foldersOf(env, ['ProgramFiles', 'ProgramW6432']).map((folder) =>
      path.win32.join(folder, 'PowerShell\\7\\pwsh.exe'),
    ),
    path.win32.join(systemRoot(env), 'System32\\WindowsPowerShell\\v1.0\\powershell.exe'),
  ];
}
