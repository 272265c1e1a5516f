// A level of effort for a model that may not know the one that was wished for.
import { EFFORT_LEVELS, type Effort } from '../contracts/provider.ts';

/** The highest level of `known` that is not above the wish; undefined when there is none. */
export function nearestEffort(wish: Effort, known: readonly string[]): Effort | undefined {
  return EFFORT_LEVELS.slice(0, EFFORT_LEVELS.indexOf(wish) + 1).findLast((level) => known.includes(level));
}
