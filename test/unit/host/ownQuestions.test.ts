import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Question } from '../../../src/contracts/question.ts';
import { isOwn } from '../../../src/host/ownQuestions.ts';

test('a page answers and reviews for the conversation it shows only', () => {
  const call = { type: 'toolUse' as const, id: 'c', name: 'Edit', input: {} };
  const review = { id: 'r1', calls: ['c'], changes: [] };
  const questions: Question[] = [{ type: 'review', id: 'q1', calls: [call], review, decisions: [] }];
  const answer = (question: string) =>
    isOwn({ type: 'answer', question, answer: { type: 'deny' } }, { id: 'c1', questions });
  const verdict = (id: string) => isOwn({ type: 'reviewVerdict', review: id, answers: [] }, { id: 'c1', questions });
  assert.deepEqual([answer('q1'), answer('q2'), verdict('r1'), verdict('r2')], [true, false, true, false]);
  assert.equal(isOwn({ type: 'answer', question: 'q1', answer: { type: 'deny' } }, undefined), false);
  assert.deepEqual([verdict('pending:c1'), verdict('pending:c2')], [true, false]);
  assert.equal(isOwn({ type: 'stop' }, undefined), true);
});
