import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, HunkAnswer } from '../../../src/contracts/edit.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { splitLines } from '../../../src/edits/lines.ts';
import { mutate, type Random, randomFrom, randomText } from './random.ts';

const utf8 = { name: 'utf-8', bom: false };
const { answersFor, change, settle, withText } = editFunctions;
const all = (of: Change, verdict: 'accepted' | 'rejected'): HunkAnswer[] =>
  of.hunks.map((hunk) => ({ hunk: hunk.id, verdict }));

function eachRandomChange(check: (made: Change, random: Random) => void): void {
  for (let seed = 1; seed <= 3000; seed++) {
    const random = randomFrom(seed);
    const before = randomText(random);
    const after = random.int(3) === 0 ? randomText(random) : mutate(random, before);
    const made = change('/f', random.int(8) === 0 ? undefined : before, after, utf8, '3');
    try {
      check(made, random);
    } catch (cause) {
      throw new Error(`seed ${seed}: ${JSON.stringify(made)}`, { cause });
    }
  }
}

test('every hunk says exactly what stands in both texts at its lines', () => {
  eachRandomChange((made) => {
    const before = splitLines(made.before);
    const after = splitLines(made.after);
    for (const hunk of made.hunks) {
      const from = hunk.beforeStart - 1;
      const to = hunk.afterStart - 1;
      assert.equal(before.slice(from, from + hunk.beforeCount).join(''), hunk.before);
      assert.equal(after.slice(to, to + hunk.afterCount).join(''), hunk.after);
    }
  });
});

test('all accepted is the proposal, all rejected leaves nothing to write', () => {
  eachRandomChange((made) => {
    const accepted = settle(made, all(made, 'accepted'));
    assert.equal(accepted.change?.after ?? made.before, made.after);
    assert.equal(accepted.asProposed, true);
    const rejected = settle(made, all(made, 'rejected'));
    assert.equal(rejected.change, undefined);
    assert.equal(rejected.rejected.length, made.hunks.length);
    assert.equal(settle(made, []).change, undefined);
  });
});

test('outside accepted and edited hunks every byte stays, and settled hunks lead from before to after', () => {
  eachRandomChange((made, random) => {
    const answers = made.hunks.map((hunk): HunkAnswer => {
      const verdict = random.pick(['accepted', 'rejected', 'edited'] as const);
      return { hunk: hunk.id, verdict, ...(verdict === 'edited' ? { text: randomText(random, 3) } : {}) };
    });
    const settled = settle(made, answers);
    if (settled.change === undefined) return;
    const before = splitLines(made.before);
    let expected = '';
    let next = 0;
    for (const [index, hunk] of made.hunks.entries()) {
      const answer = answers[index];
      expected += before.slice(next, hunk.beforeStart - 1).join('');
      expected +=
        answer?.verdict === 'accepted' ? hunk.after : answer?.verdict === 'edited' ? answer.text : hunk.before;
      next = hunk.beforeStart - 1 + hunk.beforeCount;
    }
    expected += before.slice(next).join('');
    assert.equal(settled.change.after, expected);
    assert.equal(settle(settled.change, all(settled.change, 'accepted')).change?.after, expected);
    assert.equal(settled.asProposed, settled.rejected.length === 0 && settled.edited.length === 0);
  });
});

test('any text a person makes of a proposal comes out exactly', () => {
  eachRandomChange((made, random) => {
    if (made.hunks.length === 0) return;
    const text = random.int(4) === 0 ? randomText(random) : mutate(random, made.after);
    const answers = answersFor(made, text);
    assert.equal(new Set(answers.map((answer) => answer.hunk)).size, answers.length);
    for (const hunk of made.hunks) assert.ok(answers.some((answer) => answer.hunk === hunk.id));
    assert.equal(settle(made, answers).change?.after ?? made.before, text);
  });
});

test('a change as the person left it has the same hunks, each where it stands in their text', () => {
  eachRandomChange((made, random) => {
    const text = random.int(4) === 0 ? randomText(random) : mutate(random, made.after);
    const left = withText(made, text);
    assert.deepEqual(
      left.hunks.map((hunk) => hunk.id),
      made.hunks.map((hunk) => hunk.id),
    );
    assert.equal(left.after, text);
    // A line of an edit may end in a carriage return that joins the next line's newline: one line fewer for both.
    if (text.includes('\r')) return;
    const lines = splitLines(text);
    for (const hunk of left.hunks) {
      const from = hunk.afterStart - 1;
      assert.equal(lines.slice(from, from + hunk.afterCount).join(''), hunk.after);
    }
  });
});

