import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { gitSnapshot } from '../../../src/instructions/gitSnapshot.ts';

type Hook = { after(done: () => Promise<void>): void };

async function repository(t: Hook): Promise<{ root: string; git(...args: string[]): void }> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-git-')));
  t.after(() => rm(root, { recursive: true, force: true }));
  const env = { PATH: process.env['PATH'], HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], { cwd: root, env, stdio: 'ignore' });
  git('init', '-b', 'main');
  return { root, git };
}

test('branch, changed files, last commits', async (t) => {
  const { root, git } = await repository(t);
  await writeFile(path.join(root, 'a.txt'), 'one');
  git('add', '.');
  git('commit', '-m', 'First step');
  await writeFile(path.join(root, 'a.txt'), 'two!');
  await writeFile(path.join(root, 'new.txt'), '');
  const said = (await gitSnapshot(root, process.env)) ?? '';
  assert.match(said, /^Branch: main\n/);
  assert.match(said, / M a\.txt\n\?\? new\.txt/);
  assert.match(said, /Last commits:\n[0-9a-f]+ First step$/);
});

test('a repository without commits, and a folder without a repository', async (t) => {
  const { root } = await repository(t);
  assert.match((await gitSnapshot(root, process.env)) ?? '', /No commits yet on main/);
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-nogit-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  assert.equal(await gitSnapshot(folder, process.env), undefined);
  assert.equal(await gitSnapshot(root, { PATH: '' }), undefined);
});

test('a long list of changed files is cut', async (t) => {
  const { root } = await repository(t);
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => writeFile(path.join(root, `file-with-a-long-name-${n}.txt`), '')),
  );
  const said = (await gitSnapshot(root, process.env)) ?? '';
  assert.ok(said.length < 2300);
  assert.match(said, /\[… more …\]/);
});

test('no program that the repository names is run', async (t) => {
  const { root, git } = await repository(t);
  const marks = path.join(root, 'marks');
  await mkdir(marks);
  const trap = async (name: string) => {
    const file = path.join(root, `.git/${name}.sh`);
    await writeFile(file, `#!/bin/sh\ntouch "${marks}/${name}"\ncat\n`);
    await chmod(file, 0o755);
    return file;
  };
  await writeFile(path.join(root, '.gitattributes'), '*.txt filter=evil diff=evil\n');
  await writeFile(path.join(root, 'a.txt'), 'one');
  git('add', '.');
  git('commit', '-m', 'First');
  await mkdir(path.join(root, 'hooks'));
  git('config', 'core.fsmonitor', await trap('fsmonitor'));
  git('config', 'core.hooksPath', path.join(root, 'hooks'));
  git('config', 'core.pager', await trap('pager'));
  git('config', 'pager.status', await trap('pagerStatus'));
  git('config', 'filter.evil.clean', await trap('clean'));
  git('config', 'filter.evil.process', await trap('process'));
  git('config', 'filter.evil.required', 'true');
  git('config', 'diff.evil.textconv', await trap('textconv'));
  git('config', 'diff.external', await trap('external'));
  git('config', 'gpg.program', await trap('gpg'));
  git('config', 'log.showSignature', 'true');
  git('config', 'alias.status', `!${await trap('alias')}`);
  await writeFile(path.join(root, 'hooks/post-index-change'), `#!/bin/sh\ntouch "${marks}/hook"\n`, { mode: 0o755 });
  // Same size, so that git has to look at the content and would run the filter.
  await writeFile(path.join(root, 'a.txt'), 'two');
  const said = (await gitSnapshot(root, process.env)) ?? '';
  assert.match(said, / M a\.txt/);
  assert.match(said, /First/);
  assert.deepEqual(await readdir(marks), []);
  // The traps work: plain git falls into some.
  spawnSync('git', ['status'], { cwd: root, env: { PATH: process.env['PATH'], HOME: root } });
  assert.notDeepEqual(await readdir(marks), []);
});

test('a git inside the project is not the one that runs', async (t) => {
  const { root } = await repository(t);
  const bin = path.join(root, 'bin');
  await mkdir(bin);
  await writeFile(path.join(bin, 'git'), `#!/bin/sh\ntouch "${root}/fell-for-it"\n`, { mode: 0o755 });
  await gitSnapshot(root, { ...process.env, PATH: `${bin}:bin:${process.env['PATH']}` });
  assert.ok(!(await readdir(root)).includes('fell-for-it'));
});
