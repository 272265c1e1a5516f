// What the VS Code side sees of the servers of one root folder.
import type {
  EntryField,
  ListedServer,
  ServerCatalog,
  ServerEntry,
  ServerInfo,
  ServerState,
} from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import type { EditableScope, Seen } from '../mcpProtocol.ts';

/** A server, and what became of it if it may be started. */
export type KnownServer = {
  listed: ListedServer;
  /** Of the entry as it stands, without secrets, and of the files of the repository that its start names. */
  fields: EntryField[];
  /** As it was approved. */
  before?: EntryField[];
  /** What it takes from the environment. */
  variables: string[];
  /** Of all that `fields` show. */
  fingerprint: string;
  state?: ServerState;
  catalog: ServerCatalog;
  info?: ServerInfo;
  /** Tools that are left out, and other things it did that a person may want to know. */
  notices: Because[];
  /** Names of its tools as rules write them, by their own. */
  toolNames: Readonly<Record<string, string>>;
  /** Tokens of a sign-in are kept for it. */
  signedIn: boolean;
};

/** All that changes something rejects with a readable reason. */
export interface ProjectServers {
  all(): readonly KnownServer[];
  /** Faults of files. */
  problems(): ReadonlyArray<{ file: string; line?: number; column?: number; because: Because }>;
  /** Only the organisation's servers are started: nothing can be added. */
  exclusive(): boolean;
  /** Where an entry of the scope is written. */
  fileOf(scope: EditableScope): string;
  /** The entry as it stands, for a form. Secrets are in it. */
  entryOf(name: string): ServerEntry | undefined;
  /** `fingerprint`: of what the person saw. `all`: everything they saw; what is new in `.mcp.json` of it is approved, too. */
  approve(name: string, fingerprint: string, all: readonly Seen[] | false): Promise<void>;
  reject(name: string): Promise<void>;
  /** For this folder and this person. */
  enable(name: string, on: boolean): Promise<void>;
  reconnect(name: string): Promise<void>;
  authenticate(name: string, signal: AbortSignal): Promise<void>;
  clearAuthentication(name: string): Promise<void>;
  /** Asks for the values that `${input:…}` stands for. */
  askInputs(name: string): Promise<void>;
  /** `replaces`: the server that is edited; its entry is taken out where name or scope are others now. */
  save(scope: EditableScope, name: string, entry: ServerEntry, replaces?: string): Promise<void>;
  remove(name: string): Promise<void>;
  reload(): Promise<void>;
  onChanged(listener: () => void): { dispose(): void };
}

/** Names of servers that wait for a yes. Before trust there is a banner of its own, which names all that waits. */
export function waitingServers(servers: Pick<ProjectServers, 'all'>): string[] {
  return servers
    .all()
    .filter(({ listed }) => listed.standing === 'pending' && listed.because.code !== 'mcp.server.untrusted')
    .map(({ listed }) => listed.name);
}
