import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { writeAtomically } from '../../../src/edits/writeAtomically.ts';
import { asNobody } from '../../support/asNobody.ts';

const made: string[] = [];
let folder = '';
beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'assent-write-')));
  made.push(folder);
});
after(async () => {
  for (const each of made) await rm(each, { recursive: true, force: true });
});
const at = (...names: string[]) => path.join(folder, ...names);
const bytes = (text: string) => Buffer.from(text);
const text = (file: string) => readFile(file, 'utf8');

test('replaces the bytes and leaves nothing else behind', async () => {
  await writeFile(at('a.txt'), 'old');
  assert.equal(await writeAtomically(at('a.txt'), bytes('new'), bytes('old')), 'written');
  assert.equal(await text(at('a.txt')), 'new');
  assert.deepEqual(await readdir(folder), ['a.txt']);
});

test('a file that is not what was read is left alone', async () => {
  await writeFile(at('a.txt'), 'mine');
  for (const expected of [bytes('other'), bytes('min'), bytes('minE'), 'missing' as const]) {
    assert.equal(await writeAtomically(at('a.txt'), bytes('new'), expected), 'changed');
  }
  assert.equal(await text(at('a.txt')), 'mine');
  assert.equal(await writeAtomically(at('gone.txt'), bytes('new'), bytes('old')), 'changed');
  assert.deepEqual(await readdir(folder), ['a.txt']);
});

/** Content that is asked for piece by piece, so that something can happen while it is written. */
const slowly = (meanwhile: () => Promise<void>) =>
  (async function* () {
    await meanwhile();
    yield bytes('new');
  })() as unknown as Uint8Array;

test('a file that only its owner may read is never another one', { skip: process.platform === 'win32' }, async () => {
  const modes: number[] = [];
  const content = slowly(async () => {
    for (const name of await readdir(folder)) modes.push((await stat(at(name))).mode & 0o777);
  });
  assert.equal(await writeAtomically(at('.env'), content, 'missing', undefined, 0o600), 'written');
  assert.deepEqual(modes, [0o600]);
  assert.equal((await stat(at('.env'))).mode & 0o777, 0o600);
});

test('a change that comes in while the new content is written is not lost', async () => {
  await writeFile(at('a.txt'), 'old');
  const edited = slowly(() => writeFile(at('a.txt'), 'mine'));
  assert.equal(await writeAtomically(at('a.txt'), edited, bytes('old')), 'changed');
  assert.equal(await text(at('a.txt')), 'mine');
  const created = slowly(() => writeFile(at('b.txt'), 'mine'));
  assert.equal(await writeAtomically(at('b.txt'), created, 'missing'), 'changed');
  assert.equal(await text(at('b.txt')), 'mine');
  assert.deepEqual((await readdir(folder)).sort(), ['a.txt', 'b.txt']);
});

test('until the new content is complete the old one is there', async () => {
  await writeFile(at('a.txt'), 'old');
  const seen: string[] = [];
  const content = slowly(async () => {
    seen.push(await text(at('a.txt')));
    throw new Error('the power failed');
  });
  await assert.rejects(writeAtomically(at('a.txt'), content, bytes('old')), /the power failed/);
  assert.deepEqual([...seen, await text(at('a.txt'))], ['old', 'old']);
  assert.deepEqual(await readdir(folder), ['a.txt']);
});

test('creates a file with its folders, and of two creators one wins', async () => {
  const file = at('x', 'y', 'new.txt');
  assert.equal(await writeAtomically(file, bytes('hello'), 'missing'), 'written');
  assert.equal(await text(file), 'hello');
  const race = at('race.txt');
  const results = await Promise.all(['1', '2', '3', '4'].map((n) => writeAtomically(race, bytes(n), 'missing')));
  assert.equal(results.filter((result) => result === 'written').length, 1);
  assert.equal(await text(race), String(results.indexOf('written') + 1));
  assert.deepEqual((await readdir(folder)).sort(), ['race.txt', 'x']);
});

test('keeps the mode, and gives a new file the usual one', async () => {
  await writeFile(at('run.sh'), 'old');
  await chmod(at('run.sh'), 0o754);
  await writeAtomically(at('run.sh'), bytes('new'), undefined);
  assert.equal((await stat(at('run.sh'))).mode & 0o7777, 0o754);
  await writeAtomically(at('fresh.txt'), bytes('new'), 'missing');
  assert.equal((await stat(at('fresh.txt'))).mode & 0o777, 0o666 & ~process.umask());
});

