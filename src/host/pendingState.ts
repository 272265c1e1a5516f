// What was written without a review and waits for an answer: plain data, and what follows from it.
import { createHash } from 'node:crypto';
import type { Change, EditFunctions, Encoding, Hunk } from '../contracts/edit.ts';

/** One file that a conversation changed. What others write in it meanwhile is told apart by comparing, not by watching. */
export type PendingFile = {
  path: string;
  /** Where the path led when it was written: a reject goes nowhere else. */
  realPath?: string;
  /** The conversation made the file. */
  created: boolean;
  /** The text that is there again when everything is rejected, and the text as the conversation last wrote it. */
  before: string;
  written: string;
  encoding: Encoding;
  /** What wrote it last. */
  message: string;
  call: string;
  /** Hunks that were taken back by hand, as far as the model knows of it. */
  told: string[];
  /** Hunks that had been changed by somebody else when others of the file were answered. */
  edited: string[];
};

export type PendingState = { conversation: string; root: string; files: PendingFile[] };

/** The id of the review of all that a conversation wrote and nobody answered yet. */
export const pendingReview = (conversation: string): string => `pending:${conversation}`;

/** A file as it is now. */
export type PendingView = {
  conversation: string;
  file: PendingFile;
  /** From what a complete reject leaves to the text as it is now. A hunk keeps its id as long as it says the same. */
  change: Change;
  /** Ids of hunks in whose lines somebody else wrote. */
  edited: ReadonlySet<string>;
  /** Hunks of the conversation that somebody removed by hand. */
  takenBack: Hunk[];
};

export function viewOf(conversation: string, file: PendingFile, now: string, edits: EditFunctions): PendingView {
  const { path, encoding } = file;
  const rebased = edits.rebase(file.before, file.written, now);
  const created = file.created && rebased.before === '';
  const change = withIds(edits.change(path, created ? undefined : rebased.before, now, encoding, '0'));
  const own = withIds(edits.change(path, file.before, file.written, encoding, '0'));
  const texts = new Set(own.hunks.map((hunk) => hunk.after));
  return {
    conversation,
    file,
    change,
    edited: new Set(change.hunks.map(({ id, after }) => (texts.has(after) && !file.edited.includes(id) ? '' : id))),
    takenBack: rebased.takenBack.flatMap((index) => own.hunks[index] ?? []).filter(({ id }) => !file.told.includes(id)),
  };
}

/** With ids that say what a hunk does, so that an answer is never taken for another hunk than the one that was seen. */
function withIds(change: Change): Change {
  const seen = new Map<string, number>();
  const prefix = digest(change.path);
  const hunks = change.hunks.map((hunk) => {
    const text = digest(JSON.stringify([hunk.before, hunk.after]));
    const count = seen.get(text) ?? 0;
    seen.set(text, count + 1);
    return { ...hunk, id: `${prefix}.${text}${count === 0 ? '' : `-${count}`}` };
  });
  return { ...change, hunks };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
