// Values that `.vscode/mcp.json` wants from the person: asked for by VS Code, kept in its secret storage.
import { createHash } from 'node:crypto';
import * as vscode from 'vscode';

export type InputWish = { id: string; description?: string; default?: string; password: boolean; options?: string[] };
export type StoredInputs = {
  /** By id. */
  all(): Promise<Record<string, string>>;
  /** Undefined once the person gives up. */
  ask(wish: InputWish): Promise<string | undefined>;
  keep(values: Readonly<Record<string, string>>): Promise<void>;
};

export function createStoredInputs(file: string, secrets: vscode.SecretStorage): StoredInputs {
  const key = `assent.inputs:${createHash('sha256').update(file).digest('hex').slice(0, 32)}`;
  const all = async () => {
    const text = await secrets.get(key);
    if (text === undefined) return {};
    try {
      return keptIn(JSON.parse(text));
    } catch {
      // What cannot be read is asked for again.
      return {};
    }
  };
  return {
    all,
    ask: async ({ id, description, default: usual, password, options }) => {
      const title = vscode.l10n.t('Value for {0}', id);
      if (options !== undefined && options.length > 0)
        return vscode.window.showQuickPick(options, { title, placeHolder: description ?? '', ignoreFocusOut: true });
      return vscode.window.showInputBox({
        title,
        prompt: description ?? vscode.l10n.t('A server of {0} needs it.', '.vscode/mcp.json'),
        password,
        ignoreFocusOut: true,
        ...(usual === undefined ? {} : { value: usual }),
      });
    },
    keep: async (values) => secrets.store(key, JSON.stringify({ ...(await all()), ...values })),
  };
}

/** An id is any text, `__proto__` among them. */
function keptIn(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
