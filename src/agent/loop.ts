// One run of the agent: asks the model, runs what it calls, gives back the results, until it is done. Holds no state.
import type { Finish, LoopEvent } from '../contracts/event.ts';
import type { Message } from '../contracts/message.ts';
import type { Failure } from '../contracts/provider.ts';
import { appendMessage, callsOf } from '../util/history.ts';
import { createBreaker } from './breaker.ts';
import type { LoopParts, Reopened } from './loopParts.ts';
import { kept, type ModelAnswer, readAnswer } from './readAnswer.ts';
import {
  CANCELLED,
  CUT_OFF,
  finished,
  GO_ON,
  type Outcome,
  outcome,
  STOPPED_HERE,
  toResult,
  toText,
} from './results.ts';
import { runCalls } from './runCalls.ts';

const MAX_PAUSES = 10;

/**
 * Runs until the turn ends; the last event is 'finished'. `history` ends with a user message, or with an assistant
 * message whose calls are open when `reopened` is given. Each 'message' event is part of history from then on, and each
 * call of such a message has its result in the next one, whatever happens. Throws only if a part breaks its promise.
 */
export async function* runLoop(
  parts: LoopParts,
  history: readonly Message[],
  signal: AbortSignal,
  reopened?: Reopened,
): AsyncGenerator<LoopEvent, void> {
  yield { type: 'finished', finish: yield* run(parts, history, signal, reopened) };
}

async function* run(
  parts: LoopParts,
  start: readonly Message[],
  signal: AbortSignal,
  reopened: Reopened | undefined,
): AsyncGenerator<LoopEvent, Finish> {
  let history = start;
  const breaker = createBreaker();
  const once = { continued: false, nudged: false, overflowed: false };
  let pauses = 0;

  const add = function* (message: Message, answer?: ModelAnswer): Generator<LoopEvent, void> {
    history = appendMessage(history, message);
    yield answer?.facts ? { type: 'message', message, facts: answer.facts } : { type: 'message', message };
  };
  /** Runs the calls of the last message and adds their results; undefined when the model is to be asked next. */
  const work = async function* (
    known: readonly Outcome[],
    again: boolean,
  ): AsyncGenerator<LoopEvent, Finish | undefined> {
    const end = yield* runCalls(parts, callsOf(history.at(-1)), signal, known, again);
    const notes = end.ended ? [] : await parts.notes();
    yield* add({ role: 'user', blocks: [...end.outcomes.map(toResult), ...notes.map(toText)] });
    if (end.ended) return { reason: end.ended };
    const looping = breaker.count(end.outcomes);
    return looping === undefined ? undefined : { reason: 'looping', tool: looping };
  };

  if (reopened) {
    const finish = yield* work(reopened.outcomes, true);
    if (finish) return finish;
  }
  for (;;) {
    if (signal.aborted) return { reason: 'cancelled' };
    history = (await parts.fit(history, 'request', signal)) ?? history;
    if (signal.aborted) return { reason: 'cancelled' };
    const answer = yield* readAnswer(parts.provider, parts.request(history), signal, parts.waits);
    if (answer.facts) parts.used(answer.facts);

    if (answer.failure) {
      const { failure } = answer;
      const stopped = failure.code === 'cancelled' || signal.aborted;
      if (failure.code === 'contextOverflow' && !stopped && !once.overflowed) {
        once.overflowed = true;
        const shorter = await parts.fit(history, 'overflow', signal);
        if (shorter) {
          history = shorter;
          continue;
        }
      }
      // What came of the answer is kept, so nothing of it may be written a second time.
      const other = stopped || answer.message ? undefined : (parts.leaveOut(failure) ?? parts.fallback(failure));
      if (other) {
        history = other;
        continue;
      }
      if (answer.message) {
        yield* add(answer.message, answer);
        if (stopped) yield* add({ role: 'user', blocks: yield* cancelCalls(answer.message) });
        else if (callsOf(answer.message).length > 0) {
          // The calls came whole before the answer broke off: they count.
          const finish = yield* work([], false);
          if (finish) return finish;
        }
      }
      return stopped ? { reason: 'cancelled' } : { reason: 'failed', failure };
    }

    const stop = answer.facts?.stop ?? 'endTurn';
    if (stop === 'refusal') {
      const detail = answer.facts?.refusal;
      return detail === undefined ? { reason: 'refusal' } : { reason: 'refusal', detail };
    }
    const truncated = stop === 'maxTokens' || stop === 'contextWindow';
    const message = answer.message && tidy(answer.message, truncated);
    if (message) yield* add(message, answer);

    if (stop === 'pauseTurn') {
      if (++pauses > MAX_PAUSES || !message) return { reason: 'failed', failure: PAUSED_TOO_OFTEN };
      continue;
    }
    if (message && callsOf(message).length > 0) {
      const finish = yield* work([], false);
      if (finish) return finish;
      once.continued = false;
      continue;
    }
    if (stop === 'contextWindow') {
      if (once.overflowed) return { reason: 'failed', failure: WINDOW_FULL };
      once.overflowed = true;
      const shorter = await parts.fit(history, 'overflow', signal);
      if (!shorter) return signal.aborted ? { reason: 'cancelled' } : { reason: 'failed', failure: WINDOW_FULL };
      history = shorter;
      continue;
    }
    if (stop === 'maxTokens') {
      if (once.continued) return { reason: 'maxTokens' };
      once.continued = true;
      yield* add({ role: 'user', blocks: [{ type: 'text', text: CUT_OFF }] });
      continue;
    }
    const answersResults = history.at(-1)?.blocks.at(-1)?.type === 'toolResult';
    if (!message && answersResults && !once.nudged) {
      once.nudged = true;
      yield* add({ role: 'user', blocks: [{ type: 'text', text: GO_ON }] });
      continue;
    }
    return { reason: 'done' };
  }
}

/**
 * The message as history keeps it; undefined when it says nothing. A truncated answer loses the call it broke off in;
 * a whole answer keeps a malformed call, which gets a result that says so.
 */
function tidy(message: Message, truncated: boolean): Message | undefined {
  if (truncated) return kept(message);
  const blocks = message.blocks.filter((block) => block.type !== 'text' || block.text !== '');
  return blocks.some((block) => block.type !== 'thinking') ? { role: 'assistant', blocks } : undefined;
}

/** Results for calls of an answer that was stopped before they ran; for one without calls, a word that it was stopped. */
function* cancelCalls(message: Message): Generator<LoopEvent, Message['blocks']> {
  const outcomes = callsOf(message).map((call) => outcome(call, 'cancelled', CANCELLED));
  for (const one of outcomes) yield finished(one);
  return outcomes.length > 0 ? outcomes.map(toResult) : [{ type: 'text', text: STOPPED_HERE }];
}

const PAUSED_TOO_OFTEN: Failure = {
  code: 'interrupted',
  detail: `The model paused its answer more than ${MAX_PAUSES} times.`,
  retryable: true,
};
const WINDOW_FULL: Failure = {
  code: 'contextOverflow',
  detail: "The conversation fills the model's context window and could not be shortened.",
  retryable: false,
};
