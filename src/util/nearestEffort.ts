// A level of effort for a model that may not know the one that was wished for.
import type { Effort } from '../contracts/provider.ts';

const RANK: Readonly<Record<Effort, number>> = { low: 0, medium: 1, high: 2, xhigh: 3, max: 4 };

/** The highest level of `known`, least first, that is not above the wish; undefined when there is none. */
export function nearestEffort(wish: Effort, known: readonly Effort[]): Effort | undefined {
  return known.findLast((level) => RANK[level] <= RANK[wish]);
}
