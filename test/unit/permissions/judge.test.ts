// The judge on a real disk: links, programs of the workspace, options that change, and results of searches.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Action, Mode } from '../../../src/contracts/permission.ts';
import type { PastCall } from '../../../src/contracts/ruleUse.ts';
import { deniedForReading } from '../../../src/permissions/deniedForReading.ts';
import { deniedOutright } from '../../../src/permissions/deniedOutright.ts';
import { createJudge, type JudgeOptions } from '../../../src/permissions/judge.ts';
import { shellReader } from '../../support/shellReader.ts';
import { rulesOf } from './call.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-judge-')));
after(() => rmSync(base, { recursive: true, force: true }));
const root = path.join(base, 'proj');
const outside = path.join(base, 'outside');
mkdirSync(path.join(root, 'src'), { recursive: true });
mkdirSync(path.join(root, 'bin'));
mkdirSync(outside);
writeFileSync(path.join(root, '.env'), 'x');
writeFileSync(path.join(root, 'src/.env'), 'x');
writeFileSync(path.join(root, 'a.ts'), 'x');
writeFileSync(path.join(outside, 'secret'), 'x');
writeFileSync(path.join(root, 'bin/ls'), '#!/bin/sh\n');
chmodSync(path.join(root, 'bin/ls'), 0o755);
symlinkSync(outside, path.join(root, 'out'));
symlinkSync(path.join(outside, 'nowhere'), path.join(root, 'dangling'));
symlinkSync('.env', path.join(root, 'plain-name'));

const options = (more: Partial<JudgeOptions> = {}): JudgeOptions => ({
  rules: [],
  root,
  home: path.join(base, 'home'),
  additionalDirectories: [],
  trusted: true,
  degraded: false,
  disableBypass: false,
  files: { local: '/local.json' },
  shell: shellReader,
  ...more,
});

const judge = (action: Action, more: Partial<JudgeOptions> = {}, mode: Mode = 'default') =>
  createJudge(() => options(more))({
    tool: action.kind === 'run' ? 'Bash' : action.kind === 'write' ? 'Write' : 'Read',
    input: {},
    actions: [action],
    mode,
    cwd: root,
  });
const runs = (command: string): Action => ({ kind: 'run', command, cwd: root });

test('links of the disk are followed, also those that lead nowhere yet', async () => {
  assert.equal((await judge({ kind: 'read', path: path.join(root, 'a.ts') })).kind, 'allow');
  assert.equal((await judge({ kind: 'read', path: path.join(root, 'out/secret') })).kind, 'ask');
  assert.equal((await judge({ kind: 'write', path: path.join(root, 'dangling') }, {}, 'acceptEdits')).kind, 'ask');
  assert.equal((await judge({ kind: 'write', path: path.join(root, 'out/new/deep') }, {}, 'acceptEdits')).kind, 'ask');
  assert.equal((await judge({ kind: 'write', path: path.join(root, 'new/deep') }, {}, 'acceptEdits')).kind, 'allow');
  assert.equal(
    (await judge({ kind: 'read', path: path.join(root, 'plain-name') }, { rules: rulesOf(['deny Read(.env)']) })).kind,
    'deny',
  );
  assert.equal((await judge(runs('cat out/secret'))).kind, 'ask');
  assert.equal(
    (await judge({ kind: 'read', path: path.join(outside, 'secret') }, { additionalDirectories: [outside] })).kind,
    'allow',
  );
});

test('an additional folder that was turned into a link after it was accepted covers nothing any more', async () => {
  const extra = path.join(base, 'extra');
  mkdirSync(path.join(extra, 'a'), { recursive: true });
  const read = (file: string) => judge({ kind: 'read', path: file }, { additionalDirectories: [extra] });
  assert.equal((await read(path.join(extra, 'a'))).kind, 'allow');
  rmSync(extra, { recursive: true });
  symlinkSync(outside, extra);
  assert.equal((await read(path.join(extra, 'secret'))).kind, 'ask');
  assert.equal((await read(path.join(outside, 'secret'))).kind, 'ask');
});

