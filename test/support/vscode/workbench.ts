// What tests do and look at in VS Code's own user interface.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { ROOT } from './root.ts';

const EXTENSION_ID = 'assent.assent';

/**
 * Runs a command by its title as the command palette shows it, such as `Assent: New Conversation`.
 * Waits until the command is there, since extensions register late. Rejects after `timeoutMs` with the entries seen.
 */
export async function runCommand(page: Page, title: string, timeoutMs = 60_000): Promise<void> {
  const input = page.locator('.quick-input-widget:visible input.input').first();
  // Exact text first: "Assent: Stop" must not run "Assent: Stop Everything".
  const entry = page.locator('.quick-input-list .monaco-list-row', {
    has: page.locator('.label-name', { hasText: new RegExp(`^\\s*${literally(title)}\\s*$`) }),
  });
  const giveUpAt = Date.now() + timeoutMs;
  let seen: string[] = [];
  do {
    await page.keyboard.press('F1');
    try {
      await input.waitFor({ timeout: 5000 });
      // Whatever takes the focus meanwhile closes it again.
      await input.fill(`>${title}`, { timeout: 5000 });
      await entry.first().waitFor({ timeout: 2000 });
      await entry.first().click();
      await page
        .locator('.quick-input-widget:visible')
        .waitFor({ state: 'hidden', timeout: 500 })
        .catch(() => undefined);
      return;
    } catch (error) {
      if ((error as Error).name !== 'TimeoutError') throw error;
      seen = await page.locator('.quick-input-list .monaco-list-row:visible').allInnerTexts();
      await page.keyboard.press('Escape');
    }
  } while (Date.now() < giveUpAt);
  throw new Error(`The command palette has no "${title}". It shows: ${seen.join(' | ') || 'nothing'}`);
}

/** All documents of ours that can be seen: the view's, and one for each visible editor tab, in no fixed order. */
export async function assentFrames(page: Page, extensionId = EXTENSION_ID): Promise<Frame[]> {
  const frames: Frame[] = [];
  for (const frame of page.frames()) {
    const parent = frame.parentFrame();
    if (!parent?.url().includes(`extensionId=${extensionId}`)) continue;
    // Frames come and go while we look. Hidden views keep theirs, and a page that loads has a second one, 'pending-frame'.
    const active = await frame
      .frameElement()
      .then((element) => element.getAttribute('id'))
      .catch(() => undefined);
    const visible = await parent
      .frameElement()
      .then((element) => element.isVisible())
      .catch(() => false);
    if (active === 'active-frame' && visible) frames.push(frame);
  }
  return frames;
}

/**
 * The document of our view or tab, once it holds an element that matches `selector`.
 * With several visible, `index` counts in the order of the screen, left to right and then down.
 * Ask again after a reload, and after a view was hidden and shown: the old frame is dead then.
 */
export async function assentFrame(
  page: Page,
  { selector = '[data-testid="composer"]', index = 0, timeoutMs = 60_000, extensionId = EXTENSION_ID } = {},
): Promise<Frame> {
  for (const giveUpAt = Date.now() + timeoutMs; Date.now() < giveUpAt; ) {
    const frames = await Promise.all(
      (await assentFrames(page, extensionId)).map(async (frame) => {
        const element = await frame
          .parentFrame()
          ?.frameElement()
          .catch(() => undefined);
        const box = await element?.boundingBox().catch(() => undefined);
        const drawn =
          (await frame
            .locator(selector)
            .count()
            .catch(() => 0)) > 0;
        return box && drawn ? { frame, box } : undefined;
      }),
    );
    const found = frames.filter((entry) => entry !== undefined).sort((a, b) => a.box.x - b.box.x || a.box.y - b.box.y)[
      index
    ];
    if (found !== undefined) return found.frame;
    await page.waitForTimeout(100);
  }
  throw new Error(`No visible page of ${extensionId} shows ${selector}`);
}

/** Opens our view with its icon in the activity bar, unless it is open, and gives its document. Works in every language. */
export async function openAssent(page: Page): Promise<Frame> {
  const icon = page.locator('.part.activitybar .action-item', { has: page.locator('a[aria-label^="Assent"]') });
  await icon.waitFor();
  for (let attempt = 1; ; attempt += 1) {
    const open = await icon.evaluate((element) => element.classList.contains('checked'));
    if (!open) {
      await icon.click();
      await page.mouse.move(640, 400); // else the icon's tooltip lies over the view
    }
    try {
      return await assentFrame(page, { timeoutMs: 20_000 });
    } catch (error) {
      // While a window comes back, our click may close the view that VS Code has just reopened by itself.
      const closed = !(await icon.evaluate((element) => element.classList.contains('checked')));
      if (attempt === 3 || !closed) {
        await screenshot(page, 'failed-to-open');
        throw error;
      }
    }
  }
}

/** The notification whose text matches. Its buttons: `.getByRole('button', { name: 'Show' })`. */
export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts .notification-toast', { hasText: text });
}

/** VS Code's modal dialog. */
export function dialog(page: Page): Locator {
  return page.locator('.monaco-dialog-box');
}

/** An entry of the status bar whose text matches. */
export function statusBarItem(page: Page, text: string | RegExp): Locator {
  return page.locator('.part.statusbar .statusbar-item', { hasText: text });
}

/** An editor tab whose label matches. */
export function editorTab(page: Page, label: string | RegExp): Locator {
  return page.locator('.part.editor .tab', { hasText: label });
}

/** Opens a file of the workspace by its path through quick open. */
export async function openFile(page: Page, relativePath: string): Promise<void> {
  const name = path.posix.basename(relativePath);
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget:visible input.input').first().fill(relativePath);
  await page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
  await editorTab(page, name).waitFor();
}

/** Writes `test/e2e/output/<name>.png`; `name` has no extension. */
export async function screenshot(page: Page, name: string): Promise<string> {
  const folder = path.join(ROOT, 'test/e2e/output');
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, `${name}.png`);
  await page.screenshot({ path: file });
  return file;
}

/** As a regular expression that matches just this text. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
