// Switches and numbers of environment variables.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOn, numberFrom } from '../../../src/util/envValue.ts';

test('switches', () => {
  for (const on of ['1', 'true', 'TRUE', ' true ']) assert.equal(isOn(on), true, on);
  for (const off of ['0', 'false', 'False', '', '2', 'nope', undefined]) assert.equal(isOn(off), false, String(off));
});

test('numbers', () => {
  const rows: Array<[string | undefined, number | undefined]> = [
    ['2000', 2000],
    ['2e3', 2000],
    ['64_000', 64_000],
    [' 5 ', 5],
    ['0', 0],
    ['-1', -1],
    ['', undefined],
    ['_', undefined],
    ['1,000', undefined],
    ['5s', undefined],
    ['Infinity', undefined],
    [undefined, undefined],
  ];
  for (const [text, expected] of rows) assert.equal(numberFrom(text), expected, text);
});
