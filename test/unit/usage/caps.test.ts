// Caps on cost: nothing is sent that would exceed one, on any purpose, from any window.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { CostCap } from '../../../src/contracts/usage.ts';
import { PHRASES, sayInEnglish } from '../../../src/util/phrases.ts';
import { cap, DOLLAR, freshFolder, NO_USAGE, stoppedBy, till, user } from './kit.ts';

const NOTHING = { code: 'nothing was said', args: {} };

for (const kind of ['turn', 'session', 'day'] as const) {
  test(`a cap of a ${kind} stops before the request that would exceed it, and says so`, async () => {
    const one = till(undefined, { caps: () => [cap(kind, 2.01)] });
    one.provider.next.push(DOLLAR, DOLLAR);
    assert.equal((await one.ask()).type, 'done');
    assert.equal((await one.ask()).type, 'done');
    const stopped = await one.ask();
    assert.equal(stoppedBy(stopped), `usage.cap.${kind}`);
    assert.equal(one.provider.requests.length, 2);
    assert.ok(stopped.type === 'failed' && stopped.failure.code === 'capReached' && !stopped.failure.retryable);
    assert.match(sayInEnglish(stopped.failure.because ?? NOTHING), /\$2\.01 .*\/home\/me\/settings\.json/);
    assert.match(
      sayInEnglish(stopped.failure.because ?? NOTHING),
      kind === 'day' ? /in 9 h 30 min/ : /Nothing was sent/,
    );
  });
}

test('what is capped begins anew: a turn with the next prompt, a session with another, a day at midnight', async () => {
  const caps: CostCap[] = [];
  const one = till(undefined, { caps: () => caps });
  one.provider.next.push(DOLLAR);
  await one.ask();
  caps.push(cap('turn', 1));
  assert.equal(stoppedBy(await one.ask()), 'usage.cap.turn');
  one.meter.turnEnded('s');
  assert.equal(stoppedBy(await one.ask()), undefined);
  caps.splice(0, 1, cap('session', 1));
  assert.equal(stoppedBy(await one.ask()), 'usage.cap.session');
  assert.equal(stoppedBy(await one.ask({ session: 'other' })), undefined);
  caps.splice(0, 1, cap('day', 1));
  assert.equal(stoppedBy(await one.ask()), 'usage.cap.day');
  one.clock.now = new Date(2026, 10, 24, 0, 0, 1).getTime();
  assert.equal(stoppedBy(await one.ask()), undefined);
});

test('a cap that is raised counts for the next request', async () => {
  let usd = 1;
  const one = till(undefined, { caps: () => [cap('day', usd)] });
  one.provider.next.push(DOLLAR);
  await one.ask();
  assert.equal(stoppedBy(await one.ask()), 'usage.cap.day');
  usd = 5;
  assert.equal(stoppedBy(await one.ask()), undefined);
});

test('the day is that of all windows and folders', async () => {
  const folder = freshFolder();
  const caps = () => [cap('day', 2)];
  const [one, two] = [till(folder, { caps }), till(folder, { caps, root: '/other' })];
  one.provider.next.push(DOLLAR);
  two.provider.next.push(DOLLAR);
  await one.ask();
  await two.ask({ session: 't' });
  assert.equal(stoppedBy(await one.ask()), 'usage.cap.day');
  assert.equal(stoppedBy(await two.ask({ session: 't' })), 'usage.cap.day');
});

for (const purpose of ['main', 'summary', 'webFetch', 'webSearch'] as const) {
  test(`requests of the purpose ${purpose} count and are stopped`, async () => {
    const one = till(undefined, { caps: () => [cap('session', 1)] });
    one.provider.next.push(DOLLAR);
    await one.ask({ purpose });
    assert.equal((await one.ledger.rows(0)).rows[0]?.purpose, purpose);
    assert.equal(stoppedBy(await one.ask({ purpose })), 'usage.cap.session');
  });
}

