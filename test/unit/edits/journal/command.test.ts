import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { CanonicalAction } from '../../../../src/contracts/permission.ts';
import { asNobody } from '../../../support/asNobody.ts';
import { type Kit, kit, outcomes } from './kit.ts';

type Named = Partial<Record<'write' | 'delete' | 'read', string[]>>;

/** Runs a command as Bash does, recorded; `named` is what the engine understood of it. */
async function run(k: Kit, command: string, named: Named = {}, seen: string[] = [], effect?: 'none'): Promise<void> {
  const running = await k.recorder.command(k.cause(command), factsOf(k, command, named, seen, effect));
  shell(k, command);
  await running.end();
}

function factsOf(k: Kit, command: string, named: Named, seen: string[], effect?: 'none') {
  const actions: CanonicalAction[] = [
    { kind: 'run', command, cwd: k.folder, argv: command.split(' '), ...(effect === undefined ? {} : { effect }) },
  ];
  for (const kind of ['write', 'delete', 'read'] as const) {
    for (const name of named[kind] ?? []) {
      const file = k.at(name);
      actions.push({ kind, path: file, realPath: file, insideWorkingDirectories: true, of: 0 });
    }
  }
  return { root: k.folder, actions, seen: seen.map(k.at) };
}

function shell(k: Kit, command: string): string {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: k.folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return stdout;
}

const GIT = 'git -c user.name=a -c user.email=a@example.com -c init.defaultBranch=main';

async function repository(t: TestContext, files: Record<string, string>): Promise<Kit> {
  const k = await kit(t);
  for (const [name, text] of Object.entries(files)) await k.put(name, text);
  shell(k, `git -c init.defaultBranch=main init -q && git add -A && ${GIT} commit -q -m first`);
  return k;
}

const told = async (k: Kit) =>
  (await k.entries()).map(
    ({ path: file, before, after }) => `${path.relative(k.folder, file)}: ${before.kind} → ${after.kind}`,
  );

test('files that a command names come back: deleted, overwritten, moved, made', async (t) => {
  const k = await kit(t);
  await k.put('gone.txt', 'gone\n');
  await k.put('run.bin', Uint8Array.from([0, 1, 2, 255]));
  await chmod(k.at('run.bin'), 0o755);
  await k.put('over.txt', 'old\n');
  await k.put('from.txt', 'moved\n');
  const command = 'rm gone.txt run.bin; echo new > over.txt; mv from.txt to.txt; echo made > made.txt';
  await run(k, command, {
    delete: ['gone.txt', 'run.bin', 'from.txt'],
    write: ['over.txt', 'to.txt', 'made.txt'],
  });
  const { entries } = await k.undo({ type: 'call', call: command });
  assert.equal(await k.text('gone.txt'), 'gone\n');
  assert.deepEqual([...(await k.bytes('run.bin'))], [0, 1, 2, 255]);
  assert.equal((await stat(k.at('run.bin'))).mode & 0o777, 0o755);
  assert.equal(await k.text('over.txt'), 'old\n');
  assert.equal(await k.text('from.txt'), 'moved\n');
  assert.deepEqual([existsSync(k.at('to.txt')), existsSync(k.at('made.txt'))], [false, false]);
  await k.undo({ type: 'entries', entries });
  assert.deepEqual(
    [existsSync(k.at('gone.txt')), await k.text('over.txt'), await k.text('to.txt')],
    [false, 'new\n', 'moved\n'],
  );
});

test('a secret file comes back as one, from its first moment', { skip: process.platform === 'win32' }, async (t) => {
  const k = await kit(t);
  await k.put('.env', 'SECRET=1\n');
  await chmod(k.at('.env'), 0o600);
  await run(k, 'rm .env', { delete: ['.env'] });
  // That way the file would be everybody's until its permissions are set.
  k.workspace.write = () => Promise.reject(new Error('not as a new file like any other'));
  const { entries } = await k.undo({ type: 'call', call: 'rm .env' });
  assert.equal(await k.text('.env'), 'SECRET=1\n');
  assert.equal((await stat(k.at('.env'))).mode & 0o777, 0o600);
  assert.deepEqual(outcomes(await k.plan({ type: 'entries', entries })), ['.env change']);
});

