// A command waits for a yes in the panel, and a yes can be remembered.
import assert from 'node:assert/strict';
import { access, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  answered,
  eventually,
  newConversation,
  pictured,
  prompt,
  resultTold,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import type { Journey } from '../support/vscode/journeyOptions.ts';
import { screenshot, statusBarItem } from '../support/vscode/workbench.ts';

const INSTALL = 'npm install --no-audit --offline';
let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const bash = (command: string, description?: string) => ({
  tool: 'Bash',
  input: { command, ...(description === undefined ? {} : { description }) },
});

test(
  'nothing runs before the yes; then it runs exactly as shown, and its output is in the card',
  step('approve', async () => {
    const { page, rehearsal, folder } = journey;
    const command = 'printf \'ran in %s\\n\' "$PWD" | tee ran.txt; echo oops >&2';
    const chat = await newConversation(journey, [[{ text: 'I run it.' }, bash(command, 'Leave a trace')], 'Done.']);
    await prompt(chat, 'Leave a trace');
    const question = chat.getByTestId('permission');
    await question.getByTestId('permission-allow').waitFor();
    await eventually(async () => assert.equal(await question.getByTestId('permission-subject').innerText(), command));
    await eventually(async () =>
      assert.equal(await question.getByTestId('permission-description').innerText(), 'Leave a trace'),
    );
    await eventually(async () => assert.notEqual(await question.getByTestId('permission-reason').innerText(), ''));
    await statusBarItem(page, 'Assent asks').waitFor();
    assert.equal(rehearsal.requests().length, 1);
    await assert.rejects(access(path.join(folder, 'ran.txt')));
    await screenshot(page, 'approve-question');

    await question.getByTestId('permission-allow').click();
    const card = chat.locator('[data-testid="tool"][data-tool="Bash"][data-status="done"]');
    const output = card.getByTestId('tool-output');
    await output.waitFor();
    await eventually(async () => assert.equal(await output.innerText(), `ran in ${folder}\noops`));
    await answered(chat, 'Done.');
    await turnEnded(chat);
    await screenshot(page, 'approve-output');
    assert.equal(await readFile(path.join(folder, 'ran.txt'), 'utf8'), `ran in ${folder}\n`);
    assert.match(resultTold(rehearsal).text, /ran in .*\n?oops/s);
    await statusBarItem(page, 'Assent asks').waitFor({ state: 'detached' });
  }),
);

test(
  'what could deceive the eye is made visible in the question',
  step('invisible', async () => {
    const command = 'touch safe\u202etxt.exe\u200b; echo \u001b[8mhidden';
    const chat = await newConversation(journey, [[bash(command)], 'Fine.']);
    await prompt(chat, 'Something odd');
    const subject = chat.getByTestId('permission-subject');
    await subject.waitFor();
    const shown = await subject.innerText();
    assert.doesNotMatch(shown, /[\u202e\u200b\u001b]/);
    assert.match(shown, /202E/i);
    assert.match(shown, /200B/i);
    await screenshot(journey.page, 'approve-invisible');
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
  }),
);

test(
  '“always allow” writes the rule it shows into the file it shows, and the same call asks no more',
  step('always', async () => {
    const { page, folder, rehearsal } = journey;
    const local = path.join(folder, '.claude/settings.local.json');
    const chat = await newConversation(journey, [[bash(INSTALL)], 'First.', [bash(INSTALL)], 'Second.']);
    await prompt(chat, 'Install');
    const offer = chat.locator('[data-testid="permission-always"][data-scope="local"]');
    await offer.waitFor();
    const rules = await offer.locator('code').allInnerTexts();
    const shown = await offer.innerText();
    // With one more word it would bring another package: the words as they are.
    assert.deepEqual(rules, [`Bash(${INSTALL})`]);
    assert.match(shown, /\.claude\/settings\.local\.json/);
    await assert.rejects(access(local));
    await screenshot(page, 'approve-always');
    await offer.click();
    await answered(chat, 'First.');
    assert.deepEqual(JSON.parse(await readFile(local, 'utf8')), { permissions: { allow: rules } });

    await prompt(chat, 'Install again');
    await answered(chat, 'Second.');
    await turnEnded(chat);
    await eventually(async () => assert.equal(await chat.getByTestId('permission').count(), 0));
    assert.equal(rehearsal.requests().length, 4);
    await eventually(async () =>
      assert.equal(await chat.locator('[data-testid="tool"][data-tool="Bash"][data-status="waiting"]').count(), 0),
    );
    // A neighbour of the rule still asks.
    rehearsal.setScript({ turns: [[bash('npm uninstall left-pad')], 'Third.'] });
    await prompt(chat, 'Uninstall');
    await chat.getByTestId('permission').waitFor();
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
  }),
);

test(
  '“always allow” in this conversation ends with it and writes no file',
  step('session', async () => {
    const { folder } = journey;
    const command = 'touch session-only.txt';
    const before = await readFile(path.join(folder, '.claude/settings.local.json'), 'utf8').catch(() => '');
    let chat = await newConversation(journey, [[bash(command)], 'First.', [bash(command)], 'Second.']);
    await prompt(chat, 'Touch');
    await chat.locator('[data-testid="permission-always"][data-scope="session"]').click();
    await answered(chat, 'First.');
    await prompt(chat, 'Touch again');
    await answered(chat, 'Second.');
    chat = await newConversation(journey, [[bash(command)], 'Third.']);
    await prompt(chat, 'Touch elsewhere');
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
    const after = await readFile(path.join(folder, '.claude/settings.local.json'), 'utf8').catch(() => '');
    assert.equal(after, before);
  }),
);

test(
  'a question is reached and answered by keyboard, and the focus is back in the composer afterwards',
  step('focus', async () => {
    const { page, folder } = journey;
    const chat = await newConversation(journey, [[bash('touch reached.txt')], 'Reached.']);
    await prompt(chat, 'By keyboard');
    await chat.getByTestId('permission').waitFor();
    await page.keyboard.press('Shift+Tab');
    await chat.locator('[data-testid="permission-allow"]:focus-within').waitFor();
    await page.keyboard.press('Enter');
    await chat.locator('[data-testid="composer"]:focus').waitFor();
    await answered(chat, 'Reached.');
    await turnEnded(chat);
    await access(path.join(folder, 'reached.txt'));
    // With no question it is the mode that changes.
    await page.keyboard.press('Shift+Tab');
    await chat.locator('[data-testid="mode"][data-mode="acceptEdits"]').waitFor();
  }),
);

test(
  'the keys answer the waiting question while the chat has the focus',
  step('keys', async () => {
    const { page, folder } = journey;
    const chat = await newConversation(journey, [[bash('touch by-key.txt')], [bash('touch never.txt')], 'Unreached.']);
    await prompt(chat, 'By key');
    await chat.getByTestId('permission').waitFor();
    await chat.getByTestId('composer').click();
    await page.keyboard.press('Control+Shift+Enter');
    await eventually(() => access(path.join(folder, 'by-key.txt')));
    await chat.getByTestId('permission-subject').filter({ hasText: 'never.txt' }).waitFor();
    await page.keyboard.press('Control+Shift+Backspace');
    await turnEnded(chat);
    await assert.rejects(access(path.join(folder, 'never.txt')));
    assert.equal(journey.rehearsal.requests().length, 2);
  }),
);
