// Between a decision and the call some time may pass: a person thinks, other calls run. What was decided must still hold.
import type { LoopEvent } from '../contracts/event.ts';
import type { CanonicalAction, Decision, DecisionStep } from '../contracts/permission.ts';
import { sayInEnglish } from '../util/phrases.ts';
import { readableError } from '../util/readableError.ts';
import { type Permitted, permit, type Ready } from './gate.ts';
import type { LoopParts } from './loopParts.ts';
import { finished, outcome } from './results.ts';

/** What no answer of a person lifts. */
const CLOSED: ReadonlySet<DecisionStep> = new Set(['deny', 'trust']);
/** What changes under every yes is left to the model to send again. */
const ROUNDS = 3;

type Looked = { kind: 'same' } | { kind: 'refused'; why: string } | { kind: 'changed'; what: string; now: Decision };

/** Why the call must not run any more, in words the model can read: a path leads elsewhere now, or a rule forbids it. */
export async function whyNoMore(parts: LoopParts, ready: Ready): Promise<string | undefined> {
  const looked = await lookAgain(parts, ready);
  if (looked.kind === 'same') return undefined;
  if (looked.kind === 'refused') return looked.why;
  return `Not run: ${looked.what} leads somewhere else than when it was decided. Send the call again to have it decided anew.`;
}

/** A yes is for what was shown: what is something else by now is put to the person again, whatever the rules say of it. */
export async function* confirm(
  parts: LoopParts,
  approved: Ready,
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, { kind: 'run'; ready: Ready } | Extract<Permitted, { kind: 'ended' }>> {
  let ready = approved;
  for (let round = 0; round < ROUNDS && !signal.aborted; round++) {
    const looked = await lookAgain(parts, ready);
    // What is refused is refused where the call would start.
    if (looked.kind !== 'changed') break;
    const decision: Decision = { ...looked.now, because: { code: 'agent.changedSince', args: { what: looked.what } } };
    if (decision.kind === 'deny') {
      yield { type: 'toolDecided', call: ready.call, decision: looked.now };
      const result = outcome(ready.call, 'denied', `Denied: ${sayInEnglish(looked.now.because)}`);
      yield finished(result);
      return { kind: 'ended', outcome: result, declined: false };
    }
    yield { type: 'toolDecided', call: ready.call, decision };
    ready = { ...ready, decision };
    const permitted = yield* permit(parts, ready, signal, true);
    if (permitted.kind === 'ended') return permitted;
  }
  return { kind: 'run', ready };
}

async function lookAgain(parts: LoopParts, { tool, input, decision }: Ready): Promise<Looked> {
  const { record } = decision;
  const { mode } = record;
  const { cwd, created } = parts.state;
  try {
    const now = await parts.judge({ tool: tool.name, input, actions: tool.actions(input, cwd), mode, cwd, created });
    if (now.kind === 'deny' && CLOSED.has(now.record.step))
      return { kind: 'refused', why: `Denied: ${sayInEnglish(now.because)}` };
    const before = record.actions.map(meant);
    const after = now.record.actions.map(meant);
    const at = before.findIndex((action, index) => action !== after[index]);
    const same =
      at < 0 &&
      before.length === after.length &&
      record.omitted === now.record.omitted &&
      record.omittedDigest === now.record.omittedDigest &&
      record.cwd === cwd;
    // What ran by itself must still do so; what a person said yes to needs no rule.
    if (same && (decision.kind !== 'allow' || now.kind === 'allow')) return { kind: 'same' };
    const action = record.actions[at];
    const what = action !== undefined && 'path' in action ? action.path : 'what this call touches';
    return { kind: 'changed', what, now };
  } catch (error) {
    return { kind: 'refused', why: `Not run: it could not be checked again. ${readableError(error)}` };
  }
}

/** All that a person was shown of a part; a file that was made or removed meanwhile is the same file. */
function meant(action: CanonicalAction): string {
  return 'realPath' in action ? JSON.stringify({ ...action, exists: undefined }) : JSON.stringify(action);
}
