// Numbers, durations and paths as the page writes them.
import { t } from './l10n.ts';

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return t('{n} s', { n: (Math.round(seconds * 10) / 10).toString() });
  if (seconds < 60) return t('{n} s', { n: Math.round(seconds) });
  const whole = Math.round(seconds);
  return t('{m} min {s} s', { m: Math.floor(whole / 60), s: whole % 60 });
}

/** `950`, `12k`, `1.2M`. */
export function short(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${Math.round(count / 100_000) / 10}M`;
}

/** `40,000`, in the manner of the page's language. */
export function grouped(count: number): string {
  return count.toLocaleString(document.documentElement.lang || 'en');
}

export function bytes(count: number): string {
  if (count < 1024) return t('{n} B', { n: count });
  if (count < 1024 * 1024) return t('{n} kB', { n: Math.round(count / 102.4) / 10 });
  return t('{n} MB', { n: Math.round(count / (1024 * 102.4)) / 10 });
}

/** A path as seen from the root of the conversation; paths outside stay whole. */
export function fromRoot(path: string, root: string): string {
  const normal = path.replaceAll('\\', '/');
  const base = root.replaceAll('\\', '/').replace(/\/$/, '');
  if (normal === base) return '.';
  return base !== '' && normal.startsWith(`${base}/`) ? normal.slice(base.length + 1) : path;
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}

/** Everything but the last part, with its slash; empty when there is none. */
export function folderOf(path: string): string {
  const name = fileName(path);
  return path.endsWith(name) ? path.slice(0, path.length - name.length) : '';
}

/** A time to wait for, by the clock and in the manner of the person who reads; with its seconds while they matter. */
export function timeOf(atMs: number, nowMs: number, locale: string): string {
  const at = new Date(atMs);
  const today = at.toDateString() === new Date(nowMs).toDateString();
  const soon = atMs - nowMs < SOON_MS;
  const style: Intl.DateTimeFormatOptions = today
    ? { timeStyle: soon ? 'medium' : 'short' }
    : { dateStyle: 'medium', timeStyle: 'short' };
  return new Intl.DateTimeFormat(locale, style).format(at);
}

const SOON_MS = 10 * 60_000;
