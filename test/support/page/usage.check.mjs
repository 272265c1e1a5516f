// The usage page in a real browser, without VS Code: keys, what it asks for, accessibility, narrow and wide, Korean.
// Part of `npm run test:e2e`; alone: `npm run test:e2e usage.check`
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { faultlessInEveryTheme, korean, pageOf } from './checks.mjs';
import { report, usageScenes } from './usageScenes.mjs';

const open = pageOf('webview/usage/main.tsx');
const withPage = (scene, options, run) =>
  open(usageScenes()[scene], { width: 900, drawn: '[data-testid=usage]:not([aria-busy=true])', ...options }, run);

describe('the usage page', () => {
  it('says totals, the price that is not known, caps and what was lost', () =>
    withPage('usage', {}, async (page) => {
      const words = await page.getByTestId('usage').innerText();
      for (const part of [
        'not the bill',
        '$1.27',
        '≥ $18.40',
        'price unknown',
        '$3.81 of $4.00',
        '/etc/assent/managed-settings.json',
        '37% of what was kept',
        'The description of the tool mcp__tracker__search changed: 61000 tokens',
        'Searching the web',
      ])
        assert.ok(words.includes(part), part);
      assert.equal(await page.locator('[data-range=week]').getAttribute('aria-pressed'), 'true');
      // Two folders of one name are told apart.
      const folders = await page.getByTestId('usage-repositories').locator('tbody th').allInnerTexts();
      assert.deepEqual(folders, ['/home/dev/shop', 'assent', '/home/dev/archive/shop']);
    }));

  it('asks for another range and folder by keyboard, and keeps the one when the other changes', () =>
    withPage('usageMonth', {}, async (page) => {
      await page.locator('[data-range=today]').focus();
      await page.keyboard.press('Enter');
      await page.getByTestId('usage-root').selectOption('');
      assert.deepEqual(await page.sent('show'), [
        { type: 'show', range: 'today', root: '/home/dev/shop' },
        { type: 'show', range: 'month' },
      ]);
      await page.getByTestId('usage-export').click();
      await page.getByTestId('usage-settings').click();
      assert.equal((await page.sent('export')).length, 1);
      assert.equal((await page.sent('openSettings')).length, 1);
    }));

  it('draws a bar a day, as high as it cost, and says the same as a table', () =>
    withPage('usage', {}, async (page) => {
      const heights = await page
        .locator('.usage-bar')
        .evaluateAll((bars) => bars.map((bar) => Number(bar.getAttribute('height'))));
      assert.equal(heights.length, 7);
      assert.equal(heights[5], 100);
      assert.equal(heights[1], 0);
      assert.ok(heights[4] > 0, 'the smallest amount is seen');
      assert.equal(await page.getByTestId('usage-chart').getAttribute('aria-hidden'), 'true');
      await page.getByTestId('usage-days').locator('summary').focus();
      await page.keyboard.press('Enter');
      const rows = await page.getByTestId('usage-days').locator('tbody tr').allInnerTexts();
      assert.equal(rows.length, 7);
      assert.match(rows[0], /Nov 7\s+\$3\.81/);
    }));

  it('says so when nothing was spent, and when nothing can be read', async () => {
    await withPage('usageEmpty', {}, async (page) => {
      await page.getByTestId('usage-empty').waitFor();
      assert.equal(await page.locator('table').count(), 0);
    });
    await withPage('usageFailed', {}, async (page) => {
      assert.match(await page.getByTestId('failure').innerText(), /EACCES/);
      await page.getByTestId('failure').locator('vscode-button').click();
      assert.equal((await page.sent('openFolder')).length, 1);
      // What can be read again takes the place of the failure.
      await page.say({ type: 'report', report: report() });
      await page.getByTestId('usage-models').waitFor();
      assert.equal(await page.getByTestId('failure').count(), 0);
    });
  });

  it('speaks Korean', async () => {
    const l10n = await korean(
      'Usage',
      'Caps',
      'Cost',
      'Requests',
      'Per day',
      'Per model',
      'Per source',
      'Per folder',
      '{count} requests',
      '{spent} of {cap}',
      'The description of the tool {name} changed: {tokens} tokens were paid for in full.',
    );
    await withPage('usage', { l10n }, async (page) => {
      const words = await page.getByTestId('usage').innerText();
      for (const part of ['사용량', '요청 230건', '$4.00 중 $3.81', '도구 mcp__tracker__search의 설명이 바뀌었습니다'])
        assert.ok(words.includes(part), part);
      for (const english of ['Per ', 'Caps', 'requests', 'Cost']) assert.ok(!words.includes(english), english);
    });
  });

  faultlessInEveryTheme({
    open: (options, run) => withPage('usage', options, run),
    views: [
      ['usage', 900, 'usage-models'],
      ['usage', 320, 'usage-models'],
      ['usageMonth', 900, 'usage-models'],
      ['usageEmpty', 320, 'usage-empty'],
      ['usageFailed', 320, 'failure'],
    ],
    show: async (page, scene, sign) => {
      await page.say(...usageScenes()[scene]);
      await page.getByTestId(sign).waitFor();
    },
  });
});