test('a star in a host is one label, and no rule of a repository keeps the engine busy', async () => {
  const fetches = async (rule: string, host: string) =>
    (await judge({ kind: 'fetch', url: `https://${host}/` }, { rules: rulesOf([`deny WebFetch(domain:${rule})`]) }))
      .kind;
  for (const [rule, host, verdict] of [
    ['docs.*', 'docs.example', 'deny'],
    ['docs.*', 'docs.example.com', 'ask'],
    ['docs.*', 'docs.', 'ask'],
    ['evil.example', 'EVIL.example..', 'deny'],
    ['a*b*c.example', 'aXbYc.example', 'deny'],
    ['a*b*c.example', 'abc.example', 'ask'],
    ['a*a.example', 'aa.example', 'ask'],
    ['a*a.example', 'aaa.example', 'deny'],
    [`${'*a'.repeat(20)}*b.example`, `${'a'.repeat(63)}.example`, 'ask'],
  ] as const) {
    assert.equal(await fetches(rule, host), verdict, `${rule} ${host}`);
  }
});

test('patterns with many gaps keep nobody busy: in doubt what forbids holds, and what allows does not', async () => {
  const reads = async (rule: string, file: string) =>
    (await judge({ kind: 'read', path: file }, { rules: rulesOf([rule]) })).kind;
  for (const [rule, file, verdict] of [
    ['deny Read(a/**/b/**/c/**/d)', 'a/x/b/c/y/d', 'deny'],
    ['deny Read(a/**/b/**/c/**/d)', 'a/x/b/c/y/e', 'allow'],
    ['deny Read(a/**/**/**/d)', 'a/d', 'deny'],
    ['deny Read(a/**/a/**/a/**/a/**/a/**/a/**/x)', `${'a/'.repeat(50)}y`, 'allow'],
    ['deny Read(a/**/a/**/a/**/a/**/a/**/a/**/x)', `${'a/'.repeat(1000)}y`, 'deny'],
    ['deny Read(a/**/x)', `${'a/'.repeat(400)}y`, 'allow'],
    ['ask Read(a/**/a/**/x)', `${'a/'.repeat(1000)}y`, 'ask'],
  ] as const) {
    assert.equal(await reads(rule, path.join(root, file)), verdict, `${rule} ${file.slice(0, 40)}`);
  }
  const outside = `${'a/'.repeat(1000)}x`;
  assert.equal(await reads('allow Read(//a/**/a/**/x)', `/${outside}`), 'ask');
  assert.equal(await reads('allow Read(//a/**/b/**/x)', '/a/b/c/x'), 'allow');
});

test('a pattern of a command that long names nearly fit is compared in one go', { timeout: 60_000 }, async () => {
  const folder = path.join(root, 'names');
  mkdirSync(folder);
  for (let length = 200; length < 250; length++) writeFileSync(path.join(folder, `${'a'.repeat(length)}c`), '');
  symlinkSync(path.join(outside, 'secret'), path.join(folder, 'a1a2a3ab'));
  const at = (command: string) => judge({ kind: 'run', command, cwd: folder });
  assert.equal((await at('cat *a*a*a*a*c')).kind, 'allow');
  assert.equal((await at('cat *a*a*a*a?b')).kind, 'allow');
  assert.equal((await at('cat *a*a*a*a*b')).kind, 'ask');
  assert.equal((await at('cat a?a*a*b')).kind, 'ask');
});

test('a root that is reached through a link is still the workspace', async () => {
  const link = path.join(base, 'link');
  symlinkSync(root, link);
  const judged = await createJudge(() => options({ root: link }))({
    tool: 'Read',
    input: {},
    actions: [{ kind: 'read', path: path.join(link, 'a.ts') }],
    mode: 'default',
    cwd: link,
  });
  assert.equal(judged.kind, 'allow');
});

test('a built-in name that is found in the workspace is another program', async () => {
  assert.equal((await judge(runs('ls'), { searchPath: '/usr/bin:/bin' })).kind, 'allow');
  assert.equal((await judge(runs('ls'), { searchPath: `${root}/bin:/usr/bin:/bin` })).kind, 'ask');
  assert.equal((await judge(runs('ls'), { searchPath: '/usr/bin:/bin:./bin' })).kind, 'allow');
  assert.equal((await judge(runs('ls'), { searchPath: './bin:/usr/bin' })).kind, 'ask');
});

