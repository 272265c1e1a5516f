// Changes that are written and wait for an answer, in VS Code: marks in editors, the source control, commands, and what the
// page shows of them. No tab opens and no focus moves unless a command asks for it.
import * as vscode from 'vscode';
import type { HunkAnswer } from '../contracts/edit.ts';
import type { PendingChanges } from './pendingChanges.ts';
import { createPendingCommands, type PendingCommandsOptions } from './pendingCommands.ts';
import { createPendingMarks } from './pendingMarks.ts';
import { createPendingSource } from './pendingSource.ts';
import type { PendingView } from './pendingState.ts';
import { say } from './reviewAsks.ts';

export type PendingEditorOptions = Pick<PendingCommandsOptions, 'reviews' | 'reviewWaits' | 'seen'> & {
  pending: PendingChanges;
  log: { error(text: string, cause?: unknown): void };
  scheme?: string;
};

export type PendingEditor = vscode.Disposable & {
  /** The diff of one file. Takes the focus. */
  open(conversation: string, path: string): Promise<void>;
  answer(conversation: string, answers: HunkAnswer[]): Promise<void>;
  /** The files of a conversation as they are now. */
  views(conversation: string): Promise<PendingView[]>;
  /** What waits, or the text of a file with waiting changes, is different. */
  onChanged: vscode.Event<void>;
  /** By command id; those of reviews are among them. */
  commands: Readonly<Record<string, (...args: unknown[]) => Promise<void>>>;
};

/** Marks follow once the person pauses typing. */
const REDRAW_AFTER_MS = 150;

export function createPendingEditor(options: PendingEditorOptions): PendingEditor {
  const { pending, log } = options;
  const redraw = new vscode.EventEmitter<void>();
  let timer: NodeJS.Timeout | undefined;
  const redrawSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => redraw.fire(), REDRAW_AFTER_MS);
  };
  const redrawFor = ({ uri }: vscode.TextDocument): void => {
    if (uri.scheme === 'file' && pending.has(uri.fsPath)) redrawSoon();
  };
  const source = createPendingSource(pending, redraw.event, options.scheme);
  const marks = createPendingMarks(pending, redraw.event);

  async function setContext(): Promise<void> {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const here = uri?.scheme === 'file' && pending.has(uri.fsPath) && (await pending.ofFile(uri.fsPath)).length > 0;
    const views = (await Promise.all(pending.conversations().map((one) => pending.ofConversation(one)))).flat();
    void vscode.commands.executeCommand('setContext', 'assent.pendingHere', here);
    void vscode.commands.executeCommand('setContext', 'assent.pendingOpen', views.length > 0);
  }
  const context = (): void => {
    setContext().catch((cause) => log.error('The waiting changes could not be looked at', cause));
  };

  async function answer(conversation: string, answers: HunkAnswer[]): Promise<void> {
    for (const { path, reason } of await pending.answer(conversation, answers)) {
      const name = vscode.workspace.asRelativePath(path);
      const text = vscode.l10n.t(
        'Your answer to a change of {0} was not carried out: it still waits. {1}',
        name,
        reason,
      );
      void vscode.window.showWarningMessage(text);
    }
  }

  const listening = vscode.Disposable.from(
    redraw,
    marks,
    source,
    { dispose: pending.onChanged(redrawSoon) },
    redraw.event(context),
    vscode.window.onDidChangeActiveTextEditor(context),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length > 0) redrawFor(document);
    }),
    vscode.workspace.onDidSaveTextDocument(redrawFor),
    vscode.workspace.onDidCloseTextDocument(redrawFor),
    vscode.workspace.onDidDeleteFiles(redrawSoon),
    vscode.workspace.onDidRenameFiles(async ({ files }) => {
      for (const { oldUri, newUri } of files) await pending.renamed(oldUri.fsPath, newUri.fsPath);
    }),
    // Files may have been changed by another program meanwhile.
    vscode.window.onDidChangeWindowState(({ focused }) => {
      if (focused && pending.conversations().length > 0) redrawSoon();
    }),
  );

  return {
    answer,
    views: (conversation) => pending.ofConversation(conversation),
    onChanged: redraw.event,
    async open(conversation, path) {
      const view = (await pending.ofConversation(conversation)).find(({ file }) => file.path === path);
      if (view === undefined) return say(vscode.l10n.t('This change was already answered.'));
      await source.open(view);
    },
    commands: createPendingCommands({ ...options, source, answer }),
    dispose() {
      clearTimeout(timer);
      listening.dispose();
    },
  };
}
