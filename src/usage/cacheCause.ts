// Says why the cache of the service was not used, as a code and its arguments.
import type { Because } from '../contracts/permission.ts';
import type { CacheCause, UsageRow } from '../contracts/usage.ts';
import { exactUsd, usd } from '../util/usd.ts';

type Missed = { cause: CacheCause; tokens: number; usd: number };

/** It has happened. */
export function sayMissed(missed: Missed): Because {
  return { code: `usage.cache.${codeOf(missed.cause)}`, args: argsOf(missed) };
}

/** It happened some time ago; what it cost more was not written down. */
export function sayLost({ cacheCause = { kind: 'dropped' }, expectedRead = 0, usage }: UsageRow): Because {
  const tokens = Math.max(0, expectedRead - usage.cacheReadTokens);
  const { usd: _, ...args } = argsOf({ cause: cacheCause, tokens, usd: 0 });
  return { code: `usage.lost.${codeOf(cacheCause)}`, args };
}

/** It is going to happen, and costs more than `limit`. */
export function sayRebuild(missed: Missed, limit: number): Because {
  return { code: `usage.rebuild.${codeOf(missed.cause)}`, args: { ...argsOf(missed), limit: exactUsd(limit) } };
}

function codeOf(cause: CacheCause): string {
  if (cause.kind !== 'tool') return cause.kind;
  return { added: 'toolAdded', removed: 'toolRemoved', changed: 'toolChanged', moved: 'toolMoved' }[cause.how];
}

function argsOf({ cause, tokens, usd: amount }: Missed): Record<string, string> {
  return {
    tokens: String(Math.round(tokens)),
    usd: usd(amount),
    ...(cause.kind === 'tool' ? { name: cause.name } : {}),
    ...(cause.kind === 'message' ? { number: String(cause.number) } : {}),
  };
}
