// The commands of a review: accept and reject at the cursor, for a file, for all; moving between hunks.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Change, EditFunctions, Hunk, HunkAnswer } from '../contracts/edit.ts';
import { askForComment, lineNamed, say } from './reviewAsks.ts';
import type { Place, ReviewDocuments } from './reviewDocuments.ts';
import { openHunks, type ReviewState, textOf } from './reviewState.ts';

export type ReviewCommandsOptions = {
  documents: ReviewDocuments;
  edits: EditFunctions;
  /** The reviews that wait: those of the conversation on screen first, then oldest first. */
  reviews(): ReviewState[];
  /** The review of the conversation on screen: nothing is answered unseen. */
  seen(): ReviewState | undefined;
  decide(state: ReviewState, answers: HunkAnswer[]): void;
};

type Verdict = 'accepted' | 'rejected';
/** Where a command was called: a file of a review, and the line when it is known. */
type Target = Place & { line?: number };

export function createReviewCommands(
  options: ReviewCommandsOptions,
): Record<string, (...args: unknown[]) => Promise<void>> {
  const { documents, edits, reviews, seen, decide } = options;
  const current = (state: ReviewState, change: Change) => edits.withText(change, textOf(state, change));

  /** From a menu the document is named, and in the line number menu the line; otherwise the active editor counts. */
  async function target(args: unknown[]): Promise<Target | undefined> {
    const named = lineNamed(args);
    const place = named && (await documents.placeOf(named.uri));
    if (place !== undefined && named?.line !== undefined) return { ...place, line: named.line };
    const editor = vscode.window.activeTextEditor;
    const shown = editor && (await documents.placeOf(editor.document.uri));
    if (shown === undefined || editor === undefined) return place;
    if (place !== undefined && (place.state !== shown.state || place.change !== shown.change)) return place;
    return { ...shown, line: editor.selection.active.line + 1 };
  }

  /** The review of the active editor, otherwise the first. */
  async function reviewMeant(args: unknown[]): Promise<ReviewState | undefined> {
    return (await target(args))?.state ?? reviews()[0];
  }

  function answerFile(state: ReviewState, change: Change, verdict: Verdict, comment?: string): void {
    const open = openHunks(state, edits, change.path);
    // With nothing left to answer, the person changes their mind about the whole file.
    decide(state, answers(open.length > 0 ? open : change.hunks.map((hunk) => hunk.id), verdict, comment));
  }

  const onFile =
    (verdict: Verdict, withComment = false) =>
    async (...args: unknown[]) => {
      const at = (await target(args)) ?? onlyFile(seen());
      if (at === undefined) return say(vscode.l10n.t('Open the file in the diff editor first.'));
      const comment = withComment ? await askForComment(basename(at.change.path)) : '';
      if (comment === undefined) return;
      answerFile(at.state, at.change, verdict, comment);
    };

  const onHunk =
    (verdict: Verdict, withComment = false) =>
    async (...args: unknown[]) => {
      const at = await target(args);
      const hunk = at?.line === undefined ? undefined : hunkAt(current(at.state, at.change), at.side, at.line);
      if (at === undefined || hunk === undefined) return say(vscode.l10n.t('There is no hunk at the cursor.'));
      const comment = withComment ? await askForComment(basename(at.change.path)) : '';
      if (comment === undefined) return;
      decide(at.state, answers([hunk.id], verdict, comment));
    };

  const onAll =
    (verdict: Verdict) =>
    async (...args: unknown[]) => {
      const state = (await target(args))?.state ?? seen();
      if (state === undefined) return reviewChanges();
      decide(state, answers(openHunks(state, edits), verdict));
    };

  /** To the nearest hunk without a verdict, in this file or, past its end, in the next one of the review. */
  const move =
    (direction: 1 | -1) =>
    async (...args: unknown[]) => {
      const at = await target(args);
      const state = at?.state ?? reviews()[0];
      if (state === undefined) return say(vscode.l10n.t('No review is waiting.'));
      const open = new Set(openHunks(state, edits));
      const spots = state.review.changes.flatMap((change, file) =>
        current(state, change)
          .hunks.filter((hunk) => open.has(hunk.id))
          .map((hunk) => ({ file, change, line: hunk.afterStart, hunk })),
      );
      const file = at === undefined ? -1 : state.review.changes.indexOf(at.change);
      const line = at === undefined ? 0 : lineOnProposedSide(at, current(state, at.change));
      const ahead = spots.filter((spot) =>
        spot.file === file ? (spot.line - line) * direction > 0 : (spot.file - file) * direction > 0,
      );
      const spot = direction === 1 ? (ahead[0] ?? spots[0]) : (ahead.at(-1) ?? spots.at(-1));
      if (spot === undefined) return say(vscode.l10n.t('Every hunk has its answer.'));
      await documents.open(state, spot.change, { focus: true, line: spot.line });
    };

  async function reviewChanges(...args: unknown[]): Promise<void> {
    const state = await reviewMeant(args);
    if (state === undefined) return say(vscode.l10n.t('No review is waiting.'));
    const { changes, id } = state.review;
    const [only] = changes;
    if (only !== undefined && changes.length === 1) return documents.open(state, only, { focus: true });
    const files = changes.map((change) => ({
      label: basename(change.path),
      description: vscode.workspace.asRelativePath(change.path),
      detail: progressOf(openHunks(state, edits, change.path).length, change.hunks.length),
      change,
    }));
    const together = { label: vscode.l10n.t('All files in one view'), change: undefined };
    const picked = await vscode.window.showQuickPick([...files, together], {
      title: vscode.l10n.t('Review Changes'),
      placeHolder: vscode.l10n.t('Which file?'),
      matchOnDescription: true,
    });
    if (picked === undefined) return;
    if (picked.change !== undefined) return documents.open(state, picked.change, { focus: true });
    await vscode.commands.executeCommand(
      'vscode.changes',
      vscode.l10n.t('Proposed by Assent'),
      changes.map(({ path }) => [
        vscode.Uri.file(path),
        documents.uri('before', id, path),
        documents.uri('proposed', id, path),
      ]),
    );
  }

  return {
    'assent.reviewChanges': reviewChanges,
    'assent.acceptFile': onFile('accepted'),
    'assent.rejectFile': onFile('rejected'),
    'assent.rejectFileWithComment': onFile('rejected', true),
    'assent.acceptAll': onAll('accepted'),
    'assent.rejectAll': onAll('rejected'),
    'assent.acceptHunk': onHunk('accepted'),
    'assent.rejectHunk': onHunk('rejected'),
    'assent.commentHunk': onHunk('rejected', true),
    'assent.nextHunk': move(1),
    'assent.previousHunk': move(-1),
  };
}

