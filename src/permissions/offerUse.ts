// How much an offer would have covered: its rules, tried on the calls of the past.
import type { Offer, Rule } from '../contracts/permission.ts';
import type { PastCall } from '../contracts/ruleUse.ts';
import { type Part, plain } from './parts/part.ts';
import type { Places } from './paths/places.ts';
import { matchRules } from './rules/matchRules.ts';

/** Each offer with the number of calls that one of its rules would have met. Without past calls nothing is said. */
export function withUse(offers: readonly Offer[], past: readonly PastCall[], places: Places): Offer[] {
  if (past.length === 0) return [...offers];
  const known = new Map<string, number>();
  return offers.map((offer) => {
    const key = offer.rules.join('\n');
    const calls = known.get(key) ?? callsMet(offer.rules, past, places);
    known.set(key, calls);
    return { ...offer, wouldHaveMatched: { calls, of: past.length } };
  });
}

function callsMet(texts: readonly string[], past: readonly PastCall[], places: Places): number {
  const rules = texts.map((text): Rule => ({ behavior: 'allow', text, scope: 'session', anchor: places.root }));
  return past.filter(({ tool, actions }) => {
    const parts = actions.map((action): Part => ({ ...plain(action), isFolder: action.kind === 'search' }));
    const facts = { tool, input: {}, cwd: places.root, places, trusted: true, degraded: false, parts };
    return matchRules(facts, rules).length > 0;
  }).length;
}
