// Edits that are written at once and answered later.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, beforeEach, test } from 'node:test';
import type { HunkAnswer } from '../../../src/contracts/edit.ts';
import type { Cause, Recorder } from '../../../src/contracts/journal.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { createPendingChanges, type PendingChanges } from '../../../src/host/pendingChanges.ts';
import { createPendingStore } from '../../../src/host/pendingStore.ts';
import { type MemoryWorkspace, memoryWorkspace } from '../../support/memoryWorkspace.ts';

const A = '/project/a.txt';
const NEW = '/project/new.txt';
const LINES = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const UTF8 = { name: 'utf-8', bom: false };

const folders: string[] = [];
after(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

let files: MemoryWorkspace;
let notes: string[];
let folder: string;
let pending: PendingChanges;
/** What was written on record: the call it belongs to. */
let recorded: string[];
beforeEach(async () => {
  files = memoryWorkspace({ [A]: LINES });
  notes = [];
  recorded = [];
  folder = await mkdtemp(path.join(os.tmpdir(), 'assent-pending-'));
  folders.push(folder);
  pending = open();
});

const journal: Recorder = {
  prompted: async () => {},
  workspace: (inner, cause) => ({
    ...inner,
    write: (...args) => {
      recorded.push(cause.call);
      return inner.write(...args);
    },
  }),
  command: async () => ({ end: async () => {} }),
};
function open(): PendingChanges {
  return createPendingChanges({
    edits: editFunctions,
    workspace: files,
    store: createPendingStore(folder),
    recorder: async () => journal,
    note: (conversation, text) => notes.push(`${conversation}: ${text}`),
    log: { error: (text, cause) => assert.fail(`${text} ${String(cause)}`) },
  });
}
const cause = (call: string, session = 'c1'): Cause => ({ session, message: 'm1', call, tell: () => {} });
async function agentWrites(to: string, options: { file?: string; cause?: Cause } = {}): Promise<void> {
  const { file = A } = options;
  const now = await files.readText(file);
  const change = editFunctions.change(file, 'text' in now ? now.text : undefined, to, UTF8, '0');
  await pending
    .recorder(journal, '/project')
    .workspace(files, options.cause ?? cause('call-1'))
    .write(change);
}
const replaced = (...pairs: Array<[string, string]>) =>
  pairs.reduce((text, [from, to]) => text.replace(from, to), LINES);
async function hunks(conversation = 'c1') {
  const views = await pending.ofConversation(conversation);
  return views.flatMap(({ change, edited }) => change.hunks.map((hunk) => ({ ...hunk, edited: edited.has(hunk.id) })));
}
async function give(after: string, verdict: HunkAnswer['verdict'], comment?: string): Promise<void> {
  const hunk = (await hunks()).find((one) => one.after.startsWith(after));
  assert.ok(hunk, after);
  const answer = { hunk: hunk.id, verdict, ...(comment === undefined ? {} : { comment }) };
  assert.deepEqual(await pending.answer('c1', [answer]), []);
}

test('what is written without a review waits, hunk by hunk; accepted hunks are forgotten, the file stays', async () => {
  await agentWrites(replaced(['two', 'TWO'], ['six', 'SIX']));
  assert.deepEqual(
    (await hunks()).map(({ before, after }) => [before, after]),
    [
      ['two\n', 'TWO\n'],
      ['six\n', 'SIX\n'],
    ],
  );
  await give('TWO', 'accepted');
  assert.deepEqual(
    (await hunks()).map(({ after }) => after),
    ['SIX\n'],
  );
  await give('SIX', 'accepted');
  assert.deepEqual(pending.conversations(), []);
  assert.equal(files.text(A), replaced(['two', 'TWO'], ['six', 'SIX']));
  assert.deepEqual(notes, []);
  assert.deepEqual(await readdir(folder), []);
});

test('an answer to a file that just became unreadable says so, and the change waits until it can be read', async () => {
  await agentWrites(replaced(['two', 'TWO']));
  const [hunk] = await hunks();
  assert.ok(hunk);
  const answer: HunkAnswer = { hunk: hunk.id, verdict: 'rejected' };
  const readable = files.readText;
  files.readText = async () => ({ problem: 'binary' });
  const [failed, ...others] = await pending.answer('c1', [answer]);
  assert.deepEqual([failed?.path, others.length], [A, 0]);
  assert.match(failed?.reason ?? '', /a\.txt is gone, or cannot be read as text now\..*answer again/);
  assert.deepEqual(await pending.answer('c1', [{ ...answer, hunk: 'of another file' }]), []);

  files.readText = readable;
  assert.deepEqual(await pending.answer('c1', [answer]), []);
  assert.equal(files.text(A), LINES);
});

test('what a person reviewed before does not wait', async () => {
  await agentWrites(replaced(['two', 'TWO']), { cause: { ...cause('call-1'), reviewed: true } });
  assert.deepEqual(pending.conversations(), []);
  assert.equal(pending.has(A), false);
});

test('a rejected hunk is taken out of the file, on record; the model is told exactly which, and why', async () => {
  await agentWrites(replaced(['two', 'TWO\nand a half'], ['six\n', '']));
  await give('TWO', 'rejected', 'no capitals');
  assert.equal(files.text(A), replaced(['six\n', '']));
  assert.deepEqual(notes, [
    `c1: The person rejected this part of your edit of ${A} (lines 2–3), and it was taken back. The comment: no capitals\nYou had written:\n<text>\nTWO\nand a half\n</text>`,
  ]);
  await give('', 'rejected');
  assert.equal(files.text(A), LINES);
  assert.equal(
    notes[1],
    `c1: The person rejected this part of your edit of ${A} (line 6), and it was taken back.\nYou had removed:\n<text>\nsix\n</text>`,
  );
  assert.deepEqual(recorded, ['call-1', 'call-1', 'call-1']);
  assert.deepEqual(pending.conversations(), []);
});

test('a comment on several hunks of a file is told once', async () => {
  await agentWrites(replaced(['two', 'TWO'], ['six', 'SIX']));
  const all = (await hunks()).map(({ id }) => ({ hunk: id, verdict: 'rejected' as const, comment: 'not now' }));
  await pending.answer('c1', all);
  assert.deepEqual(
    notes.map((note) => note.includes('not now')),
    [true, false],
  );
});

test('what others write meanwhile is theirs, saved or not, and stays whatever is rejected', async () => {
  await agentWrites(replaced(['two', 'TWO'], ['six', 'SIX']));
  files.unsaved.set(A, `mine\n${replaced(['two', 'TWO'], ['six', 'SIX'])}and mine\n`);
  assert.deepEqual(
    (await hunks()).map(({ after, edited }) => [after, edited]),
    [
      ['TWO\n', false],
      ['SIX\n', false],
    ],
  );
  await give('SIX', 'rejected');
  assert.equal(files.unsaved.get(A), `mine\n${replaced(['two', 'TWO'])}and mine\n`);
  assert.equal(files.text(A), replaced(['two', 'TWO'], ['six', 'SIX']), 'saved behind the person');
  await give('TWO', 'accepted');
  assert.deepEqual(pending.conversations(), []);
});

test('a hunk that the person changed is shown as that, and the model is told when it is accepted', async () => {
  await agentWrites(replaced(['two', 'TWO'], ['six', 'SIX']));
  files.files.set(A, Buffer.from(replaced(['two', 'TWO and mine'], ['six', 'SIX'])));
  await give('SIX', 'accepted');
  assert.deepEqual(
    (await hunks()).map(({ after, edited }) => [after, edited]),
    [['TWO and mine\n', true]],
  );
  await give('TWO', 'accepted');
  assert.deepEqual(notes, [
    `c1: The person changed this part of your edit of ${A} and accepted it (line 2). It now reads:\n<text>\nTWO and mine\n</text>`,
  ]);
});

test('what is taken back by hand waits no more, and is told once, before the next request', async () => {
  await agentWrites(replaced(['two', 'TWO'], ['six', 'SIX']));
  files.files.set(A, Buffer.from(replaced(['six', 'SIX'])));
  assert.deepEqual(
    (await hunks()).map(({ after }) => after),
    ['SIX\n'],
  );
  await pending.tellTakenBack('c1');
  await pending.tellTakenBack('c1');
  assert.deepEqual(notes, [
    `c1: The person took back this part of your edit of ${A} (line 2).\nYou had written:\n<text>\nTWO\n</text>`,
  ]);
  files.files.set(A, Buffer.from(LINES));
  await pending.tellTakenBack('c1');
  assert.equal(notes.length, 2);
  assert.deepEqual(pending.conversations(), []);
});

test('edits of several calls are one list; a later edit of the same lines joins what waits', async () => {
  await agentWrites(replaced(['two', 'TWO']));
  files.files.set(A, Buffer.from(replaced(['two', 'TWO'], ['four', 'four of mine'])));
  await agentWrites(replaced(['two', 'deux'], ['four', 'four of mine'], ['six', 'SIX']), { cause: cause('call-2') });
  assert.deepEqual(
    (await hunks()).map(({ before, after, edited }) => [before, after, edited]),
    [
      ['two\n', 'deux\n', false],
      ['six\n', 'SIX\n', false],
    ],
  );
  const all = (await hunks()).map(({ id }) => ({ hunk: id, verdict: 'rejected' as const }));
  await pending.answer('c1', all);
  assert.equal(files.text(A), replaced(['four', 'four of mine']));
});

test('a new file that is rejected is removed again, unless somebody wrote in it', async () => {
  await agentWrites('a\nb\n', { file: NEW });
  const [view] = await pending.ofConversation('c1');
  assert.equal(view?.change.kind, 'create');
  await give('a', 'rejected');
  assert.equal(files.files.has(NEW), false);
  await agentWrites('a\nb\n', { file: NEW });
  files.files.set(NEW, Buffer.from('mine\na\nb\n'));
  await give('a', 'rejected');
  assert.equal(files.text(NEW), 'mine\n');
  assert.deepEqual(pending.conversations(), []);
});

test('a file of somebody else that stands where one was made is not removed with it, and can be accepted', async () => {
  await agentWrites('a\nb\n', { file: NEW });
  files.files.set(NEW, Buffer.from('my own\nfile\n'));
  const [hunk] = await hunks();
  assert.ok(hunk);
  const failed = await pending.answer('c1', [{ hunk: hunk.id, verdict: 'rejected' }]);
  assert.match(failed[0]?.reason ?? '', /was changed since it was made. Delete it yourself/);
  assert.equal(files.text(NEW), 'my own\nfile\n');
  // Nor once the agent wrote in it as well.
  await agentWrites('my own\nfile\nand the agent\n', { file: NEW });
  await give('and', 'rejected');
  assert.equal(files.text(NEW), 'my own\nfile\n');
  await agentWrites('a\nb\n', { file: '/project/newer.txt' });
  files.files.set('/project/newer.txt', Buffer.from('my own\n'));
  await give('my own', 'accepted');
  assert.equal(files.text('/project/newer.txt'), 'my own\n');
  assert.deepEqual(pending.conversations(), []);
});

test('a reject goes where the edit went, after a reload as well', async () => {
  const change = editFunctions.change(A, LINES, replaced(['two', 'TWO']), UTF8, '0');
  await pending.recorder(journal, '/project').workspace(files, cause('call-1')).write(change, '/real/a.txt');
  pending = open();
  await pending.load();
  const ways: Array<string | undefined> = [];
  const { write } = files;
  files.write = (back, realPath) => {
    ways.push(realPath);
    return write(back);
  };
  await give('TWO', 'rejected');
  assert.deepEqual(ways, ['/real/a.txt']);
});

test('an answer to a hunk that says something else by now does nothing', async () => {
  await agentWrites(replaced(['two', 'TWO']));
  const [stale] = await hunks();
  assert.ok(stale);
  files.files.set(A, Buffer.from(replaced(['two', 'TWO of mine'])));
  await pending.answer('c1', [{ hunk: stale.id, verdict: 'rejected' }]);
  assert.equal(files.text(A), replaced(['two', 'TWO of mine']));
  assert.equal((await hunks()).length, 1);
});

test('a reject that cannot be written is said, and goes on waiting', async () => {
  await agentWrites(replaced(['two', 'TWO']));
  const [hunk] = await hunks();
  assert.ok(hunk);
  files.write = () => Promise.reject(new Error('the disk is full'));
  const failed = await pending.answer('c1', [{ hunk: hunk.id, verdict: 'rejected' }]);
  assert.deepEqual(failed, [{ path: A, reason: 'the disk is full' }]);
  assert.equal((await hunks()).length, 1);
  assert.deepEqual(notes, []);
});

test('after a reload everything waits as before, with what was done to the files meanwhile', async () => {
  await agentWrites(replaced(['two', 'TWO'], ['six', 'SIX']));
  await give('TWO', 'accepted');
  files.files.set(A, Buffer.from(`mine\n${replaced(['two', 'TWO'], ['six', 'SIX'])}`));
  pending = open();
  assert.deepEqual(await hunks(), []);
  await pending.load();
  assert.deepEqual(
    (await hunks()).map(({ after }) => after),
    ['SIX\n'],
  );
  await give('SIX', 'rejected');
  assert.equal(files.text(A), `mine\n${replaced(['two', 'TWO'])}`);
});

test('two conversations in one file answer for their own', async () => {
  await agentWrites(replaced(['two', 'TWO']));
  await agentWrites(replaced(['two', 'TWO'], ['six', 'SIX']), { cause: cause('call-9', 'c2') });
  assert.deepEqual(
    (await hunks('c1')).map(({ after }) => after),
    ['TWO\n'],
  );
  assert.deepEqual(
    (await hunks('c2')).map(({ after }) => after),
    ['SIX\n'],
  );
  assert.equal((await pending.ofFile(A)).length, 2);
  await give('TWO', 'rejected');
  assert.equal(files.text(A), replaced(['six', 'SIX']));
  assert.deepEqual(
    (await hunks('c2')).map(({ after }) => after),
    ['SIX\n'],
  );
});

test('a file that gets another name, or whose folder does, goes on waiting; one that is gone at the next start does not', async () => {
  await agentWrites(replaced(['two', 'TWO']));
  files.files.set('/elsewhere/a.txt', files.files.get(A) ?? Buffer.of());
  files.files.delete(A);
  assert.deepEqual(await hunks(), []);
  await pending.renamed('/project', '/elsewhere');
  assert.equal(pending.has('/elsewhere/a.txt'), true);
  await give('TWO', 'rejected');
  assert.equal(files.text('/elsewhere/a.txt'), LINES);
  await agentWrites('new\n', { file: NEW });
  files.files.delete(NEW);
  pending = open();
  await pending.load();
  assert.deepEqual(pending.conversations(), []);
});
