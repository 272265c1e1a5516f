// Ends a command with everything it started, and tells whether something of it is left.
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { systemRoot } from './systemRoot.ts';

type Process = { pid: number; parent: number; group: number; session: number };

/** How long a process may take to end by itself after it was told to. */
const GRACE_MS = 1000;
const POLL_MS = 20;
/** A tree that grows faster than it is stopped is ended as far as it is known. */
const MOST_ROUNDS = 20;

/**
 * Tells the group that `leader` leads, and every descendant that left it, to end; what does not is killed. The leader
 * must have been started in a session of its own. A daemon that has cut every tie (a session of its own and no parent
 * left) is not found: build tools start such ones to outlive a command. Resolves when nothing is left, or when nothing more can be done.
 */
export async function endTree(leader: number, platform: NodeJS.Platform): Promise<void> {
  if (platform === 'win32') return endTreeOnWindows(leader);
  const known = new Set<number>();
  await freeze(leader, known, platform);
  for (const signal of ['SIGTERM', 'SIGCONT'] as const) {
    send(-leader, signal);
    for (const pid of known) send(pid, signal);
  }
  if (await gone(leader, known, platform)) return;
  await freeze(leader, known, platform);
  send(-leader, 'SIGKILL');
  for (const pid of known) send(pid, 'SIGKILL');
  await gone(leader, known, platform);
}

/** Waits a moment for all of them to end. */
async function gone(leader: number, known: ReadonlySet<number>, platform: NodeJS.Platform): Promise<boolean> {
  const start = performance.now();
  while (performance.now() - start < GRACE_MS) {
    if (!groupAlive(leader, platform) && ![...known].some((pid) => processAlive(pid, platform))) return true;
    await pause(POLL_MS);
  }
  return false;
}

/** Stops the tree before it is ended: a process that is told to end could have started another unseen. Adds to `known`. */
async function freeze(leader: number, known: Set<number>, platform: NodeJS.Platform): Promise<void> {
  const stopped = new Set<number>();
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = membersOf(leader, known, await listProcesses(platform));
    const fresh = [...found].filter((pid) => !stopped.has(pid));
    if (fresh.length === 0) return;
    for (const pid of fresh) {
      send(pid, 'SIGSTOP');
      stopped.add(pid);
      known.add(pid);
    }
  }
}

/** Whether a process of the group still runs; one that has ended and waits to be collected does not count. */
export function groupAlive(leader: number, platform: NodeJS.Platform): boolean {
  if (platform === 'win32' || !exists(-leader)) return false;
  return platform === 'linux' ? processesOfProc().some((one) => one.group === leader) : true;
}

function processAlive(pid: number, platform: NodeJS.Platform): boolean {
  if (!exists(pid)) return false;
  return platform === 'linux' ? statOf(pid) !== undefined : true;
}

/** Those of the leader's group or session, and the descendants of these and of the ones known before. */
function membersOf(leader: number, known: ReadonlySet<number>, processes: Process[]): Set<number> {
  const members = new Set<number>([leader, ...known]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent, group, session } of processes) {
      if (members.has(pid) || !(group === leader || session === leader || members.has(parent))) continue;
      members.add(pid);
      grown = true;
    }
  }
  const running = new Set(processes.map((one) => one.pid));
  return new Set([...members].filter((pid) => running.has(pid)));
}

async function listProcesses(platform: NodeJS.Platform): Promise<Process[]> {
  if (platform === 'linux') return processesOfProc();
  const table = await new Promise<string>((resolve) => {
    // Without a list the group alone is ended, which is nearly always all.
    execFile('/bin/ps', ['-A', '-o', 'pid=,ppid=,pgid='], (error, stdout) => resolve(error ? '' : stdout));
  });
  return table.split('\n').flatMap((line) => {
    const [pid, parent, group] = line.trim().split(/\s+/).map(Number);
    return pid && parent !== undefined && group ? [{ pid, parent, group, session: 0 }] : [];
  });
}

function processesOfProc(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    const found = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    return found ? [found] : [];
  });
}

/** Undefined when there is no such process, or it has ended and only waits to be collected. */
function statOf(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything, parentheses too.
    const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return { pid, parent: Number(parent), group: Number(group), session: Number(session) };
  } catch {
    // It ended between the listing and the look.
    return undefined;
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It is gone already, or belongs to somebody else since: both leave nothing to do here.
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function endTreeOnWindows(leader: number): Promise<void> {
  return new Promise((resolve) => {
    // By its full path: a program of that name may lie in a folder that is searched first.
    const taskkill = path.win32.join(systemRoot(process.env), 'System32\\taskkill.exe');
    // An error means that the process is gone.
    execFile(taskkill, ['/PID', String(leader), '/T', '/F'], { windowsHide: true }, () => resolve());
  });
}
