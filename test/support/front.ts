// A vendor's own service in front of the rehearsal model: it checks a request as the vendor would, asks the rehearsal, and
// answers in the vendor's form.
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';

/** `path` is as it stood in the request line, query included. */
export type FrontRequest = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
export type FrontAnswer = { status: number; headers?: Record<string, string>; body: string };
export type FrontRules = {
  /** What the rehearsal is asked, or what is answered without it. What it throws is answered as 500 and fails `close`. */
  receive(request: FrontRequest): { ask: unknown } | { answer: FrontAnswer };
  /** The vendor's form of an answer that is not 200. Without it, as the rehearsal says it. */
  refuse?(answer: FrontAnswer): FrontAnswer;
  /** The vendor's form of a stream. Without it, server-sent events. */
  stream?: { contentType: string; encode(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> };
  /** How the vendor calls the id of a request. Default: `request-id`. */
  requestIdHeader?: string;
};
export type Front = {
  url: string;
  port: number;
  /** All that arrived since the last reset, refused or not. */
  requests(): FrontRequest[];
  connections(): number;
  reset(): void;
  /** Rejects with the first thing that a rule threw. */
  close(): Promise<void>;
};

export async function startFront(rehearsal: { url: string }, rules: FrontRules): Promise<Front> {
  let requests: FrontRequest[] = [];
  let connections = 0;
  let fault: unknown;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const received = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: await textOf(request),
    };
    requests.push(received);
    const next = rules.receive(received);
    if ('answer' in next) return send(response, next.answer);
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    const answer = await fetch(`${rehearsal.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'of-the-front', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify(next.ask),
      signal: abort.signal,
    });
    const headers = Object.fromEntries([...answer.headers].filter(([name]) => !HOP.has(name)));
    const requestId = headers['request-id'];
    delete headers['request-id'];
    if (requestId) headers[rules.requestIdHeader ?? 'request-id'] = requestId;
    if (!answer.ok || !answer.body) {
      const told = { status: answer.status, headers, body: await answer.text() };
      return send(response, rules.refuse?.(told) ?? told);
    }
    response.writeHead(200, { ...headers, ...(rules.stream ? { 'content-type': rules.stream.contentType } : {}) });
    response.flushHeaders();
    const chunks = rules.stream ? rules.stream.encode(answer.body) : answer.body;
    for await (const chunk of chunks) {
      if (!response.write(chunk))
        await new Promise((resolve) => response.once('drain', resolve).once('close', resolve));
    }
    response.end();
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // The rehearsal broke off, or the client left: the other side is to see the same.
      if (response.headersSent || response.destroyed) return response.destroy();
      fault ??= error;
      send(response, { status: 500, body: String(error) });
    });
  });
  server.on('connection', (socket) => {
    connections++;
    socket.setNoDelay(true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests: () => [...requests],
    connections: () => connections,
    reset() {
      requests = [];
      connections = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      if (fault !== undefined) throw fault;
    },
  };
}

/** What belongs to one connection, or to bytes that are no longer the same. */
const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'date']);

function send(response: ServerResponse, { status, headers, body }: FrontAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

async function textOf(request: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
