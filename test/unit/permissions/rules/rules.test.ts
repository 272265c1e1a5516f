// Rules that cannot mean what they say are named with what to write instead; none of them is widened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ruleProblems } from '../../../../src/permissions/rules/rules.ts';
import { sayInEnglish } from '../../../../src/util/phrases.ts';
import { call, rulesOf } from '../call.ts';

const ROWS: Array<[string, string | undefined]> = [
  ['allow Bash(npm test:*)', undefined],
  ['allow mcp__docs__read_*', undefined],
  ['deny mcp__*', undefined],
  ['deny *', undefined],
  ['deny Read(//**/.env)', undefined],
  ['deny mcp__db__run(env:prod)', undefined],
  ['deny Bash(run_in_background:true)', undefined],
  ['allow Agent(Explore)', undefined],
  ['allow Bash(', 'malformed'],
  ['allow  Bash', 'malformed'],
  ['allow Bash()', 'empty'],
  ['allow Bash(:*)', 'empty'],
  ['allow *', 'allowsTooMuch'],
  ['allow mcp__*', 'allowsTooMuch'],
  ['allow B*', 'allowsTooMuch'],
  ['deny B*(x)', 'globWithSpecifier'],
  ['deny Read(!a)', 'negated'],
  ['deny Read(../a)', 'parentFolder'],
  ['deny Write(a)', 'useInstead'],
  ['allow Glob(a)', 'useInstead'],
  ['allow WebFetch(domain:https://a.b)', 'notAHost'],
  ['allow WebFetch(https://a.b/*)', 'neverMatches'],
  ['allow WebSearch(x)', 'neverMatches'],
  ['allow mcp__db__run(env:prod)', 'neverMatches'],
];

test('each rule has the problem of its row', () => {
  for (const [text, problem] of ROWS) {
    const [found] = ruleProblems(rulesOf([text]));
    assert.equal(found?.because.code, problem && `permissions.rule.${problem}`, text);
    if (found !== undefined) assert.doesNotMatch(sayInEnglish(found.because), /\{\w+\}|^permissions\./);
  }
});

test('a value of the input can be denied', async () => {
  const setting = { rules: ['allow Bash', 'deny Bash(run_in_background:true)'] };
  assert.equal((await call('Bash', { command: 'npm start', run_in_background: true }, setting)).kind, 'deny');
  assert.equal((await call('Bash', { command: 'npm start' }, setting)).kind, 'allow');
});