test('an answer may be no longer than the cap allows', async () => {
  const one = till(undefined, { caps: () => [cap('turn', 0.03)] });
  await one.ask();
  const [sent] = one.provider.requests;
  // At ten dollars a million 0.03 USD pay for 3,000 tokens; what is sent takes a little of it.
  assert.ok(sent && sent.maxTokens > 2900 && sent.maxTokens < 3000, String(sent?.maxTokens));
  const roomy = till(undefined, { caps: () => [cap('turn', 3)] });
  await roomy.ask();
  assert.equal(roomy.provider.requests[0]?.maxTokens, 4096);
});

test('what would not leave room for a small answer is not begun', async () => {
  const one = till(undefined, { caps: () => [cap('turn', 0.01)] });
  assert.equal(stoppedBy(await one.ask()), 'usage.cap.turn');
  const long = till(undefined, { caps: () => [cap('turn', 0.1)] });
  assert.equal(stoppedBy(await long.ask({ messages: [user('word '.repeat(100_000))] })), 'usage.cap.turn');
});

test('searches of the web are paid for apart, and are as few as the cap allows', async () => {
  const one = till(undefined, { caps: () => [cap('turn', 0.07)] });
  await one.ask({ purpose: 'webSearch', maxTokens: 1000, webSearch: { maxUses: 8 } });
  assert.equal(one.provider.requests[0]?.webSearch?.maxUses, 3);
  one.provider.next.push({ ...NO_USAGE, webSearches: 7 });
  const free = till();
  free.provider.next.push({ ...NO_USAGE, webSearches: 7 });
  await free.ask({ purpose: 'webSearch' });
  assert.equal((await free.ledger.rows(0)).rows[0]?.usd, 0.07);
});

test('requests side by side share the room: the second waits for the first, and gets what that left', async () => {
  const one = till(undefined, { caps: () => [cap('session', 1.005)] });
  let letGo = () => {};
  one.provider.hold = new Promise((resolve) => {
    letGo = resolve;
  });
  one.provider.next.push({ ...NO_USAGE, outputTokens: 50_000 });
  const both = [one.ask({ maxTokens: 100_000 }), one.ask({ maxTokens: 100_000 })];
  while (one.provider.requests.length === 0) await new Promise(setImmediate);
  // The first may cost all of it, so the second is not sent yet.
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  assert.equal(one.provider.requests.length, 1);
  letGo();
  const ends = await Promise.all(both);
  assert.deepEqual(ends.map((event) => event.type).sort(), ['done', 'done']);
  // What the first left of it is what the second may cost.
  const left = one.provider.requests[1]?.maxTokens ?? Number.NaN;
  assert.ok(left > 50_000 && left < 50_500, String(left));
});

test('who waits for room can be stopped', async () => {
  const one = till(undefined, { caps: () => [cap('session', 0.05)] });
  let letGo = () => {};
  one.provider.hold = new Promise((resolve) => {
    letGo = resolve;
  });
  const first = one.ask({ maxTokens: 100_000 });
  while (one.provider.requests.length === 0) await new Promise(setImmediate);
  const controller = new AbortController();
  const second = one.ask({ maxTokens: 100_000 }, controller.signal);
  for (let i = 0; i < 10; i++) await new Promise(setImmediate);
  controller.abort();
  assert.equal((await second).type, 'failed');
  assert.equal(one.provider.requests.length, 1);
  letGo();
  await first;
});

test('an unknown price with a cap set: nothing is sent, and how to set the price is said', async () => {
  const one = till(undefined, { caps: () => [cap('day', 100)], price: () => undefined });
  const stopped = await one.ask({ model: 'ours' });
  assert.equal(stoppedBy(stopped), 'usage.priceUnknown');
  assert.ok(
    stopped.type === 'failed' && /ours.*assent\.modelPrices/.test(sayInEnglish(stopped.failure.because ?? NOTHING)),
  );
  assert.equal(one.provider.requests.length, 0);
  const uncapped = till(undefined, { price: () => undefined });
  uncapped.provider.next.push(DOLLAR);
  assert.equal((await uncapped.ask({ model: 'ours' })).type, 'done');
  assert.deepEqual(uncapped.meter.spending('s').today, { usd: 0, unpriced: 1 });
});

