// What the commands of reviews share: which place a menu named, asking for a comment, a word in the status bar.
import * as vscode from 'vscode';

/** A document, the line counted from 1, and a hunk by id, as far as a menu, a code lens or a peek view names them. */
export type NamedPlace = { uri: vscode.Uri; line?: number; hunk?: string };

/**
 * What VS Code hands to a command in a title or context menu; from the peek view of a change also all changes and one; from
 * the list of a source control an entry of it.
 */
export function lineNamed([value, changes, index]: unknown[]): NamedPlace | undefined {
  if (value instanceof vscode.Uri) {
    const line = Array.isArray(changes) && typeof index === 'number' ? modifiedLine(changes[index]) : undefined;
    return { uri: value, ...(line === undefined ? {} : { line }) };
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if ('resourceUri' in value && value.resourceUri instanceof vscode.Uri) return { uri: value.resourceUri };
  if (!('uri' in value) || !(value.uri instanceof vscode.Uri)) return undefined;
  const line = 'lineNumber' in value && typeof value.lineNumber === 'number' ? value.lineNumber : undefined;
  const hunk = 'hunk' in value && typeof value.hunk === 'string' ? value.hunk : undefined;
  return { uri: value.uri, ...(line === undefined ? {} : { line }), ...(hunk === undefined ? {} : { hunk }) };
}

/** Of a change without lines of its own VS Code names the line before it. */
function modifiedLine(change: unknown): number | undefined {
  if (typeof change !== 'object' || change === null || !('modifiedStartLineNumber' in change)) return undefined;
  return typeof change.modifiedStartLineNumber === 'number' ? change.modifiedStartLineNumber : undefined;
}

/** Undefined when the person thought better of it. */
export async function askForComment(name: string): Promise<string | undefined> {
  const comment = await vscode.window.showInputBox({
    title: vscode.l10n.t('Reject with a comment: {0}', name),
    prompt: vscode.l10n.t('What should be done instead?'),
  });
  return comment?.trim();
}

export function say(text: string): void {
  vscode.window.setStatusBarMessage(text, 5000);
}
