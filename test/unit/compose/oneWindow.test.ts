import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { oneWindow } from '../../../src/compose/oneWindow.ts';

const base = mkdtempSync(path.join(tmpdir(), 'assent-window-'));
after(() => rmSync(base, { recursive: true, force: true }));
const untaken = (cause: unknown) => assert.fail(String(cause));

test('work of one name is done one after the other, of another name beside it; nothing is left', async () => {
  const folder = path.join(base, 'not', 'there', 'yet');
  const said: string[] = [];
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun = () => {};
  const first = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const one = oneWindow(
    folder,
    'a',
    async () => {
      begun();
      await held;
      said.push('first');
    },
    untaken,
  );
  await first;
  const two = oneWindow(folder, 'a', async () => said.push('second'), untaken);
  await oneWindow(folder, 'b', async () => said.push('other'), untaken);
  assert.deepEqual(said, ['other']);
  release();
  await Promise.all([one, two]);
  assert.deepEqual(said, ['other', 'first', 'second']);
  assert.deepEqual(readdirSync(folder), []);
});

test('the failure of the work is that of the whole, and it is not done twice', async () => {
  let times = 0;
  const failing = async () => {
    times += 1;
    throw new Error('refused');
  };
  await assert.rejects(oneWindow(base, 'a', failing, untaken), /refused/);
  assert.equal(times, 1);
});

test('a folder that cannot be written to does not keep anybody from signing in', async () => {
  const file = path.join(base, 'file');
  writeFileSync(file, '');
  const told: unknown[] = [];
  assert.equal(
    await oneWindow(
      file,
      'a',
      async () => 'done',
      (cause) => told.push(cause),
    ),
    'done',
  );
  assert.equal(told.length, 1);
});
