// Prompt caching by the rules of the service: what would have been read and written for a request.
import { createHash } from 'node:crypto';
import { modelInfo } from '../../../src/providers/models.ts';
import { type MessagesRequest, textBlocks } from './messagesRequest.ts';

/** One place of a breakpoint counts itself, so a search looks at the block and the 19 before it. */
const LOOK_BACK = 20;
const BYTES_PER_TOKEN = 4;

export type CacheUse = { inputTokens: number; cacheReadTokens: number; cacheWriteTokens: number };
type Position = { hash: string; tokens: number; breakpoint: boolean };

export type PromptCache = { use(request: MessagesRequest): CacheUse };

/** Entries live as long as the cache: their time is not rehearsed. */
export function createPromptCache(): PromptCache {
  const entries = new Set<string>();
  return {
    use(request) {
      const positions = positionsOf(request);
      const total = positions.at(-1)?.tokens ?? 0;
      const { cacheMinimum } = modelInfo(request.model);
      let read = 0;
      positions.forEach((position, index) => {
        if (!position.breakpoint) return;
        const reachable = positions.slice(Math.max(0, index - LOOK_BACK + 1), index + 1);
        const found = reachable.findLast((candidate) => entries.has(candidate.hash));
        read = Math.max(read, found?.tokens ?? 0);
      });
      const written = positions.filter((p) => p.breakpoint && p.tokens > read && p.tokens >= cacheMinimum);
      for (const position of written) entries.add(position.hash);
      const end = Math.max(read, written.at(-1)?.tokens ?? 0);
      return { inputTokens: total - end, cacheReadTokens: read, cacheWriteTokens: end - read };
    },
  };
}

/** The blocks in the order of the prefix: tools, system, messages. Each hash stands for everything up to its block. */
function positionsOf(request: MessagesRequest): Position[] {
  const positions: Position[] = [];
  let hash = request.model;
  let tokens = 0;
  const add = (label: string, block: Record<string, unknown>) => {
    const text = JSON.stringify(block, (key, value: unknown) => (key === 'cache_control' ? undefined : value));
    hash = createHash('sha256').update(hash).update(label).update(text).digest('base64');
    tokens += Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
    positions.push({ hash, tokens, breakpoint: block['cache_control'] != null });
  };
  // A tool that is left to be searched for is shown where a search found it, and counts nowhere before.
  for (const tool of request.tools ?? []) if (tool['defer_loading'] !== true) add('tool', tool);
  for (const block of textBlocks(request.system ?? [])) add('system', block);
  // These change how messages are read, so they part the cache from here on.
  hash += JSON.stringify([request.thinking, request.output_config, request.tool_choice]);
  for (const message of request.messages) {
    for (const block of textBlocks(message.content)) add(message.role, block);
  }
  return positions;
}

export function countTokens(request: MessagesRequest): number {
  return positionsOf(request).at(-1)?.tokens ?? 0;
}
