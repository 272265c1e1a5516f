// What a person sees of signing in to a server of tools: where they are about to go and what for, then the box that waits.
import * as vscode from 'vscode';
import type { Redirect } from '../contracts/login.ts';
import type { ServerSignIn } from '../contracts/mcp.ts';
import { inNotice } from '../util/plainLine.ts';
import { cutEnd } from '../util/truncate.ts';
import { showBrowserBox } from './browserBox.ts';

const LONGEST = 300;

/** Nothing is opened before a yes. Asked for by the person it is a list; by a server, a notice that takes no focus. */
export async function confirmServerSignIn(request: ServerSignIn): Promise<boolean> {
  const { server, host, scopes, added } = request;
  if (added !== undefined) {
    const go = vscode.l10n.t('Sign In');
    const text = vscode.l10n.t(
      'The server {0} wants more than it was given: {1}. To add it you would sign in again at {2}.',
      inNotice(server),
      inNotice(listOf(added)),
      inNotice(host),
    );
    return (await vscode.window.showWarningMessage(text, go, vscode.l10n.t('Not Now'))) === go;
  }
  const go = {
    label: `$(link-external) ${vscode.l10n.t('Open {0} in the browser', inNotice(host))}`,
    detail:
      scopes.length === 0
        ? vscode.l10n.t('The server does not say what it asks for.')
        : vscode.l10n.t('It asks for: {0}', inNotice(listOf(scopes))),
  };
  const stop = { label: `$(close) ${vscode.l10n.t('Do not sign in')}` };
  const title = vscode.l10n.t('Sign in to the server {0}', inNotice(server));
  return (await vscode.window.showQuickPick([go, stop], { title, ignoreFocusOut: true })) === go;
}

export async function openServerSignIn(
  page: string,
  redirect: Redirect,
  { server, host }: ServerSignIn,
  openExternal: (address: string) => PromiseLike<boolean>,
): Promise<void> {
  showBrowserBox({
    title: vscode.l10n.t('Sign in to the server {0} at {1}', inNotice(server), inNotice(host)),
    page,
    redirect,
    openExternal,
    gaveUp: () => redirect.dispose(),
  });
  await openExternal(page);
}

function listOf(scopes: readonly string[]): string {
  return cutEnd(scopes.join(', '), LONGEST);
}
