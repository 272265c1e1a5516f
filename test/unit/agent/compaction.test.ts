import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateTokens, SUMMARY_REQUEST, threshold } from '../../../src/agent/compaction.ts';
import type { ModelInfo, ModelRequest } from '../../../src/contracts/provider.ts';
import { call, events, failed, type Turn, text } from '../../support/scriptedProvider.ts';
import { fakeTool, type Kit, makeKit, ok, run, SETTINGS, until } from './kit.ts';

const info: ModelInfo = {
  id: 'm',
  name: 'm',
  contextWindow: 20_000,
  maxOutput: 1000,
  cacheMinimum: 1024,
  thinking: 'both',
  thinkingDefault: false,
  efforts: [],
};
const overflow = { code: 'contextOverflow', detail: 'prompt is too long', retryable: false } as const;

const lastText = (request: ModelRequest | undefined) => {
  const block = request?.messages.at(-1)?.blocks.at(-1);
  return block?.type === 'text' ? block.text : '';
};
const kinds = (kit: Kit) => kit.conversation.events.map((event) => event.type);
const overflowing: Turn = async function* () {
  yield* failed(overflow);
};

test('by hand: history is the fresh context and the summary; the marker in memory is read again', async (t) => {
  let marker = 'MARKER-ONE';
  const kit = await makeKit(t.after.bind(t), {
    context: async () => ({ text: `<memory>${marker}</memory>`, notices: [] }),
    script: [[text('The long answer.')], [text('We talked about X.')], [text('Yes, X.')]],
  });
  await run(kit.conversation, 'A long question');
  marker = 'MARKER-TWO';
  const finished = until(kit.conversation, 'finished');
  kit.conversation.compact('the names of files');
  await finished;
  const summary = kit.provider.requests[1];
  assert.equal(summary?.purpose, 'summary');
  assert.ok(lastText(summary).startsWith(SUMMARY_REQUEST));
  assert.match(lastText(summary), /the names of files/);
  assert.ok(
    JSON.stringify(summary?.messages).startsWith(JSON.stringify(kit.provider.requests[0]?.messages).slice(0, -1)),
    'asked on the same prefix',
  );

  await run(kit.conversation, 'And now?');
  const sent = JSON.stringify(kit.provider.requests[2]?.messages);
  assert.match(sent, /MARKER-TWO/);
  assert.match(sent, /We talked about X\./);
  assert.doesNotMatch(sent, /MARKER-ONE|A long question|The long answer/);
  assert.ok(kinds(kit).includes('compacting'));
  const compacted = kit.conversation.events.find((event) => event.type === 'compacted');
  assert.deepEqual(compacted, {
    type: 'compacted',
    summary: 'We talked about X.',
    trigger: 'manual',
    beforeTokens: 135,
  });

  await kit.conversation.dispose();
  const again = await kit.reopen();
  kit.provider.push([text('Still.')]);
  await run(again, 'Still?');
  const [before, after] = [
    JSON.stringify(kit.provider.requests[2]?.messages),
    JSON.stringify(kit.provider.requests[3]?.messages),
  ];
  assert.ok(after.startsWith(before.slice(0, -1)), 'read back as it was');
  assert.ok(
    again.events.some((event) => event.type === 'prompted' && event.prompt.text === 'A long question'),
    'the page still shows what came before',
  );
});

test('by itself when the window fills up, in the middle of a turn, which goes on', async (t) => {
  const look = fakeTool('Look', 'read', () => ok('x'.repeat(70_000)));
  const kit = await makeKit(t.after.bind(t), {
    modelInfo: () => info,
    tools: () => [look],
    script: [[call('a', 'Look')], [text('I looked at it.')], [text('Done.')]],
  });
  assert.deepEqual(await run(kit.conversation, 'Look'), { reason: 'done' });
  assert.deepEqual(
    kit.provider.requests.map((request) => request.purpose),
    ['main', 'summary', 'main'],
  );
  assert.match(lastText(kit.provider.requests[2]), /I looked at it.*Go on with the work/s);
  const compacted = kit.conversation.events.find((event) => event.type === 'compacted');
  assert.equal(compacted?.type === 'compacted' && compacted.trigger, 'automatic');
});

test('a prompt that is not answered yet is kept word for word', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [[text('a')], overflowing, [text('The summary.')], [text('b')]],
  });
  await run(kit.conversation, 'first');
  assert.deepEqual(await run(kit.conversation, 'second, exactly'), { reason: 'done' });
  const last = kit.provider.requests.at(-1);
  assert.equal(last?.messages.length, 1);
  assert.match(JSON.stringify(last?.messages), /The summary\./);
  assert.equal(lastText(last), 'second, exactly');
  assert.ok(!JSON.stringify(kit.provider.requests[2]?.messages).includes('second, exactly'), 'it is not summarised');
});

