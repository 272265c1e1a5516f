// An answer while it streams, and the whole of it that takes the place of what streamed.
import type { Block, Message, ToolCall } from '../src/contracts/message.ts';
import { calls, type Draft, ensure, find, last, push, update } from './foldDraft.ts';
import type { Item } from './items.ts';

export function delta(draft: Draft, kind: 'text' | 'thinking', text: string, nowMs: number | undefined): void {
  draft.retry = undefined;
  draft.openFrom ??= draft.first + draft.items.length;
  const item = last(draft);
  if (item?.kind === kind && item.open) {
    draft.items[draft.items.length - 1] = { ...item, text: item.text + text };
    return;
  }
  closeOpen(draft, nowMs);
  if (kind === 'text') push(draft, { kind, text, open: true });
  else push(draft, { kind, text, open: true, ...(nowMs === undefined ? {} : { startedAtMs: nowMs }) });
}

export function writing(draft: Draft, id: string, tool: string, bytes: number): void {
  draft.retry = undefined;
  draft.openFrom ??= draft.first + draft.items.length;
  if (find(draft, id)) {
    update(draft, id, { writing: bytes });
    return;
  }
  if (tool === 'TodoWrite') return;
  const call: ToolCall = { type: 'toolUse', id, name: tool, input: {} };
  push(draft, { kind: 'tool', call, status: 'waiting', writing: bytes, progress: '' });
}

/** The block that was growing is complete: the next one has begun, or the turn ended. */
export function closeOpen(draft: Draft, nowMs: number | undefined): void {
  const item = last(draft);
  if (!item || (item.kind !== 'text' && item.kind !== 'thinking') || !item.open) return;
  draft.items[draft.items.length - 1] = item.kind === 'text' ? { ...item, open: false } : closeThinking(item, nowMs);
}

function closeThinking<T extends { open: boolean; startedAtMs?: number; durationMs?: number }>(
  item: T,
  nowMs: number | undefined,
): T {
  if (nowMs === undefined || item.startedAtMs === undefined) return { ...item, open: false };
  return { ...item, open: false, durationMs: item.durationMs ?? nowMs - item.startedAtMs };
}

/** Takes the items of the answer that streams off the end; what is no part of an answer stays, in order. */
function takeOpen(draft: Draft): Item[] {
  if (draft.openFrom === undefined) return [];
  const tail = draft.items.splice(draft.openFrom - draft.first);
  draft.openFrom = undefined;
  const taken: Item[] = [];
  for (const item of tail) {
    const streamed =
      item.kind === 'text' || item.kind === 'thinking' || (item.kind === 'tool' && item.writing !== undefined);
    if (streamed) taken.push(item);
    else push(draft, item);
  }
  return taken;
}

/** A failed try: what it streamed is void. */
export function dropOpen(draft: Draft): void {
  for (const item of takeOpen(draft)) if (item.kind === 'tool') calls(draft).delete(item.call.id);
}

/** The whole answer takes the place of what streamed of it. */
export function answered(draft: Draft, message: Message, nowMs: number | undefined): void {
  draft.retry = undefined;
  const streamed = takeOpen(draft);
  const thoughts = streamed.filter((item) => item.kind === 'thinking');
  for (const block of message.blocks)
    addBlock(draft, block, () => {
      const thought = thoughts.shift();
      return thought ? closeThinking(thought, nowMs) : undefined;
    });
}

function addBlock(draft: Draft, block: Block, thought: () => { durationMs?: number } | undefined): void {
  switch (block.type) {
    case 'text':
      if (block.text.trim() !== '') push(draft, { kind: 'text', text: block.text, open: false });
      return;
    case 'thinking': {
      const durationMs = thought()?.durationMs;
      if (block.text.trim() === '') return;
      push(draft, {
        kind: 'thinking',
        text: block.text,
        open: false,
        ...(durationMs === undefined ? {} : { durationMs }),
      });
      return;
    }
    case 'toolUse':
      calls(draft).delete(block.id);
      ensure(draft, block);
      return;
    case 'image':
    case 'document':
    case 'opaque':
    case 'toolResult':
      return;
  }
}
