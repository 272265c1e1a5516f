// Which proxy a request goes through, by the variables that everyone uses.
type Env = Readonly<Record<string, string | undefined>>;

const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];

/** The first variable that is set counts, for every address. Throws with a readable reason when it is none for a proxy. */
export function proxyFor(url: URL, env: Env): string | undefined {
  // The proxy's own machine is not this one.
  if (/^(localhost|127(\.\d+){3}|\[::1\])$|\.localhost$/.test(url.hostname)) return undefined;
  const variable = VARIABLES.find((name) => env[name]?.trim());
  const proxy = variable === undefined ? undefined : env[variable]?.trim();
  if (variable === undefined || proxy === undefined) return undefined;
  if (isExcepted(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return undefined;
  const address = proxy.includes('://') ? proxy : `http://${proxy}`;
  if (!URL.canParse(address) || !['http:', 'https:'].includes(new URL(address).protocol)) {
    throw new Error(
      `The variable ${variable} is not the address of an HTTP proxy. Correct it, for example http://proxy.example:8080.`,
    );
  }
  return address;
}

/** `*`, `example.com` and `.example.com` (both with what is below), each with a port if need be. */
function isExcepted(url: URL, list: string): boolean {
  const host = url.hostname.replace(/\.$/, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', onPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      const bare = name.replace(/^\*?\./, '');
      // An IPv6 address has colons of its own.
      if (entry === host.replace(/^\[|\]$/g, '')) return true;
      return (onPort === undefined || onPort === port) && (host === bare || host.endsWith(`.${bare}`));
    });
}
