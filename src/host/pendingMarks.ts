// Changes that wait for an answer, in the editor of their file: coloured lines, what was removed in the hover, and
// "Accept | Reject" above each hunk.
import * as vscode from 'vscode';
import type { Hunk } from '../contracts/edit.ts';
import type { PendingChanges } from './pendingChanges.ts';

/** The line of the document, counted from 0, at which a hunk is shown. */
export function lineOf(hunk: Hunk, document: vscode.TextDocument): number {
  return Math.max(0, Math.min(hunk.afterStart, document.lineCount) - 1);
}

/** `onRedraw`: the waiting changes, or the text of a file that has some, are different. */
export function createPendingMarks(pending: PendingChanges, onRedraw: vscode.Event<void>): vscode.Disposable {
  const written = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.modifiedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    borderColor: new vscode.ThemeColor('editorGutter.modifiedBackground'),
    borderStyle: 'solid',
    borderWidth: '0 0 0 2px',
  });
  const removed = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 2em', color: new vscode.ThemeColor('descriptionForeground'), fontStyle: 'italic' },
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.deletedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Left,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });

  async function draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    if (document.uri.scheme !== 'file') return;
    const views = pending.has(document.uri.fsPath) ? await pending.ofFile(document.uri.fsPath) : [];
    const hunks = views.flatMap(({ change }) => change.hunks);
    const at = (hunk: Hunk) => {
      const start = lineOf(hunk, document);
      return document.validateRange(new vscode.Range(start, 0, start + hunk.afterCount - 1, Number.MAX_SAFE_INTEGER));
    };
    editor.setDecorations(
      written,
      hunks
        .filter((hunk) => hunk.afterCount > 0)
        .map((hunk) => ({ range: at(hunk), ...hoverOf(hunk, document.languageId) })),
    );
    editor.setDecorations(
      removed,
      hunks
        .filter((hunk) => hunk.afterCount === 0 && hunk.beforeCount > 0)
        .map((hunk) => {
          // Behind the line above, so that no text of the file moves.
          const { end } = document.lineAt(Math.min(Math.max(0, hunk.afterStart - 2), document.lineCount - 1)).range;
          const contentText = vscode.l10n.t('− lines removed here: {0}', hunk.beforeCount);
          return {
            range: new vscode.Range(end, end),
            renderOptions: { after: { contentText } },
            ...hoverOf(hunk, document.languageId),
          };
        }),
    );
  }

  const lenses = vscode.languages.registerCodeLensProvider(
    { scheme: 'file' },
    {
      onDidChangeCodeLenses: onRedraw,
      async provideCodeLenses(document) {
        if (!pending.has(document.uri.fsPath)) return [];
        const views = await pending.ofFile(document.uri.fsPath);
        return views.flatMap(({ change }) => change.hunks.flatMap((hunk) => lensesOf(hunk, document)));
      },
    },
  );

  const drawAll = () => vscode.window.visibleTextEditors.forEach((editor) => void draw(editor));
  return vscode.Disposable.from(
    written,
    removed,
    lenses,
    onRedraw(drawAll),
    vscode.window.onDidChangeVisibleTextEditors(drawAll),
  );
}

function lensesOf(hunk: Hunk, document: vscode.TextDocument): vscode.CodeLens[] {
  const line = lineOf(hunk, document);
  const range = new vscode.Range(line, 0, line, 0);
  const place = { uri: document.uri, hunk: hunk.id, lineNumber: line + 1 };
  const lens = (title: string, command: string) => new vscode.CodeLens(range, { title, command, arguments: [place] });
  return [
    lens(vscode.l10n.t('$(check) Accept'), 'assent.acceptHunk'),
    lens(vscode.l10n.t('$(close) Reject'), 'assent.rejectHunk'),
    lens(vscode.l10n.t('$(comment) Reject with a comment…'), 'assent.commentHunk'),
  ];
}

function hoverOf(hunk: Hunk, language: string): { hoverMessage?: vscode.MarkdownString } {
  if (hunk.before === '') return {};
  const text = new vscode.MarkdownString(vscode.l10n.t('Before:'));
  return { hoverMessage: text.appendCodeblock(hunk.before, language) };
}
