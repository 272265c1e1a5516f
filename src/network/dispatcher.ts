// The client of one origin, on connections of our own.
import type { Socket } from 'node:net';
import type { Dispatcher } from 'undici';
import { openSocket, type SocketOptions, speaksToProxy } from './openSocket.ts';
import { refusal } from './tunnel.ts';

export type Undici = typeof import('undici');

/**
 * Connections are kept for the next request. No time limit is set once connected: an answer may stream for hours, and
 * whoever asked has a clock of their own. `failed` hears why a connection did not come about.
 */
export function poolFor(
  undici: Undici,
  url: URL,
  options: SocketOptions & {
    failed?(error: Error): void;
    opened?(socket: Socket): void;
    /** Of a message of a WebSocket, once it is whole and unpacked; bytes. */
    messageBytes?: number;
  },
): Dispatcher {
  const { proxy } = options;
  const pool = new undici.Pool(url.origin, {
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_MS,
    ...(options.messageBytes === undefined ? {} : { webSocket: { maxPayloadSize: options.messageBytes } }),
    connect: (_target, callback) => {
      openSocket(url, options).then(
        (socket) => {
          options.opened?.(socket);
          callback(null, socket);
        },
        (thrown: unknown) => {
          const error = thrown instanceof Error ? thrown : new Error(String(thrown));
          options.failed?.(error);
          callback(error, null);
        },
      );
    },
  });
  if (!speaksToProxy(url, proxy)) return pool;
  const { authorization } = proxy;
  const header = authorization === undefined ? [] : ['proxy-authorization', authorization];
  return pool.compose((dispatch) => (request, handler) => {
    const headers = withHeader(request.headers, header);
    // Without encryption the proxy answers in the host's place, which `fetch` would turn into an error without a word.
    const told = hearing(undici, handler, (status) => (status === 407 ? refusal(proxy, url.host, status) : undefined));
    return dispatch({ ...request, path: `${url.origin}${request.path}`, headers }, told);
  });
}

type Heard = (status: number, headers: Readonly<Record<string, string | string[] | undefined>>) => Error | undefined;

/** Lets each answer be heard as it begins; an error ends the request with it. */
export function hearing(undici: Undici, handler: Dispatcher.DispatchHandler, heard: Heard): Dispatcher.DispatchHandler {
  const told: Dispatcher.DispatchHandler = new undici.DecoratorHandler(handler);
  const onResponseStart = told.onResponseStart?.bind(told);
  told.onResponseStart = (controller, status, headers, ...more) => {
    const error = heard(status, headers);
    if (error !== undefined) controller.abort(error);
    else onResponseStart?.(controller, status, headers, ...more);
  };
  return told;
}

/** Shorter than what services and proxies usually grant, so that a request rarely meets a connection that was just closed. */
const KEEP_MS = 30_000;

function withHeader(headers: Dispatcher.DispatchOptions['headers'], header: readonly string[]): string[] {
  if (Array.isArray(headers)) return [...headers, ...header];
  const entries = headers instanceof Map || isIterable(headers) ? [...headers] : Object.entries(headers ?? {});
  return [...entries.flatMap(([name, value]) => [value ?? []].flat().flatMap((one) => [name, one])), ...header];
}

function isIterable(headers: unknown): headers is Iterable<[string, string | string[] | undefined]> {
  return typeof headers === 'object' && headers !== null && Symbol.iterator in headers;
}
