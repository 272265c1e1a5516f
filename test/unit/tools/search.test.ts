import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { findRipgrep } from '../../../src/util/ripgrep.ts';
import { fixture, tempFolder, textOf } from './fixture.ts';

/** Writes files, each a second older than the one before it. */
async function fill(root: string, files: Record<string, string>): Promise<void> {
  let time = 1_700_000_000;
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    await utimes(file, time, time);
    time--;
  }
}

test('Glob lists files newest first, relative to the root, which is named', async (t) => {
  const root = await tempFolder(t);
  await fill(root, { 'b.ts': '', 'src/a.ts': '', 'src/한글 c.ts': '', 'src/d.js': '' });
  const { run } = fixture(root);
  assert.equal(
    textOf(await run('Glob', { pattern: '**/*.ts' })),
    `Paths are relative to ${root}.\nb.ts\nsrc/a.ts\nsrc/한글 c.ts`,
  );
  assert.match(textOf(await run('Glob', { pattern: '*.js', path: 'src' })), /\nsrc\/d\.js$/);
  assert.match(textOf(await run('Glob', { pattern: `${root}/src/*.js` })), /\nsrc\/d\.js$/);
  assert.match(textOf(await run('Glob', { pattern: '*.py' })), /^No file in .* matches \*\.py\.$/);
});

test('Glob sees hidden and ignored files; .git and node_modules only when named', async (t) => {
  const root = await tempFolder(t);
  await fill(root, { '.gitignore': 'out', 'out/a.js': '', '.env.js': '', 'node_modules/x/b.js': '', '.git/c.js': '' });
  const names = async (input: object, env = process.env) =>
    textOf(await fixture(root, { env }).run('Glob', input))
      .split('\n')
      .slice(1)
      .sort();
  assert.deepEqual(await names({ pattern: '*.js' }), ['.env.js', 'out/a.js']);
  assert.deepEqual(await names({ pattern: 'node_modules/**/*.js' }), ['node_modules/x/b.js']);
  assert.deepEqual(await names({ pattern: '*.js', path: '.git' }), ['.git/c.js']);
  await mkdir(path.join(root, '.git'), { recursive: true });
  assert.deepEqual(await names({ pattern: '*.js' }, { ...process.env, CLAUDE_CODE_GLOB_NO_IGNORE: 'false' }), [
    '.env.js',
  ]);
});

test('Glob says what it left out', async (t) => {
  const root = await tempFolder(t);
  for (let i = 0; i < 130; i++) writeFileSync(path.join(root, `f${i}.txt`), '');
  const lines = textOf(await fixture(root).run('Glob', { pattern: '*.txt' })).split('\n');
  assert.equal(lines.length, 102);
  assert.match(lines.at(-1) ?? '', /Only the newest 100 are listed/);
});

test('Glob refuses what would match nothing or everything by mistake', async (t) => {
  const root = await tempFolder(t);
  const { run } = fixture(root);
  await assert.rejects(run('Glob', { pattern: '../*.ts' }), /name the folder in path/);
  await assert.rejects(run('Glob', { pattern: '!*.ts' }), /cannot be empty or begin/);
  await assert.rejects(run('Glob', { pattern: '*', path: 'nowhere' }), /nowhere does not exist/);
  await assert.rejects(run('Glob', { pattern: '{a' }), /pattern: .*unclosed/s);
});

test('the folder that is judged is the folder that is searched', async (t) => {
  const { tool } = fixture(await tempFolder(t));
  const folders = (input: object) => tool('Glob').actions(tool('Glob').input.parse(input), '/work/app');
  assert.deepEqual(folders({ pattern: '*' }), [{ kind: 'search', path: '/work/app' }]);
  assert.deepEqual(folders({ pattern: '/etc/ssl/*.pem' }), [{ kind: 'search', path: '/etc/ssl' }]);
  assert.deepEqual(folders({ pattern: '/etc/passwd', path: '/work/app' }), [{ kind: 'search', path: '/etc' }]);
  assert.deepEqual(folders({ pattern: '/*', path: '/work/app' }), [{ kind: 'search', path: '/' }]);
  assert.deepEqual(folders({ pattern: '*', path: '../x/' }), [{ kind: 'search', path: '/work/x' }]);
  assert.deepEqual(tool('Grep').actions(tool('Grep').input.parse({ pattern: 'x', path: '../x' }), '/work/app'), [
    { kind: 'search', path: '/work/x' },
  ]);
});

