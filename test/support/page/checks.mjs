// What the checks of every page share: a page for each test, waiting for what is drawn, accessibility and width, Korean.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, it } from 'node:test';
import { startHarness } from './harness.mjs';
import { THEMES } from './themes.mjs';

/**
 * For all tests of a file, `withPage(messages, options, run)`: opens a page, tells it the messages, waits for `drawn` (a
 * selector) if options name one, runs, closes; nothing may have been refused or thrown. Other options are those of the
 * harness.
 */
export function pageOf(entry) {
  let harness;
  before(async () => {
    harness = await startHarness({ entry });
  });
  after(() => harness?.close());
  return async (messages, { drawn, ...options }, run) => {
    const page = await harness.open(options);
    try {
      await page.say(...messages);
      if (drawn !== undefined) await page.locator(drawn).waitFor();
      await page.waitForFunction(() => !document.querySelector('vscode-button:not(:defined)'));
      await run(page);
      assert.deepEqual(page.errors, []);
    } finally {
      await page.context().close();
    }
  };
}

/** Tries until it does not throw any more; then its last error stands. The page draws a moment after it is told. */
export async function until(check, timeoutMs = 30_000) {
  for (const giveUpAt = Date.now() + timeoutMs; ; ) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
export const countIs = (locator, wanted) => until(async () => assert.equal(await locator.count(), wanted));
export const sentIs = (page, type, wanted) => until(async () => assert.deepEqual(await page.sent(type), wanted));

/** Faults of accessibility, contrast among them, and what is wider than the page. */
export async function faultsOf(page) {
  const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await readFile(axe, 'utf8'));
  return page.evaluate(async () => {
    const result = await window.axe.run(document, { rules: { 'color-contrast': { enabled: true } } });
    const over = document.documentElement.scrollWidth - window.innerWidth;
    return [
      ...(over > 0 ? [`${over} px too wide`] : []),
      ...result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`),
    ];
  });
}

/**
 * A test for each theme. `views` are `[scene, width, …]`, all looked at in one page, which `open(options, run)` opens;
 * `show(page, scene, …)` resolves once the scene is drawn.
 */
export function faultlessInEveryTheme({ open, views, show }) {
  for (const theme of Object.keys(THEMES)) {
    it(`has no fault of accessibility in the theme ${theme}, wide and at 320 pixels`, () =>
      open({ theme }, async (page) => {
        const found = {};
        for (const [scene, width, ...rest] of views) {
          await page.setViewportSize({ width, height: 760 });
          await show(page, scene, ...rest);
          const faults = await faultsOf(page);
          if (faults.length > 0) found[`${scene} ${width}`] = faults;
        }
        assert.deepEqual(found, {});
      }));
  }
}

/** Only the texts that are looked at: the address of the harness carries them. */
export async function korean(...words) {
  const bundle = path.join(import.meta.dirname, '../../../l10n/bundle.l10n.ko.json');
  const l10n = JSON.parse(await readFile(bundle, 'utf8'));
  return Object.fromEntries(words.map((english) => [english, l10n[english]]));
}
