// Messages over a WebSocket.
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Limits } from './limits.ts';
import type { MessageGate } from './messageGate.ts';
import { createNestingScan } from './nesting.ts';
import { readMessages } from './readMessages.ts';
import { ServerFault } from './serverFault.ts';

/** As the platform's, as far as it is used. */
export type Socket = {
  send(text: string): void;
  close(): void;
  addEventListener(
    type: 'open' | 'message' | 'error' | 'close',
    listener: (event: { data?: unknown; error?: unknown; code?: number }) => void,
  ): void;
};
/** With the proxy and the authorities that count; headers stand in the request that opens it. */
export type OpenSocket = (
  url: URL,
  options: { headers: Readonly<Record<string, string>>; protocols: string[] },
) => Socket;

export type SocketParts = {
  server: string;
  open(): Socket;
  limits: Limits;
  gate: MessageGate;
  lost(fault: ServerFault): void;
  schema: Parameters<typeof readMessages>[1];
};

export function createSocketTransport({ server, open, limits, gate, lost, schema }: SocketParts): Transport {
  const scan = createNestingScan(limits.nesting);
  let socket: Socket | undefined;
  let closed = false;
  const transport: Transport = {
    start: () =>
      new Promise((resolve, reject) => {
        socket = open();
        socket.addEventListener('open', () => resolve());
        socket.addEventListener('error', ({ error }) =>
          reject(error ?? new ServerFault({ code: 'mcp.connection.socket', args: { server } }, 'again')),
        );
        socket.addEventListener('message', ({ data }) => receive(data));
        socket.addEventListener('close', ({ code }) => {
          const args = { server, code: String(code ?? '') };
          const fault = new ServerFault({ code: 'mcp.connection.socketClosed', args }, 'again');
          reject(fault);
          if (!closed) lost(fault);
        });
      }),
    async send(message) {
      if (socket === undefined || closed) throw new Error('Not connected');
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
