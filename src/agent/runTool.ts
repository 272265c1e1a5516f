// Starts a tool that passed the gate, and makes an outcome of whatever it does.
import type { Change, Settled } from '../contracts/edit.ts';
import type { LoopEvent } from '../contracts/event.ts';
import type { Cause } from '../contracts/journal.ts';
import type { Question } from '../contracts/question.ts';
import type { ToolContext } from '../contracts/tool.ts';
import { readableError } from '../util/readableError.ts';
import { createChannel } from './channel.ts';
import type { Ready } from './gate.ts';
import type { LoopParts } from './loopParts.ts';
import { noteCreated } from './noteCreated.ts';
import { whyNoMore } from './recheck.ts';
import { CANCELLED, finished, type Outcome, outcome } from './results.ts';

export type Ran = { outcome: Outcome /** The tool asked the person, who said a bare no. */; declined: boolean };

/** Runs calls side by side, at most `parts.concurrency` at a time; the outcomes stand in the order of the calls. */
export async function* runSideBySide(
  parts: LoopParts,
  ready: readonly Ready[],
  signal: AbortSignal,
  waited: boolean,
): AsyncGenerator<LoopEvent, Ran[]> {
  // Announced before anything starts, so that whoever reads the events can store them first.
  for (const { call } of ready) yield { type: 'toolStarted', call };
  const events = createChannel<LoopEvent>();
  const ran: Ran[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < ready.length; at = next++) {
      const one = ready[at];
      if (one) ran[at] = await execute(parts, one, { waited }, signal, events.push);
    }
  };
  const all = Promise.all(Array.from({ length: Math.min(parts.concurrency, ready.length) }, worker)).finally(
    events.close,
  );
  yield* events.read();
  await all;
  return ran;
}

/** What a review left of an edit: the changes this call is to write, and what became of every file of the review. */
export type Approved = {
  changes?: Change[];
  settled?: readonly Settled[] /** Nothing of it was accepted. */;
  rejected?: boolean;
  /** Time passed since the decision. */
  waited?: boolean;
};

export async function* runTool(
  parts: LoopParts,
  ready: Ready,
  approved: Approved,
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, Ran> {
  yield { type: 'toolStarted', call: ready.call };
  const events = createChannel<LoopEvent>();
  const running = execute(parts, ready, approved, signal, events.push).finally(events.close);
  yield* events.read();
  return await running;
}

/** Never rejects. Pushes progress, the tool's own questions, and 'toolFinished' last. */
async function execute(
  parts: LoopParts,
  ready: Ready,
  { changes = [], settled, rejected = false, waited = false }: Approved,
  signal: AbortSignal,
  push: (event: LoopEvent) => void,
): Promise<Ran> {
  const { call, tool, input } = ready;
  const startedAt = parts.now();
  let declined = false;
  let refused = rejected;
  const ask = async (question: Question, until?: AbortSignal) => {
    push({ type: 'asked', question });
    const answer = await parts.ask(question, until);
    push({ type: 'answered', question, answer });
    if (signal.aborted || until?.aborted) return { type: 'deny' as const };
    if (answer.type === 'deny') {
      refused = true;
      declined ||= !answer.feedback?.trim();
    }
    return answer;
  };
  const context: ToolContext = {
    ...quietContext(parts, ready, signal, settled !== undefined),
    progress: (text) => push({ type: 'toolProgress', call: call.id, text }),
    ask,
    ...(settled === undefined ? {} : { settled }),
  };
  let result: Outcome;
  const refusal = waited && !signal.aborted ? await whyNoMore(parts, ready) : undefined;
  if (signal.aborted) {
    result = outcome(call, 'cancelled', CANCELLED);
  } else if (refusal !== undefined) {
    result = outcome(call, 'failed', refusal);
  } else {
    try {
      const output = await untilStopped(tool.run(input, context, changes), signal, parts.graceMs);
      const took = parts.now() - startedAt;
      if (output !== undefined && !output.isError) noteCreated(parts.state.created, ready, output);
      if (output === undefined) result = outcome(call, 'cancelled', CANCELLED, took);
      else if (signal.aborted) result = outcome(call, 'cancelled', output, took);
      else
        result = outcome(call, refused && output.isError ? 'denied' : output.isError ? 'failed' : 'done', output, took);
    } catch (error) {
      const status = signal.aborted ? 'cancelled' : 'failed';
      result = outcome(call, status, signal.aborted ? CANCELLED : readableError(error), parts.now() - startedAt);
    }
  }
  push(finished(result));
  return { outcome: result, declined };
}

/** For reading what a person attached to a prompt; stands for no call of the conversation. */
export function promptContext(parts: LoopParts, signal: AbortSignal): ToolContext {
  return quietContext(parts, { call: { type: 'toolUse', id: 'prompt', name: 'Read', input: {} } }, signal);
}

/** The context of a preview, which has nothing to say and nobody to ask. */
export function quietContext(
  parts: LoopParts,
  { call, decision }: Pick<Ready, 'call'> & Partial<Pick<Ready, 'decision'>>,
  signal: AbortSignal,
  reviewed = false,
): ToolContext {
  const { recorder } = parts;
  const cause: Cause = { ...parts.cause(call.id), ...(reviewed ? { reviewed } : {}) };
  return {
    call,
    root: parts.root,
    workingDirectories: parts.workingDirectories(),
    state: parts.state,
    workspace: recorder?.workspace(parts.workspace, cause) ?? parts.workspace,
    edits: parts.edits,
    signal,
    progress: () => {},
    ask: () => Promise.resolve({ type: 'deny' }),
    askModel: (request, until) =>
      parts.askModel(request, until === undefined ? signal : AbortSignal.any([signal, until])),
    ...(parts.sideModel === undefined ? {} : { sideModel: parts.sideModel }),
    ...(decision === undefined ? {} : { decision }),
    ...(recorder === undefined || decision === undefined
      ? {}
      : {
          recordCommand: () =>
            recorder.command(cause, {
              root: parts.root,
              actions: decision.record.actions,
              seen: parts.state.seen.keys(),
            }),
        }),
    env: parts.env(),
  };
}

/** The result, or undefined when the turn was stopped and the tool did not end within the grace. */
async function untilStopped<T>(work: Promise<T>, signal: AbortSignal, graceMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = () => {};
  const stopped = new Promise<undefined>((resolve) => {
    onAbort = () => {
      timer = setTimeout(() => resolve(undefined), graceMs);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  // A tool that fails after it was given up must not become an unhandled rejection.
  work.catch(() => {});
  try {
    return await Promise.race([work, stopped]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
