// Remembers, for each root folder, which loosening values of its repository a person accepted: fingerprints, nothing else.
import type * as vscode from 'vscode';
import * as z from 'zod/mini';

const PREFIX = 'assent.accepted:';
const stored = z.array(z.string());

export type TrustStore = {
  /** Undefined for a folder that was not trusted so far. */
  accepted(root: string): ReadonlySet<string> | undefined;
  /** Adds to what was accepted; also with no ids it marks the folder as seen. */
  accept(root: string, ids: readonly string[]): Promise<void>;
  /** Takes back what was accepted. */
  withdraw(root: string, ids: readonly string[]): Promise<void>;
  /** Trust was taken back: when it is given again, it is for what the folder holds then. */
  forget(root: string): Promise<void>;
};

/** The state is that of the profile, so that a folder is the same one in every window. */
export function createTrustStore(state: vscode.Memento): TrustStore {
  const read = (root: string) => {
    const found = stored.safeParse(state.get(PREFIX + root));
    return found.success ? new Set(found.data) : undefined;
  };
  return {
    accepted: read,
    accept: async (root, ids) => {
      await state.update(PREFIX + root, [...new Set([...(read(root) ?? []), ...ids])]);
    },
    withdraw: async (root, ids) => {
      const accepted = read(root);
      if (accepted !== undefined)
        await state.update(
          PREFIX + root,
          [...accepted].filter((id) => !ids.includes(id)),
        );
    },
    forget: async (root) => {
      if (state.get(PREFIX + root) !== undefined) await state.update(PREFIX + root, undefined);
    },
  };
}