test('commands make files in accept-edits mode, but replace none', async () => {
  assert.equal((await judge(runs('cp a.ts b.ts'), {}, 'acceptEdits')).kind, 'allow');
  assert.equal((await judge(runs('cp a.ts .env'), {}, 'acceptEdits')).kind, 'ask');
  assert.equal((await judge(runs('mv a.ts c.ts'), {}, 'acceptEdits')).kind, 'allow');
  assert.equal((await judge(runs('mv a.ts ../c.ts'), {}, 'acceptEdits')).kind, 'ask');
});

test('git runs by itself in the repository of the workspace, not in one that came with it', async () => {
  mkdirSync(path.join(root, 'vendor/plain'), { recursive: true });
  mkdirSync(path.join(root, 'vendor/repo/.git'), { recursive: true });
  mkdirSync(path.join(root, 'vendor/bare'));
  writeFileSync(path.join(root, 'vendor/bare/HEAD'), 'ref: refs/heads/main');
  const at = (folder: string) => judge({ kind: 'run', command: 'git status', cwd: path.join(root, folder) });
  assert.equal((await at('.')).kind, 'allow');
  assert.equal((await at('vendor/plain')).kind, 'allow');
  assert.equal((await at('vendor/repo')).kind, 'ask');
  assert.equal((await at('vendor/bare')).kind, 'ask');
  assert.equal((await judge({ kind: 'run', command: 'ls', cwd: path.join(root, 'vendor/repo') })).kind, 'allow');
});

test('options are read anew for each call', async () => {
  let trusted = false;
  const one = createJudge(() => options({ trusted }));
  const ask = () => one({ tool: 'Bash', input: {}, actions: [runs('ls')], mode: 'default', cwd: root });
  assert.equal((await ask()).kind, 'deny');
  trusted = true;
  assert.equal((await ask()).kind, 'allow');
});

test('bypass that is forbidden is the default mode', async () => {
  assert.equal((await judge(runs('npm test'), {}, 'bypassPermissions')).kind, 'allow');
  const { kind, record } = await judge(runs('npm test'), { disableBypass: true }, 'bypassPermissions');
  assert.equal(kind, 'ask');
  assert.equal(record.mode, 'default');
});

test('offers name the file they go to, and are missing where the organisation decides', async () => {
  const { offers } = await judge(runs('npm test'));
  assert.deepEqual(offers, [
    { rules: ['Bash(npm test:*)'], scope: 'session' },
    { rules: ['Bash(npm test:*)'], scope: 'local', file: '/local.json' },
  ]);
  assert.equal((await judge(runs('npm test'), { managedRulesOnly: true })).offers, undefined);
});

test('git is asked about the file of an offer only where one would be written for this person', async () => {
  const asked: string[] = [];
  const ignore = { file: '/home/me/.config/git/ignore', line: '**/x' };
  const more: Partial<JudgeOptions> = {
    files: { local: '/local.json', project: '/project.json', user: '/user.json' },
    ignoreLine: async (file) => {
      asked.push(file);
      return ignore;
    },
  };
  const { offers } = await judge(runs('npm test'), more);
  assert.deepEqual(
    offers?.map((offer) => [offer.scope, offer.ignore]),
    [
      ['session', undefined],
      ['local', ignore],
      ['project', undefined],
      ['user', undefined],
    ],
  );
  await judge(runs('ls'), more);
  await judge(runs('python3 -c "x"'), more);
  assert.deepEqual(asked, ['/local.json']);
});

