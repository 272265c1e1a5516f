// What the status page may ask for, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromStatus } from '../../../src/host/fromStatus.ts';

test('messages of the protocol pass as they are', () => {
  for (const message of [
    { type: 'ready' },
    { type: 'run' },
    { type: 'cancel' },
    { type: 'copy' },
    { type: 'open', fact: 3 },
    { type: 'remedy', remedy: 'settings' },
    { type: 'pageError', message: 'a', stack: 'b' },
  ])
    assert.deepEqual(fromStatus(message), message);
});

test('anything else is refused', () => {
  for (const message of [
    undefined,
    'run',
    { type: 'open', fact: -1 },
    { type: 'open', fact: 0, file: '/etc/passwd' },
    { type: 'remedy', remedy: 'assent.acceptAll' },
    { type: 'run', url: 'https://elsewhere.example' },
  ])
    assert.equal(fromStatus(message), undefined);
});
