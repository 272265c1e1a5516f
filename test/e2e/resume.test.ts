// Nothing is lost: not by a reload in the middle of a question, nor by a restart of everything.
import assert from 'node:assert/strict';
import { access, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { rehearsalEnvironment } from '../support/vscode/environment.ts';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { openWindow, reload } from '../support/vscode/openWindow.ts';
import { startVsCode } from '../support/vscode/startVsCode.ts';
import {
  assentFrame,
  editorTab,
  openAssent,
  runCommand,
  screenshot,
  statusBarItem,
} from '../support/vscode/workbench.ts';
import { windowStateSaved } from './windowState.ts';

let userData: string;
let journey: Journey;
before(async () => {
  userData = await mkdtemp(path.join(tmpdir(), 'assent-resume-'));
  journey = await startJourney({ userData, files: { 'notes.txt': 'one\ntwo\nthree\n' } });
});
after(async () => {
  await journey?.vscode.stop();
  await journey?.stop();
  await rm(userData, { recursive: true, force: true, maxRetries: 5 });
});

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const bash = (command: string) => ({ tool: 'Bash', input: { command } });
const file = (name: string) => path.join(journey.folder, name);
const statuses = () => journey.rehearsal.requests().map(({ status }) => status);

test(
  'a question that waits is there again after a reload; answered, the turn goes on to its end',
  step('reload-question', async () => {
    const { page } = journey;
    let chat = await newConversation(journey, [
      [{ text: 'I leave a trace.' }, bash('touch after-reload.txt')],
      'Finished.',
    ]);
    await prompt(chat, 'Leave a trace');
    await chat.getByTestId('permission').waitFor();
    await chat.getByTestId('composer').fill('a half-written thought');
    await windowStateSaved(page, 'a half-written thought');
    await reload(page);
    chat = await assentFrame(page, { selector: '[data-testid="permission"]' });
    await statusBarItem(page, 'Assent asks').waitFor();
    await answered(chat, 'I leave a trace.');
    await eventually(async () => assert.equal(await chat.getByTestId('permission').count(), 1));
    await eventually(async () =>
      assert.equal(await chat.getByTestId('permission-subject').innerText(), 'touch after-reload.txt'),
    );
    await eventually(async () =>
      assert.equal(await chat.getByTestId('composer').inputValue(), 'a half-written thought'),
    );
    await assert.rejects(access(file('after-reload.txt')));
    await screenshot(page, 'reload-question');

    await chat.getByTestId('permission-allow').click();
    await answered(chat, 'Finished.');
    await turnEnded(chat);
    await access(file('after-reload.txt'));
    assert.deepEqual(statuses(), [200, 200]);
    await chat.getByTestId('composer').fill('');
  }),
);

test(
  'a review survives the reload with what the person had typed into the diff',
  step('reload-review', async () => {
    const { page } = journey;
    const edit = { tool: 'Edit', input: { file_path: file('notes.txt'), old_string: 'two', new_string: 'TWO' } };
    let chat = await newConversation(journey, [
      [{ tool: 'Read', input: { file_path: file('notes.txt') } }],
      [edit],
      'Written.',
    ]);
    await prompt(chat, 'Shout');
    await chat.getByTestId('edit-review').click();
    await editorTab(page, /notes\.txt/).waitFor();
    await page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'TWO' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' and a half');
    await page.keyboard.press('Control+S');
    await chat.getByTestId('hunk').filter({ hasText: 'TWO and a half' }).waitFor();
    await windowStateSaved(page, 'assent-review');
    await reload(page);
    chat = await assentFrame(page, { selector: '[data-testid="review-submit"]' });
    await chat.getByTestId('hunk').filter({ hasText: 'TWO and a half' }).waitFor();
    await page.locator('.monaco-diff-editor .editor.modified .view-line', { hasText: 'TWO and a half' }).waitFor();
    await screenshot(page, 'reload-review');
    assert.equal(await readFile(file('notes.txt'), 'utf8'), 'one\ntwo\nthree\n');
    await page.locator('.title .editor-actions a.action-label[aria-label^="Accept File"]').click();
    await answered(chat, 'Written.');
    await turnEnded(chat);
    assert.equal(await readFile(file('notes.txt'), 'utf8'), 'one\nTWO and a half\nthree\n');
    assert.deepEqual(statuses(), [200, 200, 200]);
  }),
);

test(
  'after a restart the history has every conversation, finished or not, and each goes on where it was',
  step('resume', async () => {
    const { rehearsal, folder } = journey;
    let chat = await newConversation(journey, ['The answer is *42*.']);
    await prompt(chat, 'What is the answer?');
    await answered(chat, 'The answer is 42.');
    await turnEnded(chat);
    chat = await newConversation(journey, [[{ text: 'I ask you.' }, bash('touch after-restart.txt')], 'All is well.']);
    await prompt(chat, 'Ask me something');
    await chat.getByTestId('permission').waitFor();
    await journey.vscode.stop();

    const vscode = await startVsCode({ workspace: folder, userData, env: rehearsalEnvironment(rehearsal.url) });
    // The first that sees a browser of its own: nothing but the files on disk tells what there was.
    journey = { ...journey, vscode };
    const page = await openWindow(vscode);
    journey = { ...journey, page };
    await openAssent(page);
    await runCommand(page, 'Assent: Show History');
    chat = await assentFrame(page, { selector: '[data-testid="history-item"]' });
    const item = (title: string) => chat.getByTestId('history-item').filter({ hasText: title });
    await item('What is the answer?').waitFor();
    await item('Leave a trace').waitFor();
    await screenshot(page, 'resume-history');
    await chat.getByTestId('history-search').click();
    await page.keyboard.type('answer');
    await item('Leave a trace').waitFor({ state: 'detached' });
    await item('What is the answer?').locator('button').first().click();
    await answered(chat, 'The answer is 42.');
    rehearsal.reset();
    rehearsal.setScript({
      turns: [{ text: 'Because six by nine.', expect: ['What is the answer?', 'The answer is *42*.'] }],
    });
    await prompt(chat, 'Why?');
    await answered(chat, 'Because six by nine.');
    await turnEnded(chat);
    assert.deepEqual(statuses(), [200]);

    await runCommand(page, 'Assent: Show History');
    rehearsal.setScript({ turns: [{ text: 'All is well.', expect: 'after-restart.txt' }] });
    await chat.getByTestId('history-search').click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await item('Ask me something').locator('button').first().click();
    await chat.getByTestId('permission').waitFor();
    await eventually(async () =>
      assert.equal(await chat.getByTestId('permission-subject').innerText(), 'touch after-restart.txt'),
    );
    await assert.rejects(access(file('after-restart.txt')));
    await screenshot(page, 'resume-question');
    await chat.getByTestId('permission-allow').click();
    await answered(chat, 'All is well.');
    await turnEnded(chat);
    await access(file('after-restart.txt'));
    assert.deepEqual(statuses(), [200, 200]);
  }),
);