test('a choice of hunks made in the editor is recognised as that choice or as one with the same text', () => {
  eachRandomChange((made, random) => {
    const choice = made.hunks.map(
      (hunk): HunkAnswer => ({ hunk: hunk.id, verdict: random.pick(['accepted', 'rejected'] as const) }),
    );
    const text = settle(made, choice).change?.after ?? made.before;
    const answers = answersFor(made, text);
    assert.deepEqual(
      answers.filter((answer) => answer.verdict === 'edited'),
      [],
    );
    assert.equal(settle(made, answers).change?.after ?? made.before, text);
  });
});

const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const after = 'ONE\ntwo\nthree\nfour\nfive\nSIX\nseven\n';

test('an edit inside a hunk is its own, and the hunk beside it stays accepted', () => {
  const made = change('/f', before, after, utf8, '0');
  assert.deepEqual(answersFor(made, after.replace('SIX', 'Six!')), [
    { hunk: '0.0', verdict: 'accepted' },
    { hunk: '0.1', verdict: 'edited', text: 'Six!\n' },
  ]);
});

test('an edit where nothing was proposed is the person’s own, even when a hunk is rejected', () => {
  const made = change('/f', before, after, utf8, '0');
  const answers = answersFor(made, after.replace('four', 'FOUR'));
  assert.deepEqual(answers, [
    { hunk: '0.0', verdict: 'accepted' },
    { hunk: '0.own0', verdict: 'edited', text: 'FOUR\n', lines: [4, 1] },
    { hunk: '0.1', verdict: 'accepted' },
  ]);
  const settled = settle(
    made,
    answers.map((answer) =>
      answer.hunk === '0.1' ? { hunk: '0.1', verdict: 'rejected', comment: 'keep six' } : answer,
    ),
  );
  assert.equal(settled.change?.after, 'ONE\ntwo\nthree\nFOUR\nfive\nsix\nseven\n');
  assert.deepEqual(
    settled.rejected.map(({ hunk, comment }) => [hunk.id, comment]),
    [['0.1', 'keep six']],
  );
  assert.deepEqual(
    settled.edited.map(({ hunk, text }) => [hunk.before, text]),
    [['four\n', 'FOUR\n']],
  );
});

test('answers of another file, overlapping or impossible own edits change nothing', () => {
  const made = change('/f', before, after, utf8, '1');
  const wrong: HunkAnswer[] = [
    { hunk: '0.0', verdict: 'accepted' },
    { hunk: '0.own0', verdict: 'edited', text: 'x', lines: [3, 1] },
    { hunk: '1.own0', verdict: 'edited', text: 'x', lines: [1, 2] },
    { hunk: '1.own1', verdict: 'edited', text: 'x', lines: [0, 1] },
    { hunk: '1.own2', verdict: 'edited', text: 'x', lines: [7, 5] },
  ];
  assert.equal(settle(made, wrong).change, undefined);
});

test('an edited hunk without text is rejected', () => {
  const made = change('/f', before, after, utf8, '0');
  const settled = settle(made, [{ hunk: '0.0', verdict: 'edited' }]);
  assert.equal(settled.change, undefined);
});

test('a new empty file has a hunk to answer', () => {
  const made = change('/f', undefined, '', utf8, '0');
  assert.equal(made.hunks.length, 1);
  assert.equal(settle(made, all(made, 'accepted')).change?.kind, 'create');
  assert.equal(settle(made, all(made, 'rejected')).change, undefined);
});

test('a deletion that the person turned into a text is a modification', () => {
  const made: Change = { ...change('/f', 'a\n', '', utf8, '0'), kind: 'delete' };
  assert.equal(settle(made, all(made, 'accepted')).change?.kind, 'delete');
  const settled = settle(made, [{ hunk: '0.0', verdict: 'edited', text: 'b\n' }]);
  assert.deepEqual([settled.change?.kind, settled.change?.after], ['modify', 'b\n']);
});

test('hunk ids carry their change and number', () => {
  assert.deepEqual(
    change('/f', before, after, utf8, '7').hunks.map((hunk) => hunk.id),
    ['7.0', '7.1'],
  );
});

test('two huge texts with nothing in common are one hunk at once', () => {
  const left = Array.from({ length: 60_000 }, (_, n) => `left ${n}\n`).join('');
  const right = Array.from({ length: 60_000 }, (_, n) => `right ${n}\n`).join('');
  const made = change('/f', `same\n${left}end\n`, `same\n${right}end\n`, utf8, '0');
  assert.equal(made.hunks.length, 1);
  assert.equal(settle(made, all(made, 'accepted')).change?.after, made.after);
});
