// The permissions page in a whole window: what would happen, what did, a remembered rule that goes and comes back.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
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
import { reloadWindow } from '../support/vscode/openWindow.ts';
import { assentFrame, editorTab, runCommand, screenshot } from '../support/vscode/workbench.ts';

let journey: Journey;
before(async () => {
  journey = await startJourney();
  await mkdir(path.join(journey.folder, '.claude'), { recursive: true });
  await writeFile(local(), SETTINGS);
});
after(() => journey?.stop());

const SETTINGS =
  '{\n  "permissions": {\n    "allow": [\n      "Bash(touch made.txt)"\n    ],\n    "deny": ["Bash(rm:*)"]\n  }\n}\n';
const local = () => path.join(journey.folder, '.claude/settings.local.json');
const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const bash = (command: string) => ({ tool: 'Bash', input: { command } });
const pageFrame = () => assentFrame(journey.page, { selector: '[data-testid="permissions"]' });
const rule = (frame: Frame, text: string) => frame.getByTestId('rule').filter({ hasText: text });

test(
  'explains by keyboard what would happen to a command, and nothing runs',
  step('permissions-explain', async () => {
    const { page } = journey;
    await runCommand(page, 'Assent: Explain a Permission Decision');
    const frame = await pageFrame();
    await eventually(async () =>
      assert.equal(await frame.evaluate(() => document.activeElement?.getAttribute('data-testid')), 'explain-text'),
    );
    await page.keyboard.type('rm -rf src');
    await page.keyboard.press('Enter');
    const card = frame.getByTestId('explained');
    await card.waitFor();
    assert.equal(await card.getAttribute('data-decision'), 'deny');
    assert.match(await card.innerText(), /Bash\(rm:\*\)\s+settings\.local\.json:6/);
    await screenshot(page, 'permissions-explain');
    await card.getByRole('button', { name: 'settings.local.json:6' }).first().click();
    await editorTab(page, /settings\.local\.json/).waitFor();
    await runCommand(page, 'View: Close Editor');
  }),
);

test(
  'every decided call leads from its card to its record, and counts for its rule',
  step('permissions-past', async () => {
    const { page } = journey;
    const chat = await newConversation(journey, [[bash('touch made.txt'), bash('rm made.txt')], 'Done.']);
    await prompt(chat, 'Make it, then remove it');
    await answered(chat, 'Done.');
    await turnEnded(chat);
    const denied = chat.locator('[data-testid="tool"][data-status="denied"]');
    await denied.getByText('Why?').click();
    await denied.getByTestId('record').waitFor();
    await screenshot(page, 'permissions-why');
    const done = chat.locator('[data-testid="tool"][data-status="done"]');
    if ((await done.getByTestId('why').count()) === 0) await done.locator('.tool-head').click();
    await done.getByText('Why?').click();
    await done.getByTestId('why-permissions').click();
    const frame = await pageFrame();
    const card = frame.getByTestId('explained');
    await eventually(async () => assert.equal(await card.getAttribute('data-decision'), 'allow'));
    assert.match(await card.innerText(), /Bash\(touch made\.txt\)/);
    await eventually(async () =>
      assert.match(await rule(frame, 'Bash(touch made.txt)').innerText(), /1 call|\d+ calls/),
    );
    await eventually(async () => assert.ok((await frame.getByTestId('past-item').count()) >= 2));
    await screenshot(page, 'permissions-past');
  }),
);

test(
  'a remembered rule goes with one click and a look at its line, and undo brings every byte back',
  step('permissions-remove', async () => {
    const { page } = journey;
    await runCommand(page, 'Assent: Show Permissions');
    const frame = await pageFrame();
    await rule(frame, 'Bash(touch made.txt)').getByTestId('rule-remove').click();
    const confirm = frame.getByTestId('rule-confirm');
    await confirm.waitFor();
    assert.match(await confirm.innerText(), /"Bash\(touch made\.txt\)"/);
    await screenshot(page, 'permissions-remove');
    await frame.getByTestId('rule-remove-confirm').click();
    await frame.getByTestId('removed').waitFor();
    const left = JSON.parse(await readFile(local(), 'utf8')) as { permissions: { allow: string[]; deny: string[] } };
    assert.deepEqual(left.permissions, { allow: [], deny: ['Bash(rm:*)'] });
    await eventually(async () => assert.equal(await rule(frame, 'Bash(touch made.txt)').count(), 0));

    // It holds at once: the same call is asked about.
    const chat = await newConversation(journey, [[bash('touch made.txt')], 'Asked.']);
    await prompt(chat, 'Again');
    await chat.getByTestId('permission').waitFor();
    await chat.getByTestId('permission-allow').click();
    await answered(chat, 'Asked.');
    await turnEnded(chat);

    const again = await pageFrame();
    await again.getByTestId('undo').click();
    await eventually(async () => assert.equal(await readFile(local(), 'utf8'), SETTINGS));
    await eventually(async () => assert.equal(await rule(again, 'Bash(touch made.txt)').count(), 1));
  }),
);

test(
  'the page follows the file, names its fault with the line, and is there after a reload',
  step('permissions-fault', async () => {
    const { page } = journey;
    await writeFile(local(), SETTINGS.replace('"deny"', 'deny'));
    const frame = await pageFrame();
    await eventually(async () => assert.match(await frame.getByTestId('degraded').innerText(), /has a fault/));
    await frame.getByTestId('finding').filter({ hasText: 'not valid JSON (line 6' }).first().waitFor();
    await screenshot(page, 'permissions-fault');
    await writeFile(local(), SETTINGS);
    await eventually(async () => assert.equal(await frame.getByTestId('degraded').count(), 0));
    await reloadWindow(page);
    const back = await pageFrame();
    await eventually(async () => assert.equal(await rule(back, 'Bash(rm:*)').count(), 1));
  }),
);

test(
  'after a reload behind another tab it comes up in its place, not beside it',
  step('permissions-undrawn', async () => {
    const { page } = journey;
    await pageFrame();
    await runCommand(page, 'File: New Untitled Text File');
    await editorTab(page, /Untitled/).waitFor();
    await reloadWindow(page);
    await editorTab(page, /Permissions/).waitFor();
    await runCommand(page, 'Assent: Show Permissions');
    const frame = await pageFrame();
    await rule(frame, 'Bash(rm:*)').waitFor();
    assert.equal(await editorTab(page, /Permissions/).count(), 1);
  }),
);

test(
  'the page of servers, too, comes back after a reload',
  step('servers-reload', async () => {
    const { page } = journey;
    await runCommand(page, 'Assent: Servers of Tools (MCP)');
    await (await assentFrame(page, { selector: '[data-testid="mcp"]' })).getByTestId('mcp').waitFor();
    await reloadWindow(page);
    await (await assentFrame(page, { selector: '[data-testid="mcp"]' })).getByTestId('mcp').waitFor();
    assert.equal(await editorTab(page, /Servers of tools/).count(), 1);
  }),
);
