// The small text functions: invisible characters, terminal control, cutting, near names, JSON ranges.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { overwriteLines, showControls, stripAnsi } from '../../../src/util/ansi.ts';
import { hasInvisible, showInvisible, visibleParts } from '../../../src/util/invisible.ts';
import { jsonRanges, property } from '../../../src/util/jsonRanges.ts';
import { nearNames } from '../../../src/util/nearNames.ts';
import { errorCode, readableError } from '../../../src/util/readableError.ts';
import { cutEnd, cutMiddle, cutStart } from '../../../src/util/truncate.ts';

test('what hides or reorders text is shown as its code', () => {
  const rows: Array<[string, string]> = [
    ['\u202e', 'U+202E'],
    ['\u2066', 'U+2066'],
    ['\u200b', 'U+200B'],
    ['\u200d', 'U+200D'],
    ['\ufeff', 'U+FEFF'],
    ['\u00ad', 'U+00AD'],
    ['\u00a0', 'U+00A0'],
    ['\u2003', 'U+2003'],
    ['\u3000', 'U+3000'],
    ['\u3164', 'U+3164'],
    ['\u2800', 'U+2800'],
    ['\u2028', 'U+2028'],
    ['\r', 'U+000D'],
    ['\x1b', 'U+001B'],
    ['\x00', 'U+0000'],
    ['\x7f', 'U+007F'],
    ['\u0085', 'U+0085'],
    ['\u{e0041}', 'U+E0041'],
    ['\ufe0f', 'U+FE0F'],
    ['\u034f', 'U+034F'],
    ['\ue000', 'U+E000'],
    ['\ud800', 'U+D800'],
    ['\u061c', 'U+061C'],
    ['\u180e', 'U+180E'],
  ];
  for (const [hidden, code] of rows) assert.equal(showInvisible(`rm${hidden}x`), `rm⟨${code}⟩x`);
});

test('plain text of any script stays as it is', () => {
  for (const plain of ['', 'ls -la', 'a\n\tb', '한국어 日本語 عربى עברית ไทย देवनागरी', 'é 😀 👍🏽 …–“”', '⟨x⟩']) {
    assert.equal(showInvisible(plain), plain);
    assert.equal(hasInvisible(plain), false);
  }
});

test('parts tell the shown codes from a text that only looks like one', () => {
  assert.deepEqual(visibleParts('⟨U+202E⟩\u202e'), [
    { text: '⟨U+202E⟩', hidden: false },
    { text: '⟨U+202E⟩', hidden: true },
  ]);
  assert.deepEqual(visibleParts(''), [{ text: '', hidden: false }]);
});

test('terminal control is taken out, and written-over lines show their last state', () => {
  assert.equal(stripAnsi('\x1b[1;31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x1b\\ \x1b(Bx\x1b7'), 'red link x');
  assert.equal(overwriteLines('a\r\nb\rc\rd\r\ne\r'), 'a\nd\ne');
  assert.equal(showControls('a\x00b\x08\tc\n'), 'a\\x00b\\x08\tc\n');
});

test('cutting never tears a character apart', () => {
  assert.equal(cutEnd('a😀b', 2), 'a');
  assert.equal(cutEnd('a😀b', 3), 'a😀');
  assert.equal(cutStart('a😀b', 2), 'b');
  assert.equal(cutEnd('abc', 0), '');
  assert.equal(cutMiddle('abc', 3), 'abc');
  assert.equal(cutMiddle('0123456789', 4), '01\n[… 6 characters cut …]\n89');
});

test('misspelt names find their neighbours, strangers do not', () => {
  const names = ['main.ts', 'README.md', 'package.json', 'index.tsx', 'x.ts'];
  assert.deepEqual(nearNames('readme.MD', names), ['README.md']);
  assert.deepEqual(nearNames('index.js', names), ['index.tsx']);
  assert.deepEqual(nearNames('pakcage.json', names), ['package.json']);
  assert.deepEqual(nearNames('zzz', names), []);
});

test('ranges lead to the bytes of a value', () => {
  const text = ' {"a": [1, {"b\\u0063": "x\\"]}"}, []], "a2":-1.5e3, "d":{} , "e":null}';
  const tree = jsonRanges(text);
  const cut = (range: { start: number; end: number } | undefined) => range && text.slice(range.start, range.end);
  const list = property(tree, 'a');
  assert.equal(cut(list), '[1, {"b\\u0063": "x\\"]}"}, []]');
  assert.ok(list?.kind === 'array');
  assert.deepEqual(list.items.map(cut), ['1', '{"b\\u0063": "x\\"]}"}', '[]']);
  assert.equal(cut(property(list.items[1], 'bc')), '"x\\"]}"');
  assert.equal(cut(property(tree, 'a2')), '-1.5e3');
  assert.equal(cut(property(tree, 'e')), 'null');
  assert.equal(property(tree, 'none'), undefined);
  const large = JSON.stringify({ png: 'A'.repeat(20_000_000), after: 1 });
  assert.equal(property(jsonRanges(large), 'after')?.end, large.length - 1);
});

test('errors of the system are said in words', () => {
  const failed = Object.assign(new Error("ENOSPC: no space left on device, write '/x'"), { code: 'ENOSPC' });
  assert.equal(readableError(failed), 'the disk is full (ENOSPC)');
  assert.equal(errorCode(failed), 'ENOSPC');
  assert.equal(readableError(new Error('plain')), 'plain');
  assert.equal(readableError('thrown text'), 'thrown text');
});
