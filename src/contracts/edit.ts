// A change to a file as proposed, reviewed and written.
import type { Because } from './permission.ts';

/** Leads from decoded text back to the bytes. Mixed line endings live in the text itself: it is never normalised. */
export type Encoding = {
  /** `utf-8`, `utf-16le`, `utf-16be`; an encoding beyond Unicode has the name VS Code has for it, `euckr`. */
  name: string;
  bom: boolean;
};

/** A run of lines that differ. Line numbers count from 1; `beforeCount` 0 means an insertion before `beforeStart`. */
export type Hunk = {
  /** Stable for the same review: `<change index>.<hunk index>`. */
  id: string;
  beforeStart: number;
  beforeCount: number;
  afterStart: number;
  afterCount: number;
  /** The lines with their line endings, joined. */
  before: string;
  after: string;
};

/** One file as it is and as proposed. Text is decoded; `encoding` leads back to the bytes. */
export type Change = {
  path: string;
  kind: 'create' | 'modify' | 'delete';
  before: string;
  after: string;
  encoding: Encoding;
  hunks: Hunk[];
};

/** One question for all consecutive edit calls of a message; `changes` has one entry a file, in order of first touch. */
export type Review = { id: string; calls: string[]; changes: Change[] };

/**
 * `text` is the whole replacement of an 'edited' hunk. `lines` (start and count in `before`) makes it an edit of the
 * person's own, where nothing was proposed; `hunk` is then a new id with the same prefix.
 */
export type HunkAnswer = {
  hunk: string;
  verdict: 'accepted' | 'rejected' | 'edited';
  text?: string;
  comment?: string;
  lines?: [number, number];
};

/** What is left of a change once its hunks are answered; absent `change` means that nothing of the file is written. */
export type Settled = {
  path: string;
  change?: Change;
  /** Every hunk was accepted unchanged. */
  asProposed: boolean;
  rejected: Array<{ hunk: Hunk; comment?: string }>;
  /** An edit of the person's own has a hunk whose `after` is its `before`. */
  edited: Array<{ hunk: Hunk; text: string; comment?: string }>;
};

/**
 * What a write did. `merged` says that other text was there than `change.before`, and was kept. `target` 'buffer': the
 * change stands in the open editor and is not saved.
 */
export type Written = {
  path: string;
  target: 'disk' | 'buffer';
  merged: boolean;
  /** The text afterwards. */
  after: string;
  /** A formatter or the like changed the text further while the editor saved it. */
  changedOnSave?: boolean;
};

/**
 * Replaces a file as a whole or not at all; creates missing folders; bytes 'missing' removes it. 'changed' when the file
 * is not `expected` (its bytes, or 'missing') any more, and nothing was written then. `realPath`, where given, is where
 * the path has to lead, links followed. `mode`: permission bits that a new file has from the start, less the umask.
 * Rejects with a readable reason.
 */
export type WriteAtomically = (
  path: string,
  bytes: Uint8Array | 'missing',
  expected: Uint8Array | 'missing' | undefined,
  realPath?: string,
  mode?: number,
) => Promise<'written' | 'changed'>;

/** The text of a file. `viewOnly`: why it may be shown but not written back. */
export type Recognised = { text: string; encoding: Encoding; viewOnly?: Because };

/** Reads bytes in the first of the `preferred` encodings that fits them, or as what they are. Undefined: binary. */
export type Recognise = (bytes: Uint8Array, preferred: readonly string[]) => Promise<Recognised | undefined>;

/** The functions of `edits/` that tools, the loop and `host/` are given. Pure, but for nothing. */
export type EditFunctions = {
  /** Works out the hunks. `ids` is the prefix of the hunk ids. */
  change(path: string, before: string | undefined, after: string, encoding: Encoding, ids: string): Change;
  /** Applies answers to a change; a hunk without an answer is rejected. */
  settle(change: Change, answers: HunkAnswer[]): Settled;
  /** One answer a hunk, and edits of the person's own, so that settling gives exactly `text`. */
  answersFor(change: Change, text: string): HunkAnswer[];
  /** The change as the person left it: the same hunks and ids, each with its text and place in `text`. */
  withText(change: Change, text: string): Change;
  /** `edited` came from an editor that knows one kind of line ending; puts those of `original` back on lines that are still there. */
  restoreLineEndings(original: string, edited: string): string;
  /** Three-way merge by lines; undefined when both sides changed the same place. */
  merge(base: string, ours: string, theirs: string): string | undefined;
  /**
   * `written` was made of `before`, and others made `now` of it: `before` with what they changed outside of the hunks
   * between the two, so that the hunks between the result and `now` are those hunks as they are now. `takenBack` are the
   * places of hunks, in order, where `now` says again what `before` does.
   */
  rebase(before: string, written: string, now: string): { before: string; takenBack: number[] };
  /** Must have resolved, once in a process, before `decode`, `encode` and `rewrite` are given an encoding beyond Unicode. */
  prepare(encoding: string): Promise<void>;
  /**
   * `encoding` (its name) left out: Unicode by its byte order mark, else UTF-8. Undefined when the bytes are binary or
   * some of them stand for nothing. A few encodings have two forms of a character: then `encode` gives the usual one.
   */
  decode(bytes: Uint8Array, encoding?: string): { text: string; encoding: Encoding } | undefined;
  /** Throws a readable reason when the text cannot be written in this encoding. */
  encode(text: string, encoding: Encoding): Uint8Array;
  recognise: Recognise;
  /**
   * `bytes`, which must say `change.before`, with the hunks of the change in them; proved to differ nowhere else. Throws
   * a readable reason when that cannot be done.
   */
  rewrite(bytes: Uint8Array, change: Change): Uint8Array;
};
