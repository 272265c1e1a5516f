// One step of a choice by keyboard: a list that stays while its rows show something, and goes back with a button or key.
import * as vscode from 'vscode';

/** `show` is done without leaving the list; a row with neither `value` nor `show` only tells something. */
export type StepRow<T> = vscode.QuickPickItem & { value?: T; show?: () => unknown };
export type Step<T> = { title: string; placeholder: string; rows: StepRow<T>[]; back?: boolean };

const SHOW: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('diff'),
  get tooltip() {
    return vscode.l10n.t('Show the changes');
  },
};

export function separator(label: string): StepRow<never> {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Undefined when the person leaves. */
export function takeStep<T>({ title, placeholder, rows, back }: Step<T>): Promise<T | 'back' | undefined> {
  const list = vscode.window.createQuickPick<StepRow<T>>();
  Object.assign(list, { title, placeholder, ignoreFocusOut: true, matchOnDescription: true, matchOnDetail: true });
  list.items = rows.map((row) =>
    row.show === undefined || row.value === undefined ? row : { ...row, buttons: [SHOW] },
  );
  if (back) list.buttons = [vscode.QuickInputButtons.Back];
  return new Promise((resolve) => {
    const end = (value: T | 'back' | undefined) => {
      resolve(value);
      list.dispose();
    };
    list.onDidAccept(() => {
      const [row] = list.selectedItems;
      if (row?.value !== undefined) end(row.value);
      else row?.show?.();
    });
    list.onDidTriggerItemButton(({ item }) => item.show?.());
    list.onDidTriggerButton(() => end('back'));
    list.onDidHide(() => end(undefined));
    list.show();
  });
}
