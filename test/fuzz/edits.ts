// Random turns of a person, other programs and the agent over files in many encodings: whatever is accepted, rejected,
// undone or rewound, nothing that anybody else wrote is lost, and no byte outside accepted hunks changes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Change, Encoding, HunkAnswer } from '../../src/contracts/edit.ts';
import type { Journal, JournalEntry, UndoPlan, UndoTarget } from '../../src/contracts/journal.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { type Line, parseJournal, toText } from '../../src/edits/journal/lines.ts';
import { recordingWorkspace, type Step } from '../../src/edits/journal/recordEdits.ts';
import type { JournalStore } from '../../src/edits/journal/store.ts';
import { createUndo } from '../../src/edits/journal/undo.ts';
import { type Disk, type EditorWorkspace, editorWorkspace } from '../support/editorWorkspace.ts';
import { type Random, randomFrom } from '../unit/edits/random.ts';

export type EditsTally = { steps: number; written: number; refused: number; undone: number; conflicts: number };

const SESSION = 'session';
const STEPS_A_WORLD = 120;
const ENCODINGS: ReadonlyArray<{ encoding: Encoding; letters: string[] }> = [
  { encoding: { name: 'utf-8', bom: false }, letters: ['가', 'é', '👩‍💻', 'a'] },
  { encoding: { name: 'utf-8', bom: true }, letters: ['가', '\ufeff', 'a'] },
  { encoding: { name: 'utf-16le', bom: true }, letters: ['가', '😀', 'a'] },
  { encoding: { name: 'utf-16be', bom: true }, letters: ['漢', 'a'] },
  { encoding: { name: 'euckr', bom: false }, letters: ['가', '힣', '똠', 'a'] },
  { encoding: { name: 'shiftjis', bom: false }, letters: ['あ', '漢', 'ﾊ', 'a'] },
  { encoding: { name: 'gbk', bom: false }, letters: ['汉', '们', 'a'] },
  { encoding: { name: 'windows1252', bom: false }, letters: ['é', 'ß', '€', 'a'] },
];
const ENDINGS = ['\n', '\r\n', '\n', '\r'];
/** Lines that stand more than once, so that diffs can slide. */
const COMMON = ['', '}', '{'];

/** Throws with the seed of the world and its steps when something is lost. */
export async function fuzzEdits(options: { seed: number; steps: number }): Promise<EditsTally> {
  for (const { encoding } of ENCODINGS) await editFunctions.prepare(encoding.name);
  const tally: EditsTally = { steps: 0, written: 0, refused: 0, undone: 0, conflicts: 0 };
  for (let world = options.seed; tally.steps < options.steps; world++) {
    const one = new World(world, tally);
    try {
      await one.live(Math.min(STEPS_A_WORLD, options.steps - tally.steps));
    } catch (cause) {
      throw new Error(`World ${world}, after ${one.done.slice(-12).join(' · ')}`, { cause });
    }
  }
  return tally;
}

export const editsSummary = (tally: EditsTally): string =>
  `${tally.steps} steps: ${tally.written} writes, ${tally.refused} refused, ${tally.undone} files taken back, ${tally.conflicts} left alone`;

type Snapshot = Map<string, { disk: string | undefined; unsaved: string | undefined }>;

class World {
  readonly done: string[] = [];
  readonly #random: Random;
  readonly #tally: EditsTally;
  readonly #files = new Map<string, Uint8Array>();
  readonly #kinds = new Map<string, (typeof ENCODINGS)[number]>();
  readonly #workspace: EditorWorkspace;
  readonly #store: JournalStore;
  readonly #journal: Journal;
  /** What the model read last; it may be out of date. */
  readonly #seen = new Map<string, string>();
  readonly #messages: string[] = [];
  readonly #alone: boolean;
  readonly #start: Snapshot = new Map();
  #tokens = 0;
  #calls = 0;
  #message = '';

