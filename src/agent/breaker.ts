// Notices a model that repeats a call which fails the same way each time, before it spends money on a fourth try.
import type { Outcome } from './results.ts';

const LIMIT = 3;

/** `count` gives the tool's name when the same call has failed with the same result three times in a row. */
export function createBreaker(): { count(outcomes: readonly Outcome[]): string | undefined } {
  let last = '';
  let times = 0;
  return {
    count(outcomes) {
      for (const { call, output } of outcomes) {
        const key = output.isError ? JSON.stringify([call.name, call.malformed ?? call.input, output.content]) : '';
        times = key !== '' && key === last ? times + 1 : 1;
        last = key;
        if (key !== '' && times >= LIMIT) return call.name;
      }
      return undefined;
    },
  };
}
