// Asks whether git shall leave out the local settings file, once something was written to it.
import * as vscode from 'vscode';
import type { IgnoreLine } from '../contracts/permission.ts';

/** Whether the person wants the line added. `shown` is the settings file, as people call it. */
export async function askToIgnore(shown: string, { file, line }: IgnoreLine): Promise<boolean> {
  const yes = vscode.l10n.t('Keep It Out of Git');
  const text = vscode.l10n.t(
    'What you chose stands in {0}, which git would take into a commit. To keep it out adds the line {1} to {2}.',
    shown,
    line,
    file,
  );
  return (await vscode.window.showInformationMessage(text, yes)) === yes;
}
