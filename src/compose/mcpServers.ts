// The servers of one root folder: read from their files, held until approved, connected, offered to conversations.
import { readFile } from 'node:fs/promises';
import type { ListedServer } from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import type { Settings } from '../contracts/settings.ts';
import type { ApprovedRecords } from '../host/mcpApprovals.ts';
import type { StoredInputs } from '../host/mcpInputs.ts';
import type { KnownServer, ProjectServers } from '../host/mcpServers.ts';
import { entryFingerprint, isServerEntry, type ServerApprovals } from '../mcp/approval.ts';
import { entryFields, variablesOf, withoutSecrets } from '../mcp/config/entryFields.ts';
import { type Listing, listServers } from '../mcp/config/listServers.ts';
import { runHeadersHelper } from '../mcp/config/runHeadersHelper.ts';
import { secretInEntry } from '../mcp/config/secretInEntry.ts';
import { serverPolicyOf } from '../mcp/config/serverPolicy.ts';
import { createToolVersions, type ToolStore } from '../mcp/config/toolVersions.ts';
import { EMPTY_CATALOG } from '../mcp/connection/catalog.ts';
import type { ConnectionParts } from '../mcp/connection/connectionParts.ts';
import { type Connections, createConnections } from '../mcp/connection/connections.ts';
import { createProcessGuard } from '../mcp/connection/processGuard.ts';
import type { ServerLogins } from '../mcp/oauth/serverLogins.ts';
import type { ServerToolParts } from '../mcp/tools/serverTool.ts';
import { createServerTools, type OfferedTool } from '../mcp/tools/serverTools.ts';
import { nameTools } from '../mcp/tools/toolNames.ts';
import type { EditableScope } from '../mcpProtocol.ts';
import { writeChoice, writeServer, writeSwitch } from '../settings/editServers.ts';
import { SettingsFault } from '../settings/fault.ts';
import { fingerprint as acceptedBy } from '../settings/loosening.ts';
import {
  editorMcpFile,
  type FileEntry,
  managedMcpFile,
  mcpFile,
  readServersFiles,
  type ServersFiles,
  userMcpFile,
} from '../settings/mcpServers.ts';
import { watchSettings } from '../settings/watch.ts';
import { runHelper } from '../util/runHelper.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ServersParts = {
  root: string;
  home: string;
  configDir: string;
  managedDir: string;
  trusted(): boolean;
  settings(): Settings;
  /** What VS Code was started with. */
  startEnv: Env;
  /** With what settings add. */
  env(): Env;
  /** What of it programs are given. */
  programEnv(): Env;
  workingDirectories(): readonly string[];
  /** Accepts entries of the repository, and reads the settings again. */
  accept(ids: readonly string[]): Promise<void>;
  records: ApprovedRecords;
  inputs: StoredInputs;
  toolStore: ToolStore;
  fetch: ConnectionParts['fetch'];
  openSocket?: ConnectionParts['openSocket'];
  /** Signing in to servers over HTTP. */
  logins?: Pick<ServerLogins, 'authorize' | 'signIn' | 'hasTokens' | 'clear'>;
  /** Questions of servers to the person and to the model. */
  asks?: Pick<ConnectionParts, 'elicit' | 'elicitationDone' | 'sample'>;
  version: string;
  log: { info(text: string): void; error(text: string, cause?: unknown): void };
};

export type OpenedServers = ProjectServers & {
  readonly connections: Connections;
  /** A conversation begins: what may be started is started. Returns at once. */
  start(): void;
  /** The servers that a first request has to wait for are there, or take too long. Never rejects. */
  ready(): Promise<void>;
  /** The tools for one conversation, by name, whichever server was quicker. */
  toolsFor(parts: Pick<ServerToolParts, 'save'>): () => readonly OfferedTool[];
  /** Settings, trust or folders have changed. */
  settingsChanged(): Promise<void>;
  dispose(): Promise<void>;
};

/** Notices of one server that are kept. */
const MOST_NOTICES = 20;

