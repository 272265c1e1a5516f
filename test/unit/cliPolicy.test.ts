// `assent policy`: files in, findings with their place out; expected decisions; exit status for a build.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { after, test } from 'node:test';
import { main } from '../../src/cli.ts';
import { shellReader } from '../support/shellReader.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? process.cwd();
const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-policy-')));
after(() => rmSync(base, { recursive: true, force: true }));
const home = path.join(base, 'home');
mkdirSync(home);

async function policy(...args: string[]) {
  const output = new PassThrough();
  const errors = new PassThrough();
  const status = await main(['policy', ...args], Readable.from([]), output, errors, shellReader);
  return { status, text: String(output.read() ?? ''), errors: String(errors.read() ?? '') };
}
const write = (name: string, text: string) => {
  const file = path.join(base, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const jsonLines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line): Record<string, unknown> => JSON.parse(line));

test('lint: file, line, column, level, code, message; fixes as data', async () => {
  const file = write(
    'a/.claude/settings.json',
    '\ufeff{\n  "permissions": {\n    "allow": ["Bash(npm test)", "Write(src/a.ts)"],\n    "deny": [\n      "Read(/etc/passwd)", "Read(/etc/passwd)"]\n  }\n}\n',
  );
  const lint = await policy('lint', '--settings', file, '--home', home);
  assert.equal(lint.status, 1);
  const [first, second, third, last] = lint.text.trim().split('\n');
  assert.match(
    first ?? '',
    /a\/\.claude\/settings\.json:3:33: error permissions\.rule\.useInstead .*Write Edit\(src\/a\.ts\)\./,
  );
  assert.match(second ?? '', /settings\.json:5:7: error policy\.anchor /);
  assert.match(third ?? '', /settings\.json:5:28: error policy\.anchor /);
  assert.equal(last, '1 file: 3 errors, 0 warnings, 0 notes');
  const [found] = jsonLines((await policy('lint', '--settings', file, '--home', home, '--json')).text);
  assert.equal(found?.['code'], 'permissions.rule.useInstead');
  assert.equal(found?.['file'], file);
  assert.deepEqual([found?.['line'], found?.['column'], found?.['level']], [3, 33, 'error']);
  assert.match(JSON.stringify(found?.['fix']), /Edit\(src\/a\.ts\)/);
});

test('what a file of a repository says cannot steer the terminal or hide from its reader', async () => {
  const odd = '\u001b]0;x\u0007\u009b2J\u202e\r\u200b';
  const file = write('odd.json', JSON.stringify({ permissions: { deny: [`Bash(${odd}`, `Nope(${odd})`] }, [odd]: 1 }));
  const cases = JSON.stringify([
    { name: odd, tool: 'Bash', input: { command: `echo ${odd}` }, expect: 'deny' },
    { name: odd, tool: odd, input: {}, expect: odd },
  ]);
  const hidden = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]/;
  for (const args of [
    ['lint', '--settings', file, '--home', home],
    ['test', write('odd-cases.json', cases), '--settings', write('nothing.json', '{}'), '--home', home],
    ['test', write(`odd${odd.replaceAll('/', '')}.json`, '{'), '--home', home],
    ['lint', '--settings', odd],
  ]) {
    for (const json of [[], ['--json']]) {
      const { text, errors } = await policy(...args, ...json);
      assert.ok(text !== '' || errors !== '');
      assert.doesNotMatch(text + errors, hidden, args.join(' '));
    }
  }
});

test('lint: a link of a repository to a device is not read to its end', { timeout: 20_000 }, async () => {
  const file = write('device/.claude/x', '').replace(/x$/, 'settings.json');
  symlinkSync('/dev/zero', file);
  const { status, errors } = await policy('lint', path.join(base, 'device'), '--home', home);
  assert.equal(status, 2);
  assert.match(errors, /settings\.json is no file of a usual size/);
});

test('lint: the exit status says how bad it is', async () => {
  const clean = write('clean.json', '{"permissions":{"allow":["Bash(npm test)"],"deny":["Read(.env)"]}}');
  const broad = write('broad.json', '{"permissions":{"allow":["Bash(python3:*)"]}}');
  const broken = write('broken.json', '{"permissions":{"allow":["Bash(npm test)"],}}');
  const lint = async (...args: string[]) => (await policy('lint', '--home', home, ...args)).status;
  assert.equal(await lint('--settings', clean), 0);
  assert.equal(await lint('--settings', broad), 0);
  assert.equal(await lint('--settings', broad, '--strict'), 1);
  assert.equal(await lint('--settings', broken), 1);
  assert.match((await policy('lint', '--settings', broken)).text, /broken\.json:1:43: error settings\.trailingComma/);
  assert.equal(await lint('--settings', path.join(base, 'none.json')), 2);
  assert.equal(await lint('--fast'), 2);
  assert.equal(await lint('a', 'b'), 2);
});

