// A server over HTTP that does what a test tells it, and remembers what it was asked.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type Asked = { verb: string; method: string; id: unknown; headers: IncomingMessage['headers'] };
/** True: the request was answered here. */
export type Answer = (asked: Asked, response: ServerResponse) => boolean;
export type HttpServer = {
  url: string;
  asked: Asked[];
  /** Sessions that are known; to be cleared. */
  sessions: Set<string>;
  answer: Answer;
  stop(): Promise<void>;
};

const RESULTS: Record<string, unknown> = {
  initialize: {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'http', version: '1' },
  },
  'tools/list': { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'good' }] },
};

export async function startHttpServer(answer: Answer = () => false, port = 0): Promise<HttpServer> {
  const sessions = new Set<string>();
  const asked: Asked[] = [];
  const server: Server = createServer((request, response) => void take(request, response));
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const message = body === '' ? {} : (JSON.parse(body) as { method?: string; id?: unknown });
    const one = { verb: request.method ?? '', method: message.method ?? '', id: message.id, headers: request.headers };
    asked.push(one);
    if (made.answer(one, response)) return;
    if (one.verb === 'GET') return void response.writeHead(405).end();
    const session = String(request.headers['mcp-session-id'] ?? '');
    if (one.method === 'initialize') {
      const id = `session-${asked.length}`;
      sessions.add(id);
      response.setHeader('mcp-session-id', id);
    } else if (!sessions.has(session)) return void response.writeHead(404).end();
    if (one.verb === 'DELETE') sessions.delete(session);
    if (one.id === undefined) return void response.writeHead(202).end();
    sendResult(response, one.id, RESULTS[one.method] ?? {});
  }
  const made: HttpServer = {
    url: '',
    asked,
    sessions,
    answer,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  made.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  return made;
}

export function sendResult(response: ServerResponse, id: unknown, result: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}
