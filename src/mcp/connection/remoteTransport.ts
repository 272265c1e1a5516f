// Servers that are reached by an address: Streamable HTTP, the older events over HTTP, and WebSocket.
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ServerTransport } from '../../contracts/mcp.ts';
import type { Fetch } from '../../contracts/network.ts';
import type { Limits } from './limits.ts';
import type * as Sdk from './mcpSdk.ts';
import type { MessageGate } from './messageGate.ts';
import { ServerFault } from './serverFault.ts';
import { createSocketTransport, type OpenSocket } from './socketTransport.ts';

/** Tried again after these times when a stream of answers breaks. */
const RECONNECT = {
  initialReconnectionDelay: 1000,
  maxReconnectionDelay: 16_000,
  reconnectionDelayGrowFactor: 2,
  maxRetries: 5,
};

export type RemoteParts = {
  server: string;
  transport: Exclude<ServerTransport, { type: 'stdio' }>;
  sdk: typeof Sdk;
  fetch: Fetch;
  headers: Readonly<Record<string, string>>;
  limits: Limits;
  gate: MessageGate;
  /** Requests of ours that are not answered yet. */
  pending: Set<unknown>;
  lost(fault: ServerFault): void;
  /** For sockets; `fetch` has it done. */
  authorize: ((fetch: Fetch) => Fetch) | undefined;
  refused(status: number): void;
  openSocket?: OpenSocket;
};

export function createRemoteTransport(parts: RemoteParts): Transport {
  const { server, transport, sdk, fetch, headers, limits, gate, pending, lost, openSocket } = parts;
  const url = new URL(transport.url);
  const options = { fetch, requestInit: { headers } };
  switch (transport.type) {
    case 'http':
      return admitting(
        new sdk.StreamableHTTPClientTransport(url, { ...options, reconnectionOptions: RECONNECT }),
        gate,
        pending,
      );
    case 'sse':
      return admitting(new sdk.SSEClientTransport(url, options), gate, pending);
    case 'ws':
      if (openSocket === undefined) throw new ServerFault({ code: 'mcp.connection.noSocket', args: { server } });
      return createSocketTransport({
        server,
        url,
        headers,
        open: openSocket,
        authorize: parts.authorize,
        refused: parts.refused,
        limits,
        gate,
        lost,
        schema: sdk.JSONRPCMessageSchema,
      });
  }
}

/** What comes in passes the gate first. Messages are objects already, measured where they were read. */
function admitting(transport: Transport, gate: MessageGate, pending: Set<unknown>): Transport {
  const send = transport.send.bind(transport);
  transport.send = async (message, options) => {
    const asked = 'method' in message && 'id' in message ? message.id : undefined;
    if (asked !== undefined) pending.add(asked);
    else if ('method' in message && message.method === 'notifications/cancelled')
      pending.delete(message.params?.['requestId']);
    try {
      await send(message, options);
    } catch (error) {
      pending.delete(asked);
      throw error;
    }
  };
  let receive: Transport['onmessage'];
  Object.defineProperty(transport, 'onmessage', {
    get: () => receive,
    set: (handler: Transport['onmessage']) => {
      receive =
        handler &&
        ((message, extra) => {
          if (!('method' in message) && 'id' in message) pending.delete(message.id);
          if (gate.admit(message)) handler(message, extra);
        });
    },
  });
  return transport;
}
