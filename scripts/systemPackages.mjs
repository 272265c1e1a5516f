// What the system itself must have: looked up, and on Debian installed.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { run } from './processes.mjs';

/** Each with Debian's name for it and a way to tell that it is there, whoever put it there. */
const NEEDS = {
  compiler: [
    { name: 'make', there: () => onPath('make') },
    { name: 'g++', there: () => onPath('g++') },
    { name: 'python3', there: () => onPath('python3') },
    { name: 'libkrb5-dev', there: () => existsSync('/usr/include/gssapi/gssapi.h') },
  ],
  git: [{ name: 'git', there: () => onPath('git') }],
  // Tests go through it: the build with OpenSSL, since only that one looks into encrypted connections.
  proxy: [
    {
      name: 'squid-openssl',
      there: () => ['/usr/sbin/squid', '/usr/lib/squid/security_file_certgen'].every(existsSync),
    },
  ],
  browser: [
    { name: 'chromium', there: () => Boolean(process.env.CHROMIUM_PATH) || BROWSERS.some(onPath) },
    { name: 'fonts-nanum', there: hasHangul },
  ],
};
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** `subjects` are keys of NEEDS. Throws with one line that says what to install when we may not do it ourselves. */
export async function systemPackages(subjects) {
  const missing = subjects.flatMap((subject) => NEEDS[subject]).filter((need) => !need.there());
  if (missing.length === 0) return;
  const names = missing.map((need) => need.name);
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (!existsSync('/etc/debian_version') || !onPath('apt-get')) {
    throw new Error(`Please install these first (Debian's names): ${names.join(', ')}`);
  }
  if (process.getuid() !== 0) throw new Error(`Please run this first: sudo ${command}`);
  console.log(`Debian packages to install: ${names.join(', ')}`);
  if (!process.env.CI && process.stdin.isTTY && process.stdout.isTTY && !(await yes('Install them now?'))) {
    throw new Error(`Nothing was installed. When you are ready: ${command}`);
  }
  // The run level keeps what is a service elsewhere from being started here.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await apt(['update'], env);
  await apt(['install', '-y', '--no-install-recommends', ...names], env);
  const still = missing.filter((need) => !need.there()).map((need) => need.name);
  if (still.length > 0) throw new Error(`Installed, but still not found: ${still.join(', ')}`);
}

async function apt(args, env) {
  const { code, output } = await run('apt-get', args, { quiet: true, env, label: `apt-get ${args[0]}` });
  if (code !== 0)
    throw new Error(`apt-get ${args[0]} failed. Its last lines:\n${output.split('\n').slice(-15).join('\n')}`);
}

async function yes(question) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^(y|yes)?$/i.test((await terminal.question(`${question} [Y/n] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Whether a program of that name can be run. */
export function onPath(name) {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe', ''] : [''];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .some((folder) => endings.some((end) => runnable(path.join(folder, name + end))));
}

function runnable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // not there, or not to be run by us: both mean the same here
  }
}

function hasHangul() {
  const { stdout } = spawnSync('fc-list', [':lang=ko', 'family'], { encoding: 'utf8' });
  return Boolean(stdout?.trim());
}
