import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change } from '../../../src/edits/change.ts';
import { rebase } from '../../../src/edits/rebase.ts';
import { mutate, randomFrom, randomText } from './random.ts';

const UTF8 = { name: 'utf-8', bom: false };
const BEFORE = 'a\nb\nc\nd\ne\nf\n';
const WRITTEN = 'a\nB\nc\nd\nE\nf\n';
const hunks = (before: string, now: string) =>
  change('/f', before, now, UTF8, '0').hunks.map((hunk) => [hunk.before, hunk.after]);

test('what a person writes elsewhere is theirs: the pending changes stay what they were', () => {
  const now = 'a\nB\nc\nmine\nd\nE\nf\nand mine\n';
  const { before, takenBack } = rebase(BEFORE, WRITTEN, now);
  assert.equal(before, 'a\nb\nc\nmine\nd\ne\nf\nand mine\n');
  assert.deepEqual(takenBack, []);
  assert.deepEqual(hunks(before, now), hunks(BEFORE, WRITTEN));
});

test('lines right beside a pending change are the person’s', () => {
  for (const now of ['a\nmine\nB\nc\nd\nE\nf\n', 'a\nB\nmine\nc\nd\nE\nf\n', 'A\nB\nC\nd\nE\nf\n']) {
    const { before } = rebase(BEFORE, WRITTEN, now);
    for (const line of ['mine\n', 'A\n', 'C\n']) assert.equal(before.includes(line), now.includes(line), now);
  }
  // The agent removed lines, and the person wrote others there.
  assert.equal(rebase('a\nb\nc\n', 'a\nc\n', 'a\nmine\nc\n').before, 'a\nb\nmine\nc\n');
});

test('a change in the lines of a pending one belongs to it', () => {
  const now = 'a\nB and mine\nc\nd\nE\nf\n';
  const { before, takenBack } = rebase(BEFORE, WRITTEN, now);
  assert.equal(before, BEFORE);
  assert.deepEqual(takenBack, []);
  assert.deepEqual(hunks(before, now)[0], ['b\n', 'B and mine\n']);
});

test('a change that was taken back by hand is named, and waits no more', () => {
  assert.deepEqual(rebase(BEFORE, WRITTEN, 'a\nB\nc\nd\ne\nf\n'), { before: BEFORE, takenBack: [1] });
  assert.deepEqual(rebase('a\nb\nc\n', 'a\nc\n', 'a\nb\nc\n'), { before: 'a\nb\nc\n', takenBack: [0] });
  assert.deepEqual(rebase('a\nc\n', 'a\nb\nc\n', 'a\nc\n'), { before: 'a\nc\n', takenBack: [0] });
  assert.deepEqual(rebase('a\nb\nc\n', 'a\nc\n', 'a\nb\nmore\nc\n'), { before: 'a\nb\nmore\nc\n', takenBack: [0] });
});

test('nothing pending, nothing changed, everything taken back: the obvious, over random texts', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randomFrom(seed);
    const before = randomText(random);
    const written = mutate(random, before);
    const now = mutate(random, written);
    assert.equal(rebase(before, written, written).before, before);
    assert.equal(rebase(before, before, now).before, now);
    const { takenBack } = rebase(before, written, before);
    assert.equal(rebase(before, written, before).before, before);
    assert.equal(takenBack.length, hunks(written, before).length);
  }
});

test('whatever a line of the person is outside of pending changes, refusing all of them leaves it', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randomFrom(seed);
    const before = Array.from({ length: 12 }, (_, line) => `line ${line}\n`);
    const written = before.map((line) => (random.int(10) < 3 ? `agent ${line}` : line));
    const now = written.flatMap((line, at) => (random.int(10) < 2 ? [`mine ${at}\n`, line] : [line]));
    const rebased = rebase(before.join(''), written.join(''), now.join('')).before;
    const expected = now.map((line) => line.replace(/^agent /, ''));
    // A line between two changed ones that are one change belongs to it.
    const kept = rebased.match(/mine \d+\n/g) ?? [];
    const between = (line: string) => {
      const at = Number(line.slice(5));
      return at > 0 && [at - 1, at].every((index) => written[index]?.startsWith('agent'));
    };
    const mine = now.filter((line) => line.startsWith('mine'));
    assert.deepEqual(
      kept,
      mine.filter((line) => !between(line)),
    );
    assert.equal(rebased.replace(/mine \d+\n/g, ''), before.join(''));
    if (!mine.some(between)) assert.equal(rebased, expected.join(''));
  }
});
