// What the rows of a file come to, by day and by session.
import type { Spent, UsageRow } from '../contracts/usage.ts';

export type MonthTotals = { days: Map<string, Spent>; sessions: Map<string, Spent> };

export const NOTHING_SPENT: Spent = { usd: 0, unpriced: 0 };
export const EMPTY_TOTALS = (): MonthTotals => ({ days: new Map(), sessions: new Map() });

export function joinSpent(a: Spent, b: Spent): Spent {
  return { usd: a.usd + b.usd, unpriced: a.unpriced + b.unpriced };
}

export function spentOf(row: Pick<UsageRow, 'usd'>): Spent {
  return row.usd === undefined ? { usd: 0, unpriced: 1 } : { usd: row.usd, unpriced: 0 };
}

/** `day` is the day of the row. */
export function addRow(totals: MonthTotals, row: Pick<UsageRow, 'session' | 'usd'>, day: string): void {
  const spent = spentOf(row);
  totals.days.set(day, joinSpent(totals.days.get(day) ?? NOTHING_SPENT, spent));
  totals.sessions.set(row.session, joinSpent(totals.sessions.get(row.session) ?? NOTHING_SPENT, spent));
}
