// Calls through `CallTool` as everybody else sees them: under the real name of the tool. The model alone sees the detour.
import * as z from 'zod/mini';
import type { Message, ToolCall } from '../../contracts/message.ts';
import { mapBlocks } from './searchBlocks.ts';
import { CALL_TOOL } from './searchTools.ts';

const Detour = z.strictObject({
  tool: z.string(),
  input: z.optional(z.union([z.record(z.string(), z.unknown()), z.string()])),
});

/** `goesRound`: the tool is one that the model cannot call by itself. */
export function sendDetours(history: readonly Message[], goesRound: (tool: string) => boolean): Message[] {
  return mapBlocks(history, (block) =>
    block.type === 'toolUse' && goesRound(block.name)
      ? [{ type: 'toolUse', id: block.id, name: CALL_TOOL, input: { tool: block.name, input: block.input } }]
      : [block],
  );
}

/** What is no such call, or a broken one, stays: the tool itself says what is wrong with it. */
export function takeDetours(message: Message, goesRound: (tool: string) => boolean): Message {
  const [taken = message] = mapBlocks([message], (block) =>
    block.type === 'toolUse' ? [realCall(block, goesRound)] : [block],
  );
  return taken;
}

function realCall(call: ToolCall, goesRound: (tool: string) => boolean): ToolCall {
  if (call.name !== CALL_TOOL || call.malformed !== undefined) return call;
  const read = Detour.safeParse(call.input);
  if (!read.success || !goesRound(read.data.tool)) return call;
  const { tool, input = {} } = read.data;
  if (typeof input !== 'string') return { type: 'toolUse', id: call.id, name: tool, input };
  // Models sometimes write the input as text.
  const parsed = objectIn(input);
  return parsed === undefined ? call : { type: 'toolUse', id: call.id, name: tool, input: parsed };
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text));
    return value.success ? value.data : undefined;
  } catch {
    // `CallTool` answers that its input cannot be read.
    return undefined;
  }
}
