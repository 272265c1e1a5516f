// The blocks that a search at the service leaves in the history, and what has to be true of them for it to be sent again.
import * as z from 'zod/mini';
import type { Block, Message } from '../../contracts/message.ts';

const Use = z.looseObject({ type: z.literal('server_tool_use'), id: z.string(), name: z.string() });
const Found = z.looseObject({ type: z.literal('tool_search_tool_result'), tool_use_id: z.string() });
const References = z.looseObject({
  content: z.looseObject({ tool_references: z.array(z.looseObject({ tool_name: z.string() })) }),
});

/** For a service that knows nothing of searches. What was found is in the calls that followed. */
export function withoutSearches(history: readonly Message[]): Message[] {
  return mapBlocks(history, (block) => (useOf(block) !== undefined || resultOf(block) !== undefined ? [] : [block]));
}

/** An answer that broke off may have left a search without its result; only the last one, which goes on, may have that. */
export function withWholeSearches(history: readonly Message[]): Message[] {
  const last = history.at(-1);
  return history.map((message) => {
    if (message === last || message.role !== 'assistant') return message;
    const answered = new Set(message.blocks.map((block) => resultOf(block)));
    const blocks = message.blocks.filter((block) => {
      const use = useOf(block);
      return use === undefined || answered.has(use);
    });
    return blocks.length === message.blocks.length ? message : { role: message.role, blocks };
  });
}

/** The tools that searches found: the service refuses a history that speaks of one it is not told of. */
export function foundTools(history: readonly Message[]): Set<string> {
  const names = new Set<string>();
  for (const { blocks } of history)
    for (const block of blocks) {
      if (resultOf(block) === undefined || block.type !== 'opaque') continue;
      const read = References.safeParse(block.raw);
      for (const { tool_name: name } of read.data?.content.tool_references ?? []) names.add(name);
    }
  return names;
}

/** The same messages where nothing changes. */
export function mapBlocks(history: readonly Message[], change: (block: Block) => Block[]): Message[] {
  return history.map((message) => {
    if (message.role !== 'assistant') return message;
    const blocks = message.blocks.flatMap(change);
    const same = blocks.length === message.blocks.length && blocks.every((block, at) => block === message.blocks[at]);
    return same ? message : { role: message.role, blocks };
  });
}

function useOf(block: Block): string | undefined {
  const read = block.type === 'opaque' ? Use.safeParse(block.raw) : undefined;
  return read?.success && read.data.name.startsWith('tool_search_tool') ? read.data.id : undefined;
}

function resultOf(block: Block): string | undefined {
  const read = block.type === 'opaque' ? Found.safeParse(block.raw) : undefined;
  return read?.success ? read.data.tool_use_id : undefined;
}
