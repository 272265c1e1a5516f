// When a server that was lost is tried again.

export type RetryRules = {
  firstMs: number;
  /** Each wait is twice the one before, up to this. */
  mostMs: number;
  attempts: number;
  /** As many as `attempts` when a server has not been reached at all yet. */
  firstAttempts: number;
  /** Connected for so long, it counts as well again. */
  stableMs: number;
};

export const DEFAULT_RETRY: RetryRules = {
  firstMs: 1000,
  mostMs: 60_000,
  attempts: 5,
  firstAttempts: 3,
  stableMs: 60_000,
};

export type RetryPlan = {
  connected(): void;
  /** How long to wait for the next attempt; undefined: none is made. */
  next(): number | undefined;
  /** A person asked for an attempt: counting begins again. */
  reset(): void;
};

export function createRetryPlan(rules: RetryRules, now: () => number): RetryPlan {
  let made = 0;
  let connectedAt: number | undefined;
  let ever = false;
  return {
    connected() {
      connectedAt = now();
      ever = true;
    },
    next() {
      if (connectedAt !== undefined && now() - connectedAt >= rules.stableMs) made = 0;
      connectedAt = undefined;
      if (made >= (ever ? rules.attempts : rules.firstAttempts)) return undefined;
      return Math.min(rules.firstMs * 2 ** made++, rules.mostMs);
    },
    reset() {
      made = 0;
    },
  };
}
