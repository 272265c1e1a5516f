// Past conversations by age, and found by words of their title.
import type { HistoryItem } from '../src/protocol.ts';

export type Age = 'today' | 'yesterday' | 'lastWeek' | 'older';
export type HistoryGroup = { age: Age; items: HistoryItem[] };

const DAY_MS = 24 * 60 * 60 * 1000;

/** Groups in this order, empty ones left out; a day begins at midnight where the person is. */
export function groupHistory(items: readonly HistoryItem[], nowMs: number): HistoryGroup[] {
  const midnight = new Date(nowMs);
  midnight.setHours(0, 0, 0, 0);
  const today = midnight.getTime();
  const groups: Record<Age, HistoryItem[]> = { today: [], yesterday: [], lastWeek: [], older: [] };
  for (const item of [...items].sort((a, b) => b.updatedAtMs - a.updatedAtMs)) {
    if (item.updatedAtMs >= today) groups.today.push(item);
    else if (item.updatedAtMs >= today - DAY_MS) groups.yesterday.push(item);
    else if (item.updatedAtMs >= today - 7 * DAY_MS) groups.lastWeek.push(item);
    else groups.older.push(item);
  }
  return (['today', 'yesterday', 'lastWeek', 'older'] as const)
    .map((age) => ({ age, items: groups[age] }))
    .filter((group) => group.items.length > 0);
}

/** Every word must occur in the title, in any order and case. */
export function searchHistory(items: readonly HistoryItem[], search: string): HistoryItem[] {
  const words = search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    const title = item.title.toLocaleLowerCase();
    return words.every((word) => title.includes(word));
  });
}
