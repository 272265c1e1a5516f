// What the permissions page is sent, and what it may send.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../../../src/contracts/permission.ts';
import type { PastCall } from '../../../src/contracts/ruleUse.ts';
import { subjectOf, typedCall, wishOf } from '../../../src/host/explainCall.ts';
import { fromPermissions } from '../../../src/host/fromPermissions.ts';
import { type Here, lintRows, pastRow, permissionsState, ruleId, useRows } from '../../../src/host/permissionsState.ts';
import { emptySettings } from '../../support/emptySettings.ts';

const rule = (text: string, over: Partial<Rule> = {}): Rule => ({
  behavior: 'allow',
  text,
  scope: 'local',
  file: '/w/.claude/settings.local.json',
  line: 4,
  ...over,
});
const here = (over: Partial<Here> = {}): Here => ({
  root: '/w',
  several: false,
  settings: emptySettings(),
  trusted: true,
  mode: 'default',
  modes: ['default'],
  conversation: undefined,
  open: [],
  ...over,
});

test('every rule has a row of its own; what the organisation set has a reason and cannot be removed', () => {
  const managed = rule('Bash(curl:*)', { behavior: 'deny', scope: 'managed', file: '/etc/m.json', line: 2 });
  const twice = [rule('Bash(a)'), rule('Bash(a)', { line: 9 })];
  const open = [{ id: 's1', title: 'T', rules: [rule('Bash(a)', { scope: 'session', file: undefined } as never)] }];
  const { state, entries } = permissionsState(here({ settings: emptySettings({ rules: [managed, ...twice] }), open }));
  assert.equal(state.rules.length, 4);
  assert.equal(new Set(state.rules.map((row) => row.id)).size, 4);
  assert.equal(state.rules[0]?.fixed?.code, 'permissionsView.fixedManaged');
  assert.deepEqual(
    state.rules.slice(1).map((row) => row.fixed),
    [undefined, undefined, undefined],
  );
  assert.equal(state.rules[3]?.conversation, 'T');
  assert.equal(entries.get(state.rules[3]?.id ?? '')?.conversation, 's1');
});

test('a rule keeps its id while it stands in its place, and has another elsewhere', () => {
  assert.equal(ruleId(rule('Bash(a)')), ruleId(rule('Bash(a)')));
  const others = [rule('Bash(b)'), rule('Bash(a)', { line: 5 }), rule('Bash(a)', { behavior: 'deny' })];
  for (const other of others) assert.notEqual(ruleId(other), ruleId(rule('Bash(a)')));
  assert.notEqual(ruleId(rule('Bash(a)'), 's1'), ruleId(rule('Bash(a)'), 's2'));
});

test('files say whether they were read, are missing or have a fault; a rule that is none is no fault of the file', () => {
  const file = (name: string, exists: boolean) => ({ scope: 'project' as const, file: name, exists });
  const problem = (name: string, code: string) => ({
    file: name,
    scope: 'project' as const,
    line: 3,
    because: { code, args: {} },
  });
  const { state } = permissionsState(
    here({
      settings: emptySettings({
        sources: [file('/a', true), file('/b', false), file('/c', true), file('/d', true)],
        problems: [problem('/c', 'settings.notJson'), problem('/d', 'settings.badRule')],
      }),
    }),
  );
  assert.deepEqual(
    state.sources.map((source) => source.state),
    ['found', 'missing', 'fault', 'found'],
  );
  assert.deepEqual(
    state.findings.map((one) => [one.severity, one.file, one.line]),
    [
      ['error', '/c', 3],
      ['warning', '/d', 3],
    ],
  );
});

test('the bypass mode is locked, offered or off', () => {
  const of = (over: Partial<Here>) => permissionsState(here(over)).state.bypass;
  assert.equal(
    of({ settings: emptySettings({ disableBypass: true }), modes: ['default', 'bypassPermissions'] }),
    'locked',
  );
  assert.equal(of({ modes: ['default', 'bypassPermissions'] }), 'offered');
  assert.equal(of({}), 'off');
});

test('the source of the policy is shown in brackets', () => {
  const { state } = permissionsState(
    here({ settings: emptySettings({ policy: { label: 'file + drop-ins', keys: [] } }) }),
  );
  assert.equal(state.policySource, '(file + drop-ins)');
});

