// What goes wrong says so, says what to do, and goes on from there.
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { startRehearsal } from '../support/rehearsal/server.ts';
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
import { editorTab, notification, runCommand, screenshot } from '../support/vscode/workbench.ts';

const KEY = 'sk-rehearsed-4f9b2c7d1e';
let journey: Journey;
before(async () => {
  // One repetition: what the service says twice is believed.
  journey = await startJourney({ env: { ANTHROPIC_API_KEY: undefined, CLAUDE_CODE_MAX_RETRIES: '1' } });
});
after(async () => {
  await journey?.stop();
  // It may be another than the journey began with.
  await journey?.rehearsal.close();
});

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const failure = (chat: Frame) =>
  chat.getByTestId('conversation').locator('[data-testid="notice"][data-kind="error"]').last();

test(
  'without a key one signs in: a wrong one is told in the box, a right one works until one signs out, and neither is ever on the disk',
  step('sign-in', async () => {
    const { page, vscode, folder } = journey;
    const chat = await newConversation(journey, ['Hello again.']);
    const card = chat.getByTestId('sign-in');
    await card.getByText('Enter an API key').waitFor();
    await screenshot(page, 'errors-sign-in');
    await card.getByText('Enter an API key').click();
    await typeKey('wrong-key');
    await page.locator('.quick-input-widget:visible').getByText('was not accepted').waitFor();
    await screenshot(page, 'errors-wrong-key');
    await typeKey(KEY);
    await notification(page, 'Signed in').last().waitFor();
    await card.waitFor({ state: 'detached' });
    await prompt(chat, 'Hello, I sign in');
    await answered(chat, 'Hello again.');
    await turnEnded(chat);

    await runCommand(page, 'Assent: Sign Out');
    await notification(page, 'Signed out').last().waitFor();
    await card.getByText('Enter an API key').click();
    await typeKey(KEY);
    await card.waitFor({ state: 'detached' });

    const places = [vscode.userData, folder];
    assert.notDeepEqual(await filesWith('Hello, I sign in', places), [], 'The search finds nothing at all');
    for (const key of [KEY, 'wrong-key']) assert.deepEqual(await filesWith(key, places), []);
    assert.doesNotMatch(vscode.logs(), new RegExp(`${KEY}|wrong-key`));
  }),
);

test(
  'an overloaded service is tried again after a countdown',
  step('overloaded', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [{ status: 529, headers: { 'retry-after': '3' } }, 'There again.']);
    await prompt(chat, 'Are you there?');
    const countdown = chat.locator('[data-state="retrying"]');
    await countdown.getByText(/overloaded\. Trying again in [123] s \(1 of 1\)/).waitFor();
    await screenshot(page, 'errors-overloaded');
    await answered(chat, 'There again.');
    await turnEnded(chat);
    await eventually(async () => assert.equal(await countdown.count(), 0));
    assert.deepEqual(
      rehearsal.requests().map((request) => request.status),
      [529, 200],
    );
  }),
);

test(
  'nobody has to wait for the end of a countdown; where settings name another model, that one answers',
  step('stand-in', async () => {
    const { page, rehearsal, folder } = journey;
    const settings = path.join(folder, '.claude/settings.json');
    await mkdir(path.dirname(settings), { recursive: true });
    await writeFile(settings, JSON.stringify({ fallbackModel: ['claude-opus-5'] }));
    const chat = await newConversation(journey, [
      { status: 529, headers: { 'retry-after': '600' } },
      { status: 529 },
      'I stand in.',
    ]);
    await prompt(chat, 'Are you there?');
    const countdown = chat.locator('[data-state="retrying"]');
    await countdown.getByText(/Trying again in [56]\d\d s \(1 of 1\)/).waitFor();
    await screenshot(page, 'errors-countdown');
    await countdown.getByText('Retry now').click();
    await answered(chat, 'I stand in.');
    await turnEnded(chat);
    const notice = chat.getByTestId('conversation').locator('[data-testid="notice"][data-kind="warning"]').last();
    await notice.getByText('so Opus 5 answers for the rest of this turn').waitFor();
    await screenshot(page, 'errors-stand-in');
    assert.deepEqual(
      rehearsal.requests().map(({ body, status }) => [(body as { model: string }).model, status]),
      [
        ['assent-rehearsal', 529],
        ['assent-rehearsal', 529],
        ['claude-opus-5', 200],
      ],
    );
    await rm(path.dirname(settings), { recursive: true });
  }),
);

test(
  'an answer that cannot be read, or breaks off, ends the turn with what to do; the next prompt works',
  step('broken', async () => {
    const { page } = journey;
    const garbage = { raw: 'event: message_start\ndata: {oops\n\n' };
    const first = await newConversation(journey, [garbage, garbage]);
    await prompt(first, 'Read me this');
    await failure(first).getByText('Check ANTHROPIC_BASE_URL').waitFor();
    await turnEnded(first);
    await screenshot(page, 'errors-malformed');

    const broken = { disconnectAfter: 4, blocks: [{ text: 'I begin, and then' }] };
    const chat = await newConversation(journey, [broken, broken, 'All is well.']);
    await prompt(chat, 'Once more');
    await failure(chat).getByText('The connection broke').waitFor();
    await turnEnded(chat);
    await answered(chat, 'I begin, and then');
    await screenshot(page, 'errors-interrupted');
    await prompt(chat, 'And now?');
    await answered(chat, 'All is well.');
    await turnEnded(chat);
  }),
);

