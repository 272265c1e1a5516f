// What the permissions page makes of what it is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Behavior } from '../../../src/contracts/permission.ts';
import type { PermissionsState, RuleRow } from '../../../src/permissionsProtocol.ts';
import { ago } from '../../../webview/ago.ts';
import { groupRules, INITIAL, keepRule, reduce } from '../../../webview/permissions/state.ts';

const row = (id: string, behavior: Behavior, text: string, file = '/w/.claude/settings.json'): RuleRow => ({
  id,
  rule: { behavior, text, scope: 'project', file, line: 1 },
});
const page = (root: string, rules: RuleRow[] = []): PermissionsState => ({
  root,
  several: true,
  mode: 'default',
  trusted: true,
  bypass: 'off',
  managedRulesOnly: false,
  degraded: false,
  sources: [],
  findings: [],
  loosening: [],
  rules,
});

test('rules are grouped deny, ask, allow, and found by every word of the filter', () => {
  const rows = [
    row('1', 'allow', 'Bash(npm test)'),
    row('2', 'deny', 'Bash(curl:*)'),
    row('3', 'allow', 'Edit(/src/**)', '/home/me/settings.json'),
  ];
  const ids = (filter: string) => groupRules(rows, filter).map((group) => group.rows.map((one) => one.id));
  assert.deepEqual(ids(''), [['2'], [], ['1', '3']]);
  assert.deepEqual(ids('BASH'), [['2'], [], ['1']]);
  assert.deepEqual(ids('home edit'), [[], [], ['3']]);
  assert.deepEqual(ids('nothing'), [[], [], []]);
  assert.equal(groupRules(rows, 'nothing')[2]?.all, 2);
});

test('a question whether to remove stays while its rule stands, and goes with it', () => {
  const rules = [row('1', 'allow', 'Bash(a)')];
  let state = reduce(INITIAL, { type: 'state', state: page('/w', rules) });
  state = reduce(state, { type: 'removal', rule: '1', files: [], elsewhere: [] });
  assert.equal(reduce(state, { type: 'state', state: page('/w', rules) }).removal?.rule, '1');
  assert.equal(reduce(state, { type: 'state', state: page('/w') }).removal, undefined);
  assert.equal(keepRule(state).removal, undefined);
});

test('what was removed can be undone until it was', () => {
  let state = reduce(INITIAL, { type: 'removed', removal: 'a', text: 'Bash(a)', file: '/f' });
  state = reduce(state, { type: 'removed', removal: 'b', text: 'Bash(b)' });
  assert.deepEqual(
    state.removed.map((one) => one.removal),
    ['b', 'a'],
  );
  state = reduce(state, { type: 'undone', removal: 'b' });
  assert.deepEqual(
    state.removed.map((one) => one.removal),
    ['a'],
  );
});

test('another folder begins anew: nothing of the first is left', () => {
  let state = reduce(INITIAL, { type: 'state', state: page('/a') });
  state = reduce(state, { type: 'uses', uses: {}, past: [] });
  state = reduce(state, { type: 'failed', because: { code: 'x', args: {} } });
  const other = reduce(state, { type: 'state', state: page('/b') });
  assert.equal(other.past, undefined);
  assert.equal(other.failure, undefined);
});

test('a failure stands until something goes well', () => {
  const failed = reduce(INITIAL, { type: 'failed', because: { code: 'x', args: {} } });
  assert.equal(failed.failure?.code, 'x');
  assert.equal(reduce(failed, { type: 'undone', removal: 'a' }).failure, undefined);
});

test('times are said in words of the language', () => {
  const now = Date.UTC(2026, 0, 15, 12);
  assert.equal(ago(now - 5_000, now, 'en'), 'now');
  assert.equal(ago(now - 3 * 3_600_000, now, 'en'), '3 hours ago');
  assert.equal(ago(now - 26 * 3_600_000, now, 'en'), 'yesterday');
  assert.equal(ago(now - 3 * 3_600_000, now, 'ko'), '3시간 전');
  assert.equal(ago(now + 60_000, now, 'en'), 'now');
});
