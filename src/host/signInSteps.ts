// What a person sees while they sign in: a box that waits for the browser and takes its address, or a code to enter.
import * as vscode from 'vscode';
import type { DeviceCode, Login, LoginAccount, ReceiveRedirect, Redirect } from '../contracts/login.ts';
import { inNotice } from '../util/plainLine.ts';

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

async function withBrowser(login: Login, parts: SignInStepsParts, { end, otherWay }: Box): Promise<LoginAccount> {
  const box = vscode.window.createInputBox();
  const again = { iconPath: new vscode.ThemeIcon('link-external'), tooltip: vscode.l10n.t('Open the Page Again') };
  const copy = { iconPath: new vscode.ThemeIcon('copy'), tooltip: vscode.l10n.t('Copy the Address of the Page') };
  const code = { iconPath: new vscode.ThemeIcon('device-mobile'), tooltip: vscode.l10n.t('Enter a Code Instead') };
  box.title = vscode.l10n.t('Sign in at {0}', parts.host);
  box.prompt = vscode.l10n.t(
    'Sign in in your browser. If it does not find its way back, paste the address it ended on.',
  );
  box.placeholder = vscode.l10n.t('Waiting for the browser…');
  box.ignoreFocusOut = true;
  box.busy = true;
  box.buttons = otherWay ? [again, copy, code] : [again, copy];
  let page = '';
  let waiting: Redirect | undefined;
  const subscriptions = [
    box,
    box.onDidHide(() => end.abort()),
    box.onDidChangeValue(() => {
      box.validationMessage = '';
    }),
    box.onDidAccept(() => {
      if (box.value.trim() === '' || waiting?.accept(box.value) === true) return;
      box.validationMessage = vscode.l10n.t(
        'This is not the address this sign-in ends on. Copy the whole address from the browser.',
      );
    }),
    box.onDidTriggerButton((button) => {
      if (button === again) void parts.openExternal(page);
      else if (button === copy) void vscode.env.clipboard.writeText(page);
      else end.abort(OTHER_WAY);
    }),
  ];
  const open = async (address: string, redirect: Redirect) => {
    page = address;
    waiting = redirect;
    box.show();
    await parts.openExternal(address);
  };
  try {
    return await login.withBrowser({ receive: parts.receive, open }, end.signal);
  } finally {
    for (const subscription of subscriptions) subscription.dispose();
  }
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
