// Whether a request may be sent under the caps on cost, and how long its answer may be. A pure function of plain data.
import type { CapUse, Price } from '../contracts/usage.ts';
import { WEB_SEARCH } from './cost.ts';
import { type Expectation, inputCost } from './expectation.ts';

/** Tokens that a small answer needs. What leaves no room for one is not begun. */
export const SMALL_ANSWER = 1024;
/** Tokens of what one search of the web puts in front of the model. */
const SEARCH_TOKENS = 8000;
const MILLION = 1_000_000;

export type Wish = { maxTokens: number; maxSearches: number };
export type Admission =
  /** `worst` is what it can cost at most, USD. */
  { kind: 'go'; maxTokens: number; maxSearches: number; worst: number } | { kind: 'stop'; cap: CapUse; next: number };

/** `held` is what requests on their way may still cost, by kind of cap, USD. */
export function admit(
  wish: Wish,
  expected: Expectation,
  price: Price,
  caps: readonly CapUse[],
  held: Readonly<Record<CapUse['kind'], number>>,
): Admission {
  const input = inputCost(expected, price);
  const search = price.input === 0 ? 0 : WEB_SEARCH + (SEARCH_TOKENS * price.input) / MILLION;
  const token = price.output / MILLION;
  const least = input + Math.min(SMALL_ANSWER, wish.maxTokens) * token + Math.min(1, wish.maxSearches) * search;
  const rooms = caps.map((cap) => ({ cap, room: cap.usd - cap.spent - held[cap.kind] }));
  const tight = rooms.toSorted((a, b) => a.room - b.room)[0];
  // An amount is a sum of many small ones: the last bit of it says nothing.
  if (tight && least > tight.room + 1e-9) return { kind: 'stop', cap: tight.cap, next: least };
  let room = (tight?.room ?? Number.POSITIVE_INFINITY) - least;
  const more = (wanted: number, each: number) => {
    const got = each === 0 ? wanted : Math.max(0, Math.min(wanted, Math.floor(room / each)));
    room -= got * each;
    return got;
  };
  const maxTokens = Math.min(SMALL_ANSWER, wish.maxTokens) + more(Math.max(0, wish.maxTokens - SMALL_ANSWER), token);
  const maxSearches = Math.min(1, wish.maxSearches) + more(Math.max(0, wish.maxSearches - 1), search);
  return { kind: 'go', maxTokens, maxSearches, worst: input + maxTokens * token + maxSearches * search };
}
