// Pictures and documents that the model's service cannot take: which they are, where they came from, and what is told instead.
import { createHash } from 'node:crypto';
import type { AgentEvent } from '../contracts/event.ts';
import type { Block, Media, Message, Text, ToolCall } from '../contracts/message.ts';
import type { AnyTool } from '../contracts/tool.ts';
import { callsOf } from '../util/history.ts';

/** Digests of what is left out. */
export type LeftOut = ReadonlySet<string>;
/** `from` is a file, a tool of a server or, where neither is known, the kind of the data. */
export type Suspect = { digest: string; from: string };

/** In front of a file that is no text; the name stands in it. */
export const fileCaption = (name: string): Text => ({ type: 'text', text: `The file ${name}:` });
const CAPTION = /^The file (.+):$/s;
const FROM = 200;

/** Names everything that was left out of a conversation so far. */
export function leftOutIn(events: readonly AgentEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.type === 'leftOut' ? event.media : [])));
}

/** The same message where nothing of it is left out. The line says nothing that could differ the next time. */
export function withoutLeftOut(message: Message, leftOut: LeftOut): Message {
  if (leftOut.size === 0) return message;
  const told = <T extends Block>(block: T): T | Text =>
    isMedia(block) && leftOut.has(digestOf(block)) ? lineFor(block) : block;
  let changed = false;
  const blocks = message.blocks.map((block): Block => {
    const content = block.type === 'toolResult' ? block.content.map(told) : [];
    const now =
      block.type !== 'toolResult'
        ? told(block)
        : content.some((one, index) => one !== block.content[index])
          ? { ...block, content }
          : block;
    changed ||= now !== block;
    return now;
  });
  return changed ? { role: message.role, blocks } : message;
}

/**
 * What a refusal is most likely about: what came since the model last answered, for that the service never took; all of it
 * where nothing came.
 */
export function suspects(history: readonly Message[], tools: readonly AnyTool[], cwd: string): Suspect[] {
  const answered = history.findLastIndex(({ role }) => role === 'assistant');
  const found = history.map((message, index) => mediaOf(message, callsOf(history[index - 1]), tools, cwd));
  const fresh = found.slice(answered + 1).flat();
  return fresh.length > 0 ? fresh : found.flat();
}

function mediaOf(message: Message, calls: readonly ToolCall[], tools: readonly AnyTool[], cwd: string): Suspect[] {
  return message.blocks.flatMap((block, index): Suspect[] => {
    if (isMedia(block))
      return [{ digest: digestOf(block), from: captionOf(message.blocks[index - 1]) ?? block.mediaType }];
    if (block.type !== 'toolResult') return [];
    const call = calls.find(({ id }) => id === block.id);
    const media = block.content.filter(isMedia);
    return media.map((one) => ({ digest: digestOf(one), from: call ? fromCall(call, tools, cwd) : one.mediaType }));
  });
}

function captionOf(before: Block | undefined): string | undefined {
  return before?.type === 'text' ? CAPTION.exec(before.text)?.[1]?.slice(0, FROM) : undefined;
}

/** `server/tool`; of a tool of ours what it was asked for, which is a path or an address. */
function fromCall({ name, input }: ToolCall, tools: readonly AnyTool[], cwd: string): string {
  const [, server, tool] = /^mcp__(.+?)__(.+)$/.exec(name) ?? [];
  if (server !== undefined && tool !== undefined) return `${server}/${tool}`;
  const known = tools.find((one) => one.name === name);
  try {
    return known?.subject(known.input.parse(input), cwd).split('\n', 1)[0]?.slice(0, FROM) || name;
  } catch {
    // What it was asked with does not fit it any more: its name is known all the same.
    return name;
  }
}

function lineFor({ type }: Media): Text {
  const what = type === 'image' ? 'picture' : 'document';
  return {
    type: 'text',
    text: `(A ${what} stood here. It was left out, because the model service could not take it.)`,
  };
}

function isMedia(block: Block): block is Media {
  return block.type === 'image' || block.type === 'document';
}

function digestOf({ data }: Media): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 32);
}
