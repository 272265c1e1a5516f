import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { editFunctions } from '../../../../src/edits/functions.ts';
import { kit, outcomes, SESSION } from './kit.ts';

test('an edit is taken back byte for byte, and taking back is itself taken back', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', '\ufeffone\r\ntwo\nthree');
  const original = await k.bytes('a.txt');
  await k.edit('a.txt', 'one\r\nTWO\nthree', 'c1');
  const edited = await k.bytes('a.txt');
  assert.equal(edited.toString(), '\ufeffone\r\nTWO\nthree');
  const { entries } = await k.undo({ type: 'call', call: 'c1' });
  assert.deepEqual(await k.bytes('a.txt'), original);
  assert.deepEqual(outcomes(await k.plan({ type: 'call', call: 'c1' })), ['a.txt nothing']);
  await k.undo({ type: 'entries', entries });
  assert.deepEqual(await k.bytes('a.txt'), edited);
  assert.deepEqual(
    (await k.entries()).map(({ source, call, undoes }) => [source, call, undoes?.length]),
    [
      ['edit', 'c1', undefined],
      ['undo', undefined, 1],
      ['undo', undefined, 1],
    ],
  );
});

test('an earlier edit goes and a later one and what the person wrote stay; in the same lines nothing is written', async (t) => {
  const k = await kit(t);
  const lines = (...changed: Array<[number, string]>) =>
    Array.from({ length: 12 }, (_, n) => `${new Map(changed).get(n) ?? n}\n`).join('');
  await k.put('a.txt', lines());
  await k.edit('a.txt', lines([1, 'first']), 'c1');
  await k.edit('a.txt', lines([1, 'first'], [5, 'second']), 'c2');
  await k.put('a.txt', lines([1, 'first'], [5, 'second'], [9, 'mine']));
  const plan = await k.plan({ type: 'call', call: 'c1' });
  assert.deepEqual(outcomes(plan), ['a.txt change']);
  const [file] = plan.files;
  assert.ok(file?.outcome === 'change' && file.merged);
  assert.equal(await k.text('a.txt'), lines([1, 'first'], [5, 'second'], [9, 'mine']), 'a plan writes nothing');
  await k.undo({ type: 'call', call: 'c1' });
  assert.equal(await k.text('a.txt'), lines([5, 'second'], [9, 'mine']));
  await k.put('a.txt', lines([5, 'second, as I like it'], [9, 'mine']));
  const conflict = await k.plan({ type: 'call', call: 'c2' });
  assert.deepEqual(outcomes(conflict), ['a.txt journal.changedInSamePlace']);
  assert.deepEqual((await k.journal.carryOut(conflict)).done, []);
  assert.equal(await k.text('a.txt'), lines([5, 'second, as I like it'], [9, 'mine']));
});

test('one hunk of an edit is taken back and the others stay', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a\nb\nc\nd\ne\n');
  await k.edit('a.txt', 'A\nb\nC\nd\nE\n', 'c1');
  const [entry] = await k.entries();
  assert.ok(entry);
  const hunks = await k.journal.hunks(SESSION, entry.id);
  assert.deepEqual(
    hunks.map(({ before, after }) => [before, after]),
    [
      ['a\n', 'A\n'],
      ['c\n', 'C\n'],
      ['e\n', 'E\n'],
    ],
  );
  await k.undo({ type: 'hunks', hunks: hunks.slice(1, 2).map(({ id }) => id) });
  assert.equal(await k.text('a.txt'), 'A\nb\nc\nd\nE\n');
  await k.undo({ type: 'hunks', hunks: hunks.map(({ id }) => id) });
  assert.equal(await k.text('a.txt'), 'a\nb\nc\nd\ne\n');
});

test('a file that was made is removed as long as it is just as it was made, and comes back', async (t) => {
  const k = await kit(t);
  await k.create('new.txt', 'made\n', 'c1');
  const { entries } = await k.undo({ type: 'call', call: 'c1' });
  assert.equal(existsSync(k.at('new.txt')), false);
  await k.undo({ type: 'entries', entries });
  assert.equal(await k.text('new.txt'), 'made\n');
  await appendFile(k.at('new.txt'), 'mine\n');
  assert.deepEqual(outcomes(await k.plan({ type: 'call', call: 'c1' })), ['new.txt journal.changedSinceMade']);
  await rm(k.at('new.txt'));
  await mkdir(k.at('new.txt'));
  assert.deepEqual(outcomes(await k.plan({ type: 'call', call: 'c1' })), ['new.txt journal.notAFile']);
});

test('a file that somebody removed since is not made again', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a\nb\n');
  await k.edit('a.txt', 'A\nb\n', 'c1');
  await rm(k.at('a.txt'));
  assert.deepEqual(outcomes(await k.undo({ type: 'call', call: 'c1' })), ['a.txt journal.goneSince']);
  assert.equal(existsSync(k.at('a.txt')), false);
});

