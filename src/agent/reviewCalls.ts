// Neighbouring edit calls of a message: allowed ones are made at once, the others are put to the person as one review.
import type { Change, HunkAnswer, Review, Settled } from '../contracts/edit.ts';
import type { LoopEvent } from '../contracts/event.ts';
import type { ToolCall } from '../contracts/message.ts';
import type { Answer, Question } from '../contracts/question.ts';
import { deepFreeze } from '../util/deepFreeze.ts';
import { readableError } from '../util/readableError.ts';
import { gate, permit, type Ready } from './gate.ts';
import type { LoopParts } from './loopParts.ts';
import { CANCELLED, DECLINED, finished, type GroupEnd, type Outcome, outcome } from './results.ts';
import { quietContext, runTool } from './runTool.ts';

/** A call that waits for the review, with the changes it proposes on top of the calls before it. */
type Proposed = { ready: Ready; changes: Change[] };

export async function* reviewCalls(
  parts: LoopParts,
  calls: readonly ToolCall[],
  signal: AbortSignal,
  always: boolean,
): AsyncGenerator<LoopEvent, GroupEnd> {
  const outcomes: Outcome[] = [];
  const proposed: Proposed[] = [];
  const overlay = new Map<string, string>();
  const notMade = new Set<string>();
  for (const call of calls) {
    if (signal.aborted) return { outcomes, declined: false };
    const gated = yield* gate(parts, call);
    if ('outcome' in gated) {
      outcomes.push(gated.outcome);
      continue;
    }
    const { ready } = gated;
    const { tool, input } = ready;
    if (!tool.preview) {
      const permitted = yield* permit(parts, ready, signal, always);
      if (permitted.kind === 'run') outcomes.push((yield* runTool(parts, ready, { waited: true }, signal)).outcome);
      else outcomes.push(permitted.outcome);
      if (permitted.kind === 'ended' && permitted.declined) return { outcomes, declined: true };
      continue;
    }
    try {
      const changes = deepFreeze(await tool.preview(input, quietContext(parts, ready, signal), overlay));
      const free = changes.every((change) => !overlay.has(change.path));
      if (ready.decision.kind === 'allow' && !always && free) {
        outcomes.push((yield* runTool(parts, ready, { changes, waited: true }, signal)).outcome);
        continue;
      }
      proposed.push({ ready, changes });
      for (const change of changes) overlay.set(change.path, change.after);
    } catch (error) {
      const paths = writtenPaths(ready, parts.state.cwd);
      const earlier = paths.some((path) => notMade.has(path))
        ? ' An earlier edit of this file in the same message was not made.'
        : '';
      const failed = outcome(call, 'failed', `${readableError(error)}${earlier}`);
      for (const path of paths) notMade.add(path);
      yield finished(failed);
      outcomes.push(failed);
    }
  }
  if (proposed.length === 0 || signal.aborted) return { outcomes, declined: false };
  const end = yield* review(parts, proposed, signal);
  return { outcomes: [...outcomes, ...end.outcomes], declined: end.declined };
}

function writtenPaths(ready: Ready, cwd: string): string[] {
  return ready.tool.actions(ready.input, cwd).flatMap((action) => ('path' in action ? [action.path] : []));
}

async function* review(
  parts: LoopParts,
  proposed: readonly Proposed[],
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, GroupEnd> {
  const calls = proposed.map(({ ready }) => ready.call);
  const whole: Review = { id: parts.newId(), calls: calls.map((call) => call.id), changes: joined(parts, proposed) };
  const question: Question = {
    type: 'review',
    id: parts.newId(),
    calls,
    review: deepFreeze(whole),
    decisions: proposed.map(({ ready }) => ready.decision),
  };
  yield { type: 'asked', question };
  const answer = await parts.ask(question);
  if (signal.aborted) {
    yield { type: 'answered', question, answer };
    return { outcomes: [], declined: false };
  }
  const hunks = hunkAnswers(answer, whole);
  if (!hunks) {
    yield { type: 'answered', question, answer };
    const feedback = answer.type === 'deny' ? answer.feedback?.trim() : undefined;
    const text = feedback ? `The person rejected this edit and says: ${feedback}` : DECLINED;
    const outcomes = calls.map((call) => outcome(call, 'denied', text));
    for (const one of outcomes) yield finished(one);
    return { outcomes, declined: !feedback };
  }
  const settled = whole.changes.map((change) => parts.edits.settle(change, hunks));
  yield { type: 'answered', question, answer, settled };
  return { outcomes: yield* make(parts, proposed, settled, signal), declined: false };
}

/** One change a file, in order of first touch; the last proposal of a file holds all before it. */
function joined(parts: LoopParts, proposed: readonly Proposed[]): Change[] {
  const last = new Map<string, Change>();
  for (const change of proposed.flatMap((one) => one.changes)) last.set(change.path, change);
  return [...last.values()].map((change, index) => {
    if (change.kind === 'delete') return change;
    const before = change.kind === 'create' ? undefined : change.before;
    return parts.edits.change(change.path, before, change.after, change.encoding, String(index));
  });
}

function hunkAnswers(answer: Answer, whole: Review): HunkAnswer[] | undefined {
  if (answer.type === 'review') return answer.hunks;
  if (answer.type !== 'allow') return undefined;
  return whole.changes.flatMap((change) =>
    change.hunks.map((hunk): HunkAnswer => ({ hunk: hunk.id, verdict: 'accepted' })),
  );
}

/** Runs the calls in order. A file is written by the first call that touched it; the others tell what became of it. */
async function* make(
  parts: LoopParts,
  proposed: readonly Proposed[],
  settled: readonly Settled[],
  signal: AbortSignal,
): AsyncGenerator<LoopEvent, Outcome[]> {
  const outcomes: Outcome[] = [];
  const toWrite = new Map(settled.flatMap((one) => (one.change ? [[one.path, one.change] as const] : [])));
  const failures = new Map<string, string>();
  for (const { ready, changes } of proposed) {
    const paths = [...new Set(changes.map((change) => change.path))];
    const mine = paths.flatMap((path) => toWrite.get(path) ?? []);
    const failure =
      mine.length === 0 ? paths.map((path) => failures.get(path)).find((text) => text !== undefined) : undefined;
    const reviewed = settled.filter((one) => paths.includes(one.path));
    let end: Outcome;
    if (signal.aborted) {
      end = outcome(ready.call, 'cancelled', CANCELLED);
      yield finished(end);
    } else if (failure !== undefined) {
      end = outcome(ready.call, 'failed', `Not written, like the edit of the same file before it: ${failure}`);
      yield finished(end);
    } else {
      const rejected = reviewed.every((one) => !one.change);
      end = (yield* runTool(
        parts,
        ready,
        { changes: mine, settled: reviewed, rejected, waited: mine.length > 0 },
        signal,
      )).outcome;
    }
    for (const change of mine) {
      toWrite.delete(change.path);
      if (end.output.isError)
        failures.set(change.path, end.output.content.map((block) => ('text' in block ? block.text : '')).join(' '));
    }
    outcomes.push(end);
  }
  return outcomes;
}
