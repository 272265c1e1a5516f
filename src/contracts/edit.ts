// A change to a file as proposed, reviewed and written.

/** Leads from decoded text back to the bytes. Mixed line endings live in the text itself: it is never normalised. */
export type Encoding = {
  /** WHATWG or iconv name; `utf-8`, `utf-16le`, `utf-16be` in every build. */
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

/** `text` is the whole replacement of an 'edited' hunk. */
export type HunkAnswer = { hunk: string; verdict: 'accepted' | 'rejected' | 'edited'; text?: string; comment?: string };

/** What is left of a change once its hunks are answered; absent `change` means that nothing of the file is written. */
export type Settled = {
  path: string;
  change?: Change;
  /** Every hunk was accepted unchanged. */
  asProposed: boolean;
  rejected: Array<{ hunk: Hunk; comment?: string }>;
  edited: Array<{ hunk: Hunk; text: string; comment?: string }>;
};

/** What a write did. `merged` says that unsaved text was there and was kept. */
export type Written = { path: string; target: 'disk' | 'buffer'; merged: boolean; after: string };

/** The functions of `edits/` that tools, the loop and `host/` are given. Pure, but for nothing. */
export type EditFunctions = {
  /** Works out the hunks. `ids` is the prefix of the hunk ids. */
  change(path: string, before: string | undefined, after: string, encoding: Encoding, ids: string): Change;
  /** Applies answers to a change; a hunk without an answer is rejected. */
  settle(change: Change, answers: HunkAnswer[]): Settled;
  /** Three-way merge by lines; undefined when both sides changed the same place. */
  merge(base: string, ours: string, theirs: string): string | undefined;
  /** Undefined when the bytes are binary or cannot be decoded and encoded back to the same bytes. */
  decode(bytes: Uint8Array): { text: string; encoding: Encoding } | undefined;
  encode(text: string, encoding: Encoding): Uint8Array;
};
