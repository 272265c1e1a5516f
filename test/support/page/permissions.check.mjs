// The permissions page in a real browser, without VS Code: keys, focus, input methods, accessibility, many rules.
// Part of `npm run test:e2e`; alone: `npm run test:e2e permissions.check`
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countIs, faultlessInEveryTheme, pageOf, sentIs, until } from './checks.mjs';
import { calls, explained, page as pageState, permissionsScenes, removal, rows, uses } from './permissionsScenes.mjs';

const open = pageOf('webview/permissions/main.tsx');
const withPage = (scene, options, run) => {
  const drawn = scene === 'loading' ? undefined : '[data-testid=permissions]';
  return open(permissionsScenes()[scene], { width: 900, drawn, ...options }, run);
};

const focusIs = (page, wanted) =>
  until(async () =>
    assert.equal(await page.evaluate(() => document.activeElement?.closest('[data-testid]')?.dataset.testid), wanted),
  );
const rule = (page, id) => page.locator(`[data-rule="${id}"]`);

describe('explaining', () => {
  it('asks for what was typed with Enter, and draws the record', () =>
    withPage('rules', {}, async (page) => {
      const box = page.getByTestId('explain-text');
      await box.focus();
      await page.keyboard.type('git push');
      await page.keyboard.press('Shift+Enter');
      await page.keyboard.type('origin');
      assert.deepEqual(await page.sent('explain'), []);
      await page.keyboard.press('Enter');
      await sentIs(page, 'explain', [{ type: 'explain', tool: 'Bash', text: 'git push\norigin' }]);
      await page.say(explained);
      const card = page.getByTestId('explained');
      await card.waitFor();
      assert.equal(await card.getAttribute('data-decision'), 'ask');
      const words = await card.innerText();
      for (const part of [
        'A rule asks about this command.',
        'Bash(git push:*)',
        "rm -rf 'my build'",
        '/mnt/big/my build',
      ])
        assert.ok(words.includes(part), part);
      await card.getByRole('button', { name: 'settings.json:9' }).first().click();
      await sentIs(page, 'openFile', [{ type: 'openFile', path: '/home/dev/.claude/settings.json', line: 9 }]);
    }));

  it('chooses the kind of call by keyboard', () =>
    withPage('rules', {}, async (page) => {
      await page.getByTestId('explain-tool').focus();
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'menuitemradio');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await until(async () =>
        assert.equal(await page.getByTestId('explain-tool').getAttribute('data-tool'), 'WebFetch'),
      );
      await page.getByTestId('explain-text').fill('https://example.com/');
      await page.getByTestId('explain').click();
      await sentIs(page, 'explain', [{ type: 'explain', tool: 'WebFetch', text: 'https://example.com/' }]);
    }));

  it('leaves the Enter that ends a composition to the input method', () =>
    withPage('rules', {}, async (page) => {
      await page.getByTestId('explain-text').focus();
      const session = await page.context().newCDPSession(page);
      await session.send('Input.imeSetComposition', { text: '한', selectionStart: 1, selectionEnd: 1 });
      const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 };
      await session.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key });
      await session.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
      assert.deepEqual(await page.sent('explain'), []);
      await session.send('Input.insertText', { text: '한글' });
      await page.keyboard.press('Enter');
      await sentIs(page, 'explain', [{ type: 'explain', tool: 'Bash', text: '한글' }]);
    }));

  it('takes the focus when a command asks for it', () =>
    withPage('rules', {}, async (page) => {
      await page.say({ type: 'focusExplain' });
      await focusIs(page, 'explain-text');
    }));

  it('shows what cannot be seen in a subject', () =>
    withPage('denied', {}, async (page) => {
      assert.match(await page.getByTestId('permission-subject').innerText(), /curl ⟨U\+202E⟩https/);
      assert.match(await page.getByTestId('past').innerText(), /echo ⟨U\+202E⟩txt/);
    }));

  it('says what was answered to a past question', () =>
    withPage('rules', {}, async (page) => {
      const items = page.getByTestId('past').getByTestId('past-item');
      assert.match(await items.nth(2).innerText(), /git push origin main\s+Asked, allowed/);
      assert.doesNotMatch(await items.nth(0).innerText(), /Asked/);
      assert.equal(await items.nth(5).getByRole('img').getAttribute('aria-label'), 'Asked, no answer on record');
    }));

  it('opens a past decision by its id, and keys go on at its record', () =>
    withPage('rules', {}, async (page) => {
      await page.getByTestId('past-item').nth(1).focus();
      await page.keyboard.press('Enter');
      await sentIs(page, 'explainPast', [{ type: 'explainPast', past: calls[1].id }]);
      await page.say(permissionsScenes().denied[2]);
      await focusIs(page, 'explained');
    }));

  it('tells a screen reader the verdict and the reason, not the whole record', () =>
    withPage('explained', {}, async (page) => {
      const said = page.locator('section[aria-labelledby=explain-title] [role=status]');
      assert.equal(await said.textContent(), 'Asks. A rule asks about this command.');
    }));
});

