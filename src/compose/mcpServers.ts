// The servers of one root folder: read from their files, held until approved, connected, offered to conversations.
import { readFile } from 'node:fs/promises';
import type { EntryFile, ServerDefinition, ServerTransport } from '../contracts/mcp.ts';
import type { ProjectServers } from '../host/mcpServers.ts';
import { changedFiles, filesChanged } from '../mcp/approval.ts';
import { type Listing, listServers } from '../mcp/config/listServers.ts';
import { runHeadersHelper } from '../mcp/config/runHeadersHelper.ts';
import { serverPolicyOf } from '../mcp/config/serverPolicy.ts';
import { startFiles } from '../mcp/config/startFiles.ts';
import { createToolVersions, type ToolStore } from '../mcp/config/toolVersions.ts';
import type { ConnectionParts } from '../mcp/connection/connectionParts.ts';
import { type Connections, createConnections } from '../mcp/connection/connections.ts';
import { createProcessGuard } from '../mcp/connection/processGuard.ts';
import { ServerFault } from '../mcp/connection/serverFault.ts';
import type { ServerLogins } from '../mcp/oauth/serverLogins.ts';
import type { ServerToolParts } from '../mcp/tools/serverTool.ts';
import { createServerTools, type OfferedTool } from '../mcp/tools/serverTools.ts';
import { SettingsFault } from '../settings/fault.ts';
import { repositoryRoot } from '../settings/findFiles.ts';
import {
  editorMcpFile,
  managedMcpFile,
  mcpFile,
  readServersFiles,
  type ServersFiles,
  userMcpFile,
} from '../settings/mcpServers.ts';
import { watchSettings } from '../settings/watch.ts';
import { runHelper } from '../util/runHelper.ts';
import { followApprovals } from './approvedElsewhere.ts';
import { knownServer } from './knownServer.ts';
import { createServerApprovals, type ServerApprovalsParts } from './serverApprovals.ts';
import { createServerEdits, type ServerEditsParts } from './serverEdits.ts';
import { watchServers } from './watchServers.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ServersParts = ServerApprovalsParts &
  Pick<ServerEditsParts, 'inputs' | 'localWritten'> & {
    home: string;
    configDir: string;
    managedDir: string;
    /** What VS Code was started with. */
    startEnv: Env;
    /** With what settings add. */
    env(): Env;
    /** What of it programs are given. */
    programEnv(): Env;
    workingDirectories(): readonly string[];
    /** Reads the settings again. */
    reread(): Promise<void>;
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
  start(session?: string): void;
  /** The servers that a first request has to wait for are there, or take too long. Never rejects. */
  ready(): Promise<void>;
  /** The tools for one conversation, by name, whichever server was quicker. */
  toolsFor(parts: Pick<ServerToolParts, 'save'>): () => readonly OfferedTool[];
  /** Settings, trust or folders have changed. */
  settingsChanged(): Promise<void>;
  dispose(): Promise<void>;
};

