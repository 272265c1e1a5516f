// Between a decision and the call some time may pass: a person thinks, other calls run. What was decided must still hold.
import type { CanonicalAction, DecisionStep } from '../contracts/permission.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import type { Ready } from './gate.ts';
import type { LoopParts } from './loopParts.ts';

/** What no answer of a person lifts. */
const CLOSED: ReadonlySet<DecisionStep> = new Set(['deny', 'trust']);

/** Why the call must not run any more, in words the model can read: a path leads elsewhere now, or a rule forbids it. */
export async function whyNoMore(parts: LoopParts, { tool, input, decision }: Ready): Promise<string | undefined> {
  const { record } = decision;
  const { cwd, mode } = record;
  try {
    const now = await parts.judge({ tool: tool.name, input, actions: tool.actions(input, cwd), mode, cwd });
    if (now.kind === 'deny' && CLOSED.has(now.record.step)) return `Denied: ${sayInEnglish(now.because)}`;
    const at = record.actions.findIndex((action, index) => whereTo(action) !== whereTo(now.record.actions[index]));
    if (at < 0 && record.actions.length === now.record.actions.length) return undefined;
    const action = record.actions[at];
    const what = action !== undefined && 'path' in action ? action.path : 'what this call touches';
    return `Not run: ${what} leads somewhere else than when it was decided. Send the call again to have it decided anew.`;
  } catch (error) {
    return `Not run: it could not be checked again. ${readableError(error)}`;
  }
}

function whereTo(action: CanonicalAction | undefined): string {
  if (action === undefined) return '';
  if ('realPath' in action) return `${action.kind} ${action.realPath}`;
  return `${action.kind} ${'effect' in action ? action.effect : ''}`;
}