describe('rules', () => {
  it('stand in their groups with source, use and calls; what the organisation set has no remove button', () =>
    withPage('rules', {}, async (page) => {
      const groups = page.getByTestId('rule-group');
      assert.deepEqual(await groups.evaluateAll((list) => list.map((one) => one.dataset.behavior)), [
        'deny',
        'ask',
        'allow',
      ]);
      assert.match(await rule(page, 'r1').innerText(), /Set by your organisation\s+managed-settings\.json:4/);
      assert.equal(await rule(page, 'r1').getByTestId('rule-remove').count(), 0);
      assert.equal(await page.getByTestId('rule-remove').count(), rows.length - 1);
      assert.match(await rule(page, 'r6').innerText(), /this conversation “Round prices”/);
      const use = rule(page, 'r4').getByTestId('rule-uses');
      assert.match(await use.innerText(), /Allowed 14 calls, the last 12 minutes ago/);
      assert.equal(await use.getAttribute('aria-expanded'), 'false');
      await use.focus();
      await page.keyboard.press('Enter');
      await countIs(rule(page, 'r4').getByTestId('past-item'), 2);
      assert.match(await rule(page, 'r4').innerText(), /and 12 earlier ones/);
    }));

  it('are removed by keyboard: the exact line is shown first, then undo is offered and has the focus', () =>
    withPage('rules', {}, async (page) => {
      await rule(page, 'r4').getByTestId('rule-remove').focus();
      await page.keyboard.press('Enter');
      await sentIs(page, 'askRemove', [{ type: 'askRemove', rule: 'r4' }]);
      await page.say(removal);
      await focusIs(page, 'rule-confirm');
      const words = await page.getByTestId('rule-confirm').innerText();
      assert.match(words, /\/home\/dev\/shop\/\.claude\/settings\.local\.json/);
      assert.match(words, /5\s*−\s*"Bash\(npm run test:\*\)",/);
      assert.match(words, /also stands in \/home\/dev\/\.claude\/settings\.json/);
      assert.deepEqual(await page.sent('remove'), []);
      await page.getByTestId('rule-remove-confirm').focus();
      await page.keyboard.press('Enter');
      await sentIs(page, 'remove', [{ type: 'remove', rule: 'r4' }]);
      await page.say(...permissionsScenes().removed.slice(0, 1), permissionsScenes().removed[2]);
      await focusIs(page, 'undo');
      assert.equal(await rule(page, 'r4').count(), 0);
      await page.keyboard.press('Enter');
      await sentIs(page, 'undo', [{ type: 'undo', removal: 'x1' }]);
      await page.say({ type: 'state', state: pageState() }, { type: 'undone', removal: 'x1' });
      await countIs(page.getByTestId('removed'), 0);
      await countIs(rule(page, 'r4'), 1);
      await focusIs(page, 'rules');
    }));

  it('are kept with Escape, and the focus goes back to the button', () =>
    withPage('removal', {}, async (page) => {
      await focusIs(page, 'rule-confirm');
      await page.keyboard.press('Escape');
      await countIs(page.getByTestId('rule-confirm'), 0);
      await focusIs(page, 'rule-remove');
      assert.deepEqual(await page.sent('remove'), []);
    }));

  it('are found among 500, and all drawn when all are asked for', () =>
    withPage('many', {}, async (page) => {
      await page.locator('.rules-filter input').fill('tool-499');
      await countIs(page.getByTestId('rule'), 1);
      await page.locator('.rules-filter input').fill('nothing-like-it');
      await page.getByText('No rule has these words.').waitFor();
      await page.locator('.rules-filter input').fill('');
      await until(async () => assert.ok((await page.getByTestId('rule').count()) >= 300));
      await page.getByTestId('rule-group').last().getByTestId('show-all').click();
      await until(async () =>
        assert.ok((await page.getByTestId('rule-group').last().getByTestId('rule').count()) > 160),
      );
    }));
});

