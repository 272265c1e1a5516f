// Where the organisation's settings are.
import * as vscode from 'vscode';
import { defaultManagedDir } from '../settings/findFiles.ts';

/** Only a test may say (decisions 37). */
export function managedDirOf({ extensionMode }: vscode.ExtensionContext): string {
  const ofTest =
    extensionMode === vscode.ExtensionMode.Production ? undefined : process.env['ASSENT_MANAGED_SETTINGS_DIR'];
  return ofTest || defaultManagedDir(process.platform);
}
