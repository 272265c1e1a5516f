// The team's login as VS Code knows it: accounts in its Accounts menu, sessions, signing in and out.
import * as vscode from 'vscode';
import type { Login, LoginAccount, LoginConfig, ReceiveRedirect, TeamLogin } from '../contracts/login.ts';
import { hostOf } from '../util/hostOf.ts';
import { LoginFailure } from '../util/loginFailure.ts';
import { inNotice } from '../util/plainLine.ts';
import { becauseOf } from './becauseOf.ts';
import type { Log } from './log.ts';
import { say } from './say.ts';
import { signInSteps } from './signInSteps.ts';

export type AuthenticationParts = {
  /** What the settings configure now. */
  login(): Promise<{ config: LoginConfig; login: Login } | undefined>;
  /** Also of logins that settings no longer configure. */
  forgetEveryLogin(): Promise<void>;
  receive: ReceiveRedirect;
  web: boolean;
  openExternal(address: string): PromiseLike<boolean>;
  /** Whether anybody is signed in, for the next start: see `registerAuthentication`. */
  remember(signedIn: boolean): PromiseLike<void>;
  /** Accounts or tokens are others now, in whichever window that happened. */
  onStoreChanged: vscode.Event<void>;
  /** What uses the token has to ask for it anew. */
  changed(): void;
  log: Log;
};

export type Authentication = vscode.AuthenticationProvider &
  TeamLogin & {
    /** The identity provider has ended the session of an account. */
    ended(account: LoginAccount): void;
    dispose(): void;
  };

/** A session that another extension asks for does not wait longer for a new token. */
const RENEW_MS = 20_000;

