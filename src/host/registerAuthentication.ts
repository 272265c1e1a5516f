// Tells VS Code of our accounts without loading what knows them: VS Code asks at once, and mostly there are none.
import * as vscode from 'vscode';
import { LOGIN_KEY } from './ids.ts';

/** `load` is called once somebody has signed in, or is about to. */
export function registerAuthentication(
  state: vscode.Memento,
  load: () => Promise<vscode.AuthenticationProvider>,
): vscode.Disposable {
  const changes = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  let loaded: Promise<vscode.AuthenticationProvider> | undefined;
  const provider = () => {
    loaded ??= load().then((one) => {
      one.onDidChangeSessions((event) => changes.fire(event));
      return one;
    });
    return loaded;
  };
  const registration = vscode.authentication.registerAuthenticationProvider(
    'assent',
    'Assent',
    {
      onDidChangeSessions: changes.event,
      getSessions: async (scopes, options) =>
        state.get(LOGIN_KEY) === true || loaded !== undefined ? (await provider()).getSessions(scopes, options) : [],
      createSession: async (scopes, options) => (await provider()).createSession(scopes, options),
      removeSession: async (id) => (await provider()).removeSession(id),
    },
    { supportsMultipleAccounts: true },
  );
  return vscode.Disposable.from(registration, changes);
}
