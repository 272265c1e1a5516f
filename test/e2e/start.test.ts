// `npm start` as a person uses it: it says where it is, works, and leaves nothing behind.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { isolatedEnvironment } from '../support/vscode/environment.ts';
import { chromiumPath, workbenchDrawn } from '../support/vscode/openWindow.ts';
import { ROOT } from '../support/vscode/root.ts';
import { freePort } from '../support/vscode/startVsCode.ts';
import { runCommand, screenshot } from '../support/vscode/workbench.ts';

let folder: string;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'assent-start-'));
});
after(async () => {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test('says once where it is, names the rehearsal model, and Ctrl+C ends all, what a terminal left running too', async () => {
  const start = await startAssent();
  try {
    const url = await start.url;
    assert.match(start.output(), /rehearsal model/);
    assert.ok((await fetch(url)).ok);
    await leaveProcessInTerminal(url);
    assert.ok((await processesOf(folder)).length >= 4);
    start.child.kill('SIGINT');
    assert.equal(await start.exit, 130);
    assert.deepEqual(await processesOf(folder), []);
    assert.equal(
      start
        .output()
        .split('\n')
        .filter((line) => /^Assent is ready: http/.test(line)).length,
      1,
    );
  } finally {
    start.child.kill('SIGKILL');
  }
});

test('leaves no process behind when it is killed outright', async () => {
  const start = await startAssent();
  await start.url;
  start.child.kill('SIGKILL');
  for (const giveUpAt = Date.now() + 15_000; (await processesOf(folder)).length > 0 && Date.now() < giveUpAt; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.deepEqual(await processesOf(folder), []);
});

test('says which port is taken, and that a folder is not there', async () => {
  const port = await freePort(0);
  const { createServer } = await import('node:http');
  const server = createServer().listen(port, '127.0.0.1');
  try {
    const taken = await startAssent(['--port', String(port)]);
    assert.equal(await taken.exit, 1);
    assert.match(taken.output(), new RegExp(`Port ${port} is taken`));
  } finally {
    server.close();
  }
  const missing = await startAssent(['--workspace', path.join(folder, 'nowhere')]);
  assert.equal(await missing.exit, 1);
  assert.match(missing.output(), /There is no folder .*nowhere/);
});

async function startAssent(args?: string[]) {
  const port = args === undefined ? ['--port', String(await freePort(0))] : [];
  const profile = ['--user-data', path.join(folder, 'profile'), '--no-open'];
  const child: ChildProcess = spawn(process.execPath, ['scripts/start.mjs', ...profile, ...port, ...(args ?? [])], {
    cwd: ROOT,
    env: isolatedEnvironment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stderr?.on('data', (chunk) => (text += chunk));
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve));
  const url = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      text += chunk;
      const found = /^Assent is ready: (\S+)$/m.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    exit.then(() => reject(new Error(`It ended before it was ready:\n${text}`)));
  });
  url.catch(() => undefined); // a caller that expects the end does not look
  return { child, url, exit, output: () => text };
}

/** In a session of its own, as a server that somebody forgot. */
async function leaveProcessInTerminal(url: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: await chromiumPath(), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await workbenchDrawn(page);
    await runCommand(page, 'Terminal: Create New Terminal');
    const marker = path.join(folder, 'forgotten');
    for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt; await page.waitForTimeout(1000)) {
      const commands = await Promise.all((await processesOf(folder)).map(commandOf));
      if (commands.some((command) => command.includes('tail\0-f'))) return;
      // What is typed before the shell is there may be lost, or half of it.
      await page.locator('.terminal.xterm').click();
      await page.keyboard.press('Control+C');
      await page.keyboard.type(`touch ${marker}; setsid nohup tail -f ${marker} & \n`);
    }
    await screenshot(page, 'start-terminal');
    assert.fail('The terminal did not start the process');
  } finally {
    await browser.close();
  }
}

/** Processes whose command line or environment names the text, but for this one. */
async function processesOf(text: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: number[] = [];
  for (const id of ids) {
    const environment = await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '');
    if (id !== process.pid && `${await commandOf(id)}${environment}`.includes(text)) found.push(id);
  }
  return found;
}

async function commandOf(id: number): Promise<string> {
  return readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
}
