// Asks a proxy for a connection to a host. Written out by hand: the platform's own client may be led elsewhere by the editor.

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ConnectTimeout, reasonOf } from './dial.ts';
import { NetworkError, PROXY_GATEWAY, PROXY_REFUSED } from './networkError.ts';
import { type ProxyServer, proxyName } from './proxy.ts';

const MOST_HEAD = 65_536;

/** `socket` leads to the proxy and afterwards to `to`, `host:port`. Rejects with a `NetworkError`; then it is closed. */
export function tunnel(
  socket: Socket,
  proxy: ProxyServer,
  to: string,
  { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const timer = setTimeout(() => fail(new ConnectTimeout(proxyName(proxy), timeoutMs)), timeoutMs);
    const stop = () => fail(reasonOf(signal));
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      socket.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', fail);
    };
    const fail = (error: Error) => {
      settle();
      socket.destroy();
      reject(error);
    };
    const onEnd = () => fail(new NetworkError(because('network.proxyBrokeOff', proxy), 'ECONNRESET'));
    const onReadable = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) {
        if (head.length > MOST_HEAD) fail(new NetworkError(because('network.proxyNoProxy', proxy), PROXY_REFUSED));
        return;
      }
      const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1', 0, 20))?.[1]);
      if (!(status >= 200 && status < 300)) {
        fail(refusal(proxy, to, status));
        return;
      }
      settle();
      const rest = head.subarray(end + 4);
      if (rest.length > 0) socket.unshift(rest);
      resolve();
    };
    if (signal?.aborted) {
      fail(reasonOf(signal));
      return;
    }
    signal?.addEventListener('abort', stop, { once: true });
    socket.on('readable', onReadable).once('end', onEnd).once('close', onEnd).once('error', fail);
    const lines = [`CONNECT ${to} HTTP/1.1`, `Host: ${to}`, 'Proxy-Connection: keep-alive'];
    if (proxy.authorization !== undefined) lines.push(`Proxy-Authorization: ${proxy.authorization}`);
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  });
}

/** What a status of a proxy means for whoever set it up. */
export function refusal(proxy: ProxyServer, to: string, status: number): NetworkError {
  const answered = Number.isNaN(status) ? '' : `${status} ${STATUS_CODES[status] ?? ''}`.trim();
  if (answered === '') return new NetworkError(because('network.proxyNoProxy', proxy), PROXY_REFUSED);
  if (status === 407) {
    const code = proxy.authorization === undefined ? 'network.proxyWantsPassword' : 'network.proxyWrongPassword';
    return new NetworkError(because(code, proxy), PROXY_REFUSED);
  }
  const args = { host: to, status: answered };
  // Squid says 500 where no name server knows the name.
  return status >= 500
    ? new NetworkError(because('network.proxyCannotReach', proxy, args), PROXY_GATEWAY)
    : new NetworkError(because('network.proxyRefused', proxy, args), PROXY_REFUSED);
}

export function because(code: string, proxy: ProxyServer, args: Record<string, string> = {}) {
  return { code, args: { proxy: proxyName(proxy), source: proxy.source, ...args } };
}
