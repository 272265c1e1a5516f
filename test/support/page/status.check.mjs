// The status page in a real browser, without VS Code: keys, what it asks for, accessibility, narrow and wide, Korean.
// Part of `npm run test:e2e`; alone: `npm run test:e2e status.check`
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startHarness } from './harness.mjs';
import { passed, statusScenes } from './statusScenes.mjs';
import { THEMES } from './themes.mjs';

let harness;
before(async () => {
  harness = await startHarness({ entry: 'webview/status/main.tsx' });
});
after(() => harness?.close());

/** Opens a page with a scene, runs, closes; nothing may have been refused or thrown. */
async function withPage(scene, options, run) {
  const page = await harness.open({ width: 900, ...options });
  try {
    await page.say(...statusScenes()[scene]);
    await page.locator('[data-testid=status]:not([aria-busy=true])').waitFor();
    await page.waitForFunction(() => !document.querySelector('vscode-button:not(:defined)'));
    await run(page);
    assert.deepEqual(page.errors, []);
  } finally {
    await page.context().close();
  }
}

const states = (page) =>
  page.locator('[data-hop]').evaluateAll((all) => all.map((one) => `${one.dataset.hop} ${one.dataset.state}`));
/** By keyboard, from the top of the page. */
async function press(page, testId) {
  for (let at = 0; at < 40; at++) {
    await page.keyboard.press('Tab');
    const found = await page.evaluate((id) => document.activeElement?.closest(`[data-testid=${id}]`) !== null, testId);
    if (found) return page.keyboard.press('Enter');
  }
  assert.fail(`${testId} is not reached by keyboard`);
}

describe('the status page', () => {
  it('says what is in use and where it was set, and opens the file', () =>
    withPage('status', {}, async (page) => {
      const words = await page.getByTestId('status').innerText();
      for (const part of [
        'A gateway that speaks the Anthropic API',
        'ANTHROPIC_BASE_URL in /etc/claude-code/managed-settings.json (file)',
        'ANTHROPIC_MODEL in the environment of VS Code',
        'team/opus',
        'http.proxy in the settings of VS Code',
        'line 3, column 5',
        '13 tokens ($0.0001)',
        'Every step to claude-opus-5 works.',
      ])
        assert.ok(words.includes(part), part);
      await page.locator('[data-fact=credential] button').click();
      assert.deepEqual(await page.sent('open'), [{ type: 'open', fact: 4 }]);
    }));

  it('shows the steps in their order, names the one that fails, and offers what to do', () =>
    withPage('statusFailing', {}, async (page) => {
      assert.deepEqual(await states(page), [
        'name skipped',
        'proxy ok',
        'connection ok',
        'certificate failed',
        'clientCertificate skipped',
        'authentication skipped',
        'model skipped',
      ]);
      assert.equal(await page.getByTestId('verdict').innerText(), 'The step “Certificate” fails.');
      assert.match(await page.locator('[data-hop=certificate]').innerText(), /NODE_EXTRA_CA_CERTS/);
      await page.locator('[data-remedy=settings]').click();
      await page.locator('[data-remedy=log]').click();
      assert.deepEqual(
        (await page.sent('remedy')).map(({ remedy }) => remedy),
        ['settings', 'log'],
      );
    }));

  it('is used by keyboard: check again, cancel, copy', async () => {
    await withPage('status', {}, async (page) => {
      await press(page, 'run');
      assert.equal((await page.sent('run')).length, 1);
    });
    await withPage('statusRunning', {}, async (page) => {
      assert.deepEqual((await states(page)).slice(2, 5), [
        'connection ok',
        'certificate running',
        'clientCertificate waiting',
      ]);
      await press(page, 'cancel');
      assert.equal((await page.sent('cancel')).length, 1);
      await press(page, 'copy');
      assert.equal((await page.sent('copy')).length, 1);
      await page.say({ type: 'copied' });
      await page.getByText('Copied, without secrets.').first().waitFor();
    });
  });

  it('tells a screen reader the result, and nothing while it walks', () =>
    withPage('statusRunning', {}, async (page) => {
      const announced = page.getByTestId('announcer');
      assert.equal(await announced.getAttribute('aria-live'), 'polite');
      assert.equal(await announced.textContent(), '');
      await page.say(statusScenes().statusFailing[1]);
      await page.getByTestId('verdict').getByText('Certificate').waitFor();
      assert.match((await announced.textContent()) ?? '', /^The step “Certificate” fails\. .*NODE_EXTRA_CA_CERTS/);
      await page.say(passed());
      await page.getByTestId('verdict').getByText('works').waitFor();
      assert.equal(await announced.textContent(), 'Every step to claude-opus-5 works.');
    }));

  it('says so when no folder is open', () =>
    withPage('statusNoFolder', {}, async (page) => {
      assert.match(await page.getByTestId('failure').innerText(), /No folder is open/);
    }));

  it('speaks Korean', async () => {
    const l10n = JSON.parse(
      await readFile(path.join(import.meta.dirname, '../../../l10n/bundle.l10n.ko.json'), 'utf8'),
    );
    await withPage('statusFailing', { l10n: pick(l10n) }, async (page) => {
      const words = await page.getByTestId('status').innerText();
      for (const part of [
        '상태',
        '모델까지의 경로',
        '“인증서” 단계가 실패합니다.',
        '다시 확인',
        '설정 파일 열기',
        '프록시',
      ])
        assert.ok(words.includes(part), part);
      for (const english of ['Check again', 'Not reached', 'The way']) assert.ok(!words.includes(english), english);
    });
  });

  for (const theme of Object.keys(THEMES)) {
    it(`has no fault of accessibility in the theme ${theme}, wide and at 320 pixels`, () =>
      withPage('status', { theme }, async (page) => {
        await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
        const found = {};
        for (const [scene, width, sign] of [
          ['status', 900, 'Every step'],
          ['status', 320, 'Every step'],
          ['statusFailing', 320, 'fails'],
          ['statusFailing', 900, 'fails'],
          ['statusRunning', 320, 'Walking'],
        ]) {
          await page.setViewportSize({ width, height: 760 });
          await page.say(...statusScenes()[scene]);
          await page.getByTestId('verdict').getByText(sign).waitFor();
          const violations = await page.evaluate(async () => {
            const result = await window.axe.run(document, { rules: { 'color-contrast': { enabled: true } } });
            const over = document.documentElement.scrollWidth - window.innerWidth;
            return [
              ...(over > 0 ? [`${over} px too wide`] : []),
              ...result.violations.map(
                (v) => `${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`,
              ),
            ];
          });
          if (violations.length > 0) found[`${scene} ${width}`] = violations;
        }
        assert.deepEqual(found, {});
      }));
  }
});

/** The address of the harness carries the texts, so only those that are looked at. */
function pick(l10n) {
  const words = [
    'Status',
    'The way to the model',
    'The step “{step}” fails.',
    'Certificate',
    'Proxy',
    'Check again',
    'Open the settings file',
    'Not reached, because a step before it failed.',
  ];
  return Object.fromEntries(words.map((english) => [english, l10n[english]]));
}
