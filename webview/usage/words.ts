// Amounts and names as the usage page writes them.
import type { CapKind, Spent, UsageRange, UsageSum } from '../../src/contracts/usage.ts';
import { usd } from '../../src/util/usd.ts';
import { t } from '../l10n.ts';

/** Never less than is known: a price that is not known is said. */
export function amount({ usd: sum, unpriced }: Spent): string {
  if (unpriced === 0) return usd(sum);
  return sum === 0 ? t('price unknown') : `≥ ${usd(sum)}`;
}

export function rangeName(range: UsageRange): string {
  switch (range) {
    case 'session':
      return t('This conversation');
    case 'today':
      return t('Today');
    case 'week':
      return t('7 days');
    case 'month':
      return t('30 days');
  }
}

/** What a request was for. A purpose of a later version keeps its own name. */
export function sourceName(purpose: string): string {
  switch (purpose) {
    case 'main':
      return t('Conversation');
    case 'summary':
      return t('Summaries');
    case 'webFetch':
      return t('Reading web pages');
    case 'webSearch':
      return t('Searching the web');
    case 'sampling':
      return t('Answers for servers of tools');
    case 'check':
      return t('Checking the connection');
    default:
      return purpose;
  }
}

export function capName(kind: CapKind): string {
  switch (kind) {
    case 'turn':
      return t('This turn');
    case 'session':
      return t('This conversation');
    case 'day':
      return t('Today');
  }
}

/** `2026-11-23` in the reader's words, short. */
export function dayName(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const language = document.documentElement.lang || 'en';
  return new Date(year, month - 1, date).toLocaleDateString(language, { month: 'short', day: 'numeric' });
}

/** Which part of what was sent came from the cache; undefined when nothing was sent. */
export function cacheShare({ input, cacheWrite, cacheRead }: UsageSum): number | undefined {
  const all = input + cacheWrite + cacheRead;
  return all === 0 ? undefined : cacheRead / all;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
