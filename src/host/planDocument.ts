// A plan that waits for approval, as a read-only Markdown document. It stays open when the plan changes.
import * as vscode from 'vscode';

const SCHEME = 'assent-plan';

export type PlanDocuments = {
  /** Shows the plan of a conversation, or refreshes what is shown. */
  open(conversation: string, plan: string): Promise<void>;
  /** A new version; nothing opens by it. */
  update(conversation: string, plan: string): void;
  dispose(): void;
};

export function createPlanDocuments(): PlanDocuments {
  const plans = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const uriOf = (conversation: string) =>
    vscode.Uri.from({ scheme: SCHEME, path: `/${vscode.l10n.t('Plan')}.md`, query: conversation });
  const registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      plans.get(uri.query) ?? vscode.l10n.t('This plan is no longer open. The conversation shows it.'),
  });
  const update = (conversation: string, plan: string) => {
    plans.set(conversation, plan);
    changed.fire(uriOf(conversation));
  };
  return {
    update,
    open: async (conversation, plan) => {
      update(conversation, plan);
      const document = await vscode.workspace.openTextDocument(uriOf(conversation));
      await vscode.languages.setTextDocumentLanguage(document, 'markdown');
      // Not over the chat, when that is a tab.
      const chatIsTab = vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputWebview;
      const viewColumn = chatIsTab ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
      await vscode.window.showTextDocument(document, { preview: false, viewColumn });
    },
    dispose: () => {
      registration.dispose();
      changed.dispose();
    },
  };
}
