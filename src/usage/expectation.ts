// What a request will cost before it is sent, and afterwards whether the cache of the service did what was to be expected.
import type { Usage } from '../contracts/provider.ts';
import type { CacheCause, Price } from '../contracts/usage.ts';
import { CACHE_READ, CACHE_WRITE, CACHE_WRITE_1H } from './cost.ts';
import { firstChange, type Prefix, sharedWeight, weightOf } from './prefix.ts';

/** The request before of the same conversation, as it was sent and counted. */
export type Before = { prefix: Prefix; usage: Usage; at: number };

export type Expectation = {
  /** Tokens of the whole request, and those of them that the cache will serve. */
  total: number;
  read: number;
  /** What the cache would serve had nothing changed. */
  kept: number;
  /** Why it is less. */
  cause?: CacheCause;
  /** What is not read is written into the cache, for five minutes or an hour; or not kept at all. */
  writes: '5m' | '1h' | 'no';
};

const HOUR = 3_600_000;
const MILLION = 1_000_000;
/** How much more tokens than by the rough count a text may have, and how much fewer. */
const LEAST_RATIO = 0.5;
const MOST_RATIO = 3;

/** `at` is when the request is going to be sent. */
export function expectationOf(before: Before | undefined, now: Prefix, at: number): Expectation {
  const writes = now.keptMs === undefined ? 'no' : now.keptMs >= HOUR ? '1h' : '5m';
  if (!before) return { total: Math.ceil(weightOf(now)), read: 0, kept: 0, writes };
  const counted = before.usage.inputTokens + before.usage.cacheReadTokens + before.usage.cacheWriteTokens;
  const weight = weightOf(before.prefix);
  const ratio = Math.min(MOST_RATIO, Math.max(LEAST_RATIO, weight > 0 ? counted / weight : 1));
  const kept = before.usage.cacheReadTokens + before.usage.cacheWriteTokens;
  const change = firstChange(before.prefix, now);
  const expired = before.prefix.keptMs !== undefined && at - before.at > before.prefix.keptMs;
  // What changed is the better reason, since there something can be done about it.
  const cause = change ?? (expired && kept > 0 ? ({ kind: 'expired' } as const) : undefined);
  // Unchanged, its own count is better than any estimate.
  const total = change ? weightOf(now) * ratio : counted + Math.max(0, weightOf(now) - weight) * ratio;
  const shared = change ? sharedWeight(before.prefix, now) * ratio : kept;
  const read = expired || writes === 'no' ? 0 : Math.min(kept, shared, total);
  return { total: Math.ceil(total), read: Math.floor(read), kept, ...(cause ? { cause } : {}), writes };
}

/** USD for what is sent, without the answer. */
export function inputCost(
  { total, read, writes }: Pick<Expectation, 'total' | 'read' | 'writes'>,
  price: Price,
): number {
  return ((read * CACHE_READ + (total - read) * written(writes)) * price.input) / MILLION;
}

/** USD more than if the cache had served all that was kept. */
export function rebuildCost(expected: Pick<Expectation, 'kept' | 'writes'>, read: number, price: Price): number {
  const missed = Math.max(0, expected.kept - read);
  return (missed * (written(expected.writes) - CACHE_READ) * price.input) / MILLION;
}

function written(writes: Expectation['writes']): number {
  if (writes === 'no') return 1;
  return writes === '1h' ? CACHE_WRITE_1H : CACHE_WRITE;
}

/** More than that was spent for nothing before anybody is told, USD. */
export const SMALL_USD = 0.02;

/**
 * Why the cache served less than half of what it could have, if that cost more than a small amount. Undefined: it did its
 * duty, or there was nothing to lose.
 */
export function missed(
  expected: Expectation,
  usage: Usage,
  price: Price | undefined,
  smallUsd = SMALL_USD,
): { cause: CacheCause; tokens: number; usd: number } | undefined {
  if (!price || expected.kept === 0 || usage.cacheReadTokens >= expected.kept / 2) return undefined;
  const usd = rebuildCost(expected, usage.cacheReadTokens, price);
  if (usd <= smallUsd) return undefined;
  return { cause: expected.cause ?? { kind: 'dropped' }, tokens: expected.kept - usage.cacheReadTokens, usd };
}
