// All servers that files name, each with what has become of it: ready, waiting for a yes, refused, wrong.
import path from 'node:path';
import type {
  EntryFile,
  ListedServer,
  ServerDefinition,
  ServerEntry,
  ServerScope,
  ServerTransport,
} from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import {
  type ApprovedServer,
  approvalOf,
  entryFingerprint,
  FILES_CHANGED,
  FILES_CHANGED_RUNNING,
  isServerEntry,
  type ServerApprovals,
} from '../approval.ts';
import { unusableServers } from '../tools/toolNames.ts';
import { asWritten, type EditorPlaces, fillIn, parseEnvFile, transportFault } from './fillIn.ts';
import { type ServerPolicy, whyNotAllowed } from './serverPolicy.ts';
import { type ServerShape, serverShape } from './serverShape.ts';

/** An entry as it stands in a file. */
export type NamedEntry = { name: string; scope: ServerScope; file: string; line?: number; entry: unknown };
export type ListParts = {
  /** Highest first; of one name the first counts, whole. */
  entries: readonly NamedEntry[];
  /** The organisation has a file of servers: no others are started. */
  exclusive: boolean;
  approvals: ServerApprovals;
  /** The entry as it was approved before, without its secrets. */
  before(
    name: string,
    file: string,
    fingerprint: string,
  ): { shown: ServerEntry; files: readonly EntryFile[] } | undefined;
  /** `disabledMcpServers` of this project. */
  disabled: readonly string[];
  policy: ServerPolicy;
  /** What variables are filled in from: nothing that a repository says and nobody accepted. */
  env: Readonly<Record<string, string | undefined>>;
  editor: EditorPlaces;
  /** The files of the repository that a start names, `more` among them; undefined when these are too many. Left out: nobody looks. */
  startFiles?(transport: ServerTransport, more: readonly string[]): Promise<EntryFile[] | undefined>;
  /** The definition that a server runs by at this moment. */
  running?(name: string): ServerDefinition | undefined;
  /** A file named by `envFile`; undefined when it cannot be read. */
  readText(file: string): Promise<string | undefined>;
};
/** `remember`: what a name in the settings approved just now. */
export type Listing = { servers: ListedServer[]; remember: ApprovedServer[] };

/** Nothing of a person's environment is filled into an entry of the repository before it is approved. */
export async function listServers(parts: ListParts): Promise<Listing> {
  const remember: ApprovedServer[] = [];
  const chosen = new Map<string, NamedEntry>();
  const shadowed = new Map<string, string[]>();
  for (const one of parts.entries) {
    if (!chosen.has(one.name)) chosen.set(one.name, one);
    else shadowed.set(one.name, [...(shadowed.get(one.name) ?? []), one.file]);
  }
  const servers: ListedServer[] = [];
  for (const one of chosen.values()) {
    const listed = await list(one, parts, remember);
    for (const file of shadowed.get(one.name) ?? [])
      listed.warnings.push({ code: 'mcp.config.shadows', args: { server: one.name, file } });
    servers.push(listed);
  }
  return { servers: refuseSamePrefix(servers), remember };
}

