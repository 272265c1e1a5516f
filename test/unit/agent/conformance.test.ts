// The ten cases that every client of the Messages API has to get right, as a person meets them: a conversation, the real
// provider, and a server that refuses what the real one refuses.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { type Rehearsal, type Script, startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { fakeTool, type Kit, makeKit, ok, run, until } from './kit.ts';

type Body = { model: string; messages: Array<{ role: string; content: Array<Record<string, unknown>> }> };
type Started = Kit & { rehearsal: Rehearsal; waits: number[]; ran: string[] };

async function start(t: TestContext, turns: Script['turns'], model = 'assent-rehearsal'): Promise<Started> {
  const rehearsal = await startRehearsal({ script: { turns } });
  t.after(() => rehearsal.close());
  const waits: number[] = [];
  const ran: string[] = [];
  const provider = createProvider({
    env: () => ({ ANTHROPIC_BASE_URL: rehearsal.url, ANTHROPIC_API_KEY: 'sk-test-0123456789' }),
    ...vendorParts(),
    clock: { now: () => 0, random: () => 0, sleep: async (ms) => void waits.push(ms) },
  });
  const tool = (name: string) =>
    fakeTool(name, 'read', async () => {
      ran.push(name);
      return ok(`${name} says so`);
    });
  const kit = await makeKit(t.after.bind(t), {
    provider,
    tools: () => [tool('Look'), tool('Find')],
    fallbackModels: (asked) => (asked === 'claude-opus-5' ? ['claude-sonnet-5'] : []),
    start: { model },
  });
  return { ...kit, rehearsal, waits, ran };
}

const bodies = (kit: Started) => kit.rehearsal.requests().map(({ body }) => body as Body);
const codes = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === 'notice' || event.type === 'retrying' ? [event.because.code] : []));
const stream = (events: Array<[name: string, data: object]>) =>
  events.map(([name, data]) => `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`).join('');
const begin: [string, object] = [
  'message_start',
  { message: { id: 'msg_1', model: 'm', usage: { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 100 } } },
];

test('1. two calls in one answer: two results in one message, in their order', async (t) => {
  const kit = await start(t, [
    [
      { tool: 'Look', id: 'toolu_a', input: {} },
      { tool: 'Find', id: 'toolu_b', input: {} },
    ],
    'Done.',
  ]);
  assert.equal((await run(kit.conversation, 'go')).reason, 'done');
  const last = bodies(kit)[1]?.messages.at(-1);
  assert.deepEqual(
    last?.content.map((block) => [block['type'], block['tool_use_id']]),
    [
      ['tool_result', 'toolu_a'],
      ['tool_result', 'toolu_b'],
    ],
  );
});

test('2. an error in the middle of text: what came is kept, and a call that was whole runs once', async (t) => {
  const kit = await start(t, [
    [{ tool: 'Look', input: {} }, { text: 'Now I ' }, { error: { type: 'overloaded_error' } }],
    'Done.',
  ]);
  const finish = await run(kit.conversation, 'go');
  assert.equal(finish.reason === 'failed' && finish.failure.code, 'overloaded');
  assert.equal(kit.rehearsal.requests().length, 1, 'the answer is not asked for again by itself');
  const end = until(kit.conversation, 'finished');
  kit.conversation.retry();
  assert.equal((await end).finish.reason, 'done');
  assert.deepEqual(kit.ran, ['Look']);
  assert.ok(JSON.stringify(bodies(kit)[1]?.messages).includes('Now I '));
});

test('3. a 429 that asks for three seconds is waited for three seconds', async (t) => {
  const kit = await start(t, [{ status: 429, headers: { 'retry-after': '3' } }, 'Done.']);
  assert.equal((await run(kit.conversation, 'go')).reason, 'done');
  assert.deepEqual(kit.waits, [3000]);
  assert.deepEqual(codes(kit.conversation.events), ['providers.retry.rateLimit']);
});

test('4. overloaded again and again: another model, and a notice that says so', async (t) => {
  const overloaded = { status: 529 };
  const kit = await start(t, [overloaded, overloaded, overloaded, 'Done.'], 'claude-opus-5');
  assert.equal((await run(kit.conversation, 'go')).reason, 'done');
  assert.deepEqual(
    bodies(kit).map(({ model }) => model),
    ['claude-opus-5', 'claude-opus-5', 'claude-opus-5', 'claude-sonnet-5'],
  );
  assert.deepEqual(codes(kit.conversation.events).at(-1), 'providers.fallback.overloaded');
});

