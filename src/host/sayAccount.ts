// How an account is named to people.
import * as vscode from 'vscode';
import type { CredentialSource } from '../contracts/provider.ts';
import type { Account } from '../protocol.ts';

/** What signs in, as a person would say it. */
export function sourceName(account: Extract<Account, { state: 'ready' }>): string {
  const name = account.name ?? '';
  const names: Partial<Record<CredentialSource, string>> = {
    login: vscode.l10n.t('the sign-in of your team'),
    stored: vscode.l10n.t('the stored key {0}', name),
    helper: vscode.l10n.t('the script apiKeyHelper of the settings'),
  };
  return names[account.source] ?? vscode.l10n.t('{0} is set', name);
}
