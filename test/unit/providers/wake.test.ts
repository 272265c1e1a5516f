// The sleep of a laptop, with a clock of the test's own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelEvent, Provider } from '../../../src/contracts/provider.ts';
import { failure } from '../../../src/providers/failures.ts';
import { createWakeDetector, type WakeClock, withWake } from '../../../src/providers/wake.ts';
import { startRehearsal } from '../../support/rehearsal/server.ts';
import { collect, failureOf, providerFor, requestOf, textOf, user } from './providerKit.ts';

const request = requestOf([user('Hi')]);

function testClock(): WakeClock & { now(): number; pass(ms: number): void; ticking(): boolean } {
  let now = 1_000_000;
  let tick: (() => void) | undefined;
  return {
    now: () => now,
    every: (_ms, run) => {
      tick = run;
      return () => {
        tick = undefined;
      };
    },
    pass: (ms) => {
      now += ms;
      tick?.();
    },
    ticking: () => tick !== undefined,
  };
}

test('a clock that jumped is a sleep; one that ticks is none; nothing ticks while nobody watches', () => {
  const clock = testClock();
  const woken: string[] = [];
  const detector = createWakeDetector(() => woken.push('first'), clock);
  assert.equal(clock.ticking(), false);
  const unwatch = detector.watch(() => woken.push('watcher'));
  clock.pass(5_000);
  clock.pass(12_000);
  assert.deepEqual(woken, []);
  clock.pass(3_600_000);
  assert.deepEqual(woken, ['first', 'watcher']);
  clock.pass(5_000);
  assert.equal(woken.length, 2);
  unwatch();
  assert.equal(clock.ticking(), false);
});

test('time between two streams is no sleep', () => {
  const clock = testClock();
  let woken = 0;
  const detector = createWakeDetector(() => woken++, clock);
  detector.watch(() => {})();
  clock.pass(3_600_000);
  const unwatch = detector.watch(() => {});
  clock.pass(5_000);
  unwatch();
  assert.equal(woken, 0);
});

test('a stream that was open over a sleep is given up and asked for again, on new connections', async (t) => {
  const server = await startRehearsal({ script: { turns: [{ stallMs: 600_000 }, [{ text: 'Good morning' }]] } });
  t.after(() => server.close());
  const clock = testClock();
  let refreshed = 0;
  const wake = createWakeDetector(() => refreshed++, clock);
  const provider = providerFor(server, {}, { wake });
  const events: ModelEvent[] = [];
  const stream = provider.stream(request, new AbortController().signal);
  const reading = (async () => {
    for await (const event of stream) events.push(event);
  })();
  while (server.requests().length === 0) await new Promise((resolve) => setImmediate(resolve));
  clock.pass(3_600_000);
  await reading;
  assert.equal(refreshed, 1);
  const [first, last] = [events[0], events.at(-1)];
  assert.equal(first?.type === 'retrying' && first.because.code, 'providers.retry.interrupted');
  assert.equal(last?.type === 'done' && textOf(last.message), 'Good morning');
  assert.equal(clock.ticking(), false);
});

test('text that had only begun is void, and asked for again', async (t) => {
  const words = 'word '.repeat(200);
  const server = await startRehearsal({ script: { turns: [{ text: words, rate: 20 }, 'Good morning'] } });
  t.after(() => server.close());
  const clock = testClock();
  const wake = createWakeDetector(undefined, clock);
  const types: string[] = [];
  let text = '';
  for await (const event of providerFor(server, {}, { wake }).stream(request, new AbortController().signal)) {
    if (types.length === 0) clock.pass(3_600_000);
    if (types.at(-1) !== event.type) types.push(event.type);
    if (event.type === 'done') text = textOf(event.message);
  }
  assert.deepEqual(types, ['textDelta', 'retrying', 'textDelta', 'done']);
  assert.equal(text, 'Good morning');
});

test('a provider that takes every end for the person’s is understood, and what it had is not asked for twice', async () => {
  const clock = testClock();
  const inner = (partial: boolean): Provider => ({
    id: 'inner',
    async *stream(_request, signal) {
      clock.pass(3_600_000);
      assert.equal(signal.aborted, true);
      const message = { role: 'assistant', blocks: [{ type: 'text', text: 'I begin' }] } as const;
      const cancelled = failure('cancelled', '', { retryable: false });
      yield partial
        ? { type: 'failed', failure: cancelled, partial: { ...message, blocks: [...message.blocks] } }
        : { type: 'failed', failure: cancelled };
    },
  });
  for (const partial of [true, false]) {
    const detector = createWakeDetector(undefined, clock);
    const { failure: failed } = await failureOf(withWake(inner(partial), detector), request);
    assert.deepEqual([failed.code, failed.retryable], ['interrupted', !partial]);
  }
});

test('the person’s own stop stays one', async () => {
  const control = new AbortController();
  const inner: Provider = {
    id: 'inner',
    async *stream() {
      control.abort();
      yield { type: 'failed', failure: failure('cancelled', '', { retryable: false }) };
    },
  };
  const events = await collect(withWake(inner, createWakeDetector(undefined, testClock())), request, control.signal);
  const last = events.at(-1);
  assert.equal(last?.type === 'failed' && last.failure.code, 'cancelled');
});
