// What the service would refuse, with the status and the kind of message it would give.
import { createHash } from 'node:crypto';
import { modelInfo } from '../../../src/providers/models.ts';
import { type Fields, type MessagesRequest, textBlocks } from './messagesRequest.ts';

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

const TOP_LEVEL = new Set(
  'model max_tokens messages system tools tool_choice stream thinking output_config cache_control context_management metadata stop_sequences service_tier'.split(
    ' ',
  ),
);
const USER_BLOCKS = new Set(['text', 'image', 'document', 'search_result', 'tool_result']);
const ASSISTANT_BLOCKS = new Set(['text', 'thinking', 'redacted_thinking', 'tool_use']);
const MARKERS = 4;
const LARGEST_BODY = 32 * 1024 * 1024;

/** Throws a `Refusal`, or returns the body as what it then is. `mayContinue` allows a conversation to end on the assistant. */
export function validate(
  body: unknown,
  bytes: number,
  mayContinue: (request: MessagesRequest) => boolean,
): MessagesRequest {
  if (bytes > LARGEST_BODY) throw new Refusal(413, 'request_too_large', 'Request exceeds the maximum size');
  if (!isFields(body)) bad('The request body is not valid JSON');
  for (const key of Object.keys(body)) {
    if (['temperature', 'top_p', 'top_k'].includes(key)) bad(`${key}: is not supported by this model`);
    if (!TOP_LEVEL.has(key)) bad(`${key}: Extra inputs are not permitted`);
  }
  const { model } = body;
  if (typeof model !== 'string' || model === '') bad('model: Field required');
  if (model !== 'assent-rehearsal' && !model.startsWith('claude-')) {
    throw new Refusal(404, 'not_found_error', `model: ${model}`);
  }
  checkMaxTokens(model, body['max_tokens']);
  checkThinking(body['thinking'], Number(body['max_tokens']));
  checkTools(body['tools']);
  checkSystem(body['system']);
  if (!Array.isArray(body['messages'])) bad('messages: Field required');
  if (body['messages'].length === 0) bad('messages: at least one message is required');
  body['messages'].forEach(checkMessage);
  const request = body as MessagesRequest;
  checkMarkers(request);
  checkPairs(request);
  checkDeferred(request);
  const last = request.messages.at(-1);
  if (last?.role === 'assistant' && !mayContinue(request)) {
    bad('This model does not support assistant message prefill. The conversation must end with a user message.');
  }
  return request;
}

/** A signature over thinking, so that changed thinking is noticed when it comes back. */
export function signThinking(text: string): string {
  return createHash('sha256').update(`rehearsed thinking:${text}`).digest('base64');
}

function checkMaxTokens(model: string, value: unknown): void {
  if (value === undefined) bad('max_tokens: Field required');
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    bad('max_tokens: Input should be a positive integer');
  const { maxOutput } = modelInfo(model);
  if (value > maxOutput) {
    bad(`max_tokens: ${value} > ${maxOutput}, which is the maximum allowed number of output tokens for ${model}`);
  }
}

function checkThinking(thinking: unknown, maxTokens: number): void {
  if (thinking === undefined) return;
  if (!isFields(thinking)) bad('thinking: Input should be an object');
  if (thinking['type'] === 'enabled') {
    const budget = thinking['budget_tokens'];
    if (typeof budget !== 'number' || budget < 1024)
      bad('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024');
    if (budget >= maxTokens) bad('`max_tokens` must be greater than `thinking.budget_tokens`');
  } else if (thinking['type'] !== 'adaptive' && thinking['type'] !== 'disabled') {
    bad("thinking: Input tag does not match any of the expected tags: 'adaptive', 'disabled', 'enabled'");
  }
}

function checkTools(tools: unknown): void {
  if (tools === undefined) return;
  if (!Array.isArray(tools)) bad('tools: Input should be a list');
  const names = new Set<string>();
  tools.forEach((tool: unknown, index) => {
    const at = `tools.${index}`;
    if (!isFields(tool)) bad(`${at}: Input should be an object`);
    const name = tool['name'];
    if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name))
      bad(`${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'`);
    if (names.has(name)) bad('tools: Tool names must be unique.');
    names.add(name);
    // A tool that runs at the service has no schema of the caller's.
    if (/^(web_search_\d{8}|tool_search_tool_(regex|bm25)_20251119)$/.test(String(tool['type']))) return;
    if (tool['defer_loading'] === true && tool['cache_control'] != null)
      bad(`${at}: Tools with defer_loading cannot have cache_control`);
    const schema = tool['input_schema'];
    if (!isFields(schema) || schema['type'] !== 'object') bad(`${at}.input_schema.type: Input should be 'object'`);
  });
}

/** What a search found has to be among the tools, and to be called a tool has to be shown. */
function checkDeferred({ tools = [], messages }: MessagesRequest): void {
  const deferred = tools.filter((tool) => tool['defer_loading'] === true);
  if (deferred.length > 0 && deferred.length === tools.length)
    bad('At least one tool must have defer_loading=false. All tools cannot be deferred.');
  const names = new Set(tools.map((tool) => tool['name']));
  const uses = new Set<unknown>();
  for (const block of messages.flatMap(({ content }) => textBlocks(content))) {
    if (block['type'] === 'tool_search_tool_result') uses.delete(block['tool_use_id']);
    if (block['type'] === 'server_tool_use' && String(block['name']).startsWith('tool_search_tool')) {
      if (!names.has(block['name'])) bad(`Tool '${String(block['name'])}' not found in available tools`);
      uses.add(block['id']);
    }
    const { content } = block;
    const found = isFields(content) && Array.isArray(content['tool_references']) ? content['tool_references'] : [];
    for (const one of found) {
      const name = isFields(one) ? one['tool_name'] : undefined;
      if (!names.has(name)) bad(`Tool reference '${String(name)}' not found in available tools`);
    }
  }
  if (uses.size > 0 && messages.at(-1)?.role === 'user')
    bad(`\`server_tool_use\` ids were found without a result: ${[...uses].join(', ')}`);
}

