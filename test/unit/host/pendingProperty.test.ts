// People and the agent write in one file in any order, hunks are answered between, the window is loaded anew: no line of a
// person is lost, and what was rejected is gone.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import type { Hunk } from '../../../src/contracts/edit.ts';
import type { Recorder } from '../../../src/contracts/journal.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { createPendingChanges } from '../../../src/host/pendingChanges.ts';
import { createPendingStore } from '../../../src/host/pendingStore.ts';
import { memoryWorkspace } from '../../support/memoryWorkspace.ts';
import { randomFrom } from '../edits/random.ts';

const FILE = '/project/a.txt';
const SEEDS = 60;
const STEPS = 30;
const UTF8 = { name: 'utf-8', bom: false };
const recorder: Recorder = {
  prompted: async () => {},
  workspace: (files) => files,
  command: async () => ({ end: async () => {} }),
};
const linesOf = (text: string) => text.split('\n').slice(0, -1);
const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

let folder = '';
after(() => rm(folder, { recursive: true, force: true }));

test('any order of edits, answers and reloads', async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'assent-pending-'));
  let answers = 0;
  for (let seed = 1; seed <= SEEDS; seed++) answers += await play(seed);
  assert.ok(answers > SEEDS, 'hardly anything was answered');
});

/** Resolves to the number of hunks that were answered on the way. */
async function play(seed: number): Promise<number> {
  const random = randomFrom(seed);
  const base = Array.from({ length: 3 + random.int(12) }, (_, n) => `base ${n}`);
  const files = memoryWorkspace({ [FILE]: textOf(base) });
  const open = () =>
    createPendingChanges({
      edits: editFunctions,
      workspace: files,
      store: createPendingStore(path.join(folder, String(seed))),
      recorder: async () => recorder,
      note: () => {},
      log: { error: (text, cause) => assert.fail(`${text} ${String(cause)}`) },
    });
  let pending = open();
  let count = 0;
  let answers = 0;
  const accepted = new Set<string>();
  /** Lines that a person removed, or whose removal was accepted. */
  const gone = new Set<string>();
  const now = () => linesOf(files.unsaved.get(FILE) ?? files.text(FILE) ?? '');
  const put = (lines: string[]) => {
    const text = textOf(lines);
    if (files.unsaved.has(FILE)) files.unsaved.set(FILE, text);
    else files.files.set(FILE, Buffer.from(text));
  };
  const hunks = async (): Promise<Hunk[]> => (await pending.ofConversation('c1')).flatMap(({ change }) => change.hunks);
  const agent = async () => {
    const lines = now();
    for (let n = 1 + random.int(3); n > 0; n--) {
      const at = random.int(lines.length + 1);
      // It leaves lines of the person alone: what an agent removes of theirs is another matter.
      const fits = !(lines[at] ?? 'mine').startsWith('mine');
      lines.splice(at, fits ? random.int(2) : 0, ...(random.int(3) > 0 ? [`agent ${count++}`] : []));
    }
    const change = editFunctions.change(FILE, textOf(now()), textOf(lines), UTF8, '0');
    const cause = { session: 'c1', message: 'm', call: 'c', tell: () => {} };
    await pending.recorder(recorder, '/project').workspace(files, cause).write(change);
  };
  const person = async () => {
    const lines = now();
    const at = random.int(lines.length + 1);
    const removed = random.int(4) === 0 ? lines.splice(at, 1) : [];
    for (const line of removed) gone.add(line);
    const mine = `mine ${count++}`;
    lines.splice(at, 0, mine);
    put(lines);
    // Between lines that nobody changed it is theirs alone.
    const beside = [lines[at - 1], lines[at + 1]].every((line) => line === undefined || line.startsWith('base'));
    const pendingLines = (await hunks()).flatMap((hunk) => linesOf(hunk.after));
    if (beside && removed.length === 0) assert.ok(!pendingLines.includes(mine), `seed ${seed}: ${mine} waits`);
  };
  const answer = async (chosen: Hunk[], verdict: 'accepted' | 'rejected') => {
    const before = now();
    answers += chosen.length;
    assert.deepEqual(
      await pending.answer(
        'c1',
        chosen.map(({ id }) => ({ hunk: id, verdict })),
      ),
      [],
      `seed ${seed}`,
    );
    if (verdict === 'accepted') {
      assert.deepEqual(now(), before, `seed ${seed}: accepting changed the file`);
      for (const hunk of chosen) {
        for (const line of linesOf(hunk.after)) accepted.add(line);
        for (const line of linesOf(hunk.before)) gone.add(line);
      }
      return;
    }
    // What goes stood in the hunks that were shown.
    const shown = new Set(chosen.flatMap((hunk) => linesOf(hunk.after)));
    const lost = before.filter((line) => !now().includes(line) && !shown.has(line));
    assert.deepEqual(lost, [], `seed ${seed}: lost by a reject`);
  };

  for (let step = 0; step < STEPS; step++) {
    const before = now();
    const kind = random.int(7);
    if (kind <= 1) await agent();
    else if (kind <= 3) await person();
    else if (kind === 4) {
      // Unsaved text appears, or is saved.
      const text = textOf(now());
      if (!files.unsaved.delete(FILE)) files.unsaved.set(FILE, text);
      else files.files.set(FILE, Buffer.from(text));
    } else if (kind === 5) {
      const all = await hunks();
      if (all.length > 0) await answer([random.pick(all)], random.int(2) === 0 ? 'accepted' : 'rejected');
    } else {
      pending = open();
      await pending.load();
    }
    if (kind === 4 || kind === 6) assert.deepEqual(now(), before, `seed ${seed}`);
    assert.equal(new Set(now()).size, now().length, `seed ${seed}: a line stands twice`);
  }
  await answer(await hunks(), 'rejected');
  assert.deepEqual(await hunks(), [], `seed ${seed}`);
  const left = now().filter((line) => line.startsWith('agent') && !accepted.has(line));
  assert.deepEqual(left, [], `seed ${seed}: rejected and still there`);
  const missing = base.filter((line) => !now().includes(line) && !gone.has(line));
  assert.deepEqual(missing, [], `seed ${seed}: not there again`);
  return answers;
}
