// One value is set, and not a byte of the rest changes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'jsonc-parser';
import { setInText } from '../../../src/settings/setInText.ts';

const ROWS: Array<[what: string, before: string, path: string[], value: unknown, after: string]> = [
  ['an empty file', '{}\n', ['a', 'b'], 1, '{\n  "a": {\n    "b": 1\n  }\n}\n'],
  [
    'after a neighbour in a style of its own',
    '{\n\t"x": [1,2]\n}',
    ['a'],
    { b: 1 },
    '{\n\t"x": [1,2],\n\t"a": {\n\t\t"b": 1\n\t}\n}',
  ],
  ['all on one line', '{"x":1}', ['a'], { b: 1 }, '{"x":1, "a": {"b":1}}'],
  ['deeper, where the outer object is there', '{ "a": {} }', ['a', 'b'], 1, '{ "a": {\n  "b": 1\n} }'],
  [
    'a value that is there',
    '{\n  "a": 1, // why\n  "b":2\n}',
    ['a'],
    [1],
    '{\n  "a": [\n    1\n  ], // why\n  "b":2\n}',
  ],
  [
    'comments and a comma at the end',
    '{\n  // one\n  "a": {"x":1}, // two\n}',
    ['b'],
    2,
    '{\n  // one\n  "a": {"x":1},\n  "b": 2, // two\n}',
  ],
  [
    'line ends of Windows',
    '{\r\n  "a": 1\r\n}\r\n',
    ['b'],
    { c: 1 },
    '{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}\r\n',
  ],
  ['removal of the last', '{\n  "a" : 1,\n  "b":2\n}', ['b'], undefined, '{\n  "a" : 1\n}'],
  ['removal of the first', '{\n  "a" : 1,\n  "b":2\n}', ['a'], undefined, '{\n  "b":2\n}'],
  ['removal of what is not there', '{ "a":1 }', ['b', 'c'], undefined, '{ "a":1 }'],
];
for (const [what, before, path, value, after] of ROWS) {
  test(what, () => {
    assert.equal(setInText(before, path, value), after);
    const found: unknown = path.reduce<unknown>(
      (one, key) => (one as Record<string, unknown> | undefined)?.[key],
      parse(after, [], { allowTrailingComma: true }),
    );
    assert.deepEqual(found, value);
  });
}
