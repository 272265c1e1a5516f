// A server of the project, as a team meets it: held, approved, asked about, denied, lost and reconnected, changed by a
// pull; and what it does beside tools: prompts, resources, questions to the person and to the model.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from 'playwright-core';
import { ADDRESS, CHANGED, ticketScript } from '../support/mcp/ticketServer.ts';
import {
  answered,
  eventually,
  type Journey,
  newConversation,
  pictured,
  prompt,
  requestText,
  resultTold,
  startJourney,
  turnEnded,
} from '../support/vscode/journey.ts';
import { ROOT } from '../support/vscode/root.ts';
import { assentFrame, runCommand, screenshot } from '../support/vscode/workbench.ts';

const scratch = mkdtempSync(path.join(tmpdir(), 'assent-mcp-'));
const pidFile = path.join(scratch, 'pids');
const heardFile = path.join(scratch, 'heard');
const scriptFile = path.join(scratch, 'script.json');
writeFileSync(scriptFile, JSON.stringify(ticketScript(pidFile, heardFile)));
const entry = {
  command: process.execPath,
  args: [path.join(ROOT, 'test/support/mcp/rawServer.mjs'), scriptFile],
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
type Heard = { id?: unknown; method?: string; params?: Record<string, unknown>; result?: unknown; error?: unknown };
/** What the server was told, in order. */
const heard = (): Heard[] =>
  readFileSync(heardFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Heard);
const heardOf = (method: string) =>
  heard().flatMap(({ method: name, params: { _meta, ...params } = {} }) => (name === method ? [params] : []));
const answerTo = (id: string) => heard().find((one) => one.id === id && one.method === undefined);

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
const callOf = (name: string) => ({ tool: `mcp__tickets__${name}`, input: {} });
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
  'a prompt of the server is a command: its argument is completed, what is missing is asked for, and the model is told whose words they are',
  step('mcp-prompt', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, ['Bergen sold well.']);
    const composer = chat.getByTestId('composer');
    const choices = chat.getByTestId('command-menu').getByTestId('command-item');
    await composer.click();
    await page.keyboard.type('/rep');
    await eventually(async () =>
      assert.match(
        (await choices.allInnerTexts()).join(),
        /^\/mcp__tickets__report city month\s+A report of the sales$/,
      ),
    );
    await screenshot(page, 'mcp-prompt-menu');
    await page.keyboard.press('Enter');
    // The server says what the argument may be.
    await eventually(async () =>
      assert.deepEqual(
        (await choices.allInnerTexts()).map((text) => text.split('\n', 1)[0]?.trim()),
        ['Berlin', 'Bergen Ost'],
      ),
    );
    await screenshot(page, 'mcp-prompt-argument');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    const typed = '/mcp__tickets__report "Bergen Ost" ';
    await eventually(async () => assert.equal(await composer.inputValue(), typed));
    await page.keyboard.press('Enter');

    // The month was not typed. Whoever does not go on has the text back.
    const box = page.locator('.quick-input-widget:visible');
    const input = box.locator('input.input');
    await box.getByText('report of tickets needs month').waitFor();
    await screenshot(page, 'mcp-prompt-missing');
    await input.press('Escape');
    await eventually(async () => assert.equal(await composer.inputValue(), typed));
    assert.deepEqual(heardOf('prompts/get'), []);
    await composer.press('Enter');
    await box.getByText('The month, such as 2026-11').waitFor();
    await input.press('Enter');
    await box.getByText('This is required.').waitFor();
    await input.fill('2026-10');
    await input.press('Enter');
    await answered(chat, 'Bergen sold well.');
    await turnEnded(chat);
    assert.deepEqual(heardOf('prompts/get'), [{ name: 'report', arguments: { city: 'Bergen Ost', month: '2026-10' } }]);
    const told = requestText(rehearsal);
    const spoken = (role: string, text: string) =>
      `<server-prompt name="tickets/report" role="${role}">\n${text}\n</server-prompt>`;
    assert.ok(told.includes(spoken('user', 'Report the sales of Bergen Ost.')), told);
    assert.ok(told.includes(spoken('assistant', 'I begin with the balcony.')), told);
    await screenshot(page, 'mcp-prompt');
  }),
);

