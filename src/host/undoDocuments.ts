// What files say now and what they would say after an undo, as read-only documents for the diff editor.
import path from 'node:path';
import * as vscode from 'vscode';
import type { PlannedFile } from '../contracts/journal.ts';
import { UNDO_SCHEME } from './ids.ts';

export type UndoDocuments = {
  /** Opens the diff of one file; the keyboard stays where it is. */
  show(file: Shown): Promise<void>;
  /** Opens all of them in one editor. */
  showAll(files: readonly Shown[]): Promise<void>;
  /** Closes what was opened. */
  close(): Promise<void>;
  dispose(): void;
};
export type Shown = Extract<PlannedFile, { outcome: 'change' }>;

export function createUndoDocuments(): UndoDocuments {
  const texts = new Map<string, string>();
  let count = 0;
  const registration = vscode.workspace.registerTextDocumentContentProvider(UNDO_SCHEME, {
    provideTextDocumentContent: ({ query }) =>
      texts.get(query) ?? vscode.l10n.t('This preview is over. Choose the undo again to see it anew.'),
  });
  const document = (file: string, text: string) => {
    const query = String(++count);
    texts.set(query, text);
    return vscode.Uri.file(file).with({ scheme: UNDO_SCHEME, query });
  };
  const sides = ({ path: file, change }: Shown) =>
    [document(file, change.before), document(file, change.after)] as const;
  return {
    show: async (file) => {
      const [now, then] = sides(file);
      const title = vscode.l10n.t('{0} (now ↔ after the undo)', path.basename(file.path));
      await vscode.commands.executeCommand('vscode.diff', now, then, title, { preserveFocus: true, preview: true });
    },
    showAll: async (files) => {
      const rows = files.map((file) => [vscode.Uri.file(file.path), ...sides(file)]);
      await vscode.commands.executeCommand('vscode.changes', vscode.l10n.t('Changes of the undo'), rows);
    },
    close: async () => {
      texts.clear();
      const isOurs = ({ input }: vscode.Tab) =>
        input instanceof vscode.TabInputTextDiff && input.modified.scheme === UNDO_SCHEME;
      await vscode.window.tabGroups.close(
        vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(isOurs)),
        true,
      );
    },
    dispose: () => registration.dispose(),
  };
}