function checkSystem(system: unknown): void {
  if (system === undefined || typeof system === 'string') return;
  if (!Array.isArray(system)) bad('system: Input should be a string or a list');
  system.forEach((block: unknown, index) => {
    if (!isFields(block) || block['type'] !== 'text') bad(`system.${index}: Input should be a text block`);
    if (block['text'] === '') bad(`system: text content blocks must be non-empty`);
  });
}

function checkMessage(message: unknown, index: number): void {
  const at = `messages.${index}`;
  if (!isFields(message)) bad(`${at}: Input should be an object`);
  const { role, content } = message;
  if (role !== 'user' && role !== 'assistant') bad(`${at}.role: Input should be 'user' or 'assistant'`);
  if (index === 0 && role !== 'user') bad('messages: first message must use the "user" role');
  if (typeof content !== 'string' && !Array.isArray(content)) bad(`${at}.content: Field required`);
  if (content.length === 0)
    bad(`${at}: all messages must have non-empty content except for the optional final assistant message`);
  let othersSeen = false;
  textBlocks(content).forEach((block, place) => {
    if (!isFields(block)) bad(`${at}.content.${place}: Input should be an object`);
    checkBlock(block, role, `${at}.content.${place}`);
    if (block['type'] === 'tool_result' && othersSeen) {
      bad(`${at}: \`tool_result\` blocks must come first in the content of their message`);
    }
    othersSeen ||= block['type'] !== 'tool_result';
  });
}

function checkBlock(block: Fields, role: 'user' | 'assistant', at: string): void {
  const type = String(block['type']);
  const serverTool = /^(server_tool_use|mcp_tool_use|compaction|fallback|.+_tool_result)$/.test(type);
  if (!(role === 'user' ? USER_BLOCKS : ASSISTANT_BLOCKS).has(type) && !(role === 'assistant' && serverTool)) {
    bad(`${at}: Input tag '${type}' found using 'type' is not allowed in a message of the ${role}`);
  }
  if (type === 'text') {
    if (typeof block['text'] !== 'string') bad(`${at}.text: Field required`);
    if (block['text'] === '') bad('messages: text content blocks must be non-empty');
    if (block['text'].trim() === '') bad('messages: text content blocks must contain non-whitespace text');
  }
  if (type === 'thinking') {
    if (typeof block['signature'] !== 'string') bad(`${at}.thinking.signature: Field required`);
    if (block['signature'] !== signThinking(String(block['thinking'])))
      bad(`${at}: Invalid \`signature\` in \`thinking\` block; thinking cannot be modified`);
  }
  if ((type === 'thinking' || type === 'redacted_thinking') && block['cache_control'])
    bad(`${at}: cache_control cannot be set for thinking blocks`);
  if (type === 'tool_use') {
    if (typeof block['id'] !== 'string' || !/^[a-zA-Z0-9_-]+$/.test(block['id']))
      bad(`${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
    if (!isFields(block['input'])) bad(`${at}.tool_use.input: Input should be a valid dictionary`);
  }
  if (type === 'tool_result' && Array.isArray(block['content'])) {
    block['content'].forEach((part: unknown, index) => {
      if (!isFields(part)) bad(`${at}.content.${index}: Input should be an object`);
      checkBlock(part, 'user', `${at}.content.${index}`);
    });
  }
  if (type === 'image' || type === 'document') {
    const source = block['source'];
    if (!isFields(source) || typeof source['type'] !== 'string') bad(`${at}.${type}.source: Field required`);
    if (
      source['type'] === 'base64' &&
      (typeof source['data'] !== 'string' || typeof source['media_type'] !== 'string')
    ) {
      bad(`${at}.${type}.source.base64: Field required`);
    }
  }
}

function checkMarkers(request: MessagesRequest): void {
  let found = 0;
  JSON.stringify(request, (key, value: unknown) => {
    if (key === 'cache_control' && value != null) found++;
    return value;
  });
  if (found > MARKERS) bad(`A maximum of ${MARKERS} blocks with cache_control may be provided. Found ${found}.`);
}

/** Consecutive messages of one role count as one, as they do for the service. */
function checkPairs(request: MessagesRequest): void {
  let open: string[] = [];
  const seen = new Set<string>();
  let role = 'user';
  const settle = (at: number) => {
    if (open.length === 0) return;
    bad(
      `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
    );
  };
  request.messages.forEach((message, index) => {
    if (message.role === 'assistant' && role === 'user') settle(index - 1);
    role = message.role;
    for (const block of textBlocks(message.content)) {
      if (block['type'] === 'tool_use') {
        const id = String(block['id']);
        if (seen.has(id)) bad('messages: `tool_use` ids must be unique');
        seen.add(id);
        open.push(id);
      } else if (block['type'] === 'tool_result') {
        const id = String(block['tool_use_id']);
        if (!open.includes(id)) {
          bad(
            `messages.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
          );
        }
        open = open.filter((other) => other !== id);
      } else if (message.role === 'user') {
        settle(index);
      }
    }
  });
  settle(request.messages.length - 1);
}

function bad(message: string): never {
  throw new Refusal(400, 'invalid_request_error', message);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The check of the request says that it is not JSON.
    return undefined;
  }
}
