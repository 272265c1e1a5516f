// The ledger as a person looks at it: sums by day, model, source and folder. A pure function of rows.
import {
  type CapUse,
  USAGE_RANGES,
  type UsageLine,
  type UsageRange,
  type UsageReport,
  type UsageRow,
  type UsageSum,
} from '../contracts/usage.ts';
import { sayLost } from './cacheCause.ts';
import { dayOf } from './ledger.ts';

export type ReportWish = { range: UsageRange; root?: string | undefined; session?: string | undefined };

const DAYS: Readonly<Record<Exclude<UsageRange, 'session'>, number>> = { today: 1, week: 7, month: 30 };
const LOST = 10;
/** A conversation may be years old; its days are drawn as far back as the others. */
const MOST_DAYS = 30;

/** The first moment that a report looks at. */
export function reportStart(now: number): number {
  return startOf('month', now);
}

/** `rows` are those since `reportStart`, oldest first. */
export function usageReport(
  { rows, unreadable }: { rows: readonly UsageRow[]; unreadable: number },
  wish: ReportWish,
  now: number,
  caps: readonly CapUse[],
): UsageReport {
  const { root, session } = wish;
  const range = wish.range === 'session' && session === undefined ? 'today' : wish.range;
  const here = root === undefined ? rows : rows.filter((row) => row.root === root);
  const inRange = (one: UsageRange): readonly UsageRow[] =>
    one === 'session'
      ? rows.filter((row) => row.session === session)
      : here.filter((row) => row.at >= startOf(one, now));
  const shown = inRange(range);
  const ranges = USAGE_RANGES.filter((one) => one !== 'session' || session !== undefined);
  return {
    range,
    ...(root === undefined ? {} : { root }),
    roots: [...new Set(rows.map((row) => row.root))].sort(),
    totals: ranges.map((one) => ({ range: one, ...sumOf(inRange(one)) })),
    days: daysOf(shown, range === 'session' ? (shown[0]?.at ?? now) : startOf(range, now), now),
    models: linesOf(shown, (row) => row.model),
    sources: linesOf(shown, (row) => row.purpose),
    repositories: linesOf(shown, (row) => row.root),
    lost: shown
      .flatMap((row) => (row.cacheCause ? [{ at: row.at, model: row.model, because: sayLost(row) }] : []))
      .slice(-LOST)
      .reverse(),
    caps: [...caps],
    unreadable,
  };
}

function startOf(range: keyof typeof DAYS, now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() - DAYS[range] + 1).getTime();
}

function daysOf(rows: readonly UsageRow[], from: number, now: number): UsageReport['days'] {
  const byDay = groups(rows, (row) => dayOf(row.at));
  const days: UsageReport['days'] = [];
  const last = new Date(now);
  for (let back = 0; back < MOST_DAYS; back++) {
    const day = dayOf(new Date(last.getFullYear(), last.getMonth(), last.getDate() - back).getTime());
    if (day < dayOf(from)) break;
    days.unshift({ day, ...sumOf(byDay.get(day) ?? []) });
  }
  return days;
}

/** The dearest first, then those with the most requests. */
function linesOf(rows: readonly UsageRow[], nameOf: (row: UsageRow) => string): UsageLine[] {
  return [...groups(rows, nameOf)]
    .map(([name, some]) => ({ name, ...sumOf(some) }))
    .sort((a, b) => b.usd - a.usd || b.requests - a.requests || (a.name < b.name ? -1 : 1));
}

function groups(rows: readonly UsageRow[], nameOf: (row: UsageRow) => string): Map<string, UsageRow[]> {
  const found = new Map<string, UsageRow[]>();
  for (const row of rows) {
    const name = nameOf(row);
    const some = found.get(name);
    if (some) some.push(row);
    else found.set(name, [row]);
  }
  return found;
}

function sumOf(rows: readonly UsageRow[]): UsageSum {
  const sum: UsageSum = {
    usd: 0,
    unpriced: 0,
    requests: rows.length,
    input: 0,
    cacheWrite: 0,
    cacheRead: 0,
    output: 0,
    searches: 0,
    expected: 0,
    served: 0,
  };
  for (const { usage, usd, expectedRead } of rows) {
    sum.usd += usd ?? 0;
    sum.unpriced += usd === undefined ? 1 : 0;
    sum.input += usage.inputTokens;
    sum.cacheWrite += usage.cacheWriteTokens;
    sum.cacheRead += usage.cacheReadTokens;
    sum.output += usage.outputTokens;
    sum.searches += usage.webSearches ?? 0;
    if (expectedRead === undefined) continue;
    sum.expected += expectedRead;
    sum.served += Math.min(expectedRead, usage.cacheReadTokens);
  }
  return sum;
}
