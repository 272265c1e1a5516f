// Bookkeeping of a review: which hunks have a verdict, what is left, what is sent in the end.
import type { Change, HunkAnswer, Review } from '../src/contracts/edit.ts';

export type Verdict = HunkAnswer['verdict'] | 'open';
export type Answers = readonly HunkAnswer[];

export function answerOf(answers: Answers, hunk: string): HunkAnswer | undefined {
  return answers.find((answer) => answer.hunk === hunk);
}

export function verdictOf(answers: Answers, hunk: string): Verdict {
  return answerOf(answers, hunk)?.verdict ?? 'open';
}

/** New answers take the place of older ones to the same hunk. */
export function withAnswers(answers: Answers, given: Answers): HunkAnswer[] {
  const replaced = new Set(given.map((answer) => answer.hunk));
  return [...answers.filter((answer) => !replaced.has(answer.hunk)), ...given];
}

/**
 * One verdict for the hunks of a change that are open; with none left the person changes their mind about all of them.
 * What the person wrote in the diff editor is kept by an accept.
 */
export function answerChange(
  change: Change,
  answers: Answers,
  verdict: 'accepted' | 'rejected',
  comment?: string,
): HunkAnswer[] {
  const open = change.hunks.filter((hunk) => verdictOf(answers, hunk.id) === 'open');
  return (open.length > 0 ? open : change.hunks).map((hunk) => {
    const before = answerOf(answers, hunk.id);
    if (verdict === 'accepted' && before?.verdict === 'edited') return before;
    return { hunk: hunk.id, verdict, ...(comment ? { comment } : {}) };
  });
}

/** The same for all files: one that has its answer keeps it as long as others are open. */
export function answerReview(review: Review, answers: Answers, verdict: 'accepted' | 'rejected'): HunkAnswer[] {
  const open = review.changes.filter((change) => fileVerdict(change, answers) === 'open');
  return (open.length > 0 ? open : review.changes).flatMap((change) => answerChange(change, answers, verdict));
}

/** The verdict a whole file has; 'open' while any hunk is open, 'mixed' when they differ. */
export function fileVerdict(change: Change, answers: Answers): Verdict | 'mixed' {
  const verdicts = new Set(change.hunks.map((hunk) => verdictOf(answers, hunk.id)));
  if (verdicts.has('open')) return 'open';
  const [only, ...others] = verdicts;
  return only !== undefined && others.length === 0 ? only : 'mixed';
}

export function openHunks(review: Review, answers: Answers): number {
  return review.changes.reduce(
    (sum, change) => sum + change.hunks.filter((h) => verdictOf(answers, h.id) === 'open').length,
    0,
  );
}

/** Edits of the person's own, where nothing was proposed; they belong to the change whose hunks share their prefix. */
export function ownEdits(change: Change, answers: Answers): HunkAnswer[] {
  const prefix = change.hunks[0]?.id.replace(/\.[^.]*$/, '.');
  return answers.filter(
    (answer) => answer.lines !== undefined && prefix !== undefined && answer.hunk.startsWith(prefix),
  );
}

/** Lines added and removed by a change. */
export function counts(change: Change): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const hunk of change.hunks) {
    added += hunk.afterCount;
    removed += hunk.beforeCount;
  }
  return { added, removed };
}
