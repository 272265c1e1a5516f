// The entry in the status bar: opens the chat, and always shows that a question waits.
import * as vscode from 'vscode';

export type StatusBar = { show(now: { waiting: number; running: number }): void; dispose(): void };

export function createStatusBar(): StatusBar {
  const item = vscode.window.createStatusBarItem('assent.status', vscode.StatusBarAlignment.Right, 90);
  item.name = 'Assent';
  item.command = 'assent.focus';
  const show: StatusBar['show'] = ({ waiting, running }) => {
    if (waiting > 0) {
      item.text = `$(bell-dot) ${waiting === 1 ? vscode.l10n.t('Assent asks') : vscode.l10n.t('Assent asks ({0})', waiting)}`;
      item.tooltip = vscode.l10n.t('A question waits for your answer. Click to see it.');
      item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
    } else {
      item.text = running > 0 ? '$(loading~spin) Assent' : '$(comment-discussion) Assent';
      item.tooltip = running > 0 ? vscode.l10n.t('Assent is at work') : vscode.l10n.t('Open the chat');
      item.backgroundColor = undefined;
    }
    item.accessibilityInformation = { label: `Assent: ${item.tooltip}`, role: 'button' };
  };
  show({ waiting: 0, running: 0 });
  item.show();
  return { show, dispose: () => item.dispose() };
}
