// The one place where a tool call becomes ready to start: found, checked, judged and, where needed, asked about.
import type { LoopEvent } from '../contracts/event.ts';
import type { ToolCall } from '../contracts/message.ts';
import type { Decision } from '../contracts/permission.ts';
import type { AnyTool } from '../contracts/tool.ts';
import { deepFreeze } from '../util/deepFreeze.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import type { LoopParts } from './loopParts.ts';
import { CANCELLED, DECLINED, finished, type Outcome, outcome } from './results.ts';

/** `input` is frozen: what was judged and shown is what runs. */
export type Ready = { call: ToolCall; tool: AnyTool; input: unknown; decision: Decision };
export type Gated = { ready: Ready } | { outcome: Outcome };

/** Finds the tool, checks the input, asks for the decision. Yields 'toolDecided', and 'toolFinished' when the call ends here. */
export async function* gate(parts: LoopParts, call: ToolCall): AsyncGenerator<LoopEvent, Gated> {
  const ended = function* (result: Outcome): Generator<LoopEvent, Gated> {
    yield finished(result);
    return { outcome: result };
  };
  const tool = parts.tools().find((one) => one.name === call.name);
  if (!tool) {
    return yield* ended(outcome(call, 'failed', noSuchTool(parts, call.name)));
  }
  if (call.malformed !== undefined) {
    const raw = call.malformed.length > 500 ? `${call.malformed.slice(0, 500)}…` : call.malformed;
    return yield* ended(
      outcome(
        call,
        'failed',
        `The input of this call is not valid JSON, so it did not run. Send it again, complete. Received: ${raw}`,
      ),
    );
  }
  let input: unknown;
  let decision: Decision;
  try {
    input = deepFreeze(tool.input.parse(call.input));
    const { cwd, created } = parts.state;
    decision = await parts.judge({
      tool: tool.name,
      input,
      actions: tool.actions(input, cwd),
      mode: parts.mode(),
      cwd,
      created,
    });
  } catch (error) {
    return yield* ended(outcome(call, 'failed', `This call did not run. ${readableError(error)}`));
  }
  yield { type: 'toolDecided', call, decision };
  if (decision.kind === 'deny')
    return yield* ended(outcome(call, 'denied', `Denied: ${sayInEnglish(decision.because)}`));
  return { ready: { call, tool, input, decision } };
}

/** Tools of servers may be many, and are searched for. */
function noSuchTool(parts: LoopParts, name: string): string {
  if (name.startsWith('mcp__'))
    return `There is no tool named ${name}. Its server may not be connected, or does not offer it any more, or a rule denies it; search for what is there now.`;
  const names = parts.tools().flatMap((one) => (one.name.startsWith('mcp__') ? [] : [one.name]));
  return `There is no tool named ${name}. The tools are: ${names.join(', ')}.`;
}

/** `declined`: a bare no, which ends the turn. */
export type Permitted = { kind: 'run' } | { kind: 'ended'; outcome: Outcome; declined: boolean };

/** Asks the person where the decision says so. Allowed calls pass; `always` asks for them too. */
export async function* permit(
  parts: LoopParts,
  ready: Ready,
  signal: AbortSignal,
  always: boolean,
): AsyncGenerator<LoopEvent, Permitted> {
  const { call, tool, input, decision } = ready;
  if (decision.kind === 'allow' && !always) return { kind: 'run' };
  const description = tool.describe?.(input);
  const subject = tool.subject(input, parts.state.cwd);
  const question = {
    type: 'permission' as const,
    id: parts.newId(),
    call,
    subject,
    ...(description === undefined ? {} : { description }),
    decision,
  };
  yield { type: 'asked', question };
  const answer = await parts.ask(question);
  yield { type: 'answered', question, answer };
  if (signal.aborted) return yield* end(outcome(call, 'cancelled', CANCELLED), false);
  if (answer.type === 'allow') return { kind: 'run' };
  const feedback = answer.type === 'deny' ? answer.feedback?.trim() : undefined;
  if (feedback)
    return yield* end(outcome(call, 'denied', `The person declined this call and says: ${feedback}`), false);
  return yield* end(outcome(call, 'denied', DECLINED), true);
}

async function* end(result: Outcome, declined: boolean): AsyncGenerator<LoopEvent, Permitted> {
  yield finished(result);
  return { kind: 'ended', outcome: result, declined };
}
