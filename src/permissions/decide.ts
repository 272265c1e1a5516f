// The one decision function: facts, rules and mode in, verdict and record out. Pure, and closed when in doubt.
import type {
  Because,
  Decision,
  DecisionRecord,
  Mode,
  NearMiss,
  Offer,
  Rule,
  SmallestChange,
} from '../contracts/permission.ts';
import { boundRecord } from './boundRecord.ts';
import { coverages, evaluate, say, type Verdict } from './evaluate.ts';
import type { Facts } from './facts.ts';
import { nearestRule } from './nearest.ts';
import { possibleOffers } from './offers.ts';
import { matchRules } from './rules/matchRules.ts';

/** The strictest verdict over all parts of the call and all rules wins; without a rule the mode speaks. */
export function decide(facts: Facts, rules: readonly Rule[], mode: Mode): Decision {
  const effective = facts.degraded && (mode === 'acceptEdits' || mode === 'bypassPermissions') ? 'default' : mode;
  const usable = usableRules(facts, rules);
  const counts = new Set(usable);
  const verdict = evaluate(facts, usable, effective);
  const { kind, step, safety, matches, winner } = verdict;
  const open = openParts(facts, effective, verdict);
  const tried =
    kind !== 'allow' && step === 'mode' && !facts.degraded ? realOffers(facts, usable, effective, verdict, open) : [];
  const nearest = nearestRule({
    facts,
    rules,
    matches,
    wanted: kind === 'allow' ? ['deny', 'ask'] : ['allow'],
    parts: open.length > 0 ? open : [...facts.parts.keys()],
    idle: (rule) =>
      counts.has(rule)
        ? undefined
        : say(facts.degraded ? 'permissions.nearest.faulty' : 'permissions.nearest.untrusted'),
  });
  const because = heldBack(facts, rules, mode, verdict)
    ? say('permissions.ask.faulty')
    : reason(facts, verdict, nearest);
  const record: DecisionRecord = {
    tool: facts.tool,
    mode: effective,
    trusted: facts.trusted,
    cwd: facts.cwd,
    actions: facts.parts.map((part) => part.action),
    step,
    safety,
    matches,
    ...(winner === undefined ? {} : { winner }),
    ...(nearest === undefined ? {} : { nearest }),
    smallestChange: smallestChange(facts, usable, effective, verdict, tried),
  };
  return {
    kind,
    because,
    record: boundRecord(record, open),
    ...(kind === 'ask' && tried.length > 0 ? { offers: tried } : {}),
  };
}

/** Where a rule would have covered the call but for what the server says of its tool, that is what is to be known. */
function reason({ tool }: Facts, { kind, step, because }: Verdict, nearest: NearMiss | undefined): Because {
  return kind === 'ask' && step === 'mode' && nearest?.because?.code === 'permissions.nearest.destructive'
    ? say('permissions.ask.mcpDestructive', { tool, rule: nearest.rule.text })
    : because;
}

/** The parts that nothing lets run. */
function openParts(facts: Facts, mode: Mode, { kind, matches }: Verdict): number[] {
  if (kind === 'allow') return [];
  return coverages(facts, mode, matches).flatMap((cover, index) => (cover === undefined ? index : []));
}

/** Only the fault in a settings file keeps this from being allowed. */
function heldBack(facts: Facts, rules: readonly Rule[], mode: Mode, { kind, step }: Verdict): boolean {
  if (!facts.degraded || kind !== 'ask' || step !== 'mode') return false;
  const sound = { ...facts, degraded: false };
  return evaluate(sound, usableRules(sound, rules), mode).kind === 'allow';
}

/** A folder without trust may tighten only, and so may everyone while a settings file is broken. */
function usableRules(facts: Facts, rules: readonly Rule[]): Rule[] {
  return rules.filter(
    ({ behavior, scope }) =>
      behavior !== 'allow' || (!facts.degraded && (facts.trusted || (scope !== 'project' && scope !== 'local'))),
  );
}

/** Only what would really have let this call run. */
function realOffers(
  facts: Facts,
  rules: readonly Rule[],
  mode: Mode,
  { matches }: Verdict,
  open: readonly number[],
): Offer[] {
  return possibleOffers(facts, open).filter(({ rules: texts, scope }) => {
    const added = texts.map((text): Rule => ({ behavior: 'allow', text, scope, anchor: facts.places.root }));
    const more = usableRules(facts, added);
    return evaluate(facts, [...rules, ...more], mode, [...matches, ...matchRules(facts, more)]).kind === 'allow';
  });
}

function smallestChange(
  facts: Facts,
  rules: readonly Rule[],
  mode: Mode,
  verdict: Verdict,
  offers: readonly Offer[],
): SmallestChange {
  const none = (code: string, args: Record<string, string> = {}): SmallestChange => ({
    kind: 'none',
    because: say(code, args),
  });
  const { winner, step, kind } = verdict;
  if (winner !== undefined) {
    const others = rules.filter((rule) => rule !== winner);
    const rest = verdict.matches.filter(({ rule }) => rule !== winner);
    const without = evaluate(facts, others, mode, rest);
    if (without.kind !== kind) return { kind: 'removeRule', rule: winner };
    return without.step === step && without.winner !== undefined
      ? none('permissions.change.severalRules', { rule: winner.text, other: without.winner.text })
      : none('permissions.change.notTheRule', { rule: winner.text });
  }
  const [rule, ...also] = offers[0]?.rules ?? [];
  if (rule !== undefined) return { kind: 'addRule', rule, ...(also.length > 0 ? { also } : {}) };
  if (step === 'trust') return none('permissions.change.trust');
  if (facts.degraded && step !== 'critical' && step !== 'protected' && kind !== 'allow')
    return none('permissions.change.mendSettings');
  if (step === 'mode' || mode === 'dontAsk' || mode === 'bypassPermissions') {
    const other = (['default', 'acceptEdits'] as const).find(
      (candidate) => candidate !== mode && evaluate(facts, rules, candidate, verdict.matches).kind !== kind,
    );
    if (other !== undefined) return { kind: 'changeMode', mode: other };
  }
  if (verdict.safety.some((found) => found.refused)) return none('permissions.change.never');
  if (step === 'builtin') return none('permissions.change.builtin');
  if (step === 'notUnderstood') {
    const unread = facts.parts.find(({ doubt }) => doubt?.because === verdict.because)?.action;
    const at = unread?.kind === 'run' && 'at' in unread ? unread.at : undefined;
    return { kind: 'none', because: verdict.because, ...(at === undefined ? {} : { at }) };
  }
  return none('permissions.change.everyTime');
}
