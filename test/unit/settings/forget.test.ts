// Taking a rule out of a file: what is shown is what goes, and every other byte stays.
import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
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
import type { Behavior } from '../../../src/contracts/permission.ts';
import { SettingsFault } from '../../../src/settings/fault.ts';
import { carryOutForget, planForget, undoForget } from '../../../src/settings/forget.ts';
import { rememberRules } from '../../../src/settings/remember.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-forget-')));
after(() => rmSync(base, { recursive: true, force: true }));
let count = 0;
function fresh(text: string): string {
  count += 1;
  const file = path.join(base, `${count}/.claude/settings.local.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}
const text = (file: string) => readFileSync(file, 'utf8');
const plan = (file: string, rule: string, behavior: Behavior = 'allow') => planForget({ file, rule, behavior });
const code = (wanted: string) => (error: unknown) => error instanceof SettingsFault && error.because.code === wanted;

const THREE = `{
\t"env": { "A":   "1" },
\t"permissions": {
\t\t"allow": [
\t\t\t"Bash(a)",
\t\t\t"Bash(b)",

\t\t\t"Bash(c)"
\t\t],
\t\t"deny": ["Bash(b)"]
\t}
}`;

test('one line goes, and nothing else changes', async () => {
  const file = fresh(THREE);
  const planned = await plan(file, 'Bash(a)');
  assert.equal(text(file), THREE, 'a plan changes nothing');
  assert.deepEqual(planned.removed, [{ line: 5, text: '\t\t\t"Bash(a)",' }]);
  assert.deepEqual(planned.added, []);
  await carryOutForget(planned);
  assert.equal(text(file), THREE.replace('\t\t\t"Bash(a)",\n', ''));
});

test('of the last entry the comma before it goes too, and both lines are shown', async () => {
  const file = fresh(THREE);
  const planned = await plan(file, 'Bash(c)');
  assert.deepEqual(
    planned.removed.map((one) => one.text),
    ['\t\t\t"Bash(b)",', '', '\t\t\t"Bash(c)"'],
  );
  assert.deepEqual(planned.added, [{ line: 6, text: '\t\t\t"Bash(b)"' }]);
  await carryOutForget(planned);
  assert.deepEqual(JSON.parse(text(file)).permissions.allow, ['Bash(a)', 'Bash(b)']);
});

test('the list that is meant, and no other: the same text as a deny rule stays', async () => {
  const file = fresh(THREE);
  await carryOutForget(await plan(file, 'Bash(b)'));
  const { permissions } = JSON.parse(text(file));
  assert.deepEqual(permissions, { allow: ['Bash(a)', 'Bash(c)'], deny: ['Bash(b)'] });
  await carryOutForget(await plan(file, 'Bash(b)', 'deny'));
  assert.deepEqual(JSON.parse(text(file)).permissions.deny, []);
});

test('a rule that stands there twice goes twice; Windows line ends, a byte order mark and escapes are kept', async () => {
  const before =
    '\ufeff{\r\n  "permissions": {\r\n    "allow": ["Bash(a)", "Bash(\\u0061)", "Bash(z)"]\r\n  },\r\n  "x": "\\u00e9"\r\n}\r\n';
  const file = fresh(before);
  await carryOutForget(await plan(file, 'Bash(a)'));
  assert.equal(text(file), before.replace('"Bash(a)", "Bash(\\u0061)", ', ''));
});

test('rules on one line, and the only rule', async () => {
  const file = fresh('{"permissions":{"allow":["Bash(a)","Bash(b)"]}}');
  await carryOutForget(await plan(file, 'Bash(b)'));
  assert.equal(text(file), '{"permissions":{"allow":["Bash(a)"]}}');
  await carryOutForget(await plan(file, 'Bash(a)'));
  assert.equal(text(file), '{"permissions":{"allow":[]}}');
});

test('a file that changed after it was shown is left alone', async () => {
  const file = fresh(THREE);
  const planned = await plan(file, 'Bash(a)');
  const changed = THREE.replace('Bash(c)', 'Bash(d)');
  writeFileSync(file, changed);
  await assert.rejects(carryOutForget(planned), code('settings.changedMeanwhile'));
  assert.equal(text(file), changed);
});

test('undo gives the old bytes back; into a file that changed since, the rule is added', async () => {
  const file = fresh(THREE);
  const planned = await plan(file, 'Bash(a)');
  await carryOutForget(planned);
  await undoForget(planned);
  assert.equal(text(file), THREE);
  await carryOutForget(await plan(file, 'Bash(a)'));
  await rememberRules({ file, rules: ['Bash(new)'], behavior: 'allow' });
  await undoForget(planned);
  assert.deepEqual(JSON.parse(text(file)).permissions.allow, ['Bash(b)', 'Bash(c)', 'Bash(new)', 'Bash(a)']);
});

test('what is broken, gone or led elsewhere is said and left alone', async () => {
  const broken = fresh('{ "permissions": { "allow": ["Bash(a)",] } }');
  await assert.rejects(plan(broken, 'Bash(a)'), code('settings.removeNotValid'));
  await assert.rejects(plan(fresh('{"permissions":{"allow":"Bash(a)"}}'), 'Bash(a)'), code('settings.ruleGone'));
  await assert.rejects(plan(fresh('[]'), 'Bash(a)'), code('settings.ruleGone'));
  await assert.rejects(plan(fresh(THREE), 'Bash(other)'), code('settings.ruleGone'));
  const outside = fresh(THREE);
  const link = path.join(base, 'linked/.claude/settings.json');
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(outside, link);
  const within = path.join(base, 'linked');
  await assert.rejects(
    planForget({ file: link, rule: 'Bash(a)', behavior: 'allow', within }),
    code('settings.removeLeadsOut'),
  );
  assert.equal(text(outside), THREE);
});

test('the mode of the file stays, and removals at the same moment wait for one another', async () => {
  const file = fresh(THREE);
  const mode = statSync(file).mode;
  const planned = await plan(file, 'Bash(a)');
  const [first, second] = await Promise.allSettled([carryOutForget(planned), carryOutForget(planned)]);
  assert.equal(first.status, 'fulfilled');
  assert.equal(second.status, 'rejected');
  assert.equal(statSync(file).mode, mode);
});
