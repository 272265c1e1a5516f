// The journal of a root folder, kept where VS Code keeps our data, for all windows that open the folder.
import { createHash } from 'node:crypto';
import path from 'node:path';
import * as vscode from 'vscode';
import type { EditFunctions } from '../contracts/edit.ts';
import type { Journal, Recorder } from '../contracts/journal.ts';
import type { Settings } from '../contracts/settings.ts';
import type { Workspace } from '../contracts/workspace.ts';
import { createJournal } from '../edits/journal/journal.ts';
import { writeAtomically } from '../edits/writeAtomically.ts';
import { isOn } from '../util/envValue.ts';

export type JournalOf = {
  /** Real path. */
  root: string;
  storage: string;
  edits: EditFunctions;
  workspace: Workspace;
  settings(): Settings;
  env(): Readonly<Record<string, string | undefined>>;
  log(text: string): void;
};

/** Long enough that the start of a window has nothing to do with it. */
const SWEEP_AFTER_MS = 60_000;

export function openJournal(parts: JournalOf): { journal: Journal; recorder: Recorder; dispose(): void } {
  const { root, storage, settings, env } = parts;
  const name = createHash('sha256').update(root).digest('hex').slice(0, 20);
  const files = () => vscode.workspace.textDocuments.filter(({ uri, isClosed }) => uri.scheme === 'file' && !isClosed);
  const { journal, recorder, noteWritten, noteChanged, sweep } = createJournal({
    ...parts,
    folder: path.join(storage, 'journal', name),
    writeAtomically,
    trusted: () => vscode.workspace.isTrusted,
    enabled: () =>
      settings().values['fileCheckpointingEnabled'] !== false && !isOn(env()['CLAUDE_CODE_DISABLE_FILE_CHECKPOINTING']),
    openFiles: () => files().map(({ uri }) => uri.fsPath),
    now: Date.now,
  });
  const saved = vscode.workspace.onDidSaveTextDocument(({ uri }) => {
    if (uri.scheme === 'file') noteWritten(uri.fsPath);
  });
  // Told by the watcher that VS Code has anyway; git's own files are nobody's work.
  const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(root), '**'));
  const changed = ({ fsPath }: vscode.Uri) => {
    if (!/[\\/]\.git[\\/]/.test(fsPath)) void noteChanged(fsPath);
  };
  const watching = [watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
  const sweeping = setTimeout(() => void sweep(settings().cleanupPeriodDays), SWEEP_AFTER_MS);
  sweeping.unref();
  return {
    journal,
    recorder,
    dispose: () => {
      saved.dispose();
      for (const one of watching) one.dispose();
      clearTimeout(sweeping);
    },
  };
}
