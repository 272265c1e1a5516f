// A turn of twenty edits is killed a hundred times, at any moment, and the journal is opened anew.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { editFunctions } from '../../../../src/edits/functions.ts';
import { createJournal } from '../../../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../../../src/edits/writeAtomically.ts';
import { editorWorkspace } from '../../../support/editorWorkspace.ts';

const TASK = process.env['ASSENT_TEST_KILLED_JOURNAL'];
const KILLS = 100;
const SIDE_BY_SIDE = 4;
const FILES = 20;
const SESSION = 'killed';

/** Every fourth file is made by the turn. */
const isNew = (n: number) => n % 4 === 3;
const nameOf = (n: number) => `f${n}.txt`;
const oldText = (n: number) => Array.from({ length: 200 }, (_, line) => `${n} ${line}\r\n`).join('');
const newText = (n: number) => (isNew(n) ? `made ${n}\n` : oldText(n).replace(`${n} 100\r\n`, 'changed\n'));

function open(folder: string) {
  const workspace = editorWorkspace();
  const opened = createJournal({
    folder: path.join(folder, 'journal'),
    edits: editFunctions,
    workspace,
    writeAtomically,
    env: () => ({}),
    trusted: () => false,
    enabled: () => true,
    openFiles: () => [],
    now: Date.now,
    log: (text) => assert.fail(text),
  });
  return { ...opened, workspace };
}

if (TASK !== undefined) {
  await turn(TASK);
} else {
  test(`killed ${KILLS} times in a turn of ${FILES} edits, every file is old or new, and the rest goes back`, async (t) => {
    // A kill is no power failure: waiting for a real disk would show nothing more.
    const memory = existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
    const base = await realpath(await mkdtemp(path.join(memory, 'assent-killed-journal-')));
    t.after(() => rm(base, { recursive: true, force: true }));
    const ends = new Map<string, number>();
    const inTurn = async (lane: number) => {
      for (let round = lane; round < KILLS; round += SIDE_BY_SIDE) {
        const folder = path.join(base, `r${round}`);
        await mkdir(folder);
        for (let n = 0; n < FILES; n++) if (!isNew(n)) await writeFile(path.join(folder, nameOf(n)), oldText(n));
        const told = await killAmid(folder, round);
        await check(folder, told, ends);
        await rm(folder, { recursive: true });
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, lane) => inTurn(lane)));
    t.diagnostic(JSON.stringify(Object.fromEntries(ends)));
    // Otherwise the kills came between the edits and showed nothing.
    assert.ok((ends.get('amid') ?? 0) > 10, JSON.stringify(Object.fromEntries(ends)));
  });
}

async function check(folder: string, told: number, ends: Map<string, number>): Promise<void> {
  const { journal } = open(folder);
  const count = (end: string) => ends.set(end, (ends.get(end) ?? 0) + 1);
  const changed: number[] = [];
  for (let n = 0; n < FILES; n++) {
    const file = path.join(folder, nameOf(n));
    const text = existsSync(file) ? await readFile(file, 'utf8') : undefined;
    const old = isNew(n) ? undefined : oldText(n);
    assert.ok(text === old || text === newText(n), `${nameOf(n)} is half of something`);
    if (text !== old) changed.push(n);
    if (n < told) assert.notEqual(text, old, `${nameOf(n)} was said to be written`);
  }
  const entries = await journal.entries(SESSION);
  count(entries.some((entry) => entry.unconfirmed) ? 'amid' : 'between');
  const plan = await journal.plan({ type: 'message', session: SESSION, message: 'm' });
  const { failed } = await journal.carryOut(plan);
  assert.deepEqual(failed, []);
  for (const n of changed) {
    const file = path.join(folder, nameOf(n));
    const planned = plan.files.find((one) => one.path === file);
    assert.ok(planned, `${nameOf(n)} is not on record`);
    if (planned.outcome === 'conflict') {
      // Made, but not confirmed: it might be the person's, and is left.
      assert.deepEqual([planned.because.code, isNew(n)], ['journal.unconfirmed', true]);
      count('unconfirmed');
    } else assert.equal(existsSync(file) ? await readFile(file, 'utf8') : undefined, isNew(n) ? undefined : oldText(n));
  }
}

/** Resolves to how many edits the child said it had made. */
async function killAmid(folder: string, round: number): Promise<number> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    env: { ...process.env, ASSENT_TEST_KILLED_JOURNAL: folder, NODE_TEST_CONTEXT: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let last = 0;
  for await (const line of createInterface(child.stdout)) {
    last = Number(line);
    if (last === round % (FILES - 1)) setTimeout(() => child.kill('SIGKILL'), (round * 7) % 11);
  }
  await ended;
  return last;
}

async function turn(folder: string): Promise<void> {
  const { recorder, workspace } = open(folder);
  const cause = { session: SESSION, message: 'm', tell: () => assert.fail('not recorded') };
  await recorder.prompted(SESSION, 'm');
  process.stdout.write('0\n');
  for (let n = 0; n < FILES; n++) {
    const file = path.join(folder, nameOf(n));
    const before = isNew(n) ? undefined : oldText(n);
    const change = editFunctions.change(file, before, newText(n), { name: 'utf-8', bom: false }, '0');
    await recorder.workspace(workspace, { ...cause, call: `c${n}` }).write(change);
    process.stdout.write(`${n + 1}\n`);
  }
}
