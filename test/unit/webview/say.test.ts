// Reasons name files as the cards do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayFrom } from '../../../webview/say.ts';

test('a file below the root is named without it; one outside is named whole', () => {
  const because = (source: string) => ({ code: 'permissions.denied.ruleFrom', args: { rule: 'Bash(rm:*)', source } });
  assert.equal(
    sayFrom(because('/w/.claude/settings.json:6'), '/w'),
    'The rule Bash(rm:*) in .claude/settings.json:6 forbids it.',
  );
  assert.equal(
    sayFrom(because('/home/me/.claude/settings.json:6'), '/w'),
    'The rule Bash(rm:*) in /home/me/.claude/settings.json:6 forbids it.',
  );
  const root = { code: 'Read {path}', args: { path: '/w' } };
  assert.equal(sayFrom(root, '/w'), 'Read /w');
});