test('what is free reaches no cap', async () => {
  const one = till(undefined, { caps: () => [cap('turn', 1e-9)], price: () => ({ input: 0, output: 0 }) });
  one.provider.next.push(DOLLAR, DOLLAR);
  assert.equal((await one.ask()).type, 'done');
  assert.equal((await one.ask()).type, 'done');
});

test('a ledger that cannot be read stops what a cap of the day or session needs it for, and nothing else', async () => {
  for (const [kind, code] of [
    ['day', 'usage.cannotCount'],
    ['session', 'usage.cannotCount'],
    ['turn', undefined],
  ] as const) {
    const folder = freshFolder();
    mkdirSync(path.dirname(folder), { recursive: true });
    writeFileSync(folder, 'in the way');
    const one = till(folder, { caps: () => [cap(kind, 50)] });
    assert.equal(stoppedBy(await one.ask()), code, kind);
    assert.equal(one.provider.requests.length, code === undefined ? 1 : 0);
  }
});

test('a ledger that cannot be written costs the answer nothing and is told once', async () => {
  const folder = freshFolder();
  mkdirSync(path.dirname(folder), { recursive: true });
  writeFileSync(folder, 'in the way');
  const one = till(folder);
  one.provider.next.push(DOLLAR, DOLLAR);
  const first = await one.ask();
  assert.deepEqual(
    first.facts?.notices?.map(({ code }) => code),
    ['usage.notRecorded'],
  );
  assert.equal((await one.ask()).facts?.notices, undefined);
  assert.equal(one.meter.spending('s').session.usd, 2);
});

test('an answer that broke off is paid for as far as it went', async () => {
  const one = till(undefined, { caps: () => [cap('session', 1.5)] });
  one.provider.failure = { code: 'interrupted', detail: 'gone', retryable: true };
  one.provider.next.push(DOLLAR);
  await one.ask();
  one.provider.next.push(DOLLAR);
  await one.ask();
  assert.equal(stoppedBy(await one.ask()), 'usage.cap.session');
});

test('a session that goes on counts what it had cost before', async () => {
  const one = till(undefined, { caps: () => [cap('session', 5)] });
  one.meter.resumed('s', 4.995);
  assert.equal(stoppedBy(await one.ask()), 'usage.cap.session');
  // The ledger may know of it as well: the same money is not counted twice.
  const known = till(undefined, { caps: () => [cap('session', 5)] });
  known.provider.next.push({ ...DOLLAR, outputTokens: 300_000 });
  await known.ask();
  const again = till(known.folder, { caps: () => [cap('session', 5)] });
  again.meter.resumed('s', 3);
  assert.equal(stoppedBy(await again.ask()), undefined);
});

test('at four fifths of a cap a person is told, once, if they want to hear it', async () => {
  const one = till(undefined, { caps: () => [cap('session', 5)], warns: () => true });
  one.provider.next.push({ ...DOLLAR, outputTokens: 390_000 }, { ...DOLLAR, outputTokens: 20_000 });
  assert.equal((await one.ask()).facts?.notices, undefined);
  assert.equal((await one.ask()).facts?.notices?.[0]?.code, 'usage.near.session');
  assert.equal((await one.ask()).facts?.notices, undefined);
  assert.equal(one.meter.spending('s').warning?.kind, 'session');
  const quiet = till(undefined, { caps: () => [cap('session', 1)] });
  quiet.provider.next.push({ ...DOLLAR, outputTokens: 95_000 });
  assert.equal((await quiet.ask()).facts?.notices, undefined);
  assert.equal(quiet.meter.spending('s').warning, undefined);
});

test('the cost goes with the facts of an answer', async () => {
  const one = till();
  one.provider.next.push(DOLLAR);
  assert.equal((await one.ask()).facts?.costUsd, 1);
});

test('every code that is said has its sentence', () => {
  for (const kind of ['turn', 'session', 'day']) {
    assert.ok(PHRASES[`usage.cap.${kind}`] && PHRASES[`usage.near.${kind}`]);
  }
});
