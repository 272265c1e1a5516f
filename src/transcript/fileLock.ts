// Keeps two windows from writing to one file at the same moment. Held for one append only.
import { lstat, readFile, readlink, symlink, unlink, writeFile } from 'node:fs/promises';
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
  while (!(await taken(lock))) {
    if (await isAbandoned(lock)) await removed(lock);
    else if (Date.now() > until) throw new Error('another program is writing to it');
    else await wait(STEP_MS);
  }
  try {
    return await work();
  } finally {
    await removed(lock);
  }
}

/** False when somebody else has it. A link that leads nowhere says who in a single step; not every system lets us make one. */
async function taken(lock: string): Promise<boolean> {
  const owner = JSON.stringify({ pid: process.pid, host: hostname() });
  try {
    await symlink(owner, lock);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (errorCode(error) === 'ENOENT') throw error;
  }
  try {
    await writeFile(lock, owner, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Left behind by a program that was killed in the middle of an append. */
async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const facts = await lstat(lock);
    if (Date.now() - facts.mtimeMs > STALE_MS) return true;
    const owner = facts.isSymbolicLink() ? await readlink(lock) : await readFile(lock, 'utf8');
    const [, pid, host] = /"pid":(\d+),"host":"([^"]*)"/.exec(owner) ?? [];
    return host === hostname() && pid !== undefined && !isAlive(Number(pid));
  } catch {
    return false; // gone meanwhile, or being written: the next try sees
  }
}

async function removed(lock: string): Promise<void> {
  try {
    await unlink(lock);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
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
