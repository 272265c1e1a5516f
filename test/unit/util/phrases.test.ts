import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, sayInEnglish } from '../../../src/util/phrases.ts';

test('a missing argument stays visible', () => {
  assert.equal(fill('{a} and {b}', { a: '1' }), '1 and {b}');
});

test('an unknown code is said as it is, never as nothing', () => {
  assert.equal(sayInEnglish({ code: 'no.such.code', args: {} }), 'no.such.code');
});
