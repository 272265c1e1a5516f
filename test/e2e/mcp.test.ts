// A server of the project, as a team meets it: held, approved, asked about, denied, stopped, lost and reconnected,
// changed by a pull or by itself; what it does beside tools is in mcpBesideTools.ts.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { CHANGED, ticketServer } from '../support/mcp/ticketServer.ts';
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
import { assentFrame, runCommand, screenshot } from '../support/vscode/workbench.ts';
import { allow, besideTools, callOf } from './mcpBesideTools.ts';

const tickets = ticketServer();
const { alive, pids, heardOf } = tickets;
const config = (more: object = {}) =>
  `${JSON.stringify({ mcpServers: { tickets: { ...tickets.entry, ...more } } }, null, 2)}\n`;

let journey: Journey;
before(async () => {
  journey = await startJourney({
    files: { 'notes.txt': 'Hello\n', '.mcp.json': config() },
    env: { OTEL_EXPORTER_OTLP_HEADERS: 'key=secret' },
  });
});
after(async () => {
  await journey?.stop();
  await eventually(() => assert.deepEqual(alive(), [])).finally(tickets.remove);
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
    const given = (await readFile(`/proc/${alive()[0]}/environ`, 'latin1')).split('\0');
    assert.ok(given.includes(`CLAUDE_PROJECT_DIR=${folder}`) && given.includes('CLAUDECODE=1'));
    assert.ok(given.some((one) => /^CLAUDE_CODE_SESSION_ID=[0-9a-f-]{36}$/.test(one)));
    // What is for our own telemetry is for nobody else.
    assert.ok(given.every((one) => !one.startsWith('OTEL_')));
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

besideTools({ journey: () => journey, tickets, step });

test(
  'a tool that says something else since it was approved asks again, rule or not, and shows the difference',
  step('mcp-tool-changed', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [[call], [call], [callOf('renew')], 'New tools.', [call], 'Then not.']);
    await prompt(chat, 'Say it twice');
    await chat.locator('[data-testid="permission-always"][data-scope="session"]').click();
    // The second one ran by the rule; this is the question about the third.
    await allow(chat, 'renew');
    await answered(chat, 'New tools.');
    await turnEnded(chat);
    const frame = await pageOf();
    await serverOf(frame).getByText('Tools: 6', { exact: true }).click();
    await frame.locator('[data-tool="echo"]', { hasText: CHANGED }).waitFor();
    await prompt(chat, 'Say it again');
    const question = chat.getByTestId('permission');
    const side = (which: 'before' | 'now') => question.getByTestId(`difference-${which}`).innerText({ timeout: 1000 });
    await eventually(async () =>
      assert.deepEqual([await side('before'), await side('now')], ['Says it again.', CHANGED]),
    );
    await screenshot(page, 'mcp-tool-changed');
    const before = heardOf('tools/call').length;
    await question.getByTestId('permission-deny').click();
    await turnEnded(chat);
    assert.equal(heardOf('tools/call').length, before);
    assert.equal(rehearsal.requests().length, 5);
  }),
);

test(
  'a call that hangs is stopped by the person, the server is told, and the conversation goes on',
  step('mcp-hangs', async () => {
    const chat = await newConversation(journey, [[callOf('wait')], 'Without the seat, then.']);
    await prompt(chat, 'Wait for a seat');
    await allow(chat);
    await eventually(() => assert.equal(heardOf('tools/call').at(-1)?.['name'], 'wait'));
    const cancelled = heardOf('notifications/cancelled').length;
    await chat.getByTestId('stop').click();
    await chat.locator('[data-testid="tool"][data-status="cancelled"]').waitFor();
    await turnEnded(chat);
    await eventually(() => assert.equal(heardOf('notifications/cancelled').length, cancelled + 1));
    await prompt(chat, 'Go on without it');
    await answered(chat, 'Without the seat, then.');
    await turnEnded(chat);
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
