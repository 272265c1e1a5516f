// The one way out: proxy, authorities and client certificate of now, for whoever sends a request.
import { lookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import type { Agent, Dispatcher } from 'undici';
import type { Fetch, Network } from '../contracts/network.ts';
import { hearing, poolFor, type Undici } from './dispatcher.ts';
import { networkErrorIn } from './networkError.ts';
import { createWays, targetOf, type Way, type Ways, type WaysOptions } from './openSocket.ts';
import { createProbe } from './probe.ts';
import { asUndiciRequest } from './request.ts';
import { lookupBy, type Resolve } from './resolve.ts';
import { sayTlsFailure } from './sayTlsFailure.ts';
import { createWebSocket, holdUp, MESSAGE_BYTES, type OpenWebSocket, SocketRefused } from './webSocket.ts';

export type NetworkOptions = WaysOptions & {
  /** Of each step to the host: the connection, the proxy's answer, the encryption. Default: 15 s. */
  connectMs?: number;
  /** Default: the system's. */
  resolve?: Resolve;
};
/** `ways` is for what makes connections of its own. `openSocket` takes the same way; without encryption no proxy leads there. */
export type OpenedNetwork = Network & { ways: Ways; openSocket: OpenWebSocket };

const CONNECT_MS = 15_000;

export function createNetwork(options: NetworkOptions): OpenedNetwork {
  const ways = createWays(options);
  const timeoutMs = options.connectMs ?? CONNECT_MS;
  const resolve = options.resolve ?? ((host: string) => lookup(host, { all: true, verbatim: true }));
  const byName = options.resolve === undefined ? undefined : lookupBy(options.resolve);
  const bounds = { timeoutMs, lookup: byName, direct: { lookup: byName } };
  let open: { key: string; agent: Agent } | undefined;

  const close = () => {
    const old = open?.agent;
    open = undefined;
    // What is under way comes to its end first, what was just handed to it included.
    if (old !== undefined) setImmediate(() => void old.close().catch(() => {}));
  };
  const agentFor = (undici: Undici, { key, material }: Way): Dispatcher => {
    if (open?.key === key) return open.agent;
    close();
    const factory = (origin: string | URL) => {
      const url = new URL(origin);
      // Looked up for each host: a redirect may lead to one that is excepted.
      return poolFor(undici, url, { ...bounds, proxy: ways.proxyTo(url), material });
    };
    open = { key, agent: new undici.Agent({ factory }) };
    return open.agent;
  };

  const send: Fetch = async (input, init) => {
    const { url, rest } = await asUndiciRequest(input, init);
    const undici = await import('undici');
    const way = await ways.to(url);
    try {
      const dispatcher = agentFor(undici, way);
      const response = await undici.fetch(url, { redirect: 'manual', ...rest(undici), dispatcher });
      // The same class by another name: what the platform has is this package.
      return response as unknown as Response;
    } catch (error) {
      if (init?.signal?.aborted) throw error;
      // A certificate may have been exchanged for a new one.
      ways.readAgain(false);
      if (networkErrorIn(error) !== undefined) throw error;
      const cause = error instanceof Error ? error.cause : undefined;
      const said = sayTlsFailure(cause, { host: targetOf(url).host, material: way.material });
      throw said === undefined ? error : new TypeError('fetch failed', { cause: said });
    }
  };

  const openSocket: OpenWebSocket = (url, { headers, protocols }) =>
    createWebSocket(async () => {
      const undici = await import('undici');
      const target = new URL(url.href.replace(/^ws/, 'http'));
      const { proxy, material } = await ways.to(target);
      let reason: Error | undefined;
      let wire: Socket | undefined;
      const pool = poolFor(undici, target, {
        ...bounds,
        proxy,
        material,
        messageBytes: MESSAGE_BYTES,
        opened: (socket) => {
          wire = socket;
        },
        failed: (error) => {
          reason = error;
        },
      });
      const dispatcher = pool.compose((dispatch) => (request, handler) => {
        const told = hearing(undici, handler, (status, headers) => {
          if (status < 400) return undefined;
          reason = new SocketRefused(status, [headers['www-authenticate'] ?? []].flat()[0]);
          return reason;
        });
        return dispatch(request, told);
      });
      return {
        socket: new undici.WebSocket(url, { headers: { ...headers }, protocols, dispatcher }),
        reason: () => reason,
        begun: () => wire && holdUp(wire),
        end: () => void dispatcher.destroy().catch(() => {}),
      };
    });

  return {
    fetch: send,
    openSocket,
    refresh: () => {
      ways.readAgain(true);
      close();
    },
    probe: createProbe({ ways, timeoutMs, resolve, lookup: byName }),
    ways,
  };
}
