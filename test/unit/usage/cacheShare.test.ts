// What the service should have found in its cache, and the name of what changed when it did not.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { ModelEvent, ModelRequest, Provider, ToolSpec, Usage } from '../../../src/contracts/provider.ts';
import type { CacheCause } from '../../../src/contracts/usage.ts';
import { buildRequest } from '../../../src/providers/messagesRequest.ts';
import { expectationOf, inputCost, missed } from '../../../src/usage/expectation.ts';
import { createLedger } from '../../../src/usage/ledger.ts';
import { createMeter } from '../../../src/usage/meter.ts';
import { firstChange, prefixOf } from '../../../src/usage/prefix.ts';
import { createPrefixStore } from '../../../src/usage/prefixStore.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { providerFor } from '../providers/providerKit.ts';
import { assistant, freshFolder, MONDAY, requestOf, stoppedBy, till, user } from './kit.ts';

const tool = (name: string, description = `Does ${name}.`): ToolSpec => ({
  name,
  description,
  inputSchema: { type: 'object' },
});
const TOOLS = [tool('Read'), tool('Bash'), tool('Grep')];
const FIRST = requestOf({
  tools: TOOLS,
  messages: [
    { role: 'user', blocks: [...user('Memory of the project.').blocks, ...user('Find it.').blocks] },
    assistant('I look.'),
    user('Go on.'),
  ],
});
const prefix = (request: ModelRequest, env = {}) => prefixOf(buildRequest(request, env).body);
const more = (change: Partial<ModelRequest> = {}): ModelRequest => ({
  ...FIRST,
  ...change,
  messages: [...(change.messages ?? FIRST.messages), assistant('Found.'), user('Thanks.')],
});
const messages = (at: number, text: string) =>
  FIRST.messages.map((message, index) => (index === at ? { ...message, blocks: user(text).blocks } : message));

const CHANGES: Array<[name: string, now: ModelRequest, cause: CacheCause | undefined]> = [
  ['the conversation goes on', more(), undefined],
  ['the same once more', FIRST, undefined],
  ['another model', more({ model: 'claude-sonnet-5' }), { kind: 'model' }],
  [
    'a description',
    more({ tools: [tool('Read'), tool('Bash', 'Now runs.'), tool('Grep')] }),
    { kind: 'tool', name: 'Bash', how: 'changed' },
  ],
  ['a tool less', more({ tools: [tool('Read'), tool('Grep')] }), { kind: 'tool', name: 'Bash', how: 'removed' }],
  [
    'a tool more',
    more({ tools: [tool('Read'), tool('mcp__x__y'), tool('Bash'), tool('Grep')] }),
    { kind: 'tool', name: 'mcp__x__y', how: 'added' },
  ],
  ['a tool more at the end', more({ tools: [...TOOLS, tool('Z')] }), { kind: 'tool', name: 'Z', how: 'added' }],
  [
    'another order',
    more({ tools: [tool('Bash'), tool('Read'), tool('Grep')] }),
    { kind: 'tool', name: 'Bash', how: 'moved' },
  ],
  ['the system prompt', more({ system: 'You help, too.' }), { kind: 'system' }],
  ['thinking', more({ thinking: 'adaptive' }), { kind: 'thinking' }],
  ['effort', more({ effort: 'low' }), { kind: 'thinking' }],
  [
    'memory',
    more({
      messages: [
        { role: 'user', blocks: [...user('Other memory.').blocks, ...user('Find it.').blocks] },
        ...FIRST.messages.slice(1),
      ],
    }),
    { kind: 'context' },
  ],
  ['an answer', more({ messages: messages(1, 'I looked.') }), { kind: 'message', number: 2 }],
  ['a prompt', more({ messages: messages(2, 'Go on, please.') }), { kind: 'message', number: 3 }],
  ['a message less', { ...FIRST, messages: FIRST.messages.slice(0, 1) }, { kind: 'message', number: 2 }],
];

for (const [name, now, cause] of CHANGES) {
  test(`what changed: ${name}`, () => assert.deepEqual(firstChange(prefix(FIRST), prefix(now)), cause));
}

test('markers of the cache, and how long an answer may be, change nothing', () => {
  assert.equal(
    firstChange(prefix(FIRST), prefix({ ...more(), maxTokens: 99 }, { DISABLE_PROMPT_CACHING: '1' })),
    undefined,
  );
});

const USAGE: Usage = { inputTokens: 100, cacheReadTokens: 60_000, cacheWriteTokens: 20_000, outputTokens: 500 };
const sent = { prefix: prefix(FIRST), usage: USAGE, at: MONDAY };
const MINUTE = 60_000;
const PRICE = { input: 5, output: 25 };

test('unchanged and in time, all that was kept is read', () => {
  const expected = expectationOf(sent, prefix(more()), MONDAY + 4 * MINUTE);
  assert.deepEqual([expected.kept, expected.read, expected.cause], [80_000, 80_000, undefined]);
  assert.ok(expected.total > 80_100 && expected.total < 82_000, String(expected.total));
});

