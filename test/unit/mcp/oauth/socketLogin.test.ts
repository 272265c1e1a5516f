// Signing in to a server that is reached by WebSocket: the request that opens the socket is refused, and carries the token.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import { createNetwork } from '../../../../src/network/network.ts';
import { browse } from '../../../support/identityProvider.ts';
import { connectionTo, echo, stateOf } from '../../../support/mcp/connections.ts';
import { type Visit, windowOf } from '../../../support/mcp/logins.ts';
import { startIssuer } from '../../../support/mcp/protectedServer.ts';
import { type SocketServer, type SocketServerParts, startSocketServer } from '../../../support/mcp/socketServer.ts';

const never = new AbortController().signal;
const visit: Visit = (page, redirectUri) =>
  browse(page, { login: 'ada', consents: true }, (address) => address.startsWith(redirectUri));

function connected(t: TestContext, server: Pick<SocketServer, 'url'>, headers: Record<string, string> = {}) {
  const window = windowOf(visit);
  const network = createNetwork({ env: () => ({}) });
  const opened = connectionTo(
    { type: 'ws', url: server.url, headers },
    { authorize: window.logins.authorize, openSocket: network.openSocket },
  );
  t.after(async () => {
    await opened.connection.dispose();
    network.refresh();
  });
  return { ...opened, ...window };
}

async function served(t: TestContext, parts: SocketServerParts): Promise<SocketServer> {
  const server = await startSocketServer(parts);
  t.after(() => server.close());
  return server;
}

const code = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ServerFault, String(error));
  return error.because.code;
};

test('a person signs in; the token goes with the request for the socket, and is renewed when it is refused', async (t) => {
  const idp = await startIssuer();
  t.after(() => idp.close());
  const ended = new Set<string>();
  const server: SocketServer = await served(t, {
    admit: (token) =>
      token !== undefined && !ended.has(token)
        ? undefined
        : {
            status: 401,
            challenge: `Bearer resource_metadata="${server.origin}/about", scope="read"`,
          },
    page: (path) =>
      path === '/about'
        ? { resource: `${server.origin}/mcp`, authorization_servers: [idp.issuer], scopes_supported: ['read'] }
        : undefined,
  });
  const { connection, logins, shown, parts, states } = connected(t, server);
  assert.equal(await code(connection.connect()), 'mcp.connection.signIn');
  assert.equal(connection.state().state, 'needsAuthentication');
  await logins.signIn(connection.definition, never);
  assert.deepEqual(
    shown.map(({ scopes }) => scopes.includes('read')),
    [true],
  );
  await connection.reconnect();
  assert.match(await echo(connection), /good/);
  const [none, first = ''] = server.tokens;
  assert.equal(none, undefined);
  assert.ok(first.length > 10);
  ended.add(first);
  await connection.reconnect();
  assert.match(await echo(connection), /good/);
  const last = server.tokens.at(-1) ?? '';
  assert.ok(last !== first && last.length > 10);
  for (const token of [first, last]) assert.ok(!JSON.stringify([parts.lines, states]).includes(token));
});

test('a header of the definition counts alone', async (t) => {
  const server = await served(t, { admit: () => ({ status: 401 }) });
  const { connection } = connected(t, server, { Authorization: 'Bearer of-the-team' });
  assert.equal(await code(connection.connect()), 'mcp.connection.headerRefused');
  assert.deepEqual(server.tokens, ['of-the-team']);
});

test('what is refused otherwise says with what', async (t) => {
  for (const [status, expected] of [
    [404, 'mcp.connection.notFound'],
    [418, 'mcp.connection.status'],
  ] as const) {
    const { connection } = connected(t, await served(t, { admit: () => ({ status }) }));
    assert.equal(await code(connection.connect()), expected);
  }
});

test('nobody signs in over a socket that others can read', async (t) => {
  const { connection, logins } = connected(t, { url: 'ws://mcp.example.com/mcp' });
  assert.equal(await code(logins.signIn(connection.definition, never)), 'mcp.oauth.notEncrypted');
});

test('one that cannot be reached says why, and is tried again', async (t) => {
  const server = await startSocketServer({ admit: () => undefined });
  await server.close();
  const { connection } = connected(t, server);
  assert.equal(await code(connection.connect()), 'mcp.connection.unreachable');
  assert.ok((await stateOf(connection, 'failed')).because.args['reason']?.includes('ECONNREFUSED'));
});