test('Grep shows contents under their files, with lines around them', async (t) => {
  const root = await tempFolder(t);
  await fill(root, {
    'a.txt': 'one\ntwo\nthree\nfour\nfive\nsix\nseven two\n',
    'sub/b.txt': 'x\r\ntwo\r\n',
    'c:1.txt': 'two',
  });
  const { run } = fixture(root);
  assert.equal(
    textOf(await run('Grep', { pattern: 'two', output_mode: 'content', '-A': 1 })),
    `Paths are relative to ${root}.\na.txt\n2:two\n3-three\n--\n7:seven two\n\nc:1.txt\n1:two\n\nsub/b.txt\n2:two`,
  );
  assert.match(
    textOf(await run('Grep', { pattern: 'TWO', '-i': true, '-n': false, output_mode: 'content', path: 'sub' })),
    /\nsub\/b\.txt\ntwo$/,
  );
  assert.match(
    textOf(await run('Grep', { pattern: 'one', output_mode: 'content', path: 'a.txt' })),
    /\na\.txt\n1:one$/,
  );
});

test('Grep lists files newest first, or counts', async (t) => {
  const root = await tempFolder(t);
  await fill(root, { 'z.ts': 'hit', 'a.ts': 'hit\nhit', 'b.py': 'hit' });
  const { run } = fixture(root);
  const lines = async (input: object) =>
    textOf(await run('Grep', { pattern: 'hit', ...input }))
      .split('\n')
      .slice(1);
  assert.deepEqual(await lines({}), ['z.ts', 'a.ts', 'b.py']);
  assert.deepEqual(await lines({ output_mode: 'count' }), ['a.ts: 2', 'b.py: 1', 'z.ts: 1']);
  assert.deepEqual(await lines({ type: 'py' }), ['b.py']);
  assert.deepEqual(await lines({ glob: '*.ts' }), ['z.ts', 'a.ts']);
  assert.equal(textOf(await run('Grep', { pattern: 'nope' })), `Nothing in ${root} matches nope.`);
});

test('Grep pages through its results without losing or repeating one', async (t) => {
  const root = await tempFolder(t);
  const all = Array.from({ length: 25 }, (_, i) => `line ${i}`);
  await fill(root, { 'a.txt': `${all.slice(0, 12).join('\n')}\n`, 'b.txt': `${all.slice(12).join('\n')}\n` });
  const { run } = fixture(root);
  const seen: string[] = [];
  for (let offset = 0; ; ) {
    const text = textOf(
      await run('Grep', { pattern: 'line', output_mode: 'content', '-n': false, head_limit: 10, offset }),
    );
    seen.push(...text.split('\n').filter((line) => line.startsWith('line')));
    const next = /go on with offset (\d+)/.exec(text)?.[1];
    if (next === undefined) break;
    offset = Number(next);
  }
  assert.deepEqual(seen, all);
  assert.match(
    textOf(await run('Grep', { pattern: 'line', output_mode: 'content', offset: 99 })),
    /Nothing more: the search found 25 in all/,
  );
});

