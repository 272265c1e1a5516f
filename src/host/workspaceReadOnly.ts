// Which files the person made read-only in VS Code: nothing tells an extension so but the settings themselves.
import path from 'node:path';
import * as vscode from 'vscode';
import { globToRegExp } from '../util/glob.ts';

/** By `files.readonlyInclude` and `files.readonlyExclude`, whose patterns are for whole paths or from the workspace folder on. */
export function isSetReadOnly(file: string): boolean {
  const uri = vscode.Uri.file(file);
  const settings = vscode.workspace.getConfiguration('files', uri);
  const root = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  const names = [file, ...(root === undefined ? [] : [path.relative(root, file)])].map((one) =>
    one.replaceAll(path.sep, '/'),
  );
  const matches = (setting: string) =>
    Object.entries(settings.get<Record<string, unknown>>(setting, {})).some(
      ([glob, on]) => on === true && names.some((name) => globToRegExp(glob).test(name)),
    );
  return matches('readonlyInclude') && !matches('readonlyExclude');
}
