// The key a person typed in, kept in VS Code's secret storage and nowhere else.
import type * as vscode from 'vscode';

const KEY = 'assent.apiKey';

export type StoredKey = {
  get(): Promise<string | undefined>;
  set(value: string): Promise<void>;
  forget(): Promise<void>;
  /** Also when another window of the same profile changed it. */
  onChanged(listener: () => void): vscode.Disposable;
};

export function createStoredKey(secrets: vscode.SecretStorage): StoredKey {
  return {
    get: async () => (await secrets.get(KEY)) || undefined,
    set: async (value) => secrets.store(KEY, value),
    forget: async () => secrets.delete(KEY),
    onChanged: (listener) =>
      secrets.onDidChange((event) => {
        if (event.key === KEY) listener();
      }),
  };
}