/** Returns at once; files are read in the background, and whatever is asked of it waits for them. */
export function openServers(parts: ServersParts): OpenedServers {
  const { root, log, logins } = parts;
  const places = { root, home: parts.home, configDir: parts.configDir, managedDir: parts.managedDir };
  const userFile = userMcpFile(parts.home, parts.configDir);
  const listeners = new Set<() => void>();
  const notices = new Map<string, Because[]>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const connections = createConnections({
    root,
    roots: parts.workingDirectories,
    env: parts.env,
    programEnv: parts.programEnv,
    fetch: parts.fetch,
    ...(parts.openSocket === undefined ? {} : { openSocket: parts.openSocket }),
    headers: (definition, _refused, signal) =>
      runHeadersHelper(definition, { run: runHelper, root, env: parts.programEnv }, signal),
    ...(logins === undefined ? {} : { authorize: logins.authorize }),
    ...parts.asks,
    log: (text) => log.info(text),
    guard: createProcessGuard(),
    version: parts.version,
  });
  const versions = createToolVersions(root, parts.toolStore, (cause) =>
    log.error('What tools of servers were like could not be kept', cause),
  );
  connections.on((server, event) => {
    if (event.type === 'updated') return;
    if (event.type === 'notice') {
      notices.set(server, [...(notices.get(server) ?? []), event.because].slice(-MOST_NOTICES));
    }
    const connection = connections.get(server);
    if (event.type === 'catalog' && connection !== undefined)
      void versions.met(connection.definition, connection.catalog().tools).then(changed);
    if (event.type === 'state' && logins !== undefined) void lookForTokens();
    changed();
  });
  /** Servers that tokens of a sign-in are kept for. */
  const signedIn = new Set<string>();
  async function lookForTokens(): Promise<void> {
    for (const { definition } of connections.all()) {
      const has = await logins?.hasTokens(definition).catch(() => false);
      if (signedIn.has(definition.name) === (has === true)) continue;
      if (has) signedIn.add(definition.name);
      else signedIn.delete(definition.name);
      changed();
    }
  }

  let files: ServersFiles = { entries: [], problems: [], exclusive: false, disabled: [], inputs: [] };
  let listing: Listing = { servers: [], remember: [] };
  let disposed = false;

  async function read(): Promise<void> {
    files = await readServersFiles(places);
    listing = await listServers({
      entries: files.entries,
      exclusive: files.exclusive,
      approvals: approvalsOf(files.entries),
      before: (name, file) => parts.records.of(root).find((one) => one.name === name && one.file === file)?.shown,
      disabled: files.disabled,
      policy: serverPolicyOf(parts.settings(), parts.startEnv),
      env: parts.env(),
      editor: { root, home: parts.home, inputs: await parts.inputs.all() },
      // That it cannot be read is told with the server.
      readText: (file) => readFile(file, 'utf8').catch(() => undefined),
    });
    const fresh = listing.servers.filter((one) => listing.remember.some(({ name }) => name === one.name));
    if (fresh.length > 0) await approved(fresh);
    else await rememberShown();
    if (disposed) return;
    connections.update(listing.servers.flatMap((one) => (one.standing === 'ready' ? [one.definition] : [])));
    changed();
  }

  /** What counts is the one list of accepted fingerprints; the records say which earlier entry there was. */
  function approvalsOf(entries: readonly FileEntry[]): ServerApprovals {
    const { loosening, values } = parts.settings();
    const accepted = new Set(loosening.filter(({ state }) => state === 'inForce').map(({ id }) => id));
    const current = entries.filter(({ scope }) => scope === 'project' || scope === 'editor');
    return {
      trusted: parts.trusted(),
      approved: [
        ...current.flatMap(({ id, name, file, entry }) =>
          accepted.has(id) && isServerEntry(entry) ? [{ name, file, fingerprint: entryFingerprint(entry) }] : [],
        ),
        // An entry that is accepted no longer does not come back by its record.
        ...parts.records.of(root).flatMap(({ name, file }) => ({ name, file, fingerprint: '' })),
      ],
      enabled: stringsOf(values['enabledMcpjsonServers']),
      enableAll: values['enableAllProjectMcpServers'] === true,
      disabled: stringsOf(values['disabledMcpjsonServers']),
    };
  }

  /** Also what was accepted elsewhere, on the page of permissions. */
  async function rememberShown(): Promise<void> {
    const known = parts.records.of(root);
    for (const one of listing.servers) {
      if (one.standing !== 'ready' || (one.scope !== 'project' && one.scope !== 'editor')) continue;
      const { fingerprint } = one.definition;
      const isKnown = known.some((record) => record.name === one.name && record.fingerprint === fingerprint);
      if (!isKnown) await keepRecord(one);
    }
  }

  const keepRecord = ({ name, file, entry }: ListedServer) =>
    parts.records.keep(root, { name, file, fingerprint: entryFingerprint(entry), shown: { ...withoutSecrets(entry) } });

  /** Of what was seen, whatever stands in the files by now. */
  async function approved(servers: readonly ListedServer[], more: readonly string[] = []): Promise<void> {
    for (const one of servers) await keepRecord(one);
    const ids = servers.map(({ name, file, entry }) => acceptedBy({ kind: 'mcpServer', name, file }, entry));
    await parts.accept([...ids, ...more]);
  }

  let reading: Promise<void> = Promise.resolve();
  const reload = () => {
    // Whoever asked for a reading hears of its failure.
    reading = reading.catch(() => {}).then(read);
    return reading;
  };
  const reloadLater = () => {
    reload().catch((cause: unknown) => log.error(`The servers of ${root} could not be read again`, cause));
  };
  const fileOf = (scope: EditableScope) =>
    scope === 'project' ? mcpFile(root) : scope === 'editor' ? editorMcpFile(root) : userFile;
  const watcher = watchSettings(
    [mcpFile(root), editorMcpFile(root), userFile, managedMcpFile(parts.managedDir)],
    reloadLater,
  );
  reloadLater();

  const find = (name: string): ListedServer => {
    const found = listing.servers.find((one) => one.name === name);
    if (found === undefined) throw new SettingsFault({ code: 'mcp.config.gone', args: { server: name } });
    return found;
  };
  const connectionOf = (name: string) => {
    const found = connections.get(name);
    if (found === undefined) throw new SettingsFault({ code: 'mcp.config.gone', args: { server: name } });
    return found;
  };
  const editable = (name: string): { file: string; scope: EditableScope; name: string; root: string } => {
    const { scope, file } = find(name);
    if (scope === 'managed') throw new SettingsFault({ code: 'mcp.config.managed', args: { server: name, file } });
    return { file, scope, name, root };
  };

  function known(listed: ListedServer): KnownServer {
    const connection = connections.get(listed.name);
    const before = listed.standing === 'pending' ? listed.before : undefined;
    const catalog = connection?.catalog() ?? EMPTY_CATALOG;
    const info = connection?.info();
    const named = nameTools(listed.name, catalog.tools);
    return {
      listed,
      fields: entryFields(listed.entry),
      ...(before === undefined ? {} : { before: entryFields(before) }),
      variables: variablesOf(listed.entry),
      fingerprint: entryFingerprint(listed.entry),
      ...(connection === undefined ? {} : { state: connection.state() }),
      catalog,
      ...(info === undefined ? {} : { info }),
      notices: [...named.problems, ...(notices.get(listed.name) ?? [])],
      toolNames: Object.fromEntries(named.tools.map(({ name, tool }) => [tool.name, name])),
      signedIn: signedIn.has(listed.name),
    };
  }

  return {
    connections,
    start: () => connections.start(),
    ready: async () => {
      await reading.catch(() => {});
      await connections.ready();
    },
    toolsFor: ({ save }) => {
      const tools = createServerTools(connections, {
        env: parts.env,
        save,
        log: (text) => log.info(text),
        mustAsk: (named, connection) => versions.whyAsk(named.name, connection.definition, named.tool),
        ran: (named, connection) => versions.ran(connection.definition, named.tool),
      });
      return tools.all;
    },
    all: () => listing.servers.map(known),
    problems: () => files.problems,
    exclusive: () => files.exclusive,
    fileOf,
    entryOf: (name) => listing.servers.find((one) => one.name === name)?.entry,
    approve: async (name, fingerprint, all) => {
      await reload();
      const server = find(name);
      // What is approved is what was seen.
      if (entryFingerprint(server.entry) !== fingerprint)
        throw new SettingsFault({ code: 'mcp.config.gone', args: { server: name } });
      // Taken now: while the choice is written the files may be read again.
      const pending = listing.servers.filter(
        // What has changed since it was approved is looked at by itself.
        (one) => one === server || (all && one.scope === 'project' && isNew(one)),
      );
      const more =
        server.scope === 'project' || server.standing === 'rejected'
          ? await writeChoice(root, name, all ? 'approveAll' : 'approve')
          : [];
      await approved(pending, more);
      await reload();
      if (find(name).standing === 'rejected')
        throw new SettingsFault({ code: 'mcp.config.rejectedElsewhere', args: { server: name } });
    },
    reject: async (name) => {
      await writeChoice(root, name, 'reject');
      await parts.accept([]);
      await reload();
    },
    enable: async (name, on) => {
      await writeSwitch(userFile, root, name, on);
      await reload();
      if (on) connections.start();
    },
    reconnect: async (name) => {
      notices.delete(name);
      connections.start();
      await connectionOf(name).reconnect();
    },
    authenticate: async (name, signal) => {
      const { definition } = connectionOf(name);
      if (logins === undefined) throw new SettingsFault({ code: 'mcp.config.noSignIn', args: { server: name } });
      await logins.signIn(definition, signal);
      connections.start();
      await connectionOf(name).reconnect();
    },
    clearAuthentication: async (name) => {
      const connection = connectionOf(name);
      await logins?.clear(connection.definition);
      // Without what was cleared it will say what it wants; that is no failure of this.
      await connection.reconnect().catch(() => {});
    },
    askInputs: async (name) => {
      const server = find(name);
      // Nobody is asked for anything on behalf of an entry that is not approved.
      if (server.standing !== 'ready' && server.because.code !== 'mcp.config.inputs')
        throw new SettingsFault(server.because);
      const text = JSON.stringify(server.entry);
      const stored = await parts.inputs.all();
      const wanted = [...new Set([...text.matchAll(/\$\{input:([^}]+)\}/g)].map(([, id = '']) => id))];
      const given: Record<string, string> = {};
      for (const id of wanted) {
        if (stored[id] !== undefined && find(name).standing === 'notConfigured') continue;
        const value = await parts.inputs.ask(files.inputs.find((one) => one.id === id) ?? { id, password: true });
        if (value === undefined) return;
        given[id] = value;
      }
      await parts.inputs.keep(given);
      await reload();
    },
    save: async (scope, name, entry, replaces) => {
      const secret = scope === 'project' || scope === 'editor' ? secretInEntry(entry) : undefined;
      const file = fileOf(scope);
      if (secret !== undefined)
        throw new SettingsFault({
          code: 'mcp.config.secretInFile',
          args: { field: secret, file, reference: '$'.concat('{NAME}') },
        });
      if (files.exclusive) throw new SettingsFault({ code: 'mcp.config.managed', args: { server: name, file } });
      const old = replaces === undefined ? undefined : editable(replaces);
      // A form does not show all of an entry: what was held stays so until the whole of it is approved.
      const held = replaces !== undefined && find(replaces).standing !== 'ready';
      const isSame = old !== undefined && old.scope === scope && old.name === name;
      await writeServer({ file, scope, name, root }, entry, !isSame);
      if (old !== undefined && !isSame) await writeServer(old, undefined);
      // Whoever writes an entry here has seen it.
      await reload();
      const mine = listing.servers.find(
        (one) => one.name === name && one.scope === scope && entryFingerprint(one.entry) === entryFingerprint(entry),
      );
      if (mine !== undefined && !held && parts.trusted() && (scope === 'project' || scope === 'editor')) {
        const more = scope === 'project' ? await writeChoice(root, name, 'approve') : [];
        await approved([mine], more);
        await reload();
      }
    },
    remove: async (name) => {
      await writeServer(editable(name), undefined);
      await reload();
    },
    reload,
    settingsChanged: async () => {
      await reload();
      connections.rootsChanged();
    },
    onChanged: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    dispose: async () => {
      disposed = true;
      watcher.dispose();
      listeners.clear();
      await connections.dispose();
    },
  };
}

function isNew(listed: ListedServer): boolean {
  return listed.standing === 'pending' && listed.because.code === 'mcp.server.new';
}

function stringsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
