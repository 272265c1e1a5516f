// Stop: at any moment, by key and by button, and nothing is lost by it.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
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
import { runCommand, screenshot } from '../support/vscode/workbench.ts';

/** Longer than any test may take: only a closed connection ends it. */
const STALL = { stallMs: 600_000 };
let journey: Journey;
before(async () => {
  journey = await startJourney();
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);

const WAYS: Array<{ name: string; stop: (chat: Frame) => Promise<void> }> = [
  { name: 'the stop button', stop: (chat) => chat.getByTestId('stop').click() },
  { name: 'Escape in the chat', stop: (chat) => chat.getByTestId('composer').press('Escape') },
  { name: 'the command', stop: () => runCommand(journey.page, 'Assent: Stop') },
];
for (const { name, stop } of WAYS) {
  test(
    `${name} stops an answer in the middle: what came stays, the connection closes, the next prompt works`,
    step(`cancel-${name.replaceAll(' ', '-')}`, async () => {
      const { page, rehearsal } = journey;
      const chat = await newConversation(journey, [
        [{ text: 'The first half.\n\n' }, STALL, { text: 'The rest.' }],
        'New answer.',
      ]);
      await prompt(chat, 'Tell me');
      await answered(chat, 'The first half.');
      await stop(chat);
      await turnEnded(chat);
      // Nobody ended the silence but the closed connection.
      await rehearsal.idle();
      await screenshot(page, 'cancel-stopped');
      await answered(chat, 'The first half.');
      await eventually(async () =>
        assert.equal(await chat.locator('[data-testid="message"][data-streaming="true"]').count(), 0),
      );

      await prompt(chat, 'Once more');
      await answered(chat, 'New answer.');
      await turnEnded(chat);
      const requests = rehearsal.requests();
      assert.deepEqual(
        requests.map(({ status }) => status),
        [200, 200],
      );
      assert.match(JSON.stringify(requests[1]?.body), /The first half\./);
      assert.doesNotMatch(JSON.stringify(requests[1]?.body), /The rest\./);
    }),
  );
}

test(
  'stopping a command ends all it started, and its output so far stays',
  step('cancel-command', async () => {
    const { page, rehearsal } = journey;
    const command = `bash -c 'exec -a cancelled-${process.pid} sleep 300' & echo begun; wait`;
    const chat = await newConversation(journey, [[{ tool: 'Bash', input: { command } }], 'Never.', 'Later.']);
    await prompt(chat, 'Run long');
    await chat.getByTestId('permission-allow').click();
    const card = chat.locator('[data-testid="tool"][data-tool="Bash"]');
    await card.getByTestId('tool-output').filter({ hasText: 'begun' }).waitFor();
    await eventually(async () => assert.equal(await running(`cancelled-${process.pid}`), 1));
    await screenshot(page, 'cancel-command-running');
    // The button that was clicked is gone: the key must reach the chat all the same.
    await page.keyboard.press('Escape');
    await turnEnded(chat);
    await chat.locator('[data-testid="tool"][data-tool="Bash"][data-status="cancelled"]').waitFor();
    assert.equal(await running(`cancelled-${process.pid}`), 0);
    await eventually(async () => assert.match(await card.innerText(), /begun/));
    assert.equal(rehearsal.requests().length, 1);
    await screenshot(page, 'cancel-command');
  }),
);

test(
  'stopping while a question waits takes the question away and answers it with no',
  step('cancel-question', async () => {
    const { rehearsal } = journey;
    const chat = await newConversation(journey, [[{ tool: 'Bash', input: { command: 'touch x' } }], 'Go on.']);
    await prompt(chat, 'Run');
    await chat.getByTestId('permission').waitFor();
    await chat.getByTestId('stop').click();
    await turnEnded(chat);
    await eventually(async () => assert.equal(await chat.getByTestId('permission').count(), 0));
    assert.deepEqual((await readdir(journey.folder)).includes('x'), false);
    await prompt(chat, 'And now?');
    await answered(chat, 'Go on.');
    await turnEnded(chat);
    assert.deepEqual(
      rehearsal.requests().map(({ status }) => status),
      [200, 200],
    );
  }),
);

/** Processes of this name. */
async function running(name: string): Promise<number> {
  const ids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const commands = await Promise.all(
    ids.map((id) => readFile(path.join('/proc', id, 'cmdline'), 'utf8').catch(() => '')),
  );
  return commands.filter((command) => command.startsWith(name)).length;
}
