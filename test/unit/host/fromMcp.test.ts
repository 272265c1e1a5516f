// What the page of servers may say, and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromMcp } from '../../../src/host/fromMcp.ts';

test('every message of the page is taken, as it is', () => {
  for (const message of [
    { type: 'ready' },
    { type: 'approve', name: 'docs', fingerprint: 'f', all: false },
    { type: 'approve', name: 'docs', fingerprint: 'f', all: [{ name: 'docs', fingerprint: 'f' }] },
    { type: 'enable', name: 'docs', on: true },
    { type: 'reject', name: 'docs' },
    { type: 'save', scope: 'local', name: 'docs', entry: { command: 'x', more: [1] } },
    { type: 'save', scope: 'project', name: 'docs', entry: {}, replaces: 'old' },
    { type: 'openFile', file: '/a', line: 1 },
    { type: 'openEditorToolsSetting' },
    { type: 'pageError', message: 'm', stack: 's' },
  ])
    assert.deepEqual(fromMcp(message), message);
});

test('anything else is none', () => {
  for (const message of [
    undefined,
    'ready',
    { type: 'start' },
    { type: 'approve', name: 'docs', all: [] },
    { type: 'approve', name: 'docs', fingerprint: 'f', all: true },
    { type: 'approve', name: 'docs', fingerprint: 'f', all: [], trusted: true },
    { type: 'save', scope: 'managed', name: 'docs', entry: {} },
    { type: 'save', scope: 'user', name: '', entry: {} },
    { type: 'save', scope: 'user', name: 'docs', entry: [] },
    { type: 'openFile', file: '/a', line: 0 },
    { type: 'reject' },
  ])
    assert.equal(fromMcp(message), undefined, JSON.stringify(message));
});
