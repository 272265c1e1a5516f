// The rehearsal model: a server on the loopback interface that speaks the streaming Messages API as the service does, and
// answers from a script or, without one, walks a newcomer through the product.
//
// Besides `/v1/messages`, `/v1/messages/count_tokens` and `/v1/models` it has `POST /control/script` (replaces the script and
// forgets how far each conversation was), `POST /control/reset` (forgets that, the cache and the log) and `GET /control/log`.
import { randomUUID } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { listModels, modelInfo } from '../../../src/providers/models.ts';
import { REHEARSAL_MODEL } from '../../../src/providers/modelTable.ts';
import { type CacheUse, countTokens, createPromptCache } from './promptCache.ts';
import { type ConversationTrack, createTracks, nextTurn } from './queues.ts';
import { type Action, type Reply, replyOf, sse } from './reply.ts';
import { ERROR_TYPES, parseScript, type Script, type Turn } from './script.ts';
import { type Fields, type MessagesRequest, Refusal, validate } from './validate.ts';
import { walk } from './walk.ts';

export type { Script } from './script.ts';

export type LoggedRequest = {
  time: string;
  path: string;
  /** Without secrets: those are there, but said to be `(hidden)`. */
  headers: Record<string, string>;
  body: unknown;
  /** The status of the answer. */
  status: number;
  /** Requests of one conversation have the same number, from 1. */
  conversation: number;
  inputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** What the answer's 400 said. */
  error?: string;
};

export type RehearsalOptions = {
  /** 0 and undefined pick a free one. */
  port?: number;
  /** Undefined: the walk-through. */
  script?: Script;
  /** A file to which every request is appended as a line of JSON. */
  log?: string;
  /** Tokens a second; undefined is as fast as the socket takes it. */
  rate?: number;
};
export type Rehearsal = {
  url: string;
  port: number;
  /** Replaces the script and forgets how far each conversation was; undefined goes back to the walk-through. */
  setScript(script: Script | undefined): void;
  requests(): LoggedRequest[];
  /** Forgets positions, cache and log. */
  reset(): void;
  close(): Promise<void>;
};

const SECRET_HEADERS = new Set(['authorization', 'x-api-key', 'cookie', 'proxy-authorization']);
const FAST_PIECE = 48;
const TOKEN_PIECE = 4;
/** How often a rated answer sends what has become due. */
const TICK_MS = 4;

