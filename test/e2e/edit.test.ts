// An edit is reviewed in the diff editor or in the panel, and exactly what was accepted is written.
import assert from 'node:assert/strict';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { Frame } from 'playwright-core';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  resultTold,
  startJourney,
  type Turns,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { editorTab, openFile, runCommand, screenshot, statusBarItem } from '../support/vscode/workbench.ts';

/** With a byte order mark, Windows line endings, and none at the end. */
const NOTES = '\ufeffeins\r\nzwei\r\ndrei ä\r\nvier';
const LINES = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
const LIST = `${LINES.join('\n')}\n`;

let journey: Journey;
before(async () => {
  const lists = ['panel', 'keys', 'first', 'second', 'open', 'dismissed', 'eager', 'arrow'].map((name) => [
    `${name}.txt`,
    LIST,
  ]);
  // A browser's VS Code saves by itself otherwise.
  const settings = { 'files.autoSave': 'off' };
  journey = await startJourney({
    settings,
    files: { 'notes.txt': NOTES, 'other.txt': NOTES, ...Object.fromEntries(lists) },
  });
});
after(() => journey?.stop());
beforeEach(() => runCommand(journey.page, 'View: Close All Editors'));

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const file = (name: string) => path.join(journey.folder, name);
const read = (name: string) => ({ tool: 'Read', input: { file_path: file(name) } });
const edit = (name: string, from: string, to: string) => ({
  tool: 'Edit',
  input: { file_path: file(name), old_string: from, new_string: to },
});
/** The text of the file, each character a byte. */
const bytes = async (name: string) => (await readFile(file(name))).toString('latin1');
const utf8 = (text: string) => Buffer.from(text).toString('latin1');

/** Resolves with the chat, once the review of the script's edits waits in it. */
async function review(turns: Turns): Promise<Frame> {
  const chat = await newConversation(journey, turns);
  await prompt(chat, 'Improve it');
  await chat.getByTestId('review-submit').waitFor();
  return chat;
}

test(
  'the diff opens when it is asked for; what is typed there and accepted from its title is what the file says',
  step('edit-diff', async () => {
    const { page, rehearsal } = journey;
    const chat = await review([[read('notes.txt')], [edit('notes.txt', 'zwei', 'zwo')], 'Thank you.']);
    // Nothing opened by itself, and whoever goes on writing is not disturbed.
    assert.equal(await editorTab(page, /./).count(), 0);
    await page.keyboard.type('still here');
    assert.equal(await chat.getByTestId('composer').inputValue(), 'still here');
    await chat.getByTestId('composer').fill('');
    await screenshot(page, 'edit-panel');

    const card = chat.getByTestId('edit');
    await eventually(async () => assert.equal(await card.getAttribute('data-path'), file('notes.txt')));
    await card.getByTestId('edit-review').click();
    await editorTab(page, /notes\.txt/).waitFor();
    const proposed = page.locator('.monaco-diff-editor .editor.modified');
    await proposed.locator('.view-line', { hasText: 'zwo' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' und äh');
    // The panel shows the proposal as it stands; typing is not accepting.
    const hunk = chat.locator('[data-testid="hunk"][data-verdict="open"]', { hasText: 'zwo und äh' });
    await hunk.getByText('edited by you').waitFor();
    await screenshot(page, 'edit-diff');
    assert.equal(await bytes('notes.txt'), utf8(NOTES));

    await page.locator('.title .editor-actions a.action-label[aria-label^="Accept File"]').click();
    await answered(chat, 'Thank you.');
    await turnEnded(chat);
    assert.equal(await bytes('notes.txt'), utf8(NOTES.replace('zwei', 'zwo und äh')));
    await editorTab(page, /notes\.txt/).waitFor({ state: 'detached' });
    const told = resultTold(rehearsal);
    assert.equal(told.isError, false);
    assert.match(told.text, /zwo und äh/);
    await chat.locator('[data-testid="tool"][data-tool="Edit"][data-status="done"]').waitFor();
    await screenshot(page, 'edit-done');
  }),
);

test(
  'a file rejected from the editor title stays as it was; a comment tells the model why',
  step('edit-reject', async () => {
    const { page, rehearsal } = journey;
    const before = await bytes('other.txt');
    let chat = await review([[read('other.txt')], [edit('other.txt', 'drei', 'DREI')], 'As you like.']);
    await chat.getByTestId('edit-review').click();
    await editorTab(page, /other\.txt/).waitFor();
    await page.locator('.title .editor-actions a.action-label[aria-label^="Reject File"]').click();
    await answered(chat, 'As you like.');
    await turnEnded(chat);
    assert.equal(await bytes('other.txt'), before);
    assert.match(resultTold(rehearsal).text, /reject/i);

    chat = await review([[read('other.txt')], [edit('other.txt', 'drei', 'DREI')], 'I see.']);
    await chat.getByTestId('edit-review').click();
    await editorTab(page, /other\.txt/).waitFor();
    await page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'DREI' }).click();
    await runCommand(page, 'Assent: Reject File with Comment…');
    await page.locator('.quick-input-widget:visible input.input').first().fill('No capitals, please');
    await screenshot(page, 'edit-reject-comment');
    await page.keyboard.press('Enter');
    await answered(chat, 'I see.');
    await turnEnded(chat);
    assert.equal(await bytes('other.txt'), before);
    assert.match(resultTold(rehearsal).text, /No capitals, please/);

    // The same from the panel.
    chat = await review([[read('other.txt')], [edit('other.txt', 'vier', 'VIER')], 'Hm.']);
    await chat.getByTestId('edit').locator('button[data-testid="edit-feedback"]').click();
    await page.keyboard.type('None here either');
    await page.keyboard.press('Enter');
    await chat.locator('[data-testid="edit"][data-verdict="rejected"]').waitFor();
    await chat.getByTestId('review-submit').click();
    await answered(chat, 'Hm.');
    await turnEnded(chat);
    assert.equal(await bytes('other.txt'), before);
    assert.match(resultTold(rehearsal).text, /None here either/);
  }),
);