test('what settings say of a rule already is not said again by the look at the rules', () => {
  const one = rule('Nope(x)');
  const because = { code: 'permissions.unknownTool', args: {} };
  const problem = { file: one.file ?? '', scope: one.scope, line: 4, because };
  assert.equal(lintRows([{ level: 'error', because, rule: one }], [problem]).length, 0);
  const [row] = lintRows([{ level: 'warning', because: { code: 'other', args: {} }, rule: one }], [problem]);
  assert.deepEqual(
    { severity: row?.severity, rule: row?.rule, line: row?.line },
    { severity: 'warning', rule: 'Nope(x)', line: 4 },
  );
});

const call = (over: Partial<PastCall> = {}): PastCall => ({
  at: 5,
  session: 's',
  call: 'c',
  tool: 'Bash',
  subject: 'npm test',
  decision: 'allow',
  step: 'allow',
  actions: [],
  rules: [],
  ...over,
});

test('uses belong to the rows of their rules; long subjects are cut in lists', () => {
  const [a, b] = [rule('Bash(a)'), rule('Bash(b)')];
  const { state, entries } = permissionsState(here({ settings: emptySettings({ rules: [a, b] }) }));
  const rows = useRows([{ rule: b, count: 2, lastUsed: 7, calls: [call()] }], entries);
  assert.deepEqual(Object.keys(rows), [state.rules[1]?.id]);
  assert.equal(Object.values(rows)[0]?.lastUsed, 7);
  assert.ok(pastRow(call({ subject: 'x'.repeat(10_000) })).subject.length < 500);
  assert.equal(pastRow(call()).id, 's/c');
});

test('typed text becomes the call a model would make of it', () => {
  assert.deepEqual(typedCall('Bash', ' npm  test\n'), {
    tool: 'Bash',
    input: { command: ' npm  test\n' },
    subject: ' npm  test\n',
  });
  assert.deepEqual(typedCall('Bash', 'gci', 'PowerShell'), {
    tool: 'PowerShell',
    input: { command: 'gci' },
    subject: 'gci',
  });
  assert.deepEqual(typedCall('Read', ' a b.txt '), {
    tool: 'Read',
    input: { file_path: 'a b.txt' },
    subject: 'a b.txt',
  });
  const fetch = typedCall('WebFetch', 'example.com/x');
  assert.ok('subject' in fetch && fetch.subject === 'https://example.com/x');
  const insecure = typedCall('WebFetch', 'http://example.com');
  assert.ok('subject' in insecure && insecure.subject === 'http://example.com');
  assert.ok('because' in typedCall('WebFetch', 'https://'));
  assert.deepEqual(typedCall('mcp', 'mcp__a__b {"x":1}'), {
    tool: 'mcp__a__b',
    input: { x: 1 },
    subject: 'mcp__a__b {"x":1}',
  });
  assert.ok('because' in typedCall('mcp', 'mcp__a__b {x'));
});

test('a command takes a call, the id of one, or nothing', () => {
  assert.deepEqual(wishOf(undefined), { kind: 'box' });
  assert.deepEqual(wishOf({ some: 'uri' }), { kind: 'box' });
  assert.deepEqual(wishOf('toolu_1'), { kind: 'past', call: 'toolu_1' });
  assert.deepEqual(wishOf({ session: 's', call: 'c' }), { kind: 'past', session: 's', call: 'c' });
  assert.deepEqual(wishOf({ tool: 'Bash', input: { command: 'ls' } }), {
    kind: 'call',
    tool: 'Bash',
    input: { command: 'ls' },
  });
  assert.equal(subjectOf('Bash', { command: 'ls' }), 'ls');
  assert.equal(subjectOf('mcp__a__b', {}), 'mcp__a__b');
});

test('the page may send ids and what was typed, never a rule or a decision', () => {
  assert.ok(fromPermissions({ type: 'askRemove', rule: 'abc' }));
  assert.ok(fromPermissions({ type: 'openFile', path: '/a', line: 3 }));
  for (const wrong of [
    { type: 'remove', rule: 'abc', text: 'Bash(x)' },
    { type: 'remove', rule: { text: 'Bash(x)', file: '/a' } },
    { type: 'addRule', text: 'Bash' },
    { type: 'explain', tool: 'Other', text: 'x' },
    { type: 'openFile', path: '/a', line: 0 },
    { type: 'acceptLoosening', ids: [1] },
    { type: 'remove' },
    null,
    'remove',
  ])
    assert.equal(fromPermissions(wrong), undefined, JSON.stringify(wrong));
});
