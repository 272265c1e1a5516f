// The whole way to a host: the connection, the proxy in between, and the encryption.
import { isIP, type LookupFunction, type Socket } from 'node:net';
import type { EditorNetwork } from '../contracts/network.ts';
import { bareHost } from '../util/internalHost.ts';
import { errorCode, readableError } from '../util/readableError.ts';
import { ConnectTimeout, type DialOptions, dial } from './dial.ts';
import { encrypt } from './encrypt.ts';
import { NetworkError } from './networkError.ts';
import { type ProxyServer, proxyFor } from './proxy.ts';
import { createTlsMaterial, type TlsMaterial, type TlsMaterialOptions } from './tlsMaterial.ts';
import { because, tunnel } from './tunnel.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type WaysOptions = TlsMaterialOptions & {
  /** The environment that counts now: settings over the process. */
  env(): Env;
  /** Default: nothing is set there. */
  editor?(): EditorNetwork;
};

/** How to get to one host, as the settings are now. `key` tells one state of the settings from another; it holds secrets. */
export type Way = { key: string; proxy: ProxyServer | undefined; material: TlsMaterial };
export type Ways = {
  /** Rejects with a `NetworkError` when something set is not as it must be: then nothing may be sent. */
  to(url: URL): Promise<Way>;
  /** For another host, in the same state. Throws a `NetworkError`. */
  proxyTo(url: URL): ProxyServer | undefined;
  readAgain(all: boolean): void;
  env(): Env;
};

export function createWays(options: WaysOptions): Ways {
  const tls = createTlsMaterial(options);
  const editor = () => options.editor?.();
  const proxyTo = (url: URL) => proxyFor(url, options.env(), editor());
  const numbers = new WeakMap<TlsMaterial, number>();
  let made = 0;
  return {
    async to(url) {
      const proxy = proxyTo(url);
      const env = options.env();
      const material = await tls.get(env, editor());
      const number = numbers.get(material) ?? ++made;
      numbers.set(material, number);
      return { key: JSON.stringify([number, PROXY_NAMES.map((name) => env[name]), editor()]), proxy, material };
    },
    proxyTo,
    readAgain: tls.readAgain,
    env: options.env,
  };
}

const PROXY_NAMES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY'];

export type SocketOptions = {
  proxy: ProxyServer | undefined;
  material: TlsMaterial;
  /** Of each step. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  /** For hosts that are reached directly. */
  direct?: Pick<DialOptions, 'lookup' | 'check'>;
  /** For the proxy's own name. */
  lookup?: LookupFunction | undefined;
};

/**
 * A connection that is ready for a request to `url`; with a proxy and without encryption it ends at the proxy, which has to
 * be sent whole addresses (`speaksToProxy`).
 */
export async function openSocket(url: URL, options: SocketOptions): Promise<Socket> {
  const { proxy, material } = options;
  const { host, port, secure } = targetOf(url);
  const socket =
    proxy === undefined
      ? await dial({ host, port }, { ...options, ...options.direct })
      : await dialProxy(proxy, options);
  if (proxy !== undefined && secure) await tunnel(socket, proxy, authority(host, port), options);
  return secure ? encrypt(socket, host, { ...options, material }) : socket;
}

export function speaksToProxy(url: URL, proxy: ProxyServer | undefined): proxy is ProxyServer {
  return proxy !== undefined && url.protocol !== 'https:';
}

export function targetOf(url: URL): { host: string; port: number; secure: boolean } {
  const secure = url.protocol === 'https:';
  return { host: bareHost(url.hostname), port: Number(url.port) || (secure ? 443 : 80), secure };
}

export function authority(host: string, port: number): string {
  return `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

/** Rejects with a `NetworkError` that names the proxy and where it is set. */
export async function dialProxy(proxy: ProxyServer, options: Omit<SocketOptions, 'proxy' | 'direct'>): Promise<Socket> {
  const { material, signal } = options;
  try {
    const socket = await dial({ host: proxy.host, port: proxy.port }, options);
    return proxy.secure ? await encrypt(socket, proxy.host, { ...options, material, strict: proxy.strict }) : socket;
  } catch (error) {
    signal?.throwIfAborted();
    const code = errorCode(error) ?? 'ECONNRESET';
    if (error instanceof NetworkError)
      throw new NetworkError(because('network.proxyCertificate', proxy, { reason: error.message }), error.code);
    const reason = error instanceof ConnectTimeout ? error.message : sayReason(error, code);
    throw new NetworkError(because('network.proxyAway', proxy, { reason: reason.replace(/\.$/, '') }), code);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up now',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was broken off',
  ENETUNREACH: 'it cannot be reached from this network',
  EHOSTUNREACH: 'it cannot be reached from this network',
};

/** Also for the error of several addresses, whose message is empty. */
export function sayReason(error: unknown, code: string): string {
  const words = REASONS[code];
  return words === undefined ? readableError(error) : `${words} (${code})`;
}
