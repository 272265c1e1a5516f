// What is left of a change once its hunks are answered. Everything outside accepted and edited hunks stays as it was.
import type { Change, Hunk, HunkAnswer, Settled } from '../contracts/edit.ts';
import { splitLines } from './lines.ts';

/**
 * Applies answers to a change; a hunk without an answer is rejected, and so is an 'edited' one without text. Answers to
 * hunks of other changes are left alone. An edit of the person's own counts only where it overlaps no hunk and no
 * other such edit.
 */
export function settle(change: Change, answers: HunkAnswer[]): Settled {
  const lines = splitLines(change.before);
  const answerOf = new Map(answers.map((answer) => [answer.hunk, answer]));
  const kept: Hunk[] = [];
  const rejected: Settled['rejected'] = [];
  const edited: Settled['edited'] = [];

  for (const hunk of change.hunks) {
    const answer = answerOf.get(hunk.id);
    const comment = answer?.comment === undefined ? {} : { comment: answer.comment };
    const text = answer?.verdict === 'edited' ? answer.text : answer?.verdict === 'accepted' ? hunk.after : undefined;
    if (text === undefined) {
      rejected.push({ hunk, ...comment });
    } else {
      if (text !== hunk.after) edited.push({ hunk, text, ...comment });
      kept.push({ ...hunk, after: text });
    }
  }
  for (const own of ownEdits(change, answers, lines)) {
    edited.push(own);
    kept.push({ ...own.hunk, after: own.text });
  }
  kept.sort(byPosition);
  edited.sort((a, b) => byPosition(a.hunk, b.hunk));

  const asProposed = rejected.length === 0 && edited.length === 0;
  const after = replace(lines, kept);
  const nothing = change.kind === 'modify' ? after === change.before : kept.length === 0;
  if (nothing) return { path: change.path, asProposed, rejected, edited };
  const kind = change.kind === 'delete' && after !== '' ? 'modify' : change.kind;
  const hunks = place(kept.filter((hunk) => change.kind !== 'modify' || hunk.after !== hunk.before));
  return { path: change.path, change: { ...change, kind, after, hunks }, asProposed, rejected, edited };
}

/** The part of a hunk id that all hunks of a change share; undefined when there is no hunk. */
export function idsOf(change: Change): string | undefined {
  const id = change.hunks[0]?.id;
  return id?.slice(0, Math.max(0, id.lastIndexOf('.')));
}

function ownEdits(change: Change, answers: HunkAnswer[], lines: string[]): Settled['edited'] {
  const ids = idsOf(change);
  const taken = change.hunks.map((hunk): [number, number] => [hunk.beforeStart, hunk.beforeCount]);
  const own: Settled['edited'] = [];
  for (const { hunk: id, verdict, text, lines: range, comment } of answers) {
    if (range === undefined || text === undefined || verdict !== 'edited') continue;
    if (id.slice(0, Math.max(0, id.lastIndexOf('.'))) !== ids || change.hunks.some((hunk) => hunk.id === id)) continue;
    const [start, count] = range;
    if (start < 1 || count < 0 || start + count > lines.length + 1 || taken.some((other) => overlap(range, other))) {
      continue;
    }
    taken.push(range);
    const before = lines.slice(start - 1, start - 1 + count).join('');
    const hunk: Hunk = {
      id,
      beforeStart: start,
      beforeCount: count,
      afterStart: start,
      afterCount: count,
      before,
      after: before,
    };
    own.push({ hunk, text, ...(comment === undefined ? {} : { comment }) });
  }
  return own;
}

/** Two insertions at one place overlap, since their order would be a guess; an insertion beside a run does not. */
function overlap([aStart, aCount]: [number, number], [bStart, bCount]: [number, number]): boolean {
  if (aCount === 0 && bCount === 0) return aStart === bStart;
  return aStart < bStart + bCount && bStart < aStart + aCount;
}

function byPosition(a: Hunk, b: Hunk): number {
  return a.beforeStart - b.beforeStart || a.beforeCount - b.beforeCount;
}

function replace(lines: string[], hunks: Hunk[]): string {
  const parts: string[] = [];
  let next = 0;
  for (const hunk of hunks) {
    parts.push(...untouched(lines, next, hunk.beforeStart - 1), hunk.after);
    next = hunk.beforeStart - 1 + hunk.beforeCount;
  }
  parts.push(...untouched(lines, next, lines.length));
  return parts.join('');
}

function untouched(lines: string[], from: number, to: number): string[] {
  return from < to ? [lines.slice(from, to).join('')] : [];
}

/** Gives hunks, sorted by where they stand before, the lines at which they stand after. */
export function place(hunks: Hunk[]): Hunk[] {
  let shift = 0;
  return hunks.map((hunk) => {
    const afterStart = hunk.beforeStart + shift;
    const afterCount = splitLines(hunk.after).length;
    shift += afterCount - hunk.beforeCount;
    return { ...hunk, afterStart, afterCount };
  });
}