export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  let script = options.script && parseScript(options.script);
  let tracks = createTracks();
  let cache = createPromptCache();
  let logged: LoggedRequest[] = [];
  let logging = Promise.resolve();
  const sockets = new Set<Socket>();

  const setScript = (next: Script | undefined) => {
    script = next && parseScript(next);
    tracks = createTracks();
  };
  const reset = () => {
    tracks = createTracks();
    cache = createPromptCache();
    logged = [];
  };
  const log = (entry: LoggedRequest) => {
    logged.push(entry);
    const { log: file } = options;
    if (file) logging = logging.then(() => appendFile(file, `${JSON.stringify(entry)}\n`));
  };

  const answerMessages = async (request: IncomingMessage, response: ServerResponse) => {
    const text = await readBody(request);
    const entry: LoggedRequest = {
      time: new Date().toISOString(),
      path: request.url ?? '',
      headers: withoutSecrets(request.headers),
      body: parseJson(text),
      status: 200,
      conversation: 0,
      inputTokens: 0,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
    };
    try {
      checkHeaders(request.headers);
      const body = validate(entry.body, Buffer.byteLength(text), (candidate) => tracks.isPaused(candidate));
      const track = tracks.of(body);
      entry.conversation = track.id;
      const { turn, take } = choose(track, body);
      for (const wanted of turn.expect) {
        if (!contains(text, entry.body, wanted)) {
          throw new Refusal(400, 'invalid_request_error', `Rehearsal: the request does not contain “${wanted}”.`);
        }
      }
      take();
      if (turn.status) {
        entry.status = turn.status.code;
        log(entry);
        sendError(response, turn.status.code, turn.status.error, turn.status.headers);
        return;
      }
      const { contextWindow } = modelInfo(body.model);
      const size = countTokens(body);
      if (size > contextWindow) {
        throw new Refusal(
          400,
          'invalid_request_error',
          `prompt is too long: ${size} tokens > ${contextWindow} maximum`,
        );
      }
      const usage = cache.use(body);
      Object.assign(entry, usage);
      log(entry);
      await sendAnswer(response, body, turn, usage, track, turn.rate ?? script?.rate ?? options.rate);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      entry.status = error.status;
      entry.error = error.message;
      log(entry);
      sendError(response, error.status, { type: error.type, message: error.message });
    }
  };

  const choose = (track: ConversationTrack, body: MessagesRequest): { turn: Turn; take(): void } => {
    if (!script) return { turn: walk(body), take: () => {} };
    const next = nextTurn(script, track, body);
    if (next) return next;
    throw new Refusal(
      400,
      'invalid_request_error',
      'Rehearsal: the script is exhausted; no turn is left for this request.',
    );
  };

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendError(response, 500, { type: 'api_error', message: `Rehearsal: ${String(error)}` });
    });
  });
  const route = async (request: IncomingMessage, response: ServerResponse) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    switch (`${request.method} ${path}`) {
      case 'POST /v1/messages':
        return answerMessages(request, response);
      case 'POST /v1/messages/count_tokens': {
        checkOrRefuse(request, response, async () => {
          const body = parseJson(await readBody(request)) as MessagesRequest;
          sendJson(response, { input_tokens: countTokens(body) });
        });
        return;
      }
      case 'GET /v1/models':
        checkOrRefuse(request, response, async () => sendJson(response, modelList()));
        return;
      case 'POST /control/script':
        setScript(parseJson(await readBody(request)) as Script);
        return sendJson(response, {});
      case 'POST /control/reset':
        reset();
        return sendJson(response, {});
      case 'GET /control/log':
        return sendJson(response, logged);
      default:
        sendError(response, 404, { type: 'not_found_error', message: `${request.method} ${path}` });
    }
  };
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    setScript,
    requests: () => [...logged],
    reset,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await logging;
    },
  };
}

async function sendAnswer(
  response: ServerResponse,
  body: MessagesRequest,
  turn: Turn,
  usage: CacheUse,
  track: ConversationTrack,
  rate: number | undefined,
): Promise<void> {
  const reply = replyOf(turn, {
    messageId: `msg_${randomUUID().replaceAll('-', '').slice(0, 24)}`,
    model: body.model,
    usage,
    maxTokens: body.max_tokens,
    pieceLength: rate === undefined ? FAST_PIECE : TOKEN_PIECE,
  });
  if (body.stream !== true) {
    sendWhole(response, body, reply, usage);
    return;
  }
  response.writeHead(200, {
    ...answerHeaders(),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
  });
  if (turn.raw !== undefined) {
    response.end(turn.raw);
    return;
  }
  const whole = await sendActions(response, reply.actions, rate, turn.disconnectAfter);
  if (!whole) return;
  response.end();
  // Only what arrived whole can come back, so only that tells the conversation from another.
  const ids = reply.content.flatMap((block) => (block['type'] === 'tool_use' ? String(block['id']) : []));
  const texts = reply.content.flatMap((block) => (block['type'] === 'text' ? inJson(String(block['text'])) : []));
  track.lastAnswer = ids.length > 0 ? ids : texts;
  track.sent.push(...texts);
  track.paused = reply.stop() === 'pause_turn';
}

/** Sends what is due, in as few writes as the rate allows. False when the connection was closed before the end. */
async function sendActions(
  response: ServerResponse,
  actions: Iterable<Action>,
  rate: number | undefined,
  disconnectAfter = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const startedAt = performance.now();
  let due = '';
  let events = 0;
  let tokens = 0;
  let silentMs = 0;
  const flush = async () => {
    if (due === '') return;
    const taken = response.write(due);
    due = '';
    if (!taken && !response.destroyed) await onceDrained(response);
  };
  for (const action of actions) {
    if (response.destroyed) return false;
    if (action.type === 'stall') {
      await flush();
      await sleep(action.ms, response);
      silentMs += action.ms;
      continue;
    }
    if (events++ >= disconnectAfter) {
      await flush();
      // What was written must arrive before the connection breaks.
      await sleep(TICK_MS, response);
      response.destroy();
      return false;
    }
    due += sse(action.name, action.data);
    tokens += action.tokens;
    if (rate === undefined) {
      if (due.length > 65_536) await flush();
      continue;
    }
    const aheadMs = (tokens / rate) * 1000 - (performance.now() - startedAt - silentMs);
    if (aheadMs >= TICK_MS) {
      await flush();
      await sleep(aheadMs, response);
    }
  }
  await flush();
  return !response.destroyed;
}

