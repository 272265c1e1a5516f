import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, encode } from '../../../src/edits/encoding.ts';

const TEXT = 'a\r\n가 é 👩‍💻\rb\n';
const bytes = (...parts: Array<string | number[]>) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

for (const [name, mark] of [
  ['utf-8', []],
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
] as const) {
  test(`${name} ${mark.length > 0 ? 'with' : 'without'} byte order mark goes there and back`, () => {
    const body = Buffer.from(TEXT, name === 'utf-8' ? 'utf8' : 'utf16le');
    const file = bytes([...mark], [...(name === 'utf-16be' ? body.swap16() : body)]);
    const decoded = decode(file);
    assert.deepEqual(decoded, { text: TEXT, encoding: { name, bom: mark.length > 0 } });
    assert.deepEqual(Buffer.from(encode(TEXT, { name, bom: mark.length > 0 })), file);
  });
}

test('an empty file is text', () => {
  assert.deepEqual(decode(new Uint8Array()), { text: '', encoding: { name: 'utf-8', bom: false } });
});

test('a second byte order mark is part of the text', () => {
  const file = bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], 'x');
  const decoded = decode(file);
  assert.equal(decoded?.text, '\ufeffx');
  assert.deepEqual(Buffer.from(encode('\ufeffx', { name: 'utf-8', bom: true })), file);
});

for (const [what, file] of [
  ['a NUL', bytes('a', [0], 'b')],
  ['Windows-1252', bytes('caf', [0xe9], ' ole')],
  ['EUC-KR', bytes([0xb0, 0xa1, 0xb3, 0xaa])],
  ['an overlong sequence', bytes([0xc0, 0xaf])],
  ['an encoded surrogate', bytes([0xed, 0xa0, 0x80])],
  ['a cut sequence', bytes('a', [0xe2, 0x82])],
  ['UTF-16 of odd length', bytes([0xff, 0xfe, 0x61, 0x00, 0x62])],
  ['UTF-16 with half a pair', bytes([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00])],
  ['UTF-16 without mark', bytes([0x61, 0x00, 0x62, 0x00])],
  ['UTF-32', bytes([0xff, 0xfe, 0, 0, 0x61, 0, 0, 0])],
] as const) {
  test(`${what} is refused`, () => assert.equal(decode(file), undefined));
}

test('half a character and an unknown encoding are refused with a reason', () => {
  assert.throws(() => encode('a\ud83d', { name: 'utf-8', bom: false }), /holds U\+D83D, which no text file can hold/);
  assert.throws(() => encode('a', { name: 'euc-kr', bom: false }), /euc-kr is not known/);
});
