// A box for a key or a token: what is entered is tried before it is taken.
import * as vscode from 'vscode';
import type { Trial } from '../contracts/provider.ts';
import { say } from './say.ts';

export type SecretQuestion = { title: string; prompt: string; attempt(text: string): Promise<Trial> };

/** Undefined when the person left. A wrong one is told in the box; one that nobody could try is taken after a yes. */
export async function askSecret({ title, prompt, attempt }: SecretQuestion): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  Object.assign(box, { title, prompt, password: true, ignoreFocusOut: true });
  const entered = await new Promise<{ text: string; detail?: string } | undefined>((resolve) => {
    const accept = async () => {
      const text = box.value.trim();
      if (text === '' || !box.enabled) return;
      if (!isSecret(text)) {
        box.validationMessage = vscode.l10n.t('A key is one word of letters, digits and signs.');
        return;
      }
      box.busy = true;
      box.enabled = false;
      const trial = await attempt(text).catch(
        (error: unknown): Trial => ({ state: 'untested', detail: String(error) }),
      );
      box.busy = false;
      box.enabled = true;
      if (trial.state === 'accepted') resolve({ text });
      else if (trial.state === 'untested')
        resolve({ text, detail: trial.because === undefined ? trial.detail : say(trial.because) });
      else {
        const words = trial.detail === '' ? '' : ` (${trial.detail})`;
        box.validationMessage = vscode.l10n.t('It was not accepted{0}. Nothing was stored. Enter another.', words);
      }
    };
    box.onDidAccept(() => void accept());
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidHide(() => resolve(undefined));
    box.show();
  });
  box.dispose();
  if (entered?.detail === undefined) return entered?.text;
  const store = vscode.l10n.t('Store anyway');
  const check = vscode.l10n.t('Check the Connection');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('The key could not be tried ({0}). Store it anyway?', entered.detail),
    store,
    check,
  );
  if (choice === check) void vscode.commands.executeCommand('assent.status');
  return choice === store ? entered.text : undefined;
}

function isSecret(text: string): boolean {
  return /^[\x21-\x7e]{8,16384}$/.test(text);
}
