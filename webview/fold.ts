// Folds the events of a conversation into the items its page is drawn from.
import type { AgentEvent } from '../src/contracts/event.ts';
import { answered, closeOpen, delta, dropOpen, writing } from './foldAnswer.ts';
import { asked, keepEnd, questionAnswered, results, settleCalls } from './foldCalls.ts';
import {
  type Draft,
  draftOf,
  ensure,
  type Folded,
  find,
  finish,
  heard,
  NOTHING_FOLDED,
  push,
  update,
} from './foldDraft.ts';
import type { ToolItem } from './items.ts';

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