test(
  'a service that cannot be reached is named so; once it is back, the prompt can be tried again',
  step('network', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, []);
    await rehearsal.close();
    await prompt(chat, 'Anybody?');
    await failure(chat).getByText('cannot be reached').waitFor();
    await turnEnded(chat);
    await screenshot(page, 'errors-network');
    journey.rehearsal = await startRehearsal({ port: rehearsal.port, script: { turns: ['Somebody.'] } });
    await failure(chat).getByText('Try again').click();
    await answered(chat, 'Somebody.');
    await turnEnded(chat);
  }),
);

test(
  'a settings file that cannot be read is named with its line, opened there, and the banner goes once it is mended',
  step('settings', async () => {
    const { page, folder } = journey;
    const chat = await newConversation(journey, []);
    const file = path.join(folder, '.claude/settings.json');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '{\n  "permissions": {\n    "deny": ["Read(./secret.txt)"],\n    "allow": oops\n  }\n}\n');
    // Named from the folder, so that it can be read in a narrow panel.
    const banner = chat.getByTestId('notice').filter({ hasText: '.claude/settings.json' });
    await banner.getByText('line 4, column 14').waitFor();
    await screenshot(page, 'errors-settings');
    await banner.getByText('Open the file').click();
    await editorTab(page, 'settings.json').waitFor();
    await page.locator('.statusbar-item', { hasText: 'Ln 4, Col 14' }).waitFor();
    await writeFile(file, '{\n  "permissions": {}\n}\n');
    await banner.waitFor({ state: 'detached' });
    await rm(path.dirname(file), { recursive: true });
  }),
);

test(
  'a folder that was deleted is named, and the prompt is kept until it is back',
  step('folder', async () => {
    const { page, folder } = journey;
    const chat = await newConversation(journey, ['Good to be back.']);
    await rename(folder, `${folder}-away`);
    try {
      const composer = chat.getByTestId('composer');
      await composer.fill('Where are we?');
      await composer.press('Enter');
      const banner = chat.locator('[data-testid="notice"][data-kind="error"]').filter({ hasText: folder });
      await banner.getByText('no longer exists').waitFor();
      await eventually(async () => assert.equal(await composer.inputValue(), 'Where are we?'));
      await screenshot(page, 'errors-folder');
    } finally {
      await rename(`${folder}-away`, folder);
    }
    await chat.getByTestId('composer').press('Enter');
    await answered(chat, 'Good to be back.');
    await turnEnded(chat);
  }),
);

test(
  'a cap on cost stops before anything is sent; raised, the prompt goes, and the cost leads to the usage page',
  step('cap', async () => {
    const { page, vscode, rehearsal } = journey;
    const file = path.join(vscode.home, '.claude/settings.json');
    // The rehearsal model is free, so another name is on the request.
    const settings = (turn: number) =>
      JSON.stringify({ env: { ANTHROPIC_MODEL: 'claude-opus-5' }, assent: { costCaps: { turn } } });
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, settings(0.01));
    try {
      const chat = await newConversation(journey, ['That is paid for.']);
      await eventually(async () =>
        assert.equal(await chat.getByTestId('model').getAttribute('data-model'), 'claude-opus-5'),
      );
      await prompt(chat, 'What does it cost?');
      await failure(chat)
        .getByText(/Nothing was sent.*of the \$0\.01 that a turn may cost/)
        .waitFor();
      await screenshot(page, 'errors-cap');
      assert.equal(rehearsal.requests().length, 0);

      await writeFile(file, settings(5));
      const paid = chat.locator('[data-testid="message"][data-role="assistant"]', { hasText: 'That is paid for.' });
      // The file may not have been read again by the first click.
      await eventually(async () => {
        if ((await paid.count()) === 0) await failure(chat).getByText('Try again').click({ timeout: 1000 });
        await paid.waitFor({ timeout: 2000 });
      }, 30_000);
      await turnEnded(chat);
      await chat.getByTestId('cost').getByText('$').waitFor();
      await chat.getByTestId('cost').click();
      await editorTab(page, 'Usage').waitFor();
      await eventually(async () => {
        const totals = page.frames().map((frame) => frame.locator('[data-testid="usage-total"][data-range="session"]'));
        const texts = await Promise.all(totals.map((total) => total.allInnerTexts().catch(() => [])));
        assert.match(texts.flat().join(), /This conversation\s+\$0\.\d\d\s+1 request/);
      });
      await screenshot(page, 'errors-usage');
    } finally {
      await rm(file);
    }
  }),
);

/** Types the key into the box that is open. */
async function typeKey(key: string): Promise<void> {
  const input = journey.page.locator('.quick-input-widget:visible input[type="password"]');
  await input.fill(key);
  await input.press('Enter');
}

/** The files below the folders that hold the text. */
async function filesWith(text: string, folders: string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const file = path.join(entry.parentPath, entry.name);
      const bytes = await readFile(file).catch(() => Buffer.alloc(0));
      if (bytes.includes(text)) found.push(file);
    }
  }
  return found;
}
