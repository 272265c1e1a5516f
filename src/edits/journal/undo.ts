// Takes entries back: works out what that means now, shows it as a plan, and carries the plan out, on record again.
import { chmod } from 'node:fs/promises';
import type { EditFunctions, Hunk, WriteAtomically } from '../../contracts/edit.ts';
import type { Journal, JournalEntry, PlannedFile, UndoPlan, UndoResult, UndoTarget } from '../../contracts/journal.ts';
import type { Workspace } from '../../contracts/workspace.ts';
import { sayInEnglish } from '../../util/phrases.ts';
import { readableError } from '../../util/readableError.ts';
import { contentNow, keep, kept, realFile } from './contents.ts';
import type { Told } from './lines.ts';
import { type Content, planFile, type Step, sameAs } from './planFile.ts';
import { newEntry, type Step as RecordStep, recordingWorkspace } from './recordEdits.ts';
import type { JournalStore } from './store.ts';

export type UndoParts = {
  store: JournalStore;
  edits: EditFunctions;
  workspace: Workspace;
  writeAtomically: WriteAtomically;
  /** Hears of every file that is written or removed. */
  noteWritten(file: string): void;
  now(): number;
};

export function createUndo(parts: UndoParts): Journal {
  const { store, edits, workspace } = parts;

  const load = (entry: JournalEntry, side: 'before' | 'after') => kept(entry.path, entry[side], store.objects, edits);

  const find = async (session: string, id: string) => (await store.read(session)).entries.find((one) => one.id === id);

  const textsOf = async (entry: JournalEntry) => {
    const [before, after] = [await load(entry, 'before'), await load(entry, 'after')];
    const text = (side: Content) =>
      side.kind === 'absent' ? '' : side.kind === 'content' ? side.text?.text : undefined;
    const [was, is] = [text(before), text(after)];
    return was === undefined || is === undefined ? undefined : { before: was, after: is };
  };

  /** The entry without the hunks that stay: as if it had made only those that are to be taken back. */
  const onlyHunks = async (entry: JournalEntry, step: Step, chosen: ReadonlySet<string>): Promise<Step> => {
    const texts = await textsOf(entry);
    const { before } = step;
    if (texts === undefined || before.kind !== 'content' || before.text === undefined) return step;
    const { encoding } = before.text;
    const change = edits.change(entry.path, texts.before, texts.after, encoding, entry.id);
    const staying = change.hunks.filter((hunk) => !chosen.has(hunk.id));
    if (staying.length === 0) return step;
    const answers = staying.map(({ id }) => ({ hunk: id, verdict: 'accepted' as const }));
    const text = edits.settle(change, answers).change?.after ?? texts.before;
    const reverted = edits.change(entry.path, texts.before, text, encoding, '0');
    const bytes = before.unsaved ? Buffer.from(text) : edits.rewrite(before.bytes, reverted);
    return { ...step, before: { ...before, bytes, text: { text, encoding } } };
  };

  const planPath = async (path: string, entries: JournalEntry[], hunks: ReadonlySet<string>): Promise<PlannedFile> => {
    if ((await realFile(path)) !== path) {
      const because = { code: 'journal.leadsElsewhere', args: { path } };
      return { path, entries: entries.map(({ id }) => id), outcome: 'conflict', because };
    }
    const steps: Step[] = [];
    for (const entry of entries) {
      const step: Step = {
        id: entry.id,
        before: await load(entry, 'before'),
        after: await load(entry, 'after'),
        states: { before: entry.before, after: entry.after },
        unconfirmed: entry.unconfirmed === true,
      };
      steps.push(hunks.size === 0 ? step : await onlyHunks(entry, step, hunks));
    }
    try {
      return planFile(path, steps, await contentNow(path, workspace), edits);
    } catch (error) {
      const because = { code: 'journal.unreadable', args: { path, reason: readableError(error) } };
      return { path, entries: entries.map(({ id }) => id), outcome: 'conflict', because };
    }
  };

  /** Throws when the plan does not hold any more. */
  const carryOutFile = async (
    file: PlannedFile,
    step: RecordStep,
    wrote: (entry: JournalEntry) => void,
  ): Promise<void> => {
    const { path } = file;
    if ((await realFile(path)) !== path) throw changedMeanwhile(path);
    if (file.outcome === 'change' && file.change.kind === 'create' && isPrivate(file.mode)) {
      const { after, encoding } = file.change;
      await edits.prepare(encoding.name);
      const text = { text: after, encoding };
      const bytes = edits.encode(after, encoding);
      const to = await keep({ kind: 'content', bytes, text, mode: file.mode, unsaved: false }, store.objects);
      const { entries } = file;
      return carryOutFile({ path, entries, outcome: 'bytes', from: { kind: 'absent' }, to }, step, wrote);
    }
    if (file.outcome === 'change') {
      await recordingWorkspace(parts, workspace, step, wrote).write(file.change, path);
      if (file.mode !== undefined && file.change.kind !== 'delete') await chmod(path, file.mode);
      return;
    }
    if (file.outcome !== 'bytes' && file.outcome !== 'mode') return;
    const now = await contentNow(path, workspace);
    if (now.kind === 'unknown' || (now.kind === 'content' && now.unsaved)) throw changedMeanwhile(path);
    if (file.outcome === 'bytes' && !sameAs(now, await kept(path, file.from, store.objects, edits))) {
      throw changedMeanwhile(path);
    }
    const was = await keep(now, store.objects);
    const to = file.outcome === 'bytes' ? file.to : was.kind === 'content' ? { ...was, mode: file.mode } : was;
    const target = await kept(path, to, store.objects, edits);
    if (target.kind === 'unknown') throw new Error(sayInEnglish(target.because));
    const entry = newEntry(parts, step, path, was, to);
    await store.append(step.session, [{ type: 'begin', entry }], true);
    if (file.outcome === 'bytes') {
      const expected = now.kind === 'content' ? now.bytes : 'missing';
      const bytes = target.kind === 'content' ? target.bytes : 'missing';
      const mode = target.kind === 'content' ? target.mode : undefined;
      if ((await parts.writeAtomically(path, bytes, expected, path, mode)) === 'changed') {
        await store.append(step.session, [{ type: 'void', id: entry.id }], false);
        throw changedMeanwhile(path);
      }
    }
    if (target.kind === 'content' && target.mode !== undefined) await chmod(path, target.mode);
    await store.append(step.session, [{ type: 'end', id: entry.id }], false);
    wrote(entry);
  };

  return {
    entries: async (session) => (await store.read(session)).entries,

    async texts(session, id) {
      const entry = await find(session, id);
      return entry && textsOf(entry);
    },

    async hunks(session, id): Promise<Hunk[]> {
      const entry = await find(session, id);
      const texts = entry && (await textsOf(entry));
      if (entry === undefined || texts === undefined) return [];
      const encoding = encodingOf(entry);
      const before = entry.before.kind === 'absent' ? undefined : texts.before;
      return edits.change(entry.path, before, texts.after, encoding, entry.id).hunks;
    },

    async plan(target): Promise<UndoPlan> {
      const told = await store.read(target.session);
      const chosen = chosenEntries(told, target);
      const paths = new Map<string, JournalEntry[]>();
      for (const entry of chosen) {
        const others = paths.get(entry.path) ?? [];
        // Last change, last place.
        paths.delete(entry.path);
        paths.set(entry.path, [...others, entry]);
      }
      const hunks = new Set(target.type === 'hunks' ? target.hunks : []);
      const files: PlannedFile[] = [];
      // One at a time: of many files only one is in memory.
      for (const [path, entries] of [...paths].reverse()) files.push(await planPath(path, entries, hunks));
      const source = target.type === 'message' ? 'rewind' : 'undo';
      const message = [...told.prompts.keys()].at(-1) ?? told.entries.at(-1)?.message ?? '';
      return { session: target.session, source, message, files };
    },

    async carryOut({ session, source, message, files }, only): Promise<UndoResult> {
      const result: UndoResult = { done: [], failed: [], entries: [] };
      for (const file of files) {
        const { path, outcome } = file;
        const wanted = only === undefined || only.includes(path);
        if (!wanted || outcome === 'nothing' || outcome === 'conflict' || outcome === 'unknown') continue;
        const failed = (reason: string) => result.failed.push({ path, reason });
        const tell: RecordStep['tell'] = (because) => failed(sayInEnglish(because));
        const step: RecordStep = { session, message, source, undoes: file.entries, tell };
        try {
          parts.noteWritten(path);
          await carryOutFile(file, step, (entry) => result.entries.push(entry.id));
          result.done.push(path);
        } catch (error) {
          failed(readableError(error));
        }
      }
      return result;
    },
  };
}

function chosenEntries({ entries, prompts }: Told, target: UndoTarget): JournalEntry[] {
  if (target.type === 'call') return entries.filter((entry) => entry.call === target.call);
  if (target.type === 'entries') return entries.filter((entry) => target.entries.includes(entry.id));
  if (target.type === 'hunks') {
    return entries.filter(({ id }) => target.hunks.some((hunk) => hunk.startsWith(`${id}.`)));
  }
  const first = entries.findIndex((entry) => entry.message === target.message);
  const start = prompts.get(target.message) ?? (first < 0 ? entries.length : first);
  return entries.slice(start);
}

function encodingOf({ before, after }: JournalEntry) {
  const state = [after, before].find((side) => side.kind === 'content');
  return state?.kind === 'content' && state.encoding ? state.encoding : { name: 'utf-8', bom: false };
}

/** Others may not read it: nor in the moment in which it is made again. */
function isPrivate(mode: number | undefined): mode is number {
  return mode !== undefined && (mode & 0o044) !== 0o044;
}

function changedMeanwhile(path: string): Error {
  return new Error(sayInEnglish({ code: 'journal.changedMeanwhile', args: { path } }));
}
