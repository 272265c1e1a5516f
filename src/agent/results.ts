// What the model reads when a call did not simply succeed.
import type { LoopEvent } from '../contracts/event.ts';
import type { Text, ToolCall, ToolResult } from '../contracts/message.ts';
import type { ToolOutput } from '../contracts/tool.ts';

export type Status = Extract<LoopEvent, { type: 'toolFinished' }>['status'];
/** How one call ended. */
export type Outcome = { call: ToolCall; output: ToolOutput; status: Status; durationMs: number };
/** How neighbouring calls of a message ended; `declined`: the turn must not go on. */
export type GroupEnd = { outcomes: Outcome[]; declined: boolean };

export const CANCELLED = 'Cancelled: the person stopped the turn before this call finished.';
export const INTERRUPTED =
  'Interrupted: the program ended while this call was running. It may have done part of its work; check before you repeat it.';
export const ENDED = 'Not run: the person declined another call of this message and the turn ended.';
export const DECLINED = 'The person declined this call and ended the turn.';
export const CUT_OFF =
  'Your answer was cut off by the output limit. Go on exactly where it stopped, without repeating anything. Split large content over several smaller calls.';
export const BROKEN_OFF =
  'The connection broke while you were answering. Go on exactly where it stopped, without repeating anything.';
export const GO_ON = 'Your last answer was empty. Go on with the task, or say what you found and stop.';
export const STOPPED_HERE = '(The person stopped the answer at this point.)';

export function errorOutput(text: string): ToolOutput {
  return { content: [{ type: 'text', text }], isError: true };
}

export function outcome(call: ToolCall, status: Status, output: ToolOutput | string, durationMs = 0): Outcome {
  return { call, status, durationMs, output: tidy(typeof output === 'string' ? errorOutput(output) : output) };
}

/** Empty text is refused by the API, and a result without content tells the model nothing. */
function tidy(output: ToolOutput): ToolOutput {
  const content = output.content.filter((block) => block.type !== 'text' || block.text !== '');
  const none: Text = { type: 'text', text: '(no output)' };
  return { ...output, content: content.length > 0 ? content : [none] };
}

export function toResult({ call, output }: Outcome): ToolResult {
  return { type: 'toolResult', id: call.id, content: output.content, isError: output.isError };
}

export function toText(text: string): Text {
  return { type: 'text', text };
}

export function finished({ call, output, status, durationMs }: Outcome): LoopEvent {
  return { type: 'toolFinished', call, output, status, durationMs };
}
