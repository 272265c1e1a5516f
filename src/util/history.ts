// How a conversation grows: one rule for the running one and for the one read back from disk, so that both are equal byte for byte.
import type { Block, Message, ToolCall, ToolResult } from '../contracts/message.ts';

export function callsOf(message: Message | undefined): ToolCall[] {
  return message?.role === 'assistant' ? message.blocks.filter((block) => block.type === 'toolUse') : [];
}

export function textOf(message: Message): string {
  return message.blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

/**
 * The history with one message more. Roles alternate: a message of the same role as the last one joins it, because some
 * vendors refuse two in a row. Results stand first, in the order of the calls they answer.
 */
export function appendMessage(history: readonly Message[], message: Message): Message[] {
  const longer = [...history];
  addMessage(longer, message);
  return longer;
}

/** The same in place, for reading long histories. The messages themselves are never changed, only replaced. */
export function addMessage(history: Message[], message: Message): void {
  const last = history.at(-1);
  if (last?.role !== message.role) {
    history.push({ role: message.role, blocks: inOrder(message.blocks, last) });
    return;
  }
  const joined = [...last.blocks, ...message.blocks];
  const blocks = message.role === 'user' ? inOrder(joined, history.at(-2)) : joined;
  history[history.length - 1] = { role: message.role, blocks };
}

function inOrder(blocks: Block[], before: Message | undefined): Block[] {
  const calls = callsOf(before);
  const rank = (result: ToolResult) => calls.findIndex((call) => call.id === result.id);
  const results = blocks.filter((block) => block.type === 'toolResult').sort((a, b) => rank(a) - rank(b));
  return results.length === 0 ? blocks : [...results, ...blocks.filter((block) => block.type !== 'toolResult')];
}

/** The calls of the last assistant message that have no result yet. */
export function openCalls(history: readonly Message[]): ToolCall[] {
  const at = history.at(-1)?.role === 'user' ? -2 : -1;
  const done = new Set(
    at === -2 ? history.at(-1)?.blocks.map((block) => (block.type === 'toolResult' ? block.id : '')) : [],
  );
  return callsOf(history.at(at)).filter((call) => !done.has(call.id));
}

/** Thinking is signed by one model and refused by another: it goes when the model changes. */
export function withoutThinking(history: readonly Message[]): Message[] {
  return history.map((message) => {
    const blocks = message.blocks.filter((block) => !isThinking(block));
    return blocks.length === message.blocks.length ? message : { role: message.role, blocks };
  });
}

function isThinking(block: Block): boolean {
  if (block.type === 'thinking') return true;
  return block.type === 'opaque' && (block.raw as { type?: unknown } | null)?.type === 'redacted_thinking';
}
