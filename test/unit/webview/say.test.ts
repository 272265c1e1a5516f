// Reasons name files as the cards do.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FailureCode } from '../../../src/contracts/provider.ts';
import { sayFailure, sayFrom } from '../../../webview/say.ts';

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

test('a failure is said without the service’s own words, which stand by themselves', () => {
  const failed = (code: FailureCode) => ({ code, detail: 'invalid x-api-key', retryable: false });
  assert.match(sayFailure(failed('authentication')), /^The API key or token was not accepted\..*TOKEN\.$/);
  assert.doesNotMatch(sayFailure(failed('server')), /invalid x-api-key|\{detail\}/);
  const because = { code: 'credentials.refused.stored', args: { label: 'Work' } };
  assert.match(sayFailure({ ...failed('authentication'), because }), /^The key that you entered \(Work\) was not/);
});
