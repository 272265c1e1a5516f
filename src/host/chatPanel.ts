// The chat as an editor tab; each tab is a conversation of its own.
import * as vscode from 'vscode';
import type { ChatPage } from './chatPage.ts';
import { PANEL_TYPE } from './ids.ts';
import { pageHtml, pageRoots } from './pageHtml.ts';

/** What the tab's title says beside the name of the conversation. */
export type TabMark = 'none' | 'waiting' | 'finished';
export type ChatPanel = { readonly page: ChatPage; active(): boolean; mark(mark: TabMark): void };

export function createPanel(): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(PANEL_TYPE, 'Assent', vscode.ViewColumn.Active, {
    retainContextWhenHidden: true,
    enableFindWidget: true,
  });
}

/** Draws the page in the tab. `closed` is called once, when the person closes it. */
export function showInPanel(
  panel: vscode.WebviewPanel,
  page: ChatPage,
  extension: vscode.Uri,
  closed: () => void,
): ChatPanel {
  let mark: TabMark = 'none';
  panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'icon.png');
  panel.webview.options = { enableScripts: true, localResourceRoots: pageRoots(extension) };
  const attached = page.attach({
    webview: panel.webview,
    visible: () => panel.visible,
    reveal: () => panel.reveal(),
  });
  const drawTitle = () => {
    const title = page.open?.conversation.state.title || 'Assent';
    const short = title.length > 40 ? `${title.slice(0, 39)}…` : title;
    panel.title = `${mark === 'waiting' ? '● ' : mark === 'finished' ? '✓ ' : ''}${short}`;
  };
  page.onChanged(drawTitle);
  panel.onDidChangeViewState(() => {
    if (panel.visible && mark === 'finished') mark = 'none';
    drawTitle();
    page.shown();
  });
  panel.onDidDispose(() => {
    attached.dispose();
    closed();
  });
  drawTitle();
  panel.webview.html = pageHtml(panel.webview, extension, vscode.l10n.bundle ?? {});
  return {
    page,
    active: () => panel.active,
    mark: (next) => {
      if (next === mark) return;
      mark = next;
      drawTitle();
    },
  };
}
