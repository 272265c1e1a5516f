// The extension host is killed three times amid a turn of twenty edits: every file is old or new, the journal opens, and
// what the person had answered of a review is as it was.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { editFunctions } from '../../src/edits/functions.ts';
import { createJournal } from '../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { editorWorkspace } from '../support/editorWorkspace.ts';
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
import { reload } from '../support/vscode/openWindow.ts';
import { marked } from '../support/vscode/processes.ts';
import { assentFrame, screenshot } from '../support/vscode/workbench.ts';

const FILES = 20;
const NUMBERS = Array.from({ length: FILES }, (_, n) => n);
const nameOf = (n: number) => `f${n}.txt`;
const oldText = (n: number) => `first ${n}\r\n${'filler, so that a write takes its time\r\n'.repeat(2_000)}last ${n}`;
const newText = (n: number) => oldText(n).replace('first', 'FIRST');

let journey: Journey;
before(async () => {
  journey = await startJourney({
    settings: { 'files.autoSave': 'off' },
    files: Object.fromEntries(NUMBERS.map((n) => [nameOf(n), oldText(n)])),
  });
});
after(() => journey?.stop());

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const file = (n: number) => path.join(journey.folder, nameOf(n));
const read = (n: number) => ({ tool: 'Read', input: { file_path: file(n), limit: 3 } });
const edit = (n: number) => ({
  tool: 'Edit',
  input: { file_path: file(n), old_string: `first ${n}\r\n`, new_string: `FIRST ${n}\r\n` },
});
const at = (chat: Frame, n: number) => chat.locator(`[data-testid="edit"][data-path="${file(n)}"]`);

test(
  'killed in the review, then twice while it writes, the turn loses nothing',
  step('killed', async () => {
    const { page } = journey;
    let chat = await newConversation(journey, [NUMBERS.map(read), NUMBERS.map(edit), 'All written.']);
    await prompt(chat, 'Shout everywhere');
    await chat.getByTestId('review-submit').waitFor();
    await at(chat, 2).getByTestId('hunk').focus();
    await at(chat, 2).getByTestId('edit-accept').click();
    await at(chat, 3).locator('button[data-testid="edit-feedback"]').click();
    await page.keyboard.type('Not this one');
    await page.keyboard.press('Enter');
    const still = () => chat.getByText(`${FILES - 2} still open`).waitFor();
    await still();
    // The page shows an answer at once; it is the person's for good when the disk has it.
    await eventually(async () => assert.match(await storedReviews(), /Not this one/));

    chat = await killed('[data-testid="review-submit"]', async () => {});
    await still();
    await eventually(async () => assert.equal(await at(chat, 2).getAttribute('data-verdict'), 'accepted'));
    await eventually(async () => assert.equal(await at(chat, 3).getAttribute('data-verdict'), 'rejected'));
    await at(chat, 3).getByText('Not this one').waitFor();
    assert.deepEqual(await changed(), []);
    await screenshot(page, 'killed-review');

    for (const enough of [3, 9]) {
      await chat.getByTestId('all-accept').click();
      chat = await killed('[data-testid="review-submit"]', async () => {
        await chat.getByTestId('review-submit').click();
        await eventually(async () => assert.ok((await changed()).length >= enough));
      });
      // What was not written is asked again: without a new yes nothing more is.
      const written = await changed();
      assert.ok(written.length < FILES - 1, 'it was too late for a kill');
      const asked = await chat.getByTestId('edit').evaluateAll((cards) => cards.map((card) => card.dataset['path']));
      for (const n of written) assert.ok(!asked.includes(file(n)), `${nameOf(n)} is asked again`);
      await chat.getByText(`${asked.length} still open`).waitFor();
      await screenshot(page, `killed-${enough}`);
      if (!asked.includes(file(3))) continue;
      await at(chat, 3).getByTestId('hunk').focus();
      await at(chat, 3).getByTestId('edit-reject').click();
    }
    const left = await changed();
    await chat.getByTestId('all-accept').click();
    await chat.getByTestId('review-submit').click();
    await answered(chat, 'All written.');
    await turnEnded(chat);
    const all = await changed();
    assert.ok(all.length > left.length && !all.includes(3));
    const statuses = journey.rehearsal.requests().map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 200]);
    await takenBack(all);
  }),
);

