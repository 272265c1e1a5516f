// The journal of one root folder: records what conversations change in files, and takes it back.
import { lstat } from 'node:fs/promises';
import type { EditFunctions, WriteAtomically } from '../../contracts/edit.ts';
import type { Cause, Journal, Recorder } from '../../contracts/journal.ts';
import type { Workspace } from '../../contracts/workspace.ts';
import { readableError } from '../../util/readableError.ts';
import { realFile } from './contents.ts';
import { createOtherChanges } from './otherChanges.ts';
import { createCommandRecorder } from './recordCommand.ts';
import { recordingWorkspace, type Step } from './recordEdits.ts';
import { createJournalStore } from './store.ts';
import { createUndo } from './undo.ts';

export type JournalParts = {
  /** Ours alone, outside the workspace. */
  folder: string;
  edits: EditFunctions;
  workspace: Workspace;
  writeAtomically: WriteAtomically;
  env(): Readonly<Record<string, string | undefined>>;
  trusted(): boolean;
  /** False: nothing is recorded. */
  enabled(): boolean;
  /** Real paths of files that are open in the editor. */
  openFiles(): string[];
  now(): number;
  log(text: string): void;
};

export type OpenedJournal = {
  journal: Journal;
  recorder: Recorder;
  /** A person saved the file, or another program of which we know wrote it. */
  noteWritten(file: string): void;
  /** A file below the folder was seen to change, by whomever: what a command did unseen is listed. Never rejects. */
  noteChanged(file: string): Promise<void>;
  /** Removes what is older. Never rejects. */
  sweep(keepDays: number): Promise<void>;
};

const DAY_MS = 24 * 60 * 60_000;
const MOST_NOTED = 1000;

export function createJournal(parts: JournalParts): OpenedJournal {
  const store = createJournalStore(parts.folder);
  let writes = 0;
  const written = new Map<string, number>();
  const noteWritten = (file: string) => {
    written.delete(file);
    written.set(file, ++writes);
    const [oldest] = written.keys();
    if (written.size > MOST_NOTED && oldest !== undefined) written.delete(oldest);
  };
  const watchWrites = () => {
    const before = writes;
    return (file: string) => (written.get(file) ?? 0) > before;
  };
  const others = createOtherChanges({ ...parts, store }, parts.log);
  const record = createCommandRecorder({ ...parts, store, watchWrites, others });
  const stepOf = ({ session, message, call, tell }: Cause, source: Step['source']): Step => ({
    session,
    message,
    call,
    source,
    tell,
  });

  return {
    journal: createUndo({ ...parts, store, noteWritten }),
    recorder: {
      async prompted(session, message) {
        if (!parts.enabled()) return;
        await store.append(session, [{ type: 'prompt', message }], false).catch((error: unknown) => {
          parts.log(`The journal did not take the prompt ${message}: ${readableError(error)}`);
        });
      },
      workspace(workspace, cause) {
        if (!parts.enabled()) return workspace;
        const step = stepOf(cause, 'edit');
        return recordingWorkspace({ ...parts, store }, workspace, step, ({ path }) => noteWritten(path));
      },
      async command(cause, facts) {
        if (!parts.enabled()) return { end: async () => {} };
        return record(stepOf(cause, 'command'), facts);
      },
    },
    noteWritten: (file) => {
      void realFile(file).then(noteWritten);
    },
    async noteChanged(file) {
      const facts = await lstat(file).catch(() => undefined);
      if (facts?.isDirectory()) return;
      await others.changed(file, facts?.ctimeMs);
    },
    async sweep(keepDays) {
      await store.sweep(parts.now() - keepDays * DAY_MS).catch((error: unknown) => {
        parts.log(`The journal was not swept: ${readableError(error)}`);
      });
    },
  };
}