test('a folder that is removed comes back with all its files, and one that is made goes file by file', async (t) => {
  const k = await kit(t);
  await k.put('dir/a.txt', 'a\n');
  await k.put('dir/sub/b.txt', 'b\n');
  await run(k, 'cp -r dir copy && rm -r dir && mkdir empty', {
    delete: ['dir'],
    write: ['copy', 'empty'],
    read: ['dir'],
  });
  assert.deepEqual((await told(k)).sort(), [
    'copy/a.txt: absent → content',
    'copy/sub/b.txt: absent → content',
    'dir/a.txt: content → absent',
    'dir/sub/b.txt: content → absent',
  ]);
  await k.put('copy/mine.txt', 'mine\n');
  await k.undo({ type: 'message', message: 'message-1' });
  assert.deepEqual([await k.text('dir/a.txt'), await k.text('dir/sub/b.txt')], ['a\n', 'b\n']);
  assert.deepEqual([existsSync(k.at('copy/a.txt')), await k.text('copy/mine.txt')], [false, 'mine\n']);
});

test('files that the model read or that are open come back, whatever the command is', async (t) => {
  const k = await kit(t);
  await k.put('read.txt', 'read\n');
  await k.put('open.txt', 'open\n');
  await k.put('other.txt', 'other\n');
  k.open.push(k.at('open.txt'));
  await run(k, "sed -i 's/^/x/' *.txt", {}, ['read.txt']);
  assert.deepEqual((await told(k)).sort(), ['open.txt: content → content', 'read.txt: content → content']);
  await k.undo({ type: 'message', message: 'message-1' });
  assert.deepEqual([await k.text('read.txt'), await k.text('open.txt')], ['read\n', 'open\n']);
});

test('the mode of a file comes back', { skip: process.platform === 'win32' }, async (t) => {
  const k = await kit(t);
  await k.put('run.sh', 'echo\n');
  await chmod(k.at('run.sh'), 0o644);
  await run(k, 'chmod +x run.sh', { write: ['run.sh'] });
  const { entries, files } = await k.undo({ type: 'call', call: 'chmod +x run.sh' });
  assert.deepEqual(outcomes({ files }), ['run.sh mode']);
  assert.equal((await stat(k.at('run.sh'))).mode & 0o777, 0o644);
  await k.undo({ type: 'entries', entries });
  assert.equal((await stat(k.at('run.sh'))).mode & 0o777, 0o755);
});

test('a command that only reads costs nothing and records nothing', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a\n');
  await run(k, 'cat a.txt', { read: ['a.txt'] }, ['a.txt'], 'none');
  await run(k, 'true', { write: ['a.txt'], delete: ['missing.txt'] }, ['a.txt']);
  assert.deepEqual(await told(k), []);
});

test('tracked files come back: clean ones from their blobs, changed ones as they were', async (t) => {
  const k = await repository(t, {
    'clean.txt': 'clean\n',
    'gone.txt': 'gone\n',
    'work.txt': 'first\n',
    'still.txt': '',
  });
  await k.put('work.txt', 'my unsaved-to-git work\n');
  await k.put('untracked.txt', 'mine\n');
  const refs = () => shell(k, 'git rev-parse HEAD; git status --porcelain; sha1sum .git/index .git/HEAD');
  const before = refs();
  await run(k, "python3 -c 'pass'; echo x >> clean.txt; rm gone.txt; git checkout -q -- work.txt");
  assert.deepEqual((await told(k)).sort(), [
    'clean.txt: content → content',
    'gone.txt: content → absent',
    'work.txt: content → content',
  ]);
  await k.undo({ type: 'message', message: 'message-1' });
  assert.deepEqual(
    [await k.text('clean.txt'), await k.text('gone.txt'), await k.text('work.txt'), await k.text('untracked.txt')],
    ['clean\n', 'gone\n', 'my unsaved-to-git work\n', 'mine\n'],
  );
  assert.equal(refs().split('\n')[0], before.split('\n')[0]);
});