test('lint: all files that a conversation in a folder would read count together', async () => {
  write('repo/.git/HEAD', 'ref: refs/heads/main\n');
  write('repo/.claude/settings.json', '{"permissions":{"allow":["Bash(make)"],"deny":["Bash(git push:*)"]}}');
  write('repo/app/.claude/settings.json', '{"permissions":{"allow":["Bash(git push origin x)"]}}');
  write('home/.claude/settings.json', '{"permissions":{"allow":["Bash(npm test)"]}}');
  const managed = write('managed.json', '{"permissions":{"ask":["Bash(npm test)"]}}');
  const { text } = await policy('lint', '--json', '--home', home, '--managed', managed, path.join(base, 'repo/app'));
  assert.deepEqual(
    jsonLines(text).map((one) => [path.relative(base, String(one['file'])), one['code'], one['rule']]),
    [
      ['home/.claude/settings.json', 'policy.asked', 'Bash(npm test)'],
      ['repo/app/.claude/settings.json', 'policy.denied', 'Bash(git push origin x)'],
      ['repo/.claude/settings.json', 'policy.parentFolder', 'Bash(make)'],
    ],
  );
  const only = write('only.json', '{"allowManagedPermissionRulesOnly":true}');
  const strict = await policy('lint', '--json', '--home', home, '--managed', only, path.join(base, 'repo/app'));
  assert.equal(jsonLines(strict.text).filter((one) => one['code'] === 'policy.managedOnly').length, 3);
});

const sample = path.join(base, 'sample');
cpSync(path.join(ROOT, 'test/fixtures/policy'), sample, { recursive: true });

test('without the parsers of commands nothing is said of rules for them', async () => {
  const errors = new PassThrough();
  const reader = { read: () => ({ notUnderstood: { code: 'permissions.shell.noParser', args: { detail: 'gone' } } }) };
  const status = await main(['policy', 'lint', base], Readable.from([]), new PassThrough(), errors, async () => reader);
  assert.equal(status, 2);
  assert.match(String(errors.read()), /gone/);
});

test('test: the sample of the documentation holds', async () => {
  const { status, text, errors } = await policy(
    'test',
    '--root',
    sample,
    '--home',
    home,
    path.join(sample, 'expected.jsonl'),
  );
  assert.equal(text, '9 of 9 decisions are as expected\n', errors);
  assert.equal(status, 0);
  const lint = await policy('lint', '--home', home, '--strict', sample);
  assert.equal(lint.status, 0, lint.text);
});

test('test: what is not as expected is explained', async () => {
  const cases = write(
    'cases.json',
    JSON.stringify([
      { name: 'pushes run', tool: 'Bash', input: { command: 'git push origin main' }, expect: 'allow' },
      { tool: 'Bash', input: { command: 'npm test' }, expect: 'allow', rule: 'Bash(npm run test:*)' },
      { tool: 'Bash', input: { command: 'npm test' }, expect: 'allow' },
    ]),
  );
  const { status, text } = await policy('test', '--root', sample, '--home', home, cases);
  assert.equal(status, 1);
  assert.match(
    text,
    /✖ pushes run \(.*cases\.json, case 1\)\n {4}expected: allow\n {4}decided: ask, by the step "ask"/,
  );
  assert.match(text, /rule: ask Bash\(git push:\*\) \(.*settings\.json:4\)/);
  assert.match(text, /✖ case 2 .*\n {4}expected: allow by the rule Bash\(npm run test:\*\)/);
  assert.match(text, /\n1 of 3 decisions are as expected\n$/);
  const lines = jsonLines((await policy('test', '--root', sample, '--home', home, '--json', cases)).text);
  assert.deepEqual(
    lines.map((one) => [one['met'], one['decision']]),
    [
      [false, 'ask'],
      [false, 'allow'],
      [true, 'allow'],
    ],
  );
});

test('test: files that are named stand alone, with those of the organisation above', async () => {
  const mine = write('mine.json', '{"permissions":{"allow":["Bash(make)","Bash(npm test)"]}}');
  const managed = write('deny.json', '{"permissions":{"deny":["Bash(make)"]}}');
  const cases = write(
    'two.jsonl',
    '{"tool":"Bash","input":{"command":"make"},"expect":"deny"}\n\n{"tool":"Bash","input":{"command":"npm test"},"expect":"allow"}\n',
  );
  assert.equal((await policy('test', '--settings', mine, '--managed', managed, '--home', home, cases)).status, 0);
  assert.equal((await policy('test', '--settings', mine, '--home', home, cases)).status, 1);
});

test('test: cases that cannot be read make the status 2, and so do broken settings', async () => {
  const wrong = write(
    'wrong.jsonl',
    '{"tool":"Bash","input":{"command":"ls"},"expect":"allow"}\n{"tool":"Bash","expect":"maybe"}\n',
  );
  const told = await policy('test', '--root', sample, '--home', home, wrong);
  assert.equal(told.status, 2);
  assert.match(told.text, /wrong\.jsonl, line 2: /);
  const status = async (...args: string[]) => (await policy('test', '--home', home, ...args)).status;
  assert.equal(await status('--root', sample, write('none.txt', 'hello')), 2);
  assert.equal(await status('--root', sample, write('empty.json', '[]')), 2);
  assert.equal(await status('--root', sample, path.join(base, 'missing.json')), 2);
  assert.equal(await status('--root', sample, write('input.json', '[{"tool":"Read","input":{},"expect":"ask"}]')), 2);
  write('bad/.claude/settings.json', '{"permissions":');
  const good = write('good.json', '[{"tool":"Bash","input":{"command":"ls"},"expect":"allow"}]');
  assert.equal(await status('--root', path.join(base, 'bad'), good), 2);
  assert.equal(await status(), 2);
  assert.equal((await policy('dance')).status, 2);
  assert.equal((await policy('--help')).status, 0);
});
