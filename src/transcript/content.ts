// Blocks of ours and content of the Messages API, in both directions without loss: what is read back is what was written.
import * as z from 'zod/mini';
import type { Block, Media, Text } from '../contracts/message.ts';

const TEXT = z.object({ type: z.literal('text'), text: z.string() });
const MEDIA = z.object({
  type: z.enum(['image', 'document']),
  source: z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() }),
});
const RESULT = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.optional(z.union([z.string(), z.array(z.unknown())])),
  is_error: z.optional(z.boolean()),
});
const CALL = z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() });
const THINKING = z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.optional(z.string()) });

export function toContent(block: Block): unknown {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'thinking':
      return {
        type: 'thinking',
        thinking: block.text,
        ...(block.signature === undefined ? {} : { signature: block.signature }),
      };
    case 'opaque':
      return block.raw;
    case 'toolUse':
      return { type: 'tool_use', id: block.id, name: block.name, input: block.input };
    case 'toolResult': {
      const content = plain(block.content) ?? block.content.map(toContent);
      return { tool_use_id: block.id, type: 'tool_result', content, ...(block.isError ? { is_error: true } : {}) };
    }
    default:
      return { type: block.type, source: { type: 'base64', media_type: block.mediaType, data: block.data } };
  }
}

/** A message of one text is stored as that text, as the client does. */
export function toMessageContent(blocks: readonly Block[]): unknown {
  return plain(blocks) ?? blocks.map(toContent);
}

function plain(blocks: readonly Block[]): string | undefined {
  const [only] = blocks;
  return blocks.length === 1 && only?.type === 'text' ? only.text : undefined;
}

/** Whatever cannot be read is kept as it is, for the model that wrote it; undefined for what is no block at all. */
export function fromContent(value: unknown): Block | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value) || typeof value.type !== 'string')
    return undefined;
  return known(value.type, value) ?? { type: 'opaque', raw: value };
}

function known(type: string, value: object): Block | undefined {
  if (type === 'text') {
    const { data } = TEXT.safeParse(value);
    return data && { type: 'text', text: data.text };
  }
  if (type === 'tool_use') {
    const { data } = CALL.safeParse(value);
    return data && { type: 'toolUse', id: data.id, name: data.name, input: data.input };
  }
  if (type === 'tool_result') {
    const { data } = RESULT.safeParse(value);
    return (
      data && {
        type: 'toolResult',
        id: data.tool_use_id,
        content: resultContent(data.content),
        isError: data.is_error ?? false,
      }
    );
  }
  if (type === 'thinking') {
    const { data } = THINKING.safeParse(value);
    return (
      data && {
        type: 'thinking',
        text: data.thinking,
        ...(data.signature === undefined ? {} : { signature: data.signature }),
      }
    );
  }
  const { data } = MEDIA.safeParse(value);
  return data && { type: data.type, mediaType: data.source.media_type, data: data.source.data };
}

export function fromMessageContent(content: unknown): Block[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return Array.isArray(content) ? content.flatMap((one) => fromContent(one) ?? []) : [];
}

function resultContent(content: string | unknown[] | undefined): Array<Text | Media> {
  return fromMessageContent(content).map((block): Text | Media =>
    block.type === 'text' || block.type === 'image' || block.type === 'document'
      ? block
      : { type: 'text', text: '[not shown here]' },
  );
}
