// A listener on this machine for the one request by which a browser comes back. No `vscode` here.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorCode } from '../util/readableError.ts';
import { escapeHtml } from './escapeHtml.ts';

/** `done`, or `failed` when the other side sent a refusal; `elsewhere` for a request that is not the one awaited. */
export type LandingPage = (which: 'done' | 'failed' | 'elsewhere') => { title: string; text: string };
export type Loopback = { port: number; close(): void };

/** The port is taken by another program. */
export class PortTaken extends Error {}

/**
 * `accept` is given the path and the query of each GET, and says whether it was the awaited one. Listens on this
 * machine's own address only, whatever name the browser knows it by. Port 0: any.
 */
export async function listenOnLoopback(
  host: '127.0.0.1' | '::1',
  port: number,
  path: string,
  accept: (query: URLSearchParams) => boolean,
  page: LandingPage,
): Promise<Loopback> {
  const server = createServer((request, response) => {
    // Whatever a page of the web may send here: not all of it is a path.
    const target = `http://127.0.0.1${request.url ?? '/'}`;
    const url = request.method === 'GET' && URL.canParse(target) ? new URL(target) : undefined;
    if (url?.pathname !== path || !accept(url.searchParams)) send(response, 404, page('elsewhere'));
    else send(response, 200, page(url.searchParams.has('error') ? 'failed' : 'done'));
  });
  // Nothing that comes here takes long.
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  server.maxConnections = 16;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(errorCode(error) === 'EADDRINUSE' ? new PortTaken(error.message) : error));
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      // The page that is being sent is sent; the browser keeps the connection for more.
      server.closeIdleConnections();
      const rest = setTimeout(() => server.closeAllConnections(), 1_000);
      rest.unref();
    },
  };
}

function send(response: ServerResponse, status: number, { title, text }: { title: string; text: string }): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(
    `<!doctype html><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title>` +
      '<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1.5rem}h1{font-size:1.5rem}</style>' +
      `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`,
  );
}