test('an overflow is answered by shortening once, not for ever', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [[text('a')], overflowing, [text('The summary.')], overflowing, [text('fresh')]],
  });
  await run(kit.conversation, 'first');
  assert.deepEqual(await run(kit.conversation, 'second'), { reason: 'failed', failure: overflow });
  assert.equal(kit.provider.requests.length, 4);
  await run(kit.conversation, 'third');
});

test('a full window in the middle of an answer: shortened, and the answer goes on', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [{ events: events([text('As I was say')], 1, 'contextWindow') }, [text('I was saying X.')], [text('X.')]],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.ok(JSON.stringify(kit.provider.requests[1]?.messages).includes('As I was say'));
});

test('a summary that does not fit itself is asked for with less', async (t) => {
  const look = fakeTool('Look', 'read', () => ok('y'.repeat(50_000)));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [look],
    script: [[call('a', 'Look')], overflowing, overflowing, [text('Short.')], [text('b')]],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  const [whole, cut] = [kit.provider.requests[2], kit.provider.requests[3]].map(
    (request) => JSON.stringify(request?.messages).length,
  );
  assert.ok((cut ?? 0) < (whole ?? 0) / 10);
});

test('a summary that fails leaves everything as it was, and says so', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [
      [text('a')],
      async function* () {
        yield* failed({ code: 'overloaded', detail: 'try later', retryable: true });
      },
      [text('b')],
    ],
  });
  await run(kit.conversation, 'first');
  const finished = until(kit.conversation, 'finished');
  kit.conversation.compact();
  await finished;
  assert.ok(
    kit.conversation.events.some((event) => event.type === 'notice' && event.because.code === 'agent.compactFailed'),
  );
  await run(kit.conversation, 'second');
  assert.ok(
    JSON.stringify(kit.provider.requests[2]?.messages).startsWith(
      JSON.stringify(kit.provider.requests[0]?.messages).slice(0, -1),
    ),
  );
});

test('stopping while it is shortened leaves everything as it was', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [
      [text('a')],
      async function* (_request, signal) {
        kit.conversation.stop();
        if (!signal.aborted) throw new Error('not stopped');
        yield* failed({ code: 'cancelled', detail: '', retryable: false });
      },
      [text('b')],
    ],
  });
  await run(kit.conversation, 'first');
  const finished = until(kit.conversation, 'finished');
  kit.conversation.compact();
  assert.deepEqual((await finished).finish, { reason: 'cancelled' });
  await run(kit.conversation, 'second');
  assert.ok(!kinds(kit).includes('compacted'));
});

test('a wish to shorten while a turn runs is met when it ends; with nothing to shorten it is said', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [
      async function* () {
        kit.conversation.compact();
        yield* events([text('a')], 1);
      },
      [text('Summary.')],
    ],
  });
  const compacted = until(kit.conversation, 'compacted');
  await run(kit.conversation, 'go');
  await compacted;
  const empty = await makeKit(t.after.bind(t));
  const finished = until(empty.conversation, 'finished');
  empty.conversation.compact();
  await finished;
  assert.ok(
    empty.conversation.events.some(
      (event) => event.type === 'notice' && event.because.code === 'agent.nothingToCompact',
    ),
  );
});

test('when it is time', () => {
  const model = { contextWindow: 200_000, maxOutput: 32_000 };
  const rows: Array<[number | undefined, Parameters<typeof threshold>[1], Record<string, string>]> = [
    [155_000, SETTINGS, {}],
    [55_000, { autoCompact: true, autoCompactWindow: 100_000 }, {}],
    [100_000, SETTINGS, { CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: '50' }],
    [155_000, SETTINGS, { CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: '99' }],
    [155_000, SETTINGS, { CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: 'nonsense' }],
    [undefined, { autoCompact: false }, {}],
    [undefined, SETTINGS, { DISABLE_AUTO_COMPACT: '1' }],
    [undefined, SETTINGS, { DISABLE_COMPACT: 'true' }],
    [155_000, SETTINGS, { DISABLE_COMPACT: '0' }],
  ];
  for (const [expected, settings, env] of rows)
    assert.equal(threshold(model, settings, env), expected, JSON.stringify([settings, env]));
});

test('switched off altogether, an overflow ends the turn', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    env: () => ({ DISABLE_COMPACT: '1' }),
    script: [[text('a')], overflowing],
  });
  await run(kit.conversation, 'first');
  assert.equal((await run(kit.conversation, 'second')).reason, 'failed');
});

test('pictures count by themselves, not by their bytes', () => {
  assert.ok(estimateTokens([{ type: 'image', mediaType: 'image/png', data: 'x'.repeat(1_000_000) }]) < 5000);
});
