import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merge as diff3 } from 'node-diff3';
import { splitLines } from '../../../src/edits/lines.ts';
import { merge } from '../../../src/edits/merge.ts';
import { mutate, randomFrom, randomText } from './random.ts';

test('changes of both sides that do not touch are both kept', () => {
  assert.equal(merge('a\nb\nc\nd\n', 'A\nb\nc\nd\n', 'a\nb\nc\nD\n'), 'A\nb\nc\nD\n');
  assert.equal(merge('a\r\nb\r\nc', 'a\r\nb\r\nc\r\nd', 'A\r\nb\r\nc'), 'A\r\nb\r\nc\r\nd');
});

test('different changes of the same or of touching lines are a conflict', () => {
  assert.equal(merge('a\nb\n', 'x\nb\n', 'y\nb\n'), undefined);
  assert.equal(merge('a\nb\n', 'x\nb\n', 'a\ny\n'), undefined);
  assert.equal(merge('a\n', 'a\nx\n', 'a\ny\n'), undefined);
});

test('the same change on both sides is made once', () => {
  assert.equal(merge('a\nb\nc\nd\ne\n', 'a\nB\nc\nd\nE\n', 'a\nB\nc\nd\ne\n'), 'a\nB\nc\nd\nE\n');
});

test('a side that changed nothing leaves the other as it is, and order does not matter', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randomFrom(seed);
    const base = randomText(random);
    const ours = mutate(random, base);
    const theirs = mutate(random, base);
    assert.equal(merge(base, ours, base), ours);
    assert.equal(merge(base, base, theirs), theirs);
    assert.equal(merge(base, ours, ours), ours);
    assert.equal(merge(base, ours, theirs), merge(base, theirs, ours), `seed ${seed}`);
  }
});

test('agrees with another implementation where the common lines are beyond doubt', () => {
  let clean = 0;
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randomFrom(seed);
    const base = Array.from({ length: 12 }, (_, n) => `line ${n}\n`);
    const side = (name: string) => {
      const lines = [...base];
      for (let n = random.int(4); n > 0; n--) {
        const at = random.int(lines.length + 1);
        const fresh = `${name} ${n}\n`;
        if (random.int(2) === 0) lines.splice(at, 0, fresh);
        else lines.splice(at, 1, ...(random.int(2) === 0 ? [fresh] : []));
      }
      return lines;
    };
    const ours = side('ours');
    const theirs = side('theirs');
    const other = diff3(ours, base, theirs);
    const expected = other.conflict ? undefined : other.result.join('');
    if (expected !== undefined) clean++;
    assert.equal(merge(base.join(''), ours.join(''), theirs.join('')), expected, `seed ${seed}`);
  }
  assert.ok(clean > 300 && clean < 1900, `${clean} of 2000 merged`);
});

test('every line of a merged text comes from one of the three', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randomFrom(seed);
    const base = randomText(random);
    const texts = [base, mutate(random, base), mutate(random, base)] as const;
    const merged = merge(...texts);
    if (merged === undefined) continue;
    let rest = merged;
    const known = texts.flatMap(splitLines).sort((a, b) => b.length - a.length);
    while (rest !== '') {
      const line = known.find((candidate) => rest.startsWith(candidate));
      assert.ok(line !== undefined, `seed ${seed}: ${JSON.stringify(rest)}`);
      rest = rest.slice(line.length);
    }
  }
});
