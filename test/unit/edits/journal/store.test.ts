import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { editFunctions } from '../../../../src/edits/functions.ts';
import { createJournal } from '../../../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../../../src/edits/writeAtomically.ts';
import { editorWorkspace } from '../../../support/editorWorkspace.ts';
import { type Kit, kit, outcomes, SESSION } from './kit.ts';

const linesOf = (k: Kit) => path.join(k.store, 'sessions', `${SESSION}.jsonl`);

async function objectsOf(k: Kit): Promise<string[]> {
  const all = await readdir(path.join(k.store, 'objects'), { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile()).map((one) => path.join(one.parentPath, one.name));
}

test('cut at any byte the journal opens, knows what was whole, and goes on', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a\nb\nc\n');
  await k.edit('a.txt', 'A\nb\nc\n', 'c1');
  await k.edit('a.txt', 'A\nb\nC\n', 'c2');
  const whole = await readFile(linesOf(k));
  let last = 0;
  for (let length = 0; length <= whole.length; length += 7) {
    await writeFile(linesOf(k), whole.subarray(0, length));
    const count = (await k.entries()).length;
    assert.ok(count >= last, `${length} bytes: ${count} entries`);
    last = count;
  }
  assert.equal(last, 2);
  await truncate(linesOf(k), whole.length - 20);
  await k.edit('a.txt', 'A\nB\nC\n', 'c3');
  assert.deepEqual(
    (await k.entries()).map(({ call, unconfirmed }) => [call, unconfirmed]),
    [
      ['c1', undefined],
      ['c2', true],
      ['c3', undefined],
    ],
  );
  await k.undo({ type: 'message', message: 'message-1' });
  assert.equal(await k.text('a.txt'), 'a\nb\nc\n');
});

test('two windows write to the journal of one conversation, and both see all of it', async (t) => {
  const k = await kit(t);
  const other = createJournal({
    folder: k.store,
    edits: editFunctions,
    workspace: editorWorkspace(),
    writeAtomically,
    env: () => ({}),
    trusted: () => false,
    enabled: () => true,
    openFiles: () => [],
    now: Date.now,
    log: assert.fail,
  });
  await Promise.all(
    Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? k : other).recorder.prompted(SESSION, `p${n}`)),
  );
  const change = editFunctions.change(k.at('a.txt'), undefined, 'made\n', { name: 'utf-8', bom: false }, '0');
  await other.recorder.workspace(k.workspace, k.cause('c1')).write(change);
  await k.undo({ type: 'call', call: 'c1' });
  assert.equal((await other.journal.entries(SESSION)).length, 2);
});

test('the same content is kept once, and small', async (t) => {
  const k = await kit(t);
  const long = 'the same line again\n'.repeat(20_000);
  await k.put('a.txt', long);
  await k.put('b.txt', long);
  await k.edit('a.txt', `${long}1\n`, 'c1');
  await k.edit('a.txt', long, 'c2');
  await k.edit('b.txt', `${long}1\n`, 'c3');
  const objects = await objectsOf(k);
  assert.equal(objects.length, 2);
  for (const file of objects) assert.ok((await readFile(file)).length < long.length / 20);
});

test('what is damaged or gone from the store is not given back, and the rest is', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a\n');
  await k.edit('a.txt', 'A\n', 'c1');
  for (const file of await objectsOf(k)) await writeFile(file, 'not what it was');
  await k.put('b.txt', 'b\n');
  await k.edit('b.txt', 'B\n', 'c1');
  const plan = await k.plan({ type: 'call', call: 'c1' });
  assert.deepEqual(outcomes(plan), ['b.txt change', 'a.txt journal.notKept']);
  await k.journal.carryOut(plan);
  assert.deepEqual([await k.text('a.txt'), await k.text('b.txt')], ['A\n', 'b\n']);
});

