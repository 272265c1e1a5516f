// What a person sees while they sign in: a box that waits for the browser and takes its address, or a code to enter.
import * as vscode from 'vscode';
import type { DeviceCode, Login, LoginAccount, ReceiveRedirect, Redirect } from '../contracts/login.ts';
import { inNotice } from '../util/plainLine.ts';
import { showBrowserBox } from './browserBox.ts';

export type SignInStepsParts = {
  host: string;
  receive: ReceiveRedirect;
  /** VS Code runs in a browser, so no listener of ours is on the person's machine. */
  web: boolean;
  openExternal(address: string): PromiseLike<boolean>;
};

/** The same sign-in by another way, because the person wants it. */
const OTHER_WAY = Symbol('other way');

/** Until it is done or given up. Rejects as the login does, `login.cancelled` when a box was closed. */
export async function signInSteps(login: Login, parts: SignInStepsParts): Promise<LoginAccount> {
  const ways = await askForWays(login, parts.host);
  const both = ways.browser && ways.deviceCode;
  let byCode = ways.deviceCode && (parts.web || !ways.browser);
  for (;;) {
    const end = new AbortController();
    const box: Box = { end, otherWay: both };
    const work = byCode ? withCode(login, parts, box) : withBrowser(login, parts, box);
    try {
      return await work;
    } catch (error) {
      if (end.signal.reason !== OTHER_WAY) throw error;
      byCode = !byCode;
    }
  }
}

type Box = { end: AbortController; otherWay: boolean };
type Ways = Awaited<ReturnType<Login['ways']>>;

function askForWays(login: Login, host: string): Thenable<Ways> {
  const title = vscode.l10n.t('Asking {0} how to sign in…', inNotice(host));
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  return vscode.window.withProgress(options, async (_progress, cancelled) => {
    const stop = new AbortController();
    const subscription = cancelled.onCancellationRequested(() => stop.abort());
    try {
      return await login.ways(stop.signal);
    } finally {
      subscription.dispose();
    }
  });
}

function withBrowser(login: Login, parts: SignInStepsParts, { end, otherWay }: Box): Promise<LoginAccount> {
  const code = { iconPath: new vscode.ThemeIcon('device-mobile'), tooltip: vscode.l10n.t('Enter a Code Instead') };
  const open = async (page: string, redirect: Redirect) => {
    showBrowserBox({
      title: vscode.l10n.t('Sign in at {0}', parts.host),
      page,
      redirect,
      openExternal: parts.openExternal,
      gaveUp: () => end.abort(),
      more: otherWay ? [{ button: code, chosen: () => end.abort(OTHER_WAY) }] : [],
    });
    await parts.openExternal(page);
  };
  return login.withBrowser({ receive: parts.receive, open }, end.signal);
}

async function withCode(login: Login, parts: SignInStepsParts, { end, otherWay }: Box): Promise<LoginAccount> {
  const box = vscode.window.createQuickPick();
  const browser = {
    iconPath: new vscode.ThemeIcon('browser'),
    tooltip: vscode.l10n.t('Sign In in the Browser Instead'),
  };
  box.ignoreFocusOut = true;
  box.busy = true;
  box.buttons = otherWay ? [browser] : [];
  let shown: DeviceCode | undefined;
  const subscriptions = [
    box,
    box.onDidHide(() => end.abort()),
    box.onDidTriggerButton(() => end.abort(OTHER_WAY)),
    box.onDidAccept(async () => {
      if (shown === undefined) return;
      await vscode.env.clipboard.writeText(shown.code);
      if (box.activeItems[0] === box.items[0]) await parts.openExternal(shown.link ?? shown.address);
    }),
  ];
  const show = (code: DeviceCode) => {
    shown = code;
    box.title = vscode.l10n.t('Sign in at {0}', parts.host);
    box.placeholder = vscode.l10n.t('Enter the code {0} at {1}', code.code, code.address);
    box.items = [
      { label: `$(link-external) ${vscode.l10n.t('Copy the code and open the page')}`, description: code.code },
      { label: `$(copy) ${vscode.l10n.t('Copy the code only')}`, description: code.code, detail: code.address },
    ];
    box.show();
  };
  try {
    return await login.withDeviceCode(show, end.signal);
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
}
