// One session with a server: from its start until it is lost or closed.
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import type * as z from 'zod/mini';
import type { ServerCatalog, ServerDefinition, ServerInfo } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { redact } from '../../util/redact.ts';
import { cutEnd } from '../../util/truncate.ts';
import { answerServer, capabilitiesOf } from './answerServer.ts';
import type { ConnectionParts } from './connectionParts.ts';
import { createDeadline, inSeconds, lateFault } from './deadline.ts';
import { endedBy } from './endedBy.ts';
import { faultOf } from './faultOf.ts';
import { DEFAULT_LIMITS } from './limits.ts';
import type * as Sdk from './mcpSdk.ts';
import { createMessageGate } from './messageGate.ts';
import { ServerFault } from './serverFault.ts';
import { createServerLists } from './serverLists.ts';
import { serverSecrets } from './serverSecrets.ts';
import { createStderrTail } from './stderrTail.ts';
import { connectTimeout } from './timeouts.ts';
import { createWire, endWire } from './wire.ts';

/** The library's own timers are not used: they know no end of a whole call, and no reason of ours. */
const NEVER_MS = 2 ** 31 - 1;
const INSTRUCTIONS = 2048;
/** Of a line of the log. */
const LOGGED = 1000;

export type SessionHooks = {
  /** The session is over, and `close` ends what is left of it. Called once, and not after `close`. */
  lost(fault: ServerFault, stderr: string[]): void;
  /** The lists were read again. */
  changed(): void;
  notice(because: Because): void;
  /** A resource that was subscribed to. */
  updated(uri: string): void;
};
export type SessionStart = {
  definition: ServerDefinition;
  parts: ConnectionParts;
  sdk: typeof Sdk;
  /** Of this session, those of the definition among them. */
  headers: Readonly<Record<string, string>>;
  hooks: SessionHooks;
  signal: AbortSignal;
};

export type RequestOptions = {
  signal?: AbortSignal;
  /** Default: as long as connecting may take. */
  totalMs?: number;
  /** Without an answer or progress. */
  idleMs?: number;
  onProgress?: (progress: Progress) => void;
  /** Until it aborts, progress is heard after the answer, too. */
  progressUntil?: AbortSignal;
  /** Called when there is a session, right before the request is sent. What it throws is what the request rejects with. */
  check?(): void;
};
/** Rejects with a `ServerFault`, with the error that the server answered, or with the signal's reason. */
export type Request = <T>(
  method: string,
  params: Record<string, unknown>,
  schema: z.ZodMiniType<T>,
  options?: RequestOptions,
) => Promise<T>;

export type Session = {
  info: ServerInfo;
  catalog(): ServerCatalog;
  request: Request;
  /** Why the session is over, if it is. */
  over(): NotOpened | undefined;
  /** What an error of `request` means. */
  faultOf(error: unknown): ServerFault;
  rootsChanged(): void;
  close(): Promise<void>;
};

/** Why a session could not be opened, with the last lines of the program. Nothing is left of it. */
export class NotOpened extends Error {
  readonly fault: ServerFault;
  readonly refused: boolean;
  readonly stderr: string[];

  constructor(fault: ServerFault, refused: boolean, stderr: string[]) {
    super(fault.message, { cause: fault });
    this.fault = fault;
    this.refused = refused;
    this.stderr = stderr;
  }
}

