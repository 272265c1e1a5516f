// The keys a person typed in, kept in VS Code's secret storage and nowhere else.
import { createHash } from 'node:crypto';
import type * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { StoredCredential } from '../contracts/provider.ts';

const KEYS = 'assent.keys';
/** Where versions before accounts kept their one key. */
const FORMER = 'assent.apiKey';
const FORMER_ORIGIN = 'https://api.anthropic.com';

const Entry = z.object({
  label: z.string(),
  origin: z.string(),
  apiKey: z.optional(z.string()),
  authToken: z.optional(z.string()),
});
const Kept = z.object({ chosen: z.string(), keys: z.array(Entry) });
type Kept = z.infer<typeof Kept>;

/** What may be shown of one. `mark` tells two keys apart and says nothing about either. */
export type StoredAccount = { label: string; origin: string; mark: string; chosen: boolean };

export type StoredKeys = {
  /** The one that is used. Rejects when what is stored cannot be read. */
  chosen(): Promise<StoredCredential | undefined>;
  list(): Promise<StoredAccount[]>;
  /** It is the chosen one from then on; one with the same label is replaced. */
  add(credential: StoredCredential): Promise<void>;
  choose(label: string): Promise<void>;
  /** Without a label: all of them. */
  forget(label?: string): Promise<void>;
  /** Also when another window of the same profile changed something. */
  onChanged(listener: () => void): vscode.Disposable;
};

export function createStoredKeys(
  secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>,
): StoredKeys {
  const read = async (): Promise<Kept> => {
    const text = await secrets.get(KEYS);
    if (text) {
      const kept = Kept.safeParse(parseJson(text));
      if (!kept.success) throw new Error('what is stored is not what Assent stored');
      return kept.data;
    }
    const apiKey = await secrets.get(FORMER);
    if (!apiKey) return { chosen: '', keys: [] };
    return { chosen: 'API key', keys: [{ label: 'API key', origin: FORMER_ORIGIN, apiKey }] };
  };
  const write = async (kept: Kept): Promise<void> => {
    if (kept.keys.length === 0) await secrets.delete(KEYS);
    else await secrets.store(KEYS, JSON.stringify(kept));
    if ((await secrets.get(FORMER)) !== undefined) await secrets.delete(FORMER);
  };
  const chosenOf = ({ chosen, keys }: Kept) => keys.find(({ label }) => label === chosen) ?? keys[0];
  return {
    chosen: async () => {
      const entry = chosenOf(await read());
      if (entry === undefined) return undefined;
      const { apiKey, authToken, ...rest } = entry;
      return {
        ...rest,
        ...(apiKey === undefined ? {} : { apiKey }),
        ...(authToken === undefined ? {} : { authToken }),
      };
    },
    list: async () => {
      const kept = await read();
      const chosen = chosenOf(kept);
      return kept.keys.map((entry) => ({
        label: entry.label,
        origin: entry.origin,
        mark: markOf(entry),
        chosen: entry === chosen,
      }));
    },
    add: async (credential) => {
      // What cannot be read can be of no use either: the new key takes its place.
      const { keys } = await read().catch((): Kept => ({ chosen: '', keys: [] }));
      const others = keys.filter(({ label }) => label !== credential.label);
      await write({ chosen: credential.label, keys: [...others, credential] });
    },
    choose: async (label) => write({ ...(await read()), chosen: label }),
    forget: async (label) => {
      if (label === undefined) return write({ chosen: '', keys: [] });
      const { chosen, keys } = await read();
      const left = keys.filter((entry) => entry.label !== label);
      await write({ chosen: chosen === label ? (left.at(-1)?.label ?? '') : chosen, keys: left });
    },
    onChanged: (listener) =>
      secrets.onDidChange(({ key }) => {
        if (key === KEYS || key === FORMER) listener();
      }),
  };
}

export function markOf({ apiKey, authToken }: { apiKey?: string | undefined; authToken?: string | undefined }): string {
  return createHash('sha256')
    .update(`assent ${apiKey ?? authToken ?? ''}`)
    .digest('hex')
    .slice(0, 6);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It is told like any other text that is not ours.
    return undefined;
  }
}