  constructor(seed: number, tally: EditsTally) {
    this.#random = randomFrom(seed * 7919 + 13);
    this.#tally = tally;
    // In some worlds nobody but the agent writes: there everything must come back exactly.
    this.#alone = seed % 4 === 0;
    const disk: Disk = {
      read: async (file) => this.#files.get(file),
      write: async (file, bytes, expected) => {
        const now = this.#files.get(file);
        const same =
          expected === 'missing' ? now === undefined : now !== undefined && Buffer.compare(now, expected) === 0;
        if (!same) return 'changed';
        if (bytes === 'missing') this.#files.delete(file);
        else this.#files.set(file, bytes);
        return 'written';
      },
    };
    this.#workspace = editorWorkspace(disk);
    this.#store = memoryStore();
    this.#journal = createUndo({
      store: this.#store,
      edits: editFunctions,
      workspace: this.#workspace,
      writeAtomically: (file, bytes, expected) => disk.write(file, bytes, expected ?? 'missing'),
      noteWritten: () => {},
      now: () => 0,
    });
    for (let n = 0; n < 4; n++) {
      const file = `/assent-fuzz-does-not-exist/f${n}`;
      const kind = this.#random.pick(ENCODINGS);
      this.#kinds.set(file, kind);
      if (kind.encoding.name !== 'utf-8') this.#workspace.encodings.set(file, kind.encoding.name);
      // The last one is made by the agent, or by nobody.
      if (n < 3) this.#files.set(file, this.#encode(file, this.#text('s', file)));
    }
  }

  async live(steps: number): Promise<void> {
    for (const [file, state] of this.#snapshot()) this.#start.set(file, state);
    await this.#prompt();
    for (let n = 0; n < steps; n++) {
      this.#tally.steps++;
      await this.#step();
    }
    if (!this.#alone) return;
    this.#workspace.format = undefined;
    await this.#take({ type: 'message', session: SESSION, message: this.#messages[0] ?? '' }, false);
    assert.deepEqual(this.#snapshot(), this.#start, 'all that the agent did is taken back, and nothing is left of it');
  }

  async #step(): Promise<void> {
    const file = this.#random.pick([...this.#kinds.keys()]);
    const kind = this.#random.int(100);
    if (kind < 8) await this.#prompt();
    else if (kind < 20) await this.#read(file);
    else if (kind < 55) await this.#edit(file);
    else if (kind < 62) await this.#create(file);
    else if (kind < 82) await this.#undo();
    else if (kind < 85)
      await this.#take({ type: 'message', session: SESSION, message: this.#random.pick(this.#messages) });
    else if (this.#alone) await this.#read(file);
    else if (kind < 92) this.#type(file);
    else if (kind < 95) this.#save(file);
    else if (kind < 99) this.#writeElsewhere(file);
    else this.#files.delete(file);
  }

  async #prompt(): Promise<void> {
    this.#message = `m${this.#messages.length}`;
    this.#messages.push(this.#message);
    await this.#store.append(SESSION, [{ type: 'prompt', message: this.#message }], false);
    // A formatter comes and goes; it joins what is its own alone.
    this.#workspace.format = this.#random.int(4) === 0 ? (text) => text.replace(/(a\d+)x+/g, '$1') : undefined;
  }

  async #read(file: string): Promise<void> {
    const read = await this.#workspace.readText(file);
    if ('text' in read) this.#seen.set(file, read.text);
  }

  async #edit(file: string): Promise<void> {
    const seen = this.#seen.get(file);
    if (seen === undefined) return this.#read(file);
    const { encoding } = this.#kindOf(file);
    const proposal = editFunctions.change(file, seen, this.#mutate(seen, 'a', file), encoding, '0');
    if (proposal.hunks.length === 0) return;
    const answers = proposal.hunks.map(({ id, after }): HunkAnswer => {
      const verdict = this.#random.pick(['accepted', 'accepted', 'rejected', 'edited'] as const);
      return verdict === 'edited'
        ? { hunk: id, verdict, text: `${after}${this.#line('a', file)}` }
        : { hunk: id, verdict };
    });
    const { change } = editFunctions.settle(proposal, answers);
    assert.equal(change?.after ?? seen, answered(seen, proposal, answers), 'what was accepted, and nothing else');
    if (change === undefined) return;
    this.done.push(`edit ${file.slice(-2)}`);
    await this.#write(change, seen);
  }

  async #create(file: string): Promise<void> {
    const text = this.#text('a', file);
    const change = editFunctions.change(file, undefined, text, this.#kindOf(file).encoding, '0');
    this.done.push(`create ${file.slice(-2)}`);
    await this.#write(change, undefined);
  }

  async #write(change: Change, seen: string | undefined): Promise<void> {
    const { path } = change;
    const before = this.#snapshot();
    const text = this.#effective(path);
    const step: Step = {
      session: SESSION,
      message: this.#message,
      call: `c${this.#calls++}`,
      source: 'edit',
      tell: fail,
    };
    try {
      const { after } = await recordingWorkspace(this.#parts(), this.#workspace, step).write(change);
      this.#tally.written++;
      this.#seen.set(path, after);
    } catch {
      this.#tally.refused++;
      assert.deepEqual(this.#snapshot(), before, 'what is refused changes nothing');
      return;
    }
    this.#onlyPathChanged(before, [path]);
    const now = this.#effective(path) ?? '';
    const was = before.get(path);
    if (was?.unsaved !== undefined) assert.equal(this.#snapshot().get(path)?.disk, was.disk, 'unsaved stays unsaved');
    const removed = change.hunks.map((hunk) => hunk.before).join('');
    const added = change.hunks.map((hunk) => hunk.after).join('');
    this.#differsOnlyBy(text ?? '', now, [removed], [added]);
    // The bytes are those of the lines, one by one, and nothing else.
    if (text === seen && was?.unsaved === undefined && this.#workspace.format === undefined) {
      const expected = this.#encode(path, splice(seen ?? '', change));
      assert.equal(this.#snapshot().get(path)?.disk, hex(expected), 'bytes outside accepted hunks');
    }
  }

  async #undo(): Promise<void> {
    const entries = await this.#journal.entries(SESSION);
    if (entries.length === 0) return;
    const entry = this.#random.pick(entries.slice(-12));
    const kind = this.#random.int(3);
    if (kind === 0) {
      const all = (await this.#journal.hunks(SESSION, entry.id)).map(({ id }) => id);
      const hunks = all.filter(() => this.#random.int(2) === 0);
      return this.#take({ type: 'hunks', session: SESSION, hunks });
    }
    if (kind === 1 && entry.call !== undefined) {
      return this.#take({ type: 'call', session: SESSION, call: entry.call });
    }
    const others = entries.filter(() => this.#random.int(6) === 0).map(({ id }) => id);
    return this.#take({ type: 'entries', session: SESSION, entries: [entry.id, ...others] });
  }

  async #take(target: UndoTarget, alsoBack = this.#random.int(3) === 0): Promise<void> {
    this.done.push(target.type);
    const before = this.#snapshot();
    const plan = await this.#journal.plan(target);
    assert.deepEqual(this.#snapshot(), before, 'a plan writes nothing');
    const { done, failed, entries } = await this.#journal.carryOut(plan);
    assert.deepEqual(failed, [], 'what was planned can be done');
    this.#tally.undone += done.length;
    this.#tally.conflicts += plan.files.length - done.length;
    this.#onlyPathChanged(before, done);
    await this.#onlyTakenBack(plan, before, target);
    if (!alsoBack) return;
    // Taken back itself, all is as it was.
    const formatted = this.#workspace.format;
    const again = await this.#journal.plan({ type: 'entries', session: SESSION, entries });
    const back = await this.#journal.carryOut(again);
    assert.deepEqual(back.failed, []);
    if (formatted === undefined) assert.deepEqual(this.#snapshot(), before, 'undo is undone');
  }

  /** Lines went that the entries had brought, and came that they had taken; the other lines are where they were. */
  async #onlyTakenBack(plan: UndoPlan, before: Snapshot, target: UndoTarget): Promise<void> {
    const entries = new Map((await this.#journal.entries(SESSION)).map((entry) => [entry.id, entry]));
    for (const { path, entries: ids } of plan.files) {
      const was = before.get(path);
      if (was?.unsaved !== undefined) assert.equal(this.#snapshot().get(path)?.disk, was.disk, 'unsaved stays unsaved');
      const chosen = ids.flatMap((id) => entries.get(id) ?? []);
      const sides = await Promise.all(chosen.map((entry) => this.#sides(entry, target)));
      const known = sides.flat().filter((side) => side !== undefined);
      const wasAbsent = was?.disk === undefined && was?.unsaved === undefined;
      if (wasAbsent && this.#effective(path) !== undefined)
        assert.ok(
          chosen.some(({ after }) => after.kind === 'absent'),
          'who removed a file does not find it there again',
        );
      this.#differsOnlyBy(
        this.#textIn(path, was) ?? '',
        this.#effective(path) ?? '',
        known.map((side) => side.after),
        known.map((side) => side.before),
      );
    }
  }

  /** The texts that the entry had in place of one another; of chosen hunks, theirs alone. */
  async #sides(entry: JournalEntry, target: UndoTarget) {
    if (target.type !== 'hunks') return [await this.#journal.texts(SESSION, entry.id)];
    const hunks = await this.#journal.hunks(SESSION, entry.id);
    return hunks.filter(({ id }) => target.hunks.includes(id));
  }

  #type(file: string): void {
    const text = this.#effective(file);
    if (text === undefined) return;
    this.done.push(`type ${file.slice(-2)}`);
    this.#workspace.unsaved.set(file, this.#mutate(text, 'u', file));
  }

  #save(file: string): void {
    const text = this.#workspace.unsaved.get(file);
    if (text === undefined) return;
    this.done.push(`save ${file.slice(-2)}`);
    this.#files.set(file, this.#encode(file, text));
    this.#workspace.unsaved.delete(file);
  }

  #writeElsewhere(file: string): void {
    const bytes = this.#files.get(file);
    if (bytes === undefined) return;
    this.done.push(`external ${file.slice(-2)}`);
    const text = editFunctions.decode(bytes, this.#kindOf(file).encoding.name)?.text ?? '';
    this.#files.set(file, this.#encode(file, this.#mutate(text, 'x', file)));
  }

  #parts() {
    return { store: this.#store, edits: editFunctions, now: () => 0 };
  }

  #kindOf(file: string): (typeof ENCODINGS)[number] {
    const kind = this.#kinds.get(file);
    assert.ok(kind);
    return kind;
  }

  #encode(file: string, text: string): Uint8Array {
    return editFunctions.encode(text, this.#kindOf(file).encoding);
  }

  #effective(file: string): string | undefined {
    return this.#textIn(file, this.#snapshot().get(file));
  }

  #textIn(
    file: string,
    state: { disk: string | undefined; unsaved: string | undefined } | undefined,
  ): string | undefined {
    if (state?.unsaved !== undefined) return state.unsaved;
    if (state?.disk === undefined) return undefined;
    return editFunctions.decode(Buffer.from(state.disk, 'hex'), this.#kindOf(file).encoding.name)?.text;
  }

  #snapshot(): Snapshot {
    return new Map(
      [...this.#kinds.keys()].map((file) => {
        const bytes = this.#files.get(file);
        return [file, { disk: bytes && hex(bytes), unsaved: this.#workspace.unsaved.get(file) }];
      }),
    );
  }

  #onlyPathChanged(before: Snapshot, paths: readonly string[]): void {
    const now = this.#snapshot();
    for (const [file, state] of before) if (!paths.includes(file)) assert.deepEqual(now.get(file), state, file);
  }

  /** Of the lines that stand once in the world: gone are only such of `removable`, new only such of `addable`. */
  #differsOnlyBy(before: string, after: string, removable: string[], addable: string[]): void {
    const [was, is] = [tokensOf(before), tokensOf(after)];
    const mayGo = new Set(removable.flatMap(tokensOf));
    const mayCome = new Set(addable.flatMap(tokensOf));
    const [wasSet, isSet] = [new Set(was), new Set(is)];
    for (const token of was) assert.ok(isSet.has(token) || mayGo.has(token), `${token} is lost`);
    for (const token of is) assert.ok(wasSet.has(token) || mayCome.has(token), `${token} came from nowhere`);
    const kept = (tokens: string[], other: Set<string>) =>
      tokens.filter((token) => other.has(token) && !mayGo.has(token) && !mayCome.has(token));
    assert.deepEqual(kept(is, wasSet), kept(was, isSet), 'what stays keeps its order');
  }

  #text(by: string, file: string): string {
    let text = '';
    for (let n = this.#random.int(14); n > 0; n--) text += this.#line(by, file);
    return this.#random.int(3) === 0 ? text.replace(/(?:\r\n|\n|\r)$/, '') : text;
  }

  #line(by: string, file: string): string {
    const { letters } = this.#kindOf(file);
    const words =
      this.#random.int(4) === 0
        ? this.#random.pick(COMMON)
        : `${this.#random.pick(letters)} ${by}${this.#tokens++}${'x'.repeat(this.#random.int(2))} ${this.#random.pick(letters)}`;
    return words + this.#random.pick(ENDINGS);
  }

  #mutate(text: string, by: string, file: string): string {
    const lines = text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
    for (let n = 1 + this.#random.int(3); n > 0; n--) {
      const at = this.#random.int(lines.length + 1);
      const kind = this.#random.int(4);
      if (kind === 0) lines.splice(at, 1);
      else if (kind === 1) lines.splice(at, 1, this.#line(by, file));
      else lines.splice(at, 0, this.#line(by, file));
    }
    return lines.join('');
  }
}

/** What the hunks make of the text, line by line, without the functions under test. */
function splice(text: string, change: Change): string {
  const lines = text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
  for (const hunk of change.hunks.toReversed()) {
    assert.equal(lines.slice(hunk.beforeStart - 1, hunk.beforeStart - 1 + hunk.beforeCount).join(''), hunk.before);
    lines.splice(hunk.beforeStart - 1, hunk.beforeCount, hunk.after);
  }
  return lines.join('');
}

/** The text with the accepted hunks of the proposal, without the functions under test. */
function answered(text: string, proposal: Change, answers: readonly HunkAnswer[]): string {
  const hunks = proposal.hunks.flatMap((hunk, index) => {
    const answer = answers[index];
    if (answer === undefined || answer.verdict === 'rejected') return [];
    return [{ ...hunk, after: answer.text ?? hunk.after }];
  });
  return splice(text, { ...proposal, hunks });
}

/** `a12`, `u7`: who wrote a line, and its number. */
const tokensOf = (text: string): string[] => text.match(/[suax]\d+/g) ?? [];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

function fail(): never {
  throw new Error('the journal of a test has room for everything');
}

function memoryStore(): JournalStore {
  const objects = new Map<string, Uint8Array>();
  let text = '';
  let known: ReturnType<typeof parseJournal> | undefined;
  return {
    objects: {
      put: async (bytes) => {
        const object = createHash('sha256').update(bytes).digest('hex');
        objects.set(object, bytes);
        return object;
      },
      settle: async () => {},
      get: async (object) => objects.get(object),
      sweep: async () => {},
    },
    append: async (_session, lines: readonly Line[]) => {
      text += toText(lines);
      known = undefined;
    },
    read: async () => {
      known ??= parseJournal(text);
      return known;
    },
    sweep: async () => {},
  };
}