test('what another branch has otherwise comes back, and no reference is moved', async (t) => {
  const k = await repository(t, { 'a.txt': 'one\n', 'b.txt': 'b\n' });
  shell(
    k,
    `git checkout -q -b other && echo two > a.txt && git rm -q b.txt && ${GIT} commit -qam second && git checkout -q main`,
  );
  await run(k, 'git checkout -q other');
  assert.deepEqual((await told(k)).sort(), ['a.txt: content → content', 'b.txt: content → absent']);
  const head = shell(k, 'cat .git/HEAD; git rev-parse HEAD main other');
  await k.undo({ type: 'message', message: 'message-1' });
  assert.deepEqual([await k.text('a.txt'), await k.text('b.txt')], ['one\n', 'b\n']);
  assert.equal(shell(k, 'cat .git/HEAD; git rev-parse HEAD main other'), head);
});

test('a file that is put under version control was not made by that, and is never removed', async (t) => {
  const k = await repository(t, { 'a.txt': 'a\n' });
  await k.put('mine.txt', 'mine\n');
  await utimes(k.at('mine.txt'), new Date(0), new Date(0));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await run(k, `git add -A && ${GIT} commit -q -m more`);
  assert.deepEqual(await told(k), []);
});

test('where git converts, a blob does not say what the file said', async (t) => {
  const k = await repository(t, { 'crlf.txt': 'one\n', 'plain.dat': 'dat\n', '.gitattributes': '*.txt text\n' });
  await k.put('crlf.txt', 'one\r\n');
  shell(k, 'git add --renormalize . && git status --porcelain');
  await run(k, 'echo two >> crlf.txt; echo x >> plain.dat');
  const plan = await k.plan({ type: 'message', message: 'message-1' });
  assert.deepEqual(outcomes(plan).sort(), ['crlf.txt journal.changedByCommand', 'plain.dat change']);
  await k.journal.carryOut(plan);
  assert.deepEqual([await k.text('crlf.txt'), await k.text('plain.dat')], ['one\r\ntwo\n', 'dat\n']);
});

test('before trust git is not asked', async (t) => {
  const k = await repository(t, { 'a.txt': 'a\n' });
  k.trusted.now = false;
  await run(k, 'echo x >> a.txt');
  assert.deepEqual(await told(k), []);
});

test('nothing that a repository names is run to look at it', async (t) => {
  const k = await repository(t, { 'a.txt': 'a\n', '.gitattributes': '*.txt filter=evil\n' });
  const mark = path.join(k.store, '..', 'ran');
  shell(
    k,
    `git config filter.evil.clean 'touch ${mark}; cat' && git config filter.evil.smudge 'touch ${mark}; cat' && git config core.fsmonitor 'touch ${mark}'`,
  );
  await run(k, 'echo x >> a.txt');
  assert.equal(existsSync(mark), false);
});

