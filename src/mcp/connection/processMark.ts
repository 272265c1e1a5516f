// Finds what a server started, however it got away from it: all of its processes carry a mark in their environment.
import { readdir, readFile } from 'node:fs/promises';

/** The environment variable. Linux alone lets others read it; elsewhere the group and the descendants are all that is found. */
export const MARK = 'ASSENT_SERVER_MARK';

/** Ends what still carries the mark. */
export async function killMarked(mark: string): Promise<void> {
  // What is started while we look is found by the next look.
  for (let round = 0; round < 20; round++) {
    const found = await marked(mark);
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended between the look and the kill.
      }
    }
  }
}

async function marked(mark: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(ids.map(async (id) => ((await carries(id, mark)) ? [id] : [])));
  return found.flat();
}

async function carries(id: number, mark: string): Promise<boolean> {
  // A process that ended since, or that belongs to somebody else, is none of ours. One that waits to be collected has none.
  const environment = await readFile(`/proc/${id}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(`${MARK}=${mark}`);
}
