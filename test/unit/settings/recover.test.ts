// Of a settings file that is no JSON at all, what forbids is still found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshPlace } from './kit.ts';

test('deny and ask are found in a text that only resembles JSON; allow never', async () => {
  const both = ['deny Bash(rm:*)', 'ask Read(./.env)'];
  const rows: Array<[string, string[]]> = [
    [`{permissions: {deny: ['Bash(rm:*)'], ask: ['Read(./.env)'], allow: ['Bash']}}`, both],
    [
      `{'permissions': {'allow': ['Bash'], 'deny': ['Bash(rm:*)', /* x */ "Bash(sudo:*)",], 'ask': 'Read'}}`,
      ['deny Bash(rm:*)', 'deny Bash(sudo:*)', 'ask Read'],
    ],
    [
      `permissions:\n  deny: [Bash(rm:*)]\n  ask: [\n    Read(./.env)\n    WebFetch\n  ]\n  allow: [Bash]\n`,
      ['deny Bash(rm:*)', 'ask Read(./.env)', 'ask WebFetch'],
    ],
    [
      `{"permissions": {"deny": ["Bash(rm:*), "Bash(sudo:*)"],\n "ask": ["Read(./.env)\n "allow": ["Bash"]}}`,
      ['deny Bash(rm:*)', 'deny Bash(sudo:*)', 'ask Read(./.env)'],
    ],
    [`{permissions: {"deny": ["Bash(rm:*)",\n "ask": ["Read(./.env)"],\n "allow": ["Bash"]`, both],
    [
      `{permissions: {deny: ['Bash(echo \\'a\\')', "Bash(\\u0072m:*)"], // ask: ['Grep']\n}}`,
      [`deny Bash(echo 'a')`, 'deny Bash(rm:*)'],
    ],
    [`{deny: [Bash(a], ask: [Bash(b\n]}`, []],
    [`{x: "deny: ['Bash'], ask: ['Bash']", permissions: {deny: [true, null, 5, {}], ask: null}}`, []],
    [`{“permissions”: {“deny”: [“Bash(rm:*)”]}}`, ['deny Bash(rm:*)']],
  ];
  for (const [text, expected] of rows) {
    const settings = await freshPlace({ project: text }).load();
    assert.deepEqual(
      settings.rules.map(({ behavior, text }) => `${behavior} ${text}`),
      expected,
      text,
    );
    assert.equal(settings.degraded, true);
  }
  const settings = await freshPlace({ project: `{permissions: {\n deny: [\n 'Read(/secret)']}}` }).load();
  assert.equal(settings.rules[0]?.line, 3);
  const managed = await freshPlace({ managed: rows[0]?.[0] ?? '' }).load();
  assert.ok(managed.blocked);
});

test('a hostile text that is not JSON is looked through in one go', { timeout: 30_000 }, async () => {
  for (const filler of ['a(', "'\\\n", 'deny:[', '/*']) {
    const text = `{x ${filler.repeat(Math.floor(300_000 / filler.length))}`;
    const settings = await freshPlace({ project: text }).load();
    assert.equal(settings.degraded, true);
  }
});
