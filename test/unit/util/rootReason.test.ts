import assert from 'node:assert/strict';
import test from 'node:test';
import { rootReason } from '../../../src/util/rootReason.ts';

const because = (cause: unknown) => new TypeError('fetch failed', { cause });

test('A code of the system among the causes says it all', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  assert.equal(rootReason(because(because(refused))), 'ECONNREFUSED');
});

test('A time that is over is said in words', () => {
  assert.equal(rootReason(because(new DOMException('aborted', 'TimeoutError'))), 'no answer in time');
});

test('Without either the deepest cause speaks', () => {
  assert.equal(rootReason(because(new Error('bad port'))), 'bad port');
  assert.equal(rootReason('gone'), 'gone');
});

test('Errors that are their own cause come to an end', () => {
  const error = new Error('round and round');
  error.cause = error;
  assert.equal(rootReason(error), 'round and round');
});
