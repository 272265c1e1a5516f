// The ways back in the chat: the rewind control of each prompt, and the undo of an edit.
// Part of `npm run test:e2e`; alone: `npm run test:e2e rewind.check`
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { pageOf } from './checks.mjs';
import { call, prompt, reply, snapshot, text } from './scenes.mjs';

const withPage = pageOf('webview/main.tsx');

const edit = call('t1', 'Edit', { file_path: '/home/dev/shop/a.ts' });
const change = {
  path: '/home/dev/shop/a.ts',
  kind: 'modify',
  before: 'a\n',
  after: 'b\n',
  encoding: { name: 'utf-8', bom: false },
  hunks: [{ id: '0.0', beforeStart: 1, beforeCount: 1, afterStart: 1, afterCount: 1, before: 'a\n', after: 'b\n' }],
};
const finished = (changes) => ({
  type: 'toolFinished',
  call: edit,
  output: {
    content: [{ type: 'text', text: 'x' }],
    isError: false,
    detail: { type: 'edit', changes, userModified: false },
  },
  status: 'done',
  durationMs: 3,
});
const conversation = (changes) =>
  snapshot({
    events: [
      prompt('p1', 'First'),
      reply(text('Yes.')),
      prompt('p2', 'Second '.repeat(60)),
      reply(edit),
      finished(changes),
    ],
  });

it('every prompt has its rewind, by mouse and keyboard, and names itself', () =>
  withPage([conversation([change])], {}, async (page) => {
    const control = (words) => page.locator('[data-role=user]', { hasText: words }).getByTestId('rewind');
    await control('First').click();
    await control('Second').focus();
    await page.keyboard.press('Enter');
    await page.waitForTimeout(50);
    assert.deepEqual(
      (await page.sent('rewind')).map((one) => one.prompt),
      ['p1', 'p2'],
    );
    assert.equal(await control('First').getAttribute('aria-label'), 'Rewind to before this prompt…');
  }));

it('the control shows with the focus, never lies over the prompt, and always shows in high contrast', async () => {
  const opacity = (control) => control.evaluate((element) => getComputedStyle(element).opacity);
  await withPage([conversation([change])], { width: 220 }, async (page) => {
    const control = page.locator('[data-role=user]', { hasText: 'Second' }).getByTestId('rewind');
    await control.scrollIntoViewIfNeeded();
    await page.mouse.move(0, 0);
    assert.equal(await opacity(control), '0');
    await page.getByTestId('composer').focus();
    await page.keyboard.press('Shift+Tab');
    await control.focus();
    assert.equal(await opacity(control), '1');
    const [button, words] = [
      await control.boundingBox(),
      await page.locator('.prompt-text', { hasText: 'Second' }).boundingBox(),
    ];
    assert.ok(button && words && button.x >= words.x + words.width, 'beside the words');
  });
  await withPage([conversation([change])], { theme: 'hc-dark' }, async (page) => {
    assert.equal(await opacity(page.getByTestId('rewind').first()), '1');
  });
});

it('an edit that wrote something can be undone from its card, and no other', async () => {
  await withPage([conversation([change])], {}, async (page) => {
    await page.getByTestId('tool-undo').click();
    await page.waitForTimeout(50);
    assert.deepEqual(
      (await page.sent('undoCall')).map((one) => one.call),
      ['t1'],
    );
  });
  await withPage([conversation([])], {}, async (page) => {
    await page.getByTestId('tool').waitFor();
    await page.locator('.tool-head').click();
    assert.equal(await page.getByTestId('tool-undo').count(), 0);
  });
});
