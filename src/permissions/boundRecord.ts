// Keeps a record small however many parts a call has, so that the verdict can still be worked out from it alone.
import { createHash } from 'node:crypto';
import type { CanonicalAction, DecisionRecord, RuleMatch } from '../contracts/permission.ts';

const MAX_ACTIONS = 100;
const MAX_MATCHES = 400;
const MAX_TEXT = 10_000;

/**
 * `deciding`: indices of parts that nothing covers. They come first when parts are left out, then those that a deny or
 * ask rule or a safety check speaks of; all others are covered by themselves.
 */
export function boundRecord(record: DecisionRecord, deciding: readonly number[]): DecisionRecord {
  const short = { ...record, actions: ownTexts(record.actions) };
  const whole = { ...short, matches: fewerMatches(short.matches) };
  if (whole.actions.length <= MAX_ACTIONS) return whole;
  const kept = keptParts(whole, deciding);
  const place = new Map(kept.map((from, to) => [from, to]));
  const actions = kept.flatMap((index) => {
    const action = whole.actions[index];
    if (action === undefined) return [];
    if (!('of' in action) || action.of === undefined) return [action];
    return [{ ...action, of: place.get(action.of) ?? -1 }];
  });
  const moved = <T extends { action: number }>(list: readonly T[]): T[] =>
    list.flatMap((one) => {
      const action = one.action < 0 ? one.action : place.get(one.action);
      return action === undefined ? [] : [{ ...one, action }];
    });
  const matches = moved(whole.matches);
  const listed = new Set(matches.map(({ rule }) => rule));
  // Of a rule that only met parts that are left out it is still said that it matched.
  const others = new Set(whole.matches.map(({ rule }) => rule).filter((rule) => !listed.has(rule)));
  const nearest = whole.nearest === undefined ? [] : moved([whole.nearest]);
  return {
    ...whole,
    actions,
    matches: [...matches, ...[...others].map((rule) => ({ rule, action: -1 }))],
    safety: moved(whole.safety),
    ...(nearest[0] === undefined ? {} : { nearest: nearest[0] }),
    omitted: whole.actions.length - actions.length,
    omittedDigest: digestOf(whole.actions.filter((_, index) => !place.has(index))),
  };
}

/** A file that was made or removed meanwhile is the same file. */
function digestOf(actions: readonly CanonicalAction[]): string {
  const texts = actions.map((action) =>
    JSON.stringify('realPath' in action ? { ...action, exists: undefined } : action),
  );
  return createHash('sha256').update(texts.join('\n')).digest('hex').slice(0, 32);
}

/** The first of each kind of reason; what a kept path belongs to is kept with it. */
function keptParts({ actions, matches, safety, mode, nearest }: DecisionRecord, deciding: readonly number[]): number[] {
  // Planning refuses these even where a rule covers them.
  const changes = [...actions.keys()].filter((at) => mode === 'plan' && /write|delete/.test(actions[at]?.kind ?? ''));
  const strict = matches.filter((match) => match.rule.behavior !== 'allow').map((match) => match.action);
  const critical = safety.filter((found) => found.class === 'critical').map((found) => found.action);
  const wanted = [
    ...(nearest === undefined ? [] : [nearest.action]),
    ...changes.slice(0, 10),
    ...critical.slice(0, 10),
    ...deciding.slice(0, MAX_ACTIONS / 2),
    ...strict.slice(0, MAX_ACTIONS / 4),
    ...safety.slice(0, 10).map((found) => found.action),
    ...actions.keys(),
  ];
  const kept = new Set<number>();
  for (const index of wanted) {
    const action = actions[index];
    if (action === undefined || kept.size >= MAX_ACTIONS) continue;
    kept.add(index);
    if ('of' in action && action.of !== undefined) kept.add(action.of);
  }
  return [...kept].sort((a, b) => a - b);
}

/** Every rule once, and for every part the rule that allows it. */
function fewerMatches(matches: readonly RuleMatch[]): RuleMatch[] {
  if (matches.length <= MAX_MATCHES) return [...matches];
  const rules = new Set<RuleMatch['rule']>();
  const allowed = new Set<number>();
  return matches.filter(({ rule, action }) => {
    const news = !rules.has(rule) || (rule.behavior === 'allow' && !allowed.has(action));
    rules.add(rule);
    if (rule.behavior === 'allow') allowed.add(action);
    return news;
  });
}

/** A whole script stands once, not with each of its commands; a very long text is cut. */
function ownTexts(actions: readonly CanonicalAction[]): CanonicalAction[] {
  const seen = new Set<string>();
  return actions.map((action) => {
    if (action.kind !== 'run') return action;
    const again = seen.has(action.command) && 'argv' in action;
    seen.add(action.command);
    const command = again ? action.argv.join(' ') : action.command;
    return command.length <= MAX_TEXT
      ? { ...action, command }
      : { ...action, command: `${command.slice(0, MAX_TEXT)}…` };
  });
}
