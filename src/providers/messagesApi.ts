// One request to a service that speaks the Messages API, from `ModelRequest` to `ModelEvent`s. The vendors differ only in how
// they open the stream.
import type { Failure, ModelEvent, ModelRequest, Provider, Usage } from '../contracts/provider.ts';
import { failure, failureOfAbort, failureOfThrown } from './failures.ts';
import { createAssembler } from './messageAssembler.ts';
import { type BuiltRequest, buildRequest } from './messagesRequest.ts';
import { MalformedStream, readServerEvents, type ServerEvent } from './sse.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What came back: a stream of server-sent events, one that the vendor reads by itself, or why there is none. */
export type Opened =
  | ({ body: AsyncIterable<Uint8Array>; contentType: string } & Answered)
  | ({ read: ReadEvents } & Answered)
  | { failed: Failure };
/** `hide` takes what was sent as a secret out of what the service says of a failure. */
type Answered = { status: number; requestId?: string; hide(text: string): string };
/** Calls `onBytes` for everything that arrives. Throws `MalformedStream` for what cannot be read. */
export type ReadEvents = (onBytes: () => void) => AsyncGenerator<ServerEvent[]>;
/** Sends one request. May throw what the connection throws; must stop when `signal` is aborted. */
export type Open = (built: BuiltRequest, request: ModelRequest, env: Env, signal: AbortSignal) => Promise<Opened>;

/** What a log may say about a finished request: no content, no secrets. */
export type RequestFacts = {
  model: string;
  purpose: ModelRequest['purpose'];
  durationMs: number;
  status?: number;
  requestId?: string;
  usage?: Usage;
  failure?: Failure;
};

export type MessagesApiOptions = {
  id: string;
  env: () => Env;
  open: Open;
  onRequest?: ((facts: RequestFacts) => void) | undefined;
  /** Without a byte for so long the connection is given up; pings count. Default 240 s. */
  idleTimeoutMs?: number | undefined;
};

const IDLE_TIMEOUT_MS = 240_000;
const DRAIN_MS = 1000;
/** As much of a page that is no stream as helps to recognise it. */
const EXCERPT_BYTES = 2000;

/** A provider for one vendor; it does not repeat anything (`withRetry` does). */
export function createMessagesApi(options: MessagesApiOptions): Provider {
  return { id: options.id, stream: (request, signal) => streamOnce(options, request, signal) };
}

async function* streamOnce(
  options: MessagesApiOptions,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const startedAt = performance.now();
  const env = options.env();
  const assembler = createAssembler(request.model);
  const connection = new AbortController();
  const abort = () => connection.abort();
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const watchdog = createWatchdog(options.idleTimeoutMs ?? IDLE_TIMEOUT_MS, abort);
  let status: number | undefined;
  let requestId: string | undefined;
  let failed: Failure | undefined;
  let hide = (text: string) => text;
  let drain: AsyncIterator<unknown> | undefined;

  try {
    const opened = signal.aborted
      ? { failed: failure('cancelled', '') }
      : await options.open(buildRequest(request, env), request, env, connection.signal);
    if ('failed' in opened) {
      failed = opened.failed;
      status = failed.status;
      requestId = failed.requestId;
    } else {
      status = opened.status;
      hide = opened.hide;
      requestId = opened.requestId;
      watchdog.onBytes();
      if ('body' in opened && !isStream(opened.contentType)) {
        failed = failure('malformedStream', hide(await excerpt(opened.body, opened.contentType)), { retryable: false });
      }
      const batches =
        'read' in opened ? opened.read(watchdog.onBytes) : readServerEvents(opened.body, watchdog.onBytes);
      while (!failed && !assembler.finished) {
        const { value: batch, done } = await batches.next();
        if (done) {
          failed = endedEarly(assembler.began);
          break;
        }
        for (const event of batch) {
          // What the model says is its own; what an error says may be what was sent.
          const told = event.name === 'error' ? { ...event, data: hide(event.data) } : event;
          const pushed = pushEvent(assembler, told);
          if ('failed' in pushed) failed = pushed.failed;
          else for (const modelEvent of pushed.events) yield modelEvent;
          if (failed || assembler.finished) break;
        }
      }
      if (!failed) drain = batches;
    }
  } catch (error) {
    failed =
      error instanceof MalformedStream
        ? failure('malformedStream', error.message)
        : failureOfThrown(error, status !== undefined);
  } finally {
    watchdog.stop();
    signal.removeEventListener('abort', abort);
    // A whole answer leaves its connection to the next request. All else closes it, also when the reader left early.
    if (drain) void readToEnd(drain, connection);
    else connection.abort();
  }

  if (failed) failed = { ...failed, detail: hide(failed.detail) };
  if (failed && watchdog.barked) failed = failure('stalled', 'No data arrived for a long time.');
  if (failed && signal.aborted) failed = failureOfAbort(signal);
  if (failed && requestId !== undefined) failed = { requestId, ...failed };
  // The person has seen a whole block, or a call may already run: asking again would make it twice.
  if (failed && assembler.committed) failed = { ...failed, retryable: false };
  const facts = assembler.facts(requestId);
  options.onRequest?.({
    model: request.model,
    purpose: request.purpose,
    durationMs: performance.now() - startedAt,
    ...(status === undefined ? {} : { status }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(facts ? { usage: facts.usage } : {}),
    ...(failed ? { failure: failed } : {}),
  });
  if (!failed && facts) {
    yield { type: 'done', message: assembler.message(), facts };
    return;
  }
  const partial = assembler.partial();
  yield {
    type: 'failed',
    failure: failed ?? endedEarly(false),
    ...(partial ? { partial } : {}),
    ...(facts ? { facts } : {}),
  };
}

/** Calls `onSilence` when no bytes came for `ms`, counted from the first call of `onBytes`. */
function createWatchdog(ms: number, onSilence: () => void) {
  let timer: NodeJS.Timeout | undefined;
  const watchdog = {
    barked: false,
    onBytes: () => {
      timer ??= setTimeout(() => {
        watchdog.barked = true;
        onSilence();
      }, ms);
      timer.refresh();
    },
    stop: () => clearTimeout(timer),
  };
  return watchdog;
}

function pushEvent(assembler: ReturnType<typeof createAssembler>, event: ServerEvent) {
  try {
    return assembler.push(JSON.parse(event.data));
  } catch (error) {
    if (error instanceof SyntaxError) {
      return { failed: failure('malformedStream', `The stream has an event “${event.name}” that is not JSON.`) };
    }
    throw error;
  }
}

/** Takes the end of the stream off the connection, for a moment at most. Never rejects. */
async function readToEnd(rest: AsyncIterator<unknown>, connection: AbortController): Promise<void> {
  const timer = setTimeout(() => connection.abort(), DRAIN_MS);
  try {
    while (!(await rest.next()).done);
  } catch {
    // The answer is complete already; what breaks now concerns nobody.
    connection.abort();
  } finally {
    clearTimeout(timer);
  }
}

function endedEarly(began: boolean): Failure {
  return began
    ? failure('interrupted', 'The connection was closed before the answer was complete.')
    : failure('malformedStream', 'The answer was empty.');
}

/** Gateways forget the header, or send plain text; a page or a JSON document is certainly no stream. */
function isStream(contentType: string): boolean {
  return !/text\/html|application\/json/i.test(contentType);
}

async function excerpt(body: AsyncIterable<Uint8Array>, contentType: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= EXCERPT_BYTES) break;
  }
  return `${contentType}: ${text}`;
}
