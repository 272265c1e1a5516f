// Folds the events of a conversation into the items its page is drawn from. Works on a draft that is owned by one
// reduce call: arrays are copied once a call, not once an event, so thousands of events fold in a few milliseconds.
import type { AgentEvent } from '../src/contracts/event.ts';
import type { Block, Message, ToolCall } from '../src/contracts/message.ts';
import type { Because } from '../src/contracts/permission.ts';
import type { Question } from '../src/contracts/question.ts';
import type { Todo } from '../src/contracts/tool.ts';
import type { Item, ToolItem } from './items.ts';

/** Omits `seq` from each member, which `push` gives. */
type Unplaced = Item extends infer I ? (I extends Item ? Omit<I, 'seq'> : never) : never;

export type Retry = { because: Because; attempt: number; of: number; atMs: number };
export type Costs = { usd: number; unpriced: boolean; requests: number };
export type Context = { tokens: number; window: number };

export type Folded = {
  items: readonly Item[];
  /** `seq` of `items[0]`. */
  first: number;
  /** Call id → `seq`. Only a hint: what it says is checked against the item. */
  calls: ReadonlyMap<string, number>;
  /** Items from this `seq` on belong to an answer that is still streaming; undefined when none is. */
  openFrom: number | undefined;
  todos: readonly Todo[] | undefined;
  retry: Retry | undefined;
  compacting: boolean;
  costs: Costs;
  context: Context | undefined;
  /** When something last arrived from the model or a tool; drives the "not responding" note. */
  lastDataMs: number | undefined;
  /** When the running turn began, as far as the page knows. */
  turnStartedMs: number | undefined;
};

export const NOTHING_FOLDED: Folded = {
  items: [],
  first: 0,
  calls: new Map(),
  openFrom: undefined,
  todos: undefined,
  retry: undefined,
  compacting: false,
  costs: { usd: 0, unpriced: false, requests: 0 },
  context: undefined,
  lastDataMs: undefined,
  turnStartedMs: undefined,
};

/** `calls` is copied at its first change: most events are deltas, which leave it alone. */
type Draft = { -readonly [K in keyof Folded]: Folded[K] } & {
  items: Item[];
  ownCalls: Map<string, number> | undefined;
};

function draftOf(before: Folded): Draft {
  return { ...before, items: before.items.slice(), ownCalls: undefined };
}

function finish({ ownCalls: _, ...folded }: Draft): Folded {
  return folded;
}

function calls(draft: Draft): Map<string, number> {
  draft.ownCalls ??= new Map(draft.calls);
  draft.calls = draft.ownCalls;
  return draft.ownCalls;
}

/** `live` is false when an old conversation is redrawn: clocks are not started then. */
export function fold(before: Folded, events: readonly AgentEvent[], nowMs: number, live: boolean): Folded {
  if (events.length === 0) return before;
  const draft = draftOf(before);
  for (const event of events) apply(draft, event, live ? nowMs : undefined);
  return finish(draft);
}

/** Puts the items of earlier events before the others; what those say about the present (to-dos, context) yields. */
export function prepend(later: Folded, events: readonly AgentEvent[]): Folded {
  const earlier = fold(NOTHING_FOLDED, events, 0, false);
  const shift = later.first - earlier.items.length;
  const moved = earlier.items.map((item) => ({ ...item, seq: item.seq + shift }));
  const places = new Map<string, number>();
  for (const [id, seq] of earlier.calls) places.set(id, seq + shift);
  for (const [id, seq] of later.calls) places.set(id, seq);
  return {
    ...later,
    items: [...moved, ...later.items],
    first: shift,
    calls: places,
    todos: later.todos ?? earlier.todos,
    context: later.context ?? earlier.context,
    costs: {
      usd: later.costs.usd + earlier.costs.usd,
      unpriced: later.costs.unpriced || earlier.costs.unpriced,
      requests: later.costs.requests + earlier.costs.requests,
    },
  };
}

