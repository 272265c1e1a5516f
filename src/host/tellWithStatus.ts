// Says how the model is reached, or why not, with the way to the page that shows all of it.
import * as vscode from 'vscode';

/** With a button, since VS Code cuts a message without one after its first line. */
export async function tellWithStatus(kind: 'info' | 'error', text: string): Promise<void> {
  const show = vscode.l10n.t('Show Status');
  const tell = kind === 'info' ? vscode.window.showInformationMessage : vscode.window.showErrorMessage;
  if ((await tell(text, show)) === show) await vscode.commands.executeCommand('assent.status');
}