test('Grep cuts long lines and long results', async (t) => {
  const root = await tempFolder(t);
  await fill(root, {
    'min.js': `needle${'x'.repeat(1_000_000)}`,
    'many.txt': `needle ${'y'.repeat(400)}\n`.repeat(200),
  });
  const { run } = fixture(root);
  const one = textOf(await run('Grep', { pattern: 'needle', output_mode: 'content', path: 'min.js' }));
  assert.ok(one.length < 1000, `${one.length}`);
  const many = textOf(await run('Grep', { pattern: 'needle', output_mode: 'content', path: 'many.txt' }));
  assert.ok(many.length < 31_000);
  assert.match(many, /Cut here: the result is too long/);
});

test('Grep finds across lines only when told to, and skips what git ignores', async (t) => {
  const root = await tempFolder(t);
  await mkdir(path.join(root, '.git'));
  await fill(root, {
    'a.txt': 'begin\nend\n',
    '.gitignore': 'skip',
    'skip/a.txt': 'begin',
    '.git/a.txt': 'begin',
    '.hidden': 'begin',
  });
  const { run } = fixture(root);
  assert.match(textOf(await run('Grep', { pattern: 'begin.end' })), /^Nothing/);
  assert.match(textOf(await run('Grep', { pattern: 'begin.end', multiline: true })), /a\.txt/);
  assert.deepEqual(
    textOf(await run('Grep', { pattern: 'begin' }))
      .split('\n')
      .slice(1)
      .sort(),
    ['.hidden', 'a.txt'],
  );
});

test('Grep explains a pattern, type or glob that is not valid', async (t) => {
  const { run } = fixture(await tempFolder(t));
  await assert.rejects(
    run('Grep', { pattern: 'a(' }),
    /^Error: pattern: not a valid regular expression\.\n.*unclosed group/s,
  );
  await assert.rejects(run('Grep', { pattern: '(?=x)' }), /look-around and backreferences are not supported/);
  await assert.rejects(run('Grep', { pattern: 'x', type: 'nope' }), /type: unrecognized file type: nope\. Use glob/);
  await assert.rejects(run('Grep', { pattern: 'x', path: 'nowhere' }), /nowhere does not exist/);
});

test('a match in a binary file is named, not printed', async (t) => {
  const root = await tempFolder(t);
  await writeFile(path.join(root, 'a.bin'), Buffer.from('hit\0\x01\x02hit'));
  const { run } = fixture(root);
  assert.match(
    textOf(await run('Grep', { pattern: 'hit', output_mode: 'content', path: 'a.bin' })),
    /\na\.bin\n\[binary file matches\]$/,
  );
  const hidden = fixture(root, { denied: () => true });
  assert.match(textOf(await hidden.run('Grep', { pattern: 'hit', output_mode: 'content', path: 'a.bin' })), /^Nothing/);
});

test('a pattern, glob or type is never taken for an option', async (t) => {
  const root = await tempFolder(t);
  await fill(root, { 'a.txt': '--files x -v' });
  const { run } = fixture(root);
  assert.match(textOf(await run('Grep', { pattern: '--files' })), /\na\.txt$/);
  assert.match(textOf(await run('Grep', { pattern: '-v', glob: '--pre=touch' })), /^Nothing/);
  assert.match(textOf(await run('Glob', { pattern: '--pre=touch' })), /^No file/);
});

test('a configuration file of ripgrep is not read', async (t) => {
  const root = await tempFolder(t);
  await fill(root, { 'a.txt': 'x', rc: '--ignore-case\n' });
  const before = process.env['RIPGREP_CONFIG_PATH'];
  process.env['RIPGREP_CONFIG_PATH'] = path.join(root, 'rc');
  t.after(() => {
    if (before === undefined) delete process.env['RIPGREP_CONFIG_PATH'];
    else process.env['RIPGREP_CONFIG_PATH'] = before;
  });
  assert.match(textOf(await fixture(root).run('Grep', { pattern: 'X' })), /^Nothing/);
});

