// Learns in which folder a command ended, while the command itself reaches bash byte for byte.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCode } from '../util/readableError.ts';

export type CwdProbe = {
  /** What the shell must find in its environment. */
  env: Record<string, string>;
  /** The folder, or undefined when the command hid it (`exec`, an EXIT trap of its own, a kill). */
  read(): Promise<string | undefined>;
  dispose(): Promise<void>;
};

/**
 * Bash reads the file named by BASH_ENV before a command given with -c. Ours sets an EXIT trap that notes the folder, and
 * takes the variable out again, so that scripts started by the command see nothing of it. Nothing is wrapped or evaluated.
 * Undefined when the temporary folder has a name that bash would expand.
 */
export async function createCwdProbe(platform: NodeJS.Platform): Promise<CwdProbe | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  const asShell = folder.replaceAll('\\', '/');
  if (!/^[\w./:+@%, -]+$/.test(asShell)) {
    await dispose();
    return undefined;
  }
  const option = platform === 'win32' ? '-W' : '-P';
  const note = `{ set +x; builtin pwd ${option} >| "${asShell}/cwd"; } 2>/dev/null || :`;
  await writeFile(path.join(folder, 'start'), `unset BASH_ENV\ntrap '${note}' EXIT\n`, { mode: 0o600 });
  return {
    env: { BASH_ENV: `${asShell}/start` },
    async read() {
      try {
        return (await readFile(path.join(folder, 'cwd'), 'utf8')).replace(/\r?\n$/, '') || undefined;
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    dispose,
  };
}
