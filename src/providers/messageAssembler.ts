// Puts an answer together from the events of a Messages API stream. Knows no connection: events in, model events out.
import * as z from 'zod/mini';
import type { Block, Message } from '../contracts/message.ts';
import type { AnswerFacts, Failure, ModelEvent, StopReason, Usage } from '../contracts/provider.ts';
import { isObject } from '../util/jsonValue.ts';
import { failure, failureOfErrorEvent } from './failures.ts';

const Count = z.nullish(z.number());
const WireUsage = z.object({
  input_tokens: Count,
  output_tokens: Count,
  cache_creation_input_tokens: Count,
  cache_read_input_tokens: Count,
  cache_creation: z.nullish(z.object({ ephemeral_1h_input_tokens: Count })),
  server_tool_use: z.nullish(z.object({ web_search_requests: Count })),
});
const BlockStart = z.looseObject({ type: z.string() });
const ToolStart = z.object({ id: z.string(), name: z.string(), input: z.optional(z.unknown()) });
const TextStart = z.object({ text: z.optional(z.string()) });
const ThinkingStart = z.object({ thinking: z.optional(z.string()), signature: z.optional(z.string()) });
const EVENTS = {
  message_start: z.object({
    message: z.object({ id: z.string(), model: z.optional(z.string()), usage: z.optional(WireUsage) }),
  }),
  content_block_start: z.object({ index: z.number(), content_block: BlockStart }),
  content_block_delta: z.object({ index: z.number(), delta: z.looseObject({ type: z.string() }) }),
  content_block_stop: z.object({ index: z.number() }),
  message_delta: z.object({
    delta: z.object({
      stop_reason: z.nullish(z.string()),
      stop_details: z.nullish(z.object({ category: z.nullish(z.string()), explanation: z.nullish(z.string()) })),
    }),
    usage: z.nullish(WireUsage),
  }),
};
const STOPS: ReadonlyMap<string, StopReason> = new Map([
  ['end_turn', 'endTurn'],
  ['tool_use', 'toolUse'],
  ['max_tokens', 'maxTokens'],
  ['stop_sequence', 'stopSequence'],
  ['pause_turn', 'pauseTurn'],
  ['refusal', 'refusal'],
  ['model_context_window_exceeded', 'contextWindow'],
]);

/** A block on its way. `json` collects the input of a call; `raw` is what is neither text, thinking nor a call. */
type Building = { block: Block; json: string; raw?: Record<string, unknown>; closed: boolean };

export type Assembler = {
  /** Feeds one event, already parsed from JSON. Returns a failure when the stream says so or makes no sense. */
  push(event: unknown): { events: ModelEvent[] } | { failed: Failure };
  /** `message_stop` has arrived. */
  readonly finished: boolean;
  /** Any event that belongs to an answer has arrived. */
  readonly began: boolean;
  /** A text block or a call is whole, so that the request must not be repeated unseen. */
  readonly committed: boolean;
  /**
   * The whole answer. A call whose input was cut off at a token limit is left out: it must never run, and what is left
   * may be empty.
   */
  message(): Message;
  /** Whole calls and thinking, and text as far as it came; undefined when there is nothing to keep. */
  partial(): Message | undefined;
  /** Undefined before the answer began. */
  facts(requestId: string | undefined): AnswerFacts | undefined;
};

