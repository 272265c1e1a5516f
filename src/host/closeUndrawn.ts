// Makes room for a page of which an earlier window left a tab behind.
import * as vscode from 'vscode';

/**
 * A tab of an earlier window that nobody has looked at yet is not ours to fill: VS Code hands it over once it is drawn.
 * Resolves to the column where it stood.
 */
export async function closeUndrawn(type: string): Promise<vscode.ViewColumn | undefined> {
  const undrawn = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    // VS Code puts a word of its own in front of the type.
    .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(`-${type}`));
  if (undrawn.length > 0) await vscode.window.tabGroups.close(undrawn, true);
  return undrawn[0]?.group.viewColumn;
}
