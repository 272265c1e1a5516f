import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HunkAnswer } from '../../../src/contracts/edit.ts';
import type { Question } from '../../../src/contracts/question.ts';
import { call, text } from '../../support/scriptedProvider.ts';
import { answering, decision, judgeBy, type Kit, makeKit, resultsIn, run } from './kit.ts';

const FILE = '/project/a.txt';
const OTHER = '/project/b.txt';
const LINES = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n';

const read = (id: string, path: string) => call(id, 'Read', { file_path: path });
const edit = (id: string, path: string, from: string, to: string) =>
  call(id, 'Edit', { file_path: path, old_string: from, new_string: to });

async function kitFor(
  t: { after(done: () => Promise<void>): void },
  ...edits: ReturnType<typeof edit>[]
): Promise<Kit> {
  return makeKit(t.after.bind(t), {
    files: { [FILE]: LINES, [OTHER]: 'x\n' },
    judge: judgeBy({ Edit: 'ask', Write: 'ask' }),
    script: [[read('r1', FILE), read('r2', OTHER)], edits, [text('ok')]],
  });
}

/** Answers the review with a verdict for each hunk, by its proposed text. */
function reviewing(kit: Kit, verdictOf: (after: string, path: string) => Omit<HunkAnswer, 'hunk'>): Question[] {
  const asked: Question[] = [];
  kit.conversation.listen((event) => {
    if (event.type !== 'asked') return;
    asked.push(event.question);
    if (event.question.type !== 'review') return;
    const hunks = event.question.review.changes.flatMap((change) =>
      change.hunks.map((hunk) => ({ hunk: hunk.id, ...verdictOf(hunk.after, change.path) })),
    );
    assert.equal(kit.conversation.answer(event.question.id, { type: 'review', hunks }), true);
  });
  return asked;
}

test('neighbouring edits are one review: one entry a file, and what is accepted is what the file says', async (t) => {
  const kit = await kitFor(
    t,
    edit('a', FILE, 'two', 'TWO'),
    edit('b', FILE, 'eight', 'EIGHT'),
    edit('c', OTHER, 'x', 'y'),
  );
  const asked = reviewing(kit, () => ({ verdict: 'accepted' }));
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.equal(asked.length, 1);
  const [question] = asked;
  assert.ok(question?.type === 'review');
  assert.deepEqual(
    question.review.changes.map((change) => [change.path, change.hunks.length]),
    [
      [FILE, 2],
      [OTHER, 1],
    ],
  );
  assert.deepEqual(question.review.calls, ['a', 'b', 'c']);
  assert.equal(kit.workspace.text(FILE), LINES.replace('two', 'TWO').replace('eight', 'EIGHT'));
  assert.equal(kit.workspace.text(OTHER), 'y\n');
  assert.equal(kit.workspace.writes.length, 2, 'each file is written once');
});

test('one hunk rejected, one edited: exactly that is written, and the model is told', async (t) => {
  const kit = await kitFor(t, edit('a', FILE, 'two', 'TWO'), edit('b', FILE, 'eight', 'EIGHT'));
  reviewing(kit, (after) =>
    after.startsWith('TWO') ? { verdict: 'rejected', comment: 'keep it low' } : { verdict: 'edited', text: 'Eight!\n' },
  );
  await run(kit.conversation, 'go');
  assert.equal(kit.workspace.text(FILE), LINES.replace('eight', 'Eight!'));
  const said = Object.values(resultsIn(kit.provider)).join('\n');
  assert.equal(
    said.slice(said.indexOf(FILE)),
    [
      `${FILE} was updated.`,
      'The person rejected this part of the proposal (line 2); it was not written. The comment: keep it low',
      '<text>\nTWO\n</text>',
      'The person changed this part before accepting it (line 8 of the proposal). It now reads:',
      '<text>\nEight!\n</text>',
      `${FILE} was written together with another edit of the same message.`,
      'The person rejected this part of the proposal (line 2); it was not written. The comment: keep it low',
      '<text>\nTWO\n</text>',
      'The person changed this part before accepting it (line 8 of the proposal). It now reads:',
      '<text>\nEight!\n</text>',
    ].join('\n'),
  );
});

