// Builds the team's login: the same for every folder, since only the organisation's and the person's settings count.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import type { Login, LoginConfig } from '../contracts/login.ts';
import type { Settings } from '../contracts/settings.ts';
import { type Authentication, createAuthentication } from '../host/authentication.ts';
import { editorNetwork } from '../host/editorNetwork.ts';
import { cleanEnvironment } from '../host/environment.ts';
import { LOGIN_KEY } from '../host/ids.ts';
import type { Log } from '../host/log.ts';
import { createRedirects, type Redirects } from '../host/redirects.ts';
import { REDIRECT_PATH } from '../host/uri.ts';
import { forgetEveryLogin, PREFIX } from '../login/keptTokens.ts';
import { createLogin } from '../login/login.ts';
import { createNetwork } from '../network/network.ts';
import { loadSettings } from '../settings/load.ts';
import { managedDirOf } from './managedDir.ts';
import { oneWindow } from './oneWindow.ts';

export type TeamLoginParts = {
  context: vscode.ExtensionContext;
  configDir: string;
  log: Log;
  /** Accounts are others now: what shows them, or has a token, asks again. */
  changed(): void;
};

export type ComposedLogin = {
  authentication: Authentication;
  /** Serves servers of tools as well. */
  redirects: Redirects;
  /** The same one for the same settings. */
  of(config: LoginConfig): Login;
  dispose(): void;
};

/** As long as a person may take to find a password, a phone and a colleague. */
const TIMEOUT_MS = 10 * 60_000;

export function openTeamLogin({ context, configDir, log, changed }: TeamLoginParts): ComposedLogin {
  const { secrets, globalState, globalStorageUri } = context;
  const web = vscode.env.uiKind === vscode.UIKind.Web;
  const home = homedir();
  let settings: Settings | undefined;
  const read = async () => {
    const places = { root: home, home, configDir, managedDir: managedDirOf(context), env: process.env, trusted: false };
    settings = await loadSettings(places);
    return settings;
  };
  const env = () => ({ ...cleanEnvironment(process.env), ...settings?.env });
  const network = createNetwork({ env, editor: editorNetwork, mayRun: () => false });

  const storeChanged = new vscode.EventEmitter<void>();
  const logins = new Map<string, Login>();
  const of = (config: LoginConfig): Login => {
    const key = JSON.stringify(config);
    const known = logins.get(key);
    if (known !== undefined) return known;
    const login = createLogin(config, {
      secrets,
      now: Date.now,
      hide: log.hide,
      onEnded: (account) => authentication.ended(account),
      fetch: async (url, init) => {
        // Seldom enough to look at the settings anew: a proxy may have come.
        await read();
        return network.fetch(url, init);
      },
      alone: (name, work) =>
        oneWindow(globalStorageUri.fsPath, name, work, (cause) =>
          log.warn(`A token is renewed without waiting for other windows: ${String(cause)}`),
        ),
    });
    logins.set(key, login);
    return login;
  };
  const redirects = createRedirects({
    web,
    remote: vscode.env.remoteName !== undefined,
    own: `${vscode.env.uriScheme}://${context.extension.id}${REDIRECT_PATH}`,
    external: async (address) => (await vscode.env.asExternalUri(vscode.Uri.parse(address, true))).toString(true),
    page: landingPage,
    timeoutMs: TIMEOUT_MS,
  });
  const authentication = createAuthentication({
    login: async () => {
      const config = (await read()).login;
      return config && { config, login: of(config) };
    },
    forgetEveryLogin: () => forgetEveryLogin(secrets),
    receive: redirects.receive,
    web,
    // As a text: a Uri would write what is escaped in the query in another way.
    openExternal: (address) => vscode.env.openExternal(address as unknown as vscode.Uri),
    remember: (signedIn) => globalState.update(LOGIN_KEY, signedIn || undefined),
    onStoreChanged: storeChanged.event,
    changed,
    log,
  });
  const subscription = secrets.onDidChange(({ key }) => {
    if (key.startsWith(PREFIX)) storeChanged.fire();
  });
  return {
    authentication,
    redirects,
    of,
    dispose: () => {
      subscription.dispose();
      authentication.dispose();
      storeChanged.dispose();
    },
  };
}

function landingPage(which: 'done' | 'failed' | 'elsewhere'): { title: string; text: string } {
  switch (which) {
    case 'done':
      return {
        title: vscode.l10n.t('You can go back to VS Code'),
        text: vscode.l10n.t('Assent has what it needs. This page can be closed.'),
      };
    case 'failed':
      return {
        title: vscode.l10n.t('Signing in did not work'),
        text: vscode.l10n.t('VS Code says why, and how to go on. This page can be closed.'),
      };
    case 'elsewhere':
      return {
        title: vscode.l10n.t('Nothing waits here'),
        text: vscode.l10n.t('This sign-in is over, or belongs to another window. Start it again in VS Code.'),
      };
  }
}