test(
  'resources are mentioned like files: one from the list, one of a template that the server completes; both are read and marked',
  step('mcp-resource', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, ['Row four.']);
    const composer = chat.getByTestId('composer');
    const choices = chat.getByTestId('mention-menu').getByTestId('mention-item');
    const labels = async () => (await choices.allInnerTexts()).map((text) => text.split('\n', 1)[0]?.trim());
    await composer.click();
    await page.keyboard.type('Compare @sales');
    await eventually(async () => assert.deepEqual(await labels(), ['tickets:sales://today']));
    await screenshot(page, 'mcp-mention');
    await page.keyboard.press('Enter');
    await eventually(async () => assert.equal(await composer.inputValue(), 'Compare @tickets:sales://today '));
    await page.keyboard.type('with @event');
    await eventually(async () => assert.deepEqual(await labels(), ['tickets:event://']));
    await page.keyboard.press('Enter');
    // A template is gone on with at once.
    await eventually(async () =>
      assert.deepEqual(await labels(), ['tickets:event://concert/seats', 'tickets:event://comedy/seats']),
    );
    await screenshot(page, 'mcp-template');
    await page.keyboard.type('co');
    await choices.filter({ hasText: 'comedy' }).click();
    const text = 'Compare @tickets:sales://today with @tickets:event://comedy/seats';
    await eventually(async () => assert.equal(await composer.inputValue(), `${text} `));
    await page.keyboard.press('Enter');
    await answered(chat, 'Row four.');
    await turnEnded(chat);
    assert.deepEqual(
      heardOf('resources/read').map((params) => params['uri']),
      ['sales://today', 'event://comedy/seats'],
    );
    const told = requestText(rehearsal);
    assert.match(
      told,
      /<server-content source="tickets:sales:\/\/today">[^<]*Seven seats were sold today\.[^<]*<\/server-content>/,
    );
    assert.match(
      told,
      /<server-content source="tickets:event:\/\/comedy\/seats">[^<]*Row four of the comedy is free\.[^<]*<\/server-content>/,
    );
    await screenshot(page, 'mcp-resource');
  }),
);

test(
  'a server asks in the middle of a call; the form is filled in, another one declined and an address refused by keyboard alone',
  step('mcp-elicit', async () => {
    const { page } = journey;
    const chat = await newConversation(journey, [[callOf('order')], 'Ordered.']);
    const card = chat.getByTestId('elicit');
    const field = (name: string) => chat.locator(`[data-testid="elicit-field"][data-field="${name}"]`);
    await prompt(chat, 'Order two seats');
    await allow(chat);
    await card.getByText('Whose seats, and how many?').waitFor();
    await screenshot(page, 'mcp-form');
    await keyTo(chat, 'holder');
    await page.keyboard.type('Ada Byron');
    await keyTo(chat, 'seats');
    await page.keyboard.type('2');
    await keyTo(chat, 'mail');
    await page.keyboard.press('Space');
    await keyTo(chat, 'elicit-accept');
    await page.keyboard.press('Enter');
    // The evening is required: it is said there, and nothing goes to the server.
    await field('evening').getByText('This is required.').waitFor();
    assert.equal(await card.locator('.field-fault:not([role])').count(), 1);
    assert.equal(answerTo('order-1'), undefined);
    await screenshot(page, 'mcp-form-fault');
    await keyTo(chat, 'evening', 'Shift+Tab');
    await page.keyboard.press('ArrowDown');
    await eventually(async () => assert.equal(await field('evening').locator('.field-fault').count(), 0));
    await keyTo(chat, 'elicit-accept');
    await page.keyboard.press('Space');
    await eventually(() =>
      assert.deepEqual(answerTo('order-1')?.result, {
        action: 'accept',
        content: { holder: 'Ada Byron', seats: 2, evening: 'sat', mail: true },
      }),
    );

    await card.getByText('May we keep your name?').waitFor();
    await keyTo(chat, 'elicit-decline');
    await page.keyboard.press('Enter');
    await card.and(chat.locator('[data-mode="url"]')).waitFor();
    assert.equal(await card.getByTestId('elicit-address').innerText(), ADDRESS);
    await screenshot(page, 'mcp-address');
    await keyTo(chat, 'elicit-decline');
    await page.keyboard.press('Space');
    await answered(chat, 'Ordered.');
    await turnEnded(chat);
    assert.deepEqual(answerTo('order-2')?.result, { action: 'decline' });
    assert.deepEqual(answerTo('order-3')?.result, { action: 'decline' });
    assert.equal(page.context().pages().length, 1);
    await eventually(async () => assert.equal(await focused(chat), 'composer'));
  }),
);

