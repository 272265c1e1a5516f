// A box that waits for the browser to come back from a sign-in, and takes the address it ended on.
import * as vscode from 'vscode';
import type { Redirect } from '../contracts/login.ts';

export type BrowserBoxParts = {
  title: string;
  /** The address the browser is sent to. */
  page: string;
  redirect: Redirect;
  openExternal(address: string): PromiseLike<boolean>;
  /** The person closed the box before the browser came back. */
  gaveUp(): void;
  more?: ReadonlyArray<{ button: vscode.QuickInputButton; chosen(): void }>;
};

/** Open until the browser is back or nobody waits for it any longer. */
export function showBrowserBox({ title, page, redirect, openExternal, gaveUp, more = [] }: BrowserBoxParts): void {
  const box = vscode.window.createInputBox();
  const again = { iconPath: new vscode.ThemeIcon('link-external'), tooltip: vscode.l10n.t('Open the Page Again') };
  const copy = { iconPath: new vscode.ThemeIcon('copy'), tooltip: vscode.l10n.t('Copy the Address of the Page') };
  box.title = title;
  box.prompt = vscode.l10n.t(
    'Sign in in your browser. If it does not find its way back, paste the address it ended on.',
  );
  box.placeholder = vscode.l10n.t('Waiting for the browser…');
  box.ignoreFocusOut = true;
  box.busy = true;
  box.buttons = [again, copy, ...more.map(({ button }) => button)];
  let done = false;
  const subscriptions = [
    box,
    box.onDidHide(() => {
      if (!done) gaveUp();
    }),
    box.onDidChangeValue(() => {
      box.validationMessage = '';
    }),
    box.onDidAccept(() => {
      if (box.value.trim() === '' || redirect.accept(box.value)) return;
      box.validationMessage = vscode.l10n.t(
        'This is not the address this sign-in ends on. Copy the whole address from the browser.',
      );
    }),
    box.onDidTriggerButton((button) => {
      if (button === again) void openExternal(page);
      else if (button === copy) void vscode.env.clipboard.writeText(page);
      else more.find((one) => one.button === button)?.chosen();
    }),
  ];
  const close = () => {
    done = true;
    for (const subscription of subscriptions) subscription.dispose();
  };
  // Why nobody waits any longer is told to who did.
  redirect.result.then(close, close);
  box.show();
}
