// A workspace in which every write is on record before it happens.
import { randomUUID } from 'node:crypto';
import type { Change, EditFunctions, Written } from '../../contracts/edit.ts';
import type { FileState, JournalEntry, JournalSource } from '../../contracts/journal.ts';
import type { Because } from '../../contracts/permission.ts';
import type { Workspace } from '../../contracts/workspace.ts';
import { sayInEnglish } from '../../util/phrases.ts';
import { readableError } from '../../util/readableError.ts';
import { contentNow, keep, realFile } from './contents.ts';
import type { Line } from './lines.ts';
import { type Content, sameAs } from './planFile.ts';
import type { JournalStore } from './store.ts';

/** What all entries of one step have in common. */
export type Step = {
  session: string;
  message: string;
  call?: string;
  source: JournalSource;
  undoes?: string[];
  tell(because: Because): void;
};

export type RecordParts = { store: JournalStore; edits: EditFunctions; now(): number };

/** `wrote` hears of each entry, in order. */
export function recordingWorkspace(
  parts: RecordParts,
  workspace: Workspace,
  step: Step,
  wrote: (entry: JournalEntry) => void = () => {},
): Workspace {
  const { store, edits } = parts;
  return { ...workspace, write };

  async function write(change: Change, realPath?: string): Promise<Written> {
    const path = await realFile(change.path);
    const before = await contentNow(path, workspace);
    const after = await expected(change, before);
    // The write says best itself why it cannot be made.
    if (after === undefined) return await workspace.write(change, realPath);
    const uncertain = after.kind === 'unknown';
    let entry: JournalEntry;
    try {
      const states = await Promise.all([keep(before, store.objects), keep(after, store.objects)]);
      entry = newEntry(parts, step, path, ...states);
      await store.append(step.session, [{ type: 'begin', entry }], true);
    } catch (error) {
      const args = { path: change.path, reason: readableError(error) };
      throw new Error(sayInEnglish({ code: 'journal.cannotKeep', args }), { cause: error });
    }
    let written: Written;
    try {
      written = await workspace.write(change, realPath);
    } catch (error) {
      if (sameAs(await contentNow(path, workspace), before)) await note([{ type: 'void', id: entry.id }]);
      throw error;
    }
    const found = uncertain ? { after: await keepOrNot(await contentNow(path, workspace), path) } : {};
    const lines: Line[] = [{ type: 'end', id: entry.id, ...found }];
    const entries = [{ ...entry, ...found }];
    if (written.changedOnSave) {
      const saved = await keepOrNot(await contentNow(path, workspace), path);
      const onSave = newEntry(parts, { ...step, source: 'onSave' }, path, entry.after, saved);
      lines.push({ type: 'entry', entry: onSave });
      entries.push(onSave);
    }
    await note(lines);
    for (const one of entries) wrote(one);
    return written;
  }

  /** The agent's own part alone: what others change in this moment is merged by the write, and is theirs. */
  async function expected(change: Change, before: Content): Promise<Content | undefined> {
    if (before.kind === 'unknown') return before;
    if (change.kind === 'delete') return before.kind === 'absent' ? undefined : { kind: 'absent' };
    if (before.kind === 'absent' && change.kind !== 'create') return undefined;
    const { encoding } = before.kind === 'content' && before.text ? before.text : change;
    try {
      await edits.prepare(encoding.name);
      if (before.kind === 'absent') {
        const text = { text: change.after, encoding };
        return { kind: 'content', bytes: edits.encode(change.after, encoding), text, unsaved: false };
      }
      return withChange(change, before);
    } catch (error) {
      // The write says whether it can be made all the same.
      const args = { path: change.path, reason: readableError(error) };
      return { kind: 'unknown', because: { code: 'journal.unreadable', args } };
    }
  }

  function withChange(change: Change, before: Extract<Content, { kind: 'content' }>): Content | undefined {
    if (before.text === undefined) return undefined;
    const { text, encoding } = before.text;
    if (change.kind === 'create' && text !== change.after) return undefined;
    const merged = change.kind === 'create' ? text : edits.merge(change.before, text, change.after);
    if (merged === undefined) return undefined;
    const bytes = before.unsaved
      ? Buffer.from(merged)
      : edits.rewrite(before.bytes, edits.change(change.path, text, merged, encoding, '0'));
    return { ...before, bytes, text: { text: merged, encoding } };
  }

  /** What happened has happened: that it is not on record is told, and the work goes on. */
  async function note(lines: Line[]): Promise<void> {
    await store.append(step.session, lines, false).catch((error: unknown) => {
      step.tell({ code: 'journal.notRecorded', args: { reason: readableError(error) } });
    });
  }

  async function keepOrNot(found: Content, path: string): Promise<FileState> {
    return keep(found, store.objects).catch((error: unknown) => ({
      kind: 'unknown',
      because: { code: 'journal.unreadable', args: { path, reason: readableError(error) } },
    }));
  }
}

export function newEntry(
  parts: RecordParts,
  { session, message, call, source, undoes }: Step,
  path: string,
  before: FileState,
  after: FileState,
): JournalEntry {
  return {
    id: randomUUID(),
    session,
    message,
    ...(call === undefined ? {} : { call }),
    atMs: parts.now(),
    source,
    path,
    before,
    after,
    ...(undoes === undefined ? {} : { undoes }),
  };
}