test('after five minutes nothing is read; where it is kept for an hour, after an hour', () => {
  assert.deepEqual(expectationOf(sent, prefix(more()), MONDAY + 6 * MINUTE).cause, { kind: 'expired' });
  assert.equal(expectationOf(sent, prefix(more()), MONDAY + 6 * MINUTE).read, 0);
  const env = { ENABLE_PROMPT_CACHING_1H: '1' };
  const hour = { ...sent, prefix: prefix(FIRST, env) };
  assert.equal(expectationOf(hour, prefix(more(), env), MONDAY + 59 * MINUTE).read, 80_000);
  assert.equal(expectationOf(hour, prefix(more(), env), MONDAY + 61 * MINUTE).read, 0);
});

test('what stands in front of a change is read all the same', () => {
  const long = { ...FIRST, system: 'A long system prompt. '.repeat(4000) };
  const before = { ...sent, prefix: prefix(long) };
  const now = prefix({ ...more({ messages: messages(0, 'Another start.') }), system: long.system });
  const { read } = expectationOf(before, now, MONDAY);
  assert.ok(read > 70_000 && read < 80_000, String(read));
  assert.equal(expectationOf(before, prefix(more()), MONDAY).read, 0);
});

test('what a request costs before it is sent: reads a tenth, writes five quarters or double', () => {
  const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-9, String(value));
  near(inputCost({ total: 1_000_000, read: 0, writes: 'no' }, PRICE), 5);
  near(inputCost({ total: 1_000_000, read: 0, writes: '5m' }, PRICE), 6.25);
  near(inputCost({ total: 1_000_000, read: 0, writes: '1h' }, PRICE), 10);
  near(inputCost({ total: 1_000_000, read: 1_000_000, writes: '5m' }, PRICE), 0.5);
});

test('less than half read, and more than a small amount lost: the cause is named', () => {
  const expected = expectationOf(sent, prefix(more()), MONDAY);
  const read = (cacheReadTokens: number, price: typeof PRICE | undefined = PRICE) =>
    missed(expected, { ...USAGE, cacheReadTokens }, price)?.cause;
  assert.deepEqual(read(0), { kind: 'dropped' });
  assert.deepEqual(read(39_999), { kind: 'dropped' });
  assert.equal(read(40_000), undefined);
  assert.equal(missed(expected, { ...USAGE, cacheReadTokens: 0 }, undefined), undefined);
  assert.equal(read(0, { input: 0.1, output: 1 }), undefined);
  const changed = expectationOf(sent, prefix(more({ system: 'Other' })), MONDAY);
  const lost = missed(changed, { ...USAGE, cacheReadTokens: 0 }, PRICE);
  assert.deepEqual(lost?.cause, { kind: 'system' });
  assert.equal(lost?.tokens, 80_000);
  assert.ok(Math.abs((lost?.usd ?? 0) - (80_000 * 1.15 * 5) / 1e6) < 1e-9);
});

