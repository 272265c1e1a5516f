// Documents that are open in the editor: finding the one of a file, changing its text, reading its encoding.
import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { EditFunctions } from '../contracts/edit.ts';
import { toEncoding } from './workspaceEncodings.ts';

/** How a file is open: with unsaved text, as it is on disk, or with unsaved changes that we cannot read. */
export type OpenFile =
  | { state: 'dirty' | 'clean'; document: vscode.TextDocument }
  | { state: 'outOfReach'; notebook: boolean };

/**
 * Undefined when no tab shows the file and nothing of it is unsaved. A document that is loaded but in no tab does not
 * count: VS Code would open a tab for it as soon as it is changed. Text that was never saved, and is to be saved there, does.
 */
export async function findOpenFile(path: string): Promise<OpenFile | undefined> {
  const all = vscode.workspace.textDocuments.filter(({ isClosed }) => !isClosed);
  const unsavedYet = all.find(({ uri, isDirty }) => uri.scheme === 'untitled' && isDirty && isSame(uri, path));
  if (unsavedYet !== undefined) return { state: 'dirty', document: unsavedYet };
  const documents = all.filter(({ uri }) => uri.scheme === 'file');
  const document = documents.find(({ uri }) => isSame(uri, path)) ?? (await dirtyBehindLink(documents, path));
  if (document?.isDirty) return { state: 'dirty', document };
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const shown = tabs.filter((tab) => urisOf(tab).some((uri) => uri.scheme === 'file' && isSame(uri, path)));
  const unsaved = shown.find((tab) => tab.isDirty);
  if (unsaved !== undefined) {
    return { state: 'outOfReach', notebook: unsaved.input instanceof vscode.TabInputNotebook };
  }
  return document !== undefined && shown.length > 0 ? { state: 'clean', document } : undefined;
}

/** Unsaved text may be open under another name of the same file. */
async function dirtyBehindLink(
  documents: vscode.TextDocument[],
  path: string,
): Promise<vscode.TextDocument | undefined> {
  const dirty = documents.filter((document) => document.isDirty);
  if (dirty.length === 0) return undefined;
  const real = await realPathOf(path);
  const reals = await Promise.all(dirty.map(({ uri }) => realPathOf(uri.fsPath)));
  return dirty.find((_, index) => reals[index] === real);
}

/** The path itself when there is no such file any more. */
async function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function isSame(uri: vscode.Uri, path: string): boolean {
  return uri.fsPath === vscode.Uri.file(path).fsPath;
}

function urisOf({ input }: vscode.Tab): vscode.Uri[] {
  if (input instanceof vscode.TabInputTextDiff) return [input.original, input.modified];
  if (
    input instanceof vscode.TabInputText ||
    input instanceof vscode.TabInputCustom ||
    input instanceof vscode.TabInputNotebook
  ) {
    return [input.uri];
  }
  return [];
}

/** The kinds of line ending in a text. */
export function endingsOf(text: string): Set<string> {
  const kinds = new Set<string>();
  if (/\r\n/.test(text)) kinds.add('\r\n');
  if (/(?:^|[^\r])\n/.test(text)) kinds.add('\n');
  if (/\r(?!\n)/.test(text)) kinds.add('\r');
  return kinds;
}

/** True when a document can hold the text as it is: one kind of line ending, and one that VS Code knows. */
export function fitsDocument(text: string): boolean {
  const kinds = endingsOf(text);
  return kinds.size <= 1 && !kinds.has('\r');
}

/**
 * Puts `after` in place of `before`, which the document must hold, by the smallest edits by line; one undo takes them
 * back. False when the document was changed meanwhile.
 */
export async function replaceText(
  document: vscode.TextDocument,
  before: string,
  after: string,
  edits: EditFunctions,
): Promise<boolean> {
  if (document.getText() !== before) return false;
  const { hunks } = edits.change(document.uri.fsPath, before, after, toEncoding(document.encoding), '0');
  const changes = hunks.map((hunk) => {
    const start = hunk.beforeStart - 1;
    const range = document.validateRange(new vscode.Range(start, 0, start + hunk.beforeCount, 0));
    return vscode.TextEdit.replace(range, hunk.after);
  });
  const [ending] = endingsOf(after);
  const wanted = ending === '\r\n' ? vscode.EndOfLine.CRLF : vscode.EndOfLine.LF;
  if (ending !== undefined && wanted !== document.eol) changes.push(vscode.TextEdit.setEndOfLine(wanted));
  const edit = new vscode.WorkspaceEdit();
  edit.set(document.uri, changes);
  return vscode.workspace.applyEdit(edit);
}