test('keeps the owner where the system lets us', { skip: process.getuid?.() !== 0 }, async () => {
  await writeFile(at('theirs.txt'), 'old');
  await chown(at('theirs.txt'), 1234, 1235);
  await writeAtomically(at('theirs.txt'), bytes('new'), undefined);
  const facts = await stat(at('theirs.txt'));
  assert.deepEqual([facts.uid, facts.gid], [1234, 1235]);
});

test('a symbolic link stays a link and its target is replaced', async () => {
  await mkdir(at('real'));
  await writeFile(at('real', 'a.txt'), 'old');
  await symlink(path.join('real', 'a.txt'), at('link.txt'));
  assert.equal(await writeAtomically(at('link.txt'), bytes('new'), bytes('old')), 'written');
  assert.equal((await lstat(at('link.txt'))).isSymbolicLink(), true);
  assert.equal(await text(at('real', 'a.txt')), 'new');
});

test('a link that leads nowhere, a folder and a file as folder are refused with a reason', async () => {
  await symlink('nowhere', at('dangling'));
  await assert.rejects(writeAtomically(at('dangling'), bytes('x'), undefined), /Writing .*dangling failed/);
  await assert.rejects(writeAtomically(folder, bytes('x'), undefined), /is a folder/);
  await writeFile(at('file'), '');
  await assert.rejects(writeAtomically(at('file', 'x.txt'), bytes('x'), undefined), /is a file, not a folder/);
  assert.deepEqual((await readdir(folder)).sort(), ['dangling', 'file']);
});

test('links that lead in a circle are refused', async () => {
  await symlink('b', at('a'));
  await symlink('a', at('b'));
  await assert.rejects(writeAtomically(at('a'), bytes('x'), undefined), /Writing .*a failed: ELOOP/);
  assert.deepEqual((await readdir(folder)).sort(), ['a', 'b']);
});

test('a file with several names is refused, and all of them stay one file', async () => {
  await writeFile(at('a.txt'), 'old');
  await link(at('a.txt'), at('b.txt'));
  await assert.rejects(writeAtomically(at('a.txt'), bytes('new'), bytes('old')), /has 2 names \(hard links\)/);
  assert.equal(await text(at('b.txt')), 'old');
  assert.equal((await stat(at('a.txt'))).ino, (await stat(at('b.txt'))).ino);
  assert.deepEqual((await readdir(folder)).sort(), ['a.txt', 'b.txt']);
});

test('a second name that a killed creator left is taken away, and nothing else', async () => {
  await writeFile(at('a.txt'), 'old');
  await link(at('a.txt'), at('.0123456789abcdef01.assent.tmp'));
  await writeFile(at('.abcdef0123456789ab.assent.tmp'), 'of somebody at work');
  assert.equal(await writeAtomically(at('a.txt'), bytes('new'), bytes('old')), 'written');
  assert.deepEqual((await readdir(folder)).sort(), ['.abcdef0123456789ab.assent.tmp', 'a.txt']);
});

test('the longest names there are can be written', async () => {
  for (const name of [`${'가'.repeat(83)}.txt`, 'x'.repeat(255)]) {
    assert.equal(await writeAtomically(at(name), bytes('1'), 'missing'), 'written');
    assert.equal(await writeAtomically(at(name), bytes('2'), bytes('1')), 'written');
    assert.equal(await text(at(name)), '2');
  }
  await assert.rejects(writeAtomically(at('x'.repeat(256)), bytes('1'), 'missing'), /failed: ENAMETOOLONG/);
});

test('removes what is as it was read, and nothing else', async () => {
  await writeFile(at('a.txt'), 'old');
  assert.equal(await writeAtomically(at('a.txt'), 'missing', bytes('other')), 'changed');
  assert.equal(await text(at('a.txt')), 'old');
  await assert.rejects(writeAtomically(folder, 'missing', undefined), /is a folder/);
  assert.equal(await writeAtomically(at('a.txt'), 'missing', bytes('old')), 'written');
  assert.deepEqual(await readdir(folder), []);
  assert.equal(await writeAtomically(at('a.txt'), 'missing', bytes('old')), 'changed');
  assert.equal(await writeAtomically(at('a.txt'), 'missing', 'missing'), 'written');
});

