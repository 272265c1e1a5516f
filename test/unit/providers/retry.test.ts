// How often and how long: with a clock of the test's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/contracts/message.ts';
import type { Failure, FailureCode, ModelEvent, Provider } from '../../../src/contracts/provider.ts';
import { failure } from '../../../src/providers/failures.ts';
import { type Clock, withRetry } from '../../../src/providers/retry.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { collect, requestOf, user } from './providerKit.ts';

const NOW = 1_000_000;
const request = requestOf([user('Hi')]);
const done: ModelEvent = {
  type: 'done',
  message: { role: 'assistant', blocks: [] },
  facts: {
    messageId: 'm',
    model: 'm',
    stop: 'endTurn',
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  },
};

function failing(failures: Array<Failure | [Failure, Message]>): Provider & { tries: number } {
  return {
    id: 'failing',
    tries: 0,
    async *stream() {
      const next = failures[this.tries++];
      if (!next) yield done;
      else if (Array.isArray(next)) yield { type: 'failed', failure: next[0], partial: next[1] };
      else yield { type: 'failed', failure: next };
    },
  };
}

function clockOf(random = 0): Clock & { waits: number[] } {
  const waits: number[] = [];
  return { waits, now: () => NOW, random: () => random, sleep: async (ms) => void waits.push(ms) };
}

test('waits double from half a second to 32 seconds, ten times', async () => {
  const inner = failing(Array.from({ length: 20 }, () => failure('overloaded', 'x')));
  const clock = clockOf();
  const events = await collect(
    withRetry(inner, () => ({}), clock),
    request,
  );
  assert.deepEqual(clock.waits, [500, 1000, 2000, 4000, 8000, 16_000, 32_000, 32_000, 32_000, 32_000]);
  assert.equal(inner.tries, 11);
  assert.equal(events.at(-1)?.type, 'failed');
});

test('chance makes waits longer, never longer than the longest', async () => {
  const clock = clockOf(1);
  await collect(
    withRetry(failing(Array.from({ length: 8 }, () => failure('server', 'x'))), () => ({}), clock),
    request,
  );
  assert.deepEqual(clock.waits, [625, 1250, 2500, 5000, 10_000, 20_000, 32_000, 32_000]);
});

test('what the service asks for is waited, and announced before', async () => {
  const clock = clockOf();
  const inner = failing([failure('rateLimit', 'slow down', { retryAfterMs: 3000 })]);
  const events = await collect(
    withRetry(inner, () => ({}), clock),
    request,
  );
  assert.deepEqual(clock.waits, [3000]);
  assert.ok(events[0]?.type === 'retrying');
  assert.equal(events[0].atMs, NOW + 3000);
  assert.match(sayInEnglish(events[0].because), /limits how fast/);
});

for (const [value, tries] of [
  ['0', 1],
  ['3', 4],
  ['99', 16],
  ['many', 11],
  ['', 11],
] as const) {
  test(`CLAUDE_CODE_MAX_RETRIES=${value} means ${tries} tries`, async () => {
    const inner = failing(Array.from({ length: 30 }, () => failure('server', 'x')));
    await collect(
      withRetry(inner, () => ({ CLAUDE_CODE_MAX_RETRIES: value }), clockOf()),
      request,
    );
    assert.equal(inner.tries, tries);
  });
}

test('a drop after thinking alone is tried again twice, a stall once', async () => {
  const thought: Message = { role: 'assistant', blocks: [{ type: 'thinking', text: 'hm', signature: 's' }] };
  const afterThinking = failing(
    Array.from({ length: 9 }, (): [Failure, Message] => [failure('interrupted', 'x'), thought]),
  );
  await collect(
    withRetry(afterThinking, () => ({}), clockOf()),
    request,
  );
  assert.equal(afterThinking.tries, 3);
  const stalled = failing(Array.from({ length: 9 }, () => failure('stalled', 'x')));
  await collect(
    withRetry(stalled, () => ({}), clockOf()),
    request,
  );
  assert.equal(stalled.tries, 2);
});

test('what must not be repeated is not', async () => {
  const codes: FailureCode[] = [
    'authentication',
    'billing',
    'permission',
    'notFound',
    'badRequest',
    'tooLarge',
    'contextOverflow',
    'spendLimit',
    'tls',
    'cancelled',
    'noCredential',
  ];
  for (const code of codes) {
    const inner = failing([failure(code, 'x')]);
    await collect(
      withRetry(inner, () => ({}), clockOf()),
      request,
    );
    assert.equal(inner.tries, 1, code);
  }
});

