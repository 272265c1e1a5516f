// The command line: the contract's lines in, decisions out, in order; faults per line; exit status.
import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { after, test } from 'node:test';
import { main } from '../../src/cli.ts';
import { describeCall } from '../../src/permissions/describeCall.ts';
import { createTools } from '../../src/tools/index.ts';
import { shellReader } from '../support/shellReader.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-cli-')));
after(() => rmSync(base, { recursive: true, force: true }));
const settings = (name: string, value: unknown) => {
  const file = path.join(base, name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
};

type Out = {
  id?: string;
  decision?: string;
  reason?: string;
  error?: string;
  because?: { code: string };
  record?: { winner?: { file: string; line: number } };
};

async function assent(args: string[], lines: unknown[] = []) {
  const output = new PassThrough();
  const errors = new PassThrough();
  const input = Readable.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`));
  const status = await main(args, input, output, errors, shellReader);
  const text = String(output.read() ?? '');
  return {
    status,
    text,
    errors: String(errors.read() ?? ''),
    out: text.startsWith('{')
      ? text
          .trim()
          .split('\n')
          .map((line): Out => JSON.parse(line))
      : [],
  };
}
const bash = (id: string, command: string, more: object = {}) => ({
  id,
  tool: 'Bash',
  input: { command },
  cwd: '/proj',
  context: { symlinks: {} },
  ...more,
});

test('assent mcp leads to the look at a server', async () => {
  const help = await assent(['mcp', '--help']);
  assert.equal(help.status, 0);
  assert.match(help.text, /^Usage: assent mcp probe/);
  const { status, errors } = await assent(['mcp', 'probe', '--', 'no-such-program']);
  assert.equal(status, 2);
  assert.match(errors, /no terminal to ask at\. Nothing was started/);
});

test('lines are answered in order, with reason, code and record', async () => {
  const { status, out } = await assent(
    ['decide'],
    [bash('1', 'ls'), '', bash('2', 'npm test'), bash('3', 'rm x', { rules: { deny: ['Bash(rm:*)'] } })],
  );
  assert.equal(status, 0);
  assert.deepEqual(
    out.map((one) => [one.id, one.decision]),
    [
      ['1', 'allow'],
      ['2', 'ask'],
      ['3', 'deny'],
    ],
  );
  assert.equal(out[2]?.reason, 'The rule Bash(rm:*) forbids it.');
  assert.equal(out[2]?.because?.code, 'permissions.denied.rule');
  assert.notEqual(out[0]?.record, undefined);
});

test('a line says its own mode, place and links', async () => {
  const write = {
    id: 'w',
    tool: 'Write',
    input: { file_path: 'a', content: '' },
    cwd: '/proj',
    context: { symlinks: {} },
  };
  const read = (file_path: string, context: object) => ({
    id: file_path,
    tool: 'Read',
    input: { file_path },
    cwd: '/proj',
    context,
  });
  const { out } = await assent(
    ['decide', '--mode', 'plan', '--home', '/home/a'],
    [
      write,
      { ...write, mode: 'acceptEdits' },
      { ...read('~/x', { home: '/home/b', symlinks: {} }), rules: { allow: ['Read(//home/b/x)'] } },
      { ...read('~/x', { symlinks: {} }), rules: { allow: ['Read(//home/a/x)'] } },
      read('l', { symlinks: { '/proj/l': '/etc/x' } }),
      { ...read('C:\\proj\\x', { platform: 'win32', symlinks: {} }), cwd: 'C:\\proj' },
    ],
  );
  assert.deepEqual(
    out.map((one) => one.decision),
    ['deny', 'allow', 'allow', 'allow', 'ask', 'allow'],
  );
});

test('a line that is not valid is an error of its own and makes the status 2', async () => {
  const { status, out } = await assent(
    ['decide'],
    [
      'no json',
      { tool: 'Bash' },
      { id: 'a', tool: 'Read', input: {} },
      { id: 'b', tool: 'Bash', input: { command: 'ls' }, mode: 'yolo' },
      bash('c', 'ls'),
    ],
  );
  assert.equal(status, 2);
  assert.deepEqual(
    out.map((one) => [one.id, one.decision, typeof one.error]),
    [
      [undefined, undefined, 'string'],
      [undefined, undefined, 'string'],
      ['a', undefined, 'string'],
      ['b', undefined, 'string'],
      ['c', 'allow', 'undefined'],
    ],
  );
});

test('settings files give rules with their place; rules of a line stand instead; those of the organisation stay', async () => {
  const user = settings('user.json', '{"permissions":{\n"allow":["Bash(npm test)"],\n"deny":["Bash(npm run x)"]}}');
  const managed = settings('managed.json', { permissions: { deny: ['Bash(curl:*)'] } });
  const lines = [
    bash('1', 'npm test'),
    bash('2', 'npm run x'),
    bash('3', 'npm run x', { rules: { allow: ['Bash(npm:*)'] } }),
    bash('4', 'curl x', { rules: { allow: ['Bash(curl:*)'] } }),
  ];
  const { status, out } = await assent(['decide', '--settings', user, '--managed', managed], lines);
  assert.equal(status, 0);
  assert.deepEqual(
    out.map((one) => one.decision),
    ['allow', 'deny', 'allow', 'deny'],
  );
  assert.equal(out[0]?.record?.winner?.file, user);
  assert.equal(out[1]?.record?.winner?.line, 3);
  const strict = settings('strict.json', { allowManagedPermissionRulesOnly: true });
  assert.deepEqual(
    (await assent(['decide', '--settings', user, '--managed', strict], lines)).out.map((one) => one.decision),
    ['ask', 'deny', 'ask', 'ask'],
  );
});

test('broken files: below the organisation nothing is loosened, of the organisation nothing starts', async () => {
  const broken = settings('broken.json', '{"permissions":{"allow":["Bash"],"deny":["Bash(rm:*)"],}}');
  const { out, errors } = await assent(['decide', '--settings', broken], [bash('1', 'npm test'), bash('2', 'rm x')]);
  assert.deepEqual(
    out.map((one) => one.decision),
    ['ask', 'deny'],
  );
  assert.match(errors, /line 1, column 55/);
  const refused = await assent(['decide', '--managed', broken], [bash('1', 'ls')]);
  assert.equal(refused.status, 2);
  assert.deepEqual(refused.out, []);
});

test('the organisation’s values that cannot be read are the strict ones here too', async () => {
  const lost = settings('lost.json', { permissions: { deny: 5 } });
  assert.equal((await assent(['decide', '--managed', lost], [bash('a', 'ls')])).status, 2);
  const wrong = settings('wrong.json', { permissions: { disableBypassPermissionsMode: true } });
  const { out } = await assent(['decide', '--managed', wrong, '--mode', 'bypassPermissions'], [bash('a', 'make')]);
  assert.equal(out[0]?.decision, 'ask');
});

test('what is printed steers no terminal, and is the same text to a reader of JSON', async () => {
  const command = 'echo \u009b2J\u202e\u{e0041}';
  const { text, out } = await assent(['decide'], [bash(command, command)]);
  assert.equal(out[0]?.id, command);
  assert.match(text, /^[\x20-\x7e\n]*$/);
});

test('an untrusted workspace', async () => {
  const lines = [
    bash('1', 'ls'),
    { id: '2', tool: 'Read', input: { file_path: 'a' }, cwd: '/proj', context: { symlinks: {} } },
  ];
  assert.deepEqual(
    (await assent(['decide', '--untrusted'], lines)).out.map((one) => one.decision),
    ['deny', 'allow'],
  );
});

test('help, and what is not known is refused', async () => {
  for (const args of [['--help'], ['decide', '--help']]) {
    const { status, text } = await assent(args);
    assert.equal(status, 0);
    assert.match(text, /Usage: assent decide/);
  }
  for (const args of [
    [],
    ['dance'],
    ['decide', '--fast'],
    ['decide', 'x'],
    ['decide', '--mode', 'yolo'],
    ['decide', '--settings', '/none/x.json'],
  ]) {
    assert.equal((await assent(args)).status, 2, args.join(' '));
  }
});

test('what a call touches is said as the tools themselves say it', () => {
  const options = { ripgrep: async () => 'rg', platform: process.platform, deniedForReading: () => new Set<string>() };
  const inputs: Record<string, unknown> = {
    Read: { file_path: '../a' },
    Edit: { file_path: '~/a', old_string: 'a', new_string: 'b' },
    Write: { file_path: 'x/./a', content: '' },
    NotebookEdit: { notebook_path: 'a.ipynb', new_source: '' },
    Bash: { command: 'ls' },
    Grep: { pattern: 'x', path: '/etc' },
    Glob: { pattern: '/etc/*.d/*' },
    TodoWrite: { todos: [] },
    ExitPlanMode: { plan: 'x' },
  };
  const home = process.env['HOME'] ?? '';
  let compared = 0;
  for (const tool of createTools(options)) {
    const input = inputs[tool.name];
    if (input === undefined) continue;
    const same = (file: string) => file.replace(/(.)\/$/, '$1');
    const described = describeCall(tool.name, input, { cwd: '/proj', home, platform: process.platform });
    assert.deepEqual(
      described.map((action) => ('path' in action ? { ...action, path: same(action.path) } : action)),
      tool.actions(tool.input.parse(input), '/proj'),
      tool.name,
    );
    compared += 1;
  }
  assert.equal(compared, Object.keys(inputs).length);
});
