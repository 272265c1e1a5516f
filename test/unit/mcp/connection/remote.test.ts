// Servers that are reached by an address: sessions, refusals, limits, attempts.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ServerDefinition, ServerTransport } from '../../../../src/contracts/mcp.ts';
import type { ConnectionParts } from '../../../../src/mcp/connection/connectionParts.ts';
import { connectionTo, echo, stateOf } from '../../../support/mcp/connections.ts';
import { type Answer, sendResult, startHttpServer } from '../../../support/mcp/httpServer.ts';

const SECRET = 'very-secret-value-1';

async function set(
  t: TestContext,
  options: {
    answer?: Answer;
    parts?: Partial<ConnectionParts>;
    headers?: Record<string, string>;
    headersHelper?: string;
    definition?: Partial<ServerDefinition>;
  } = {},
) {
  const server = await startHttpServer(options.answer);
  const { headers = {}, headersHelper } = options;
  const transport: ServerTransport = {
    type: 'http',
    url: server.url,
    headers,
    ...(headersHelper === undefined ? {} : { headersHelper }),
  };
  const opened = connectionTo(transport, options.parts, options.definition);
  t.after(async () => {
    await opened.connection.dispose();
    await server.stop();
  });
  return { server, ...opened };
}

test('a call goes through a session, which is ended with the connection', async (t) => {
  const { server, connection } = await set(t, { headers: { 'X-Team': 'blue' } });
  assert.match(await echo(connection), /good/);
  assert.ok(server.asked.every(({ headers }) => headers['x-team'] === 'blue'));
  assert.equal(server.sessions.size, 1);
  await connection.dispose();
  assert.equal(server.sessions.size, 0);
});

test('connected anew, a server has the end of one session before the beginning of the next', async (t) => {
  const { server, connection } = await set(t);
  await connection.connect();
  await connection.reconnect();
  assert.equal(server.sessions.size, 1);
  const order = server.asked.flatMap(({ verb, method }) =>
    verb === 'DELETE' ? ['end'] : method === 'initialize' ? ['begin'] : [],
  );
  assert.deepEqual(order, ['begin', 'end', 'begin']);
});

test('a session that the server forgot is opened anew, and the call is made once', async (t) => {
  const { server, connection } = await set(t);
  await connection.connect();
  server.sessions.clear();
  assert.match(await echo(connection), /good/);
  const called = server.asked.filter(({ method }) => method === 'tools/call');
  assert.equal(called.length, 2, 'one was refused, one was answered');
  assert.equal(server.asked.filter(({ method }) => method === 'initialize').length, 2);
});

test('a server that forgets every session is not asked for ever', async (t) => {
  const { server, connection } = await set(t, {
    answer: ({ method }, response) => method === 'tools/call' && Boolean(response.writeHead(404).end()),
  });
  await connection.connect();
  await assert.rejects(echo(connection), /no longer knows|no server at the address/);
  assert.equal(server.asked.filter(({ method }) => method === 'tools/call').length, 2);
});

test('401 without a header of our own asks for a sign-in, and is not tried again', async (t) => {
  const { connection, server } = await set(t, {
    answer: (_, response) => Boolean(response.writeHead(401, { 'www-authenticate': 'Bearer' }).end()),
  });
  await assert.rejects(connection.connect(), /asks for a sign-in/);
  assert.equal(connection.state().state, 'needsAuthentication');
  assert.equal(server.asked.length, 1);
});

test('403 without a header of our own asks for a sign-in as well', async (t) => {
  const { connection, server } = await set(t, { answer: (_, response) => Boolean(response.writeHead(403).end()) });
  await assert.rejects(connection.connect(), /asks for a sign-in/);
  assert.equal(connection.state().state, 'needsAuthentication');
  assert.equal(server.asked.length, 1);
});