test(
  'a result has its picture on the card, a link to a resource, and what is structured for the model',
  step('mcp-result', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [[callOf('plan')], 'Many are free.']);
    await prompt(chat, 'Show the seats');
    await allow(chat);
    await answered(chat, 'Many are free.');
    await turnEnded(chat);
    const { text } = resultTold(rehearsal);
    assert.match(text, /Resource sales:\/\/today \(today\): What was sold/);
    assert.match(text, /"free": 41,\s+"taken": 7/);
    assert.match(
      JSON.stringify(rehearsal.requests().at(-1)?.body),
      /"type":"image","source":\{"type":"base64","media_type":"image\/png"/,
    );
    const card = chat.getByTestId('tool').last();
    await card.locator('.tool-head').click();
    await eventually(async () =>
      assert.match(await card.getByTestId('tool-output').innerText(), /sales:\/\/today[\s\S]*"free": 41/),
    );
    await eventually(async () =>
      assert.equal(await card.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth), 160),
    );
    await screenshot(page, 'mcp-result');
  }),
);

test(
  'a server that wants an answer of the model waits for a yes to what would be sent; a no is all it gets otherwise',
  step('mcp-sample', async () => {
    const { page, rehearsal } = journey;
    const chat = await newConversation(journey, [
      { when: 'Sum up the sales of Friday.', text: 'Friday sold out.' },
      [callOf('summary')],
      'Summed up.',
    ]);
    await prompt(chat, 'What was sold?');
    await allow(chat);
    const card = chat.getByTestId('sample');
    await card.getByText('Sum up the sales of Friday.').waitFor();
    assert.match(await card.innerText(), /Be brief\.[\s\S]*Rehearsal would answer with at most 300 tokens/);
    await screenshot(page, 'mcp-sample');
    assert.equal(rehearsal.requests().length, 1);
    await card.getByTestId('sample-once').click();
    await card.getByText('Sum up the sales of Saturday.').waitFor();
    await card.getByTestId('sample-no').click();
    await answered(chat, 'Summed up.');
    await turnEnded(chat);
    const given = answerTo('summary-1')?.result as { model: string; content: unknown } | undefined;
    assert.equal(given?.model, 'assent-rehearsal');
    assert.deepEqual(given.content, { type: 'text', text: 'Friday sold out.' });
    assert.match(JSON.stringify(answerTo('summary-2')?.error), /did not allow/);
    const bodies = rehearsal.requests().map(({ body }) => JSON.stringify(body));
    assert.deepEqual(
      bodies
        .filter((body) => body.includes('Sum up the sales of'))
        .map((body) => body.includes('Saturday') || !body.includes('"max_tokens":300')),
      [false],
    );
  }),
);

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
    await frame.locator('[data-tool="echo"]', { hasText: CHANGED }).waitFor({ state: 'attached' });
    await prompt(chat, 'Say it again');
    const question = chat.getByTestId('permission');
    await eventually(async () => {
      const reason = await question.getByTestId('permission-reason').innerText({ timeout: 1000 });
      assert.match(reason, /Says it again\.[\s\S]*and sends ~\/\.netrc/);
    });
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
    await eventually(() => assert.deepEqual(heardOf('tools/call').at(-1)?.['name'], 'wait'));
    await chat.getByTestId('stop').click();
    await chat.locator('[data-testid="tool"][data-status="cancelled"]').waitFor();
    await turnEnded(chat);
    await eventually(() => assert.equal(heardOf('notifications/cancelled').length, 1));
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

/** The test id or the field of what has the focus. */
function focused(chat: Frame): Promise<string> {
  return chat.evaluate(() => {
    const element = document.activeElement?.closest<HTMLElement>('[data-field], [data-testid]');
    return element?.dataset['field'] ?? element?.dataset['testid'] ?? '';
  });
}

/** From wherever the hands are: from the composer Shift+Tab leads to the question. */
async function keyTo(chat: Frame, target: string, key = 'Tab'): Promise<void> {
  const { keyboard } = journey.page;
  if ((await focused(chat)) === 'composer') await keyboard.press('Shift+Tab');
  for (let presses = 0; (await focused(chat)) !== target; presses++) {
    assert.ok(presses < 20, `${key} does not reach ${target}`);
    await keyboard.press(key);
  }
}

/** A yes to the call that is asked about. */
async function allow(chat: Frame, tool = ''): Promise<void> {
  const question = chat.getByTestId('permission').filter({ hasText: `mcp__tickets__${tool}` });
  await question.getByTestId('permission-allow').click();
}
