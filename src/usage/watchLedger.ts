// The ledger as a window gets on with it: the row that is on its way to the disk, and what is wrong with reading or writing.
import type { Because } from '../contracts/permission.ts';
import type { UsageRow } from '../contracts/usage.ts';
import { readableError } from '../util/readableError.ts';
import type { Ledger } from './ledger.ts';

export type WatchedLedger = {
  /** Takes in what any window wrote since. Never rejects: `unreadable` says what went wrong. */
  refresh(): Promise<void>;
  /**
   * Resolves when an answer may go on: at once, as long as the disk takes what it is given, and otherwise when this row is
   * written or was refused. Never rejects: `unwritten` says what went wrong.
   */
  write(row: UsageRow): Promise<void>;
  /** Resolves when nothing is on its way to the disk. */
  settled(): Promise<void>;
  unreadable(): string | undefined;
  unwritten(): Because | undefined;
};

/** `failed`: a row was refused after its answer had gone on. */
export function watchLedger(ledger: Ledger, failed: () => void): WatchedLedger {
  let unreadable: string | undefined;
  let unwritten: Because | undefined;
  let works = false;
  let writing: Promise<void> = Promise.resolve();
  return {
    refresh: async () => {
      try {
        await ledger.refresh();
        unreadable = undefined;
      } catch (error) {
        unreadable = readableError(error);
      }
    },
    write: async (row) => {
      const waits = !works;
      writing = ledger.append(row).then((reason) => {
        works = reason === undefined;
        unwritten =
          reason === undefined ? undefined : { code: 'usage.notRecorded', args: { reason, folder: ledger.folder } };
        if (!works && !waits) failed();
      });
      if (waits) await writing;
    },
    settled: () => writing,
    unreadable: () => unreadable,
    unwritten: () => unwritten,
  };
}
