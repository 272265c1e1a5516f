// Remembers what approved servers looked like, so that a change can be shown. What counts is the list of accepted fingerprints.
import type * as vscode from 'vscode';
import * as z from 'zod/mini';

const PREFIX = 'assent.servers:';
const Record = z.object({
  name: z.string(),
  file: z.string(),
  fingerprint: z.string(),
  /** The entry without its secrets. */
  shown: z.record(z.string(), z.unknown()),
});
export type ApprovedRecord = z.infer<typeof Record>;

export type ApprovedRecords = {
  /** The last one of each name and file. */
  of(root: string): readonly ApprovedRecord[];
  keep(root: string, record: ApprovedRecord): Promise<void>;
};

export function createApprovedRecords(state: vscode.Memento): ApprovedRecords {
  const read = (root: string) => z.array(Record).safeParse(state.get(PREFIX + root)).data ?? [];
  return {
    of: read,
    keep: async (root, record) => {
      const others = read(root).filter(({ name, file }) => name !== record.name || file !== record.file);
      await state.update(PREFIX + root, [...others, record]);
    },
  };
}
