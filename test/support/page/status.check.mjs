// The status page in a real browser, without VS Code: keys, what it asks for, accessibility, narrow and wide, Korean.
// Part of `npm run test:e2e`; alone: `npm run test:e2e status.check`
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultlessInEveryTheme, korean, pageOf } from './checks.mjs';
import { passed, statusScenes } from './statusScenes.mjs';

const open = pageOf('webview/status/main.tsx');
const withPage = (scene, options, run) =>
  open(statusScenes()[scene], { width: 900, drawn: '[data-testid=status]:not([aria-busy=true])', ...options }, run);

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
    const l10n = await korean(
      'Status',
      'The way to the model',
      'The step “{step}” fails.',
      'Certificate',
      'Proxy',
      'Check again',
      'Open the settings file',
      'Not reached, because a step before it failed.',
    );
    await withPage('statusFailing', { l10n }, async (page) => {
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

  faultlessInEveryTheme({
    open: (options, run) => withPage('status', options, run),
    views: [
      ['status', 900, 'Every step'],
      ['status', 320, 'Every step'],
      ['statusFailing', 320, 'fails'],
      ['statusFailing', 900, 'fails'],
      ['statusRunning', 320, 'Walking'],
    ],
    show: async (page, scene, sign) => {
      await page.say(...statusScenes()[scene]);
      await page.getByTestId('verdict').getByText(sign).waitFor();
    },
  });
});
