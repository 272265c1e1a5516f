// Messages over a WebSocket.
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Fetch } from '../../contracts/network.ts';
import { statusOf } from './faultOf.ts';
import { type Limits, UNREAD } from './limits.ts';
import type { MessageGate } from './messageGate.ts';
import { createNestingScan } from './nesting.ts';
import { readMessages } from './readMessages.ts';
import { ServerFault } from './serverFault.ts';

/** As the platform's, as far as it is used. */
export type Socket = {
  send(text: string): void;
  /** Bytes that were not sent yet. */
  readonly bufferedAmount: number;
  close(): void;
  addEventListener(
    type: 'open' | 'message' | 'error' | 'close',
    listener: (event: { data?: unknown; error?: unknown; code?: number }) => void,
  ): void;
};
/**
 * With the proxy and the authorities that count; headers stand in the request that opens it. A service that answers and
 * opens none is told as `error`, with the status as its `code` and what it wants to be shown as its `challenge`.
 */
export type OpenSocket = (
  url: URL,
  options: { headers: Readonly<Record<string, string>>; protocols: string[] },
) => Socket;

export type SocketParts = {
  server: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  open: OpenSocket;
  /** Puts the person's token into the request that opens the socket. */
  authorize?: ((fetch: Fetch) => Fetch) | undefined;
  refused(status: number): void;
  limits: Limits;
  gate: MessageGate;
  lost(fault: ServerFault): void;
  schema: Parameters<typeof readMessages>[1];
};

export function createSocketTransport(parts: SocketParts): Transport {
  const { server, url, headers, open, authorize = (fetch) => fetch, limits, gate, lost, schema } = parts;
  const scan = createNestingScan(limits.nesting);
  let socket: Socket | undefined;
  let closed = false;

  /** Opening one is a request as others are, so that a refusal of it is dealt with as theirs. */
  const upgrade: Fetch = (_url, init) =>
    new Promise((resolve, reject) => {
      if (closed) throw new Error('Not connected');
      const mine = open(url, { headers: Object.fromEntries(new Headers(init?.headers)), protocols: ['mcp'] });
      let opened = false;
      socket = mine;
      mine.addEventListener('open', () => {
        opened = true;
        resolve(new Response(null));
      });
      mine.addEventListener('error', ({ error }) => {
        const status = statusOf(error);
        if (status !== undefined) resolve(new Response(null, { status, headers: challengeOf(error) }));
        else reject(error ?? new ServerFault({ code: 'mcp.connection.socket', args: { server } }, 'again'));
      });
      mine.addEventListener('message', ({ data }) => {
        if (!closed) receive(data);
      });
      mine.addEventListener('close', ({ code }) => {
        const args = { server, code: String(code ?? '') };
        const fault = new ServerFault({ code: 'mcp.connection.socketClosed', args }, 'again');
        reject(fault);
        // One that never opened says why by itself.
        if (opened && !closed) lost(fault);
      });
    });

  const transport: Transport = {
    async start() {
      const { status } = await authorize(upgrade)(asHttp(url), { headers });
      if (status < 400) return;
      if (status === 401 || status === 403) parts.refused(status);
      throw Object.assign(new Error(`The server answered with status ${status}.`), { code: status });
    },
    async send(message) {
      if (socket === undefined || closed) throw new Error('Not connected');
      if (socket.bufferedAmount > UNREAD) throw new Error('the server does not read what it is sent');
      socket.send(JSON.stringify(message));
    },
    async close() {
      if (closed) return;
      closed = true;
      socket?.close();
      transport.onclose?.();
    },
  };

  function receive(data: unknown): void {
    if (typeof data !== 'string') {
      gate.fault('a message that is no text');
      return;
    }
    const bytes = Buffer.from(data);
    const code = bytes.length > limits.messageBytes ? 'tooLarge' : deep(bytes) ? 'tooDeep' : undefined;
    if (code !== undefined) lost(new ServerFault({ code: `mcp.connection.${code}`, args: { server } }, 'again'));
    else readMessages(data, schema, { gate, deliver: (message: JSONRPCMessage) => transport.onmessage?.(message) });
  }

  function deep(bytes: Uint8Array): boolean {
    scan.reset();
    return !scan.read(bytes);
  }

  return transport;
}

/** What the request that opens a socket is sent to. */
export const asHttp = (url: URL) => new URL(url.href.replace(/^ws/, 'http'));

function challengeOf(error: unknown): Record<string, string> {
  const found = error instanceof Error && 'challenge' in error ? error.challenge : undefined;
  return typeof found === 'string' ? { 'www-authenticate': found } : {};
}