test('what is taken back changes the unsaved text, and leaves it unsaved', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', '1\n2\n3\n4\n5\n');
  k.workspace.unsaved.set(k.at('a.txt'), '1\n2\n3\n4\nmine\n');
  await k.edit('a.txt', '1\nTWO\n3\n4\nmine\n', 'c1');
  assert.equal(k.workspace.unsaved.get(k.at('a.txt')), '1\nTWO\n3\n4\nmine\n');
  const { files } = await k.undo({ type: 'call', call: 'c1' });
  assert.ok(files[0]?.outcome === 'change' && files[0].buffer);
  assert.equal(k.workspace.unsaved.get(k.at('a.txt')), '1\n2\n3\n4\nmine\n');
  assert.equal(await k.text('a.txt'), '1\n2\n3\n4\n5\n');
  // Saved in between, it is taken back on the disk.
  await k.edit('a.txt', '1\nTWO\n3\n4\nmine\n', 'c2');
  k.workspace.unsaved.clear();
  await k.put('a.txt', '1\nTWO\n3\n4\nmine\n');
  await k.undo({ type: 'call', call: 'c2' });
  assert.equal(await k.text('a.txt'), '1\n2\n3\n4\nmine\n');
});

test('a file that was made and has unsaved text is not removed', async (t) => {
  const k = await kit(t);
  await k.create('new.txt', 'made\n', 'c1');
  k.workspace.unsaved.set(k.at('new.txt'), 'made\n');
  assert.deepEqual(outcomes(await k.plan({ type: 'call', call: 'c1' })), ['new.txt journal.unsavedNow']);
});

test('what a formatter changed on save is an entry of its own: it goes alone, or with the edit', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a \nb\nc\nd\n');
  k.workspace.format = (text) => text.replace(/ +\n/g, '\n');
  await k.edit('a.txt', 'a \nb\nC\nd\n', 'c1');
  k.workspace.format = undefined;
  assert.equal(await k.text('a.txt'), 'a\nb\nC\nd\n');
  const entries = await k.entries();
  assert.deepEqual(
    entries.map(({ source }) => source),
    ['edit', 'onSave'],
  );
  await k.undo({ type: 'entries', entries: entries.slice(1).map(({ id }) => id) });
  assert.equal(await k.text('a.txt'), 'a \nb\nC\nd\n');
  await k.undo({ type: 'call', call: 'c1' });
  assert.equal(await k.text('a.txt'), 'a \nb\nc\nd\n');
});

test('going back to a prompt takes back all that came after it, undone or not, and that can be undone', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', '1\n2\n3\n4\n5\n6\n7\n');
  await k.put('b.txt', 'b\n');
  await k.recorder.prompted(SESSION, 'm1');
  await k.edit('a.txt', 'one\n2\n3\n4\n5\n6\n7\n', 'c1', { message: 'm1' });
  // Nothing is written during m2, and yet one can go back to it.
  await k.recorder.prompted(SESSION, 'm2');
  await k.recorder.prompted(SESSION, 'm3');
  await k.edit('a.txt', 'one\n2\nthree\n4\n5\n6\n7\n', 'c2', { message: 'm3' });
  await k.create('new.txt', 'new\n', 'c3', 'm3');
  await k.edit('b.txt', 'B\n', 'c4', { message: 'm3' });
  await k.undo({ type: 'call', call: 'c4' });
  await k.put('a.txt', 'one\n2\nthree\n4\n5\n6\nmine\n');
  const plan = await k.plan({ type: 'message', message: 'm2' });
  assert.deepEqual(outcomes(plan), ['b.txt nothing', 'new.txt change', 'a.txt change']);
  assert.equal(plan.source, 'rewind');
  const { entries } = await k.undo({ type: 'message', message: 'm2' });
  assert.equal(await k.text('a.txt'), 'one\n2\n3\n4\n5\n6\nmine\n');
  assert.deepEqual((await readdir(k.folder)).sort(), ['a.txt', 'b.txt']);
  await k.undo({ type: 'entries', entries });
  assert.equal(await k.text('a.txt'), 'one\n2\nthree\n4\n5\n6\nmine\n');
  assert.equal(await k.text('new.txt'), 'new\n');
  await k.undo({ type: 'message', message: 'm1' });
  assert.equal(await k.text('a.txt'), '1\n2\n3\n4\n5\n6\nmine\n');
  assert.deepEqual(outcomes(await k.plan({ type: 'message', message: 'unknown' })), []);
});

test('edits that follow one another are taken back as one, so that a detour of the agent is no conflict', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', '1\n2\n3\n');
  await k.edit('a.txt', '1\n2\nX\n', 'c1');
  await k.edit('a.txt', '1\n2\n3\nlast\n', 'c2');
  await k.edit('a.txt', '1\n2\n3\n', 'c3');
  await k.put('a.txt', '1\n2\nmine\n');
  assert.deepEqual(outcomes(await k.plan({ type: 'message', message: 'message-1' })), ['a.txt nothing']);
});

