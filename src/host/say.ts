// Says a `Because` in the language of VS Code: the English sentence is the key of the translation bundle.
import * as vscode from 'vscode';
import type { Because } from '../contracts/permission.ts';
import { phraseOf } from '../util/phrases.ts';

export function say(because: Because): string {
  return vscode.l10n.t(phraseOf(because), because.args);
}
