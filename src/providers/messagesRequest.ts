// The body of a Messages API request. The same conversation always gives the same bytes: one more turn only appends to
// them (cache markers aside), so what the service has cached of the turn before is found again.
import type { Block, Media, Message, Text, ToolResult } from '../contracts/message.ts';
import type { ModelRequest, ToolSpec, WebSearchLimits } from '../contracts/provider.ts';
import { deepFreeze } from '../util/deepFreeze.ts';
import { isOn } from '../util/envValue.ts';
import { wellFormed } from '../util/wellFormed.ts';
import { maxOutputTokens, wireModel } from './models.ts';
import { needsInterleavedBeta, type ThinkingParameter, thinkingParameters } from './thinking.ts';

type Env = Readonly<Record<string, string | undefined>>;
export type CacheControl = { type: 'ephemeral'; ttl?: '1h' };
export type WireBlock = Record<string, unknown> & { cache_control?: CacheControl };
export type WireMessage = { readonly role: 'user' | 'assistant'; readonly content: ReadonlyArray<Readonly<WireBlock>> };
/** Keys in the order in which they are sent: what never changes first, the growing conversation last. */
export type MessagesBody = {
  model: string;
  max_tokens: number;
  stream: true;
  thinking?: ThinkingParameter;
  output_config?: { effort: string };
  tools?: WireBlock[];
  system?: WireBlock[];
  messages: WireMessage[];
};
export type BuiltRequest = { body: MessagesBody; betas: string[] };

export function buildRequest(request: ModelRequest, env: Env): BuiltRequest {
  const { model, askForLargeWindow } = wireModel(request.model);
  const maxTokens = Math.min(request.maxTokens, maxOutputTokens(request.model, env, request.info));
  const wanted = thinkingParameters(request, maxTokens, env);
  const { effort } = wanted;
  const thinking = isBegunWithout(request.messages, wanted.thinking) ? undefined : wanted.thinking;
  const tools = request.tools.filter((tool) => !tool.deferLoading).map(wireTool);
  const fixedTool = tools.at(-1);
  const deferred = request.tools.filter((tool) => tool.deferLoading).map(wireTool);
  // What is left to be searched for stands last: the service does not count it to what requests begin with.
  if (deferred.length > 0) tools.push(SEARCH_TOOL, ...deferred);
  if (request.webSearch) tools.push(webSearchTool(request.webSearch));
  const system: WireBlock[] = request.system.trim() === '' ? [] : [{ type: 'text', text: request.system }];
  const messages = request.messages.map(wireMessage).filter((message) => message.content.length > 0);
  const body: MessagesBody = {
    model: request.sendAs ?? model,
    max_tokens: maxTokens,
    stream: true,
    ...(thinking ? { thinking } : {}),
    ...(effort ? { output_config: { effort } } : {}),
    ...(tools.length > 0 ? { tools } : {}),
    ...(system.length > 0 ? { system } : {}),
    messages,
  };
  // What is asked once is not worth its place in a cache.
  if (request.purpose === 'main' || request.purpose === 'summary')
    markForCaching(body, body.system?.at(-1) ?? fixedTool, request.model, env);
  const betas: string[] = [];
  if (askForLargeWindow) betas.push('context-1m-2025-08-07');
  if (needsInterleavedBeta(model, thinking, env)) betas.push('interleaved-thinking-2025-05-14');
  return { body, betas };
}

/** With a budget, a loop of calls that was begun without thinking has to end without it. */
function isBegunWithout(messages: readonly Message[], thinking: ThinkingParameter | undefined): boolean {
  if (thinking?.type !== 'enabled') return false;
  const results = messages.at(-1)?.blocks.some((block) => block.type === 'toolResult') ?? false;
  const first = messages.findLast((message) => message.role === 'assistant')?.blocks[0];
  return results && first !== undefined && first.type !== 'thinking' && first.type !== 'opaque';
}

