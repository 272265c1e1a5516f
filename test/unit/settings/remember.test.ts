// Remembering rules: the file keeps its form and its other keys, and a broken one is left alone.
import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { SettingsFault } from '../../../src/settings/fault.ts';
import { rememberRules } from '../../../src/settings/remember.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-remember-')));
after(() => rmSync(base, { recursive: true, force: true }));
let count = 0;
const fresh = (text?: string) => {
  count += 1;
  const file = path.join(base, `${count}/.claude/settings.local.json`);
  if (text !== undefined) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return file;
};
const text = (file: string) => readFileSync(file, 'utf8');

test('a missing file is made with its folder, for the owner only', async () => {
  const file = fresh();
  await rememberRules({ file, rules: ['Bash(npm test:*)'], behavior: 'allow' });
  assert.equal(text(file), '{\n  "permissions": {\n    "allow": [\n      "Bash(npm test:*)"\n    ]\n  }\n}\n');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(path.dirname(file)), ['settings.local.json']);
});

test('indentation, line ends, order and unknown keys stay', async () => {
  const file = fresh(
    '{\r\n\t"zeta": 1,\r\n\t"permissions": {\r\n\t\t"deny": ["Read(.env)"],\r\n\t\t"allow": [\r\n\t\t\t"Bash(a)"\r\n\t\t]\r\n\t},\r\n\t"alpha": { "keep":   true }\r\n}',
  );
  await rememberRules({ file, rules: ['Bash(b)', 'Bash(a)', 'Bash(b)'], behavior: 'allow' });
  assert.equal(
    text(file),
    '{\r\n\t"zeta": 1,\r\n\t"permissions": {\r\n\t\t"deny": ["Read(.env)"],\r\n\t\t"allow": [\r\n\t\t\t"Bash(a)",\r\n\t\t\t"Bash(b)"\r\n\t\t]\r\n\t},\r\n\t"alpha": { "keep":   true }\r\n}',
  );
  const before = text(file);
  await rememberRules({ file, rules: ['Bash(a)'], behavior: 'allow' });
  assert.equal(text(file), before);
});

test('a list that is missing is made beside the others', async () => {
  const file = fresh('{"permissions": {"deny": ["Read(.env)"]}}');
  await rememberRules({ file, rules: ['Bash(a)', 'Bash(b)'], behavior: 'ask' });
  assert.deepEqual(JSON.parse(text(file)), { permissions: { deny: ['Read(.env)'], ask: ['Bash(a)', 'Bash(b)'] } });
});

test('a broken file is refused with its place and is not touched', async () => {
  const rows: Array<[string, string, string]> = [
    ['{\n  // note\n}', '2', '3'],
    ['{"permissions": {"allow": "Bash"}}', '1', '1'],
    ['[]', '1', '1'],
    ['{"permissions": {"allow": ["a",]}}', '1', '32'],
  ];
  for (const [content, line, column] of rows) {
    const file = fresh(content);
    await assert.rejects(rememberRules({ file, rules: ['Bash(a)'], behavior: 'allow' }), (error) => {
      assert.ok(error instanceof SettingsFault);
      assert.deepEqual(error.because, { code: 'settings.notRemembered', args: { file, line, column } });
      assert.match(error.message, /not saved/);
      return true;
    });
    assert.equal(text(file), content);
  }
});

test('answers given at once do not lose one another', async () => {
  const file = fresh();
  await Promise.all([1, 2, 3, 4, 5].map((n) => rememberRules({ file, rules: [`Bash(${n})`], behavior: 'allow' })));
  assert.deepEqual(JSON.parse(text(file)).permissions.allow.toSorted(), [
    'Bash(1)',
    'Bash(2)',
    'Bash(3)',
    'Bash(4)',
    'Bash(5)',
  ]);
});

test('a link stays a link, and the mode of the file stays', async () => {
  const target = fresh('{}');
  const link = path.join(base, 'link.json');
  symlinkSync(target, link);
  const mode = statSync(target).mode;
  await rememberRules({ file: link, rules: ['Bash(a)'], behavior: 'allow' });
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(statSync(target).mode, mode);
  assert.deepEqual(JSON.parse(text(target)).permissions.allow, ['Bash(a)']);
});

test('a folder that cannot be made is said', async () => {
  const file = path.join(fresh('x'), 'below/settings.json');
  await assert.rejects(rememberRules({ file, rules: ['Bash(a)'], behavior: 'allow' }), SettingsFault);
});

test('a link in a repository that leads out of it is not written through', async () => {
  const file = fresh('{}');
  const within = path.dirname(path.dirname(file));
  const outside = path.join(base, `outside-${count}.json`);
  const refused = (error: unknown) => error instanceof SettingsFault && error.because.code === 'settings.leadsOut';
  const remember = () => rememberRules({ file, rules: ['Bash(x)'], behavior: 'allow', within });

  rmSync(file);
  symlinkSync(outside, file);
  await assert.rejects(remember, refused);
  writeFileSync(outside, '{}');
  await assert.rejects(remember, refused);
  assert.equal(text(outside), '{}');

  rmSync(path.dirname(file), { recursive: true });
  mkdirSync(path.join(base, `folder-${count}`));
  symlinkSync(path.join(base, `folder-${count}`), path.dirname(file));
  await assert.rejects(remember, refused);
  assert.deepEqual(readdirSync(path.join(base, `folder-${count}`)), []);

  rmSync(path.dirname(file));
  await remember();
  assert.match(text(file), /Bash\(x\)/);
});
