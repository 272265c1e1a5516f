// A no: with a comment the model hears it and goes on, without one the turn ends.
import assert from 'node:assert/strict';
import { access } from 'node:fs/promises';
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
import { screenshot } from '../support/vscode/workbench.ts';

let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const bash = (command: string) => ({ tool: 'Bash', input: { command } });

test(
  'a no with a comment reaches the model as the reason, and the turn goes on',
  step('deny-comment', async () => {
    const { page, rehearsal, folder } = journey;
    const chat = await newConversation(journey, [
      [{ text: 'I remove it.' }, bash('rm README.md'), bash('rm package.json')],
      [{ text: 'Understood.' }, bash('touch kept.txt')],
      'Finished.',
    ]);
    await prompt(chat, 'Clean up');
    const card = chat.getByTestId('permission').filter({ hasText: 'rm README.md' });
    await card.getByTestId('permission-feedback').click();
    // Typed as it comes: the box has the focus by itself.
    await chat.getByTestId('permission-feedback-text').waitFor();
    await page.keyboard.type('Keep the README,');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('it is “ours”.');
    await screenshot(page, 'deny-comment');
    await page.keyboard.press('Enter');

    // The other call of the same message is asked about all the same.
    const other = chat.getByTestId('permission').filter({ hasText: 'rm package.json' });
    await other.getByTestId('permission-feedback').click();
    await page.keyboard.type('This one too.');
    await chat.getByTestId('permission-feedback-send').click();

    const third = chat.getByTestId('permission').filter({ hasText: 'touch kept.txt' });
    await third.waitFor();
    await answered(chat, 'Understood.');
    assert.equal(rehearsal.requests().length, 2);
    const body = JSON.stringify(rehearsal.requests()[1]?.body);
    assert.match(body, /Keep the README,\\nit is “ours”\./);
    const told = resultTold(rehearsal);
    assert.match(told.text, /This one too\./);
    assert.ok(told.isError);
    const denied = chat.locator('[data-testid="tool"][data-status="denied"]');
    await eventually(async () => assert.equal(await denied.count(), 2));
    await eventually(async () => assert.match(await denied.first().innerText(), /Keep the README/));
    await screenshot(page, 'deny-commented');

    await third.getByTestId('permission-allow').click();
    await answered(chat, 'Finished.');
    await turnEnded(chat);
    await access(path.join(folder, 'README.md'));
    await access(path.join(folder, 'package.json'));
    await access(path.join(folder, 'kept.txt'));
  }),
);

test(
  'a comment that is begun and cancelled answers nothing',
  step('deny-cancelled', async () => {
    const chat = await newConversation(journey, [[bash('touch maybe.txt')], 'Done.']);
    await prompt(chat, 'Maybe');
    await chat.getByTestId('permission-feedback').click();
    await chat.getByTestId('permission-feedback-text').fill('Not so f');
    await journey.page.keyboard.press('Escape');
    const allow = chat.getByTestId('permission-allow');
    await allow.waitFor();
    assert.equal(await chat.getByTestId('stop').count(), 1, 'Escape in the comment ended the turn');
    await allow.click();
    await answered(chat, 'Done.');
    await turnEnded(chat);
  }),
);

test(
  'a bare no ends the turn: the rest of the message does not run, and the model is asked no more',
  step('deny', async () => {
    const { page, rehearsal, folder } = journey;
    const chat = await newConversation(journey, [[bash('touch one.txt'), bash('touch two.txt')], 'After the no.']);
    await prompt(chat, 'Make two files');
    const first = chat.getByTestId('permission').filter({ hasText: 'one.txt' });
    await eventually(async () => assert.match(await first.getByTestId('permission-deny').innerText(), /Deny and stop/));
    await first.getByTestId('permission-deny').click();
    await turnEnded(chat);
    await eventually(async () => assert.equal(await chat.getByTestId('permission').count(), 0));
    assert.equal(rehearsal.requests().length, 1);
    await assert.rejects(access(path.join(folder, 'one.txt')));
    await assert.rejects(access(path.join(folder, 'two.txt')));
    await screenshot(page, 'deny-ended');

    // Every call has its result, or the service would refuse this request.
    await prompt(chat, 'Then tell me why.');
    await answered(chat, 'After the no.');
    await turnEnded(chat);
    assert.deepEqual(
      rehearsal.requests().map(({ status }) => status),
      [200, 200],
    );
  }),
);
