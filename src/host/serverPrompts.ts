// A prompt of a server that was typed as a command: what is missing is asked for, and the server makes its text of it.
import * as vscode from 'vscode';
import type { ServedPrompt } from '../contracts/message.ts';
import { inNotice } from '../util/plainLine.ts';

export type TypedPrompt = {
  server: string;
  prompt: string;
  /** Arguments that are required and were not typed. */
  missing: ReadonlyArray<{ name: string; description?: string }>;
  /** Rejects with a readable reason. */
  fetch(more: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ServedPrompt>;
};

/** Undefined when the person does not go on. Rejects with a readable reason. */
export async function fetchTyped(typed: TypedPrompt): Promise<ServedPrompt | undefined> {
  const more: Record<string, string> = {};
  for (const [at, { name, description }] of typed.missing.entries()) {
    const value = await vscode.window.showInputBox({
      title: vscode.l10n.t('{0} of {1} needs {2}', inNotice(typed.prompt), inNotice(typed.server), inNotice(name)),
      prompt:
        description === undefined
          ? vscode.l10n.t('It goes to the server. Do not enter passwords or keys.')
          : inNotice(description),
      placeHolder: typed.missing.length > 1 ? `${at + 1} / ${typed.missing.length}` : '',
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('This is required.') : undefined),
    });
    if (value === undefined) return undefined;
    more[name] = value;
  }
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t('{0} prepares a prompt', inNotice(typed.server)),
      cancellable: false,
    },
    () => typed.fetch(more, new AbortController().signal),
  );
}
