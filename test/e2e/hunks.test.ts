// Hunk by hunk with the keyboard alone; twenty files are one review, which a reload in the middle of it leaves as it was.
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
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
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { reload } from '../support/vscode/openWindow.ts';
import { assentFrame, editorTab, screenshot, statusBarItem } from '../support/vscode/workbench.ts';

const LINES = Array.from({ length: 40 }, (_, index) => `line ${index + 1}${index % 2 === 0 ? ' ä' : ''}`);
/** With a byte order mark, Windows line endings, and none at the end. */
const HUNKS = `\ufeff${LINES.join('\r\n')}`;
const FILES = 20;
const nameOf = (n: number) => `many/f${n}.txt`;
const oldText = (n: number) => `first ${n}\n\n\n\n\n\n\n\n\nlast ${n}\n`;

let journey: Journey;
before(async () => {
  const many = Array.from({ length: FILES }, (_, n) => [nameOf(n), oldText(n)]);
  journey = await startJourney({
    settings: { 'files.autoSave': 'off' },
    files: { 'hunks.txt': HUNKS, ...Object.fromEntries(many) },
  });
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const file = (name: string) => path.join(journey.folder, name);
const read = (name: string) => ({ tool: 'Read', input: { file_path: file(name) } });
const edit = (name: string, from: string, to: string) => ({
  tool: 'Edit',
  input: { file_path: file(name), old_string: from, new_string: to },
});
const verdict = (chat: Frame, index: number, value: string) =>
  chat.locator(`[data-testid="hunk"][data-hunk$=".${index}"][data-verdict="${value}"]`).waitFor();

test(
  'accept the first, reject the second with a comment, edit the third: the file and the model have exactly that',
  step('hunks-keys', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [
      [read('hunks.txt')],
      [
        edit('hunks.txt', 'line 4\r\n', 'LINE 4\r\n'),
        edit('hunks.txt', 'line 20\r\n', 'LINE 20\r\nAND MORE\r\n'),
        edit('hunks.txt', 'line 36\r\n', 'LINE 36\r\n'),
      ],
      'Noted.',
    ]);
    // From here on the hands stay on the keyboard.
    await page.keyboard.type('Improve it');
    await page.keyboard.press('Enter');
    await chat.getByTestId('review-submit').waitFor();
    await page.keyboard.press('Control+Alt+R');
    await editorTab(page, /hunks\.txt/).waitFor();
    await page.locator('.monaco-diff-editor .editor.modified .monaco-editor.focused').waitFor();
    await statusBarItem(page, 'Ln 4,').waitFor();
    await page.keyboard.press('Shift+Alt+Y');
    await verdict(chat, 0, 'accepted');

    await page.keyboard.press('Alt+F5');
    await statusBarItem(page, 'Ln 20,').waitFor();
    await page.keyboard.press('Shift+Alt+M');
    await page.locator('.quick-input-widget:visible input.input').first().waitFor();
    await page.keyboard.type('One line is enough here');
    await page.keyboard.press('Enter');
    await verdict(chat, 1, 'rejected');

    await page.keyboard.press('Alt+F5');
    await statusBarItem(page, 'Ln 37,').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.type(' in my words');
    await chat.getByTestId('hunk').filter({ hasText: 'LINE 36 in my words' }).waitFor();
    assert.equal(await readFile(file('hunks.txt'), 'utf8'), HUNKS, 'nothing is written before the last answer');
    await screenshot(page, 'hunks-keys');
    await page.keyboard.press('Shift+Alt+Y');

    await answered(chat, 'Noted.');
    await turnEnded(chat);
    const expected = HUNKS.replace('line 4\r\n', 'LINE 4\r\n').replace('line 36\r\n', 'LINE 36 in my words\r\n');
    assert.deepEqual(await readFile(file('hunks.txt')), Buffer.from(expected));
    const told = requestText(rehearsal);
    const exactly = `The person rejected this part of the proposal (lines 20–21); it was not written. The comment: One line is enough here
<text>
LINE 20
AND MORE
</text>
The person changed this part before accepting it (line 37 of the proposal). It now reads:
<text>
LINE 36 in my words
</text>`;
    assert.ok(told.replaceAll('\r', '').includes(exactly), told);
  }),
);

test(
  'twenty files are one review; half answered it is the same after a reload, and one key press writes what was accepted',
  step('hunks-twenty', async () => {
    const { page, rehearsal } = journey;
    const numbers = Array.from({ length: FILES }, (_, n) => n);
    const edits = numbers.flatMap((n) => [
      edit(nameOf(n), `first ${n}\n`, `FIRST ${n}\n`),
      edit(nameOf(n), `last ${n}\n`, `LAST ${n}\n`),
    ]);
    const made = { tool: 'Write', input: { file_path: file('many/made.txt'), content: 'made\n' } };
    let chat = await newConversation(journey, [numbers.map((n) => read(nameOf(n))), [...edits, made], 'All written.']);
    await prompt(chat, 'Shout everywhere');
    await chat.getByTestId('review-submit').waitFor();
    assert.equal(await chat.getByTestId('review-submit').count(), 1);
    const at = (n: number) => chat.locator(`[data-testid="edit"][data-path="${file(nameOf(n))}"]`);
    const hunk = (n: number, index: number) => at(n).getByTestId('hunk').nth(index);
    // What is taller than the view is shown from its beginning until somebody goes on in it.
    await hunk(3, 0).focus();
    await at(3).getByTestId('edit-accept').click();
    await hunk(4, 0).getByTestId('hunk-accept').click();
    await hunk(4, 1).locator('button[data-testid="hunk-comment"]').click();
    await page.keyboard.type('Leave the last one');
    await page.keyboard.press('Enter');
    const left = () => chat.getByText(`${2 * FILES + 1 - 4} still open`).waitFor();
    await left();

    await reload(page);
    chat = await assentFrame(page, { selector: '[data-testid="review-submit"]' });
    await left();
    assert.equal(await chat.getByTestId('review-submit').count(), 1);
    await eventually(async () => assert.equal(await at(3).getAttribute('data-verdict'), 'accepted'));
    await eventually(async () => assert.equal(await hunk(4, 1).getAttribute('data-verdict'), 'rejected'));
    await hunk(4, 1).getByText('Leave the last one').waitFor();
    for (const n of numbers) assert.equal(await readFile(file(nameOf(n)), 'utf8'), oldText(n));
    await assert.rejects(access(file('many/made.txt')));

    await chat.getByTestId('all-accept').click();
    await chat.getByText('Nothing is written until you apply').waitFor();
    await screenshot(page, 'hunks-twenty');
    await chat.getByTestId('review-submit').click();
    await answered(chat, 'All written.');
    await turnEnded(chat);
    for (const n of numbers) {
      const first = oldText(n).replace('first', 'FIRST');
      assert.equal(await readFile(file(nameOf(n)), 'utf8'), n === 4 ? first : first.replace('last', 'LAST'));
    }
    assert.equal(await readFile(file('many/made.txt'), 'utf8'), 'made\n');
    assert.match(requestText(rehearsal), /it was not written\. The comment: Leave the last one/);
    assert.deepEqual(
      rehearsal.requests().map(({ status }) => status),
      [200, 200, 200],
    );
  }),
);
