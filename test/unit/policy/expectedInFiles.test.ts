// Expected decisions against texts that are being edited: each that is not met has its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expectedInFiles } from '../../../src/policy/expectedInFiles.ts';
import type { LintFile } from '../../../src/policy/lintFiles.ts';
import { shellReader } from '../../support/shellReader.ts';

const PLACES = { root: '/proj', home: '/home/me', shell: shellReader };
const settings: LintFile = {
  scope: 'project',
  file: '/proj/.claude/settings.json',
  anchor: '/proj',
  text: '{"permissions":{\n"allow":["Bash(npm test)",\n"Bash(make)"],\n"deny":["Read(.env)"]}}',
};
const above: LintFile = { ...settings, file: '/.claude/settings.json', tightenOnly: true };
const bash = (command: string, expect: string, more: object = {}) =>
  JSON.stringify({ tool: 'Bash', input: { command }, expect, context: { symlinks: {} }, ...more });

async function found(text: string, files = [settings]) {
  const findings = await expectedInFiles(files, { file: 'cases', text }, PLACES);
  return findings.map(({ file, line, because }) => `${file}:${line} ${because.code}`);
}

test('what is met is silent', async () => {
  assert.deepEqual(
    await found([bash('npm test', 'allow'), bash('cat .env', 'deny'), bash('cargo x', 'ask')].join('\n')),
    [],
  );
  assert.deepEqual(await found(`[${bash('npm test', 'deny', { trusted: false })}]`), []);
});

test('what is not met stands at the case, and at the rule that decided', async () => {
  const lines = [bash('npm test', 'allow'), '', bash('make', 'ask'), bash('cargo x', 'allow')].join('\n');
  assert.deepEqual(await found(lines), [
    'cases:3 policy.unexpectedRule',
    '/proj/.claude/settings.json:3 policy.unexpectedRule',
    'cases:4 policy.unexpected',
  ]);
  assert.deepEqual(await found(bash('make', 'ask'), [above]), []);
});

test('what cannot be read says so', async () => {
  assert.deepEqual(await found('hello'), ['cases:1 policy.badCases']);
  assert.deepEqual(await found(`${bash('make', 'allow')}\n{"tool":1}\n{"tool":"Read","input":{},"expect":"ask"}`), [
    'cases:2 policy.badCase',
    'cases:3 policy.badCase',
  ]);
});
