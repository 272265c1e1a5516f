// Ends every process of a run, those that left its process group too: all carry a mark in their environment.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

/** The environment variable whose value tells the processes of one run from all others. */
export const MARK = 'ASSENT_RUN_MARK';

/** Ids of the processes that carry the mark, zombies left out. Linux only; elsewhere an empty list. */
export async function marked(mark: string): Promise<number[]> {
  const entries = await readdir('/proc').catch(() => []);
  const ids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(ids.map(async (id) => ((await carries(id, mark)) ? id : undefined)));
  return found.filter((id) => id !== undefined && id !== process.pid) as number[];
}

async function carries(id: number, mark: string): Promise<boolean> {
  // A process that ended while we looked, or belongs to somebody else, is none of ours. A zombie has no environment.
  const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(`${MARK}=${mark}`);
}

/**
 * Ends all processes that carry the mark: asks first, insists after `patienceMs`.
 * Rejects with their ids if some outlive even that.
 */
export async function endMarked(mark: string, patienceMs = 4000): Promise<void> {
  signalAll(await marked(mark), 'SIGTERM');
  const insistAt = Date.now() + patienceMs;
  const giveUpAt = insistAt + 5000;
  for (;;) {
    const left = await marked(mark);
    if (left.length === 0) return;
    if (Date.now() > giveUpAt) throw new Error(`These processes would not end: ${left.join(', ')}`);
    if (Date.now() > insistAt) signalAll(left, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function signalAll(ids: number[], signal: NodeJS.Signals): void {
  for (const id of ids) {
    try {
      process.kill(id, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/**
 * A small shell that waits for us to die, however that happens, and then kills what carries the mark.
 * It needs no help from us, so that SIGKILL leaves nothing behind either. `end` calls it off.
 */
export function guard(mark: string): { end(): Promise<void> } {
  const script = `while read -r line; do :; done
for file in $(grep -lzxF '${MARK}=${mark}' /proc/[0-9]*/environ 2>/dev/null); do
  id=\${file#/proc/}; kill -KILL "\${id%/environ}" 2>/dev/null
done`;
  const child: ChildProcess = spawn('/bin/sh', ['-c', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin' },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.unref();
  return {
    async end() {
      child.ref();
      child.kill('SIGKILL');
      await ended;
    },
  };
}