describe('the repository', () => {
  it('says what is held, and accepts one or all by their ids', () =>
    withPage('rules', {}, async (page) => {
      const held = page.locator('.loosening-state[data-state=held]');
      assert.match(await held.innerText(), /NODE_OPTIONS\s+--require \.\/hook\.js/);
      await held.getByTestId('accept-loosening').first().click();
      await held.getByTestId('accept-all-loosening').click();
      await sentIs(page, 'acceptLoosening', [
        { type: 'acceptLoosening', ids: ['l1'] },
        { type: 'acceptLoosening', ids: ['l1', 'l2'] },
      ]);
      assert.equal(await page.locator('[data-state=inForce]').getByTestId('accept-loosening').count(), 0);
      // What was accepted is gone from the list: the focus goes to what can be accepted next, or to the list.
      const { loosening } = pageState();
      await page.say({ type: 'state', state: pageState({ loosening: loosening.slice(2) }) });
      await focusIs(page, 'loosening');
    }));

  it('before trust says what trusting would enable, and leads to the trust of VS Code', () =>
    withPage('untrusted', {}, async (page) => {
      const waiting = page.locator('.loosening-state[data-state=waiting]');
      await countIs(waiting.getByTestId('loosening-item'), 3);
      assert.equal(await page.getByTestId('accept-loosening').count(), 0);
      await page.getByTestId('loosening-trust').click();
      await sentIs(page, 'manageTrust', [{ type: 'manageTrust' }]);
      assert.match(await page.getByTestId('finding').innerText(), /not valid JSON \(line 3, column 7\)/);
    }));
});

describe('the page', () => {
  faultlessInEveryTheme({
    open: (options, run) => withPage('rules', options, run),
    views: [
      ['rules', 900],
      ['explained', 900],
      ['denied', 900],
      ['removal', 900],
      ['removed', 900],
      ['untrusted', 900],
      ['empty', 900],
      ['failed', 900],
      ['explained', 320],
      ['removal', 320],
    ],
    show: async (page, scene) => {
      // Another folder in between: nothing of the scene before is left.
      await page.say({ type: 'state', state: pageState({ root: '/reset' }) }, ...permissionsScenes()[scene]);
      await page.locator('[data-testid=permissions][data-root="/home/dev/shop"]').waitFor();
      if (scene === 'rules') await rule(page, 'r4').getByTestId('rule-uses').click();
      if (scene === 'explained') await page.getByTestId('explained').waitFor();
      if (scene === 'removal') await page.getByTestId('rule-confirm').waitFor();
      if (scene === 'removed') await page.getByTestId('removed').waitFor();
    },
  });

  it('every control is reached by Tab, in the order of the page', () =>
    withPage('rules', {}, async (page) => {
      const wanted = [
        'choose-root',
        'manage-trust',
        'explain-tool',
        'explain-text',
        'explain',
        'accept-loosening',
        'accept-all-loosening',
        'rules-filter',
        'rule-uses',
        'rule-remove',
        'past-item',
        'source',
      ];
      const seen = [];
      for (let i = 0; i < 80; i++) {
        await page.keyboard.press('Tab');
        const id = await page.evaluate(() => document.activeElement?.closest('[data-testid]')?.dataset.testid);
        if (id !== undefined) seen.push(id);
      }
      const order = wanted.map((id) => seen.indexOf(id));
      assert.ok(!order.includes(-1), `not reached: ${wanted.filter((_, i) => order[i] === -1)}; reached ${seen}`);
      assert.deepEqual(
        [...order].sort((a, b) => a - b),
        order,
      );
    }));

  it('is drawn in the language of VS Code', () =>
    withPage(
      'rules',
      { l10n: { Rules: '규칙', 'Allowed {count} calls, the last {when}': '{when} 마지막, {count}건 허용' } },
      async (page) => {
        await page.getByRole('heading', { name: /규칙/ }).waitFor();
        assert.match(await rule(page, 'r4').innerText(), /14건 허용/);
      },
    ));

  it('says that a failure happened, and what it was', () =>
    withPage('failed', {}, async (page) => {
      assert.match(await page.getByRole('alert').innerText(), /changed meanwhile/);
    }));

  it('keeps its folder for after a reload of the window', () =>
    withPage('rules', {}, async (page) => {
      assert.deepEqual(await page.evaluate(() => window.saved), { root: '/home/dev/shop' });
      assert.ok(uses.r4.count > 0);
    }));
});