for (const [name, encoding, text] of [
  ['EUC-KR', 'euckr', '가나다\r\n라마바\r\n사아자'],
  ['Shift-JIS', 'shiftjis', 'あいう\nカキク\n漢字\n'],
  ['UTF-16', undefined, 'eins\nzwei\ndrei\n'],
] as const) {
  test(`${name} stays what it is`, async (t) => {
    const k = await kit(t);
    await editFunctions.prepare(encoding ?? 'utf-16le');
    const bytes = editFunctions.encode(text, { name: encoding ?? 'utf-16le', bom: encoding === undefined });
    await k.put('a.txt', bytes);
    if (encoding !== undefined) k.workspace.encodings.set(k.at('a.txt'), encoding);
    const [first = '', second = '', third = ''] = text.match(/.*(?:\r?\n|$)/g) ?? [];
    await k.edit('a.txt', `${first}changed\n${third}`, 'c1');
    await k.edit('a.txt', `more\n${first}changed\n${third}`, 'c2');
    await k.undo({ type: 'call', call: 'c1' });
    const expected = editFunctions.encode(`more\n${first}${second}${third}`, {
      name: encoding ?? 'utf-16le',
      bom: encoding === undefined,
    });
    assert.deepEqual(await k.bytes('a.txt'), Buffer.from(expected));
    await k.undo({ type: 'call', call: 'c2' });
    assert.deepEqual(await k.bytes('a.txt'), Buffer.from(bytes));
  });
}

test('a folder that became a link, or a link that leads elsewhere, is not followed', async (t) => {
  const k = await kit(t);
  await k.put('dir/a.txt', 'old\n');
  await k.put('other/a.txt', 'new\n');
  await k.edit('dir/a.txt', 'new\n', 'c1');
  await rename(k.at('dir'), k.at('moved'));
  await symlink(k.at('other'), k.at('dir'));
  assert.deepEqual(outcomes(await k.plan({ type: 'call', call: 'c1' })), ['a.txt journal.leadsElsewhere']);
  await rm(k.at('dir'));
  await rename(k.at('moved'), k.at('dir'));
  const plan = await k.plan({ type: 'call', call: 'c1' });
  await rename(k.at('dir'), k.at('moved'));
  await symlink(k.at('other'), k.at('dir'));
  const { done, failed } = await k.journal.carryOut(plan);
  assert.deepEqual([done.length, failed.length], [0, 1]);
  assert.equal(await k.text('other/a.txt'), 'new\n');
});

test('an edit through a link is one of the file it leads to', async (t) => {
  const k = await kit(t);
  await k.put('real/a.txt', 'old\n');
  await symlink(k.at('real/a.txt'), k.at('link.txt'));
  await k.edit('link.txt', 'new\n', 'c1');
  assert.deepEqual(
    (await k.entries()).map((entry) => entry.path),
    [k.at('real/a.txt')],
  );
  await k.undo({ type: 'call', call: 'c1' });
  assert.equal(await k.text('real/a.txt'), 'old\n');
});

test('a plan that does not hold any more harms nothing, and says so', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'old\n');
  await k.edit('a.txt', 'new\n', 'c1');
  await k.create('b.txt', 'b\n', 'c1');
  const plan = await k.plan({ type: 'call', call: 'c1' });
  await k.put('a.txt', 'mine\n');
  await k.put('b.txt', 'mine\n');
  const { done, failed } = await k.journal.carryOut(plan);
  assert.deepEqual([done, failed.map((one) => path.basename(one.path))], [[], ['b.txt', 'a.txt']]);
  assert.deepEqual([await k.text('a.txt'), await k.text('b.txt')], ['mine\n', 'mine\n']);
  assert.equal((await k.entries()).length, 2, 'what was not written is no entry');
});

test('only the files that were chosen are taken back', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a\n');
  await k.put('b.txt', 'b\n');
  await k.edit('a.txt', 'A\n', 'c1');
  await k.edit('b.txt', 'B\n', 'c1');
  await k.journal.carryOut(await k.plan({ type: 'call', call: 'c1' }), [k.at('b.txt')]);
  assert.deepEqual([await k.text('a.txt'), await k.text('b.txt')], ['A\n', 'b\n']);
});

test('an edit that is refused leaves no entry', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'mine\n');
  await assert.rejects(k.edit('a.txt', 'new\n', 'c1', { before: 'old\n' }), /same lines/);
  assert.deepEqual(await k.entries(), []);
});

test('without room for what was there the edit is refused, and says how to go on', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'old\n');
  await writeFile(k.store, 'a file where the folder should be');
  await assert.rejects(k.edit('a.txt', 'new\n', 'c1'), /could not be kept for undo.*fileCheckpointingEnabled/s);
  assert.equal(await k.text('a.txt'), 'old\n');
});

test('what the journal holds is for its owner alone', { skip: process.platform === 'win32' }, async (t) => {
  const k = await kit(t);
  await k.put('.env', 'SECRET=1\n');
  await chmod(k.at('.env'), 0o600);
  await k.edit('.env', 'SECRET=2\n', 'c1');
  const all = await readdir(k.store, { recursive: true, withFileTypes: true });
  assert.ok(all.length >= 5);
  for (const one of all) {
    const { mode } = await stat(path.join(one.parentPath, one.name));
    assert.equal(mode & 0o077, 0, one.name);
  }
  const lines = all.filter((one) => one.name.endsWith('.jsonl'));
  assert.equal(lines.length, 1);
});
