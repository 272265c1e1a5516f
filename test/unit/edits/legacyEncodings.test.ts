import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { decode, encode, nameForPeople, prepare } from '../../../src/edits/encoding.ts';
import { LEGACY_ENCODINGS } from '../../../src/edits/legacyEncodings.ts';

before(() => prepare('euckr'));
const as = (name: string) => ({ name, bom: false });

/** What other programs write. */
const TEXTS: ReadonlyArray<readonly [name: string, text: string, hex: string]> = [
  ['euckr', '한글 주석\r\n똠방각하 ㈜ ①\n', 'c7d1b1db20c1d6bcae0d0a8c63b9e6b0a2c7cf20a2df20a8e70a'],
  ['shiftjis', '表示ソフト\\能力 ｶﾅ ～\r\n髙橋 ①\n', '955c8ea6835c837483675c945c97cd20b6c52081600d0afbfc8bb42087400a'],
  ['eucjp', 'テキスト 表示\n', 'a5c6a5ada5b9a5c820c9bdbca80a'],
  ['gbk', '简体中文 鎔\r\n', 'bcf2cce5d6d0cec420e6670d0a'],
  ['gb18030', '𠀀 👩 한글\n', '95328236209439d3392083368433823884370a'],
  ['cp950', '許功蓋 繁體\n', 'b35ca55cbb5c20c163c5e90a'],
  ['windows1252', 'café “quoted” €\n', '636166e9209371756f7465649420800a'],
  ['iso88591', 'café\n', '636166e90a'],
  ['iso885915', 'œuvre €\n', 'bd7576726520a40a'],
  ['windows1251', 'Привет\n', 'cff0e8e2e5f20a'],
  ['koi8r', 'Привет\n', 'f0d2c9d7c5d40a'],
];
for (const [name, text, hex] of TEXTS) {
  test(`${nameForPeople(name)} goes there and back, and is what others write`, () => {
    assert.equal(Buffer.from(encode(text, as(name))).toString('hex'), hex);
    assert.deepEqual(decode(Buffer.from(hex, 'hex'), name), { text, encoding: as(name) });
  });
}

test('CP949 has the syllables that EUC-KR alone has not', () => {
  assert.deepEqual([...encode('똠', as('euckr'))], [0x8c, 0x63]);
});

test('every encoding keeps ASCII, and every byte of one that is read comes back', () => {
  const ascii = String.fromCharCode(...Array.from({ length: 127 }, (_, n) => n + 1));
  for (const name of LEGACY_ENCODINGS) {
    assert.deepEqual(Buffer.from(encode(ascii, as(name))), Buffer.from(ascii), name);
    const high = Uint8Array.from({ length: 128 }, (_, n) => n + 128);
    const text = decode(high, name)?.text;
    if (text !== undefined && text.length === 128)
      assert.deepEqual(Buffer.from(encode(text, as(name))), Buffer.from(high), name);
  }
});

for (const [name, text, character] of [
  ['euckr', 'ok 👩\n', '👩 (U+1F469)'],
  ['shiftjis', '5¥', '¥ (U+00A5)'],
  ['shiftjis', '한', '한 (U+D55C)'],
  ['windows1252', 'ň', 'ň (U+0148)'],
  ['gbk', '\u0301', 'U+0301'],
  ['cp950', '한', '한 (U+D55C)'],
] as const) {
  test(`${nameForPeople(name)} refuses ${character} and names it`, () => {
    assert.throws(
      () => encode(text, as(name)),
      (error: Error) => error.message.includes(`${nameForPeople(name)} has no ${character}.`),
    );
  });
}

for (const [name, bytes] of [
  ['euckr', [0xb0]],
  ['euckr', [0xb0, 0x20]],
  ['shiftjis', [0x82]],
  ['gbk', [0xff]],
  ['windows1252', [0x81]],
  ['cp950', [0x81, 0x20]],
  ['gb18030', [0x84, 0x31, 0xa4]],
] as const) {
  test(`${nameForPeople(name)} has nothing for ${Buffer.from(bytes).toString('hex')}`, () => {
    assert.equal(decode(Uint8Array.from([0x61, ...bytes]), name), undefined);
  });
}

test('a NUL is no text, and what the library calls encodings besides is none', () => {
  assert.equal(decode(Uint8Array.from([0x61, 0, 0x62]), 'euckr'), undefined);
  for (const name of ['base64', 'hex', 'utf7', 'binary', 'toString', '__proto__']) {
    assert.equal(decode(Buffer.from('abcd'), name), undefined, name);
    assert.throws(() => encode('abcd', as(name)), /is not known/, name);
  }
});
