// A server of the project, as a team meets it: held, approved, asked about, denied, lost and reconnected, changed by a pull.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import {
  answered,
  eventually,
  type Journey,
  newConversation,
  pictured,
  prompt,
  resultTold,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import { ROOT } from '../support/vscode/root.ts';
import { assentFrame, runCommand, screenshot } from '../support/vscode/workbench.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'assent-mcp-'));
const pidFile = path.join(scratch, 'pids');
const script = {
  pidFile,
  tools: [
    {
      name: 'echo',
      description: 'Says it again.',
      inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
    },
  ],
  at: { 'tools/call': { result: { content: [{ type: 'text', text: 'the tickets are sold' }] } } },
};
const entry = {
  command: process.execPath,
  args: [path.join(ROOT, 'test/support/mcp/rawServer.mjs'), JSON.stringify(script)],
};
const config = (more: object = {}) =>
  `${JSON.stringify({ mcpServers: { tickets: { ...entry, ...more } } }, null, 2)}\n`;
const pids = () => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim().split('\n').map(Number) : []);
const alive = () =>
  pids().filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });

let journey: Journey;
before(async () => {
  journey = await startJourney({ files: { 'notes.txt': 'Hello\n', '.mcp.json': config() } });
});
after(async () => {
  await journey?.stop();
  await eventually(() => assert.deepEqual(alive(), [])).finally(() =>
    rmSync(scratch, { recursive: true, force: true }),
  );
});

const step = (name: string, run: () => Promise<void>) => pictured(name, () => journey, run);
const call = { tool: 'mcp__tickets__echo', input: { text: 'hi' } };
const notice = (chat: Frame) => chat.getByTestId('notice').filter({ hasText: 'tickets' });
const pageOf = () => assentFrame(journey.page, { selector: '[data-testid="mcp"]' });
const serverOf = (frame: Frame) => frame.locator('[data-testid="mcp-server"][data-name="tickets"]');
const becomes = (frame: Frame, state: string) =>
  serverOf(frame)
    .and(frame.locator(`[data-state="${state}"], [data-standing="${state}"]`))
    .waitFor();

test(
  'nothing of the project’s server runs before the yes; the chat says so and leads to the page',
  step('mcp-approve', async () => {
    const { page, folder } = journey;
    const chat = await newConversation(journey, ['Fine.']);
    await notice(chat).waitFor();
    assert.deepEqual(pids(), []);
    await notice(chat).getByRole('button', { name: 'Show servers' }).click();
    const frame = await pageOf();
    await becomes(frame, 'pending');
    await frame.getByTestId('mcp-audit').waitFor();
    const fields = await frame.getByTestId('mcp-fields').innerText();
    assert.ok(fields.includes(process.execPath) && fields.includes('rawServer.mjs'), fields);
    await screenshot(page, 'mcp-pending');
    assert.deepEqual(pids(), []);
    await frame.getByTestId('mcp-approve').click();
    await becomes(frame, 'connected');
    await screenshot(page, 'mcp-connected');
    assert.equal(alive().length, 1);
    const written: unknown = JSON.parse(await readFile(path.join(folder, '.claude/settings.local.json'), 'utf8'));
    assert.deepEqual(written, { enabledMcpjsonServers: ['tickets'] });
    await eventually(async () => assert.equal(await notice(chat).count(), 0));
  }),
);

test(
  'its tool asks; a no is told, a yes runs it, and its words are marked as somebody else’s',
  step('mcp-tool', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [[call], 'Then not.', [call], 'Sold.']);
    await prompt(chat, 'Any tickets?');
    const question = chat.getByTestId('permission');
    await question.getByTestId('permission-deny').waitFor();
    assert.match(await question.getByTestId('permission-subject').innerText(), /mcp__tickets__echo/);
    await screenshot(page, 'mcp-question');
    await question.getByTestId('permission-deny').click();
    await turnEnded(chat);
    rehearsal.setScript({ turns: [[call], 'Sold.'] });
    await prompt(chat, 'Ask once more');
    await chat.getByTestId('permission').getByTestId('permission-allow').click();
    await answered(chat, 'Sold.');
    await turnEnded(chat);
    const { text } = resultTold(rehearsal);
    assert.match(text, /the tickets are sold/);
    assert.match(text, /tickets\/echo/);
  }),
);

test(
  'a server that is killed says why, and comes back by its button with another process',
  step('mcp-reconnect', async () => {
    await runCommand(journey.page, 'Assent: Servers of Tools (MCP)');
    const frame = await pageOf();
    await becomes(frame, 'connected');
    const [first] = alive();
    assert.ok(first);
    process.kill(first, 'SIGKILL');
    await eventually(() => assert.ok(!alive().includes(first)));
    await serverOf(frame).getByTestId('mcp-reconnect').click();
    await eventually(() => assert.equal(alive().length, 1));
    await becomes(frame, 'connected');
  }),
);

test(
  'a definition that comes with a pull is held and shown as a difference; the program that ran is ended',
  step('mcp-changed', async () => {
    const { page, folder } = journey;
    const frame = await pageOf();
    await writeFile(path.join(folder, '.mcp.json'), config({ env: { UPSTREAM: 'https://evil.example' } }));
    await becomes(frame, 'pending');
    await eventually(() => assert.deepEqual(alive(), []));
    const changed = frame.getByTestId('mcp-difference').locator('.mcp-changed');
    await eventually(async () =>
      assert.match((await changed.allInnerTexts()).join(), /env\.UPSTREAM[\s\S]*evil\.example/),
    );
    assert.equal(await changed.count(), 1);
    await screenshot(page, 'mcp-changed');
    await frame.getByTestId('mcp-reject').click();
    await becomes(frame, 'rejected');
    assert.deepEqual(alive(), []);
    // What was approved before needs no new question once the person takes the no back.
    await writeFile(path.join(folder, '.mcp.json'), config());
    await eventually(async () =>
      assert.doesNotMatch((await frame.getByTestId('mcp-fields').textContent()) ?? '', /UPSTREAM/),
    );
    await serverOf(frame).getByTestId('mcp-approve-again').click();
    await becomes(frame, 'connected');
  }),
);