/** Returns at once; files are read in the background, and whatever is asked of it waits for them. */
export function openServers(parts: ServersParts): OpenedServers {
  const { root, log, logins } = parts;
  const places = { root, home: parts.home, configDir: parts.configDir, managedDir: parts.managedDir };
  const userFile = userMcpFile(parts.home, parts.configDir);
  const listeners = new Set<() => void>();
  /** What a person sees: while something they asked for is written down, nothing of what stands in between. */
  let shown: Listing['servers'] = [];
  let written = 0;
  const changed = () => {
    if (written > 0) return;
    shown = listing.servers;
    for (const listener of listeners) listener();
  };
  const atOnce = async (edit: Promise<void>): Promise<void> => {
    written += 1;
    await edit.finally(() => {
      written -= 1;
      changed();
    });
  };
  const connections = createConnections({
    root,
    roots: parts.workingDirectories,
    env: parts.env,
    programEnv: parts.programEnv,
    fetch: parts.fetch,
    ...(parts.openSocket === undefined ? {} : { openSocket: parts.openSocket }),
    mayStart,
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
  const seen = watchServers({ connections, versions, changed, ...(logins === undefined ? {} : { logins }) });

  let files: ServersFiles = { entries: [], problems: [], exclusive: false, disabled: [], inputs: [] };
  let listing: Listing = { servers: [], remember: [] };
  let disposed = false;
  const approvals = createServerApprovals(parts);

  async function read(): Promise<void> {
    files = await readServersFiles(places);
    const settings = parts.settings();
    listing = await listServers({
      entries: files.entries,
      exclusive: files.exclusive,
      approvals: await approvals.read(files.entries),
      before: approvals.before,
      disabled: files.disabled,
      policy: serverPolicyOf(settings, parts.startEnv),
      env: { ...parts.startEnv, ...settings.acceptedEnv },
      editor: { root, home: parts.home, inputs: await parts.inputs.all() },
      startFiles: filesNow,
      running: (name) => {
        const connection = connections.get(name);
        return connection?.state().state === 'connected' ? connection.definition : undefined;
      },
      // That it cannot be read is told with the server.
      readText: (file) => readFile(file, 'utf8').catch(() => undefined),
    });
    const fresh = listing.servers.filter((one) => listing.remember.some(({ name }) => name === one.name));
    if (fresh.length > 0) await approvals.approved(fresh);
    else await approvals.remember(listing.servers);
    if (disposed) return;
    connections.update(listing.servers.flatMap((one) => (one.standing === 'ready' ? [one.definition] : [])));
    changed();
  }

  async function filesNow(transport: ServerTransport, more: readonly string[]): Promise<EntryFile[] | undefined> {
    return startFiles(transport, more, { root, repository: await repositoryRoot(root), env: parts.programEnv() });
  }

  /** What stands behind an entry may have changed since it was listed; a server that runs is left alone until it ends. */
  async function mayStart({ name, transport, fingerprint, files }: ServerDefinition): Promise<void> {
    const listed = listing.servers.find((one) => one.name === name);
    // While it ran its files may have been approved anew, in another window.
    const isListed = listed?.standing === 'ready' && listed.definition.fingerprint === fingerprint;
    const approved = isListed ? listed.definition.files : files;
    if (approved === undefined) return;
    const names = approved.map((file) => file.path);
    const now = await filesNow(transport, names);
    if (now !== undefined && changedFiles(approved, now).length === 0) return;
    reloadLater();
    throw new ServerFault(filesChanged({ name, files: now ?? [] }, approved));
  }

  let reading: Promise<void> = Promise.resolve();
  const reload = () => {
    // Whoever asked for a reading hears of its failure.
    reading = reading.catch(() => {}).then(read);
    return reading;
  };
  const failed = (cause: unknown) => log.error(`The servers of ${root} could not be read again`, cause);
  const reloadLater = () => {
    reload().catch(failed);
  };
  const reread = async () => {
    await parts.reread();
    await reload();
  };
  const edits = createServerEdits({
    ...parts,
    userFile,
    files: () => files,
    listed: () => listing.servers,
    reload,
    reread,
    approvals,
  });
  const subscriptions = [
    watchSettings([mcpFile(root), editorMcpFile(root), userFile, managedMcpFile(parts.managedDir)], reloadLater),
    followApprovals({
      sign: parts.records.signOf(root),
      reread,
      isOnItsWay: () => listing.servers.some(approvals.isApprovedElsewhere),
      failed,
    }),
  ];
  reloadLater();

  const connectionOf = (name: string) => {
    const found = connections.get(name);
    if (found === undefined) throw new SettingsFault({ code: 'mcp.config.gone', args: { server: name } });
    return found;
  };

  return {
    ...edits,
    approve: (name, fingerprint, all) => atOnce(edits.approve(name, fingerprint, all)),
    save: (scope, name, entry, replaces) => atOnce(edits.save(scope, name, entry, replaces)),
    connections,
    start: (session) => connections.start(session),
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
    all: () =>
      shown.map((listed) => knownServer(listed, { connection: connections.get(listed.name), ...seen.of(listed.name) })),
    problems: () => files.problems,
    exclusive: () => files.exclusive,
    enable: async (name, on) => {
      await edits.enable(name, on);
      if (on) connections.start();
    },
    reconnect: async (name) => {
      seen.forgetNotices(name);
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
      for (const one of subscriptions) one.dispose();
      listeners.clear();
      await connections.dispose();
    },
  };
}
