// What a person approved of a server of another program, and whether it is still what it was. Pure: whoever starts
// servers asks here first.
import { createHash } from 'node:crypto';
import type { EntryFile, ServerEntry, ServerScope } from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import { hasInvisible } from '../util/invisible.ts';

export type { ServerEntry };
/**
 * `scope`: whose file names it. Of a `project` or an `editor` file anybody who can push may be the author, and of the `files`
 * that its start names.
 */
export type Server = {
  name: string;
  scope: ServerScope;
  file: string;
  entry: ServerEntry;
  files?: readonly EntryFile[];
};

/** Files hold anything; only an object is an entry. */
export function isServerEntry(value: unknown): value is ServerEntry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What was approved, by fingerprint; the entry itself is not kept. Without `files` they are what they are met as. */
export type ApprovedServer = { name: string; file: string; fingerprint: string; files?: readonly EntryFile[] };

export type ServerApprovals = {
  trusted: boolean;
  approved: readonly ApprovedServer[];
  /** Names that settings approve: those that were there when the settings first said so. */
  enabled: readonly string[];
  /** `disabledMcpjsonServers`, from any file. */
  disabled: readonly string[];
};

export type ServerApproval =
  /** `remember`: it was approved by its name alone; from now on it is what this fingerprint says. */
  | { kind: 'start'; remember?: ApprovedServer }
  | { kind: 'ask'; because: Because }
  | { kind: 'refused'; because: Because };

/** Of the whole entry: program, arguments, address, variables, headers, helper. The order of keys is of no account. */
export function entryFingerprint(entry: ServerEntry): string {
  return fingerprintOf(entry);
}

/** What a person sees before they say yes: the entry, and the files of the repository that its start names. */
export function seenFingerprint(entry: ServerEntry, files: readonly EntryFile[] = []): string {
  return files.length === 0 ? fingerprintOf(entry) : fingerprintOf([entry, files]);
}

/** A name approves an entry only as long as the entry stays what it was when the name was first met. */
export function approvalOf(server: Server, approvals: ServerApprovals): ServerApproval {
  const { name, scope, file, entry, files = [] } = server;
  const say = (code: string) => ({ code, args: { server: name, file } });
  if (approvals.disabled.includes(name)) return { kind: 'refused', because: say('mcp.server.rejected') };
  if (scope === 'user' || scope === 'managed') return { kind: 'start' };
  if (!approvals.trusted) return { kind: 'ask', because: say('mcp.server.untrusted') };
  // Written for this project by the person, in a file that no repository brings along.
  if (scope === 'local') return { kind: 'start' };
  const fingerprint = entryFingerprint(entry);
  const known = approvals.approved.filter((one) => one.name === name && one.file === file);
  const same = known.filter((one) => one.fingerprint === fingerprint);
  if (same.some((one) => one.files === undefined || changedFiles(one.files, files).length === 0))
    return { kind: 'start' };
  if (same[0] !== undefined) return { kind: 'ask', because: filesChanged(server, same[0].files) };
  if (known.length > 0) return { kind: 'ask', because: say('mcp.server.changed') };
  // The settings speak of `.mcp.json` alone.
  return scope === 'project' && approvals.enabled.includes(name)
    ? { kind: 'start', remember: { name, file, fingerprint, files } }
    : { kind: 'ask', because: say('mcp.server.new') };
}

export const FILES_CHANGED = 'mcp.server.filesChanged';
export const FILES_CHANGED_RUNNING = 'mcp.server.filesChangedRunning';
/** Files that are named in the sentence. */
const MOST_NAMED = 5;

/** Why a server is held although its entry is what was approved. */
export function filesChanged(
  { name, files = [] }: Pick<Server, 'name' | 'files'>,
  before: readonly EntryFile[] = [],
): Because {
  const changed = changedFiles(before, files);
  const named = [...changed.slice(0, MOST_NAMED), ...(changed.length > MOST_NAMED ? ['…'] : [])].join(', ');
  return { code: FILES_CHANGED, args: { server: name, files: named } };
}

/** Paths that came, went or are others now. */
export function changedFiles(before: readonly EntryFile[], now: readonly EntryFile[]): string[] {
  const versionIn = (files: readonly EntryFile[], name: string) => files.find((one) => one.path === name)?.version;
  const names = [...new Set([...before, ...now].map((one) => one.path))];
  return names.filter((name) => versionIn(before, name) !== versionIn(now, name));
}

/** A tool as its server describes it. */
export type ToolDefinition = Readonly<Record<string, unknown>>;

/** Of all that the server says of the tool: the description, the schema of its input, the hints. */
export function definitionFingerprint(definition: ToolDefinition): string {
  return fingerprintOf(definition);
}

/** `approved` is absent as long as nobody has said yes to any. */
export type Versions = { approved?: string | null; current: string };
export type CallFacts = {
  tool: string;
  definition?: Versions;
  /** Of the entry and of what the server says of itself. */
  server?: Versions;
  /** What the model reads of the tool. */
  texts?: readonly string[];
};

/** Why a call is asked about whatever the rules say: what was approved is not what would be called. */
export function whyAskAgain({ tool, definition, server, texts = [] }: CallFacts): Because | undefined {
  const say = (code: string) => ({ code, args: { tool } });
  if (texts.some(hasInvisible)) return say('mcp.tool.hiddenText');
  if (definition !== undefined && definition.approved !== definition.current) return say('mcp.tool.changed');
  if (server !== undefined && server.approved !== server.current) return say('mcp.tool.serverChanged');
  return undefined;
}

/** The one server that a tool's name speaks of; undefined when none does, or when two could be meant. */
export function serverOfTool(tool: string, servers: readonly string[]): string | undefined {
  const meant = servers.filter((server) => {
    const prefix = `mcp__${nameInTools(server)}__`;
    return nameInTools(server) !== '' && tool.startsWith(prefix) && tool.length > prefix.length;
  });
  return meant.length === 1 ? meant[0] : undefined;
}

/** Servers whose name comes out as that of an earlier one: they are refused, or a rule for one would hold for both. */
export function sameNamedServers(servers: readonly string[]): string[] {
  return servers.filter(
    (server, index) => servers.findIndex((one) => nameInTools(one) === nameInTools(server)) < index,
  );
}

/** How a server's name stands in the names of its tools. */
export function nameInTools(server: string): string {
  return server.replace(/[^A-Za-z0-9_-]/g, '_');
}

function fingerprintOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { object: entries.map(([key, entry]) => [key, sorted(entry)]) };
}
