import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedParts } from '../../../webview/changedParts.ts';

test('what is between the same beginning and the same end, by whole words', () => {
  for (const [text, other, lead, changed, trail] of [
    ['a b c', 'a x c', 'a ', 'b', ' c'],
    ['a b', 'a b more', 'a ', 'b', ''],
    ['a b more', 'a b', 'a ', 'b more', ''],
    ['begin rest', 'new begin rest', '', 'begin', ' rest'],
    ['pаypal', 'paypal', '', 'pаypal', ''],
    ['5000', '50', '', '5000', ''],
    ['a a', 'a a a', 'a ', 'a', ''],
    ['same', 'same', 'same', '', ''],
    ['', 'x', '', '', ''],
  ] as const) {
    const parts = changedParts(text, other);
    assert.equal(parts.lead + parts.changed + parts.trail, text);
    assert.deepEqual(parts, { lead, changed, trail }, `${text} | ${other}`);
  }
});
