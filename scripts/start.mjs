// npm start: opens Assent in a real VS Code, with a rehearsal model when there is no credential.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findAccount } from './account.mjs';
import { load } from './bundle.mjs';
import { startDesktop } from './desktop.mjs';
import { hasCodeServer, install } from './install.mjs';
import { makePackage, vsix } from './package.mjs';
import { endAll, fromWhereTheyAre, onEnd } from './processes.mjs';
import { onPath } from './systemPackages.mjs';

const FIRST_PORT = 8433;
/** Tokens a second: about as fast as one reads along. */
const READING_RATE = 150;
const USAGE = `npm start -- [options]
  --workspace DIR   the folder to open (default: a copy of a small sample project)
  --port N          the port on the loopback address (default: ${FIRST_PORT}, or the next that is free)
  --no-open         print the address, open no browser
  --user-data DIR   where VS Code keeps its settings and state
  --no-rehearsal    start without the rehearsal model even when no credential is found`;

async function main() {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  if (options.workspace && !existsSync(options.workspace)) throw new Error(`There is no folder ${options.workspace}`);
  await install({ vscode: true, git: true });
  console.log(
    (await makePackage()) ? 'Built and packaged the extension' : 'The extension has not changed since it was packaged',
  );
  await mkdir(options.userData, { recursive: true });
  const workspace = options.workspace ?? (await sample(path.join(options.userData, 'sample')));
  const session = {
    workspace,
    // The sample is ours: no question stands in a newcomer's way. Any other folder is trusted by the person, or not.
    trust: options.workspace ? 'ask' : 'granted',
    env: await model(options),
    userData: options.userData,
  };
  await (hasCodeServer ? startInBrowser(session, options) : startDesktop(session, vsix));
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      workspace: { type: 'string' },
      port: { type: 'string' },
      'user-data': { type: 'string' },
      'no-open': { type: 'boolean' },
      'no-rehearsal': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Error(`--port wants a number from 1 to 65535, not ${values.port}`);
  }
  return {
    help: values.help,
    workspace: values.workspace && fromWhereTheyAre(values.workspace),
    userData: values['user-data'] ? fromWhereTheyAre(values['user-data']) : path.join(cacheFolder(), 'start'),
    port,
    open: !values['no-open'],
    rehearse: !values['no-rehearsal'],
  };
}

function cacheFolder() {
  const folders = {
    darwin: path.join(homedir(), 'Library/Caches'),
    win32: process.env.LOCALAPPDATA ?? path.join(homedir(), 'AppData/Local'),
  };
  return path.join(
    folders[process.platform] ?? (process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache')),
    'assent',
  );
}

/** A copy of the sample project. One that is there holds the person's changes and is left alone. */
async function sample(folder) {
  if (existsSync(folder)) {
    console.log(`The sample project is as you left it. To begin anew, delete ${folder}`);
    return folder;
  }
  const { copySample } = await load('test/support/vscode/workspace.ts');
  await copySample(folder);
  return folder;
}

/** The variables that lead to a model: none when the person has an account, else those of a rehearsal server. */
async function model({ rehearse, workspace }) {
  const account = findAccount(undefined, undefined, undefined, workspace);
  if (account) {
    console.log(`Model: ${account}`);
    return {};
  }
  if (!rehearse) {
    console.log('Model: none yet. Run "Assent: Sign In" in the command palette.');
    return {};
  }
  const { startRehearsal } = await load('test/support/rehearsal/server.ts');
  const rehearsal = await startRehearsal({ port: 0, rate: READING_RATE });
  onEnd(() => rehearsal.close());
  console.log('Model: none was found, so the rehearsal model answers. It follows a script and costs nothing.');
  console.log('       For a real one: set ANTHROPIC_API_KEY, or add --no-rehearsal and run "Assent: Sign In".');
  const { rehearsalEnvironment } = await load('test/support/vscode/environment.ts');
  return rehearsalEnvironment(rehearsal.url);
}

async function startInBrowser(session, options) {
  const { startVsCode, freePort } = await load('test/support/vscode/startVsCode.ts');
  const { QUIET_SETTINGS } = await load('test/support/vscode/settings.ts');
  await firstSettings(session.userData, QUIET_SETTINGS);
  const vscode = await startVsCode({
    ...session,
    isolated: false,
    settings: 'keep',
    vsix,
    port: await choosePort(options.port, freePort),
  });
  let ending = false;
  onEnd(() => {
    ending = true;
    return vscode.stop();
  });
  console.log(`Assent is ready: ${vscode.url}`);
  console.log('Open the Assent view with its icon in the bar on the left. Ctrl+C ends everything.');
  if (options.open) openBrowser(vscode.url);
  await vscode.ended;
  if (!ending) throw new Error(`VS Code has ended by itself. It said:\n${vscode.logs().slice(-2000)}`);
}

/** Written once; what the person changes afterwards stays. */
async function firstSettings(userData, quiet) {
  const file = path.join(userData, 'User/settings.json');
  if (existsSync(file)) return;
  const settings = {
    ...quiet,
    'workbench.startupEditor': 'readme',
    'security.workspace.trust.startupPrompt': 'always',
  };
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(settings, undefined, 2)}\n`);
}

/** The same port every time if it can be had: VS Code keeps secrets and trust in the browser, by address. */
async function choosePort(wanted, freePort) {
  for (let port = wanted ?? FIRST_PORT; ; port += 1) {
    try {
      return await freePort(port);
    } catch (error) {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
      if (wanted !== undefined) throw new Error(`Port ${wanted} is taken. Choose another with --port.`);
      if (port > FIRST_PORT + 50)
        throw new Error(`No free port from ${FIRST_PORT} to ${port}. Choose one with --port.`);
    }
  }
}

function openBrowser(url) {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const hasScreen = process.platform === 'darwin' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!hasScreen || !onPath(opener)) return;
  spawn(opener, [url], { stdio: 'ignore', detached: true })
    .once('error', () => console.log('Please open the address above in your browser.'))
    .unref();
}

try {
  await main();
  await endAll();
} catch (error) {
  console.error(error.message);
  await endAll();
  process.exitCode = 1;
}
