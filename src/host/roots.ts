// The folders of the window that a conversation can be about, and which of them a person means.
import * as vscode from 'vscode';
import * as z from 'zod/mini';

const tabState = z.object({ root: z.string() });

export function fileRoots(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter((folder) => folder.uri.scheme === 'file')
    .map((folder) => folder.uri.fsPath);
}

/** Asks only when there are several; undefined when there is none or the person closes the list. */
export async function chooseRoot(title: string, now?: string): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
  if (folders.length <= 1) return folders[0]?.uri.fsPath;
  const items = folders.map((folder) => ({
    label: folder.name,
    description: folder.uri.fsPath,
    picked: folder.uri.fsPath === now,
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.description;
}

/** The folder that a page showed before the window was reloaded, or else the first one. */
export function rootOfTab(state: unknown): string | undefined {
  const root = tabState.safeParse(state).data?.root;
  const known = fileRoots();
  return known.find((one) => one === root) ?? known[0];
}
