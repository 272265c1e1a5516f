// Which proxy a request goes through: by the variables that everyone uses, and after them by the editor's own setting.
import { BlockList, isIP } from 'node:net';
import type { EditorNetwork } from '../contracts/network.ts';
import { bareHost } from '../util/internalHost.ts';
import { NetworkError, PROXY_ADDRESS } from './networkError.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** `source` is the variable or setting that names it. `authorization` is a header's value: a secret. */
export type ProxyServer = {
  secure: boolean;
  host: string;
  port: number;
  authorization?: string;
  source: string;
  /** False: whatever certificate it shows itself is taken. */
  strict: boolean;
};

const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
export const EDITOR_SOURCE = 'http.proxy';
/** Where machines of a cloud find their credentials; no router passes it on. */
const CLOUD_METADATA = '169.254.0.0/16';

/**
 * The first variable that is set counts, for every address, and the editor's setting where none is. Hosts that are excepted
 * anywhere are reached directly. Throws a `NetworkError` when what is set is none for a proxy.
 */
export function proxyFor(url: URL, env: Env, editor?: EditorNetwork): ProxyServer | undefined {
  // The proxy's own machine is not this one: neither its services nor what a cloud tells it about itself.
  if (isOfThisMachine(bareHost(url.hostname))) return undefined;
  const source = VARIABLES.find((name) => env[name]?.trim()) ?? (editor?.proxy?.trim() ? EDITOR_SOURCE : undefined);
  if (source === undefined || isExcepted(url, exceptions(env, editor))) return undefined;
  const isEditors = source === EDITOR_SOURCE;
  const proxy = readProxy((isEditors ? editor?.proxy : env[source])?.trim() ?? '', source);
  if (!isEditors || editor === undefined) return proxy;
  const { proxyAuthorization } = editor;
  return {
    ...proxy,
    strict: editor.strictSsl,
    ...(proxy.authorization === undefined && proxyAuthorization ? { authorization: proxyAuthorization } : {}),
  };
}

/** As people know it: `host:port`, without a password. */
export function proxyName({ host, port }: ProxyServer): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

function isOfThisMachine(host: string): boolean {
  if (host === 'metadata.google.internal' || isInNet(host, CLOUD_METADATA)) return true;
  return /^(localhost|127(\.\d+){3}|::1|::ffff:7f[\da-f]{2}:[\da-f]{1,4})$|\.localhost$/.test(host);
}

function readProxy(text: string, source: string): ProxyServer {
  const address = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && /^socks/.test(url.protocol))
    throw new NetworkError({ code: 'network.proxySocks', args: { source } }, PROXY_ADDRESS);
  // The value itself is not said: it may hold a password.
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '')
    throw new NetworkError({ code: 'network.proxyMalformed', args: { source } }, PROXY_ADDRESS);
  const secure = url.protocol === 'https:';
  const who = `${decoded(url.username)}:${decoded(url.password)}`;
  return {
    secure,
    host: bareHost(url.hostname),
    port: Number(url.port) || (secure ? 443 : 80),
    ...(who === ':' ? {} : { authorization: `Basic ${Buffer.from(who).toString('base64')}` }),
    source,
    strict: true,
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A percent sign that stands for itself.
    return part;
  }
}

function exceptions(env: Env, editor: EditorNetwork | undefined): string[] {
  const list = [env['no_proxy'], env['NO_PROXY']].find((value) => value?.trim()) ?? '';
  return [...list.split(/[\s,;]+/), ...(editor?.noProxy ?? [])]
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== '');
}

/**
 * `*`, `example.com`, `.example.com` and `*.example.com` (all with what is below), addresses, `[::1]`, `10.0.0.0/8`; each but
 * the last with a port if need be.
 */
function isExcepted(url: URL, entries: readonly string[]): boolean {
  const host = bareHost(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return entries.some((entry) => {
    if (entry === '*') return true;
    // An IPv6 address has colons of its own.
    if (isIP(entry) === 6) return isInNet(host, `${entry}/128`);
    if (entry.includes('/')) return isInNet(host, entry);
    const [, name = '', onPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    const bare = bareHost(name.replace(/^\*?\.|^\*(?=[^.])/, ''));
    return (onPort === undefined || onPort === port) && (host === bare || host.endsWith(`.${bare}`));
  });
}

function isInNet(host: string, entry: string): boolean {
  const [net = '', bits = ''] = entry.split('/');
  const family = isIP(net);
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits)) return false;
  if (Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(net, Number(bits), kind);
  return list.check(host, kind);
}
