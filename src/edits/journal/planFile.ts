// What taking entries back means for one file as it is now. Pure: contents come in, a plan goes out.
import type { Change, EditFunctions, Encoding } from '../../contracts/edit.ts';
import type { FileState, PlannedFile } from '../../contracts/journal.ts';
import type { Because } from '../../contracts/permission.ts';

/** A state with its bytes, and its text where it is one. */
export type Content =
  | { kind: 'absent' }
  | { kind: 'unknown'; because: Because }
  | {
      kind: 'content';
      bytes: Uint8Array;
      text?: { text: string; encoding: Encoding };
      mode?: number;
      unsaved: boolean;
    };

/** An entry with its contents; the states lead back to what the store holds. */
export type Step = {
  id: string;
  before: Content;
  after: Content;
  states: { before: FileState; after: FileState };
  unconfirmed: boolean;
};

/**
 * Takes `steps` back, newest first; what else was changed since stays. Whatever cannot be told apart is a conflict, and
 * only a file that is still just as one of the steps made it is removed.
 */
export function planFile(path: string, steps: readonly Step[], now: Content, edits: EditFunctions): PlannedFile {
  const file = { path, entries: steps.map((step) => step.id) };
  const leave = (outcome: 'conflict' | 'unknown', because: Because): PlannedFile => ({ ...file, outcome, because });
  const conflict = (code: string) => leave('conflict', { code: `journal.${code}`, args: { path } });
  if (now.kind === 'unknown') return leave('conflict', now.because);
  let reached: Exclude<Content, { kind: 'unknown' }> = now;
  let merged = false;
  let whole: { from: FileState; to: FileState } | undefined;
  for (const { before, after, states, unconfirmed } of joined(steps)) {
    if (after.kind === 'unknown') {
      // A command that did not come to its end: what it removed can come back.
      if (before.kind !== 'content' || reached.kind !== 'absent') return leave('unknown', after.because);
      whole = { from: { kind: 'absent' }, to: states.before };
      reached = before;
      continue;
    }
    if (before.kind === 'unknown') return leave('unknown', before.because);
    if (sameAs(reached, before)) continue;
    if (before.kind === 'absent' && unconfirmed) return conflict('unconfirmed');
    if (sameAs(reached, after)) {
      whole = { from: whole?.from ?? states.after, to: states.before };
      reached =
        before.kind === 'content' && reached.kind === 'content' ? { ...before, unsaved: reached.unsaved } : before;
      continue;
    }
    if (after.kind === 'absent') return conflict('existsAgain');
    if (reached.kind === 'absent') return conflict('goneSince');
    if (before.kind === 'absent') return conflict('changedSinceMade');
    const back = mergeBack(after, reached, before, edits);
    if (back === undefined) return conflict(reached.text === undefined ? 'changedSince' : 'changedInSamePlace');
    reached = back;
    merged = true;
  }
  const end = ending(path, now, reached, edits);
  if (end === 'unsaved') return conflict('unsavedNow');
  if (end !== 'whole' && (merged || end.outcome !== 'change' || givesBytes(end.change, now, reached, edits))) {
    return { ...file, ...(end.outcome === 'change' ? { ...end, merged } : end) };
  }
  // An unsaved text says nothing about bytes.
  const certain = !merged && whole !== undefined && !('buffer' in whole.from) && !('buffer' in whole.to);
  return whole !== undefined && certain ? { ...file, outcome: 'bytes', ...whole } : conflict('changedSince');
}

/** The change leads back to the very bytes; of a text with several byte forms it may lead to others. */
function givesBytes(change: Change, now: Known, to: Known, edits: EditFunctions): boolean {
  if (to.kind !== 'content' || to.unsaved || (now.kind === 'content' && now.unsaved)) return true;
  const bytes = now.kind === 'content' ? edits.rewrite(now.bytes, change) : edits.encode(change.after, change.encoding);
  return Buffer.compare(bytes, to.bytes) === 0;
}

type Known = Exclude<Content, { kind: 'unknown' }>;
type Ending =
  | { outcome: 'nothing' }
  | { outcome: 'mode'; mode: number }
  | { outcome: 'change'; change: Change; buffer: boolean; mode?: number };