test(
  'hunk by hunk in the panel: by click and by key, and only what was accepted is written',
  step('edit-hunks', async () => {
    const { page, rehearsal } = journey;
    const chat = await review([
      [read('panel.txt')],
      [
        edit('panel.txt', 'line 3\n', 'LINE 3\n'),
        edit('panel.txt', 'line 20\n', 'LINE 20\nAND MORE\n'),
        edit('panel.txt', 'line 38\n', ''),
      ],
      'Noted.',
    ]);
    const card = chat.getByTestId('edit');
    await eventually(async () => assert.equal(await card.count(), 1));
    await eventually(async () => assert.equal(await card.getAttribute('data-hunks'), '3'));
    const hunk = (index: number) => card.getByTestId('hunk').nth(index);
    await screenshot(page, 'edit-hunks');
    await hunk(0).getByTestId('hunk-accept').click();
    await chat.locator('[data-testid="hunk"][data-verdict="accepted"]').waitFor();
    await chat.getByText('2 still open').waitFor();
    await chat.locator('[data-testid="review-submit"][disabled]').waitFor();
    await hunk(1).locator('button[data-testid="hunk-comment"]').click();
    await page.keyboard.type('One line is enough');
    await page.keyboard.press('Enter');
    await chat.locator('[data-testid="hunk"][data-verdict="rejected"]').waitFor();
    // On with the keys: to the last hunk and accept it.
    await hunk(1).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('a');
    await eventually(async () => assert.equal(await hunk(2).getAttribute('data-verdict'), 'accepted'));
    await screenshot(page, 'edit-hunks-answered');
    assert.equal(await bytes('panel.txt'), LIST);
    await chat.getByTestId('review-submit').click();
    await answered(chat, 'Noted.');
    await turnEnded(chat);
    assert.equal(await bytes('panel.txt'), LIST.replace('line 3\n', 'LINE 3\n').replace('line 38\n', ''));
    assert.match(JSON.stringify(rehearsal.requests().at(-1)?.body), /One line is enough/);
    await screenshot(page, 'edit-hunks-done');
  }),
);

test(
  'the whole review by keyboard in the diff editor; the last answer sends it',
  step('edit-keys', async () => {
    const { page } = journey;
    const chat = await review([
      [read('keys.txt')],
      [edit('keys.txt', 'line 5\n', 'LINE 5\n'), edit('keys.txt', 'line 30\n', 'LINE 30\n')],
      'Fine.',
    ]);
    await page.keyboard.press('Control+Alt+R');
    await editorTab(page, /keys\.txt/).waitFor();
    await page.locator('.monaco-diff-editor .editor.modified .monaco-editor.focused').waitFor();
    // It opens at the first hunk.
    await statusBarItem(page, 'Ln 5,').waitFor();
    await page.keyboard.press('Shift+Alt+N');
    await chat.locator('[data-testid="hunk"][data-hunk$=".0"][data-verdict="rejected"]').waitFor();
    await page.keyboard.press('Alt+F5');
    await statusBarItem(page, 'Ln 30,').waitFor();
    await screenshot(page, 'edit-keys');
    await page.keyboard.press('Shift+Alt+Y');
    await answered(chat, 'Fine.');
    await turnEnded(chat);
    assert.equal(await bytes('keys.txt'), LIST.replace('line 30\n', 'LINE 30\n'));
    await editorTab(page, /keys\.txt/).waitFor({ state: 'detached' });
  }),
);

