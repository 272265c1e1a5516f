import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInside, resolvePath, showPath } from '../../../src/util/resolvePath.ts';

test('a path becomes absolute and plain', () => {
  const rows: Array<[string, string]> = [
    ['a.ts', '/w/sub/a.ts'],
    ['./a/../b/', '/w/sub/b'],
    ['../a', '/w/a'],
    ['/etc//passwd/', '/etc/passwd'],
    ['/a/../../b', '/b'],
    ['~', '/home/me'],
    ['~/x/../y', '/home/me/y'],
    ['a~', '/w/sub/a~'],
    [' a ', '/w/sub/ a '],
    ['한글/é.ts', '/w/sub/한글/é.ts'],
    ['C:/x', '/w/sub/C:/x'],
    ['a\nb', '/w/sub/a\nb'],
  ];
  for (const [text, path] of rows) assert.equal(resolvePath(text, '/w/sub', '/home/me'), path);
});

test('what is no path is refused', () => {
  for (const text of ['', '  ', 'a\0b', 'file:///etc/passwd', 'vscode-remote://x/y', '~root/x']) {
    assert.throws(() => resolvePath(text, '/w'), Error, JSON.stringify(text));
  }
});

test('inside means the folder itself or below it', () => {
  assert.equal(isInside('/w/a', '/w'), true);
  assert.equal(isInside('/w', '/w'), true);
  assert.equal(isInside('/w/..a', '/w'), true);
  assert.equal(isInside('/wa', '/w'), false);
  assert.equal(isInside('/', '/w'), false);
  assert.equal(showPath('/w/a/b', '/w'), 'a/b');
  assert.equal(showPath('/w', '/w'), '.');
  assert.equal(showPath('/x', '/w'), '/x');
});