test('a path that leads elsewhere than it was judged is refused: another link, a folder that became one', async () => {
  await mkdir(at('here'));
  await mkdir(at('there'));
  for (const name of ['here', 'there']) await writeFile(at(name, 'a.txt'), 'old');
  await symlink(at('there', 'a.txt'), at('link'));
  await assert.rejects(
    writeAtomically(at('link'), bytes('new'), bytes('old'), at('here', 'a.txt')),
    /leads somewhere else/,
  );
  await symlink('there', at('door'));
  const judged = at('door', 'a.txt');
  await assert.rejects(writeAtomically(judged, bytes('new'), bytes('old'), judged), /leads somewhere else/);
  await assert.rejects(
    writeAtomically(at('door', 'new', 'b.txt'), bytes('new'), 'missing', at('door', 'new', 'b.txt')),
    /leads/,
  );
  assert.equal(await writeAtomically(judged, bytes('new'), bytes('old'), at('there', 'a.txt')), 'written');
  assert.deepEqual([await text(at('here', 'a.txt')), await text(at('there', 'a.txt'))], ['old', 'new']);
  assert.deepEqual((await readdir(at('there'))).sort(), ['a.txt']);
});

test('what is swapped while the new content is written gets nothing of it', async () => {
  await mkdir(at('real'));
  await mkdir(at('other'));
  for (const name of ['real', 'other']) await writeFile(at(name, 'a.txt'), 'old');
  const folderSwapped = slowly(async () => {
    await rename(at('real'), at('moved'));
    await symlink('other', at('real'));
  });
  await assert.rejects(writeAtomically(at('real', 'a.txt'), folderSwapped, bytes('old')), /leads somewhere else/);
  assert.deepEqual([await text(at('moved', 'a.txt')), await text(at('other', 'a.txt'))], ['old', 'old']);
  assert.deepEqual([await readdir(at('moved')), await readdir(at('other'))], [['a.txt'], ['a.txt']]);
  const fileSwapped = slowly(async () => {
    await rm(at('moved', 'a.txt'));
    await symlink(at('other', 'a.txt'), at('moved', 'a.txt'));
  });
  await assert.rejects(writeAtomically(at('moved', 'a.txt'), fileSwapped, bytes('old')), /leads somewhere else/);
  const gone = slowly(() => rm(at('other', 'a.txt')));
  assert.equal(await writeAtomically(at('other', 'a.txt'), gone, bytes('old')), 'changed');
  assert.deepEqual(await readdir(at('other')), []);
});

test('10 MB are written', async () => {
  const large = Buffer.alloc(10 * 1024 * 1024, 'x');
  assert.equal(await writeAtomically(at('large'), large, 'missing'), 'written');
  large[5_000_000] = 10;
  assert.equal(await writeAtomically(at('large'), large, undefined), 'written');
  assert.equal(Buffer.compare(await readFile(at('large')), large), 0);
});

const root = process.getuid?.() === 0;

test('a read-only file and a read-only folder are refused and stay as they were', async () => {
  await writeFile(at('fixed.txt'), 'old');
  await chmod(at('fixed.txt'), 0o444);
  await mkdir(at('shut'));
  await writeFile(at('shut', 'a.txt'), 'old');
  await chmod(at('shut', 'a.txt'), 0o666);
  await chmod(at('shut'), 0o555);
  await asNobody(folder, async () => {
    await assert.rejects(writeAtomically(at('fixed.txt'), bytes('new'), undefined), /not permitted \(EACCES\)/);
    await assert.rejects(writeAtomically(at('shut', 'a.txt'), bytes('new'), undefined), /not permitted \(EACCES\)/);
  });
  assert.equal(await text(at('fixed.txt')), 'old');
  assert.equal(await text(at('shut', 'a.txt')), 'old');
  assert.deepEqual(await readdir(at('shut')), ['a.txt']);
});

test('a folder that may be used and not listed is written in', async () => {
  await mkdir(at('blind'));
  await writeFile(at('blind', 'a.txt'), 'old');
  await asNobody(folder, async () => {
    await chmod(at('blind'), 0o333);
    assert.equal(await writeAtomically(at('blind', 'a.txt'), bytes('new'), bytes('old')), 'written');
    assert.equal(await writeAtomically(at('blind', 'b.txt'), bytes('new'), 'missing'), 'written');
    assert.equal(await text(at('blind', 'a.txt')), 'new');
  });
});

const canMount = root && process.platform === 'linux';
test('a full disk leaves the old file and nothing else', { skip: !canMount }, async (t) => {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  if (mounted.status !== 0) return t.skip('no right to mount');
  try {
    await writeFile(at('a.txt'), 'old');
    await assert.rejects(writeAtomically(at('a.txt'), Buffer.alloc(200_000), bytes('old')), /no space left/);
    assert.equal(await text(at('a.txt')), 'old');
    assert.deepEqual(await readdir(folder), ['a.txt']);
  } finally {
    spawnSync('umount', [folder]);
  }
});
