// What was approved of the servers that files of one root folder name, and how a yes is kept.
import type { ListedServer, ServerEntry } from '../contracts/mcp.ts';
import type { Settings } from '../contracts/settings.ts';
import {
  type ApprovedServer,
  changedFiles,
  entryFingerprint,
  isServerEntry,
  type ServerApprovals,
} from '../mcp/approval.ts';
import { withoutSecrets } from '../mcp/config/entryFields.ts';
import { fingerprint as acceptedBy } from '../settings/loosening.ts';
import type { FileEntry } from '../settings/mcpServers.ts';
import { stringsOf } from '../util/jsonValue.ts';
import type { ApprovedRecord, ApprovedRecords } from './approvedRecords.ts';

export type ServerApprovalsParts = {
  root: string;
  trusted(): boolean;
  settings(): Settings;
  /** Accepts entries of the repository, and reads the settings again. */
  accept(ids: readonly string[]): Promise<void>;
  records: ApprovedRecords;
};

/** The choice of `enableAllProjectMcpServers`; that of a name begins with `=`. */
const ALL = 'all';

export type KeptApprovals = {
  /** Before it is written that all are approved: these are all. */
  chosenAll(names: readonly string[]): Promise<void>;
  /** What counts for these entries by now. */
  read(entries: readonly FileEntry[]): Promise<ServerApprovals>;
  /** As it was approved: this very entry, else the one before it. */
  before(name: string, file: string, fingerprint: string): ApprovedRecord | undefined;
  /** Keeps of what is ready how it looks, where nobody has: it was accepted elsewhere, on the page of permissions. */
  remember(servers: readonly ListedServer[]): Promise<void>;
  /** Of what was seen, whatever stands in the files by now. `more` are ids of settings that were written with it. */
  approved(servers: readonly ListedServer[], more?: readonly string[]): Promise<void>;
  /** It waits here, and another window has approved exactly this. */
  isApprovedElsewhere(server: ListedServer): boolean;
};

/** What counts is the one list of accepted fingerprints; the records say which earlier entry there was, and which files. */
export function createServerApprovals({
  root,
  trusted,
  settings,
  accept,
  records,
}: ServerApprovalsParts): KeptApprovals {
  let known: readonly ApprovedRecord[] = [];
  const recordOf = (name: string, file: string, fingerprint?: string) =>
    known.find(
      (one) => one.name === name && one.file === file && (fingerprint === undefined || one.fingerprint === fingerprint),
    );
  const keep = async ({ name, file, entry, files = [] }: ListedServer) => {
    const fingerprint = entryFingerprint(entry);
    await records.keep(root, { name, file, fingerprint, shown: withoutSecrets(entry), files: [...files] });
    known = await records.of(root);
  };

  const withFiles = async (one: Omit<ApprovedServer, 'files'>): Promise<ApprovedServer> => {
    const files = recordOf(one.name, one.file, one.fingerprint)?.files;
    if (files !== undefined) return { ...one, files };
    // A record that cannot be read is no yes to whatever files are there now.
    return (await records.has(root, one)) ? { ...one, files: [] } : one;
  };

  /** A choice approves the servers that it met: one that a pull brings later is looked at by itself. */
  async function enabledNow(entries: readonly FileEntry[]): Promise<string[]> {
    const { values } = settings();
    const named = stringsOf(values['enabledMcpjsonServers']);
    const there = entries.filter(({ scope }) => scope === 'project').map(({ name }) => name);
    const choices = new Map(named.map((name) => [`=${name}`, there.filter((one) => one === name)]));
    if (values['enableAllProjectMcpServers'] === true) choices.set(ALL, there);
    const met = await records.metBy(root);
    // What cannot be read approves nothing by a name.
    if (met === undefined) return [];
    // A choice that goes and comes back, as when its file is broken for a moment, meets nobody anew.
    const first = [...choices].filter(([choice]) => !met.has(choice));
    if (first.length > 0) await records.keepMet(root, new Map([...met, ...first]));
    return [...choices].flatMap(([choice, now]) => met.get(choice) ?? now);
  }

  return {
    async chosenAll(names) {
      await records.keepMet(root, new Map([...((await records.metBy(root)) ?? []), [ALL, names]]));
    },
    async read(entries) {
      known = await records.of(root);
      const { loosening, values } = settings();
      const accepted = new Set(loosening.filter(({ state }) => state === 'inForce').map(({ id }) => id));
      const ofRepository = entries.filter(({ scope }) => scope === 'project' || scope === 'editor');
      const approved = ofRepository.flatMap(({ id, name, file, entry }) =>
        accepted.has(id) && isServerEntry(entry) ? [{ name, file, fingerprint: entryFingerprint(entry) }] : [],
      );
      return {
        trusted: trusted(),
        approved: [
          ...(await Promise.all(approved.map(withFiles))),
          // An entry that is accepted no longer does not come back by its record.
          ...known.map(({ name, file }) => ({ name, file, fingerprint: '' })),
        ],
        enabled: trusted() ? await enabledNow(entries) : [],
        disabled: stringsOf(values['disabledMcpjsonServers']),
      };
    },
    before: (name, file, fingerprint) => recordOf(name, file, fingerprint) ?? recordOf(name, file),
    async remember(servers) {
      for (const one of servers) {
        if (one.standing !== 'ready' || (one.scope !== 'project' && one.scope !== 'editor')) continue;
        if (recordOf(one.name, one.file, one.definition.fingerprint) === undefined) await keep(one);
      }
    },
    async approved(servers, more = []) {
      for (const one of servers) await keep(one);
      await accept([...servers.map(({ name, file, entry }) => acceptanceOf(name, file, entry)), ...more]);
    },
    isApprovedElsewhere: ({ standing, name, file, entry, files = [] }) => {
      const record = recordOf(name, file, entryFingerprint(entry));
      return standing === 'pending' && record !== undefined && changedFiles(record.files, files).length === 0;
    },
  };
}

function acceptanceOf(name: string, file: string, entry: ServerEntry): string {
  return acceptedBy({ kind: 'mcpServer', name, file }, entry);
}
