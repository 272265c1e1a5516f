// The chat in the side bar.
import * as vscode from 'vscode';
import type { ChatPage } from './chatPage.ts';
import { pageHtml, pageRoots } from './pageHtml.ts';

export type ChatView = {
  readonly page: ChatPage;
  /** VS Code shows the view, for the first time or again after it was closed or moved. */
  resolve(view: vscode.WebviewView): void;
  setBadge(waiting: number): void;
};

export function createChatView(page: ChatPage, extension: vscode.Uri): ChatView {
  let shown: vscode.WebviewView | undefined;
  let waiting = 0;
  const drawBadge = () => {
    if (shown === undefined) return;
    const tooltip = waiting === 1 ? vscode.l10n.t('A question waits') : vscode.l10n.t('{0} questions wait', waiting);
    shown.badge = waiting === 0 ? undefined : { value: waiting, tooltip };
  };
  return {
    page,
    resolve: (view) => {
      shown = view;
      view.webview.options = { enableScripts: true, localResourceRoots: pageRoots(extension) };
      const attached = page.attach({
        webview: view.webview,
        visible: () => view.visible,
        reveal: () => view.show(false),
      });
      view.onDidChangeVisibility(() => page.shown());
      view.onDidDispose(() => {
        attached.dispose();
        if (shown === view) shown = undefined;
      });
      drawBadge();
      view.webview.html = pageHtml(view.webview, extension, vscode.l10n.bundle ?? {});
    },
    setBadge: (count) => {
      waiting = count;
      drawBadge();
    },
  };
}
