// Reads one answer of the model: passes on what streams and comes back with the whole, however it ended.
import type { LoopEvent } from '../contracts/event.ts';
import type { Block, Message } from '../contracts/message.ts';
import type { AnswerFacts, Failure, ModelEvent, ModelRequest, Provider } from '../contracts/provider.ts';
import { deepFreeze } from '../util/deepFreeze.ts';
import { readableError } from '../util/readableError.ts';

/** `message` is absent when nothing of the answer can be kept. */
export type ModelAnswer = { message?: Message; facts?: AnswerFacts; failure?: Failure };

/** Ends soon after the signal, even when the provider does not. `waits` is given what ends a wait before another try. */
export async function* readAnswer(
  provider: Provider,
  request: ModelRequest,
  signal: AbortSignal,
  waits: (goOn: () => void) => void = () => {},
): AsyncGenerator<LoopEvent, ModelAnswer> {
  let text = '';
  const ended = (failure: Failure, partial?: Message, facts?: AnswerFacts): ModelAnswer => {
    const message = kept(partial ?? { role: 'assistant', blocks: [{ type: 'text', text }] });
    return { failure, ...(message ? { message } : {}), ...(facts ? { facts } : {}) };
  };
  const cancelled: Failure = { code: 'cancelled', detail: '', retryable: false };
  if (signal.aborted) return ended(cancelled);
  let onAbort = () => {};
  const stopped = new Promise<undefined>((resolve) => {
    onAbort = () => {
      setTimeout(resolve, PROVIDER_GRACE_MS, undefined);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  let events: AsyncIterator<ModelEvent> | undefined;
  try {
    events = provider.stream(request, signal)[Symbol.asyncIterator]();
    for (;;) {
      const step = events.next();
      step.catch(() => {});
      const next = await Promise.race([step, stopped]);
      if (next === undefined) return ended(cancelled);
      if (next.done) return ended({ code: 'interrupted', detail: 'The answer ended too early.', retryable: true });
      const event: ModelEvent = next.value;
      if (event.type === 'done') return { message: deepFreeze(event.message), facts: event.facts };
      if (event.type === 'failed') return ended(event.failure, event.partial, event.facts);
      if (event.type === 'retrying') {
        text = '';
        const { goOn, ...told } = event;
        if (goOn) waits(goOn);
        yield told;
        continue;
      }
      if (event.type === 'textDelta') text += event.text;
      yield event.type === 'toolDelta'
        ? { type: 'toolDelta', call: event.id, tool: event.name, bytes: event.bytes }
        : event;
    }
  } catch (error) {
    // Providers promise not to throw; if one does, the turn still ends in words.
    return ended(signal.aborted ? cancelled : { code: 'interrupted', detail: readableError(error), retryable: false });
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a provider that hangs must not hold up the turn that gave it up.
    events?.return?.().catch(() => {});
  }
}

const PROVIDER_GRACE_MS = 300;

/** What of a broken answer may stay in history: whole calls, text that says something, thinking only in front of those. */
export function kept(message: Message): Message | undefined {
  const blocks = message.blocks.filter(valid);
  if (!blocks.some((block) => block.type === 'text' || block.type === 'toolUse')) return undefined;
  return deepFreeze({ role: 'assistant', blocks });
}

function valid(block: Block): boolean {
  if (block.type === 'text') return block.text.trim() !== '';
  if (block.type === 'thinking') return block.signature !== undefined;
  return block.type !== 'toolUse' || block.malformed === undefined;
}
