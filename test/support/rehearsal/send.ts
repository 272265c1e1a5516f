// Puts answers and errors on the wire: as fast as the socket takes them, or at a rate.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Fields, MessagesRequest } from './messagesRequest.ts';
import type { CacheUse } from './promptCache.ts';
import type { ConversationTrack } from './queues.ts';
import { type Action, type Reply, replyOf, sse } from './reply.ts';
import { ERROR_TYPES, type Turn } from './script.ts';
import { parseJson } from './validate.ts';

const FAST_PIECE = 48;
const TOKEN_PIECE = 4;
/** How often a rated answer sends what has become due. */
const TICK_MS = 4;

export async function sendAnswer(
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
  if (turn.steps.some((step) => step.type === 'error')) return;
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
      const before = performance.now();
      await sleep(action.ms, response);
      silentMs += performance.now() - before;
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

function answerHeaders(): Record<string, string> {
  return { 'request-id': `req_${randomUUID().replaceAll('-', '').slice(0, 24)}` };
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { ...answerHeaders(), 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

export function sendError(
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

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** An event of a response: silence at its present place ends. */
export const WAKE = 'wake';

/** Ends early when the other side has gone, or is to wait no longer. */
function sleep(ms: number, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      response.off('close', end);
      response.off(WAKE, end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    response.once('close', end);
    response.once(WAKE, end);
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
