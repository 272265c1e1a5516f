// What the agent did is taken back: one action, or everything since a prompt, and that again. By keyboard.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
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
import { runCommand, screenshot } from '../support/vscode/workbench.ts';

const NOTES = 'eins\nzwei\ndrei\nvier\nfünf\nsechs\nsieben\nacht\nneun\n';

let journey: Journey;
before(async () => {
  journey = await startJourney({
    settings: { 'files.autoSave': 'off', 'assent.initialPermissionMode': 'acceptEdits' },
    files: { 'notes.txt': NOTES, 'other.txt': NOTES, 'third.txt': NOTES },
  });
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const file = (name: string) => path.join(journey.folder, name);
const says = (name: string) => readFile(file(name), 'utf8');
const read = (name: string) => ({ tool: 'Read', input: { file_path: file(name) } });
const edit = (name: string, from: string, to: string) => ({
  tool: 'Edit',
  input: { file_path: file(name), old_string: from, new_string: to },
});
const list = () => journey.page.locator('.quick-input-widget:visible');
const row = (text: string) => list().locator('.monaco-list-row', { hasText: text });
/** Goes to a row of the list by keyboard and takes it. */
async function take(text: string): Promise<void> {
  await row(text).first().waitFor();
  await eventually(async () => {
    const focused = await list().locator('.monaco-list-row.focused').innerText();
    if (focused.includes(text)) return;
    await journey.page.keyboard.press('ArrowDown');
    throw new Error(`"${focused}" has the focus, not "${text}"`);
  });
  await journey.page.keyboard.press('Enter');
}
const prompts = (chat: Frame) => chat.locator('[data-testid="message"][data-role="user"]');
const notice = (chat: Frame, text: string) => chat.getByTestId('notice').filter({ hasText: text });

test(
  'code and conversation go back to before a prompt, what others wrote stays, and the rewind goes back too',
  step('rewind-both', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [
      [read('notes.txt')],
      [edit('notes.txt', 'zwei', 'zwo')],
      'The first is done.',
      [edit('notes.txt', 'neun', 'neune')],
      'The second is done.',
      { blocks: [{ text: 'Once more.' }], expect: ['Better now'] },
    ]);
    await prompt(chat, 'Improve two');
    await answered(chat, 'The first is done.');
    await turnEnded(chat);
    await prompt(chat, 'Improve nine');
    await answered(chat, 'The second is done.');
    await turnEnded(chat);
    const both = NOTES.replace('zwei', 'zwo').replace('neun', 'neune');
    assert.equal(await says('notes.txt'), both);
    await writeFile(file('notes.txt'), both.replace('fünf', 'FÜNF'));

    const control = prompts(chat).filter({ hasText: 'Improve nine' }).getByTestId('rewind');
    await control.focus();
    await screenshot(page, 'rewind-control');
    await page.keyboard.press('Enter');
    await row('Conversation only').waitFor();
    await screenshot(page, 'rewind-what');
    await take('Code and conversation');
    await row('later changes stay').waitFor();
    // Looking changes nothing.
    await screenshot(page, 'rewind-preview');
    assert.equal(await says('notes.txt'), both.replace('fünf', 'FÜNF'));
    await take('Rewind the conversation and notes.txt');
    await notice(chat, 'The conversation is back before this prompt').waitFor();
    assert.equal(await says('notes.txt'), NOTES.replace('zwei', 'zwo').replace('fünf', 'FÜNF'));
    await eventually(async () => assert.equal(await chat.getByTestId('composer').inputValue(), 'Improve nine'));
    await prompts(chat).filter({ hasText: 'Improve nine' }).waitFor({ state: 'detached' });
    await screenshot(page, 'rewind-done');

    await notice(chat, 'The conversation is back').getByText('Undo the rewind').click();
    await prompts(chat).filter({ hasText: 'Improve nine' }).waitFor();
    await eventually(async () => assert.equal(await says('notes.txt'), both.replace('fünf', 'FÜNF')));
    await chat.getByTestId('composer').fill('');
    await prompt(chat, 'Better now');
    await answered(chat, 'Once more.');
    assert.match(requestText(rehearsal), /The second is done\./);
  }),
);

