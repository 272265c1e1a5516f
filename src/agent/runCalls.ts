// Runs the calls of one message: reads side by side, edits as one review, everything else in order.
import type { LoopEvent } from '../contracts/event.ts';
import type { ToolCall } from '../contracts/message.ts';
import type { ToolKind } from '../contracts/tool.ts';
import { gate, permit, type Ready } from './gate.ts';
import type { LoopParts } from './loopParts.ts';
import { confirm } from './recheck.ts';
import { CANCELLED, ENDED, finished, type GroupEnd, type Outcome, outcome } from './results.ts';
import { reviewCalls } from './reviewCalls.ts';
import { runSideBySide, runTool } from './runTool.ts';

/** One outcome for every call, in their order, whatever happened. `ended` says why the turn must not go on. */
export type CallsEnd = { outcomes: Outcome[]; ended?: 'declined' | 'cancelled' };

/** `known` are outcomes of an earlier run; with `reopened` what would change something is asked about even if allowed. */
export async function* runCalls(
  parts: LoopParts,
  calls: readonly ToolCall[],
  signal: AbortSignal,
  known: readonly Outcome[] = [],
  reopened = false,
): AsyncGenerator<LoopEvent, CallsEnd> {
  const done = new Map(known.map((one) => [one.call.id, one]));
  let declined = false;
  for (const group of neighbours(
    parts,
    calls.filter((call) => !done.has(call.id)),
  )) {
    if (declined || signal.aborted) break;
    const end = yield* runGroup(parts, group, signal, reopened);
    for (const one of end.outcomes) done.set(one.call.id, one);
    declined = end.declined;
  }
  for (const call of calls) {
    if (done.has(call.id)) continue;
    const rest = signal.aborted ? outcome(call, 'cancelled', CANCELLED) : outcome(call, 'denied', ENDED);
    yield finished(rest);
    done.set(call.id, rest);
  }
  const outcomes = calls.map((call) => done.get(call.id) ?? outcome(call, 'cancelled', CANCELLED));
  if (signal.aborted) return { outcomes, ended: 'cancelled' };
  return declined ? { outcomes, ended: 'declined' } : { outcomes };
}

type Group = { kind: ToolKind; calls: ToolCall[] };

/** Reads join neighbouring reads, edits neighbouring edits; the others stand alone. */
function neighbours(parts: LoopParts, calls: readonly ToolCall[]): Group[] {
  const kinds = new Map(parts.tools().map((tool) => [tool.name, tool.kind]));
  const groups: Group[] = [];
  for (const call of calls) {
    const kind = kinds.get(call.name) ?? 'effect';
    const last = groups.at(-1);
    if (last?.kind === kind && (kind === 'read' || kind === 'edit')) last.calls.push(call);
    else groups.push({ kind, calls: [call] });
  }
  return groups;
}

async function* runGroup(
  parts: LoopParts,
  group: Group,
  signal: AbortSignal,
  reopened: boolean,
): AsyncGenerator<LoopEvent, GroupEnd> {
  if (group.kind === 'edit') return yield* reviewCalls(parts, group.calls, signal, reopened);
  const always = reopened && group.kind === 'effect';
  const outcomes: Outcome[] = [];
  const ready: Ready[] = [];
  // Those that are allowed wait with their neighbours.
  let waited = false;
  for (const call of group.calls) {
    if (signal.aborted) return { outcomes, declined: false };
    const gated = yield* gate(parts, call);
    if ('outcome' in gated) {
      outcomes.push(gated.outcome);
      continue;
    }
    waited ||= always || gated.ready.decision.kind !== 'allow';
    const permitted = yield* permit(parts, gated.ready, signal, always);
    if (permitted.kind === 'run') {
      ready.push(gated.ready);
      continue;
    }
    outcomes.push(permitted.outcome);
    if (permitted.declined) return { outcomes, declined: true };
  }
  const sure: Ready[] = [];
  for (const one of ready) {
    if (signal.aborted) return { outcomes, declined: false };
    const confirmed = waited ? yield* confirm(parts, one, signal) : { kind: 'run' as const, ready: one };
    if (confirmed.kind === 'run') {
      sure.push(confirmed.ready);
      continue;
    }
    outcomes.push(confirmed.outcome);
    if (confirmed.declined) return { outcomes, declined: true };
  }
  const [first] = sure;
  if (!first || signal.aborted) return { outcomes, declined: false };
  const ran =
    group.kind === 'read'
      ? yield* runSideBySide(parts, sure, signal, waited)
      : [yield* runTool(parts, first, { waited }, signal)];
  return { outcomes: [...outcomes, ...ran.map((one) => one.outcome)], declined: ran.some((one) => one.declined) };
}