test('rejecting everything writes nothing, is told to the model, and the turn goes on', async (t) => {
  const kit = await kitFor(t, edit('a', FILE, 'two', 'TWO'), edit('b', FILE, 'TWO', 'deux'));
  reviewing(kit, () => ({ verdict: 'rejected', comment: 'no French' }));
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.equal(kit.workspace.writes.length, 0);
  const results = resultsIn(kit.provider);
  // The second edit stands on text that exists only in the first: it falls with it.
  for (const id of ['a', 'b']) assert.match(results[id] ?? '', /no French/, id);
  const statuses = kit.conversation.events.flatMap((event) =>
    event.type === 'toolFinished' && event.call.name === 'Edit' ? [event.status] : [],
  );
  assert.deepEqual(statuses, ['denied', 'denied']);
});

test('a bare no to a review ends the turn; with words the model goes on', async (t) => {
  const bare = await kitFor(t, edit('a', FILE, 'two', 'TWO'));
  answering(bare.conversation, { type: 'deny' });
  assert.deepEqual(await run(bare.conversation, 'go'), { reason: 'declined' });
  const worded = await kitFor(t, edit('a', FILE, 'two', 'TWO'));
  answering(worded.conversation, { type: 'deny', feedback: 'first the tests' });
  assert.deepEqual(await run(worded.conversation, 'go'), { reason: 'done' });
  assert.match(resultsIn(worded.provider)['a'] ?? '', /first the tests/);
  assert.equal(worded.workspace.writes.length, 0);
});

test('an edit that cannot be worked out fails alone, and says so for those that build on it', async (t) => {
  const kit = await kitFor(
    t,
    edit('a', FILE, 'not there', 'new'),
    edit('b', FILE, 'new', 'newer'),
    edit('c', FILE, 'two', 'TWO'),
  );
  const asked = reviewing(kit, () => ({ verdict: 'accepted' }));
  await run(kit.conversation, 'go');
  assert.ok(asked[0]?.type === 'review');
  assert.deepEqual(asked[0].review.calls, ['c']);
  assert.match(resultsIn(kit.provider)['b'] ?? '', /earlier edit of this file in the same message was not made/);
  assert.equal(kit.workspace.text(FILE), LINES.replace('two', 'TWO'));
});

test('allowed edits are made at once, without a question', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    files: { [FILE]: LINES },
    script: [[read('r', FILE)], [edit('a', FILE, 'two', 'TWO'), edit('b', FILE, 'TWO', 'deux')], [text('ok')]],
  });
  await run(kit.conversation, 'go');
  assert.equal(kit.workspace.text(FILE), LINES.replace('two', 'deux'));
  assert.ok(!kit.conversation.events.some((event) => event.type === 'asked'));
});

test('an allowed edit does not wait for the review of another file', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    files: { [FILE]: LINES, [OTHER]: 'x\n' },
    judge: async ({ tool, actions, mode }) =>
      decision(
        actions.some((action) => 'path' in action && action.kind === 'write' && action.path === FILE) ? 'ask' : 'allow',
        tool,
        mode,
      ),
    script: [
      [read('r1', FILE), read('r2', OTHER)],
      [edit('a', FILE, 'two', 'TWO'), edit('b', OTHER, 'x', 'y')],
      [text('ok')],
    ],
  });
  kit.conversation.listen((event) => {
    if (event.type !== 'asked') return;
    assert.equal(kit.workspace.text(OTHER), 'y\n');
    kit.conversation.answer(event.question.id, { type: 'deny', feedback: 'no' });
  });
  await run(kit.conversation, 'go');
  assert.equal(kit.workspace.text(FILE), LINES);
});

test('a write that fails is said for every call of that file', async (t) => {
  const kit = await kitFor(t, edit('a', FILE, 'two', 'TWO'), edit('b', FILE, 'eight', 'EIGHT'));
  kit.workspace.write = () => Promise.reject(new Error('the disk is full'));
  reviewing(kit, () => ({ verdict: 'accepted' }));
  await run(kit.conversation, 'go');
  const results = resultsIn(kit.provider);
  assert.match(results['a'] ?? '', /the disk is full/);
  assert.match(results['b'] ?? '', /Not written.*the disk is full/);
});

test('another mode meanwhile leaves a review waiting; it counts from the next edit on', async (t) => {
  const kit = await kitFor(t, edit('a', FILE, 'two', 'TWO'));
  kit.conversation.listen((event) => {
    if (event.type !== 'asked') return;
    kit.conversation.setMode('acceptEdits');
    assert.deepEqual(
      kit.conversation.state.questions.map(({ id }) => id),
      [event.question.id],
    );
    assert.equal(kit.workspace.writes.length, 0);
    setImmediate(() => kit.conversation.answer(event.question.id, { type: 'allow' }));
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.equal(kit.workspace.text(FILE), LINES.replace('two', 'TWO'));
});
