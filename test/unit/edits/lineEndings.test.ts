import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restoreLineEndings } from '../../../src/edits/lineEndings.ts';
import { randomFrom, randomText } from './random.ts';

test('a text that an editor only normalised is the original again', () => {
  for (let seed = 1; seed <= 1000; seed++) {
    const original = randomText(randomFrom(seed));
    const kinds = new Set(original.match(/\r\n|\n|\r/g));
    if (kinds.size < 2) continue;
    for (const ending of ['\n', '\r\n']) {
      assert.equal(restoreLineEndings(original, original.replace(/\r\n|\n|\r/g, ending)), original, `seed ${seed}`);
    }
  }
});

test('lines that are still there keep their ending, a new one takes that of the line above', () => {
  assert.equal(restoreLineEndings('a\r\nb\nc\r\nd', 'a\nX\nb\nc\nd'), 'a\r\nX\r\nb\nc\r\nd');
  assert.equal(restoreLineEndings('a\r\nb\nc\r\nd', 'b\nc\nd!\ne\n'), 'b\nc\r\nd!\r\ne\r\n');
});

test('the line above decides, not the first one', () => {
  assert.equal(restoreLineEndings('a\nb\r\nc\n', 'a\nb\nX\nc\n'), 'a\nb\r\nX\r\nc\n');
});

test('a text with one kind of ending is taken as the editor has it', () => {
  assert.equal(restoreLineEndings('a\nb\n', 'a\r\nb\r\n'), 'a\r\nb\r\n');
});
