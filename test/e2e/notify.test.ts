// A question while the chat is out of sight: a notification, the status bar, the badge, and one answer for all of them.
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame, Page } from 'playwright-core';
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
import {
  assentFrame,
  assentFrames,
  notification,
  runCommand,
  screenshot,
  statusBarItem,
} from '../support/vscode/workbench.ts';

const STALL = { stallMs: 120_000 };
let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);

/** Sends a prompt, hides the chat by `hide`, and only then lets the model ask for the command. */
async function askUnseen(command: string, hide: (page: Page) => Promise<void>): Promise<Frame> {
  const { page, rehearsal } = journey;
  const chat = await newConversation(journey, [
    [{ text: 'One moment.' }, STALL, { tool: 'Bash', input: { command } }],
    'The end.',
  ]);
  await prompt(chat, 'Work on');
  await answered(chat, 'One moment.');
  await hide(page);
  await eventually(async () => assert.equal((await assentFrames(page)).length, 0));
  rehearsal.wake();
  return chat;
}

const explorer = (page: Page) => page.keyboard.press('Control+Shift+E');

test(
  'Allow in the notification runs the command, and the chat shows it so',
  step('notify-allow', async () => {
    const { page, folder, rehearsal } = journey;
    await askUnseen('touch allowed.txt', explorer);
    const asked = notification(page, 'touch allowed.txt');
    await asked.waitFor();
    await statusBarItem(page, 'Assent asks').waitFor();
    const badge = page.locator('.activitybar .action-item', { has: page.locator('[aria-label^="Assent"]') });
    await eventually(async () => assert.match(await badge.locator('.badge-content').innerText(), /^1$/));
    await screenshot(page, 'notify-question');
    await asked.getByRole('button', { name: 'Allow', exact: true }).click();
    await eventually(() => access(path.join(folder, 'allowed.txt')));
    await eventually(() => assert.equal(rehearsal.requests().length, 2));
    await statusBarItem(page, 'Assent asks').waitFor({ state: 'detached' });
    await eventually(async () => assert.equal(await badge.locator('.badge-content').isVisible(), false));

    await statusBarItem(page, 'Assent').click();
    const chat = await assentFrame(page);
    await answered(chat, 'The end.');
    await chat.locator('[data-testid="tool"][data-tool="Bash"][data-status="done"]').waitFor();
    await eventually(async () => assert.equal(await chat.getByTestId('permission').count(), 0));
  }),
);

test(
  'Deny and stop in the notification ends the turn, with the side bar closed',
  step('notify-deny', async () => {
    const { page, folder, rehearsal } = journey;
    await askUnseen('touch denied.txt', (shown) => runCommand(shown, 'View: Toggle Primary Side Bar Visibility'));
    const asked = notification(page, 'touch denied.txt');
    await asked.getByRole('button', { name: 'Deny and stop' }).click();
    await statusBarItem(page, 'Assent asks').waitFor({ state: 'detached' });
    await statusBarItem(page, 'Assent').click();
    const chat = await assentFrame(page);
    await turnEnded(chat);
    await chat.locator('[data-testid="tool"][data-tool="Bash"][data-status="denied"]').waitFor();
    assert.equal(rehearsal.requests().length, 1);
    await assert.rejects(access(path.join(folder, 'denied.txt')));
  }),
);

test(
  'Show brings the question with its chat; a click that comes late only says so',
  step('notify-late', async () => {
    const { page, folder } = journey;
    await askUnseen('touch once.txt', explorer);
    const asked = notification(page, 'touch once.txt');
    await asked.waitFor();
    await statusBarItem(page, 'Assent asks').click();
    const chat = await assentFrame(page, { selector: '[data-testid="permission"]' });
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
    // The old notification is still there: VS Code gives nobody a way to close it.
    await asked.getByRole('button', { name: 'Allow', exact: true }).click();
    await notification(page, 'already answered').waitFor();
    await assert.rejects(access(path.join(folder, 'once.txt')));
    await screenshot(page, 'notify-late');
    await runCommand(page, 'Notifications: Clear All Notifications');

    await askUnseen('touch shown.txt', explorer);
    await notification(page, 'touch shown.txt').getByRole('button', { name: 'Show', exact: true }).click();
    const shown = await assentFrame(page, { selector: '[data-testid="permission"]' });
    await shown.getByTestId('permission-allow').click();
    await eventually(() => access(path.join(folder, 'shown.txt')));
    await turnEnded(shown);
  }),
);

test(
  'what a notification cannot show whole has to be looked at before it is allowed',
  step('notify-long', async () => {
    const { page } = journey;
    const command = `touch a.txt\necho ${'x'.repeat(200)} [link](command:x)`;
    await askUnseen(command, explorer);
    const asked = notification(page, 'Show all of it');
    await asked.waitFor();
    assert.equal(await asked.getByRole('button', { name: 'Allow', exact: true }).count(), 0);
    assert.doesNotMatch(await asked.innerText(), /xxxx/);
    await screenshot(page, 'notify-long');
    await asked.getByRole('button', { name: 'Show', exact: true }).click();
    const chat = await assentFrame(page, { selector: '[data-testid="permission"]' });
    await eventually(async () => assert.equal(await chat.getByTestId('permission-subject').innerText(), command));
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
  }),
);

test(
  'nothing pops up while the question can be seen',
  step('notify-visible', async () => {
    const { page } = journey;
    await runCommand(page, 'Notifications: Clear All Notifications');
    const chat = await newConversation(journey, [[{ tool: 'Bash', input: { command: 'touch seen.txt' } }]]);
    await prompt(chat, 'Show me');
    await chat.getByTestId('permission').waitFor();
    await statusBarItem(page, 'Assent asks').waitFor();
    assert.equal(await notification(page, /Assent/).count(), 0);
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
  }),
);
