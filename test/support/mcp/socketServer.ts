// A server of tools over WebSocket that lets in whom a test lets in; as much of the protocol of frames as that needs.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { listen } from '../identityProvider.ts';

export type SocketServer = {
  url: string;
  origin: string;
  /** Tokens of the requests that wanted a socket, in their order. */
  tokens: Array<string | undefined>;
  close(): Promise<void>;
};
/** `status`: no socket is opened. `page` answers ordinary requests. */
export type SocketServerParts = {
  admit(token: string | undefined): { status: number; challenge?: string } | undefined;
  page?(path: string): unknown;
};

const RESULTS: Record<string, unknown> = {
  initialize: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'socket', version: '1' },
  },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'good' }] },
};

export async function startSocketServer({ admit, page }: SocketServerParts): Promise<SocketServer> {
  const sockets = new Set<Duplex>();
  const tokens: Array<string | undefined> = [];
  const http = createServer(({ url = '' }, response) => {
    const found = page?.(url);
    if (found === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
  });
  http.on('upgrade', ({ headers }: IncomingMessage, socket: Duplex) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    tokens.push(token);
    const refusal = admit(token);
    if (refusal !== undefined) {
      const challenge = refusal.challenge === undefined ? '' : `WWW-Authenticate: ${refusal.challenge}\r\n`;
      socket.end(`HTTP/1.1 ${refusal.status} No\r\n${challenge}Content-Length: 0\r\nConnection: close\r\n\r\n`);
      return;
    }
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    lines.push(`Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: mcp');
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    let rest: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (;;) {
        const frame = readFrame(rest);
        if (frame === undefined) return;
        rest = frame.rest;
        if (frame.kind === 8) return void socket.end(Buffer.of(0x88, 0));
        const { id, method } = JSON.parse(frame.text) as { id?: number; method?: string };
        if (id !== undefined && method !== undefined)
          socket.write(textFrame(JSON.stringify({ jsonrpc: '2.0', id, result: RESULTS[method] ?? {} })));
      }
    });
  });
  const host = `127.0.0.1:${await listen(http)}`;
  return {
    url: `ws://${host}/mcp`,
    origin: `http://${host}`,
    tokens,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
}

/** Of a client, and so masked; under 64 KB. Undefined: there is more to come. */
function readFrame(bytes: Buffer): { kind: number; text: string; rest: Buffer } | undefined {
  if (bytes.length < 8) return undefined;
  const short = bytes.readUInt8(1) & 127;
  const head = short === 126 ? 4 : 2;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const end = head + 4 + size;
  if (bytes.length < end) return undefined;
  const mask = bytes.subarray(head, head + 4);
  const text = bytes.subarray(head + 4, end).map((byte, at) => byte ^ mask.readUInt8(at % 4));
  return { kind: bytes.readUInt8(0) & 15, text: Buffer.from(text).toString('utf8'), rest: bytes.subarray(end) };
}

function textFrame(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head =
    bytes.length < 126 ? Buffer.of(0x81, bytes.length) : Buffer.of(0x81, 126, bytes.length >> 8, bytes.length & 255);
  return Buffer.concat([head, bytes]);
}
