// Parts of lines that stand for more than they say: an answer's facts, a prompt with its attachments, what a result draws.
import * as z from 'zod/mini';
import type { Attachment, Block, Media, Prompt, ServedPrompt, Text } from '../contracts/message.ts';
import type { AnswerFacts, StopReason } from '../contracts/provider.ts';
import type { ToolDetail } from '../contracts/tool.ts';
import { wordsServed } from '../util/servedText.ts';
import { STOPS } from './encode.ts';
import type { Line } from './line.ts';
import { detail as detailShape } from './ownLines.ts';

const USAGE = z.object({
  input_tokens: z.optional(z.number()),
  cache_creation_input_tokens: z.optional(z.nullable(z.number())),
  cache_read_input_tokens: z.optional(z.nullable(z.number())),
  output_tokens: z.optional(z.number()),
});
const ANSWER = z.object({ stop_reason: z.optional(z.nullable(z.string())), usage: z.optional(USAGE) });
const PROMPT = z.object({
  prompt: z.object({
    text: z.string(),
    atMs: z.number(),
    attachments: z.array(z.unknown()),
    fromServer: z.optional(z.unknown()),
  }),
});
const SERVED = z.object({
  server: z.string(),
  prompt: z.string(),
  messages: z.array(z.object({ role: z.enum(['user', 'assistant']), blocks: z.array(z.unknown()) })),
  asked: z.exactOptional(z.array(z.object({ name: z.string(), value: z.string() }))),
});
const ATTACHMENT = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), path: z.string(), lines: z.optional(z.tuple([z.number(), z.number()])) }),
  z.object({ type: z.literal('folder'), path: z.string() }),
  z.object({
    type: z.literal('selection'),
    path: z.string(),
    lines: z.tuple([z.number(), z.number()]),
    text: z.string(),
  }),
  z.object({ type: z.literal('media'), name: z.string(), block: z.number() }),
  z.object({ type: z.literal('resource'), server: z.string(), uri: z.string() }),
]);
const RESULT = z.object({
  status: z.enum(['done', 'failed', 'denied', 'cancelled']),
  durationMs: z.number(),
  detail: z.optional(z.unknown()),
});

const FOREIGN_COMMAND = z.object({ stdout: z.string(), stderr: z.string(), interrupted: z.optional(z.boolean()) });
const FOREIGN_FILE = z.object({
  file: z.object({ filePath: z.string(), numLines: z.number(), startLine: z.number(), totalLines: z.number() }),
});

/** The schemas say what was checked; the types of the contracts are narrower in optional fields and in data only shown. */
export function exact<T>(value: unknown): T {
  return value as T;
}

export function factsOf(line: Line): AnswerFacts | undefined {
  const parsed = ANSWER.safeParse(line.message);
  if (!parsed.success || !parsed.data.usage || line.message?.id === undefined) return undefined;
  const { stop_reason: reason, usage } = parsed.data;
  const stop = (Object.keys(STOPS) as StopReason[]).find((key) => STOPS[key] === reason) ?? 'endTurn';
  return {
    messageId: line.message.id,
    model: line.message.model ?? '',
    ...(typeof line['requestId'] === 'string' ? { requestId: line['requestId'] } : {}),
    usage: {
      inputTokens: usage.input_tokens ?? 0,
      cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
      cacheReadTokens: usage.cache_read_input_tokens ?? 0,
      outputTokens: usage.output_tokens ?? 0,
    },
    stop,
  };
}

export function promptOf(line: Line, blocks: readonly Block[]): Prompt {
  const id = typeof line['promptId'] === 'string' ? line['promptId'] : (line.uuid ?? '');
  const own = PROMPT.safeParse(line['assent']);
  if (own.success) {
    const { text, atMs, attachments } = own.data.prompt;
    const fromServer = servedOf(own.data.prompt.fromServer, blocks);
    return {
      ...{ id, text, atMs, attachments: attachments.flatMap((one) => attachmentOf(one, blocks) ?? []) },
      ...(fromServer === undefined ? {} : { fromServer }),
    };
  }
  const text = blocks
    .map((block) => (block.type === 'text' ? block.text : ''))
    .filter((part) => part !== '')
    .join('\n');
  const attachments = blocks.flatMap((block): Attachment[] =>
    block.type === 'image' || block.type === 'document' ? [{ type: 'media', name: block.mediaType, media: block }] : [],
  );
  return { id, text, attachments, atMs: Date.parse(line.timestamp ?? '') || 0 };
}

function servedOf(value: unknown, blocks: readonly Block[]): ServedPrompt | undefined {
  const { data } = SERVED.safeParse(value);
  if (data === undefined) return undefined;
  const said = (at: unknown): Array<Text | Media> => {
    const block = typeof at === 'number' ? blocks[at] : undefined;
    if (block?.type === 'image' || block?.type === 'document') return [block];
    const text = block?.type === 'text' ? wordsServed(block.text) : undefined;
    return text === undefined ? [] : [{ type: 'text', text }];
  };
  return { ...data, messages: data.messages.map((one) => ({ role: one.role, blocks: one.blocks.flatMap(said) })) };
}

function attachmentOf(value: unknown, blocks: readonly Block[]): Attachment | undefined {
  const parsed = ATTACHMENT.safeParse(value);
  if (!parsed.success) return undefined;
  if (parsed.data.type !== 'media') return exact<Attachment>(parsed.data);
  const media = blocks[parsed.data.block];
  const isMedia = media?.type === 'image' || media?.type === 'document';
  return isMedia ? { type: 'media', name: parsed.data.name, media } : undefined;
}

/** How a call ended, as far as the line tells. */
export function resultOf(line: Line, isError: boolean): { status: Ended; durationMs: number; detail?: ToolDetail } {
  const own = RESULT.safeParse(line['assent']);
  const detail = (own.success ? ownDetail(own.data.detail) : undefined) ?? foreignDetail(line['toolUseResult']);
  const { status, durationMs } = own.success
    ? own.data
    : { status: isError ? ('failed' as const) : ('done' as const), durationMs: 0 };
  return { status, durationMs, ...(detail ? { detail } : {}) };
}
type Ended = z.infer<typeof RESULT>['status'];

function ownDetail(value: unknown): ToolDetail | undefined {
  const parsed = detailShape.safeParse(value);
  return parsed.success ? exact<ToolDetail>(parsed.data) : undefined;
}

/** What can be drawn of a result that the other client stored. */
function foreignDetail(value: unknown): ToolDetail | undefined {
  const command = FOREIGN_COMMAND.safeParse(value);
  if (command.success) {
    const { stdout, stderr, interrupted = false } = command.data;
    return { type: 'command', stdout, stderr, exitCode: undefined, interrupted, truncated: false };
  }
  const file = FOREIGN_FILE.safeParse(value);
  if (!file.success) return undefined;
  const { filePath: path, numLines: lines, startLine, totalLines } = file.data.file;
  return { type: 'file', path, startLine, lines, totalLines };
}
