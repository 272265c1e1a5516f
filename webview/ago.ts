// How long ago something was, in words, and when exactly.

const UNITS = [
  ['year', 31_536_000_000],
  ['month', 2_592_000_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `3 hours ago`, `yesterday`, `now`; times in milliseconds since the epoch. */
export function ago(at: number, now: number, language: string): string {
  const words = new Intl.RelativeTimeFormat(language || 'en', { numeric: 'auto' });
  const passed = Math.max(0, now - at);
  for (const [unit, ms] of UNITS) if (passed >= ms) return words.format(-Math.floor(passed / ms), unit);
  return words.format(0, 'second');
}

export function exactTime(at: number, language: string): string {
  return new Date(at).toLocaleString(language || 'en', { dateStyle: 'medium', timeStyle: 'medium' });
}
