// The environment that the program of a server is given.
import { isOn } from '../../util/envValue.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** All that a program needs to find itself at home; for those who want servers to be given nothing else. */
const PLAIN =
  /^(?:HOME|LOGNAME|PATH|SHELL|TERM|USER|LANG|LC_\w+|TMPDIR|APPDATA|HOMEDRIVE|HOMEPATH|LOCALAPPDATA|PROCESSOR_ARCHITECTURE|SYSTEMDRIVE|SYSTEMROOT|TEMP|TMP|USERNAME|USERPROFILE|PROGRAMFILES|COMSPEC|PATHEXT|WINDIR)$/i;

/** `session` is a conversation's id. */
export function programEnvironment(programEnv: Env, env: Env, own: Env, root: string, session?: string): Env {
  const inherited = isOn(env['CLAUDE_CODE_MCP_ALLOWLIST_ENV'])
    ? Object.fromEntries(Object.entries(programEnv).filter(([name]) => PLAIN.test(name)))
    : programEnv;
  const ours = { CLAUDE_PROJECT_DIR: root, CLAUDECODE: '1', CLAUDE_CODE_SESSION_ID: session };
  return { ...inherited, ...ours, ...own };
}
