// A real VS Code with our package and, beside it, extensions that do the least: one that does nothing, and one with a bare view.
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { rehearsalEnvironment } from '../../support/vscode/environment.ts';
import { installExtension, packExtension } from '../../support/vscode/extensions.ts';
import { closeWindow, openWindow } from '../../support/vscode/openWindow.ts';
import { ROOT, VSIX } from '../../support/vscode/root.ts';
import { startVsCode, type VsCode } from '../../support/vscode/startVsCode.ts';
import { assentFrame } from '../../support/vscode/workbench.ts';
import { temporaryWorkspace } from '../../support/vscode/workspace.ts';
import { composerText, noted, watch } from './inPage.mjs';

export const HELLO = 'bench.bench-hello';
/** One is activated before ours and one after it: VS Code goes by their names. */
export const EMPTY = ['a-bench.bench-empty', 'z-bench.bench-empty'] as const;

export type BenchWindows = {
  vscode: VsCode;
  /** A window with nothing open in it, once its extensions have been activated and it has come to rest. */
  open(): Promise<Page>;
  close(page: Page): Promise<void>;
  end(): Promise<void>;
};

/** `model` is the address of the model that ours is to ask. */
export async function startBenchWindows(model: string): Promise<BenchWindows> {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-bench-'));
  const extensions = path.join(folder, 'extensions');
  const packages = [VSIX, await packHello(folder)];
  for (const id of EMPTY) packages.push(await packEmpty(folder, id.split('.')[0] ?? ''));
  for (const vsix of packages) await installExtension(vsix, extensions, path.join(folder, 'install'));
  const workspace = await temporaryWorkspace();
  const vscode = await startVsCode({
    workspace: workspace.folder,
    extensions,
    userData: path.join(folder, 'user'),
    env: rehearsalEnvironment(model),
  });
  /** Every window has an extension host of its own, and that a log. */
  const seen = new Set<string>();
  return {
    vscode,
    async open() {
      const page = await openWindow(vscode, { prepare: (page) => page.addInitScript(watch).then(() => {}) });
      await until(async () => {
        const log = (await hostLogs(vscode.userData)).find(([file]) => !seen.has(file));
        const isUp = ['assent.assent', ...EMPTY].every((id) => log?.[1].includes(`_doActivateExtension ${id}`));
        if (log === undefined || !isUp) return undefined;
        seen.add(log[0]);
        return log;
      }, 60_000);
      await page.waitForTimeout(REST_MS);
      return page;
    },
    close: closeWindow,
    async end() {
      await vscode.stop();
      await workspace.remove();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const REST_MS = 3000;

/** Milliseconds from the key that shows a view to its composer having the focus and taking a key. */
export async function pressUntilComposer(page: Page, key: string, extensionId: string): Promise<number> {
  await page.keyboard.press(key);
  const frame = await assentFrame(page, { extensionId });
  const readyAt = await until(async () => (await frame.evaluate(noted)).composerAt);
  const { pressedAt = Number.NaN } = await page.evaluate(noted);
  await page.keyboard.type('a');
  await until(async () => (await frame.evaluate(composerText)) === 'a' || undefined);
  await page.keyboard.press('Backspace');
  return readyAt - pressedAt;
}

/** Asks again and again until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined>, timeoutMs = 20_000): Promise<T> {
  for (const giveUpAt = Date.now() + timeoutMs; Date.now() < giveUpAt; ) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`What was waited for did not come: ${ask}`);
}

/** The document of a view, shown or hidden: a hidden one keeps its page. */
export async function frameOf(page: Page, extensionId: string): Promise<Frame> {
  for (const frame of page.frames()) {
    if (!frame.parentFrame()?.url().includes(`extensionId=${extensionId}`)) continue;
    if ((await frame.locator('[data-testid="composer"]').count()) > 0) return frame;
  }
  throw new Error(`No page of ${extensionId}`);
}

async function hostLogs(userData: string): Promise<Array<[file: string, text: string]>> {
  const folder = path.join(userData, 'logs');
  const files = (await readdir(folder, { recursive: true }).catch(() => [])).filter((file) =>
    file.endsWith('remoteexthost.log'),
  );
  return Promise.all(files.map(async (file) => [file, await readFile(path.join(folder, file), 'utf8')]));
}

async function packHello(folder: string): Promise<string> {
  return packExtension(path.join(ROOT, 'test/bench/extensions/hello'), path.join(folder, 'hello.vsix'));
}

async function packEmpty(folder: string, publisher: string): Promise<string> {
  const source = path.join(folder, publisher);
  await cp(path.join(ROOT, 'test/bench/extensions/empty'), source, { recursive: true });
  const manifest = path.join(source, 'package.json');
  const fields = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>;
  await writeFile(manifest, JSON.stringify({ ...fields, publisher }));
  return packExtension(source, path.join(folder, `${publisher}.vsix`));
}
