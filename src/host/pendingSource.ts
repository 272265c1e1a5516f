// Files with changes that wait, as a source control of VS Code: marks in the gutter whose peek view has accept and reject,
// and a list of the files. It is there only while something waits.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { PendingChanges } from './pendingChanges.ts';
import type { PendingView } from './pendingState.ts';

export const PENDING_SCHEME = 'assent-pending';

export type PendingSource = vscode.Disposable & {
  /** The diff from the text without the waiting changes to the file itself. Takes the focus. `line` counts from 1. */
  open(view: PendingView, line?: number): Promise<void>;
  /** The same for several files, in one editor. */
  openAll(views: PendingView[]): Promise<void>;
};

export function createPendingSource(
  pending: PendingChanges,
  onRedraw: vscode.Event<void>,
  scheme = PENDING_SCHEME,
): PendingSource {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const beforeOf = (conversation: string, path: string) => vscode.Uri.file(path).with({ scheme, query: conversation });
  let source: { control: vscode.SourceControl; group: vscode.SourceControlResourceGroup } | undefined;

  const content: vscode.TextDocumentContentProvider = {
    onDidChange: changed.event,
    async provideTextDocumentContent(uri) {
      const views = await pending.ofFile(vscode.Uri.file(uri.path).fsPath);
      const view = views.find(({ conversation }) => conversation === uri.query);
      if (view !== undefined) return view.change.before;
      // Answered: nothing differs from what the file says.
      return (await vscode.workspace.openTextDocument(uri.with({ scheme: 'file', query: '' }))).getText();
    },
  };

  async function originalOf(uri: vscode.Uri): Promise<vscode.Uri | undefined> {
    if (uri.scheme !== 'file' || !pending.has(uri.fsPath)) return undefined;
    const [view] = await pending.ofFile(uri.fsPath);
    return view && beforeOf(view.conversation, view.file.path);
  }

  async function redraw(): Promise<void> {
    for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === scheme) changed.fire(uri);
    const views = (await Promise.all(pending.conversations().map((one) => pending.ofConversation(one)))).flat();
    if (views.length === 0) {
      source?.control.dispose();
      source = undefined;
      return;
    }
    source ??= makeSource();
    source.group.resourceStates = views.map(({ conversation, file, change }) => ({
      resourceUri: vscode.Uri.file(file.path),
      contextValue: 'pending',
      decorations: { tooltip: vscode.l10n.t('Changes that wait for an answer: {0}', change.hunks.length) },
      command: {
        title: vscode.l10n.t('Show the changes'),
        command: 'assent.reviewChanges',
        arguments: [{ uri: vscode.Uri.file(file.path), conversation }],
      },
    }));
  }

  function makeSource() {
    const control = vscode.scm.createSourceControl('assent', 'Assent');
    control.quickDiffProvider = { provideOriginalResource: originalOf };
    control.inputBox.visible = false;
    // The files are counted by what else knows of their changes.
    control.count = 0;
    const group = control.createResourceGroup('pending', vscode.l10n.t('Written, not answered yet'));
    group.hideWhenEmpty = true;
    return { control, group };
  }

  const listening = vscode.Disposable.from(
    changed,
    vscode.workspace.registerTextDocumentContentProvider(scheme, content),
    onRedraw(() => void redraw()),
  );
  return {
    async open({ conversation, file, change }, line = change.hunks[0]?.afterStart ?? 1) {
      const at = new vscode.Position(Math.max(0, line - 1), 0);
      await vscode.commands.executeCommand(
        'vscode.diff',
        beforeOf(conversation, file.path),
        vscode.Uri.file(file.path),
        vscode.l10n.t('{0} (written by Assent)', basename(file.path)),
        { preview: true, selection: new vscode.Range(at, at) } satisfies vscode.TextDocumentShowOptions,
      );
    },
    async openAll(views) {
      await vscode.commands.executeCommand(
        'vscode.changes',
        vscode.l10n.t('Written by Assent'),
        views.map(({ conversation, file }) => {
          const uri = vscode.Uri.file(file.path);
          return [uri, beforeOf(conversation, file.path), uri];
        }),
      );
    },
    dispose() {
      listening.dispose();
      source?.control.dispose();
    },
  };
}
