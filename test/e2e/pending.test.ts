// Edits that are made at once wait for an answer: in the panel, in the editor of the file, over a reload.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  requestText,
  startJourney,
  type Turns,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { reloadWindow } from '../support/vscode/openWindow.ts';
import { assentFrame, editorTab, openFile, screenshot } from '../support/vscode/workbench.ts';

const LINES = Array.from({ length: 40 }, (_, index) => `line ${index + 1} ä`);
/** With a byte order mark, Windows line endings, and none at the end. */
const TEXT = `\ufeff${LINES.join('\r\n')}`;

let journey: Journey;
before(async () => {
  const names = ['a', 'b', 'lens', 'typed', 'kept'];
  journey = await startJourney({
    settings: { 'files.autoSave': 'off' },
    files: Object.fromEntries(names.map((name) => [`${name}.txt`, TEXT])),
  });
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const file = (name: string) => path.join(journey.folder, name);
const read = (name: string) => ({ tool: 'Read', input: { file_path: file(name) } });
const edit = (name: string, line: number) => ({
  tool: 'Edit',
  input: { file_path: file(name), old_string: `line ${line} ä\r\n`, new_string: `LINE ${line} ö\r\n` },
});
const bytes = async (name: string) => (await readFile(file(name))).toString();
const changed = (...lines: number[]) =>
  lines.reduce((text, line) => text.replace(`line ${line} ä\r\n`, `LINE ${line} ö\r\n`), TEXT);

/** Resolves with the chat when the turn is over; its edits were made without a question. */
async function acceptingEdits(turns: Turns): Promise<Frame> {
  const chat = await newConversation(journey, turns);
  await chat.getByTestId('composer').focus();
  if ((await chat.getByTestId('mode').getAttribute('data-mode')) !== 'acceptEdits') {
    await journey.page.keyboard.press('Shift+Tab');
  }
  await chat.locator('[data-testid="mode"][data-mode="acceptEdits"]').waitFor();
  await prompt(chat, 'Improve it');
  await answered(chat, 'First done.');
  await turnEnded(chat);
  return chat;
}
const waiting = (chat: Frame, files: number, changes: number) =>
  chat.locator(`[data-testid="pending"][data-files="${files}"][data-changes="${changes}"]`).waitFor();

test(
  'what is written at once waits in the panel; by key one is kept and two are taken back, which the model is told',
  step('pending-panel', async () => {
    const { page, rehearsal } = journey;
    const chat = await acceptingEdits([
      [read('a.txt'), read('b.txt')],
      [edit('a.txt', 3), edit('a.txt', 20), edit('a.txt', 38), edit('b.txt', 5)],
      'First done.',
      'Second done.',
    ]);
    assert.equal(await bytes('a.txt'), changed(3, 20, 38));
    assert.equal(await bytes('b.txt'), changed(5));
    await waiting(chat, 2, 4);
    // Nothing opened, and whoever goes on writing is not disturbed.
    assert.equal(await editorTab(page, /./).count(), 0);
    await screenshot(page, 'pending-bar');
    await chat.getByTestId('pending-review').click();
    const hunks = chat.getByTestId('pending').getByTestId('hunk');
    await eventually(async () => assert.equal(await hunks.count(), 4));
    await screenshot(page, 'pending-list');
    await hunks.nth(0).focus();
    await page.keyboard.press('a');
    await waiting(chat, 2, 3);
    // The next one has the focus.
    await eventually(async () =>
      assert.equal(await hunks.nth(0).evaluate((one) => one === document.activeElement), true),
    );
    await page.keyboard.press('r');
    await waiting(chat, 2, 2);
    await page.keyboard.press('c');
    await page.keyboard.type('Keep the last one as it was');
    await page.keyboard.press('Enter');
    await waiting(chat, 1, 1);
    assert.equal(await bytes('a.txt'), changed(3));
    await prompt(chat, 'And now?');
    await answered(chat, 'Second done.');
    await turnEnded(chat);
    const told = requestText(rehearsal);
    const said = (line: number, remark: string) =>
      `The person rejected this part of your edit of ${file('a.txt')} (line ${line}), and it was taken back.${remark}\nYou had written:\n<text>\nLINE ${line} ö\r\n</text>`;
    assert.ok(told.includes(said(20, '')), told);
    assert.ok(told.includes(said(38, ' The comment: Keep the last one as it was')), told);
    assert.ok(!told.includes(`your edit of ${file('b.txt')}`));
    await chat.getByTestId('pending-accept-all').click();
    await chat.getByTestId('pending').waitFor({ state: 'detached' });
    assert.equal(await bytes('b.txt'), changed(5));
  }),
);

test(
  'in the editor of the file: by code lens and by key; what the person typed stays theirs and unsaved',
  step('pending-editor', async () => {
    const { page } = journey;
    await openFile(page, 'lens.txt');
    const chat = await acceptingEdits([[read('lens.txt')], [edit('lens.txt', 4), edit('lens.txt', 10)], 'First done.']);
    await waiting(chat, 1, 2);
    const editor = page.locator('.editor-instance .monaco-editor');
    await editor.locator('.view-line', { hasText: 'LINE 4 ö' }).first().waitFor();
    const reject = editor.locator('.codelens-decoration a', { hasText: 'Reject' });
    await reject.first().waitFor();
    await screenshot(page, 'pending-editor');
    await editor.locator('.view-line', { hasText: 'line 7 ä' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.type(' and mine');
    await waiting(chat, 1, 2);
    await reject.first().click();
    await waiting(chat, 1, 1);
    assert.equal(await bytes('lens.txt'), changed(4, 10), 'saved behind the person');
    // The other one at the cursor, by key.
    await editor.locator('.view-line', { hasText: 'LINE 10 ö' }).first().click();
    await page.keyboard.press('Shift+Alt+Y');
    await chat.getByTestId('pending').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+S');
    await eventually(async () =>
      assert.equal(await bytes('lens.txt'), changed(10).replace('line 7 ä', 'line 7 ä and mine')),
    );
  }),
);

test(
  'after a reload it waits as before, in the editor and in the panel',
  step('pending-reload', async () => {
    const { page } = journey;
    let chat = await acceptingEdits([[read('kept.txt')], [edit('kept.txt', 4), edit('kept.txt', 9)], 'First done.']);
    await waiting(chat, 1, 2);
    await openFile(page, 'kept.txt');
    await reloadWindow(page);
    const reject = page.locator('.editor-instance .monaco-editor .codelens-decoration a', { hasText: 'Reject' });
    await reject.first().waitFor();
    chat = await assentFrame(page);
    await waiting(chat, 1, 2);
    await screenshot(page, 'pending-reloaded');
    await chat.getByTestId('pending-reject-all').click();
    await chat.getByTestId('pending').waitFor({ state: 'detached' });
    await eventually(async () => assert.equal(await bytes('kept.txt'), TEXT));
  }),
);