/** The comment goes with the first hunk: it is said once, not for each. */
function answers(hunks: string[], verdict: Verdict, comment = ''): HunkAnswer[] {
  return hunks.map((hunk, index) => ({ hunk, verdict, ...(index === 0 && comment !== '' ? { comment } : {}) }));
}

/** Also found one line beside a hunk without lines of its own on this side. */
function hunkAt(change: Change, side: Place['side'], line: number): Hunk | undefined {
  const span = (hunk: Hunk): [number, number] =>
    side === 'before' ? [hunk.beforeStart, hunk.beforeCount] : [hunk.afterStart, hunk.afterCount];
  const within = change.hunks.find((hunk) => {
    const [start, count] = span(hunk);
    return line >= start && line < start + count;
  });
  return (
    within ??
    change.hunks.find((hunk) => {
      const [start, count] = span(hunk);
      return count === 0 && (line === start || line === start - 1);
    })
  );
}

function lineOnProposedSide(at: Target, change: Change): number {
  const line = at.line ?? 0;
  return at.side === 'before' ? (hunkAt(change, 'before', line)?.afterStart ?? line) : line;
}

function onlyFile(state: ReviewState | undefined): Target | undefined {
  const [change, ...more] = state?.review.changes ?? [];
  if (state === undefined || change === undefined || more.length > 0) return undefined;
  return { state, change, side: 'proposed' };
}

function progressOf(open: number, all: number): string {
  if (open === 0) return vscode.l10n.t('answered');
  return open === all
    ? vscode.l10n.t('{0} hunks to answer', all)
    : vscode.l10n.t('{0} of {1} hunks to answer', open, all);
}
