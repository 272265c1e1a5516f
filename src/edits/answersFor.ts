// What the person made of a proposal in an editor, said as answers to its hunks.
import type { Change, Hunk, HunkAnswer } from '../contracts/edit.ts';
import { differingRuns, splitLines } from './lines.ts';
import { idsOf } from './settle.ts';

/**
 * One answer a hunk ('rejected' for one that was taken back), and one with `lines` for each place where nothing was
 * proposed, so that settling gives exactly `text`. A hunk that was not touched is 'accepted'. A change without hunks
 * proposes nothing and has no answers.
 */
export function answersFor(change: Change, text: string): HunkAnswer[] {
  if (text === change.after) return change.hunks.map((hunk) => ({ hunk: hunk.id, verdict: 'accepted' }));
  const ids = idsOf(change);
  if (ids === undefined) return [];
  return chosen(change, text) ?? edited(change, text, ids);
}

/** More ways than this to read a text as a choice of hunks are not followed. */
const MAX_WAYS = 64;

/**
 * The choice of hunks that makes `text`, when there is one. It is looked for first because a diff of repeated lines can
 * slide: a hunk that was taken back would then look like two edits beside it.
 */
function chosen(change: Change, text: string): HunkAnswer[] | undefined {
  const lines = splitLines(change.before);
  type Way = { end: number; answers: HunkAnswer[] };
  let ways: Way[] = [{ end: 0, answers: [] }];
  let next = 0;
  for (const hunk of change.hunks) {
    const untouched = lines.slice(next, hunk.beforeStart - 1).join('');
    next = hunk.beforeStart - 1 + hunk.beforeCount;
    const further = new Map<number, Way>();
    for (const way of ways) {
      if (!text.startsWith(untouched, way.end)) continue;
      const start = way.end + untouched.length;
      for (const verdict of ['accepted', 'rejected'] as const) {
        const part = verdict === 'accepted' ? hunk.after : hunk.before;
        const end = start + part.length;
        if (!text.startsWith(part, start) || further.has(end)) continue;
        further.set(end, { end, answers: [...way.answers, { hunk: hunk.id, verdict }] });
      }
    }
    if (further.size === 0 || further.size > MAX_WAYS) return undefined;
    ways = [...further.values()];
  }
  const rest = lines.slice(next).join('');
  return ways.find((way) => text.length === way.end + rest.length && text.endsWith(rest))?.answers;
}

/** A stretch of the proposed text: a hunk, or lines that stand in both texts. Indexes count from 0. */
type Segment = { start: number; end: number; beforeStart: number; hunk?: Hunk; edits: Edit[] };
type Edit = { start: number; end: number; text: string };

function edited(change: Change, text: string, ids: string): HunkAnswer[] {
  const proposed = splitLines(change.after);
  const now = splitLines(text);
  const segments = segmentsOf(change, proposed.length);
  for (const run of differingRuns(proposed, now)) {
    const replacement = now.slice(run.afterStart, run.afterEnd).join('');
    spread(segments, { start: run.beforeStart, end: run.beforeEnd, text: replacement });
  }
  let own = 0;
  return segments.flatMap((segment): HunkAnswer[] => {
    const { hunk } = segment;
    if (hunk !== undefined) return [answerTo(hunk, apply(proposed, segment))];
    return segment.edits.map((edit) => ({
      hunk: `${ids}.own${own++}`,
      verdict: 'edited',
      text: edit.text,
      lines: [segment.beforeStart + edit.start - segment.start + 1, edit.end - edit.start],
    }));
  });
}

function answerTo(hunk: Hunk, text: string): HunkAnswer {
  if (text === hunk.after) return { hunk: hunk.id, verdict: 'accepted' };
  if (text === hunk.before) return { hunk: hunk.id, verdict: 'rejected' };
  return { hunk: hunk.id, verdict: 'edited', text };
}

function segmentsOf(change: Change, proposedLines: number): Segment[] {
  const segments: Segment[] = [];
  let start = 0;
  let beforeStart = 0;
  for (const hunk of change.hunks) {
    const hunkStart = start + (hunk.beforeStart - 1 - beforeStart);
    const hunkEnd = hunkStart + hunk.afterCount;
    segments.push({ start, end: hunkStart, beforeStart, edits: [] });
    segments.push({ start: hunkStart, end: hunkEnd, beforeStart: hunk.beforeStart - 1, hunk, edits: [] });
    start = hunkEnd;
    beforeStart = hunk.beforeStart - 1 + hunk.beforeCount;
  }
  segments.push({ start, end: proposedLines, beforeStart, edits: [] });
  return segments;
}

/**
 * Gives an edit to the segments it lies in. Its text goes to one of them, a hunk before an unchanged stretch; from the
 * others its lines are removed.
 */
function spread(segments: Segment[], edit: Edit): void {
  const concerned = segments.filter((segment) => concerns(segment, edit));
  const target = concerned.find((segment) => segment.hunk !== undefined) ?? concerned[0];
  for (const segment of concerned) {
    const start = Math.max(edit.start, segment.start);
    const end = Math.min(edit.end, segment.end);
    if (segment === target) segment.edits.push({ start, end: Math.max(start, end), text: edit.text });
    else if (start < end) segment.edits.push({ start, end, text: '' });
  }
}

function concerns(segment: Segment, edit: Edit): boolean {
  const shared = segment.start < edit.end && edit.start < segment.end;
  if (edit.start < edit.end) return shared;
  return segment.start <= edit.start && edit.start <= segment.end;
}

function apply(proposed: string[], segment: Segment): string {
  const parts: string[] = [];
  let next = segment.start;
  for (const edit of segment.edits) {
    parts.push(...proposed.slice(next, edit.start), edit.text);
    next = edit.end;
  }
  parts.push(...proposed.slice(next, segment.end));
  return parts.join('');
}
