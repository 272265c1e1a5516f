import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Change, Encoding } from '../../../src/contracts/edit.ts';
import { byteProof } from '../../../src/edits/byteProof.ts';
import { change } from '../../../src/edits/change.ts';
import { decode, encode, prepare } from '../../../src/edits/encoding.ts';
import { splitLines } from '../../../src/edits/lines.ts';
import { rewrite } from '../../../src/edits/rewrite.ts';
import { settle } from '../../../src/edits/settle.ts';
import { randomFrom } from './random.ts';

before(() => prepare('euckr'));

const ENCODINGS: ReadonlyArray<readonly [Encoding, letters: string]> = [
  [{ name: 'utf-8', bom: false }, '가é👩x'],
  [{ name: 'utf-8', bom: true }, '가é👩x'],
  [{ name: 'utf-16le', bom: true }, '가ഊ਍👩x'],
  [{ name: 'utf-16be', bom: true }, '가ഊ਍👩x'],
  [{ name: 'utf-16le', bom: false }, '가ഊ਍👩x'],
  [{ name: 'euckr', bom: false }, '가똠뷁x'],
  [{ name: 'shiftjis', bom: false }, '表ソ能ｶ\\x'],
  [{ name: 'eucjp', bom: false }, '表ソ能x'],
  [{ name: 'gbk', bom: false }, '简鎔癧x'],
  [{ name: 'gb18030', bom: false }, '𠀀👩한x'],
  [{ name: 'cp950', bom: false }, '許功蓋x'],
  [{ name: 'windows1252', bom: false }, 'é€“x'],
];

for (const [encoding, letters] of ENCODINGS) {
  const label = `${encoding.name}${encoding.bom ? ' with mark' : ''}`;
  test(`${label}: bytes outside accepted hunks stay, whatever is accepted`, () => {
    for (let seed = 0; seed < 150; seed++) {
      const random = randomFrom(seed);
      const word = () => Array.from({ length: random.int(4) }, () => random.pick([...letters])).join('');
      const line = () => word() + random.pick(['\n', '\r\n', '\r', '\n']);
      const text = Array.from({ length: random.int(8) }, line).join('') + random.pick(['', word()]);
      const edit = (one: string) => (random.int(3) === 0 ? random.pick(['', line(), line() + line()]) : one);
      const proposed = splitLines(text).map(edit).join('') + random.pick(['', '', word()]);
      const whole = change('f', text, proposed, encoding, '0');
      const answers = whole.hunks.map(({ id }) => ({
        hunk: id,
        verdict: random.pick(['accepted', 'rejected'] as const),
      }));
      const settled = settle(whole, answers).change;
      if (settled === undefined || !restores(settled)) continue;
      const bytes = encode(text, encoding);
      let result: Uint8Array;
      try {
        result = rewrite(bytes, settled);
      } catch (error) {
        // Endings that grow together move the lines behind them: refused, never guessed.
        assert.match(String(error), /could not be proved/);
        assert.match(settled.after, /\r\n/);
        continue;
      }
      assert.deepEqual(Buffer.from(result), Buffer.from(encode(settled.after, encoding)), `seed ${seed}`);
    }
  });
}

/** A text that begins with a mark of its own, or in UTF-16 without one, cannot be told from one with a mark. */
function restores({ after, encoding }: Change): boolean {
  return decode(encode(after, encoding), encoding.name)?.text === after;
}

const CP949: Encoding = { name: 'euckr', bom: false };

test('lines that an encoder would write in another way keep their bytes', () => {
  // 8790 and 81E0 are the same sign in Shift JIS; only the second is what an encoder makes.
  const bytes = Buffer.from([0x87, 0x90, 0x0a, 0x61, 0x0a, 0x81, 0xe0, 0x0a]);
  const encoding = { name: 'shiftjis', bom: false };
  const text = decode(bytes, 'shiftjis')?.text;
  assert.equal(text, '≒\na\n≒\n');
  const result = rewrite(bytes, change('f', text, '≒\nb\n≒\n', encoding, '0'));
  assert.deepEqual(Buffer.from(result), Buffer.from([0x87, 0x90, 0x0a, 0x62, 0x0a, 0x81, 0xe0, 0x0a]));
});

test('a hunk the encoding cannot hold, other bytes than were read and a change that is more than its hunks are refused', () => {
  const bytes = encode('가\n나\n다\n', CP949);
  assert.throws(() => rewrite(bytes, change('f', '가\n나\n다\n', '가\n👩\n다\n', CP949, '0')), /EUC-KR has no 👩/);
  const made = change('f', '가\n나\n다\n', '가\n라\n다\n', CP949, '0');
  assert.throws(() => rewrite(encode('가\n나\n마\n', CP949), made), /could not be proved/);
  assert.throws(() => rewrite(bytes, { ...made, after: '가\n라\n바\n' }), /could not be proved/);
  assert.throws(() => rewrite(bytes, { ...made, hunks: [] }), /could not be proved/);
});

test('an ending that would grow together with the line behind it is refused', () => {
  const encoding: Encoding = { name: 'utf-8', bom: false };
  const made = change('f', 'a\nb\n\nc\n', 'a\nb\r\nc\n', encoding, '0');
  const [hunk] = made.hunks;
  assert.ok(hunk);
  const grown = {
    ...made,
    hunks: [{ ...hunk, beforeStart: 2, beforeCount: 1, afterStart: 2, afterCount: 1, after: 'b\r' }],
  };
  assert.throws(() => rewrite(encode(made.before, encoding), grown), /could not be proved/);
});

test('the proof sees a byte that differs anywhere outside the hunks', () => {
  const encoding: Encoding = { name: 'utf-8', bom: true };
  const text = 'one\r\ntwo\nthree\rfour';
  const made = change('f', text, 'one\r\nTWO!\nthree\rfour', encoding, '0');
  const old = encode(text, encoding);
  const now = encode(made.after, encoding);
  assert.equal(byteProof(old, now, made.hunks, encoding), true);
  const start = Buffer.from(now).indexOf('TWO!\n');
  for (let at = 0; at < now.length; at++) {
    const spoilt = Uint8Array.from(now);
    spoilt[at] = (spoilt[at] ?? 0) ^ 0x40;
    const inside = at >= start && at < start + 'TWO!'.length;
    if (!inside) assert.equal(byteProof(old, spoilt, made.hunks, encoding), false, `byte ${at}`);
  }
  assert.equal(byteProof(old, now.subarray(0, -1), made.hunks, encoding), false);
  assert.equal(byteProof(old, Buffer.concat([now, Buffer.from('x')]), made.hunks, encoding), false);
  assert.equal(byteProof(old, now.subarray(3), made.hunks, encoding), false);
  assert.equal(byteProof(old, now, [], encoding), false);
});

test('10 MB are rewritten', () => {
  const text = '가나다라마바사 line\r\n'.repeat(500_000);
  const bytes = encode(text, CP949);
  const at = text.indexOf('line', text.length >> 1);
  const after = `${text.slice(0, at)}LINE${text.slice(at + 4)}`;
  const result = rewrite(bytes, change('f', text, after, CP949, '0'));
  assert.ok(bytes.length > 9_900_000);
  assert.deepEqual(Buffer.compare(result, encode(after, CP949)), 0);
});
