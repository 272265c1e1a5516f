// All servers that files name, each with what has become of it: ready, waiting for a yes, refused, wrong.
import type { ListedServer, ServerDefinition, ServerEntry, ServerScope } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { type ApprovedServer, approvalOf, entryFingerprint, isServerEntry, type ServerApprovals } from '../approval.ts';
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
  before(name: string, file: string): ServerEntry | undefined;
  /** `disabledMcpServers` of this project. */
  disabled: readonly string[];
  policy: ServerPolicy;
  env: Readonly<Record<string, string | undefined>>;
  editor: EditorPlaces;
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

  const place = scope === 'editor' ? parts.editor : undefined;
  const filled = fillIn(shape, parts.env, place);
  // The lists speak of what would be started, so that no variable leads around them.
  const blocked = whyNotAllowed(name, filled.transport, parts.policy);
  if (blocked !== undefined) return { ...base, standing: 'blocked', because: blocked };

  const approval = approvalOf({ name, scope, file, entry }, approvals);
  if (approval.kind === 'refused') return { ...base, standing: 'rejected', because: approval.because };
  if (parts.disabled.includes(name)) return { ...base, standing: 'disabled', because: say('mcp.config.disabled') };
  const definition = (transport: ServerDefinition['transport']): ServerDefinition => ({
    ...{ name, scope, file, entry, transport, fingerprint: entryFingerprint(entry), alwaysLoad: shape.alwaysLoad },
    ...(line === undefined ? {} : { line }),
    ...(shape.timeoutMs === undefined ? {} : { timeoutMs: shape.timeoutMs }),
  });
  // Whoever's file it stands in: before trust no program but the search is started.
  const wait = approvals.trusted ? approval : { kind: 'ask' as const, because: say('mcp.server.untrusted') };
  if (wait.kind === 'ask') {
    const before = parts.before(name, file);
    const pending = { standing: 'pending' as const, definition: definition(asWritten(shape)), because: wait.because };
    return { ...base, ...pending, ...(before === undefined ? {} : { before }) };
  }
  if (approval.kind === 'start' && approval.remember !== undefined) remember.push(approval.remember);

  warnings.push(
    ...filled.missing.map((variable) => ({ code: 'mcp.config.variable', args: { server: name, variable } })),
  );
  if (filled.missingInputs.length > 0) {
    const inputs = filled.missingInputs.join(', ');
    return {
      ...base,
      standing: 'notConfigured',
      because: { code: 'mcp.config.inputs', args: { server: name, inputs } },
    };
  }
  const transport = await withEnvFile(shape, filled.transport, parts, warnings, name);
  const fault = transportFault(name, transport);
  if (fault !== undefined) return { ...base, standing: 'invalid', because: fault };
  return { ...base, standing: 'ready', definition: definition(transport) };
}

async function withEnvFile(
  shape: ServerShape,
  transport: ServerDefinition['transport'],
  parts: ListParts,
  warnings: Because[],
  server: string,
): Promise<ServerDefinition['transport']> {
  if (shape.type !== 'stdio' || shape.envFile === undefined || transport.type !== 'stdio') return transport;
  const { transport: named } = fillIn({ ...shape, command: shape.envFile }, parts.env, parts.editor);
  const file = named.type === 'stdio' ? named.command : '';
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
    return {
      name,
      scope,
      file,
      ...(line === undefined ? {} : { line }),
      entry,
      warnings,
      standing: 'invalid',
      because,
    };
  });
}
