// What requests cost, and the caps on it: the shapes of the ledger, of what is counted, and of what a person is shown.
import type { Because } from './permission.ts';
import type { Purpose, Usage, VendorId } from './provider.ts';

/** USD per million tokens. */
export type Price = { input: number; output: number };

export type CapKind = 'turn' | 'session' | 'day';
/** `usd` is what may be spent at most. `from` is the file or the setting it stands in. */
export type CostCap = { kind: CapKind; usd: number; from: string };

/** Why less of a request came from the cache of the service than the request before had left there. */
export type CacheCause =
  | { kind: 'tool'; name: string; how: 'added' | 'removed' | 'changed' | 'moved' }
  | { kind: 'message'; number: number }
  /** `expired`: the time was up. `dropped`: nothing changed here, and it was not too late. */
  | { kind: 'model' | 'system' | 'thinking' | 'context' | 'expired' | 'dropped' };

/** One request that was paid for. */
export type UsageRow = {
  /** Milliseconds since the epoch, when it was sent. */
  at: number;
  session: string;
  /** The root folder of the conversation. */
  root: string;
  vendor: VendorId;
  model: string;
  purpose: Purpose;
  usage: Usage;
  /** The estimate by list price; absent where the price is not known. */
  usd?: number;
  durationMs: number;
  requestId?: string;
  /** Tokens that should have been read from the cache if nothing had changed. */
  expectedRead?: number;
  /** Why fewer were. */
  cacheCause?: CacheCause;
};

/** `unpriced`: so many requests whose price is not known are not in `usd`. */
export type Spent = { usd: number; unpriced: number };
/** How much of a cap is used up. */
export type CapUse = CostCap & { spent: number };

/** What the chat page shows of the money. */
export type Spending = {
  session: Spent;
  today: Spent;
  caps: CapUse[];
  /** The cap that is nearly reached, where a person wants to be warned. */
  warning?: CapUse;
  /** Why it cannot be counted. */
  fault?: Because;
};

export const USAGE_RANGES = ['session', 'today', 'week', 'month'] as const;
/** Of the conversation in front of the person; of the calendar day; of so many days with today as the last: 7, 30. */
export type UsageRange = (typeof USAGE_RANGES)[number];

/** What some requests come to. */
export type UsageSum = Spent & {
  requests: number;
  input: number;
  cacheWrite: number;
  cacheRead: number;
  output: number;
  searches: number;
  /** Tokens that the cache should have served, and those that it did, of the requests where that is known. */
  expected: number;
  served: number;
};
export type UsageLine = UsageSum & { name: string };

/** The ledger as a person looks at it. */
export type UsageReport = {
  range: UsageRange;
  /** The only folder that is counted; absent: all. What is said of the session is not bound by it. */
  root?: string;
  /** All folders that something was spent in, the last month. */
  roots: string[];
  totals: Array<UsageSum & { range: UsageRange }>;
  /** Of the range, the oldest first, without gaps; `2026-11-23`. */
  days: Array<UsageSum & { day: string }>;
  models: UsageLine[];
  /** By purpose. */
  sources: UsageLine[];
  repositories: UsageLine[];
  /** The newest first: what had to be paid for anew. */
  lost: Array<{ at: number; model: string; because: Because }>;
  caps: CapUse[];
  /** Lines of the files that could not be read. */
  unreadable: number;
};