test(
  'the conversation alone goes back, also to its beginning: files stay, and the model is told of them',
  step('rewind-conversation', async () => {
    const { rehearsal, page } = journey;
    const chat = await newConversation(journey, [
      [read('other.txt')],
      [edit('other.txt', 'zwei', 'zwo')],
      'The first is done.',
    ]);
    await prompt(chat, 'Improve two');
    await answered(chat, 'The first is done.');
    await turnEnded(chat);
    await runCommand(page, 'Assent: Rewind to a Prompt…');
    await take('Improve two');
    await take('Conversation only');
    await prompts(chat).first().waitFor({ state: 'detached' });
    assert.equal(await says('other.txt'), NOTES.replace('zwei', 'zwo'));
    await eventually(async () => assert.equal(await chat.getByTestId('composer').inputValue(), 'Improve two'));
    // For the model it is another conversation.
    rehearsal.setScript({ turns: ['Begun anew.'] });
    await chat.getByTestId('composer').press('Enter');
    await answered(chat, 'Begun anew.');
    const told = requestText(rehearsal);
    assert.match(told, /went back to this point[^)]*other\.txt/);
    assert.doesNotMatch(told, /The first is done/);
  }),
);

test(
  'code alone goes back while a turn runs: it is stopped first, the conversation stays, and the model is told',
  step('rewind-code', async () => {
    const { rehearsal, page } = journey;
    const chat = await newConversation(journey, [
      [{ tool: 'Write', input: { file_path: file('made.txt'), content: 'made\n' } }],
      'It is made.',
      [{ text: 'I look, ' }, { stallMs: 120_000 }],
      'I see.',
    ]);
    await prompt(chat, 'Make it');
    await answered(chat, 'It is made.');
    await turnEnded(chat);
    assert.equal(await says('made.txt'), 'made\n');
    await prompt(chat, 'Go on');
    await chat.getByTestId('stop').waitFor();
    await runCommand(page, 'Assent: Rewind to a Prompt…');
    await take('Make it');
    await take('Stop, and go on to the rewind');
    await take('Code only');
    await row('is removed').waitFor();
    await take('Rewind made.txt');
    await notice(chat, 'Rewound: made.txt.').waitFor();
    await assert.rejects(says('made.txt'), { code: 'ENOENT' });
    assert.equal(await prompts(chat).count(), 2);
    await prompt(chat, 'And now?');
    await answered(chat, 'I see.');
    assert.match(requestText(rehearsal), /took back what was changed since an earlier prompt in \S*made\.txt/);
  }),
);

test(
  'one hunk of an action is undone, then the rest; a change in the same lines is a conflict; the model is told',
  step('undo-action', async () => {
    const { rehearsal, page } = journey;
    const changed = NOTES.replace('zwei', 'zwo').replace('neun', 'neune');
    const chat = await newConversation(journey, [
      [read('third.txt')],
      [{ tool: 'Write', input: { file_path: file('third.txt'), content: changed } }],
      'It is done.',
      'So I see.',
    ]);
    await prompt(chat, 'Improve all');
    await answered(chat, 'It is done.');
    await turnEnded(chat);
    await runCommand(page, 'Assent: Undo an Action…');
    await row('from “Improve all”').waitFor();
    await screenshot(page, 'undo-actions');
    await take('third.txt');
    await take('+2 −2');
    await row('Line 9').waitFor();
    await screenshot(page, 'undo-hunks');
    await take('Line 9');
    await take('Undo this hunk');
    await notice(chat, 'Undone in third.txt.').waitFor();
    assert.equal(await says('third.txt'), NOTES.replace('zwei', 'zwo'));

    // The person goes on in the line that the other hunk changed.
    await writeFile(file('third.txt'), NOTES.replace('zwei', 'zwoeinhalb'));
    await chat.getByTestId('tool-undo').last().click();
    await row('was changed since in the same lines').waitFor();
    await row('Nothing can be undone now').waitFor();
    await screenshot(page, 'undo-conflict');
    await page.keyboard.press('Escape');
    assert.equal(await says('third.txt'), NOTES.replace('zwei', 'zwoeinhalb'));
    await prompt(chat, 'And now?');
    await answered(chat, 'So I see.');
    assert.match(requestText(rehearsal), /took back changes in \S*third\.txt/);
  }),
);
