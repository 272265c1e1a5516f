// The ledger on a real disk: several windows, torn lines, months and midnights, a disk that takes nothing.
import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createLedger } from '../../../src/usage/ledger.ts';
import { freshFolder, MONDAY, row } from './kit.ts';

const DAY = 24 * 3_600_000;
const open = (folder = freshFolder(), now = MONDAY) => createLedger(folder, () => now);
const month = (folder: string, name = 'usage-2026-11.jsonl') => path.join(folder, name);

test('a row comes back as it was, for the owner’s eyes only', async () => {
  const ledger = open();
  const whole = row({
    usage: { ...row().usage, cacheWrite1hTokens: 3, webSearches: 2 },
    requestId: 'req_1',
    expectedRead: 10,
    cacheCause: { kind: 'tool', name: 'Read', how: 'changed' },
  });
  assert.equal(await ledger.append(whole), undefined);
  assert.deepEqual((await open(ledger.folder).rows(0)).rows, [whole]);
  assert.equal(statSync(month(ledger.folder)).mode & 0o077, 0);
});

test('what another window spends is seen, and nothing counts twice', async () => {
  const folder = freshFolder();
  const [one, two] = [open(folder), open(folder)];
  await Promise.all(
    Array.from({ length: 50 }, (_, i) => (i % 2 ? one : two).append(row({ usd: 0.5, session: `${i % 2}` }))),
  );
  await one.refresh();
  await one.refresh();
  assert.deepEqual(one.day(MONDAY), { usd: 25, unpriced: 0 });
  assert.deepEqual(one.session('0'), { usd: 12.5, unpriced: 0 });
  assert.equal((await two.rows(0)).rows.length, 50);
});

test('a torn line costs that line only, and so does one of somebody else', async () => {
  const ledger = open();
  await ledger.append(row());
  appendFileSync(month(ledger.folder), '{"at":17');
  await open(ledger.folder).append(row({ usd: 2 }));
  appendFileSync(month(ledger.folder), '{"at":"today","usd":-1}\nnot JSON\n');
  await ledger.refresh();
  assert.equal(ledger.day(MONDAY).usd, 3);
  const { rows, unreadable } = await ledger.rows(0);
  assert.deepEqual([rows.length, unreadable], [2, 3]);
});

test('a line that is still being written is read when it is whole', async () => {
  const ledger = open();
  await ledger.append(row());
  const line = JSON.stringify(row({ usd: 4 }));
  appendFileSync(month(ledger.folder), line.slice(0, 40));
  await ledger.refresh();
  assert.equal(ledger.day(MONDAY).usd, 1);
  appendFileSync(month(ledger.folder), `${line.slice(40)}\n`);
  await ledger.refresh();
  assert.equal(ledger.day(MONDAY).usd, 5);
});

test('a day is one of the calendar here, also where a month begins', async () => {
  const first = new Date(2026, 11, 1, 0, 0, 1).getTime();
  const ledger = open(freshFolder(), first);
  await ledger.append(row({ at: first - 2000, usd: 1, session: 'a' }));
  await ledger.append(row({ at: first, usd: 2, session: 'a' }));
  assert.deepEqual(readdirSync(ledger.folder).sort(), ['usage-2026-11.jsonl', 'usage-2026-12.jsonl']);
  assert.equal(ledger.day(first).usd, 2);
  assert.equal(ledger.day(first - 2000).usd, 1);
  assert.equal(ledger.session('a').usd, 3);
  assert.equal((await ledger.rows(first - DAY)).rows.length, 2);
  assert.equal((await ledger.rows(first)).rows.length, 1);
});

test('a file that was removed or made anew counts from the beginning', async () => {
  const ledger = open();
  await ledger.append(row({ usd: 9 }));
  rmSync(month(ledger.folder));
  await ledger.refresh();
  assert.equal(ledger.day(MONDAY).usd, 0);
  await ledger.append(row({ usd: 2 }));
  await ledger.append(row({ usd: 3 }));
  writeFileSync(month(ledger.folder), `${JSON.stringify(row({ usd: 7 }))}\n`);
  await ledger.refresh();
  assert.equal(ledger.day(MONDAY).usd, 7);
});

test('what cannot be written counts here, and is written once there is room', async () => {
  const ledger = open();
  mkdirSync(path.dirname(ledger.folder), { recursive: true });
  writeFileSync(ledger.folder, 'in the way');
  assert.match((await ledger.append(row({ usd: 2 }))) ?? '', /EEXIST|ENOTDIR/);
  assert.equal(ledger.day(MONDAY).usd, 2);
  assert.equal(ledger.session('s').usd, 2);
  await assert.rejects(ledger.refresh(), /ENOTDIR/);
  rmSync(ledger.folder);
  assert.equal(await ledger.append(row({ usd: 3 })), undefined);
  assert.equal(ledger.day(MONDAY).usd, 5);
  const other = open(ledger.folder);
  await other.refresh();
  assert.equal(other.day(MONDAY).usd, 5);
});

test('a folder that is not there is an empty ledger', async () => {
  const ledger = open();
  await ledger.refresh();
  assert.deepEqual(await ledger.rows(0), { rows: [], unreadable: 0 });
  assert.deepEqual(ledger.day(MONDAY), { usd: 0, unpriced: 0 });
});

test('a request without a price is counted as such', async () => {
  const ledger = open();
  const { usd: _, ...unpriced } = row();
  await ledger.append(unpriced);
  await ledger.append(row({ usd: 1 }));
  assert.deepEqual(ledger.day(MONDAY), { usd: 1, unpriced: 1 });
});

test('rows are only added: nothing that stands there is touched', async () => {
  const ledger = open();
  await ledger.append(row());
  const before = readFileSync(month(ledger.folder), 'utf8');
  await ledger.append(row({ usd: 2 }));
  assert.ok(readFileSync(month(ledger.folder), 'utf8').startsWith(before));
});

test('a row counts from the moment it is there to be written, and once', async () => {
  const folder = freshFolder();
  const [one, two] = [open(folder), open(folder)];
  await one.append(row({ usd: 1 }));
  const both = [one.append(row({ usd: 2 })), two.append(row({ usd: 4, session: 'other' }))];
  assert.deepEqual([one.day(MONDAY).usd, one.session('s').usd], [3, 3]);
  const reading = one.refresh();
  const last = one.append(row({ usd: 8 }));
  assert.equal(one.day(MONDAY).usd, 11);
  await Promise.all([...both, reading]);
  assert.ok([11, 15].includes(one.day(MONDAY).usd), String(one.day(MONDAY).usd));
  await last;
  await one.refresh();
  assert.equal(one.day(MONDAY).usd, 15);
  await one.refresh();
  assert.deepEqual([one.day(MONDAY).usd, one.session('s').usd], [15, 11]);
});

test('a month that cannot be read loses nothing of what this window spent', async () => {
  const ledger = open();
  await ledger.append(row({ usd: 2 }));
  const october = month(ledger.folder, 'usage-2026-10.jsonl');
  mkdirSync(october);
  await assert.rejects(ledger.refresh(), /EISDIR/);
  assert.equal(ledger.day(MONDAY).usd, 2);
  rmSync(october, { recursive: true });
  await ledger.refresh();
  assert.equal(ledger.day(MONDAY).usd, 2);
});
