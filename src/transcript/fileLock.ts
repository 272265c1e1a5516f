// Keeps two windows from writing to one file at the same moment. Held for one append only.
import { open, readFile, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { errorCode } from '../util/readableError.ts';

const STALE_MS = 10_000;
const WAIT_MS = 2000;
const STEP_MS = 20;

/** Rejects when the lock stays taken, and with what `work` rejects with. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const until = Date.now() + WAIT_MS;
  for (;;) {
    try {
      const handle = await open(lock, 'wx', 0o600);
      await handle.writeFile(JSON.stringify({ pid: process.pid, host: hostname() })).finally(() => handle.close());
      break;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
      if (await isAbandoned(lock)) await rm(lock, { force: true });
      else if (Date.now() > until) throw new Error('another program is writing to it');
      else await wait(STEP_MS);
    }
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

/** Left behind by a program that was killed in the middle of an append. */
async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(lock);
    if (Date.now() - mtimeMs > STALE_MS) return true;
    const [, pid, host] = /"pid":(\d+),"host":"([^"]*)"/.exec(await readFile(lock, 'utf8')) ?? [];
    return host === hostname() && pid !== undefined && !isAlive(Number(pid));
  } catch {
    return false; // gone meanwhile, or being written: the next try sees
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