/** Changes the card of a call, if there is one. */
export function changeCall(folded: Folded, call: string, change: Partial<Omit<ToolItem, 'seq' | 'kind'>>): Folded {
  const draft = draftOf(folded);
  if (!find(draft, call)) return folded;
  update(draft, call, change);
  return finish(draft);
}

function apply(draft: Draft, event: AgentEvent, nowMs: number | undefined): void {
  switch (event.type) {
    case 'textDelta':
    case 'thinkingDelta':
      heard(draft, nowMs);
      delta(draft, event.type === 'textDelta' ? 'text' : 'thinking', event.text, nowMs);
      return;
    case 'toolDelta':
      heard(draft, nowMs);
      closeOpen(draft, nowMs);
      writing(draft, event.call, event.tool, event.bytes);
      return;
    case 'message':
      heard(draft, nowMs);
      if (event.message.role === 'assistant') answered(draft, event.message, nowMs);
      else results(draft, event.message);
      return;
    case 'toolDecided':
      ensure(draft, event.call);
      update(draft, event.call.id, { call: event.call, decision: event.decision });
      return;
    case 'asked':
      asked(draft, event.question);
      return;
    case 'answered':
      heard(draft, nowMs);
      questionAnswered(draft, event);
      return;
    case 'toolStarted':
      ensure(draft, event.call);
      heard(draft, nowMs);
      update(draft, event.call.id, {
        call: event.call,
        status: 'running',
        ...(nowMs === undefined ? {} : { startedAtMs: nowMs }),
      });
      return;
    case 'toolProgress': {
      heard(draft, nowMs);
      const item = find(draft, event.call);
      if (item) update(draft, event.call, { progress: keepEnd(item.progress + event.text) });
      return;
    }
    case 'toolFinished':
      heard(draft, nowMs);
      // A to-do list that was written is shown by the list itself.
      if (event.call.name === 'TodoWrite' && event.status === 'done') return;
      ensure(draft, event.call, true);
      update(draft, event.call.id, {
        call: event.call,
        status: event.status,
        output: event.output,
        durationMs: event.durationMs,
        progress: '',
      });
      return;
    case 'retrying':
      heard(draft, nowMs);
      dropOpen(draft);
      draft.retry = { because: event.because, attempt: event.attempt, of: event.of, atMs: event.atMs };
      return;
    case 'finished':
      closeOpen(draft, nowMs);
      settleCalls(draft);
      draft.openFrom = undefined;
      draft.retry = undefined;
      draft.compacting = false;
      draft.turnStartedMs = undefined;
      if (event.finish.reason !== 'done') push(draft, { kind: 'finish', finish: event.finish });
      return;
    case 'prompted':
      heard(draft, nowMs);
      draft.turnStartedMs = nowMs;
      push(draft, { kind: 'prompt', prompt: event.prompt });
      return;
    case 'usage':
      draft.costs = {
        usd: draft.costs.usd + (event.costUsd ?? 0),
        unpriced: draft.costs.unpriced || event.costUsd === undefined,
        requests: draft.costs.requests + 1,
      };
      draft.context = { tokens: event.contextTokens, window: event.contextWindow };
      return;
    case 'todos':
      draft.todos = event.todos;
      return;
    case 'compacting':
      heard(draft, nowMs);
      draft.compacting = true;
      return;
    case 'compacted':
      heard(draft, nowMs);
      draft.compacting = false;
      push(draft, {
        kind: 'compacted',
        summary: event.summary,
        trigger: event.trigger,
        beforeTokens: event.beforeTokens,
      });
      return;
    case 'notice':
      push(draft, { kind: 'notice', severity: event.kind, because: event.because });
      return;
    // Told by the state that comes with the events, or not for the page.
    case 'queued':
    case 'mode':
    case 'model':
    case 'effort':
    case 'title':
    case 'context':
    case 'leftOut':
      return;
    default:
      never(event);
  }
}

function never(_: never): void {}

function push(draft: Draft, item: Unplaced): void {
  const seq = draft.first + draft.items.length;
  draft.items.push({ ...item, seq } as Item);
  if (item.kind === 'tool') calls(draft).set(item.call.id, seq);
}