test('what is older than the days that history is kept goes, what is needed still stays', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a\n');
  await k.put('b.txt', 'b\n');
  await k.edit('a.txt', 'A\n', 'c1');
  await k.edit('b.txt', 'B\n', 'c1');
  await k.recorder.prompted('another', 'm1');
  const old = new Date(Date.now() - 40 * 24 * 60 * 60_000);
  for (const file of [...(await objectsOf(k)), linesOf(k)]) await utimes(file, old, old);
  // The same contents again, now: they are young once more.
  await k.edit('a.txt', 'a\n', 'c2');
  await k.edit('a.txt', 'A\n', 'c3');
  await k.sweep(30);
  assert.deepEqual((await readdir(path.dirname(linesOf(k)))).sort(), ['another.jsonl', `${SESSION}.jsonl`]);
  assert.deepEqual(outcomes(await k.plan({ type: 'message', message: 'message-1' })), [
    'a.txt change',
    'b.txt journal.notKept',
  ]);
  k.clock.aheadMs = 31 * 24 * 60 * 60_000;
  await k.sweep(30);
  assert.deepEqual([await objectsOf(k), await k.entries()], [[], []]);
});

test('with the journal off nothing is written, and edits go on', async (t) => {
  const k = await kit(t);
  const off = createJournal({
    folder: k.store,
    edits: editFunctions,
    workspace: k.workspace,
    writeAtomically,
    env: () => ({}),
    trusted: () => true,
    enabled: () => false,
    openFiles: () => [],
    now: Date.now,
    log: assert.fail,
  });
  const change = editFunctions.change(k.at('a.txt'), undefined, 'made\n', { name: 'utf-8', bom: false }, '0');
  await off.recorder.prompted(SESSION, 'm1');
  await off.recorder.workspace(k.workspace, k.cause('c1')).write(change);
  await (await off.recorder.command(k.cause('c2'), { root: k.folder, actions: [], seen: [] })).end();
  await assert.rejects(readdir(k.store), /ENOENT/);
});

test('on a full disk the edit is refused or on record, and nothing is lost', async (t) => {
  const k = await kit(t);
  await mkdir(k.store);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', k.store], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    t.skip(`a small disk cannot be mounted here: ${mounted.stderr.trim() || mounted.error?.message}`);
    return;
  }
  try {
    let [text, written, refused] = ['start\n', 0, 0];
    await k.put('a.txt', text);
    for (let n = 0; n < 30; n++) {
      // Nothing that could be compressed.
      const next = `${text}${Array.from({ length: 40 }, (_, line) => `${Math.random()} ${n} ${line}`).join('\n')}\n`;
      try {
        await k.edit('a.txt', next, `c${n}`);
        text = next;
        written++;
      } catch (error) {
        assert.match(String(error), /could not be kept for undo.*ENOSPC.*Make room/s);
        refused++;
      }
      assert.equal(await k.text('a.txt'), text);
    }
    assert.ok(written > 3 && refused > 3, `${written} written, ${refused} refused`);
    assert.equal((await k.entries()).filter((entry) => entry.source === 'edit').length >= written, true);
    const waste = path.join(k.store, 'objects');
    const left = (await readdir(waste, { recursive: true })).filter((name) => name.endsWith('.tmp'));
    assert.deepEqual(left, []);
    const running = await k.recorder.command(k.cause('rm'), {
      root: k.folder,
      actions: [
        { kind: 'delete', path: k.at('a.txt'), realPath: k.at('a.txt'), insideWorkingDirectories: true, exists: true },
      ],
      seen: [],
    });
    await rm(k.at('a.txt'));
    await running.end();
    // Its text was known from the last edit, but there may be no room for the line that says so: then it is told.
    const known = (await k.entries()).some((entry) => entry.call === 'rm');
    assert.ok(known || k.told.some(({ code }) => code === 'journal.notRecorded'), JSON.stringify(k.told));
  } finally {
    spawnSync('umount', [k.store]);
  }
});
