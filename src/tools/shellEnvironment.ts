// The environment that commands are given: without what would make the shell run or read something other than the command.
import { numberFrom } from '../util/envValue.ts';
import { scrubbedEnvironment } from '../util/scrubbedEnvironment.ts';
import type { ShellKind } from './findShell.ts';

/** Read by bash before or while it runs a command; each can change what the approved text does. */
const SHELL_NAMES = new Set(
  (
    'BASH_ENV ENV SHELLOPTS BASHOPTS PS0 PS1 PS2 PS3 PS4 PROMPT_COMMAND POSIXLY_CORRECT BASH_XTRACEFD BASH_COMPAT ' +
    'BASH_LOADABLES_PATH CDPATH GLOBIGNORE GLOBSORT EXECIGNORE IFS TMOUT'
  ).split(' '),
);
/** Read by PowerShell, or by the .NET it stands on, before a command: modules that replace commands, code at the start. */
const POWERSHELL_NAMES = new Set(
  (
    'PSMODULEPATH PSMODULEANALYSISCACHEPATH DOTNET_STARTUP_HOOKS COR_ENABLE_PROFILING COR_PROFILER COR_PROFILER_PATH ' +
    'CORECLR_ENABLE_PROFILING CORECLR_PROFILER CORECLR_PROFILER_PATH CORECLR_PROFILER_PATH_32 CORECLR_PROFILER_PATH_64'
  ).split(' '),
);
/** Belongs to the editor's own processes; with it, programs built on Electron and Node behave as parts of the editor. */
const EDITOR_NAMES =
  /^(?:VSCODE_.*|ELECTRON_RUN_AS_NODE|ELECTRON_NO_ATTACH_CONSOLE|ELECTRON_NO_ASAR|APPLICATION_INSIGHTS_NO_.*)$/;

/** Names are compared as the platform does: without regard to case on Windows. */
export function shellEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
  shell: ShellKind = 'bash',
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(scrubbedEnvironment(env, platform))) {
    const key = platform === 'win32' ? name.toUpperCase() : name;
    // Exported functions travel as BASH_FUNC_name%% and would replace commands by their own text.
    if (value === undefined || SHELL_NAMES.has(key) || key.startsWith('BASH_FUNC_') || value.startsWith('() {'))
      continue;
    if (shell === 'powershell' && POWERSHELL_NAMES.has(key)) continue;
    if (EDITOR_NAMES.test(key)) continue;
    kept[name] = value;
  }
  // There is no terminal: programs should neither draw on one nor wait for one.
  return {
    ...kept,
    ...(shell === 'bash' ? lettersAsJudged(kept, platform) : {}),
    TERM: 'dumb',
    GIT_TERMINAL_PROMPT: '0',
  };
}

/**
 * The text of a command is UTF-8. In Shift-JIS, GBK or Big5 bash would read some of its bytes as half of another letter, and
 * a quote or backslash with them: another command than the one that was approved.
 */
function lettersAsJudged(env: Readonly<Record<string, string>>, platform: NodeJS.Platform): Record<string, string> {
  const name = env['LC_ALL'] ? 'LC_ALL' : env['LC_CTYPE'] ? 'LC_CTYPE' : 'LANG';
  const locale = env[name] ?? '';
  if (platform === 'win32' || /^$|^(?:C|POSIX)$|utf-?8/i.test(locale)) return {};
  return { [name === 'LANG' ? 'LC_CTYPE' : name]: platform === 'darwin' ? 'UTF-8' : 'C.UTF-8' };
}

export type BashLimits = { defaultTimeoutMs: number; maxTimeoutMs: number; maxOutput: number };

/** Two and ten minutes, 30,000 characters, unless the environment says otherwise; what is no number is ignored. */
export function bashLimits(env: Readonly<Record<string, string | undefined>>): BashLimits {
  const number = (name: string, otherwise: number) => {
    const value = numberFrom(env[name]);
    return value !== undefined && value > 0 ? Math.floor(value) : otherwise;
  };
  const defaultTimeoutMs = number('BASH_DEFAULT_TIMEOUT_MS', 120_000);
  return {
    defaultTimeoutMs,
    maxTimeoutMs: Math.min(Math.max(number('BASH_MAX_TIMEOUT_MS', 600_000), defaultTimeoutMs), LONGEST_TIMER),
    maxOutput: Math.min(number('BASH_MAX_OUTPUT_LENGTH', 30_000), 150_000),
  };
}

/** A longer timer would fire at once. */
const LONGEST_TIMER = 2 ** 31 - 1;
