// What a turn that changes a file costs beside the model: recording, proving and writing, in a workspace of 250,000 files
// and in one with next to none. The floor writes the same bytes to a file beside, flushes it and renames it.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { editFunctions } from '../../src/edits/functions.ts';
import { createJournal } from '../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { editorWorkspace } from '../support/editorWorkspace.ts';
import { median, type Report } from './kit/figure.ts';

const FOLDERS = 500;
const FILES_A_FOLDER = 500;
const TURNS = 21;
const SMALL_BYTES = 10_000;
const LARGE_BYTES = 1_000_000;
/** What git calls an empty file. */
const EMPTY = 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391';
const LINE = 'a line of text that is as long as lines are\n';
const encoding = { name: 'utf-8', bom: false };

export async function bench(report: Report): Promise<void> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-bench-edits-')));
  try {
    const [few, many] = [path.join(base, 'few'), path.join(base, 'many')];
    await fill(few, 1);
    await fill(many, FOLDERS);
    const alone = await measure(base, few, SMALL_BYTES);
    const small = await measure(base, many, SMALL_BYTES);
    const large = await measure(base, many, LARGE_BYTES);
    const one = (name: string, value: number, floor?: number) =>
      report({ name, value, unit: 'ms', runs: TURNS, ...(floor === undefined ? {} : { floor }) });
    one('edits', small.edit, small.floor);
    one('edits.fewFiles', alone.edit, alone.floor);
    one('edits.large', large.edit, large.floor);
    one('edits.command', small.command);
    one('edits.command.fewFiles', alone.command);
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

/** Medians of an edit of a file of so many bytes, of what is looked up around a command that names it, and of the floor. */
async function measure(base: string, root: string, bytes: number) {
  const workspace = editorWorkspace();
  const { recorder } = createJournal({
    folder: path.join(base, `journal-${randomUUID()}`),
    edits: editFunctions,
    workspace,
    writeAtomically,
    env: () => ({ PATH: process.env['PATH'] }),
    trusted: () => true,
    enabled: () => true,
    openFiles: () => [],
    now: Date.now,
    log: console.error,
  });
  const file = path.join(root, 'edited.txt');
  const text = LINE.repeat(Math.ceil(bytes / LINE.length));
  const times = { edit: [] as number[], command: [] as number[], floor: [] as number[] };
  for (let turn = 0; turn <= TURNS; turn++) {
    await writeFile(file, text);
    const session = randomUUID();
    const because = { session, message: 'm', call: `c${turn}`, tell: (told: unknown) => fail(told) };
    await recorder.prompted(session, 'm');
    const change = editFunctions.change(file, text, `turn ${turn}\n${text}`, encoding, '0');
    const edit = await timed(() => recorder.workspace(workspace, because).write(change));
    const written = await readFile(file);
    if (written.toString() !== change.after) fail('not written');

    const action = { kind: 'write', path: file, realPath: file, insideWorkingDirectories: true } as const;
    const facts = { root, actions: [action], seen: [file] };
    const started = performance.now();
    const running = await recorder.command({ ...because, call: `b${turn}` }, facts);
    const before = performance.now() - started;
    await writeFile(file, text);
    const command = before + (await timed(() => running.end()));
    const floor = await timed(() => bare(file, written));
    if (turn === 0) continue; // the code is compiled by then
    times.edit.push(edit);
    times.command.push(command);
    times.floor.push(floor);
  }
  return { edit: median(times.edit), command: median(times.command), floor: median(times.floor) };
}

async function bare(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(`${file}.tmp`, 'wx');
  await handle.writeFile(bytes);
  await handle.sync();
  await handle.close();
  await rename(`${file}.tmp`, file);
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}

/** Empty files, all of them in git's index. */
async function fill(root: string, folders: number): Promise<void> {
  await mkdir(root);
  const names: string[] = [];
  for (let n = 0; n < folders; n++) {
    const folder = `folder${n}`;
    mkdirSync(path.join(root, folder));
    for (let i = 0; i < FILES_A_FOLDER; i++) {
      const name = `${folder}/file${i}.txt`;
      closeSync(openSync(path.join(root, name), 'w'));
      names.push(name);
    }
  }
  await git(root, ['init', '-q', '-b', 'main']);
  await git(root, ['hash-object', '-w', '--stdin']);
  await git(root, ['update-index', '--index-info'], names.map((name) => `100644 ${EMPTY}\t${name}\n`).join(''));
  // As after a checkout: git sees by their times that they are clean. Of very many it is not asked.
  if (folders === 1) await git(root, ['update-index', '-q', '--refresh']);
}

function git(root: string, args: string[], input = ''): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('git', args, { cwd: root }, (error) => (error === null ? resolve() : reject(error)));
    child.stdin?.end(input);
  });
}

function fail(why: unknown): never {
  throw new Error(`A turn of the figure went wrong: ${JSON.stringify(why)}`);
}
