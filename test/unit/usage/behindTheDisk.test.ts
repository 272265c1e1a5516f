// An answer does not wait for the disk. The next request does, and what the disk refuses is said.
import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { ModelEvent } from '../../../src/contracts/provider.ts';
import { createLedger, type Ledger } from '../../../src/usage/ledger.ts';
import { createMeter } from '../../../src/usage/meter.ts';
import { answers, cap, DOLLAR, freshFolder, MONDAY, PRICE, requestOf, stoppedBy, till } from './kit.ts';

/** A window whose disk can be made to wait. */
function slow(caps = [cap('day', 50)]) {
  const real = createLedger(freshFolder(), () => MONDAY);
  let gate: Promise<void> = Promise.resolve();
  const ledger: Ledger = { ...real, append: (row) => gate.then(() => real.append(row)) };
  const provider = answers(DOLLAR, DOLLAR, DOLLAR);
  const meter = createMeter({ ledger, now: () => MONDAY })({
    root: '/project',
    caps: () => caps,
    price: () => PRICE,
    wire: ({ model }) => ({ model, messages: [] }),
    rebuildLimit: () => undefined,
    warns: () => false,
  });
  const metered = meter.metered(provider, () => 'anthropic');
  const ask = async (): Promise<ModelEvent | undefined> => {
    let last: ModelEvent | undefined;
    for await (const event of metered.stream(requestOf(), new AbortController().signal)) last = event;
    return last;
  };
  const hold = () => {
    let letGo = () => {};
    gate = new Promise((resolve) => {
      letGo = resolve;
    });
    return letGo;
  };
  return { ask, hold, provider, file: path.join(real.folder, 'usage-2026-11.jsonl') };
}

const rowsIn = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '').length;

test('an answer goes on while its row is written; the next request is sent when the row is there', async () => {
  const { ask, hold, provider, file } = slow();
  await ask();
  const letGo = hold();
  // It would not end here if it waited.
  assert.equal((await ask())?.type, 'done');
  assert.equal(rowsIn(file), 1);
  const third = ask();
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
  assert.equal(provider.requests.length, 2);
  letGo();
  assert.equal((await third)?.type, 'done');
  assert.equal(provider.requests.length, 3);
  assert.ok(rowsIn(file) >= 2);
});

test('a disk that refuses a row later on: the page says so at once, the next answer tells it, and nothing is lost', async () => {
  const one = till();
  one.provider.next.push(DOLLAR, DOLLAR, DOLLAR, DOLLAR);
  await one.ask();
  await one.ledger.refresh();
  const aside = `${one.folder}-aside`;
  renameSync(one.folder, aside);
  writeFileSync(one.folder, 'in the way');
  const second = await one.ask();
  assert.deepEqual([second.type, second.facts?.notices], ['done', undefined]);
  while (one.meter.spending('s').fault === undefined) await new Promise(setImmediate);
  assert.equal(one.meter.spending('s').fault?.code, 'usage.notRecorded');
  assert.equal((await one.ask()).facts?.notices?.[0]?.code, 'usage.notRecorded');
  assert.equal(one.meter.spending('s').session.usd, 3);
  rmSync(one.folder);
  renameSync(aside, one.folder);
  assert.equal((await one.ask()).facts?.notices, undefined);
  assert.equal(one.meter.spending('s').fault, undefined);
  assert.equal((await one.ledger.rows(0)).rows.length, 4);
});

test('what is on its way to the disk counts for a cap', async () => {
  const { ask, hold } = slow([cap('session', 2.01)]);
  await ask();
  const letGo = hold();
  await ask();
  const third = ask();
  letGo();
  const stopped = await third;
  assert.equal(stopped && stoppedBy(stopped), 'usage.cap.session');
});

test('what another window spent is seen when the turn ends', async () => {
  const folder = freshFolder();
  const [one, two] = [till(folder), till(folder)];
  one.provider.next.push(DOLLAR);
  two.provider.next.push(DOLLAR);
  await one.ask();
  await two.ask();
  one.meter.turnEnded('s');
  while (one.meter.spending().today.usd < 2) await new Promise(setImmediate);
  assert.equal(one.meter.spending().today.usd, 2);
});
