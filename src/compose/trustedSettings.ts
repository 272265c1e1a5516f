// The settings of one root under the trust of the moment, and what a person accepted of its repository.
import { realpathSync } from 'node:fs';
import type { Settings } from '../contracts/settings.ts';
import type { TrustStore } from '../host/trustStore.ts';
import { routesRequests } from '../settings/env.ts';
import { loadSettings, type SettingsPlaces } from '../settings/load.ts';
import { ruleFingerprint } from '../settings/loosening.ts';
import { isInside } from '../util/resolvePath.ts';

export type TrustedSettings = {
  load(): Promise<Settings>;
  accept(ids: readonly string[]): Promise<void>;
  /** Rules that were written to a file because the person wished it are accepted with that. */
  acceptRules(file: string, rules: readonly string[]): Promise<void>;
  /** Rules that the person took out of a file: should they come back by another hand, they are new. */
  withdrawRules(file: string, rules: readonly string[]): Promise<void>;
};

type Places = Omit<SettingsPlaces, 'trusted' | 'accepted'> & {
  trusted(): boolean;
  /** Whether the profile keeps a key of the person's, which nothing in a folder can read. */
  keepsKey(): Promise<boolean>;
};

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder; // not there: as named it is another one
  }
}

export function createTrustedSettings(places: Places, store: TrustStore): TrustedSettings {
  const { root, home } = places;
  /** To trust the home folder would be to trust whatever ever comes to lie in it: there each value is accepted by itself. */
  const whole = isInside(realFolder(home), realFolder(root));
  // For a profile that stores nothing: then it holds until the window closes. Otherwise the profile alone counts, in which
  // another window may have accepted something, or taken it back.
  let known: ReadonlySet<string> | undefined = whole ? new Set() : store.accepted(root);
  const accept = async (ids: readonly string[]) => {
    known = new Set([...(known ?? []), ...ids]);
    if (!whole) await store.accept(root, ids);
  };
  return {
    load: async () => {
      const trusted = places.trusted();
      if (!trusted) {
        known = whole ? new Set() : undefined;
        await store.forget(root);
      }
      const accepted = trusted ? ((whole ? undefined : store.accepted(root)) ?? known) : undefined;
      const settings = await loadSettings({ ...places, trusted, accepted });
      if (!trusted || accepted !== undefined) return settings;
      // Trust is given for what the folder holds at that moment; but a key that code of the folder could not read must not
      // follow where the folder says.
      // A login that is set up is a key that comes later.
      const keepsKey = settings.login !== undefined || (await places.keepsKey());
      const given = settings.loosening
        .filter((one) => one.kind !== 'mcpServer' && (!keepsKey || !routesRequests(one)))
        .map(({ id }) => id);
      await accept(given);
      return given.length === settings.loosening.length
        ? settings
        : loadSettings({ ...places, trusted, accepted: new Set(given) });
    },
    accept,
    acceptRules: (file, rules) => accept(rules.map((rule) => ruleFingerprint(file, rule))),
    withdrawRules: async (file, rules) => {
      const ids = rules.map((rule) => ruleFingerprint(file, rule));
      known = known && new Set([...known].filter((id) => !ids.includes(id)));
      if (!whole) await store.withdraw(root, ids);
    },
  };
}