export function createAssembler(requestedModel: string): Assembler {
  const blocks = new Map<number, Building>();
  const usage: Usage = { inputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0, outputTokens: 0 };
  let start: { messageId: string; model: string } | undefined;
  let stop: StopReason | undefined;
  let refusal: string | undefined;
  let finished = false;
  let committed = false;

  /** Later figures replace earlier ones: the service counts up, it does not add. */
  const takeUsage = (wire: z.infer<typeof WireUsage> | null | undefined): void => {
    if (!wire) return;
    usage.inputTokens = wire.input_tokens ?? usage.inputTokens;
    usage.outputTokens = wire.output_tokens ?? usage.outputTokens;
    usage.cacheWriteTokens = wire.cache_creation_input_tokens ?? usage.cacheWriteTokens;
    usage.cacheReadTokens = wire.cache_read_input_tokens ?? usage.cacheReadTokens;
    const hour = wire.cache_creation?.ephemeral_1h_input_tokens;
    if (hour) usage.cacheWrite1hTokens = hour;
    const searches = wire.server_tool_use?.web_search_requests;
    if (searches) usage.webSearches = searches;
  };

  const push = (event: unknown): { events: ModelEvent[] } | { failed: Failure } => {
    const type = isObject(event) ? event['type'] : undefined;
    switch (type) {
      case 'message_start': {
        const parsed = EVENTS.message_start.safeParse(event);
        if (!parsed.success) return nonsense(type);
        const { id, model, usage: wire } = parsed.data.message;
        start = { messageId: id, model: model ?? requestedModel };
        takeUsage(wire);
        return NOTHING;
      }
      case 'content_block_start': {
        const parsed = EVENTS.content_block_start.safeParse(event);
        const building = parsed.success ? startBlock(parsed.data.content_block) : undefined;
        if (!parsed.success || !building || !start) return nonsense(type);
        blocks.set(parsed.data.index, building);
        const { block } = building;
        if (block.type === 'toolUse') {
          return { events: [{ type: 'toolDelta', id: block.id, name: block.name, bytes: 0 }] };
        }
        return block.type === 'text' && block.text !== ''
          ? { events: [{ type: 'textDelta', text: block.text }] }
          : NOTHING;
      }
      case 'content_block_delta': {
        const parsed = EVENTS.content_block_delta.safeParse(event);
        const building = parsed.success ? blocks.get(parsed.data.index) : undefined;
        if (!parsed.success || !building || building.closed) return nonsense(type);
        return { events: applyDelta(building, parsed.data.delta) };
      }
      case 'content_block_stop': {
        const parsed = EVENTS.content_block_stop.safeParse(event);
        const building = parsed.success ? blocks.get(parsed.data.index) : undefined;
        if (!building || building.closed) return nonsense(type);
        closeBlock(building);
        const { block } = building;
        if (block.type === 'toolUse' || (block.type === 'text' && block.text !== '')) committed = true;
        return NOTHING;
      }
      case 'message_delta': {
        const parsed = EVENTS.message_delta.safeParse(event);
        if (!parsed.success) return nonsense(type);
        const { stop_reason: reason, stop_details: details } = parsed.data.delta;
        if (reason) stop = STOPS.get(reason) ?? 'endTurn';
        if (details) refusal = details.explanation ?? details.category ?? undefined;
        takeUsage(parsed.data.usage);
        return NOTHING;
      }
      case 'message_stop':
        if (!start) return nonsense(type);
        finished = true;
        return NOTHING;
      case 'error':
        return { failed: failureOfErrorEvent(event) };
      default:
        // Pings, and whatever a later version of the API adds.
        return NOTHING;
    }
  };

  const ordered = (): Building[] => [...blocks].sort(([a], [b]) => a - b).map(([, building]) => building);
  const wasCut = (building: Building, last: boolean): boolean =>
    (stop === 'maxTokens' || stop === 'contextWindow') &&
    last &&
    building.block.type === 'toolUse' &&
    (building.json.trim() === '' || building.block.malformed !== undefined);

  return {
    push,
    get finished() {
      return finished;
    },
    get began() {
      return start !== undefined;
    },
    get committed() {
      return committed;
    },
    message() {
      const all = ordered();
      const kept = all.filter((building, index) => !wasCut(building, index === all.length - 1));
      return { role: 'assistant', blocks: kept.map((b) => b.block).filter((b) => b.type !== 'text' || b.text !== '') };
    },
    partial() {
      const kept = ordered()
        .filter((building) => building.closed || building.block.type === 'text')
        .map((building) => building.block)
        .filter((block) => block.type !== 'text' || block.text !== '');
      return kept.length > 0 ? { role: 'assistant', blocks: kept } : undefined;
    },
    facts(requestId) {
      if (!start) return undefined;
      return {
        ...start,
        ...(requestId === undefined ? {} : { requestId }),
        usage: { ...usage },
        stop: stop ?? 'endTurn',
        ...(refusal === undefined ? {} : { refusal }),
      };
    },
  };
}

const NOTHING: { events: ModelEvent[] } = { events: [] };

function nonsense(type: string): { failed: Failure } {
  return { failed: failure('malformedStream', `The stream has an event “${type}” that does not fit.`) };
}

function startBlock(start: z.infer<typeof BlockStart>): Building | undefined {
  if (start.type === 'text') {
    const parsed = TextStart.safeParse(start);
    return parsed.success
      ? { block: { type: 'text', text: parsed.data.text ?? '' }, json: '', closed: false }
      : undefined;
  }
  if (start.type === 'thinking') {
    const parsed = ThinkingStart.safeParse(start);
    if (!parsed.success) return undefined;
    const { thinking = '', signature } = parsed.data;
    return {
      block: { type: 'thinking', text: thinking, ...(signature ? { signature } : {}) },
      json: '',
      closed: false,
    };
  }
  if (start.type === 'tool_use') {
    const parsed = ToolStart.safeParse(start);
    if (!parsed.success) return undefined;
    const { id, name, input } = parsed.data;
    return { block: { type: 'toolUse', id, name, input: isObject(input) ? input : {} }, json: '', closed: false };
  }
  return { block: { type: 'opaque', raw: start }, json: '', raw: { ...start }, closed: false };
}

function applyDelta(building: Building, delta: Record<string, unknown>): ModelEvent[] {
  const { block } = building;
  const { type } = delta;
  if (type === 'text_delta' && block.type === 'text' && typeof delta['text'] === 'string') {
    block.text += delta['text'];
    return [{ type: 'textDelta', text: delta['text'] }];
  }
  if (type === 'thinking_delta' && block.type === 'thinking' && typeof delta['thinking'] === 'string') {
    block.text += delta['thinking'];
    return [{ type: 'thinkingDelta', text: delta['thinking'] }];
  }
  if (type === 'signature_delta' && block.type === 'thinking' && typeof delta['signature'] === 'string') {
    block.signature = (block.signature ?? '') + delta['signature'];
    return [];
  }
  if (type === 'input_json_delta' && typeof delta['partial_json'] === 'string') {
    building.json += delta['partial_json'];
    return block.type === 'toolUse'
      ? [{ type: 'toolDelta', id: block.id, name: block.name, bytes: building.json.length }]
      : [];
  }
  if (type === 'compaction_delta' && building.raw && typeof delta['content'] === 'string') {
    building.raw['content'] = delta['content'];
  }
  return [];
}

function closeBlock(building: Building): void {
  building.closed = true;
  const { block, json } = building;
  if (block.type === 'opaque') {
    // The input of a tool that runs at the service is streamed like any other.
    const input = json.trim() === '' ? undefined : parseObject(json);
    block.raw = { ...building.raw, ...(input ? { input } : {}) };
  }
  if (block.type !== 'toolUse' || json.trim() === '') return;
  const input = parseObject(json);
  if (input) block.input = input;
  else {
    block.input = {};
    block.malformed = json;
  }
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    // The caller keeps the text, for the model to see what it wrote.
    return undefined;
  }
}