test('what a person saved meanwhile is not the command’s', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', 'a\n');
  await k.put('b.txt', 'b\n');
  const running = await k.recorder.command(k.cause('c1'), factsOf(k, 'sleep 1', {}, ['a.txt', 'b.txt']));
  await k.put('a.txt', 'mine\n');
  k.noteWritten(k.at('a.txt'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await k.put('b.txt', 'the command\n');
  await running.end();
  assert.deepEqual(await told(k), ['b.txt: content → content']);
});

test('of a command that went on by itself only what it names is its', async (t) => {
  const k = await kit(t);
  await k.put('log.txt', 'old\n');
  await k.put('a.txt', 'a\n');
  const running = await k.recorder.command(
    k.cause('c1'),
    factsOf(k, 'server > log.txt &', { write: ['log.txt'] }, ['a.txt']),
  );
  await k.put('log.txt', 'started\n');
  await k.put('a.txt', 'mine\n');
  await running.end('running');
  assert.deepEqual(await told(k), ['log.txt: content → content']);
});

test('a command that did not come to its end: what it removed can come back, the rest is told as not known', async (t) => {
  const k = await kit(t);
  await k.put('gone.txt', 'gone\n');
  await k.put('half.txt', 'half\n');
  await k.recorder.command(k.cause('c1'), factsOf(k, 'rm gone.txt', { delete: ['gone.txt'], write: ['half.txt'] }, []));
  await rm(k.at('gone.txt'));
  await k.put('half.txt', 'ha');
  const plan = await k.plan({ type: 'call', call: 'c1' });
  assert.deepEqual(outcomes(plan).sort(), ['gone.txt change', 'half.txt journal.interrupted']);
  await k.journal.carryOut(plan);
  assert.deepEqual([await k.text('gone.txt'), await k.text('half.txt')], ['gone\n', 'ha']);
});

test('an edit and a command of one turn go back together', async (t) => {
  const k = await kit(t);
  await k.put('a.txt', '1\n2\n\n3\n');
  await k.edit('a.txt', '1\nTWO\n\n3\n', 'c1');
  await run(k, "sed -i 's/3/three/' a.txt", {}, ['a.txt']);
  await k.edit('a.txt', '1\nTWO\n\nthree\n4\n', 'c2');
  await k.undo({ type: 'call', call: 'c1' });
  assert.equal(await readFile(k.at('a.txt'), 'utf8'), '1\n2\n\nthree\n4\n');
  await k.undo({ type: 'message', message: 'message-1' });
  assert.equal(await k.text('a.txt'), '1\n2\n\n3\n');
});

test('what changed unseen while a command ran is listed as not known, and nothing else is', async (t) => {
  const k = await kit(t);
  await k.put('before.txt', 'before\n');
  await k.put('seen.txt', 'seen\n');
  await k.put('gone.txt', 'gone\n');
  await new Promise((resolve) => setTimeout(resolve, 120));
  await run(k, 'echo x > built.js; echo x >> seen.txt; rm gone.txt', {}, ['seen.txt']);
  await new Promise((resolve) => setTimeout(resolve, 120));
  await k.put('after.txt', 'after\n');
  for (const name of ['built.js', 'built.js', 'before.txt', 'after.txt', 'seen.txt', 'gone.txt'])
    await k.noteChanged(k.at(name));
  assert.deepEqual(await told(k), [
    'seen.txt: content → content',
    'built.js: unknown → unknown',
    'gone.txt: unknown → unknown',
  ]);
  assert.deepEqual(outcomes(await k.plan({ type: 'message', message: 'message-1' })), [
    'gone.txt journal.changedByCommand',
    'built.js journal.changedByCommand',
    'seen.txt change',
  ]);
});

test('a file that may not be read hides none of the others', async (t) => {
  const k = await kit(t);
  await k.put('closed.txt', 'closed\n');
  await k.put('a.txt', 'a\n');
  await chmod(k.at('closed.txt'), 0o000);
  await mkdir(k.store);
  await asNobody(path.dirname(k.folder), async () => {
    const running = await k.recorder.command(k.cause('c1'), factsOf(k, 'any', { delete: ['closed.txt'] }, ['a.txt']));
    await k.put('a.txt', 'A\n');
    await rm(k.at('closed.txt'));
    await running.end();
  });
  const plan = await k.plan({ type: 'call', call: 'c1' });
  assert.deepEqual(outcomes(plan).sort(), ['a.txt change', 'closed.txt journal.unreadable']);
});

test('a tracked file gets back whether it can be run, and a link is not taken for a file', async (t) => {
  const k = await repository(t, { 'run.sh': 'echo\n', 'plain.txt': 'plain\n' });
  shell(k, `chmod 755 run.sh && ln -s plain.txt link && git add -A && ${GIT} commit -q -m modes`);
  await run(k, 'chmod 644 run.sh; rm link; echo x > link; chmod 755 plain.txt; echo x >> plain.txt');
  const plan = await k.plan({ type: 'message', message: 'message-1' });
  assert.deepEqual(outcomes(plan).sort(), ['link journal.changedByCommand', 'plain.txt change', 'run.sh mode']);
  await k.journal.carryOut(plan);
  const modes = await Promise.all(['run.sh', 'plain.txt'].map(async (name) => (await stat(k.at(name))).mode & 0o111));
  assert.deepEqual([modes, await k.text('plain.txt')], [[0o111, 0], 'plain\n']);
});

test('a file that the person saved while a command made it is not removed with it', async (t) => {
  const k = await kit(t);
  const running = await k.recorder.command(k.cause('c1'), factsOf(k, 'make', { write: ['out', 'file.txt'] }, []));
  await k.put('out/theirs.txt', 'mine\n');
  await k.put('out/made.txt', 'made\n');
  await k.put('file.txt', 'mine\n');
  for (const name of ['out/theirs.txt', 'file.txt']) k.noteWritten(k.at(name));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await running.end();
  assert.deepEqual(await told(k), ['out/made.txt: absent → content']);
});
