// What a person changes about servers: a yes, a no, the switch of a folder, values, entries. Each is written to its file first.
import type { ListedServer } from '../contracts/mcp.ts';
import type { StoredInputs } from '../host/mcpInputs.ts';
import type { ProjectServers } from '../host/mcpServers.ts';
import { entryFingerprint, FILES_CHANGED_RUNNING, seenFingerprint } from '../mcp/approval.ts';
import { secretInEntry } from '../mcp/config/secretInEntry.ts';
import type { EditableScope, Seen } from '../mcpProtocol.ts';
import { localSettingsFile, writeChoice, writeServer, writeSwitch } from '../settings/editServers.ts';
import { SettingsFault } from '../settings/fault.ts';
import { editorMcpFile, mcpFile, type ServersFiles } from '../settings/mcpServers.ts';
import type { KeptApprovals } from './serverApprovals.ts';

export type ServerEditsParts = {
  root: string;
  /** The person's own file of servers. */
  userFile: string;
  trusted(): boolean;
  files(): ServersFiles;
  listed(): readonly ListedServer[];
  /** Reads the files of servers again. */
  reload(): Promise<void>;
  /** Reads the settings again, and then the files of servers. */
  reread(): Promise<void>;
  approvals: Pick<KeptApprovals, 'approved' | 'chosenAll'>;
  inputs: StoredInputs;
  /** The local settings file was written. */
  localWritten?(file: string): void;
};

export type ServerEdits = Pick<
  ProjectServers,
  'fileOf' | 'entryOf' | 'approve' | 'reject' | 'enable' | 'askInputs' | 'save' | 'remove'
>;

export function createServerEdits(parts: ServerEditsParts): ServerEdits {
  const { root, userFile, listed, reload, approvals } = parts;
  const find = (name: string): ListedServer => {
    const found = listed().find((one) => one.name === name);
    if (found === undefined) throw new SettingsFault({ code: 'mcp.config.gone', args: { server: name } });
    return found;
  };
  const fileOf = (scope: EditableScope) =>
    scope === 'project' ? mcpFile(root) : scope === 'editor' ? editorMcpFile(root) : userFile;
  const editable = (name: string): { file: string; scope: EditableScope; name: string; root: string } => {
    const { scope, file } = find(name);
    if (scope === 'managed') throw new SettingsFault({ code: 'mcp.config.managed', args: { server: name, file } });
    return { file, scope, name, root };
  };
  const choose = async (name: string, choice: 'approve' | 'approveAll' | 'reject'): Promise<string[]> => {
    const ids = await writeChoice(root, name, choice);
    parts.localWritten?.(localSettingsFile(root));
    return ids;
  };

  return {
    fileOf,
    entryOf: (name) => listed().find((one) => one.name === name)?.entry,
    approve: async (name, fingerprint, all) => {
      await reload();
      const server = find(name);
      // What is approved is what was seen.
      if (seenFingerprint(server.entry, server.files) !== fingerprint)
        throw new SettingsFault({ code: 'mcp.config.gone', args: { server: name } });
      // Taken now: while the choice is written the files may be read again.
      const pending = listed().filter(
        // What has changed since it was approved is looked at by itself.
        (one) => one === server || (all !== false && one.scope === 'project' && isNew(one) && wasSeen(one, all)),
      );
      if (all !== false) await approvals.chosenAll(pending.map((one) => one.name));
      const isChoice = server.scope === 'project' || server.standing === 'rejected';
      const more = isChoice ? await choose(name, all === false ? 'approve' : 'approveAll') : [];
      await approvals.approved(pending, more);
      await reload();
      if (find(name).standing === 'rejected')
        throw new SettingsFault({ code: 'mcp.config.rejectedElsewhere', args: { server: name } });
    },
    reject: async (name) => {
      await choose(name, 'reject');
      await parts.reread();
    },
    enable: async (name, on) => {
      await writeSwitch(userFile, root, name, on);
      await reload();
    },
    askInputs: async (name) => {
      const server = find(name);
      // Nobody is asked for anything on behalf of an entry that is not approved.
      if (server.standing !== 'ready' && server.because.code !== 'mcp.config.inputs')
        throw new SettingsFault(server.because);
      const text = JSON.stringify(server.entry);
      const stored = await parts.inputs.all();
      const wanted = [...new Set([...text.matchAll(/\$\{input:([^}]+)\}/g)].map(([, id = '']) => id))];
      const given = new Map<string, string>();
      for (const id of wanted) {
        if (Object.hasOwn(stored, id) && find(name).standing === 'notConfigured') continue;
        const wish = parts.files().inputs.find((one) => one.id === id) ?? { id, password: true };
        const value = await parts.inputs.ask(wish);
        if (value === undefined) return;
        given.set(id, value);
      }
      await parts.inputs.keep(Object.fromEntries(given));
      await reload();
    },
    save: async (scope, name, entry, replaces) => {
      const secret = scope === 'project' || scope === 'editor' ? secretInEntry(entry) : undefined;
      const file = fileOf(scope);
      if (secret !== undefined)
        throw new SettingsFault({
          code: 'mcp.config.secretInFile',
          // As the reader of that file writes variables of the environment.
          args: { field: secret, file, reference: '$'.concat(scope === 'editor' ? '{env:NAME}' : '{NAME}') },
        });
      if (parts.files().exclusive)
        throw new SettingsFault({ code: 'mcp.config.managed', args: { server: name, file } });
      const old = replaces === undefined ? undefined : editable(replaces);
      // A form does not show all of an entry: what was held stays so until the whole of it is approved.
      const held = replaces !== undefined && isHeld(find(replaces));
      const isSame = old !== undefined && old.scope === scope && old.name === name;
      await writeServer({ file, scope, name, root }, entry, !isSame);
      if (old !== undefined && !isSame) await writeServer(old, undefined);
      // Whoever writes an entry here has seen it.
      await reload();
      const mine = listed().find(
        (one) => one.name === name && one.scope === scope && entryFingerprint(one.entry) === entryFingerprint(entry),
      );
      if (mine !== undefined && !held && parts.trusted() && (scope === 'project' || scope === 'editor')) {
        const more = scope === 'project' ? await choose(name, 'approve') : [];
        await approvals.approved([mine], more);
        await reload();
      }
    },
    remove: async (name) => {
      await writeServer(editable(name), undefined);
      await reload();
    },
  };
}

/** One that runs may be started from files by now that nobody has seen. */
function isHeld({ standing, warnings }: ListedServer): boolean {
  return standing !== 'ready' || warnings.some(({ code }) => code === FILES_CHANGED_RUNNING);
}

function wasSeen({ name, entry, files }: ListedServer, seen: readonly Seen[]): boolean {
  const fingerprint = seenFingerprint(entry, files);
  return seen.some((one) => one.name === name && one.fingerprint === fingerprint);
}

function isNew(listed: ListedServer): boolean {
  return listed.standing === 'pending' && listed.because.code === 'mcp.server.new';
}
