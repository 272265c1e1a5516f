// One server's life: started when it is first needed, lost, tried again, ended.
import * as z from 'zod/mini';
import type { ServerCatalog, ServerDefinition, ServerInfo, ServerState } from '../../contracts/mcp.ts';
import type { Because } from '../../contracts/permission.ts';
import { readableError } from '../../util/readableError.ts';
import { EMPTY_CATALOG } from './catalog.ts';
import type { ConnectionParts } from './connectionParts.ts';
import { endedBy } from './endedBy.ts';
import { createRetryPlan, DEFAULT_RETRY } from './retryPlan.ts';
import { ServerFault } from './serverFault.ts';
import { NotOpened, openSession, type Request, type Session } from './session.ts';

/** Read on first use: nobody without a server pays for it. */
const loadSdk = () => import('./mcpSdk.ts');

/** What the server says has to be opened first; the library takes it as it comes. */
const Elsewhere = z.array(z.looseObject({ message: z.string(), url: z.string(), elicitationId: z.string() }));
/** That a person is asked to open for one call. */
const MOST_ADDRESSES = 3;

export type ConnectionEvent =
  | { type: 'state'; state: ServerState }
  /** Lists are there, or were read again. */
  | { type: 'catalog' }
  | { type: 'notice'; because: Because }
  /** A resource that was subscribed to has changed. */
  | { type: 'updated'; uri: string };

export interface ServerConnection {
  readonly definition: ServerDefinition;
  state(): ServerState;
  /** As last read; kept while the server is tried again, so that requests to the model stay the same. */
  catalog(): ServerCatalog;
  info(): ServerInfo | undefined;
  /** Starts the server if it is not connected. Rejects with a `ServerFault`. */
  connect(): Promise<void>;
  /**
   * Connects first where needed. A session that the server no longer knows is opened anew, once: what was refused with
   * that was not done. Rejects with a `ServerFault` or the signal's reason.
   */
  request: Request;
  /** Ends the session, if there is one, and starts another. Rejects as `connect` does. */
  reconnect(): Promise<void>;
  /** The folders that are worked in have changed. */
  rootsChanged(): void;
  on(listener: (event: ConnectionEvent) => void): () => void;
  /** Ends the server with everything it started. It is not started again. */
  dispose(): Promise<void>;
}

