// Signing in and out. The key goes from the box into secret storage and nowhere else.
import * as vscode from 'vscode';
import type { CredentialSource } from '../contracts/provider.ts';
import type { Account } from '../protocol.ts';
import type { StoredKey } from './secrets.ts';

export type SignInParts = {
  key: StoredKey;
  /** How a model is reached now. */
  account(): Promise<Account>;
  /** The person's own settings file, where variables may stand. */
  userSettings: string;
};

export async function signIn(parts: SignInParts): Promise<void> {
  const type = vscode.l10n.t('Enter an API key');
  const variables = vscode.l10n.t('Use variables of a gateway or a team');
  const items: vscode.QuickPickItem[] = [
    {
      label: `$(key) ${type}`,
      detail: vscode.l10n.t('From the Anthropic Console. Kept in the secret storage of VS Code.'),
    },
    {
      label: `$(json) ${variables}`,
      detail: vscode.l10n.t(
        'Opens your settings file: put {0} or {1}, and {2} for a gateway, into its “env”.',
        'ANTHROPIC_API_KEY',
        'ANTHROPIC_AUTH_TOKEN',
        'ANTHROPIC_BASE_URL',
      ),
    },
  ];
  const title = vscode.l10n.t('How does Assent reach the model?');
  const choice = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (choice === undefined) return;
  if (choice !== items[0]) return openSettings(parts.userSettings);
  const before = await parts.account();
  const host = before.state === 'rehearsal' ? undefined : before.host;
  const value = await vscode.window.showInputBox({
    title: type,
    password: true,
    ignoreFocusOut: true,
    prompt:
      host === undefined
        ? vscode.l10n.t('The key is sent to the model provider only.')
        : vscode.l10n.t('The key is sent to {0} only, as your settings say.', host),
    validateInput: (text) =>
      text === '' || isKey(text.trim()) ? undefined : vscode.l10n.t('A key is one word of letters, digits and signs.'),
  });
  if (value === undefined || value.trim() === '') return;
  await parts.key.set(value.trim());
  const account = await parts.account();
  const shadowed = account.state === 'ready' && account.source !== 'stored';
  void vscode.window.showInformationMessage(
    shadowed
      ? vscode.l10n.t('The key is stored, but {0} is set and is used before it.', variableOf(account.source))
      : vscode.l10n.t('Signed in. The key is in the secret storage of VS Code.'),
  );
}

/** Forgets the stored key, and says what else still signs in. */
export async function signOut(parts: SignInParts): Promise<void> {
  await parts.key.forget();
  const account = await parts.account();
  void vscode.window.showInformationMessage(
    account.state === 'ready'
      ? vscode.l10n.t('The stored key is forgotten. {0} is still set and is used.', variableOf(account.source))
      : vscode.l10n.t('Signed out. The stored key is forgotten.'),
  );
}

function variableOf(source: CredentialSource): string {
  return source === 'authToken' ? 'ANTHROPIC_AUTH_TOKEN' : 'ANTHROPIC_API_KEY';
}

function isKey(text: string): boolean {
  return /^[\x21-\x7e]{8,16384}$/.test(text);
}

async function openSettings(file: string): Promise<void> {
  const uri = vscode.Uri.file(file);
  const exists = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  const edit = exists ? uri : uri.with({ scheme: 'untitled' });
  const document = await vscode.workspace.openTextDocument(edit);
  const editor = await vscode.window.showTextDocument(document);
  if (!exists && document.getText() === '') {
    const sample = '{\n  "env": {\n    "ANTHROPIC_API_KEY": ""\n  }\n}\n';
    await editor.edit((builder) => builder.insert(new vscode.Position(0, 0), sample));
  }
}
