// The rehearsal model: a server on the loopback interface that speaks the streaming Messages API as the service does, and
// answers from a script or, without one, walks a newcomer through the product.
//
// Besides `/v1/messages`, `/v1/messages/count_tokens` and `/v1/models` it has `POST /control/script` (replaces the script and
// forgets how far each conversation was), `POST /control/reset` (forgets that, the cache and the log) and `GET /control/log`.
import { appendFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { listModels, modelInfo } from '../../../src/providers/models.ts';
import { REHEARSAL_MODEL } from '../../../src/providers/modelTable.ts';
import type { MessagesRequest } from './messagesRequest.ts';
import { countTokens, createPromptCache } from './promptCache.ts';
import { type ConversationTrack, createTracks, nextTurn } from './queues.ts';
import { parseScript, type Script, type Turn } from './script.ts';
import { sendAnswer, sendError, sendJson, WAKE } from './send.ts';
import { parseJson, Refusal, validate } from './validate.ts';
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
  /** Resolves once no answer is under way: what a client gave up has really been closed. */
  idle(): Promise<void>;
  /** Ends every silence (`stallMs`) that answers are in now. */
  wake(): void;
  /** Connections that were made since the last reset. */
  connections(): number;
  close(): Promise<void>;
};

const SECRET_HEADERS = new Set(['authorization', 'x-api-key', 'cookie', 'proxy-authorization']);

export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  let script = options.script && parseScript(options.script);
  let tracks = createTracks();
  let cache = createPromptCache();
  let logged: LoggedRequest[] = [];
  let logging = Promise.resolve();
  const sockets = new Set<Socket>();
  const answering = new Set<ServerResponse>();
  let connections = 0;

  const setScript = (next: Script | undefined) => {
    script = next && parseScript(next);
    tracks = createTracks();
  };
  const reset = () => {
    tracks = createTracks();
    cache = createPromptCache();
    logged = [];
    connections = 0;
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
    answering.add(response);
    response.once('close', () => answering.delete(response));
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
        try {
          setScript((parseJson(await readBody(request)) as Script | null) ?? undefined);
        } catch (error) {
          return sendError(response, 400, { message: error instanceof Error ? error.message : String(error) });
        }
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
    connections++;
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
    async idle() {
      await Promise.all([...answering].map((response) => new Promise((resolve) => response.once('close', resolve))));
    },
    wake() {
      for (const response of answering) response.emit(WAKE);
    },
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await logging;
    },
  };
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