test(
  'the arrow between the sides of the diff takes a hunk back, which is a no to it and nothing else',
  step('edit-arrow', async () => {
    const { page } = journey;
    const edits = [edit('arrow.txt', 'line 3\n', 'LINE 3\n'), edit('arrow.txt', 'line 20\n', 'LINE 20\n')];
    const chat = await review([[read('arrow.txt')], edits, 'Thank you.']);
    await chat.getByTestId('edit').getByTestId('edit-review').click();
    await editorTab(page, /arrow\.txt/).waitFor();
    // It is drawn while the mouse is on the lines.
    await page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'LINE 20' }).hover();
    await page.locator('.monaco-diff-editor .gutterItem .codicon-arrow-right').last().click({ force: true });
    await eventually(async () => {
      const verdicts = await chat
        .getByTestId('hunk')
        .evaluateAll((all) => all.map((one) => one.getAttribute('data-verdict')));
      assert.deepEqual(verdicts, ['open', 'rejected']);
    });
    assert.equal(await bytes('arrow.txt'), LIST);
    await chat.getByTestId('hunk-accept').first().click();
    await chat.getByTestId('review-submit').click();
    await answered(chat, 'Thank you.');
    assert.equal(await bytes('arrow.txt'), LIST.replace('line 3\n', 'LINE 3\n'));
  }),
);

test(
  'several files are one review: all are accepted at once, a new one among them',
  step('edit-files', async () => {
    const { page } = journey;
    const created = { tool: 'Write', input: { file_path: file('sub/new.txt'), content: 'brand new\n' } };
    const chat = await review([
      [read('first.txt'), read('second.txt')],
      [edit('first.txt', 'line 1\n', 'LINE 1\n'), edit('second.txt', 'line 40\n', 'LINE 40\n'), created],
      'All done.',
    ]);
    await eventually(async () => assert.equal(await chat.getByTestId('edit').count(), 3));
    await assert.rejects(access(file('sub')));
    await screenshot(page, 'edit-files');
    await chat.getByTestId('all-accept').click();
    await chat.getByTestId('review-submit').click();
    await answered(chat, 'All done.');
    await turnEnded(chat);
    assert.equal(await bytes('first.txt'), LIST.replace('line 1\n', 'LINE 1\n'));
    assert.equal(await bytes('second.txt'), LIST.replace('line 40\n', 'LINE 40\n'));
    assert.equal(await bytes('sub/new.txt'), 'brand new\n');
  }),
);

test(
  'what the person typed and did not save is kept: the accepted change joins it in the editor',
  step('edit-dirty', async () => {
    const { page } = journey;
    await openFile(page, 'open.txt');
    const chat = await review([[read('open.txt')], [edit('open.txt', 'line 35\n', 'LINE 35\n')], 'Merged.']);
    await page.locator('.editor-instance .view-line', { hasText: 'line 2' }).first().click();
    await page.keyboard.press('End');
    await page.keyboard.type(' and mine');
    await chat.getByTestId('edit-accept').click();
    await chat.getByTestId('review-submit').click();
    await answered(chat, 'Merged.');
    await turnEnded(chat);
    assert.equal(await bytes('open.txt'), LIST, 'saved behind the person');
    await editorTab(page, 'open.txt').click();
    await page.keyboard.press('Control+S');
    const both = LIST.replace('line 2\n', 'line 2 and mine\n').replace('line 35\n', 'LINE 35\n');
    await eventually(async () => assert.equal(await bytes('open.txt'), both));
  }),
);

test(
  'Deny and stop ends the turn and writes nothing, and the open diff goes away',
  step('edit-deny', async () => {
    const { page, rehearsal } = journey;
    const chat = await review([[read('dismissed.txt')], [edit('dismissed.txt', 'line 1\n', 'NO\n')], 'Never said.']);
    await chat.getByTestId('edit-review').click();
    await editorTab(page, /dismissed\.txt/).waitFor();
    await chat.getByTestId('review-deny').click();
    await turnEnded(chat);
    await editorTab(page, /dismissed\.txt/).waitFor({ state: 'detached' });
    assert.equal(await bytes('dismissed.txt'), LIST);
    assert.equal(rehearsal.requests().length, 2);
    await screenshot(page, 'edit-denied');
  }),
);

test(
  'with the setting for it the diff opens by itself, and still leaves the focus where it was',
  step('edit-eager', async () => {
    const { page } = journey;
    // The title tells when VS Code has read the settings.
    await mkdir(file('.vscode'));
    await writeFile(file('.vscode/settings.json'), '{ "assent.review.openDiff": true, "window.title": "Eager" }');
    await eventually(async () => assert.match(await page.title(), /Eager/));
    const chat = await review([[read('eager.txt')], [edit('eager.txt', 'line 1\n', 'LINE 1\n')], 'Good.']);
    await page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'LINE 1' }).first().waitFor();
    await page.keyboard.type('untouched');
    assert.equal(await chat.getByTestId('composer').inputValue(), 'untouched');
    await chat.getByTestId('composer').fill('');
    await page.keyboard.press('Control+Shift+Enter');
    await answered(chat, 'Good.');
    await turnEnded(chat);
    assert.equal(await bytes('eager.txt'), LIST.replace('line 1\n', 'LINE 1\n'));
    await editorTab(page, /eager\.txt/).waitFor({ state: 'detached' });
  }),
);