test('a configured Authorization header that is refused is said, without its value', async (t) => {
  const { connection, parts } = await set(t, {
    headers: { Authorization: `Bearer ${SECRET}` },
    answer: (_, response) => Boolean(response.writeHead(401).end(`no: ${SECRET}`)),
  });
  await assert.rejects(connection.connect(), /refused the Authorization header/);
  const state = await stateOf(connection, 'failed');
  assert.doesNotMatch(JSON.stringify([state, parts.lines]), new RegExp(SECRET));
});

test('an answer that repeats a secret is told without it', async (t) => {
  const { connection, parts } = await set(t, {
    headers: { 'X-Key': SECRET },
    answer: ({ method, id }, response) => {
      if (method !== 'tools/call') return false;
      const error = { code: -32603, message: `bad key ${SECRET}` };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, error }));
      return true;
    },
  });
  const error = await echo(connection).catch((reason: unknown) => reason);
  assert.match(String(error), /bad key \[hidden\]/);
  assert.doesNotMatch(JSON.stringify(parts.lines), new RegExp(SECRET));
});

test('a helper is asked once more when its headers are refused', async (t) => {
  const asked: boolean[] = [];
  const { connection } = await set(t, {
    headersHelper: 'print-headers',
    parts: {
      headers: async (_, refused) => {
        asked.push(refused);
        return { Authorization: refused ? 'Bearer new' : 'Bearer old' };
      },
    },
    answer: ({ headers }, response) => headers.authorization !== 'Bearer new' && Boolean(response.writeHead(401).end()),
  });
  assert.match(await echo(connection), /good/);
  assert.deepEqual(asked, [false, true]);
});

test('a server that is not there yet is tried three times; one that is not there at all is told with its reason', async (t) => {
  const { connection, server, states } = await set(t, {
    answer: (_, response) => Boolean(response.writeHead(503).end()),
  });
  await assert.rejects(connection.connect(), /status 503/);
  const failed = () => states.filter(({ state }) => state === 'failed');
  await new Promise<void>((resolve) => {
    connection.on(() => failed().length === 4 && resolve());
  });
  assert.equal(server.asked.length, 4);
  assert.ok(!('retryAtMs' in (failed().at(-1) ?? {})));
  const gone = await startHttpServer();
  await gone.stop();
  const nowhere = connectionTo({ type: 'http', url: gone.url, headers: {} });
  await assert.rejects(nowhere.connection.connect(), /cannot be reached \(ECONNREFUSED\)/);
  // Port 9 is one that requests may not go to; what stands on top of that says nothing.
  const refused = connectionTo({ type: 'http', url: 'http://127.0.0.1:9/mcp', headers: {} });
  t.after(() => refused.connection.dispose());
  await assert.rejects(refused.connection.connect(), /cannot be reached \(bad port\)\. Check its url/);
  await nowhere.connection.dispose();
});

test('404 is final', async (t) => {
  const { connection } = await set(t, { answer: (_, response) => Boolean(response.writeHead(404).end()) });
  await assert.rejects(connection.connect(), /no server at the address/);
  assert.ok(!('retryAtMs' in (await stateOf(connection, 'failed'))));
});

test('a server that went away is tried again until it is back', async (t) => {
  const { connection, server } = await set(t);
  await connection.connect();
  const { port } = new URL(server.url);
  await server.stop();
  await assert.rejects(echo(connection), /cannot be reached/);
  assert.ok((await stateOf(connection, 'failed')).retryAtMs !== undefined);
  const back = await startHttpServer(undefined, Number(port));
  t.after(() => back.stop());
  await stateOf(connection, 'connected');
  assert.match(await echo(connection), /good/);
});

const events = (response: Parameters<Answer>[1]) => response.writeHead(200, { 'content-type': 'text/event-stream' });

test('a stream that ends before the answer fails the call at once', async (t) => {
  const { connection } = await set(t, {
    answer: ({ method }, response) => method === 'tools/call' && Boolean(events(response).end(': nothing\n\n')),
  });
  await assert.rejects(echo(connection), /closed before the answer came/);
});

