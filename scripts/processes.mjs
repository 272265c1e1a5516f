// Child processes of the scripts: run to the end, with a sign of life while they are quiet, ended when we are.
import { spawn } from 'node:child_process';
import path from 'node:path';

/** What runs now: how to end each. */
const running = new Set();
const atEnd = [];
let watched = false;
let ending;

/**
 * Registers what must happen before this process ends. The first signal runs all of it and exits, and so does the end
 * of the npm that runs us: a SIGTERM to npm reaches the shell between us, which dies without passing it on.
 */
export function onEnd(action) {
  if (atEnd.length === 0) listen();
  atEnd.push(action);
}

/** Runs everything that was registered, last first, once. */
export async function endAll() {
  ending ??= (async () => {
    for (const action of atEnd.reverse()) {
      await Promise.resolve()
        .then(action)
        .catch((error) => console.error(error.message));
    }
  })();
  return ending;
}

function listen() {
  const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
  for (const [signal, code] of Object.entries(codes)) process.on(signal, () => endWith(code));
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return;
  setInterval(() => process.ppid === parent || endWith(codes.SIGTERM), 500).unref();
}

async function endWith(code) {
  await endAll();
  process.exit(code);
}

/**
 * Runs a command. `quiet` keeps its output for the error; with it, `label` and the elapsed time are printed every
 * 15 seconds, followed by what `stage` says. With `group`, all it started ends when we end. Resolves to `{ code, output }`; rejects when the command cannot start.
 */
export async function run(command, args, { label, stage, quiet = false, group = quiet, ...options } = {}) {
  if (!watched) onEnd(endRunning);
  watched = true;
  const windows = process.platform === 'win32';
  const child = spawn(command, args, {
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    // A group of its own, so that what the command started ends with it. Windows has none, and needs a shell for npm.cmd.
    detached: group && !windows,
    shell: windows,
    ...options,
  });
  const end = () => endChild(child, group && !windows);
  running.add(end);
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const startedAt = Date.now();
  const ticker =
    label && setInterval(() => console.log(`  ${label}: ${elapsed(startedAt)}${stage ? `, ${stage()}` : ''}`), 15_000);
  try {
    const code = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (exit) => resolve(exit ?? 1));
    });
    return { code, output };
  } finally {
    clearInterval(ticker);
    running.delete(end);
  }
}

function endRunning() {
  for (const end of running) end();
}

function endChild(child, group) {
  if (child.exitCode !== null || child.pid === undefined) return;
  try {
    process.kill(group ? -child.pid : child.pid, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Minutes and seconds since then, `1:05`. */
export function elapsed(sinceMs) {
  const seconds = Math.round((Date.now() - sinceMs) / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** The npm that runs us, else the one on PATH. */
export function npm(args, options) {
  const file = process.env.npm_execpath;
  return file?.endsWith('.js')
    ? run(process.execPath, [file, ...args], { ...options, shell: false })
    : run('npm', args, options);
}

/** The folder that a relative path on the command line means: npm has moved us to the root of the checkout. */
export function fromWhereTheyAre(file) {
  return path.resolve(process.env.INIT_CWD ?? process.cwd(), file);
}
