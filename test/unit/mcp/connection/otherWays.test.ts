// The older events over HTTP, and WebSocket.
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Socket } from '../../../../src/mcp/connection/socketTransport.ts';
import { connectionTo, echo, stateOf } from '../../../support/mcp/connections.ts';

type Message = { id?: number; method?: string; params?: { name?: string } };
function answerOf({ id, method }: Message): string | undefined {
  if (id === undefined) return undefined;
  const result =
    method === 'initialize'
      ? { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo: { name: 'old', version: '1' } }
      : method === 'tools/list'
        ? { tools: [{ name: 'echo', inputSchema: { type: 'object' } }] }
        : { content: [{ type: 'text', text: 'good' }] };
  return JSON.stringify({ jsonrpc: '2.0', id, result });
}

test('events over HTTP: a call, and another stream when the first breaks', async (t) => {
  const streams: ServerResponse[] = [];
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: endpoint\ndata: /messages\n\n');
      streams.push(response);
      return;
    }
    const answer = answerOf(JSON.parse(await text(request)) as Message);
    response.writeHead(202).end();
    if (answer !== undefined) streams.at(-1)?.write(`event: message\ndata: ${answer}\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { connection } = connectionTo({ type: 'sse', url: `http://127.0.0.1:${port}/sse`, headers: {} });
  t.after(async () => {
    await connection.dispose();
    server.closeAllConnections();
    server.close();
  });
  assert.match(await echo(connection), /good/);
  assert.equal(connection.info()?.protocolVersion, '2024-11-05');
  const failed = stateOf(connection, 'failed');
  streams[0]?.destroy();
  assert.ok((await failed).retryAtMs !== undefined);
  await stateOf(connection, 'connected');
  assert.match(await echo(connection), /good/);
});

/** Answers as a server would; `say` is what it sends unasked. */
function fakeSocket(): { socket: Socket; say(text: unknown): void; drop(): void } {
  const target = new EventTarget();
  const send = (type: string, fields: object) => target.dispatchEvent(Object.assign(new Event(type), fields));
  const socket = {
    send(line: string) {
      const answer = answerOf(JSON.parse(line) as Message);
      if (answer !== undefined) setImmediate(() => send('message', { data: answer }));
    },
    bufferedAmount: 0,
    close: () => {},
    addEventListener: (type: string, listener: (event: never) => void) =>
      target.addEventListener(type, listener as unknown as EventListener),
  };
  setImmediate(() => send('open', {}));
  return { socket, say: (data) => send('message', { data }), drop: () => send('close', { code: 1006 }) };
}

test('WebSocket: headers go with it, nonsense is borne, too much is not, and it is opened anew', async (t) => {
  const sockets: Array<ReturnType<typeof fakeSocket>> = [];
  const asked: unknown[] = [];
  const { connection } = connectionTo(
    { type: 'ws', url: 'ws://127.0.0.1:1/mcp', headers: { 'X-Team': 'blue' } },
    {
      limits: { messageBytes: 5000 },
      openSocket: (url, options) => {
        asked.push([url.href, options]);
        const made = fakeSocket();
        sockets.push(made);
        return made.socket;
      },
    },
  );
  t.after(() => connection.dispose());
  assert.match(await echo(connection), /good/);
  assert.deepEqual(asked[0], ['ws://127.0.0.1:1/mcp', { headers: { 'x-team': 'blue' }, protocols: ['mcp'] }]);
  sockets[0]?.say('nonsense');
  sockets[0]?.say(new ArrayBuffer(8));
  assert.match(await echo(connection), /good/);
  for (const [spoil, code] of [
    [(at: number) => sockets[at]?.say('x'.repeat(6000)), 'mcp.connection.tooLarge'],
    [(at: number) => sockets[at]?.say('['.repeat(500)), 'mcp.connection.tooDeep'],
    [(at: number) => sockets[at]?.drop(), 'mcp.connection.socketClosed'],
  ] as const) {
    const failed = stateOf(connection, 'failed');
    spoil(sockets.length - 1);
    assert.equal((await failed).because.code, code);
    await stateOf(connection, 'connected');
    assert.match(await echo(connection), /good/);
  }
});

test('WebSocket: a server that reads nothing fills no memory', async (t) => {
  const { socket } = fakeSocket();
  const { connection } = connectionTo(
    { type: 'ws', url: 'ws://127.0.0.1:1/mcp', headers: {} },
    { openSocket: () => socket },
  );
  t.after(() => connection.dispose());
  assert.match(await echo(connection), /good/);
  Object.assign(socket, { bufferedAmount: 17 * 1024 * 1024 });
  await assert.rejects(echo(connection), /does not read what it is sent/);
});

test('WebSocket where there is none says so', async (t) => {
  const { connection } = connectionTo({ type: 'ws', url: 'ws://127.0.0.1:1/mcp', headers: {} });
  t.after(() => connection.dispose());
  await assert.rejects(connection.connect(), /which is not available here/);
});
