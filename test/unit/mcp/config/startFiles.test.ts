// Which files of a repository a start names, however it names them, and when they count as others.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { ServerTransport } from '../../../../src/contracts/mcp.ts';
import { changedFiles } from '../../../../src/mcp/approval.ts';
import { startFiles } from '../../../../src/mcp/config/startFiles.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-start-')));
after(() => rmSync(base, { recursive: true, force: true }));
let root = '';
let outside = '';
let count = 0;
beforeEach(() => {
  const folder = path.join(base, String(count++));
  root = path.join(folder, 'proj');
  outside = path.join(folder, 'elsewhere');
  for (const one of [path.join(root, 'bin'), path.join(root, 'sub'), outside]) mkdirSync(one, { recursive: true });
  for (const name of ['a.mjs', 'b.mjs', 'two words.mjs', 'sub/c.mjs', 'bin/tool']) put(name);
  chmodSync(path.join(root, 'bin/tool'), 0o755);
});
const put = (name: string, text = name) => writeFileSync(path.resolve(root, name), text);
const stdio = (command: string, args: string[] = [], more: { cwd?: string; env?: Record<string, string> } = {}) =>
  ({ type: 'stdio', command, args, env: {}, ...more }) satisfies ServerTransport;
const find = async (transport: ServerTransport, more: string[] = [], repository?: string) => {
  const found = await startFiles(transport, more, { root, repository, env: { PATH: '/usr/bin:/bin' } });
  assert.ok(found);
  return found;
};
const names = async (transport: ServerTransport, more: string[] = []) =>
  (await find(transport, more)).map((one) => one.path);

const ROWS: Array<[what: string, transport: () => ServerTransport, ...files: string[]]> = [
  ['a program from outside with words that are no files', () => stdio('npx', ['-y', 'docs-mcp', '--port=3'])],
  ['an argument', () => stdio('node', ['a.mjs']), 'a.mjs'],
  ['an argument that is written whole', () => stdio('node', [path.join(root, 'a.mjs')]), 'a.mjs'],
  ['a way about', () => stdio('node', ['sub/../sub/./c.mjs']), 'sub/c.mjs'],
  ['an option with its value', () => stdio('node', ['--import=./a.mjs', './b.mjs']), 'a.mjs', 'b.mjs'],
  ['a list in one argument', () => stdio('x', ['--plugins', 'a.mjs,b.mjs']), 'a.mjs', 'b.mjs'],
  ['a line for a shell', () => stdio('sh', ['-c', 'cd sub; exec node "./a.mjs"&&bin/tool']), 'a.mjs', 'bin/tool'],
  ['a name with a blank', () => stdio('node', ['two words.mjs']), 'two words.mjs'],
  ['the command itself', () => stdio('./bin/tool'), 'bin/tool'],
  ['a command by way of PATH', () => stdio('tool', [], { env: { PATH: './bin:/bin' } }), 'bin/tool'],
  ['a folder of its own', () => stdio('node', ['c.mjs'], { cwd: 'sub' }), 'sub/c.mjs'],
  ['a folder is not looked into', () => stdio('node', ['sub'])],
  ['a folder to start in', () => stdio('uv', ['--directory', './sub', 'run', 'c.mjs']), 'sub/c.mjs'],
  ['a folder that a shell goes to', () => stdio('sh', ['-c', 'cd sub && exec node c.mjs']), 'sub/c.mjs'],
  ['a name without its ending', () => stdio('node', ['-r', './a', 'sub/c']), 'a.mjs', 'sub/c.mjs'],
  ['a variable for the folder', () => stdio('sh', ['-c', 'node "$PWD/a.mjs" "$(pwd)"/b.mjs']), 'a.mjs', 'b.mjs'],
  ['the folder that programs are told', () => stdio('node', ['$' + '{CLAUDE_PROJECT_DIR:-.}/a.mjs']), 'a.mjs'],
  ['the folder as the system calls it', () => stdio('node', ['/proc/self/cwd/a.mjs']), 'a.mjs'],
  ['an address of a file', () => stdio('node', ['--import', `file://${root}/a.mjs`]), 'a.mjs'],
  ['a program within a line', () => stdio('env', ['tool'], { env: { PATH: './bin:/bin' } }), 'bin/tool'],
  [
    'a variable that brings code',
    () => stdio('node', [], { env: { NODE_OPTIONS: '-r ./a.mjs', DATA: 'b.mjs' } }),
    'a.mjs',
  ],
  ['a file outside', () => stdio('node', [outside])],
  [
    'the helper of an address',
    () => ({ type: 'http', url: 'https://a.example', headers: {}, headersHelper: 'node ./a.mjs | bin/tool' }),
    'a.mjs',
    'bin/tool',
  ],
  ['an address that looks like a file', () => ({ type: 'http', url: 'a.mjs', headers: {} })],
];
for (const [what, transport, ...files] of ROWS)
  test(`named: ${what}`, async () => assert.deepEqual(await names(transport()), files));