function sendWhole(response: ServerResponse, body: MessagesRequest, reply: Reply, usage: CacheUse): void {
  const inputs = new Map<number, string>();
  let id = '';
  for (const action of reply.actions) {
    if (action.type !== 'event') continue;
    const { message, index, delta } = action.data as { message?: { id: string }; index?: number; delta?: Fields };
    if (message) id = message.id;
    if (delta?.['type'] === 'input_json_delta' && index !== undefined) {
      inputs.set(index, (inputs.get(index) ?? '') + String(delta['partial_json']));
    }
  }
  sendJson(response, {
    id,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: reply.content.map((block, index) =>
      block['type'] === 'tool_use' ? { ...block, input: parseJson(inputs.get(index) ?? '{}') ?? {} } : block,
    ),
    stop_reason: reply.stop(),
    stop_sequence: null,
    usage: {
      input_tokens: usage.inputTokens,
      cache_creation_input_tokens: usage.cacheWriteTokens,
      cache_read_input_tokens: usage.cacheReadTokens,
      output_tokens: reply.outputTokens(),
    },
  });
}

function checkHeaders(headers: IncomingHttpHeaders): void {
  const key = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer\s+/i, '');
  if (!key) throw new Refusal(401, 'authentication_error', 'x-api-key header is required');
  if (key === 'wrong-key') throw new Refusal(401, 'authentication_error', 'invalid x-api-key');
  if (!headers['anthropic-version'])
    throw new Refusal(400, 'invalid_request_error', 'anthropic-version: header is required');
}

function checkOrRefuse(request: IncomingMessage, response: ServerResponse, answer: () => Promise<void>): void {
  const refuse = (error: unknown) => {
    const told = error instanceof Refusal ? error : new Refusal(400, 'invalid_request_error', String(error));
    sendError(response, told.status, { type: told.type, message: told.message });
  };
  try {
    checkHeaders(request.headers);
    answer().catch(refuse);
  } catch (error) {
    refuse(error);
  }
}

function modelList() {
  const data = [REHEARSAL_MODEL, ...listModels()].map((model) => ({
    type: 'model',
    id: model.id,
    display_name: model.name,
    max_input_tokens: model.contextWindow,
    max_tokens: model.maxOutput,
  }));
  return { data, has_more: false, first_id: data[0]?.id, last_id: data.at(-1)?.id };
}

/** In the raw body, or in any of its strings as a person would read it. */
function contains(text: string, body: unknown, wanted: string): boolean {
  if (text.includes(wanted)) return true;
  let found = false;
  JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value === 'string' && value.includes(wanted)) found = true;
    return value;
  });
  return found;
}

function answerHeaders(): Record<string, string> {
  return { 'request-id': `req_${randomUUID().replaceAll('-', '').slice(0, 24)}` };
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { ...answerHeaders(), 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

function sendError(
  response: ServerResponse,
  status: number,
  error: Fields,
  headers: Record<string, string> = {},
): void {
  const own = answerHeaders();
  response.writeHead(status, { ...own, 'content-type': 'application/json', ...headers });
  const told = { type: ERROR_TYPES[status] ?? 'api_error', ...error };
  response.end(JSON.stringify({ type: 'error', error: told, request_id: own['request-id'] }));
}

function withoutSecrets(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, SECRET_HEADERS.has(name) ? '(hidden)' : String(value)]),
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The check of the request says that it is not JSON.
    return undefined;
  }
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Ends early when the other side has gone. */
function sleep(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      response.off('close', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    response.once('close', end);
  });
}

function onceDrained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end);
      response.off('close', end);
      resolve();
    };
    response.once('drain', end);
    response.once('close', end);
  });
}