test('files that may not be read are in no result, and do not take the place of others', async (t) => {
  const root = await tempFolder(t);
  const secrets = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`secret${i}.txt`, 'hit SECRET\n'.repeat(3)]),
  );
  await fill(root, { ...secrets, 'z.txt': 'hit' });
  const { run } = fixture(root, { denied: (file) => path.basename(file).startsWith('secret') });
  for (const output_mode of ['content', 'files_with_matches', 'count']) {
    const text = textOf(await run('Grep', { pattern: 'hit', output_mode, head_limit: 2 }));
    assert.doesNotMatch(text, /secret/i);
    assert.match(text, /z\.txt/);
  }
  assert.equal(
    textOf(await run('Glob', { pattern: '*.txt' }))
      .split('\n')
      .slice(1)
      .join(),
    'z.txt',
  );
});

test('links are not followed out of the folder', async (t) => {
  const root = await tempFolder(t);
  const outside = await tempFolder(t);
  await fill(outside, { 'secret.txt': 'hit' });
  await symlink(outside, path.join(root, 'link'));
  await symlink(path.join(outside, 'secret.txt'), path.join(root, 'file.txt'));
  const { run } = fixture(root);
  assert.match(textOf(await run('Grep', { pattern: 'hit' })), /^Nothing/);
  assert.match(textOf(await run('Glob', { pattern: '**/*.txt' })), /^No file/);
});

test('a search that does not end is ended, and a cancel ends it at once', async (t) => {
  const { search } = await import('../../../src/tools/search.ts');
  const root = await tempFolder(t);
  const slow = path.join(root, 'rg');
  writeFileSync(slow, '#!/bin/sh\necho found\nexec sleep 31416\n');
  chmodSync(slow, 0o755);
  const abort = new AbortController();
  const records: string[] = [];
  const take = (record: string) => records.push(record) > 0;
  assert.deepEqual(await search(slow, [], '\n', { cwd: root, signal: abort.signal, timeoutMs: 200 }, take), {
    end: 'timeout',
    errors: '',
  });
  assert.deepEqual(records, ['found']);
  const going = search(slow, [], '\n', { cwd: root, signal: abort.signal }, () => {
    abort.abort();
    return true;
  });
  assert.equal((await going).end, 'cancelled');
  assert.equal((await search(slow, [], '\n', { cwd: root, signal: abort.signal }, take)).end, 'cancelled');
});

test('ripgrep is found in every place VS Code keeps it, then on PATH; without one the message says what to do', async (t) => {
  const root = await tempFolder(t);
  const places = {
    appRoot: root,
    platform: 'linux',
    arch: 'x64',
    searchPath: `relative:${path.join(root, 'path')}`,
  } as const;
  await assert.rejects(findRipgrep(places), /Install ripgrep/);
  const put = async (name: string, mode: number) => {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, '', { mode });
    return file;
  };
  const inTurn = [
    'path/rg',
    'node_modules.asar.unpacked/@vscode/ripgrep/bin/rg',
    'node_modules/@vscode/ripgrep/bin/rg',
    'node_modules/@vscode/ripgrep-universal/bin/linux-x64/rg',
  ];
  await put('node_modules/@vscode/ripgrep-universal/bin/darwin-arm64/rg', 0o755);
  for (const name of inTurn) {
    const file = await put(name, 0o755);
    assert.equal(await findRipgrep(places), file);
    // What a repository brings along is not started, though PATH leads there.
    const bring = { platform: 'linux', arch: 'x64', searchPath: path.join(root, 'path'), notFrom: [root] } as const;
    await assert.rejects(findRipgrep(bring), /Install ripgrep/);
  }
});

test('a missing or broken ripgrep is told by both tools', async (t) => {
  const root = await tempFolder(t);
  const missing = fixture(root, { ripgrep: () => findRipgrep({ platform: 'linux', arch: 'x64', searchPath: '' }) });
  await assert.rejects(missing.run('Glob', { pattern: '*' }), /Install ripgrep/);
  const broken = fixture(root, { ripgrep: async () => path.join(root, 'gone') });
  await assert.rejects(broken.run('Grep', { pattern: 'x' }), /could not be started: it does not exist/);
});
