// The cards of servers' questions in a real browser, without VS Code: every kind of field, faults, the keyboard, the focus,
// accessibility. Part of `npm run test:e2e`; alone: `npm run test:e2e elicit.check`
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countIs, faultlessInEveryTheme, pageOf, sentIs, until } from './checks.mjs';
import { before, elicitScenes } from './elicitScenes.mjs';

const open = pageOf('webview/main.tsx');
const withCard = (scene, options, run) =>
  open(elicitScenes()[scene], { width: 420, drawn: '[data-testid=elicit], [data-testid=sample]', ...options }, run);
const field = (page, name) => page.locator(`[data-testid=elicit-field][data-field=${name}]`);
const focused = (page) =>
  page.evaluate(() => {
    const element = document.activeElement?.closest('[data-field], [data-testid]');
    return element?.dataset.field ?? element?.dataset.testid ?? '';
  });
const focusIs = (page, id) => until(async () => assert.equal(await focused(page), id));
const answers = (page, wanted) =>
  sentIs(
    page,
    'answer',
    wanted.map(([question, answer]) => ({ type: 'answer', question, answer })),
  );

describe('the cards of servers’ questions', () => {
  it('takes every kind of value, and sends it as the schema has it', () =>
    withCard('kinds', {}, async (page) => {
      await page.getByLabel('Project').fill('SHOP');
      await page.getByLabel('Mail').fill('ada@example.com');
      await page.getByLabel('Site').fill('https://example.com');
      await page.getByLabel('Due').fill('2026-12-01');
      await page.getByLabel('Until').fill('2026-12-01T18:00:00Z');
      await page.getByLabel('Points').fill('3');
      await page.getByLabel('Share').fill('0.5');
      await field(page, 'team').locator('select').selectOption('option-29');
      for (const label of ['money', 'ui']) await field(page, 'labels').getByText(label).click();
      await field(page, 'agreed').locator('vscode-checkbox').click();
      // Enter in a line sends the form, as it does in VS Code's own.
      await page.getByLabel('Project').press('Enter');
      const content = {
        ...{ project: 'SHOP', mail: 'ada@example.com', site: 'https://example.com', due: '2026-12-01' },
        ...{ at: '2026-12-01T18:00:00Z', points: 3, share: 0.5, urgency: 'low', team: 'option-29' },
        ...{ labels: ['money', 'ui'], agreed: false },
      };
      await answers(page, [['q1', { type: 'elicit', action: 'accept', content }]]);
    }));

  it('says what is wrong at each field, leads to the first of it, and sends nothing', () =>
    withCard('kinds', {}, async (page) => {
      await page.getByLabel('Points').fill('20');
      await page.getByLabel('Due').fill('2026-02-30');
      await page.getByTestId('elicit-accept').click();
      await focusIs(page, 'project');
      const faults = await page
        .locator('[data-testid=elicit-field]:has(.field-fault)')
        .evaluateAll((all) => all.map((one) => one.dataset.field));
      assert.deepEqual(faults, ['project', 'mail', 'due', 'points', 'team', 'labels']);
      const heard = await page.getByLabel('Points').evaluate((element) =>
        element
          .getAttribute('aria-describedby')
          .split(' ')
          .map((id) => document.getElementById(id).textContent)
          .join(' '),
      );
      assert.match(heard, /1 to 13.*At most 13/);
      assert.equal(await page.getByLabel('Points').getAttribute('aria-invalid'), 'true');
      await page.getByLabel('Points').fill('3');
      await countIs(field(page, 'points').locator('.field-fault'), 0);
      await answers(page, []);
    }));

  it('Escape says not now, and the turn goes on', () =>
    withCard('kinds', {}, async (page) => {
      await page.getByLabel('Project').press('Escape');
      await answers(page, [['q1', { type: 'elicit', action: 'cancel' }]]);
      assert.deepEqual(await page.sent('stop'), []);
    }));

  it('takes the focus from nobody: hands in the composer stay there', async () => {
    await withCard('kinds', {}, async (page) => focusIs(page, 'project'));
    await open([], { width: 420 }, async (page) => {
      await page.say(before);
      await page.getByTestId('composer').fill('Next I');
      await page.say(...elicitScenes().kinds);
      await page.getByTestId('elicit').waitFor();
      await page.keyboard.type(' want');
      assert.equal(await page.getByTestId('composer').inputValue(), 'Next I want');
      assert.equal(await page.getByLabel('Project').inputValue(), '');
    });
  });

  it('shows long words in full without hiding what is asked, and every hidden character', () =>
    withCard('long', { width: 320 }, async (page) => {
      assert.match(await field(page, 'project').innerText(), /U\+202E/);
      assert.equal(await field(page, 'many').locator('vscode-checkbox').count(), 60);
      const heights = await page
        .locator('.elicit-long, .options-many')
        .evaluateAll((all) =>
          all.map((one) => one.clientHeight < window.innerHeight / 2 && one.scrollHeight > one.clientHeight),
        );
      assert.deepEqual(heights, [true, true]);
    }));

  it('a server may ask a model once, within limits that are said, or not', async () => {
    await withCard('sample', {}, async (page) => {
      const card = await page.getByTestId('sample').innerText();
      assert.match(card, /at most 12,000 tokens/);
      assert.match(card, /with 40,000 tokens in all/);
      await page.getByTestId('sample-more').click();
      await answers(page, [['q2', { type: 'sample', allow: 'more' }]]);
    });
    await withCard('sample', {}, async (page) => {
      await page.getByTestId('sample-once').focus();
      await page.keyboard.press('Escape');
      await answers(page, [['q2', { type: 'sample', allow: 'no' }]]);
      assert.deepEqual(await page.sent('stop'), []);
    });
  });

  faultlessInEveryTheme({
    open: (options, run) => open([], options, run),
    views: [
      ['kinds', 700],
      ['kinds', 320],
      ['long', 320],
      ['address', 320],
      ['sampleLong', 320],
    ],
    show: async (page, scene) => {
      await page.say(...elicitScenes()[scene]);
      await page.locator('[data-testid=elicit], [data-testid=sample]').waitFor();
      if (scene !== 'kinds') return;
      await page.getByTestId('elicit-accept').click();
      await page.locator('.field-fault').first().waitFor();
    },
  });
});