/** Nothing is started before `connect` or `request`. */
export function createServerConnection(definition: ServerDefinition, parts: ConnectionParts): ServerConnection {
  const { name: server, transport } = definition;
  const listeners = new Set<(event: ConnectionEvent) => void>();
  const plan = createRetryPlan({ ...DEFAULT_RETRY, ...parts.retry }, () => performance.now());
  const end = new AbortController();
  const remote = transport.type !== 'stdio';
  let state: ServerState = { state: 'idle' };
  let catalog = EMPTY_CATALOG;
  let info: ServerInfo | undefined;
  let session: Session | undefined;
  let opening: Promise<Session> | undefined;
  let giveUp = new AbortController();
  let closing: Promise<void> = Promise.resolve();
  let retry: NodeJS.Timeout | undefined;
  let reached = false;

  const tell = (event: ConnectionEvent) => {
    for (const listener of listeners) listener(event);
  };
  const become = (next: ServerState) => {
    state = next;
    tell({ type: 'state', state });
  };

  function open(): Promise<Session> {
    if (end.signal.aborted) return Promise.reject(over());
    if (session !== undefined) return Promise.resolve(session);
    clearTimeout(retry);
    opening ??= attempt().finally(() => {
      opening = undefined;
    });
    return opening;
  }

  async function attempt(): Promise<Session> {
    giveUp = new AbortController();
    become({ state: 'connecting', sinceMs: Date.now() });
    try {
      await closing;
      const opened = await openOnce(false).catch((error: unknown) => {
        // A helper may have headers that are newer than those that were refused.
        const again = error instanceof NotOpened && error.refused && remote && transport.headersHelper !== undefined;
        if (again && parts.headers !== undefined) return openOnce(true);
        throw error;
      });
      // It may have been lost, or not be wanted any more, while it was handed over.
      const ended = end.signal.aborted ? over() : opened.over();
      if (ended !== undefined) {
        await close(opened);
        throw ended;
      }
      session = opened;
      reached = true;
      plan.connected();
      info = opened.info;
      catalog = opened.catalog();
      connected();
      return opened;
    } catch (error) {
      const fault = error instanceof NotOpened ? error.fault : asFault(error);
      if (!end.signal.aborted) failed(fault, error instanceof NotOpened ? error.stderr : []);
      throw fault;
    }
  }

  async function openOnce(refused: boolean): Promise<Session> {
    await parts.mayStart?.(definition);
    const signal = AbortSignal.any([end.signal, giveUp.signal]);
    const own = remote ? transport.headers : {};
    const helped = remote && transport.headersHelper !== undefined;
    const added = helped ? await parts.headers?.(definition, refused, signal) : {};
    const sdk = await loadSdk();
    // Not wanted any more, it is not started to be ended.
    signal.throwIfAborted();
    let mine: Session | undefined;
    const isMine = () => mine !== undefined && mine === session;
    mine = await openSession({
      definition,
      parts,
      sdk,
      headers: { ...own, ...added },
      signal,
      hooks: {
        lost: (fault, stderr) => {
          if (mine === undefined) return;
          closing = close(mine);
          if (!isMine()) return;
          session = undefined;
          failed(fault, stderr);
        },
        changed: () => {
          if (mine === undefined || !isMine()) return;
          catalog = mine.catalog();
          connected();
        },
        notice: (because) => tell({ type: 'notice', because }),
        updated: (uri) => tell({ type: 'updated', uri }),
      },
    });
    return mine;
  }

  function connected(): void {
    const { tools, prompts, resources, templates } = catalog;
    become({
      state: 'connected',
      tools: tools.length,
      prompts: prompts.length,
      resources: resources.length + templates.length,
    });
    tell({ type: 'catalog' });
  }

  function failed(fault: ServerFault, stderr: string[]): void {
    if (fault.kind === 'signIn') {
      become({ state: 'needsAuthentication', because: fault.because });
      return;
    }
    // A program that has never worked will not begin to; an address may.
    const waitMs = fault.kind === 'final' || !(reached || remote) ? undefined : plan.next();
    const retryAt = waitMs === undefined ? {} : { retryAtMs: Date.now() + waitMs };
    if (waitMs !== undefined)
      retry = setTimeout(() => {
        // Its end is told as a state.
        open().catch(() => {});
      }, waitMs);
    become({ state: 'failed', because: fault.because, stderr, ...retryAt });
  }

  /** What cannot be ended must not keep another from being begun. */
  const close = (session: Session) =>
    session.close().catch((error) => parts.log(`${server} could not be ended: ${readableError(error)}`));

  /** The session cannot be used any more, although nobody said so. */
  function drop(lost: Session): void {
    if (session !== lost) return;
    session = undefined;
    closing = close(lost);
  }

  /** The server wants something done under an address before it goes on. When it is done nobody knows but the person. */
  async function askElsewhere(error: unknown, signal: AbortSignal | undefined): Promise<ServerFault | undefined> {
    const { UrlElicitationRequiredError } = await loadSdk();
    if (parts.elicit === undefined || !(error instanceof UrlElicitationRequiredError)) return undefined;
    const asked = Elsewhere.safeParse(error.elicitations);
    if (!asked.success) return undefined;
    for (const { message, url, elicitationId: id } of asked.data.slice(0, MOST_ADDRESSES)) {
      const { action } = await parts.elicit(server, { mode: 'url', message, url, id }, signal ?? end.signal);
      if (action !== 'accept') return new ServerFault({ code: 'mcp.connection.elsewhereDeclined', args: { server } });
    }
    return new ServerFault({ code: 'mcp.connection.elsewhere', args: { server } });
  }

  const asFault = (error: unknown) =>
    error instanceof ServerFault
      ? error
      : new ServerFault({
          code: 'mcp.connection.failed',
          args: { server, reason: error instanceof Error ? error.message : String(error) },
        });
  const over = () => new ServerFault({ code: 'mcp.connection.ended', args: { server } });

  const request: Request = async (method, params, schema, options) => {
    options?.signal?.throwIfAborted();
    const first = await endedBy(options?.signal, open());
    try {
      return await first.request(method, params, schema, options);
    } catch (error) {
      if (options?.signal?.aborted) throw error;
      const elsewhere = await askElsewhere(error, options?.signal);
      if (elsewhere !== undefined) throw elsewhere;
      const fault = first.faultOf(error);
      if (fault.kind !== 'lost') {
        if (remote && session === first && (fault.kind === 'signIn' || unreachable(fault))) {
          drop(first);
          failed(fault, []);
        }
        throw fault;
      }
      drop(first);
      const second = await endedBy(options?.signal, open());
      return await second.request(method, params, schema, options).catch((again: unknown) => {
        throw second.faultOf(again);
      });
    }
  };

  return {
    definition,
    state: () => state,
    catalog: () => catalog,
    info: () => info,
    async connect() {
      await open();
    },
    request,
    async reconnect() {
      plan.reset();
      // One that hangs is why a person asks.
      giveUp.abort(over());
      await opening?.catch(() => {});
      if (session !== undefined) drop(session);
      await open();
    },
    rootsChanged: () => session?.rootsChanged(),
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async dispose() {
      if (!end.signal.aborted) end.abort(over());
      clearTimeout(retry);
      const last = session;
      session = undefined;
      await Promise.all([last && close(last), opening?.catch(() => {}), closing]);
      if (state.state !== 'idle') become({ state: 'idle' });
      listeners.clear();
    },
  };
}

const unreachable = ({ because }: ServerFault) => because.code === 'mcp.connection.unreachable';
