// Tells the model that plan mode came or went, in the message of the prompt: the system text must stay the same bytes.
import type { Mode } from '../contracts/permission.ts';

const ON =
  '(Plan mode is on. Look and think, but change nothing: edits and commands with effects are refused. When you know what to do, present the plan with ExitPlanMode.)';
const OFF = '(Plan mode is off: you may change things again, with the usual approvals.)';

/** The note to send with the next prompt; `told` is what the model believes. */
export function planNote(mode: Mode, told: boolean): string | undefined {
  if ((mode === 'plan') === told) return undefined;
  return mode === 'plan' ? ON : OFF;
}

/** Whether the last note in a history says that plan mode is on. */
export function toldPlan(texts: Iterable<string>): boolean {
  let told = false;
  for (const text of texts) {
    if (text === ON) told = true;
    if (text === OFF) told = false;
  }
  return told;
}
