// What the usage page may ask for, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromUsage } from '../../../src/host/fromUsage.ts';

test('messages of the protocol pass as they are', () => {
  for (const message of [
    { type: 'ready' },
    { type: 'show', range: 'week' },
    { type: 'show', range: 'session', root: '/project' },
    { type: 'export' },
    { type: 'openFolder' },
    { type: 'openSettings' },
    { type: 'pageError', message: 'a', stack: 'b' },
  ])
    assert.deepEqual(fromUsage(message), message);
});

test('anything else is refused', () => {
  for (const message of [
    undefined,
    'ready',
    { type: 'show', range: 'year' },
    { type: 'show', range: 'week', root: 1 },
    { type: 'export', path: '/etc/passwd' },
    { type: 'command', command: 'assent.usage' },
    { type: 'show', range: 'week', root: 'x'.repeat(20_000) },
  ])
    assert.equal(fromUsage(message), undefined);
});
