// Rules of one conversation can be taken away and put back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../../../src/contracts/permission.ts';
import { makeKit } from './kit.ts';

test('a rule of the conversation goes and comes back, once, and the others stay', async (t) => {
  const { conversation } = await makeKit(t.after.bind(t), { script: [] });
  const rule = (text: string): Rule => ({ behavior: 'allow', text, scope: 'session' });
  const texts = () => conversation.sessionRules().map((one) => one.text);
  conversation.setSessionRule(rule('A'), true);
  conversation.setSessionRule(rule('B'), true);
  conversation.setSessionRule(rule('A'), false);
  assert.deepEqual(texts(), ['B']);
  conversation.setSessionRule(rule('A'), true);
  conversation.setSessionRule(rule('A'), true);
  assert.deepEqual(texts(), ['B', 'A']);
  conversation.sessionRules().push(rule('C'));
  assert.deepEqual(texts(), ['B', 'A'], 'what is handed out is a copy');
});