/** The way from what is there to what shall be there: `whole` where no text leads there. */
function ending(path: string, now: Known, to: Known, edits: EditFunctions): Ending | 'unsaved' | 'whole' {
  if (sameAs(now, to)) return { outcome: 'nothing' };
  if (to.kind === 'absent') {
    if (now.kind !== 'content' || now.text === undefined) return 'whole';
    if (now.unsaved) return 'unsaved';
    const change = edits.change(path, now.text.text, '', now.text.encoding, '0');
    return { outcome: 'change', change: { ...change, kind: 'delete' }, buffer: false };
  }
  const mode = to.mode === undefined ? {} : { mode: to.mode };
  if (now.kind === 'absent') {
    if (to.text === undefined) return 'whole';
    const change = edits.change(path, undefined, to.text.text, to.text.encoding, '0');
    return { outcome: 'change', change, buffer: false, ...mode };
  }
  const newMode = to.mode !== now.mode ? mode : {};
  if (sameContent(now, to))
    return newMode.mode === undefined ? { outcome: 'nothing' } : { outcome: 'mode', mode: newMode.mode };
  if (now.text === undefined || to.text === undefined || !sameEncoding(now.text.encoding, to.text.encoding)) {
    return now.unsaved ? 'unsaved' : 'whole';
  }
  const change = edits.change(path, now.text.text, to.text.text, now.text.encoding, '0');
  return { outcome: 'change', change, buffer: now.unsaved, ...newMode };
}

/** Steps that follow one another without anything in between are one; newest first. */
function joined(steps: readonly Step[]): Step[] {
  const runs: Step[] = [];
  for (const step of steps.toReversed()) {
    const last = runs.at(-1);
    // One that may not have happened stands by itself.
    const certain = last !== undefined && !last.unconfirmed && !step.unconfirmed;
    if (!certain || !sameAs(last.before, step.after)) {
      runs.push(step);
      continue;
    }
    const states = { before: step.states.before, after: last.states.after };
    runs[runs.length - 1] = { ...step, after: last.after, states };
  }
  return runs;
}

/** Unsaved text is the text that counts; whether it is saved is no difference. */
export function sameAs(a: Content, b: Content): boolean {
  if (a.kind !== 'content' || b.kind !== 'content') return a.kind === 'absent' && b.kind === 'absent';
  if (a.mode !== undefined && b.mode !== undefined && a.mode !== b.mode) return false;
  return sameContent(a, b);
}

type Kept = Extract<Content, { kind: 'content' }>;

function sameContent(a: Kept, b: Kept): boolean {
  if (a.unsaved || b.unsaved) return a.text !== undefined && a.text.text === b.text?.text;
  return Buffer.compare(a.bytes, b.bytes) === 0;
}

function mergeBack(after: Kept, now: Kept, before: Kept, edits: EditFunctions): Kept | undefined {
  const mode = now.mode !== after.mode || before.mode === undefined ? now.mode : before.mode;
  const kept = mode === undefined ? {} : { mode };
  if (sameContent(now, after)) return { ...before, ...kept, unsaved: now.unsaved };
  if (sameContent(now, before) || sameContent(before, after)) return { ...now, ...kept };
  const [base, ours, theirs] = [after.text, now.text, before.text];
  if (base === undefined || ours === undefined || theirs === undefined) return undefined;
  if (![base, theirs].every((one) => sameEncoding(one.encoding, ours.encoding))) return undefined;
  const text = edits.merge(base.text, ours.text, theirs.text);
  if (text === undefined) return undefined;
  const bytes = now.unsaved
    ? Buffer.from(text)
    : edits.rewrite(now.bytes, edits.change('', ours.text, text, ours.encoding, '0'));
  return { kind: 'content', bytes, text: { text, encoding: ours.encoding }, unsaved: now.unsaved, ...kept };
}

function sameEncoding(a: Encoding, b: Encoding): boolean {
  return a.name === b.name && a.bom === b.bom;
}