export function createAuthentication(parts: AuthenticationParts): Authentication {
  const changes = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  /** As VS Code last heard; undefined before it heard anything. */
  let known: LoginAccount[] | undefined;
  let comparing: Promise<void> = Promise.resolve();

  const accounts = async () => (await (await parts.login())?.login.accounts()) ?? [];

  /** Tells whoever shows accounts what is not as they last heard. One at a time, so that nothing is told twice. */
  const compare = (why: 'asked' | 'changed') => {
    comparing = comparing.then(async () => {
      const before = known;
      const now = (await accounts()).filter((account) => !account.ended);
      known = now;
      await parts.remember(now.length > 0);
      if (before === undefined && why === 'asked') return;
      const without = (list: LoginAccount[], others: LoginAccount[]) =>
        list.filter(({ id }) => !others.some((one) => one.id === id)).map((account) => sessionOf(account, ''));
      const [added, removed] = [without(now, before ?? []), without(before ?? [], now)];
      const differs = added.length + removed.length > 0;
      if (differs) changes.fire({ added, removed, changed: [] });
      if (differs || before === undefined) parts.changed();
    });
    comparing = comparing.catch((cause: unknown) => parts.log.error('The accounts could not be read', cause));
    return comparing;
  };

  const tokenOf = async (id: string) => {
    const token = await (await parts.login())?.login.token(false, AbortSignal.timeout(RENEW_MS), id);
    if (token === undefined) throw new LoginFailure('cancelled');
    return token;
  };

  const signInNow = async (): Promise<LoginAccount> => {
    const configured = await parts.login();
    if (configured === undefined) throw new LoginFailure('notConfigured');
    const { config, login } = configured;
    const account = await signInSteps(login, { ...parts, host: hostOf(config.issuer) });
    await compare('changed');
    return account;
  };

  /** One who is signed in already may be meant: undefined for somebody else, false for nobody. */
  const chooseAccount = async (): Promise<LoginAccount | undefined | false> => {
    const [current, ...others] = (await accounts()).filter((account) => !account.ended);
    if (current === undefined) return undefined;
    const items = [current, ...others].map((account) => ({
      label: `$(account) ${account.label}`,
      ...(account === current ? { description: vscode.l10n.t('in use') } : {}),
      account,
    }));
    const another = { label: `$(add) ${vscode.l10n.t('Sign in with another account')}`, account: undefined };
    const title = vscode.l10n.t('Which account of your team is used?');
    const choice = await vscode.window.showQuickPick([...items, another], { title });
    if (choice?.account === undefined) return choice === undefined ? false : undefined;
    await (await parts.login())?.login.choose(choice.account.id);
    parts.changed();
    return choice.account;
  };

  const signIn = async (): Promise<LoginAccount | undefined> => {
    const chosen = await chooseAccount();
    if (chosen !== undefined) return chosen === false ? undefined : chosen;
    for (;;) {
      try {
        const account = await signInNow();
        void vscode.window.showInformationMessage(vscode.l10n.t('Signed in as {0}.', inNotice(account.label)));
        return account;
      } catch (error) {
        const because = becauseOf(error);
        if (because.code === 'login.cancelled') return undefined;
        parts.log.warn(`Signing in failed: ${String(error)}`);
        const again = vscode.l10n.t('Sign In Again');
        if ((await vscode.window.showErrorMessage(say(because), again)) !== again) return undefined;
      }
    }
  };

  const signOut = async (only?: string) => {
    const configured = await parts.login();
    if (configured !== undefined) await signOutOf(configured, only);
    if (only === undefined) await parts.forgetEveryLogin();
    await compare('changed');
  };

  const signOutOf = async ({ config, login }: { config: LoginConfig; login: Login }, only: string | undefined) => {
    const leaving = (await login.accounts()).filter(({ id }) => only === undefined || id === only);
    for (const { id, label } of leaving) {
      const told = await login.signOut(id);
      if (told) continue;
      const text = vscode.l10n.t(
        '{0} is forgotten here, but {1} could not be told. Its sessions can be ended on its own account page.',
        inNotice(label),
        inNotice(hostOf(config.issuer)),
      );
      void vscode.window.showWarningMessage(text);
    }
  };

  const subscription = parts.onStoreChanged(() => void compare('changed'));

  return {
    onDidChangeSessions: changes.event,
    getSessions: async (scopes, options) => {
      await compare('asked');
      const found = (known ?? []).filter(
        (account) =>
          (scopes ?? []).every((scope) => account.scopes.includes(scope)) &&
          (options?.account === undefined || account.id === options.account.id),
      );
      // The Accounts menu asks without scopes, and uses no token: nothing is renewed for it.
      if (scopes === undefined) return found.map((account) => sessionOf(account, ''));
      return inWords(() => Promise.all(found.map(async (account) => sessionOf(account, await tokenOf(account.id)))));
    },
    createSession: (scopes) =>
      inWords(async () => {
        const granted = (await parts.login())?.config.scopes;
        const scope = granted && scopes.find((one) => !granted.includes(one));
        if (scope !== undefined) throw new LoginFailure('notGranted', { scope });
        const account = await signInNow();
        return sessionOf(account, await tokenOf(account.id));
      }),
    removeSession: signOut,
    configured: async () => {
      const configured = await parts.login();
      return configured && hostOf(configured.config.issuer);
    },
    accounts,
    signIn,
    signOut,
    ended: ({ label }) => {
      void compare('changed');
      const again = vscode.l10n.t('Sign In Again');
      const text = vscode.l10n.t(
        '{0} is no longer signed in: the session has expired or was taken back.',
        inNotice(label),
      );
      vscode.window.showWarningMessage(text, again).then(
        (choice) => (choice === again ? signIn() : undefined),
        (cause: unknown) => parts.log.error('Signing in could not be offered', cause),
      );
    },
    dispose: () => {
      subscription.dispose();
      changes.dispose();
    },
  };
}

/** What VS Code shows of a failure is its message. */
async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(say(becauseOf(error)));
  }
}

function sessionOf({ id, label, scopes }: LoginAccount, accessToken: string): vscode.AuthenticationSession {
  return { id, accessToken, account: { id, label }, scopes };
}