/** Of the two ways to search the one that takes patterns: the model is told the names. */
const SEARCH_TOOL: WireBlock = { type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' };

function wireTool({ name, description, inputSchema, deferLoading }: ToolSpec): WireBlock {
  return { name, description, input_schema: inputSchema, ...(deferLoading ? { defer_loading: true } : {}) };
}

/** Of its versions the one that every model takes, and that runs no code. */
function webSearchTool({ maxUses, allowedDomains, blockedDomains }: WebSearchLimits): WireBlock {
  return {
    type: 'web_search_20250305',
    name: 'web_search',
    max_uses: maxUses,
    ...(allowedDomains ? { allowed_domains: allowedDomains } : {}),
    ...(blockedDomains ? { blocked_domains: blockedDomains } : {}),
  };
}

/**
 * At most four markers: the end of the system prompt, the end of the first user message (memory and environment), the
 * last user message, and the user message that ended the request before. The last of these is where the service wrote
 * the turn before, so it is found however many blocks the new message has; a search reaches back 20 blocks only.
 */
function markForCaching(body: MessagesBody, fixed: WireBlock | undefined, model: string, env: Env): void {
  const family = /(opus|sonnet|haiku|fable)/.exec(model)?.[1]?.toUpperCase();
  if (isOn(env['DISABLE_PROMPT_CACHING']) || (family && isOn(env[`DISABLE_PROMPT_CACHING_${family}`]))) return;
  const control: CacheControl = isOn(env['ENABLE_PROMPT_CACHING_1H'])
    ? { type: 'ephemeral', ttl: '1h' }
    : { type: 'ephemeral' };
  if (fixed) fixed.cache_control = control;
  const ends: number[] = [];
  for (const [index, { role }] of body.messages.entries())
    if (role === 'user' && body.messages[index + 1]?.role !== 'user') ends.push(index);
  for (const end of new Set([ends[0], ends.at(-2), ends.at(-1)])) {
    const message = end === undefined ? undefined : body.messages[end];
    const last = message?.content.at(-1);
    // A message belongs to other requests, too: what is marked is a copy.
    if (end !== undefined && message && last)
      body.messages[end] = {
        ...message,
        content: [...message.content.slice(0, -1), { ...last, cache_control: control }],
      };
  }
}

const built = new WeakMap<Message, WireMessage>();

/** Built once, however many requests it stands in. From then on the message is frozen, and so is what was made of it. */
function wireMessage(message: Message): WireMessage {
  const known = built.get(message);
  if (known) return known;
  const { role, blocks } = deepFreeze(message);
  // The API wants results before anything else in their message.
  const results = blocks.filter((block) => block.type === 'toolResult');
  const others = blocks.filter((block) => block.type !== 'toolResult');
  const wire: WireMessage = deepFreeze({ role, content: [...results, ...others].flatMap(wireBlock) });
  built.set(message, wire);
  return wire;
}

/** None for what the API does not take back: empty text, and thinking that was cut off before its signature. */
function wireBlock(block: Block): WireBlock[] {
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? [] : [{ type: 'text', text: wellFormed(block.text) }];
    case 'thinking':
      return block.signature === undefined
        ? []
        : [{ type: 'thinking', thinking: block.text, signature: block.signature }];
    case 'opaque':
      return [{ ...(block.raw as WireBlock) }];
    case 'image':
    case 'document':
      return [wireMedia(block)];
    case 'toolUse':
      return [{ type: 'tool_use', id: block.id, name: block.name, input: block.input }];
    case 'toolResult':
      return [wireResult(block)];
  }
}

function wireResult(block: ToolResult): WireBlock {
  const content = block.content.flatMap((part: Text | Media) => wireBlock(part));
  return {
    type: 'tool_result',
    tool_use_id: block.id,
    ...(content.length > 0 ? { content } : {}),
    ...(block.isError ? { is_error: true } : {}),
  };
}

function wireMedia(media: Media): WireBlock {
  return { type: media.type, source: { type: 'base64', media_type: media.mediaType, data: media.data } };
}