test('5. thinking in a loop of calls goes back byte for byte', async (t) => {
  const kit = await start(
    t,
    [[{ thinking: 'First "ünïcode"\n\t.' }, { tool: 'Look', input: {} }], 'Done.'],
    'claude-opus-5',
  );
  assert.equal((await run(kit.conversation, 'go')).reason, 'done');
  // The server refuses thinking that does not fit its signature; here it is looked at, too.
  const answer = bodies(kit)[1]?.messages.at(-2);
  assert.equal(answer?.content[0]?.['thinking'], 'First "ünïcode"\n\t.');
});

test('6. a pause of the service goes on with what it paused with', async (t) => {
  const kit = await start(t, [{ text: 'Searching', stop: 'pause_turn' }, 'Found.']);
  assert.equal((await run(kit.conversation, 'go')).reason, 'done');
  const last = bodies(kit)[1]?.messages.at(-1);
  assert.deepEqual([last?.role, last?.content[0]?.['text']], ['assistant', 'Searching']);
});

test('7. an input that is not JSON is told to the model, nothing runs, and the turn goes on', async (t) => {
  const kit = await start(t, [[{ tool: 'Look', json: '{"path": "a' }], 'Done.']);
  assert.equal((await run(kit.conversation, 'go')).reason, 'done');
  assert.deepEqual(kit.ran, []);
  const [result] = bodies(kit)[1]?.messages.at(-1)?.content ?? [];
  assert.equal(result?.['is_error'], true);
});

test('8. events that nobody knows harm nobody', async (t) => {
  const raw = stream([
    begin,
    ['weather', { rain: true }],
    ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
    ['content_block_delta', { index: 0, delta: { type: 'hologram_delta', light: 1 } }],
    ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Done.' } }],
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } }],
    ['message_stop', {}],
  ]);
  const kit = await start(t, [{ raw }]);
  assert.equal((await run(kit.conversation, 'go')).reason, 'done');
  assert.ok(JSON.stringify(kit.conversation.events).includes('Done.'));
});

test('9. usage that is told again and again counts once', async (t) => {
  const told = (tokens: number): [string, object] => [
    'message_delta',
    { delta: {}, usage: { input_tokens: 10, cache_read_input_tokens: 100, output_tokens: tokens } },
  ];
  const raw = stream([
    begin,
    ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
    ['content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Done.' } }],
    ['content_block_stop', { index: 0 }],
    told(5),
    told(9),
    ['message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 12 } }],
    ['message_stop', {}],
  ]);
  const kit = await start(t, [{ raw }]);
  await run(kit.conversation, 'go');
  const usages = kit.conversation.events.flatMap((event) => (event.type === 'usage' ? [event.usage] : []));
  assert.deepEqual(
    usages.map(({ inputTokens, cacheReadTokens, outputTokens }) => [inputTokens, cacheReadTokens, outputTokens]),
    [[10, 100, 12]],
  );
});

test('10. a key of a helper that is refused is fetched again, once, and the request goes out again', async (t) => {
  const rehearsal = await startRehearsal({
    script: { turns: [{ status: 401, error: { type: 'authentication_error', message: 'expired' } }, 'Done.'] },
  });
  t.after(() => rehearsal.close());
  let keys = 0;
  const runHelper = async () => ({ code: 0, stdout: `sk-key-number-${++keys}\n`, stderr: '', timedOut: false });
  const provider = createProvider({
    env: () => ({ ANTHROPIC_BASE_URL: rehearsal.url }),
    ...vendorParts({ runHelper, helpers: () => ({ apiKeyHelper: 'print-key' }) }),
    clock: { now: () => 0, random: () => 0, sleep: () => Promise.reject(new Error('nothing is waited for')) },
  });
  const kit = await makeKit(t.after.bind(t), { provider, start: { model: 'assent-rehearsal' } });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.equal(keys, 2);
  assert.deepEqual(
    rehearsal.requests().map(({ status }) => status),
    [401, 200],
  );
  assert.doesNotMatch(JSON.stringify(kit.conversation.events), /sk-key-number/);
});
