// A conversation as the language models of VS Code take it: there is no system role, and no thinking or media goes in.
import type { Block, Message, ToolResult } from '../contracts/message.ts';

export type EditorPart =
  | { type: 'text'; text: string }
  | { type: 'call'; id: string; name: string; input: object }
  | { type: 'result'; id: string; text: string };
export type EditorMessage = { role: 'user' | 'assistant'; parts: EditorPart[] };

/** The system prompt is the first thing the user says. Results stand before all else in their message. */
export function editorMessages(system: string, messages: readonly Message[]): EditorMessage[] {
  const first: EditorMessage[] =
    system.trim() === '' ? [] : [{ role: 'user', parts: [{ type: 'text', text: system }] }];
  const rest = messages.map(({ role, blocks }): EditorMessage => {
    const parts = blocks.flatMap(partsOf);
    const results = parts.filter((part) => part.type === 'result');
    return { role, parts: [...results, ...parts.filter((part) => part.type !== 'result')] };
  });
  return [...first, ...rest].filter(({ parts }) => parts.length > 0);
}

function partsOf(block: Block): EditorPart[] {
  switch (block.type) {
    case 'text':
      return block.text.trim() === '' ? [] : [{ type: 'text', text: block.text }];
    case 'image':
    case 'document':
      return [{ type: 'text', text: unseen(block.type) }];
    case 'toolUse':
      return [{ type: 'call', id: block.id, name: block.name, input: asObject(block.input) }];
    case 'toolResult':
      return [{ type: 'result', id: block.id, text: textOf(block) }];
    // Another service's, and of no use to any but that.
    case 'thinking':
    case 'opaque':
      return [];
  }
}

function asObject(input: unknown): object {
  return typeof input === 'object' && input !== null ? input : {};
}

/** For the model: a failure has no mark of its own there. */
function textOf({ content, isError }: ToolResult): string {
  const text = content.map((part) => (part.type === 'text' ? part.text : unseen(part.type))).join('\n');
  return isError ? `Error: ${text}` : text;
}

function unseen(type: 'image' | 'document'): string {
  const what = type === 'image' ? 'an image' : 'a document';
  return `[The user attached ${what} here. You cannot see it; say so if it matters.]`;
}

/** All that is sent, as one text; for counting. */
export function textToCount(messages: readonly EditorMessage[]): string {
  return messages
    .flatMap(({ parts }) => parts)
    .map((part) => (part.type === 'call' ? `${part.name} ${JSON.stringify(part.input)}` : part.text))
    .join('\n');
}
