// Where a conversation read back from disk stands: its history, and what to do about calls that have no result.
import type { Change } from '../contracts/edit.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { Message } from '../contracts/message.ts';
import type { AnyTool, Todo } from '../contracts/tool.ts';
import type { Restored } from '../contracts/transcript.ts';
import { callsOf, openCalls } from '../util/history.ts';
import { leftOutIn, withoutLeftOut } from './leftOut.ts';
import type { Reopened } from './loopParts.ts';
import type { Wish } from './modelContext.ts';
import { openChanges } from './recallSeen.ts';
import { INTERRUPTED, type Outcome, outcome } from './results.ts';

export type Resumed = {
  history: readonly Message[];
  /** What the page draws; questions that nobody can answer any more are left out. */
  events: readonly AgentEvent[];
  todos?: Todo[];
  /** The model that was asked last. */
  model?: string;
  /** What the conversation wanted for itself last. */
  wish: Wish;
  /** Digests of what the service cannot take; the history has a line in its place. */
  leftOut: ReadonlySet<string>;
  /** The id of the last prompt. */
  prompt?: string;
  /** Present when a question was open: the run goes on with these calls, decided anew. */
  reopened?: Reopened & { history: readonly Message[] /** What was proposed in it. */; changes: Change[] };
  /** Results for calls that may have done something before the program ended; they never run again by themselves. */
  interrupted: Outcome[];
};

export function resume(restored: Restored, tools: readonly AnyTool[]): Resumed {
  const leftOut = leftOutIn(restored.events);
  const history = restored.messages.map((message) => withoutLeftOut(message, leftOut));
  const open = openCalls(history);
  const [started, waiting] = callStates(restored.events);
  const kinds = new Map(tools.map((tool) => [tool.name, tool.kind]));
  const interrupted = open
    .filter((call) => started.has(call.id) && kinds.get(call.name) !== 'interact' && kinds.get(call.name) !== 'read')
    .map((call) => outcome(call, 'cancelled', INTERRUPTED));
  const resumed = {
    history,
    leftOut,
    interrupted,
    events: withoutDeadQuestions(restored.events),
    ...lastFacts(restored.events),
  };
  if (!open.some((call) => waiting.has(call.id))) return resumed;

  const partial = history.at(-1)?.role === 'user' ? history.at(-1) : undefined;
  const before = partial ? history.slice(0, -1) : history;
  const calls = callsOf(before.at(-1));
  const stored = (partial?.blocks ?? []).flatMap((block): Outcome[] => {
    const call = block.type === 'toolResult' ? calls.find((one) => one.id === block.id) : undefined;
    if (!call || block.type !== 'toolResult') return [];
    const { content, isError } = block;
    return [outcome(call, isError ? 'failed' : 'done', { content, isError })];
  });
  return {
    ...resumed,
    reopened: { history: before, outcomes: [...stored, ...interrupted], changes: openChanges(restored.events) },
  };
}

/** The calls that were started and those a question is open about. */
function callStates(events: readonly AgentEvent[]): [started: Set<string>, waiting: Set<string>] {
  const started = new Set<string>();
  const waiting = new Map<string, string[]>();
  for (const event of events) {
    if (event.type === 'toolStarted') started.add(event.call.id);
    if (event.type === 'asked') {
      const { question } = event;
      waiting.set(question.id, question.type === 'review' ? question.calls.map((call) => call.id) : [question.call.id]);
    }
    if (event.type === 'answered') waiting.delete(event.question.id);
  }
  return [started, new Set([...waiting.values()].flat())];
}

/** A question that was asked again after a resume may bear the same id: the last time counts. */
function withoutDeadQuestions(events: readonly AgentEvent[]): AgentEvent[] {
  const answered = new Set(events.flatMap((event) => (event.type === 'answered' ? [event.question.id] : [])));
  const last = new Map(events.map((event, index) => [event.type === 'asked' ? event.question.id : '', index]));
  return events.filter(
    (event, index) =>
      event.type !== 'asked' || (answered.has(event.question.id) && last.get(event.question.id) === index),
  );
}

function lastFacts(events: readonly AgentEvent[]): Pick<Resumed, 'todos' | 'model' | 'wish' | 'prompt'> {
  const todos = events.findLast((event) => event.type === 'todos');
  const usage = events.findLast((event) => event.type === 'usage' && event.purpose === 'main');
  const message = events.findLast((event) => event.type === 'message' && event.facts !== undefined);
  const model = usage?.type === 'usage' ? usage.model : message?.type === 'message' ? message.facts?.model : undefined;
  const prompted = events.findLast((event) => event.type === 'prompted');
  return {
    wish: lastWish(events),
    ...(todos?.type === 'todos' ? { todos: todos.todos } : {}),
    ...(model === undefined ? {} : { model }),
    ...(prompted?.type === 'prompted' ? { prompt: prompted.prompt.id } : {}),
  };
}

function lastWish(events: readonly AgentEvent[]): Wish {
  const last = events.findLast((event) => event.type === 'effort');
  if (last?.type !== 'effort') return {};
  const { type: _, ...wish } = last;
  return wish;
}