test('a file of variables is one of them, each file once', async () => {
  assert.deepEqual(await names(stdio('node', ['a.mjs', './a.mjs']), ['b.mjs', path.join(root, 'a.mjs')]), [
    'a.mjs',
    'b.mjs',
  ]);
});

test('links: what they lead to inside counts by its content, what they lead to outside by its place', async () => {
  symlinkSync(path.join(root, 'a.mjs'), path.join(root, 'link.mjs'));
  writeFileSync(path.join(outside, 'x.mjs'), 'x');
  writeFileSync(path.join(outside, 'y.mjs'), 'y');
  const out = path.join(root, 'out.mjs');
  symlinkSync(path.join(outside, 'x.mjs'), out);
  symlinkSync(path.join(root, 'sub'), path.join(outside, 'way'));
  const start = stdio('node', ['link.mjs', 'out.mjs', path.join(outside, 'way/c.mjs')]);
  const before = await find(start);
  assert.deepEqual(
    before.map((one) => one.path),
    ['link.mjs', 'out.mjs', 'sub/c.mjs'],
  );
  assert.equal(before[1]?.version, `link:${path.join(outside, 'x.mjs')}`);
  writeFileSync(path.join(outside, 'x.mjs'), 'a newer version of the system');
  assert.deepEqual(changedFiles(before, await find(start)), []);
  put('a.mjs', 'other');
  put('sub/c.mjs', 'other');
  rmSync(out);
  symlinkSync(path.join(outside, 'y.mjs'), out);
  assert.deepEqual(changedFiles(before, await find(start)), ['link.mjs', 'out.mjs', 'sub/c.mjs']);
});

test('a file that comes or goes is a change, one that is written again as it was is none', async () => {
  const start = stdio('node', ['a.mjs', 'later.mjs']);
  const before = await find(start);
  put('a.mjs');
  assert.deepEqual(changedFiles(before, await find(start)), []);
  put('later.mjs');
  rmSync(path.join(root, 'a.mjs'));
  assert.deepEqual(changedFiles(before, await find(start)), ['a.mjs', 'later.mjs']);
});

test('a database that a server writes does not ask at each start; a program in its place does', async () => {
  const database = (text: string) => put('notes.db', `SQLite format 3\0${text}`);
  database('one');
  const start = stdio('uvx', ['mcp-server-sqlite', '--db-path', 'notes.db']);
  const before = await find(start);
  database('two');
  assert.deepEqual(changedFiles(before, await find(start)), []);
  put('notes.db', '#!/bin/sh\n');
  assert.deepEqual(changedFiles(before, await find(start)), ['notes.db']);
  // However large the one is, and whatever stands somewhere in the other.
  const later = 'x'.repeat(64 * 1024);
  database(`one${later}`);
  assert.deepEqual(await find(start), []);
  put('a.mjs', `${later}SQLite format 3\0`);
  assert.deepEqual(await names(stdio('node', ['a.mjs'])), ['a.mjs']);
});

test('a link that leads outside is one where the folder itself is reached by a link, however the file is named', async () => {
  writeFileSync(path.join(outside, 'x.mjs'), 'x');
  symlinkSync(path.join(outside, 'x.mjs'), path.join(root, 'out.mjs'));
  const way = path.join(outside, 'way');
  symlinkSync(root, way);
  for (const folder of [root, way]) {
    const found = await startFiles(stdio('node', [path.join(folder, 'out.mjs')]), [], { root: way, env: {} });
    assert.deepEqual(found, [{ path: 'out.mjs', version: `link:${path.join(outside, 'x.mjs')}` }]);
  }
});

test('a file that is too large to be read each time is told by its last change', async () => {
  const large = path.join(root, 'large');
  writeFileSync(large, '');
  chmodSync(large, 0o755);
  // A hole: nothing of it is on the disk.
  truncateSync(large, 33 * 1024 * 1024);
  const before = await find(stdio('./large'));
  assert.match(before[0]?.version ?? '', /^size:34603008 changed:/);
  const written = statSync(large).ctimeMs;
  // Clocks of disks are coarse.
  while (statSync(large).ctimeMs === written) truncateSync(large, 33 * 1024 * 1024);
  // The time that anybody can set says nothing.
  utimesSync(large, new Date(0), new Date(0));
  assert.deepEqual(changedFiles(before, await find(stdio('./large'))), ['large']);
});

