// Files that changed while a command ran and of which nobody knows what they said: listed, so that nobody believes all of
// it can be undone. They are told by whoever watches the folder, some time after it happened.
import type { JournalEntry } from '../../contracts/journal.ts';
import { newEntry, type RecordParts, type Step } from './recordEdits.ts';

export type OtherChanges = {
  /** A command ran from the one moment to the other; what is `known` is on record already, or somebody else's. */
  ran(step: Step, startedAtMs: number, endedAtMs: number, isKnown: (file: string) => boolean): void;
  /** Undefined `changedAtMs`: the file is gone, and nobody knows since when. Never rejects. */
  changed(file: string, changedAtMs: number | undefined): Promise<void>;
};

type Ran = {
  step: Step;
  startedAtMs: number;
  endedAtMs: number;
  isKnown: (file: string) => boolean;
  listed: Set<string>;
};

/** So many commands are remembered, and so many files listed of each. */
const MOST_COMMANDS = 5;
const MOST_FILES = 500;
/** The clock of a file system goes in steps. */
const CLOCK_MS = 50;
/** A removal is told this soon after it. */
const TOLD_WITHIN_MS = 2000;

export function createOtherChanges(parts: RecordParts, log: (text: string) => void): OtherChanges {
  const commands: Ran[] = [];
  return {
    ran(step, startedAtMs, endedAtMs, isKnown) {
      commands.unshift({ step, startedAtMs, endedAtMs, isKnown, listed: new Set() });
      commands.length = Math.min(commands.length, MOST_COMMANDS);
    },

    async changed(file, changedAtMs) {
      const now = parts.now();
      const within = ({ startedAtMs, endedAtMs }: Ran) =>
        changedAtMs === undefined
          ? now - endedAtMs < TOLD_WITHIN_MS
          : changedAtMs >= startedAtMs - CLOCK_MS && changedAtMs <= endedAtMs + CLOCK_MS;
      const command = commands.find(within);
      if (command === undefined || command.isKnown(file)) return;
      if (command.listed.has(file) || command.listed.size >= MOST_FILES) return;
      command.listed.add(file);
      const unknown = { kind: 'unknown' as const, because: { code: 'journal.changedByCommand', args: { path: file } } };
      const entry: JournalEntry = newEntry(parts, command.step, file, unknown, unknown);
      await parts.store.append(command.step.session, [{ type: 'entry', entry }], false).catch((error: unknown) => {
        log(`The journal did not take a change of ${file}: ${String(error)}`);
      });
    },
  };
}
