// Root may do anything, so what is not permitted is tried as somebody else.
import { spawnSync } from 'node:child_process';

/** Runs as an unprivileged user who owns `folder` and all below it, if we are root; otherwise just runs. */
export async function asNobody<T>(folder: string, run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run();
  const { status, stderr } = spawnSync('chown', ['-R', 'nobody', folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The folder could not be given to nobody: ${stderr}`);
  process.seteuid?.('nobody');
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
