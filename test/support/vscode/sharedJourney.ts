// One VS Code and one browser for the journeys of several files that run one after the other in one process: each finds
// a folder of its own, an empty home folder and an empty browser profile.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { type Rehearsal, startRehearsal } from '../rehearsal/server.ts';
import { rehearsalEnvironment } from './environment.ts';
import type { Journey, JourneyOptions } from './journeyOptions.ts';
import { closeWindow, openWindow } from './openWindow.ts';
import { marked } from './processes.ts';
import { startVsCode, type VsCode } from './startVsCode.ts';
import { openAssent } from './workbench.ts';
import { temporaryWorkspace } from './workspace.ts';

/** Set by the runner where files share a process. */
const TOGETHER = 'ASSENT_TOGETHER';
const SHAREABLE = new Set(['files', 'settings']);
const VIEWPORT = { width: 1280, height: 800 };
/** What a conversation or a person leaves in a home folder. */
const LEFT_BEHIND = ['.claude', '.config', '.gitconfig'];

type Host = { key: string; rehearsal: Rehearsal; vscode: VsCode };
let host: Host | undefined;
/** An empty page of the browser between two journeys: with it stays what the browser has read of the workbench. */
let kept: Page | undefined;

/** Nothing but files and settings are asked for, and somebody else may want the same. */
export function mayShare(options: JourneyOptions): boolean {
  return process.env[TOGETHER] === '1' && Object.keys(options).every((name) => SHAREABLE.has(name));
}

export async function sharedJourney({ files, settings }: JourneyOptions): Promise<Journey> {
  const workspace = await temporaryWorkspace(files);
  const { rehearsal, vscode } = await hostFor(JSON.stringify(settings ?? {}), workspace.folder, settings);
  rehearsal.reset();
  const folder = encodeURIComponent(workspace.folder).replaceAll('%2F', '/');
  const own: VsCode = {
    ...vscode,
    workspace: workspace.folder,
    url: `http://127.0.0.1:${vscode.port}/?folder=${folder}`,
  };
  let page: Page | undefined;
  const stop = async () => {
    const open = page?.context().pages() ?? [];
    // To leave is to end the extension host, which would wait for a window that only closes.
    for (const one of open) await one.goto('about:blank');
    const [rest, ...others] = open;
    for (const one of others) await closeWindow(one);
    if (rest !== undefined) await forget(rest, vscode.port);
    kept = rest;
    await windowsEnded(vscode);
    for (const name of LEFT_BEHIND) {
      await rm(path.join(vscode.home, name), { recursive: true, force: true, maxRetries: 5 });
    }
    await workspace.remove();
  };
  try {
    page = await openWindow(own, kept === undefined ? {} : { beside: kept });
    await page.setViewportSize(VIEWPORT);
    await kept?.close();
    kept = undefined;
    await openAssent(page);
    return { folder: workspace.folder, rehearsal, vscode: own, page, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Ends the VS Code that was shared. */
export async function endShared(): Promise<void> {
  const ending = host;
  host = undefined;
  kept = undefined;
  await ending?.vscode.stop();
  await ending?.rehearsal.close();
}

async function hostFor(key: string, workspace: string, settings: JourneyOptions['settings']): Promise<Host> {
  if (host?.key === key) return host;
  await endShared();
  const rehearsal = await startRehearsal();
  const more = settings === undefined ? {} : { settings };
  const vscode = await startVsCode({ ...more, workspace, env: rehearsalEnvironment(rehearsal.url) });
  host = { key, rehearsal, vscode };
  return host;
}

/** What VS Code keeps in a browser, secrets among it. Leaves an empty page. */
async function forget(page: Page, port: number): Promise<void> {
  await page.goto(`http://127.0.0.1:${port}/healthz`);
  await page.evaluate(async () => {
    localStorage.clear();
    sessionStorage.clear();
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      await new Promise<void>((resolve, reject) => {
        const removal = indexedDB.deleteDatabase(name);
        removal.onsuccess = () => resolve();
        removal.onerror = () => reject(removal.error);
        removal.onblocked = () => reject(new Error(`A window still uses ${name}`));
      });
    }
  });
  await page.goto('about:blank');
}

async function windowsEnded(vscode: VsCode): Promise<void> {
  for (const giveUpAt = Date.now() + 10_000; Date.now() < giveUpAt; ) {
    const commands = await Promise.all(
      (await marked(vscode.mark)).map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')),
    );
    if (!commands.some((command) => command.includes('--type=extensionHost'))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The extension host of a closed window would not end');
}
