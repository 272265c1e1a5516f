// What the events of a conversation are folded into, and the draft of it that one fold works on: arrays are copied once a
// fold, not once an event, so thousands of events fold in a few milliseconds.
import type { ToolCall } from '../src/contracts/message.ts';
import type { Because } from '../src/contracts/permission.ts';
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
export type Draft = { -readonly [K in keyof Folded]: Folded[K] } & {
  items: Item[];
  ownCalls: Map<string, number> | undefined;
};

export function draftOf(before: Folded): Draft {
  return { ...before, items: before.items.slice(), ownCalls: undefined };
}

export function finish({ ownCalls: _, ...folded }: Draft): Folded {
  return folded;
}

export function calls(draft: Draft): Map<string, number> {
  draft.ownCalls ??= new Map(draft.calls);
  draft.calls = draft.ownCalls;
  return draft.ownCalls;
}

export function push(draft: Draft, item: Unplaced): void {
  const seq = draft.first + draft.items.length;
  draft.items.push({ ...item, seq } as Item);
  if (item.kind === 'tool') calls(draft).set(item.call.id, seq);
}

export function heard(draft: Draft, nowMs: number | undefined): void {
  if (nowMs !== undefined) draft.lastDataMs = nowMs;
}

export function last(draft: Draft): Item | undefined {
  return draft.items[draft.items.length - 1];
}

export function find(draft: Draft, call: string): ToolItem | undefined {
  const seq = draft.calls.get(call);
  const item = seq === undefined ? undefined : draft.items[seq - draft.first];
  return item?.kind === 'tool' && item.call.id === call ? item : undefined;
}

export function update(draft: Draft, call: string, change: Partial<Omit<ToolItem, 'seq' | 'kind'>>): void {
  const item = find(draft, call);
  if (item) draft.items[item.seq - draft.first] = { ...item, ...change };
}

/** Makes a card for a call that has none; a to-do list gets one only when it must (`force`). */
export function ensure(draft: Draft, call: ToolCall, force = false): void {
  if (find(draft, call.id) || (call.name === 'TodoWrite' && !force)) return;
  push(draft, { kind: 'tool', call, status: 'waiting', progress: '' });
}
