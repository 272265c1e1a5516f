// One review as the person has answered and edited it so far: plain data, and what follows from it.
import type { Change, EditFunctions, HunkAnswer, Review } from '../contracts/edit.ts';

export type ReviewState = {
  readonly conversation: string;
  /** The id of the question that waits for the answer. */
  readonly question: string;
  readonly review: Review;
  readonly createdAtMs: number;
  /** Proposed texts as the person saved them in the diff editor, by path. */
  readonly saved: Map<string, { text: string; atMs: number }>;
  /** The same with what is not saved there. */
  readonly texts: Map<string, string>;
  /** Verdicts given so far, by hunk. */
  readonly verdicts: Map<string, HunkAnswer>;
};

export function newReviewState(conversation: string, question: string, review: Review, nowMs: number): ReviewState {
  return {
    conversation,
    question,
    review,
    createdAtMs: nowMs,
    saved: new Map(),
    texts: new Map(),
    verdicts: new Map(),
  };
}

export function proposedChange(state: ReviewState, path: string): Change | undefined {
  return state.review.changes.find((change) => change.path === path);
}

export function textOf(state: ReviewState, change: Change): string {
  return state.texts.get(change.path) ?? state.saved.get(change.path)?.text ?? change.after;
}

/** All verdicts so far; an accepted hunk that was changed is 'edited', one that was taken back is 'rejected'. */
export function verdictsOf(state: ReviewState, edits: EditFunctions): HunkAnswer[] {
  return state.review.changes.flatMap((change) => verdictsOfFile(state, change, edits));
}

function verdictsOfFile(state: ReviewState, change: Change, edits: EditFunctions): HunkAnswer[] {
  const found = edits.answersFor(change, textOf(state, change));
  const refused = change.hunks.every((hunk) => state.verdicts.get(hunk.id)?.verdict === 'rejected');
  return found.flatMap((answer): HunkAnswer[] => {
    // An edit of the person's own goes with the file: it is dropped only when they refused the whole of it.
    if (answer.lines !== undefined) return refused ? [] : [answer];
    const given = state.verdicts.get(answer.hunk);
    if (given === undefined) return answer.verdict === 'rejected' ? [answer] : [];
    if (given.verdict === 'rejected') return [given];
    return [given.comment === undefined ? answer : { ...answer, comment: given.comment }];
  });
}

/** Hunks without a verdict, of one file or of all. */
export function openHunks(state: ReviewState, edits: EditFunctions, path?: string): string[] {
  const answered = new Set(verdictsOf(state, edits).map((answer) => answer.hunk));
  return state.review.changes
    .filter((change) => path === undefined || change.path === path)
    .flatMap((change) => change.hunks.map((hunk) => hunk.id))
    .filter((id) => !answered.has(id));
}

/**
 * Takes verdicts over. Returns the files whose text they change: an 'edited' verdict brings its own text unless it is
 * what the editor has already.
 */
export function takeVerdicts(state: ReviewState, answers: readonly HunkAnswer[], edits: EditFunctions): Change[] {
  const rewritten: Change[] = [];
  for (const change of state.review.changes) {
    const own = answers.filter((answer) => change.hunks.some((hunk) => hunk.id === answer.hunk));
    for (const answer of own) state.verdicts.set(answer.hunk, answer);
    const found = edits.answersFor(change, textOf(state, change));
    const wanted = found.map((answer) => {
      const given = own.find((one) => one.hunk === answer.hunk);
      return given?.verdict === 'edited' && given.text !== undefined ? given : answer;
    });
    if (wanted.every((answer, index) => answer === found[index])) continue;
    const text = edits.settle(change, wanted).change?.after ?? change.before;
    if (text === textOf(state, change)) continue;
    state.texts.set(change.path, text);
    rewritten.push(change);
  }
  return rewritten;
}

/** What an earlier review of the same calls left, for the files that are proposed unchanged. True when there is any. */
export function adopt(state: ReviewState, earlier: ReviewState): boolean {
  let any = false;
  for (const change of state.review.changes) {
    const same = proposedChange(earlier, change.path);
    if (same === undefined || same.before !== change.before || same.after !== change.after) continue;
    const text = textOf(earlier, same);
    if (text !== change.after) {
      state.saved.set(change.path, { text, atMs: state.createdAtMs + 1 });
      any = true;
    }
    for (const [index, hunk] of same.hunks.entries()) {
      const given = earlier.verdicts.get(hunk.id);
      const id = change.hunks[index]?.id;
      if (given === undefined || id === undefined) continue;
      state.verdicts.set(id, { ...given, hunk: id });
      any = true;
    }
  }
  return any;
}
