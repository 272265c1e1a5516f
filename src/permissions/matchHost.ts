// Hosts of `WebFetch(domain:…)` rules, and addresses that belong to no public server.
import { isIP } from 'node:net';

/** The host as a browser would reach it, lower case, or undefined when the URL is not one for http. */
export function hostOf(url: string): { host: string; scheme: string } | undefined {
  // Blanks and control characters would be dropped in silence.
  if (!/^https?:\/\/[^/\\\s]/i.test(url) || /[\s\\\u0000-\u001f\u007f]/.test(url)) return undefined;
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  const host = parsed.hostname.replace(/\.$/, '').toLowerCase();
  return host === '' ? undefined : { host, scheme: parsed.protocol };
}

/** `*.a.b` any depth below a.b but not itself; another `*` stands inside one label. */
export function hostMatches(rule: string, host: string): boolean {
  if (rule.startsWith('*.')) {
    const rest = rule.slice(1);
    return host.endsWith(rest) && host.length > rest.length && !isIP(host);
  }
  if (!rule.includes('*')) return unbracket(rule) === unbracket(host);
  const pattern = rule.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${pattern.join('[^.]+')}$`).test(host);
}

/** Loopback, private, link-local and local names, in the notations that URLs allow. */
export function isInternalHost(host: string): boolean {
  const name = unbracket(host);
  if (isIP(name) === 4) return isInternal4(name.split('.').map(Number));
  if (isIP(name) === 6) return isInternal6(name);
  if (!name.includes('.')) return true;
  return (
    /(^|\.)(localhost|local|internal|intranet|lan|home|corp|localdomain|home\.arpa)$/.test(name) ||
    /(^|[.-])(\d{1,3}[.-]){3}\d{1,3}\./.test(name)
  );
}

function isInternal4([a = 0, b = 0, c = 0]: number[]): boolean {
  return (
    [0, 10, 127].includes(a) ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && (b === 168 || (b === 0 && c === 0))) ||
    (a === 198 && (b === 18 || b === 19))
  );
}

function isInternal6(address: string): boolean {
  const mapped = /^::(?:ffff:)?([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped !== null) {
    const high = parseInt(mapped[1] ?? '0', 16);
    const low = parseInt(mapped[2] ?? '0', 16);
    return isInternal4([high >> 8, high & 255, low >> 8, low & 255]);
  }
  return /^(::1?$|f[cde]|ff|64:ff9b:|2001:db8:|100::)/.test(address);
}

function unbracket(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
