// Finds the bash that commands run in; on Windows the one of Git.
import path from 'node:path';
import { sayInEnglish } from '../util/phrases.ts';
import { isRunnable } from '../util/ripgrep.ts';

/** Rejects with a message that says what to install. */
export async function findShell(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): Promise<string> {
  if (platform === 'win32') return findGitBash(env);
  // The system's own first: a folder on PATH may belong to the repository one works in.
  const onPath = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  for (const folder of ['/bin', '/usr/bin', ...onPath]) {
    const candidate = path.posix.join(folder, 'bash');
    if (await isRunnable(candidate)) return candidate;
  }
  throw new Error(sayInEnglish({ code: 'tools.bashMissing', args: {} }));
}

async function findGitBash(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const named = env['CLAUDE_CODE_GIT_BASH_PATH'];
  if (named) {
    if (await isRunnable(named)) return named;
    throw new Error(sayInEnglish({ code: 'tools.gitBashWrong', args: { file: named } }));
  }
  const installed = ['ProgramFiles', 'ProgramW6432', 'ProgramFiles(x86)', 'LOCALAPPDATA']
    .map((name) => env[name])
    .filter((folder) => folder !== undefined)
    .flatMap((folder) => [
      path.win32.join(folder, 'Git\\bin\\bash.exe'),
      path.win32.join(folder, 'Programs\\Git\\bin\\bash.exe'),
    ]);
  // git.exe lies in Git\cmd or Git\bin; System32\bash.exe is WSL, which sees other paths.
  const besideGit = (env['PATH'] ?? env['Path'] ?? '')
    .split(';')
    .filter((folder) => /\\git\\(?:cmd|bin)\\?$/i.test(folder))
    .map((folder) => path.win32.join(folder, '..\\bin\\bash.exe'));
  for (const candidate of [...installed, ...besideGit]) if (await isRunnable(candidate)) return candidate;
  throw new Error(sayInEnglish({ code: 'tools.gitBashMissing', args: {} }));
}