/** Rejects with `NotOpened`. */
export async function openSession({ definition, parts, sdk, headers, hooks, signal }: SessionStart): Promise<Session> {
  const { name: server, transport } = definition;
  const limits = { ...DEFAULT_LIMITS, ...parts.limits };
  const secrets = serverSecrets(
    transport.type === 'stdio' ? transport : { ...transport, headers: { ...transport.headers, ...headers } },
    parts.programEnv(),
  );
  /** A server's own words may hold what it was given. */
  const log = (text: string) => parts.log(cutEnd(redact(text, secrets), LOGGED));
  const stderr = createStderrTail(secrets);
  const connectMs = connectTimeout(parts.env());
  let refused: number | undefined;
  let version = '';
  let opened = false;
  let over: ServerFault | undefined;
  const ending = new AbortController();

  const lost = (fault: ServerFault) => {
    if (over !== undefined) return;
    over = fault;
    ending.abort(fault);
    if (opened) hooks.lost(fault, stderr.lines());
  };
  const meaning = (error: unknown) =>
    faultOf(error, {
      server,
      transport,
      secrets,
      inSession: opened && wire.sessionId !== undefined,
      ...(refused === undefined ? {} : { refused }),
    });
  const closed = () => new ServerFault({ code: 'mcp.connection.closed', args: { server } }, 'again');

  const gate = createMessageGate({ server, limits, now: () => performance.now(), log, fail: lost });
  const wire = createWire({
    definition,
    parts,
    sdk,
    limits,
    gate,
    stderr,
    headers,
    lost,
    refused: (status) => {
      refused = status;
    },
  });
  const setVersion = wire.setProtocolVersion?.bind(wire);
  wire.setProtocolVersion = (negotiated) => {
    version = negotiated;
    setVersion?.(negotiated);
  };

  const client = new sdk.Client(
    { name: 'assent', title: 'Assent', version: parts.version },
    { capabilities: capabilitiesOf(parts) },
  );
  answerServer(client, sdk, server, { ...parts, log });
  // While it opens, the library closes what failed; why it failed is said by its error.
  client.onclose = () => {
    if (opened) lost(closed());
  };
  client.onerror = (error) => {
    if (opened && transport.type === 'sse' && error instanceof sdk.SseError) {
      const fault = meaning(error);
      // A stream that breaks has no reason of its own.
      lost(fault.because.code === 'mcp.connection.failed' ? closed() : fault);
    } else if (error.message.startsWith('Maximum reconnection attempts')) lost(closed());
    else gate.fault(cutEnd(meaning(error).message, 300));
  };

  const request: Request = async (method, params, schema, options = {}) => {
    if (over !== undefined) throw over;
    options.check?.();
    const totalMs = options.totalMs ?? connectMs;
    const times = { totalMs, ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }) };
    const deadline = createDeadline({ ...times, late: lateFault(server, method, times) }, options.signal);
    refused = undefined;
    // The library may keep what listens for as long as the session lasts.
    let heard = options.onProgress;
    const hearNoMore = () => {
      heard = undefined;
    };
    try {
      return await client.request({ method, params }, schema, {
        signal: deadline.signal,
        timeout: NEVER_MS,
        onprogress: (progress) => {
          deadline.alive();
          heard?.(progress);
        },
      });
    } catch (error) {
      if (deadline.signal.aborted) throw deadline.signal.reason;
      // What ended the connection says more than that it has ended.
      throw over ?? error;
    } finally {
      deadline.dispose();
      if (options.progressUntil?.aborted === false)
        options.progressUntil.addEventListener('abort', hearNoMore, { once: true });
      else hearNoMore();
    }
  };

  const lists = createServerLists({
    server,
    limits,
    ask: (method, cursor, schema) => request(method, cursor === undefined ? {} : { cursor }, schema),
    over: () => over !== undefined,
    describe: (error) => meaning(error).message,
    notice: hooks.notice,
    changed: hooks.changed,
  });
  // Of a list that is not offered nothing can have changed.
  const listChanged = (list: 'tools' | 'prompts' | 'resources') => {
    if (client.getServerCapabilities()?.[list] !== undefined) lists.refreshSoon(list);
  };
  client.setNotificationHandler(sdk.ToolListChangedNotificationSchema, () => listChanged('tools'));
  client.setNotificationHandler(sdk.PromptListChangedNotificationSchema, () => listChanged('prompts'));
  client.setNotificationHandler(sdk.ResourceListChangedNotificationSchema, () => listChanged('resources'));
  client.setNotificationHandler(sdk.ResourceUpdatedNotificationSchema, ({ params }) => hooks.updated(params.uri));

  const close = async () => {
    over ??= closed();
    lists.dispose();
    await endWire(wire);
    await client.close();
  };

  const open = async (until: AbortSignal) => {
    await client.connect(wire, { timeout: NEVER_MS, signal: until });
    const offered = client.getServerCapabilities() ?? {};
    if (offered.logging !== undefined)
      request('logging/setLevel', { level: 'info' }, sdk.EmptyResultSchema).catch((error) =>
        gate.fault(meaning(error).message),
      );
    await lists.readAll(offered);
  };
  const deadline = createDeadline(
    {
      totalMs: connectMs,
      late: () =>
        new ServerFault({ code: 'mcp.connection.slow', args: { server, seconds: inSeconds(connectMs) } }, 'again'),
    },
    AbortSignal.any([signal, ending.signal]),
  );
  try {
    await endedBy(deadline.signal, open(deadline.signal));
    opened = true;
  } catch (error) {
    const fault = over ?? meaning(deadline.signal.aborted ? deadline.signal.reason : error);
    const wasRefused = refused !== undefined;
    await close();
    throw new NotOpened(fault, wasRefused, stderr.lines());
  } finally {
    deadline.dispose();
  }

  return {
    info: infoOf(client, version),
    catalog: lists.catalog,
    request,
    over: () => (over === undefined ? undefined : new NotOpened(over, false, stderr.lines())),
    faultOf: meaning,
    rootsChanged() {
      client.sendRootsListChanged().catch((error) => gate.fault(meaning(error).message));
    },
    close,
  };
}

function infoOf(client: Client, protocolVersion: string): ServerInfo {
  const { name = '', version = '' } = client.getServerVersion() ?? {};
  const instructions = client.getInstructions();
  return {
    name,
    version,
    protocolVersion,
    capabilities: { ...client.getServerCapabilities() },
    ...(instructions === undefined || instructions.trim() === ''
      ? {}
      : { instructions: cutEnd(instructions, INSTRUCTIONS) }),
  };
}