test('an offer says how many of the last calls one of its rules would have met', async () => {
  const ran = (command: string, index: number): PastCall => ({
    at: index,
    session: 's',
    call: String(index),
    tool: 'Bash',
    subject: command,
    decision: 'ask',
    step: 'mode',
    actions: [{ kind: 'run', command, cwd: root, argv: command.split(' ') }],
    rules: [],
  });
  const past = ['npm test', 'npm test -- x', 'npm run x', 'git push', 'npm test'].map(ran);
  past.push({
    ...ran('x', 9),
    tool: 'Read',
    actions: [{ kind: 'read', path: '/etc/hosts', realPath: '/etc/hosts', insideWorkingDirectories: false }],
  });
  const { offers } = await judge(runs('npm test'), { past: () => past });
  assert.deepEqual(offers?.[0]?.wouldHaveMatched, { calls: 3, of: 6 });
  const both = await judge(runs('npm test && git push'), { past: () => past });
  assert.deepEqual(both.offers?.[0]?.rules, ['Bash(npm test:*)', 'Bash(git push:*)']);
  assert.deepEqual(both.offers?.[0]?.wouldHaveMatched, { calls: 4, of: 6 });
  const reads = await judge({ kind: 'read', path: '/etc/hosts' }, { past: () => past });
  assert.deepEqual(reads.offers?.[0]?.wouldHaveMatched, { calls: 1, of: 6 });
  assert.equal((await judge(runs('npm test'), { past: () => [] })).offers?.[0]?.wouldHaveMatched, undefined);
});

test('what cannot be looked up asks, and a deny rule still holds', async () => {
  const broken: Action = JSON.parse('{"kind":"read"}');
  assert.equal((await judge(broken)).kind, 'ask');
  assert.equal((await judge(broken, { rules: rulesOf(['allow Read']) }, 'bypassPermissions')).kind, 'ask');
  assert.equal((await judge(broken, { rules: rulesOf(['deny Read']) })).kind, 'deny');
});

test('results of a search leave out what may not be read', async () => {
  const files = ['.env', 'src/.env', 'a.ts', 'plain-name', 'out/secret'].map((name) => path.join(root, name));
  const context = { root, home: path.join(base, 'home'), platform: process.platform };
  const denied = await deniedForReading(files, {
    ...context,
    rules: rulesOf(['deny Read(.env)', `deny Read(/${outside}/**)`]),
  });
  assert.deepEqual([...denied].map((file) => path.relative(root, file)).sort(), [
    '.env',
    'out/secret',
    'plain-name',
    'src/.env',
  ]);
  assert.equal(
    (await deniedForReading(files, { ...context, rules: rulesOf(['allow Read', 'deny Edit(.env)']) })).size,
    0,
  );
  assert.equal((await deniedForReading(files, { ...context, rules: rulesOf(['deny Read']) })).size, files.length);
});

test('what a search finds in a file that a rule asks about is kept back, unless the search itself was asked about', async () => {
  const files = ['a.ts', 'src/.env'].map((file) => path.join(root, file));
  const found = async (searched: string | undefined, ...rules: string[]) => {
    const context = { root, home: base, platform: 'linux' as const, rules: rulesOf(rules) };
    const where = searched === undefined ? {} : { searched: path.join(root, searched) };
    const denied = await deniedForReading(files, { ...context, ...where });
    return [...denied].map((file) => path.relative(root, file));
  };
  assert.deepEqual(await found('.', 'ask Read(src/**)'), ['src/.env']);
  assert.deepEqual(await found('src', 'ask Read(src/**)'), []);
  assert.deepEqual(await found('src', 'ask Read(src/**)', 'deny Read(.env)'), ['src/.env']);
  // Names alone are not read.
  assert.deepEqual(await found(undefined, 'ask Read(src/**)'), []);
});

test('a tool is taken away by a rule for the whole tool only', () => {
  const rows: Array<[string, string, boolean]> = [
    ['Bash', 'deny Bash', true],
    ['Bash', 'deny Bash(*)', true],
    ['Bash', 'deny Bash(rm:*)', false],
    ['Bash', 'ask Bash', false],
    ['Bash', 'deny *', true],
    ['mcp__a__b', 'deny mcp__a', true],
    ['mcp__a__b', 'deny mcp__*', true],
    ['mcp__ab__c', 'deny mcp__a', false],
    ['Read', 'deny Read(**)', false],
  ];
  for (const [tool, rule, expected] of rows)
    assert.equal(deniedOutright(tool, rulesOf([rule])), expected, `${tool} ${rule}`);
});