async function list(one: NamedEntry, parts: ListParts, remember: ApprovedServer[]): Promise<ListedServer> {
  const { name, scope, file, line, entry: raw } = one;
  const { approvals } = parts;
  const found = serverShape(name, scope, raw);
  const { warnings } = found;
  const entry = isServerEntry(raw) ? raw : {};
  const base = { name, scope, file, ...(line === undefined ? {} : { line }), entry, warnings };
  const say = (code: string): Because => ({ code, args: { server: name, file } });
  if (parts.exclusive && scope !== 'managed')
    return { ...base, standing: 'blocked', because: say('mcp.config.managed') };
  if ('standing' in found) return { ...base, standing: found.standing, because: found.because };
  const { shape } = found;

  const filled = fillIn(shape, parts.env, scope === 'editor' ? parts.editor : undefined);
  const transport = inRoot(filled.transport, parts.editor.root);
  // The lists speak of what would be started, so that no variable leads around them.
  const blocked = whyNotAllowed(name, transport, parts.policy);
  if (blocked !== undefined) return { ...base, standing: 'blocked', because: blocked };

  const envFile = envFileOf(shape, parts);
  const files = await filesOf(scope, transport, envFile, parts);
  // What cannot be looked at cannot be approved.
  if (files === undefined) return { ...base, standing: 'invalid', because: say('mcp.config.tooManyNames') };
  const shown = { ...base, ...files };
  const fingerprint = entryFingerprint(entry);
  const approval = approvalOf({ name, scope, file, entry, ...files }, approvals);
  if (approval.kind === 'refused') return { ...shown, standing: 'rejected', because: approval.because };
  if (parts.disabled.includes(name)) return { ...shown, standing: 'disabled', because: say('mcp.config.disabled') };
  const definition = (transport: ServerTransport): ServerDefinition => ({
    ...{ name, scope, file, entry, transport, fingerprint, alwaysLoad: shape.alwaysLoad, ...files },
    ...(line === undefined ? {} : { line }),
    ...(shape.timeoutMs === undefined ? {} : { timeoutMs: shape.timeoutMs }),
  });
  // Whoever's file it stands in: before trust no program but the search is started.
  const wait = approvals.trusted ? approval : { kind: 'ask' as const, because: say('mcp.server.untrusted') };
  if (wait.kind === 'ask') {
    const running = wait.because.code === FILES_CHANGED ? parts.running?.(name) : undefined;
    if (running?.fingerprint === fingerprint) {
      // Who works on a server does not lose it with each line that is saved.
      warnings.push({ code: FILES_CHANGED_RUNNING, args: wait.because.args });
      return { ...shown, standing: 'ready', definition: running };
    }
    const before = parts.before(name, file, fingerprint);
    const pending = { standing: 'pending' as const, definition: definition(asWritten(shape)), because: wait.because };
    return {
      ...shown,
      ...pending,
      ...(before === undefined ? {} : { before: before.shown, filesBefore: before.files }),
    };
  }
  if (approval.kind === 'start' && approval.remember !== undefined) remember.push(approval.remember);

  warnings.push(
    ...filled.missing.map((variable) => ({ code: 'mcp.config.variable', args: { server: name, variable } })),
  );
  if (filled.missingInputs.length > 0) {
    const inputs = filled.missingInputs.join(', ');
    const because = { code: 'mcp.config.inputs', args: { server: name, inputs } };
    return { ...shown, standing: 'notConfigured', because };
  }
  const whole = await withEnvFile(transport, envFile, parts, warnings, name);
  const fault = transportFault(name, whole);
  if (fault !== undefined) return { ...shown, standing: 'invalid', because: fault };
  return { ...shown, standing: 'ready', definition: definition(whole) };
}

function inRoot(transport: ServerTransport, root: string): ServerTransport {
  if (transport.type !== 'stdio' || transport.cwd === undefined) return transport;
  return { ...transport, cwd: path.resolve(root, transport.cwd) };
}

/** Nobody approves what is their own; and before trust no link of the repository is followed. */
async function filesOf(
  scope: ServerScope,
  transport: ServerTransport,
  envFile: string | undefined,
  { approvals, startFiles }: ListParts,
): Promise<{ files?: readonly EntryFile[] } | undefined> {
  if ((scope !== 'project' && scope !== 'editor') || !approvals.trusted || startFiles === undefined) return {};
  const files = await startFiles(transport, envFile === undefined ? [] : [envFile]);
  return files && { files };
}

function envFileOf(shape: ServerShape, { env, editor }: ListParts): string | undefined {
  if (shape.type !== 'stdio' || shape.envFile === undefined) return undefined;
  const { transport } = fillIn({ ...shape, command: shape.envFile }, env, editor);
  return transport.type === 'stdio' ? path.resolve(editor.root, transport.command) : undefined;
}

async function withEnvFile(
  transport: ServerTransport,
  file: string | undefined,
  parts: ListParts,
  warnings: Because[],
  server: string,
): Promise<ServerTransport> {
  if (file === undefined || transport.type !== 'stdio') return transport;
  const text = await parts.readText(file);
  if (text === undefined) {
    warnings.push({ code: 'mcp.config.envFile', args: { server, file } });
    return transport;
  }
  return { ...transport, env: { ...parseEnvFile(text), ...transport.env } };
}

/** The person's own come first: a repository must not push one of them out by a name that reads alike. */
const OWN_FIRST: readonly ServerScope[] = ['managed', 'local', 'user', 'project', 'editor'];

/** Of two servers whose tools would be named alike, the second is refused: a rule for one would hold for both. */
function refuseSamePrefix(servers: readonly ListedServer[]): ListedServer[] {
  const usable = servers.filter(({ standing }) => standing === 'ready' || standing === 'pending');
  const inOrder = OWN_FIRST.flatMap((scope) => usable.filter((one) => one.scope === scope));
  const refused = unusableServers(inOrder.map(({ name }) => name));
  return servers.map((one): ListedServer => {
    const because = usable.includes(one) ? refused.get(one.name) : undefined;
    if (because === undefined) return one;
    const { name, scope, file, line, entry, warnings } = one;
    const named = { name, scope, file, ...(line === undefined ? {} : { line }) };
    return { ...named, entry, warnings, standing: 'invalid', because };
  });
}