function heard(draft: Draft, nowMs: number | undefined): void {
  if (nowMs !== undefined) draft.lastDataMs = nowMs;
}

function last(draft: Draft): Item | undefined {
  return draft.items[draft.items.length - 1];
}

function find(draft: Draft, call: string): ToolItem | undefined {
  const seq = draft.calls.get(call);
  const item = seq === undefined ? undefined : draft.items[seq - draft.first];
  return item?.kind === 'tool' && item.call.id === call ? item : undefined;
}

function update(draft: Draft, call: string, change: Partial<Omit<ToolItem, 'seq' | 'kind'>>): void {
  const item = find(draft, call);
  if (item) draft.items[item.seq - draft.first] = { ...item, ...change };
}

/** Makes a card for a call that has none; a to-do list gets one only when it must (`force`). */
function ensure(draft: Draft, call: ToolCall, force = false): void {
  if (find(draft, call.id) || (call.name === 'TodoWrite' && !force)) return;
  push(draft, { kind: 'tool', call, status: 'waiting', progress: '' });
}

function delta(draft: Draft, kind: 'text' | 'thinking', text: string, nowMs: number | undefined): void {
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

function writing(draft: Draft, id: string, tool: string, bytes: number): void {
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
function closeOpen(draft: Draft, nowMs: number | undefined): void {
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
function dropOpen(draft: Draft): void {
  for (const item of takeOpen(draft)) if (item.kind === 'tool') calls(draft).delete(item.call.id);
}

/** The whole answer takes the place of what streamed of it. */
function answered(draft: Draft, message: Message, nowMs: number | undefined): void {
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

/** Results close the cards of calls that no 'toolFinished' told about: a conversation another client wrote. */
function results(draft: Draft, message: Message): void {
  for (const block of message.blocks) {
    if (block.type !== 'toolResult') continue;
    const item = find(draft, block.id);
    if (!item || item.output) continue;
    update(draft, block.id, {
      status: block.isError ? 'failed' : 'done',
      output: { content: block.content, isError: block.isError },
    });
  }
}

function asked(draft: Draft, question: Question): void {
  if (question.type !== 'review') {
    ensure(draft, question.call, true);
    update(draft, question.call.id, { call: question.call, question, status: 'waiting' });
    return;
  }
  for (const call of question.calls) ensure(draft, call);
  const at = reviewIndex(draft, question.id);
  if (at < 0) push(draft, { kind: 'review', question });
}

function questionAnswered(draft: Draft, event: Extract<AgentEvent, { type: 'answered' }>): void {
  const { question, answer, settled } = event;
  if (question.type !== 'review') {
    ensure(draft, question.call, true);
    const item = find(draft, question.call.id);
    // A call that asked while it ran goes on; one that has yet to start says so by itself.
    const goesOn = item?.status === 'waiting' && item.startedAtMs !== undefined && answer.type !== 'deny';
    update(draft, question.call.id, { question, answer, ...(goesOn ? { status: 'running' } : {}) });
    return;
  }
  asked(draft, question);
  const at = reviewIndex(draft, question.id);
  const item = draft.items[at];
  if (item?.kind === 'review') draft.items[at] = { ...item, answer, ...(settled ? { settled } : {}) };
}

/** Index of the review's row, or -1. Looked for from the end: a review is answered soon after it is asked. */
function reviewIndex(folded: Pick<Folded, 'items'>, id: string): number {
  return folded.items.findLastIndex((item) => item.kind === 'review' && item.question.id === id);
}

/** A turn that ended leaves no card waiting for ever. */
function settleCalls(draft: Draft): void {
  for (let i = draft.items.length - 1; i >= 0; i--) {
    const item = draft.items[i];
    if (!item || item.kind === 'prompt') return;
    if (item.kind === 'tool' && (item.status === 'waiting' || item.status === 'running')) {
      draft.items[i] = { ...item, status: 'cancelled' };
    }
  }
}

const PROGRESS_CHARACTERS = 20_000;
function keepEnd(text: string): string {
  return text.length > PROGRESS_CHARACTERS ? text.slice(-PROGRESS_CHARACTERS) : text;
}
