// The editor's selection as it may go with a prompt. It stays known while the chat has the focus.
import path from 'node:path';
import * as vscode from 'vscode';
import type { Attachment } from '../contracts/message.ts';
import type { Judge } from '../contracts/permission.ts';
import type { SelectionInfo } from '../protocol.ts';
import { isDenied } from './isDenied.ts';

const QUIET_MS = 120;
/** More than this is rather mentioned as a file. */
const LONGEST = 100_000;

export type SelectionWatch = {
  info(judge: Judge, root: string): Promise<SelectionInfo | undefined>;
  /** Undefined when there is none, or a rule forbids reading the file. */
  attachment(judge: Judge, root: string): Promise<Attachment | undefined>;
  /** The person's switch; holds for the window. */
  on: boolean;
  onChanged: vscode.Event<void>;
  dispose(): void;
};

export function watchSelection(): SelectionWatch {
  const changed = new vscode.EventEmitter<void>();
  let editor = vscode.window.activeTextEditor;
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => changed.fire(), QUIET_MS);
  };
  const subscriptions = [
    vscode.window.onDidChangeTextEditorSelection((event) => {
      if (event.textEditor !== editor && event.textEditor !== vscode.window.activeTextEditor) return;
      editor = event.textEditor;
      later();
    }),
    vscode.window.onDidChangeActiveTextEditor((active) => {
      // A chat tab that becomes active leaves no active text editor; the selection beside it still counts.
      if (active === undefined && editor !== undefined && vscode.window.visibleTextEditors.includes(editor)) return;
      editor = active;
      later();
    }),
    vscode.workspace.onDidCloseTextDocument((document) => {
      if (editor?.document !== document) return;
      editor = undefined;
      later();
    }),
  ];
  const selected = () => {
    if (editor === undefined || editor.document.uri.scheme !== 'file' || editor.selection.isEmpty) return undefined;
    const { start, end } = editor.selection;
    // A selection that ends before the first character of a line does not show that line.
    const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
    const text = editor.document.getText(editor.selection);
    if (text.length > LONGEST) return undefined;
    return { path: editor.document.uri.fsPath, lines: [start.line + 1, last] as [number, number], text };
  };
  const watch: SelectionWatch = {
    on: true,
    onChanged: changed.event,
    info: async (judge, root) => {
      const now = selected();
      if (now === undefined) return undefined;
      const [from, to] = now.lines;
      const label = `${path.basename(now.path)}:${from === to ? from : `${from}-${to}`}`;
      return { path: now.path, label, lines: now.lines, excluded: await isDenied(judge, now.path, root) };
    },
    attachment: async (judge, root) => {
      const now = selected();
      if (now === undefined || (await isDenied(judge, now.path, root))) return undefined;
      return { type: 'selection', ...now };
    },
    dispose: () => {
      clearTimeout(timer);
      for (const subscription of subscriptions) subscription.dispose();
      changed.dispose();
    },
  };
  return watch;
}
