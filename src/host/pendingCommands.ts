// The commands of a review, for changes that are written and wait: at the cursor of an ordinary editor, for its file, for
// all. Where nothing of that is meant, they are the commands of the review that waits.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { HunkAnswer } from '../contracts/edit.ts';
import type { PendingChanges } from './pendingChanges.ts';
import { PENDING_SCHEME, type PendingSource } from './pendingSource.ts';
import type { PendingView } from './pendingState.ts';
import { askForComment, lineNamed, say } from './reviewAsks.ts';

type Commands = Readonly<Record<string, (...args: unknown[]) => Promise<void>>>;
type Verdict = 'accepted' | 'rejected';
/** A file with waiting changes, and the line when it is known; a hunk when it was named. */
type Target = { views: PendingView[]; line?: number; hunk?: string };

export type PendingCommandsOptions = {
  pending: PendingChanges;
  source: PendingSource;
  /** The commands for reviews that wait, and whether any does. */
  reviews: Commands;
  reviewWaits(): boolean;
  /** The conversation on screen. */
  seen(): string | undefined;
  answer(conversation: string, answers: HunkAnswer[]): Promise<void>;
};

export function createPendingCommands(options: PendingCommandsOptions): Commands {
  const { pending, source, reviews, answer } = options;

  async function target(args: unknown[]): Promise<Target | undefined> {
    const named = lineNamed(args);
    const editor = vscode.window.activeTextEditor;
    const uri = named?.uri ?? editor?.document.uri;
    if (uri === undefined || (uri.scheme !== 'file' && uri.scheme !== PENDING_SCHEME)) return undefined;
    const path = vscode.Uri.file(uri.path).fsPath;
    if (!pending.has(path)) return undefined;
    const views = await pending.ofFile(path);
    if (views.length === 0) return undefined;
    const here = editor !== undefined && vscode.Uri.file(editor.document.uri.path).fsPath === path;
    const line = named?.line ?? (here ? editor.selection.active.line + 1 : undefined);
    return {
      views,
      ...(line === undefined ? {} : { line }),
      ...(named?.hunk === undefined ? {} : { hunk: named.hunk }),
    };
  }

  async function give(view: PendingView, hunks: string[], verdict: Verdict, comment = ''): Promise<void> {
    // The comment goes with the first hunk: it is said once, not for each.
    const said = (index: number) => (index === 0 && comment !== '' ? { comment } : {});
    await answer(
      view.conversation,
      hunks.map((hunk, index) => ({ hunk, verdict, ...said(index) })),
    );
  }
  const idsOf = ({ change }: PendingView) => change.hunks.map(({ id }) => id);

  const onHunk =
    (verdict: Verdict, withComment = false) =>
    async (at: Target) => {
      for (const view of at.views) {
        const hunk = at.hunk ?? hunkAt(view, at.line)?.id;
        if (hunk === undefined || !idsOf(view).includes(hunk)) continue;
        const comment = withComment ? await askForComment(basename(view.file.path)) : '';
        if (comment === undefined) return;
        return give(view, [hunk], verdict, comment);
      }
      say(vscode.l10n.t('There is no hunk at the cursor.'));
    };

  const onFile =
    (verdict: Verdict, withComment = false) =>
    async (at: Target) => {
      const [first] = at.views;
      const comment = withComment && first ? await askForComment(basename(first.file.path)) : '';
      if (comment === undefined) return;
      for (const view of at.views) await give(view, idsOf(view), verdict, comment);
    };

  /** To the nearest hunk, in this file or, past its end, in the next one. */
  const move = (direction: 1 | -1) => async (at: Target) => {
    const [here] = at.views;
    if (here === undefined) return;
    const files = await pending.ofConversation(here.conversation);
    const current = files.findIndex(({ file }) => file.path === here.file.path);
    const spots = files.flatMap((view, file) =>
      view.change.hunks.map((hunk) => ({ file, view, line: hunk.afterStart })),
    );
    const ahead = spots.filter((spot) =>
      spot.file === current ? (spot.line - (at.line ?? 0)) * direction > 0 : (spot.file - current) * direction > 0,
    );
    const spot = direction === 1 ? (ahead[0] ?? spots[0]) : (ahead.at(-1) ?? spots.at(-1));
    if (spot === undefined) return;
    const position = new vscode.Position(Math.max(0, spot.line - 1), 0);
    const selection = new vscode.Range(position, position);
    await vscode.window.showTextDocument(vscode.Uri.file(spot.view.file.path), { preview: true, selection });
  };

  const all = async () => {
    const seen = options.seen();
    const shown = seen === undefined ? [] : await pending.ofConversation(seen);
    if (shown.length > 0) return shown;
    return (await Promise.all(pending.conversations().map((one) => pending.ofConversation(one)))).flat();
  };

  async function reviewChanges(): Promise<void> {
    const views = await all();
    const [only] = views;
    if (only === undefined) return say(vscode.l10n.t('No review is waiting.'));
    if (views.length === 1) return source.open(only);
    const files = views.map((view) => ({
      label: basename(view.file.path),
      description: vscode.workspace.asRelativePath(view.file.path),
      detail: vscode.l10n.t('{0} hunks to answer', view.change.hunks.length),
      view,
    }));
    const together = { label: vscode.l10n.t('All files in one view'), view: undefined };
    const picked = await vscode.window.showQuickPick([...files, together], {
      title: vscode.l10n.t('Review Changes'),
      placeHolder: vscode.l10n.t('Which file?'),
      matchOnDescription: true,
    });
    if (picked === undefined) return;
    if (picked.view === undefined) return source.openAll(views);
    await source.open(picked.view);
  }

  const here =
    (id: string, act: (at: Target) => Promise<void>) =>
    async (...args: unknown[]) => {
      const at = await target(args);
      return at === undefined ? reviews[id]?.(...args) : act(at);
    };
  /** For all that the conversation on screen has waiting; nothing is answered unseen. */
  const onAll =
    (id: string, verdict: Verdict) =>
    async (...args: unknown[]) => {
      const at = await target(args);
      if (at === undefined && options.reviewWaits()) return reviews[id]?.(...args);
      const conversation = at?.views[0]?.conversation ?? options.seen();
      const views = conversation === undefined ? [] : await pending.ofConversation(conversation);
      if (views.length === 0) return reviewChanges();
      for (const view of views) await give(view, idsOf(view), verdict);
    };

  return {
    ...reviews,
    'assent.acceptHunk': here('assent.acceptHunk', onHunk('accepted')),
    'assent.rejectHunk': here('assent.rejectHunk', onHunk('rejected')),
    'assent.commentHunk': here('assent.commentHunk', onHunk('rejected', true)),
    'assent.acceptFile': here('assent.acceptFile', onFile('accepted')),
    'assent.rejectFile': here('assent.rejectFile', onFile('rejected')),
    'assent.rejectFileWithComment': here('assent.rejectFileWithComment', onFile('rejected', true)),
    'assent.nextHunk': here('assent.nextHunk', move(1)),
    'assent.previousHunk': here('assent.previousHunk', move(-1)),
    'assent.acceptAll': onAll('assent.acceptAll', 'accepted'),
    'assent.rejectAll': onAll('assent.rejectAll', 'rejected'),
    'assent.reviewChanges': async (...args) => {
      const named = lineNamed(args) === undefined ? undefined : await target(args);
      const [view] = named?.views ?? [];
      if (view !== undefined) return source.open(view);
      if (options.reviewWaits()) return reviews['assent.reviewChanges']?.(...args);
      return reviewChanges();
    },
  };
}

/** Also found one line beside a hunk that only removed lines. */
function hunkAt({ change }: PendingView, line: number | undefined) {
  if (line === undefined) return undefined;
  const within = change.hunks.find((hunk) => line >= hunk.afterStart && line < hunk.afterStart + hunk.afterCount);
  return (
    within ??
    change.hunks.find((hunk) => hunk.afterCount === 0 && (line === hunk.afterStart || line === hunk.afterStart - 1))
  );
}
