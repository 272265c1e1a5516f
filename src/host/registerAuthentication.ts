// Tells VS Code of our accounts without loading what knows them: VS Code asks at once, and mostly there are none.
import * as vscode from 'vscode';
import { LOGIN_KEY } from './ids.ts';

export type Accounts = vscode.Disposable & {
  /** From now on VS Code hears of changes; what knows the accounts may be loaded for another reason than VS Code's. */
  attach(provider: vscode.AuthenticationProvider): void;
};

/** `load` is called once somebody has signed in, or is about to; it attaches. */
export function registerAuthentication(
  state: vscode.Memento,
  load: () => Promise<vscode.AuthenticationProvider>,
): Accounts {
  const changes = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  let attached = false;
  const registration = vscode.authentication.registerAuthenticationProvider(
    'assent',
    'Assent',
    {
      onDidChangeSessions: changes.event,
      getSessions: async (scopes, options) =>
        state.get(LOGIN_KEY) === true || attached ? (await load()).getSessions(scopes, options) : [],
      createSession: async (scopes, options) => (await load()).createSession(scopes, options),
      removeSession: async (id) => (await load()).removeSession(id),
    },
    { supportsMultipleAccounts: true },
  );
  return {
    attach: (provider) => {
      attached = true;
      provider.onDidChangeSessions((event) => changes.fire(event));
    },
    dispose: () => vscode.Disposable.from(registration, changes).dispose(),
  };
}
