// Learns in which folder a command ended, while the command itself reaches the shell byte for byte.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorCode } from '../util/readableError.ts';
import type { ShellKind } from './findShell.ts';
import { FOLDER_VARIABLE } from './shellInvocation.ts';

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
 *
 * PowerShell is told the name of the file alone: what it is started with notes the folder.
 */
export async function createCwdProbe(kind: ShellKind, platform: NodeJS.Platform): Promise<CwdProbe | undefined> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-'));
  const dispose = () => rm(folder, { recursive: true, force: true });
  const read = () => noted(path.join(folder, 'cwd'));
  if (kind === 'powershell') return { env: { [FOLDER_VARIABLE]: path.join(folder, 'cwd') }, read, dispose };
  const asShell = folder.replaceAll('\\', '/');
  if (!/^[\w./:+@%, -]+$/.test(asShell)) {
    await dispose();
    return undefined;
  }
  const option = platform === 'win32' ? '-W' : '-P';
  const note = `{ set +x; builtin pwd ${option} >| "${asShell}/cwd"; } 2>/dev/null || :`;
  await writeFile(path.join(folder, 'start'), `unset BASH_ENV\ntrap '${note}' EXIT\n`, { mode: 0o600 });
  return { env: { BASH_ENV: `${asShell}/start` }, read, dispose };
}

async function noted(file: string): Promise<string | undefined> {
  try {
    // Windows PowerShell puts a byte order mark in front.
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '').replace(/\r?\n$/, '') || undefined;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