describe('with the rehearsal, whose cache compares true prefixes', () => {
  let rehearsal: Rehearsal;
  before(async () => {
    rehearsal = await startRehearsal();
  });
  beforeEach(() => {
    rehearsal.reset();
    rehearsal.setScript({ turns: [[{ text: 'Yes.' }]], loop: true });
  });
  after(() => rehearsal.close());

  const price = { input: 50, output: 100 };
  const window = (rebuildLimit?: number) => {
    const one = till(undefined, { price: () => price, rebuildLimit: () => rebuildLimit });
    const metered = one.meter.metered(providerFor(rehearsal), () => 'anthropic');
    const ask = async (request: ModelRequest) => {
      for await (const event of metered.stream({ ...request, model: 'assent-rehearsal' }, new AbortController().signal))
        if (event.type === 'done' || event.type === 'failed') return event;
      throw new Error('no end');
    };
    return { ...one, ask };
  };
  const context = `Memory. ${'Keep to the rules of the house. '.repeat(600)}`;
  const start = { ...FIRST, messages: [user(context)] };
  const later = (change: Partial<ModelRequest> = {}) => ({
    ...start,
    ...change,
    messages: [...start.messages, assistant('Yes.'), user('And now?')],
  });

  test('a conversation that only grows is told nothing, and its share is kept', async () => {
    const one = window();
    await one.ask(start);
    const end = await one.ask(later());
    assert.equal(end.facts?.notices, undefined);
    const { rows } = await one.ledger.rows(0);
    assert.ok((rows[1]?.expectedRead ?? 0) > 4000);
    assert.equal(rows[1]?.usage.cacheReadTokens, rows[1]?.expectedRead);
    assert.equal(rows[1]?.cacheCause, undefined);
  });

  test('a tool that changed is named, once, and stands in the ledger', async () => {
    const one = window();
    await one.ask(start);
    const tools = [tool('Read'), tool('Bash', 'Another description.'), tool('Grep')];
    const end = await one.ask(later({ tools }));
    assert.equal(end.facts?.notices?.[0]?.code, 'usage.cache.toolChanged');
    assert.equal(end.facts?.notices?.[0]?.args['name'], 'Bash');
    assert.equal(end.facts?.usage.cacheReadTokens, 0);
    const { rows } = await one.ledger.rows(0);
    assert.deepEqual(rows[1]?.cacheCause, { kind: 'tool', name: 'Bash', how: 'changed' });
    const again = await one.ask(later({ tools: [tool('Read'), tool('Bash', 'A third.'), tool('Grep')] }));
    assert.equal(again.facts?.notices, undefined);
  });

  test('nothing changed and nothing came from the cache: the service dropped it', async () => {
    const one = window();
    await one.ask(start);
    rehearsal.reset();
    rehearsal.setScript({ turns: [[{ text: 'Yes.' }]], loop: true });
    assert.equal((await one.ask(later())).facts?.notices?.[0]?.code, 'usage.cache.dropped');
  });

  test('too long a break is called that', async () => {
    const one = window();
    await one.ask(start);
    rehearsal.reset();
    rehearsal.setScript({ turns: [[{ text: 'Yes.' }]], loop: true });
    one.clock.now += 20 * MINUTE;
    assert.equal((await one.ask(later())).facts?.notices?.[0]?.code, 'usage.cache.expired');
  });

  test('a cache that is dear to build is asked about before, and who sends again wants it', async () => {
    const one = window(0.1);
    await one.ask(start);
    const changed = later({ system: 'Another system prompt.' });
    const stopped = await one.ask(changed);
    assert.equal(stoppedBy(stopped), 'usage.rebuild.system');
    assert.equal(rehearsal.requests().length, 1);
    assert.equal((await one.ask(changed)).type, 'done');
    const cheap = window(100);
    await cheap.ask(start);
    assert.equal((await cheap.ask(changed)).type, 'done');
  });

  test('the first request after a summary surprises nobody', async () => {
    const one = window(0.1);
    await one.ask(start);
    await one.ask({ ...later(), purpose: 'summary' });
    const end = await one.ask({ ...start, messages: [user('The summary.')] });
    assert.equal(end.type, 'done');
    assert.equal(end.facts?.notices, undefined);
  });
});

test('a conversation that goes on after a restart is compared with what was sent before it', async () => {
  const folder = freshFolder();
  // Files bear the time of the machine, so this is it, too.
  const now = Date.now;
  const logged: string[] = [];
  const store = () => createPrefixStore(path.join(folder, 'sent'), now, (text) => logged.push(text));
  const answers = (usage: Usage): Provider => ({
    id: 'answers',
    async *stream(request): AsyncGenerator<ModelEvent> {
      const facts = { messageId: 'm', model: request.model, usage, stop: 'endTurn' as const };
      yield { type: 'done', message: assistant('Yes'), facts };
    },
  });
  const session = '00000000-0000-4000-8000-000000000001';
  const meter = () =>
    createMeter({ ledger: createLedger(folder, now), now, prefixes: store() })({
      root: '/project',
      caps: () => [],
      price: () => PRICE,
      wire: (request) => buildRequest(request, {}).body,
      rebuildLimit: () => undefined,
      warns: () => false,
    });
  const noticesOf = async (one: ReturnType<typeof meter>, request: ModelRequest, usage: Usage) => {
    const metered = one.metered(answers(usage), () => 'anthropic');
    for await (const event of metered.stream({ ...request, session }, new AbortController().signal))
      if (event.type === 'done') return event.facts.notices?.map(({ code }) => code);
    throw new Error('no end');
  };
  const one = meter();
  await noticesOf(one, FIRST, USAGE);
  one.turnEnded(session);
  const kept = path.join(folder, 'sent', `${session}.json`);
  while (!existsSync(kept)) await new Promise(setImmediate);
  assert.doesNotMatch(readFileSync(kept, 'utf8'), /Memory|You help|Find it/);

  const rebuilt = { ...USAGE, cacheReadTokens: 0 };
  const changed = meter();
  changed.resumed(session, 0);
  assert.deepEqual(await noticesOf(changed, more({ system: 'Another version.' }), rebuilt), ['usage.cache.system']);
  const same = meter();
  same.resumed(session, 0);
  assert.deepEqual(await noticesOf(same, more(), rebuilt), ['usage.cache.dropped']);

  // What cannot be read costs the comparison only.
  writeFileSync(kept, '{"prefix":');
  const torn = meter();
  torn.resumed(session, 0);
  assert.equal(await noticesOf(torn, more(), rebuilt), undefined);
  assert.equal(logged.length, 1);
  await store().write('../../outside', { prefix: prefix(FIRST), usage: USAGE, at: now() });
  assert.deepEqual(readdirSync(path.join(folder, 'sent')), [`${session}.json`]);
});