test(
  'killed while edits are made at once, what was made waits for its answer',
  step('killed-pending', async () => {
    const { page } = journey;
    let chat = await newConversation(journey, [NUMBERS.map(read), NUMBERS.map(edit), 'All written.']);
    await chat.getByTestId('composer').focus();
    await page.keyboard.press('Shift+Tab');
    await chat.locator('[data-testid="mode"][data-mode="acceptEdits"]').waitFor();
    chat = await killed('[data-testid="pending"]', async () => {
      await prompt(chat, 'Shout everywhere');
      await eventually(async () => assert.ok((await changed()).length >= 5));
    });
    await chat.getByTestId('pending-review').click();
    await chat.getByTestId('pending').getByTestId('edit').first().waitFor();
    const written = await changed();
    const cards = chat.getByTestId('pending').getByTestId('edit');
    const waiting = await cards.evaluateAll((all) => all.map((card) => card.dataset['path']));
    await screenshot(page, 'killed-pending');
    const unnoted = written.filter((n) => !waiting.includes(file(n)));
    assert.ok(unnoted.length <= 1 && waiting.length === written.length - unnoted.length, waiting.join());
    await chat.getByTestId('pending-reject-all').click();
    await chat.getByTestId('pending').waitFor({ state: 'detached' });
    assert.deepEqual(await changed(), unnoted);
    // Written in the moment of the kill: the journal has it all the same.
    await takenBack(unnoted);
  }),
);

/** Kills the extension host once `when` resolves, and opens the window anew; resolves with the chat that shows `selector`. */
async function killed(selector: string, when: () => Promise<void>): Promise<Frame> {
  const { page } = journey;
  const host = await extensionHost();
  await when();
  process.kill(host, 'SIGKILL');
  await eventually(async () => assert.ok(!(await marked(journey.vscode.mark)).includes(host)));
  await reload(page);
  return assentFrame(page, { selector });
}

async function storedReviews(): Promise<string> {
  const { userData } = journey.vscode;
  const files = (await readdir(userData, { recursive: true })).filter((name) =>
    /reviews?[\\/][^\\/]+\.json$/.test(name),
  );
  return (await Promise.all(files.map((name) => readFile(path.join(userData, name), 'utf8')))).join();
}

async function extensionHost(): Promise<number> {
  const hosts: number[] = [];
  for (const id of await marked(journey.vscode.mark)) {
    const command = await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('--type=extensionHost')) hosts.push(id);
  }
  const [only, ...more] = hosts;
  assert.ok(only !== undefined && more.length === 0, `extension hosts: ${hosts.join(', ')}`);
  return only;
}

/** The files that are new, by number. Every other one is old. */
async function changed(): Promise<number[]> {
  const found: number[] = [];
  for (const n of NUMBERS) {
    const text = await readFile(file(n), 'utf8');
    assert.ok(text === oldText(n) || text === newText(n), `${nameOf(n)} is half of something`);
    if (text === newText(n)) found.push(n);
  }
  return found;
}

/** The journal, opened from the disk alone, knows every file that is new, and gives the old one back. */
async function takenBack(written: number[]): Promise<void> {
  const storage = path.join(journey.vscode.userData, 'User/globalStorage/assent.assent/journal');
  const [root, ...others] = await readdir(storage);
  assert.ok(root !== undefined && others.length === 0);
  const folder = path.join(storage, root);
  const { journal } = createJournal({
    folder,
    edits: editFunctions,
    workspace: editorWorkspace(),
    writeAtomically,
    env: () => ({}),
    trusted: () => false,
    enabled: () => true,
    openFiles: () => [],
    now: Date.now,
    log: (text) => assert.fail(text),
  });
  const sessions = (await readdir(path.join(folder, 'sessions'))).map((name) => path.basename(name, '.jsonl'));
  const known = (await Promise.all(sessions.map((session) => journal.entries(session)))).flat();
  for (const n of written)
    assert.ok(
      known.some((entry) => entry.path === file(n)),
      `${nameOf(n)} is not on record`,
    );
  for (const session of sessions) {
    const entries = known.filter((entry) => entry.session === session && entry.source === 'edit').map(({ id }) => id);
    const { failed } = await journal.carryOut(await journal.plan({ type: 'entries', session, entries }));
    assert.deepEqual(failed, []);
  }
  assert.deepEqual(await changed(), []);
}