test('stopping ends a wait at once, on the real clock', async () => {
  const control = new AbortController();
  const inner = failing([failure('rateLimit', 'x', { retryAfterMs: 3_600_000 })]);
  const events: ModelEvent[] = [];
  for await (const event of withRetry(inner, () => ({})).stream(request, control.signal)) {
    events.push(event);
    if (event.type === 'retrying') setImmediate(() => control.abort());
  }
  const last = events.at(-1);
  assert.equal(last?.type === 'failed' && last.failure.code, 'cancelled');
  assert.equal(inner.tries, 1);
});

test('a refused credential is renewed once, and the request goes out again at once', async () => {
  const refused = failure('authentication', 'expired');
  for (const [renewed, tries] of [
    [true, 2],
    [false, 1],
  ] as const) {
    const inner = failing([refused, refused, refused]);
    const asked: Failure[] = [];
    const clock = clockOf();
    const events = await collect(
      withRetry(
        inner,
        () => ({}),
        clock,
        async (why) => {
          asked.push(why);
          return renewed;
        },
      ),
      request,
    );
    assert.equal(inner.tries, tries);
    assert.deepEqual(asked, [refused]);
    assert.deepEqual(clock.waits, []);
    assert.equal(events.length, 1);
  }
});

test('with another model ready, an overload or a fault of the service is not waited out for long; all else is', async () => {
  for (const [code, tries] of [
    ['overloaded', 3],
    ['server', 3],
    ['rateLimit', 11],
    ['network', 11],
  ] as const) {
    const inner = failing(Array.from({ length: 20 }, () => failure(code, 'x')));
    await collect(
      withRetry(inner, () => ({}), clockOf()),
      { ...request, hasFallback: true },
    );
    assert.equal(inner.tries, tries, code);
  }
});

test('an answer for which the window has no room is asked for once more, shorter', async () => {
  const asked: number[] = [];
  const tooLong = failure(
    'contextOverflow',
    'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000',
  );
  const inner: Provider = {
    id: 'inner',
    async *stream({ maxTokens }) {
      asked.push(maxTokens);
      yield { type: 'failed', failure: tooLong };
    },
  };
  const clock = clockOf();
  const ask = (maxTokens: number) =>
    collect(
      withRetry(inner, () => ({}), clock),
      { ...request, maxTokens },
    );
  await ask(32_000);
  assert.deepEqual(asked, [32_000, 9_500]);
  assert.deepEqual(clock.waits, []);
});

test('where there is no room at all, shortening is somebody else’s work', async () => {
  for (const detail of [
    'input length and `max_tokens` exceed context limit: 199800 + 32000 > 200000',
    'prompt is too long: 220000 tokens > 200000 maximum',
  ]) {
    const inner = failing([failure('contextOverflow', detail)]);
    await collect(
      withRetry(inner, () => ({}), clockOf()),
      { ...request, maxTokens: 32_000 },
    );
    assert.equal(inner.tries, 1);
  }
});

test('a wait ends when somebody would rather go on, on the real clock', async () => {
  const inner = failing([failure('rateLimit', 'x', { retryAfterMs: 3_600_000 })]);
  let last: ModelEvent | undefined;
  for await (const event of withRetry(inner, () => ({})).stream(request, new AbortController().signal)) {
    last = event;
    if (event.type === 'retrying') setImmediate(() => event.goOn?.());
  }
  assert.equal(last?.type, 'done');
  assert.equal(inner.tries, 2);
});

test('a wait ends by the clock on the wall, whatever timers do meanwhile', { timeout: 30_000 }, async (t) => {
  // The clock alone: timers go on by themselves, as they do after a sleep in which they stood still.
  t.mock.timers.enable({ apis: ['Date'], now: NOW });
  const inner = failing([failure('rateLimit', 'x', { retryAfterMs: 3_600_000 })]);
  const seen: string[] = [];
  for await (const event of withRetry(inner, () => ({})).stream(request, new AbortController().signal)) {
    seen.push(event.type);
    if (event.type === 'retrying') setImmediate(() => t.mock.timers.setTime(NOW + 3_600_000));
  }
  assert.deepEqual(seen, ['retrying', 'done']);
});
