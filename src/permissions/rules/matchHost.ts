// Hosts of `WebFetch(domain:…)` rules.
import { isIP } from 'node:net';
import { INVISIBLE } from '../paths/places.ts';

/**
 * The host as a browser would reach it, lower case; empty when the URL is not one for http. `plain`: a person reads the
 * same host, and no sign-in goes with it.
 */
export function hostOf(url: string): { host: string; plain: boolean } {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) return { host: '', plain: false };
  const host = parsed.hostname.replace(/\.+$/, '').toLowerCase();
  const written = /^https?:\/\/([^/?#]+)/i.exec(url)?.[1] ?? '';
  // What would be dropped or turned into something else in silence.
  const plain = !/[\s\\]/.test(url) && !INVISIBLE.test(url) && !/[@%]/.test(written);
  return { host, plain: plain && host !== '' && written !== '' && written === written.normalize('NFKC') };
}

/** `*.a.b` any depth below a.b but not itself; another `*` stands inside one label. */
export function hostMatches(rule: string, host: string): boolean {
  if (rule.startsWith('*.')) {
    const rest = rule.slice(1);
    return host.endsWith(rest) && host.length > rest.length && !isIP(host);
  }
  if (!rule.includes('*')) return unbracket(rule) === unbracket(host);
  const labels = host.split('.');
  const patterns = rule.split('.');
  return patterns.length === labels.length && patterns.every((one, index) => labelMatches(one, labels[index] ?? ''));
}

/** Each `*` stands for one character or more. The first place that fits is taken, so that no rule costs more than its length. */
function labelMatches(pattern: string, label: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === label;
  if (!label.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = label.indexOf(part, at + 1);
    if (found < 0) return false;
    at = found + part.length;
  }
  return label.length - last.length > at && label.endsWith(last);
}

function unbracket(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