test('modules and folders of python and node: what they are is found', async () => {
  mkdirSync(path.join(root, 'tools/pack'), { recursive: true });
  for (const name of ['tools/serve.py', 'tools/pack/__main__.py', 'sub/index.js']) put(name);
  assert.deepEqual(await names(stdio('python3', ['-m', 'tools.serve'])), ['tools/serve.py']);
  assert.deepEqual(await names(stdio('python3', ['-m', 'tools.pack'])), ['tools/pack/__main__.py']);
  assert.deepEqual(await names(stdio('python3', ['-m', 'serve'], { env: { PYTHONPATH: 'tools' } })), [
    'tools/serve.py',
  ]);
  assert.deepEqual(await names(stdio('node', ['sub'])), ['sub/index.js']);
});

test('what a repository says to a runner of packages is part of what it starts', async () => {
  for (const folder of ['node_modules/.bin', 'node_modules/@scope/docs'])
    mkdirSync(path.join(root, folder), { recursive: true });
  put('package.json', '{"name":"proj","dependencies":{}}');
  put('node_modules/.bin/other');
  const start = stdio('npx', ['-y', '@scope/docs@1.0.0']);
  const more = stdio('cmd', ['/c', 'npx', '-y', 'docs-mcp@1.0.0']);
  assert.deepEqual(await names(start), []);
  assert.deepEqual(await names(more), []);
  put('.npmrc', 'registry=https://evil.example');
  assert.deepEqual(await names(start), ['.npmrc']);
  rmSync(path.join(root, '.npmrc'));
  put('node_modules/@scope/docs/package.json', '{"version":"1.0.0","bin":{"x":"evil.js"}}');
  put('node_modules/@scope/docs/evil.js');
  assert.deepEqual(await names(start), ['node_modules/@scope/docs/evil.js', 'node_modules/@scope/docs/package.json']);
  put('node_modules/.bin/docs-mcp@1.0.0');
  assert.deepEqual(await names(more), ['node_modules/.bin/docs-mcp@1.0.0']);
  put('package.json', '{"name":"proj","bin":{"docs-mcp@1.0.0":"a.mjs"}}');
  assert.deepEqual(await names(more), ['a.mjs', 'node_modules/.bin/docs-mcp@1.0.0', 'package.json']);
  // Who starts something else is not asked with each change of a manifest.
  assert.deepEqual(await names(stdio('node', ['docs-mcp@1.0.0'])), []);
});

test('a folder of a larger repository: its other folders are the repository, too', async () => {
  mkdirSync(path.join(outside, 'tools'));
  mkdirSync(path.join(outside, 'app'));
  const start = stdio('node', ['../tools/s.mjs']);
  writeFileSync(path.join(outside, 'tools/s.mjs'), 's');
  const top = outside;
  root = path.join(outside, 'app');
  assert.deepEqual(await find(start), []);
  const before = await find(start, [], top);
  assert.deepEqual(
    before.map((one) => one.path),
    ['../tools/s.mjs'],
  );
  writeFileSync(path.join(outside, 'tools/s.mjs'), 'other');
  assert.deepEqual(changedFiles(before, await find(start, [], top)), ['../tools/s.mjs']);
});

test('a link in a circle, a pipe, a name that no disk takes: nothing is waited for', async () => {
  symlinkSync('circle', path.join(root, 'circle'));
  execFileSync('mkfifo', [path.join(root, 'pipe')]);
  assert.deepEqual(await names(stdio('node', ['a.mjs', 'circle', 'pipe', 'x'.repeat(5000), 'a.mjs\0'])), ['a.mjs']);
});

test('who names more than is looked at hides nothing behind it', async () => {
  const all = (count: number, word: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => word(index)).join(' ');
  const look = (text: string) => startFiles(stdio('sh', ['-c', `${text} a.mjs`]), [], { root, env: {} });
  assert.deepEqual(
    (await look(all(2000, (index) => `w${index}`)))?.map((one) => one.path),
    ['a.mjs'],
  );
  assert.equal(await look(all(30_000, (index) => `w${index}`)), undefined);
  assert.equal(await look(all(2000, (index) => `/w${index}`)), undefined);
});
