// Trust is for what was seen: what a pull adds later is held until it is accepted, across a reload; and trust can be taken back.
import assert from 'node:assert/strict';
import { access, mkdir, writeFile } from 'node:fs/promises';
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
import { reload } from '../support/vscode/openWindow.ts';
import { assentFrame, editorTab, openAssent, runCommand, screenshot } from '../support/vscode/workbench.ts';

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
const settings = (...allow: string[]) => json({ permissions: { allow } });
const FIRST = 'Bash(touch one.txt)';
const PULLED = 'Bash(touch two.txt)';

let journey: Journey;
before(async () => {
  journey = await startJourney({ trust: 'restricted', files: { '.claude/settings.json': settings(FIRST) } });
});
after(() => journey?.stop());
const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);

const inFolder = (name: string) => path.join(journey.folder, name);
const exists = (name: string) =>
  access(inFolder(name)).then(
    () => true,
    () => false,
  );
const touch = (name: string) => [{ tool: 'Bash', input: { command: `touch ${name}` } }];
const held = (chat: Frame) => chat.locator('[data-testid="notice"][data-notice^="held"]');
const ofTheFolder = () => journey.rehearsal.requests().at(-1)?.headers['x-of-the-folder'];
const untrusted = (chat: Frame) => chat.locator('[data-testid="notice"][data-notice="untrusted"]');

/** The page with the list, and each entry of it as `state: text`. */
async function shown(): Promise<{ page: Frame; entries(): Promise<string[]> }> {
  const page = await assentFrame(journey.page, { selector: '[data-testid="permissions"]' });
  const items = page.getByTestId('loosening-item');
  const entries = () =>
    items.evaluateAll((all) => all.map((one) => `${one.dataset['state']}: ${one.querySelector('code')?.textContent}`));
  return { page, entries };
}

test(
  'before trust the banner leads to the list of what trust would put in force',
  step('held-waiting', async () => {
    const chat = await newConversation(journey, ['Hello.']);
    await eventually(async () => assert.match(await untrusted(chat).innerText(), /would then hold: 1\./));
    await untrusted(chat).getByText('Show these settings').click();
    const list = await shown();
    await eventually(async () => assert.deepEqual(await list.entries(), [`waiting: ${FIRST}`]));
    await screenshot(journey.page, 'held-waiting');
  }),
);

test(
  'with trust it holds; a rule that comes with a pull is held and its command is asked about',
  step('held-pulled', async () => {
    const { page } = journey;
    let chat = await newConversation(journey, [touch('one.txt'), 'The first is there.']);
    await untrusted(chat).getByText('Manage trust…').click();
    await page.locator('.workspace-trust-editor').getByRole('button', { name: 'Trust', exact: true }).click();
    await untrusted(chat).waitFor({ state: 'detached' });
    await prompt(chat, 'Make the first');
    await answered(chat, 'The first is there.');
    assert.equal(await exists('one.txt'), true);

    await mkdir(inFolder('.claude'), { recursive: true });
    await writeFile(inFolder('.claude/settings.json'), settings(FIRST, PULLED));
    await eventually(async () => assert.match(await held(chat).innerText(), /new or have changed: 1\./));
    chat = await newConversation(journey, [touch('two.txt'), 'Not made.']);
    await prompt(chat, 'Make the second');
    await chat.getByTestId('permission').waitFor();
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
    assert.equal(await exists('two.txt'), false);
  }),
);

test(
  'after a reload it is still held; accepted in the list, it holds at once',
  step('held-accepted', async () => {
    await reload(journey.page);
    const first = await openAssent(journey.page);
    await held(first).getByText('Show these settings').click();
    const list = await shown();
    await eventually(async () =>
      assert.deepEqual((await list.entries()).toSorted(), [`held: ${PULLED}`, `inForce: ${FIRST}`]),
    );
    await screenshot(journey.page, 'held-list');
    await list.page.getByTestId('accept-loosening').click();
    await eventually(async () =>
      assert.deepEqual((await list.entries()).toSorted(), [`inForce: ${FIRST}`, `inForce: ${PULLED}`]),
    );
    await held(first).waitFor({ state: 'detached' });
    const chat = await newConversation(journey, [touch('two.txt'), 'The second is there.']);
    await prompt(chat, 'Make the second');
    await answered(chat, 'The second is there.');
    assert.equal(await exists('two.txt'), true);
  }),
);

test(
  'of one pull, what tightens holds at once, and what loosens waits: a rule, and a variable',
  step('held-mixed', async () => {
    const allow = [FIRST, PULLED, 'Bash(touch three.txt)'];
    const env = { ANTHROPIC_CUSTOM_HEADERS: 'X-Of-The-Folder: yes' };
    await writeFile(
      inFolder('.claude/settings.json'),
      json({ permissions: { allow, deny: ['Bash(touch one.txt)'] }, env }),
    );
    const first = await openAssent(journey.page);
    await eventually(async () => assert.match(await held(first).innerText(), /new or have changed: 2\./));
    await screenshot(journey.page, 'held-banner');
    const turns = [touch('one.txt'), touch('three.txt'), 'The third is there.'];
    let chat = await newConversation(journey, turns);
    await prompt(chat, 'Make them all');
    // The first is denied by the rule that came with the pull, and the turn goes on to the third.
    await chat.getByTestId('permission-subject').filter({ hasText: 'three.txt' }).waitFor();
    await chat.locator('[data-testid="tool"][data-tool="Bash"][data-status="denied"]').waitFor();
    await chat.getByTestId('permission-deny').click();
    await turnEnded(chat);
    assert.equal(ofTheFolder(), undefined);

    await held(chat).getByText('Show these settings').click();
    const list = await shown();
    await eventually(async () =>
      assert.deepEqual((await list.entries()).filter((one) => one.startsWith('held')).toSorted(), [
        'held: ANTHROPIC_CUSTOM_HEADERS',
        'held: Bash(touch three.txt)',
      ]),
    );
    await screenshot(journey.page, 'held-mixed');
    await list.page.getByTestId('accept-all-loosening').click();
    await held(first).waitFor({ state: 'detached' });
    chat = await newConversation(journey, turns);
    await prompt(chat, 'Make them all');
    await answered(chat, 'The third is there.');
    assert.equal(await exists('three.txt'), true);
    assert.equal(ofTheFolder(), 'yes');
  }),
);

test(
  'trust that is taken back takes it all out of force',
  step('held-revoked', async () => {
    const { page } = journey;
    await runCommand(page, 'Workspaces: Manage Workspace Trust');
    await editorTab(page, /Workspace Trust/).waitFor();
    // Here VS Code keeps trust by folder: whose entry goes is trusted no more.
    const entry = page.locator('.workspace-trust-editor .monaco-list-row', { hasText: journey.folder });
    await entry.hover();
    await entry.getByRole('button', { name: 'Delete Path' }).click();
    const chat = await openAssent(page);
    await eventually(async () => assert.match(await untrusted(chat).innerText(), /would then hold: 4\./), 60_000);
    const again = await newConversation(journey, [touch('four.txt'), 'Refused.']);
    await prompt(again, 'Make a fourth');
    await answered(again, 'Refused.');
    await again.locator('[data-testid="tool"][data-tool="Bash"][data-status="denied"]').waitFor();
    assert.equal(await exists('four.txt'), false);
  }),
);