test('an answer to another request fails the call at once', async (t) => {
  const answer: Answer = ({ method }, response) => {
    if (method !== 'tools/call') return false;
    sendResult(response, 4711, { content: [] });
    return true;
  };
  const { connection } = await set(t, { answer });
  await assert.rejects(echo(connection), /closed before the answer came/);
});

test('an answer in a stream, with both kinds of line ends', async (t) => {
  for (const end of ['\n', '\r\n']) {
    const { connection } = await set(t, {
      answer: ({ method, id }, response) => {
        if (method !== 'tools/call') return false;
        const data = JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'streamed' }] } });
        events(response).end(`: hello${end}${end}event: message${end}data: ${data}${end}${end}`);
        return true;
      },
    });
    assert.match(await echo(connection), /streamed/);
  }
});

test('answers that are too large or too deep are not read to their end', async (t) => {
  const limits = { messageBytes: 10_000, nesting: 20 };
  const large = await set(t, {
    parts: { limits },
    answer: ({ method, id }, response) => {
      if (method !== 'tools/call') return false;
      sendResult(response, id, { content: [{ type: 'text', text: 'x'.repeat(50_000) }] });
      return true;
    },
  });
  await assert.rejects(echo(large.connection), /too large/);
  assert.equal(large.connection.state().state, 'connected');
  const deep = await set(t, {
    parts: { limits },
    answer: ({ method, id }, response) => {
      if (method !== 'tools/call') return false;
      events(response).end(`data: {"jsonrpc":"2.0","id":${id},"result":${'['.repeat(99)}${']'.repeat(99)}}\n\n`);
      return true;
    },
  });
  await assert.rejects(echo(deep.connection), /closed before the answer came|too deeply/);
});

test('a redirect to another host is not followed', async (t) => {
  const elsewhere = await startHttpServer();
  t.after(() => elsewhere.stop());
  const { connection } = await set(t, {
    headers: { Authorization: `Bearer ${SECRET}` },
    answer: (_, response) => Boolean(response.writeHead(307, { location: elsewhere.url }).end()),
  });
  await assert.rejects(connection.connect());
  assert.equal(elsewhere.asked.length, 0);
});

test('a redirect within the same origin is followed, with the headers of the definition', async (t) => {
  let moved = 0;
  const { connection, server } = await set(t, {
    headers: { 'X-Team': 'blue' },
    answer: ({ method }, response) =>
      method === 'initialize' &&
      moved++ === 0 &&
      Boolean(response.writeHead(307, { location: `${server.url}/moved` }).end()),
  });
  assert.match(await echo(connection), /good/);
  assert.ok(moved === 2 && server.asked.every(({ headers }) => headers['x-team'] === 'blue'));
});

test('a stopped call is cancelled at the server', async (t) => {
  const { connection, server } = await set(t, { answer: ({ method }) => method === 'tools/call' });
  await connection.connect();
  const stop = new AbortController();
  const call = echo(connection, stop.signal);
  await new Promise<void>((resolve) => {
    const look = () => (server.asked.some(({ method }) => method === 'tools/call') ? resolve() : setImmediate(look));
    look();
  });
  stop.abort(new Error('The turn was stopped.'));
  await assert.rejects(call, /The turn was stopped/);
  await new Promise<void>((resolve) => {
    const told = ({ method }: { method: string }) => method === 'notifications/cancelled';
    const look = () => (server.asked.some(told) ? resolve() : setImmediate(look));
    look();
  });
});

test('what the network says of the way is told, and secrets are not', async (t) => {
  const because = { code: 'mcp.connection.failed', args: { server: 'the proxy', reason: `refused ${SECRET}` } };
  const { connection } = await set(t, {
    headers: { 'X-Key': SECRET },
    parts: {
      fetch: () => Promise.reject(Object.assign(new Error('no way'), { because, code: 'ECONNREFUSED' })),
      retry: { firstAttempts: 0 },
    },
  });
  await assert.rejects(connection.connect(), /probe cannot be reached: The server the proxy: refused \[hidden\]/);
});
