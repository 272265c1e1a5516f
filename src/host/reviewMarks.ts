// Shows in the diff editor what was said to each hunk so far.
import * as vscode from 'vscode';
import type { EditFunctions, HunkAnswer } from '../contracts/edit.ts';
import type { ReviewDocuments } from './reviewDocuments.ts';
import { textOf, verdictsOf } from './reviewState.ts';

export type ReviewMarksOptions = {
  documents: ReviewDocuments;
  edits: EditFunctions;
  onVerdicts: vscode.Event<{ review: string }>;
};

export function createReviewMarks({ documents, edits, onVerdicts }: ReviewMarksOptions): vscode.Disposable {
  const mark = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 2em', color: new vscode.ThemeColor('descriptionForeground'), fontStyle: 'italic' },
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });

  async function draw(editor: vscode.TextEditor): Promise<void> {
    const place = await documents.placeOf(editor.document.uri);
    if (place?.side !== 'proposed') return;
    const { state, change } = place;
    const answers = new Map(verdictsOf(state, edits).map((answer) => [answer.hunk, answer]));
    const marks = edits.withText(change, textOf(state, change)).hunks.flatMap((hunk) => {
      const answer = answers.get(hunk.id);
      if (answer === undefined) return [];
      const line = Math.min(hunk.afterStart, editor.document.lineCount) - 1;
      const end = editor.document.lineAt(line).range.end;
      return [{ range: new vscode.Range(end, end), renderOptions: { after: { contentText: wordsFor(answer) } } }];
    });
    editor.setDecorations(mark, marks);
  }

  const drawAll = () => vscode.window.visibleTextEditors.forEach((editor) => void draw(editor));
  return vscode.Disposable.from(mark, onVerdicts(drawAll), vscode.window.onDidChangeVisibleTextEditors(drawAll));
}

function wordsFor({ verdict, comment }: HunkAnswer): string {
  if (verdict === 'accepted') return vscode.l10n.t('✓ accepted');
  if (verdict === 'edited') return vscode.l10n.t('✓ accepted as you changed it');
  return comment === undefined ? vscode.l10n.t('✗ rejected') : vscode.l10n.t('✗ rejected: {0}', comment);
}
