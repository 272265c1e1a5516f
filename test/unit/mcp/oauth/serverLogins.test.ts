// Signing in to a server of tools: a real authorization server, a real server of the protocol that checks tokens.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { ServerDefinition, ServerTransport } from '../../../../src/contracts/mcp.ts';
import type { ServerConnection } from '../../../../src/mcp/connection/serverConnection.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import type { ServerLoginsParts } from '../../../../src/mcp/oauth/serverLogins.ts';
import { tokensOf } from '../../../../src/mcp/oauth/tokensOf.ts';
import { CallResult } from '../../../../src/mcp/tools/toolResult.ts';
import { browse, type IdentityProvider } from '../../../support/identityProvider.ts';
import { connectionTo, type Opened } from '../../../support/mcp/connections.ts';
import { type Store, secretStore, type Visit, type Window, windowOf } from '../../../support/mcp/logins.ts';
import {
  type ProtectedServer,
  SECRET,
  startIssuer,
  startProtectedServer,
} from '../../../support/mcp/protectedServer.ts';

const open: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const never = new AbortController().signal;
type World = { idp: IdentityProvider; server: ProtectedServer };

async function world({ registration = true, lifetimeS = 3600 } = {}): Promise<World> {
  const idp = await startIssuer({ registration, lifetimeS });
  const server = await startProtectedServer(idp);
  open.push(idp.close, server.close);
  return { idp, server };
}

const as =
  (login: string, consents = true): Visit =>
  (page, redirectUri) =>
    browse(page, { login, consents }, (address) => address.startsWith(redirectUri)).then((back) => {
      assert.ok(back.startsWith(redirectUri), back.slice(back.indexOf('<body>')).replace(/<[^>]*>/g, ' '));
      return back;
    });

type Remote = Exclude<ServerTransport, { type: 'stdio' }>;
function connected(
  { server }: World,
  { logins }: Window,
  more: Partial<Remote> = {},
  definition: Partial<ServerDefinition> = {},
): Opened {
  const opened = connectionTo(
    { type: 'http', url: server.url, headers: {}, ...more },
    { authorize: logins.authorize },
    definition,
  );
  open.push(() => opened.connection.dispose());
  return opened;
}

async function signedIn(world_: World, window: Window, more: Partial<Remote> = {}): Promise<Opened> {
  const opened = connected(world_, window, more);
  await refused(opened.connection.connect(), 'mcp.connection.signIn');
  await window.logins.signIn(opened.connection.definition, never);
  await opened.connection.reconnect();
  return opened;
}

async function whoami(connection: ServerConnection): Promise<string> {
  const params = { name: 'whoami', arguments: {} };
  const { content = [] } = await connection.request('tools/call', params, CallResult);
  return String(content.map((one) => (one !== null && typeof one === 'object' && 'text' in one ? one.text : '')));
}

/** Rejects with this code, and says nothing that is secret. */
async function refused(work: Promise<unknown>, code: string): Promise<ServerFault> {
  const error = await work.then(
    () => assert.fail(`It succeeded, not ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ServerFault, String(error));
  assert.equal(error.because.code, code, error.message);
  return error;
}

function later(): { came: Promise<void>; come(): void } {
  let come = () => {};
  const came = new Promise<void>((resolve) => {
    come = resolve;
  });
  return { came, come };
}

type Kept = { scopes: string[]; tokens?: { access: string; refresh?: string }; client: { client_id: string } };
function keptIn({ entries }: Store): Kept {
  return JSON.parse([...entries.values()][0] ?? '{}');
}

function paths({ requests }: IdentityProvider): string[] {
  return requests.map(({ path }) => path);
}

test('401: nothing is done by itself; a person signs in, and the tools are there', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection, states } = connected(here, window);
  await refused(connection.connect(), 'mcp.connection.signIn');
  assert.equal(connection.state().state, 'needsAuthentication');
  assert.equal(here.idp.requests.length, 0);
  assert.deepEqual(window.shown, []);

  await window.logins.signIn(connection.definition, never);
  await connection.reconnect();
  assert.equal(states.at(-1)?.state, 'connected');
  assert.equal(await whoami(connection), 'I am ada');

  const host = new URL(here.idp.issuer).host;
  assert.deepEqual(window.shown, [{ server: 'probe', host, scopes: ['read', 'offline_access'] }]);
  const [page] = window.pages;
  assert.equal(page?.searchParams.get('code_challenge_method'), 'S256');
  assert.equal(page?.searchParams.get('resource'), here.server.url);
  assert.match(page?.searchParams.get('state') ?? '', /^[\w-]{43}$/);
  assert.match(page?.searchParams.get('redirect_uri') ?? '', /^http:\/\/localhost:\d+\/callback$/);
  const exchange = here.idp.requests.find(({ path }) => path === 'POST /token')?.form;
  assert.match(exchange?.get('code_verifier') ?? '', /^[\w~.-]{43,128}$/);
  assert.equal(exchange?.get('resource'), here.server.url);
  assert.equal(exchange?.has('client_secret'), false);

  const { tokens } = keptIn(window.store);
  assert.ok(tokens?.access !== undefined && window.hidden.has(tokens.access));
  assert.ok(tokens.refresh !== undefined && window.hidden.has(tokens.refresh));
  assert.equal(window.store.entries.size, 1);
  assert.match([...window.store.entries.keys()][0] ?? '', /^assent\.mcp\.oauth\.[0-9a-f]{32}$/);
});

test('who does not want to go is sent nowhere, and no client is registered', async () => {
  const here = await world();
  const window = windowOf(as('ada'), { confirm: async () => false });
  const { connection } = connected(here, window);
  await refused(window.logins.signIn(connection.definition, never), 'login.cancelled');
  assert.deepEqual(window.pages, []);
  assert.ok(!paths(here.idp).includes('POST /reg'));
  assert.equal(window.store.entries.size, 0);
});

test('who says no on the page is told so, and nothing is kept', async () => {
  const here = await world();
  const window = windowOf(as('ada', false));
  const { connection } = connected(here, window);
  await refused(window.logins.signIn(connection.definition, never), 'mcp.oauth.denied');
  assert.equal(window.store.entries.size, 0);
});

test('another definition or address has none of the tokens', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection } = await signedIn(here, window);
  assert.equal(await window.logins.hasTokens(connection.definition), true);
  const other = { ...connection.definition, fingerprint: 'another' };
  assert.equal(await window.logins.hasTokens(other), false);
  // The same entry with a variable that leads elsewhere.
  const moved = await startProtectedServer(here.idp);
  open.push(moved.close);
  const { fingerprint } = connection.definition;
  const there = connected({ ...here, server: moved }, window, {}, { fingerprint });
  assert.equal(await window.logins.hasTokens(there.connection.definition), false);
  await refused(there.connection.connect(), 'mcp.connection.signIn');
  assert.deepEqual(
    moved.requests.map(({ token }) => token),
    moved.requests.map(() => undefined),
  );
});

test('a token that was refused is renewed and the request sent once more; the new one is kept', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection } = await signedIn(here, window);
  const first = keptIn(window.store).tokens;
  await (await here.idp.provider.AccessToken.find(first?.access ?? ''))?.destroy();
  const before = here.server.requests.length;
  assert.equal(await whoami(connection), 'I am ada');
  assert.deepEqual(
    here.server.requests.slice(before).map(({ status }) => status),
    [401, 200],
  );
  const second = keptIn(window.store).tokens;
  assert.notEqual(second?.access, first?.access);
  assert.notEqual(second?.refresh, first?.refresh);
  assert.ok(window.hidden.has(second?.access ?? '') && window.hidden.has(second?.refresh ?? ''));
  assert.equal(window.pages.length, 1);
});

test('a token that is about to end is renewed before it is sent', async () => {
  const here = await world({ lifetimeS: 3600 });
  const window = windowOf(as('ada'));
  const { connection } = await signedIn(here, window);
  window.clock.ms = 3590_000;
  const before = here.server.requests.length;
  assert.equal(await whoami(connection), 'I am ada');
  assert.deepEqual(
    here.server.requests.slice(before).map(({ status }) => status),
    [200],
  );
});

test('two windows with one refresh token that is good for one use: neither is signed out', async () => {
  const here = await world();
  const store = secretStore();
  // As where no lock can be had: both have sent theirs before either is answered.
  const used = new Set<string>();
  here.idp.intercept = (request, response) => {
    const token = here.idp.requests.at(-1)?.form.get('refresh_token');
    if (request.url !== '/token' || !token) return false;
    if (!used.has(token)) return used.add(token).size === 0;
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}');
    return true;
  };
  const first = windowOf(as('ada'), { secrets: store });
  const second = windowOf(as('ada'), { secrets: store });
  const one = await signedIn(here, first);
  const two = connected(here, second);
  await two.connection.connect();
  await (await here.idp.provider.AccessToken.find(keptIn(store).tokens?.access ?? ''))?.destroy();
  const refreshes = () => here.idp.requests.filter(({ form }) => form.get('grant_type') === 'refresh_token').length;
  assert.deepEqual(await Promise.all([whoami(one.connection), whoami(two.connection)]), ['I am ada', 'I am ada']);
  assert.equal(refreshes(), 2);
  assert.equal(first.pages.length + second.pages.length, 1);
  assert.notEqual(keptIn(store).tokens, undefined);
});

test('windows that have a lock renew once; so do ten requests of one window', async () => {
  const here = await world();
  const store = secretStore();
  let last: Promise<unknown> = Promise.resolve();
  const alone: ServerLoginsParts['alone'] = (_name, work) => {
    const mine = last.then(work);
    last = mine.catch(() => {});
    return mine;
  };
  const first = windowOf(as('ada'), { secrets: store, alone });
  const second = windowOf(as('ada'), { secrets: store, alone });
  const one = await signedIn(here, first);
  const two = connected(here, second);
  await two.connection.connect();
  await (await here.idp.provider.AccessToken.find(keptIn(store).tokens?.access ?? ''))?.destroy();
  const calls = [...Array(10).keys()].map((index) => whoami((index % 2 === 0 ? one : two).connection));
  assert.deepEqual(new Set(await Promise.all(calls)), new Set(['I am ada']));
  assert.equal(here.idp.requests.filter(({ form }) => form.get('grant_type') === 'refresh_token').length, 1);
});

test('taken back by the issuer: the server asks for a sign-in, the client is kept for it', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection } = await signedIn(here, window);
  const { tokens, client } = keptIn(window.store);
  const refresh = await here.idp.provider.RefreshToken.find(tokens?.refresh ?? '');
  await here.idp.provider.AccessToken.revokeByGrantId(refresh?.grantId ?? '');
  await here.idp.provider.RefreshToken.revokeByGrantId(refresh?.grantId ?? '');
  const fault = await refused(whoami(connection), 'mcp.connection.signIn');
  assert.equal(connection.state().state, 'needsAuthentication');
  for (const secret of [tokens?.access, tokens?.refresh]) assert.ok(!fault.message.includes(secret ?? '!'));
  assert.equal(keptIn(window.store).tokens, undefined);
  assert.equal(await window.logins.hasTokens(connection.definition), false);

  await window.logins.signIn(connection.definition, never);
  await connection.reconnect();
  assert.equal(await whoami(connection), 'I am ada');
  assert.equal(keptIn(window.store).client.client_id, client.client_id);
  assert.equal(paths(here.idp).filter((path) => path === 'POST /reg').length, 1);
});

test('an issuer that cannot be reached ends no sign-in', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection } = await signedIn(here, window);
  await (await here.idp.provider.AccessToken.find(keptIn(window.store).tokens?.access ?? ''))?.destroy();
  here.idp.intercept = (_request, response) => {
    response.writeHead(503).end('later');
    return true;
  };
  const fault = await refused(whoami(connection), 'mcp.oauth.badAnswer');
  assert.ok(!fault.message.includes(keptIn(window.store).tokens?.refresh ?? '!'));
  here.idp.intercept = undefined;
  assert.equal(await whoami(connection), 'I am ada');
});

test('more scopes: the person sees which, and a no costs one call', async () => {
  const here = await world();
  const answers = [true, false, true];
  const window = windowOf(as('ada'));
  const asked = window.shown;
  const asking = windowOf(as('ada'), {
    secrets: window.store,
    confirm: async (request) => {
      asked.push(request);
      return answers.shift() ?? false;
    },
  });
  const { connection } = await signedIn(here, asking);
  here.server.callScope = 'write';
  const fault = await refused(whoami(connection), 'mcp.oauth.scopesDeclined');
  assert.match(fault.message, /: write\./);
  assert.deepEqual(asked[1]?.added, ['write']);
  assert.equal(connection.state().state, 'connected');
  // A model that tries again does not have the person asked again.
  await refused(whoami(connection), 'mcp.oauth.scopesDeclined');
  assert.equal(asked.length, 2);
  assert.deepEqual(keptIn(window.store).scopes.includes('write'), false);

  // In another window nobody said no.
  const other = windowOf(as('ada'), { secrets: window.store });
  const there = connected(here, other);
  await there.connection.connect();
  assert.equal(await whoami(there.connection), 'I am ada');
  assert.deepEqual(other.shown[0]?.added, ['write']);
  assert.deepEqual(other.shown[0]?.scopes.toSorted(), ['offline_access', 'read', 'write']);
  assert.equal(await whoami(connection), 'I am ada');
});

test('a server that wants another scope each time is told no three times, not for ever', async () => {
  const here = await world();
  let confirmed = 0;
  const window = windowOf(as('ada'), { confirm: async () => ++confirmed === 1 });
  const { connection } = await signedIn(here, window);
  let asked = 0;
  here.server.intercept = (request, response) => {
    if (request.url !== '/mcp') return false;
    response.writeHead(403, { 'www-authenticate': `Bearer error="insufficient_scope", scope="s${++asked}"` }).end();
    return true;
  };
  for (let n = 0; n < 8; n++) await refused(whoami(connection), 'mcp.oauth.scopesDeclined');
  assert.equal(confirmed, 4);
});

test('tokens hold as long as is said, and until they are refused where nothing sensible is', () => {
  const made = (seconds?: number) =>
    tokensOf(
      { access_token: 'a', token_type: 'Bearer', ...(seconds === undefined ? {} : { expires_in: seconds }) },
      { server: 's', host: 'h', askedAtMs: 1000 },
    ).expiresAtMs;
  assert.equal(made(60), 61_000);
  assert.deepEqual([undefined, 0, -1, 1e306, Number.NaN, Number.POSITIVE_INFINITY].map(made), [
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('a server that never has enough: once for what is new, never for what was given', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection } = await signedIn(here, window);
  const asking = (scope: string) => {
    here.server.intercept = (request, response) => {
      if (request.url !== '/mcp') return false;
      response.writeHead(403, { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scope}"` }).end();
      return true;
    };
  };
  asking('read');
  await assert.rejects(whoami(connection));
  assert.equal(window.shown.length, 1);
  here.server.intercept = undefined;
  await connection.reconnect();
  asking('read write');
  await assert.rejects(whoami(connection));
  assert.deepEqual(
    window.shown.map(({ added }) => added),
    [undefined, ['write']],
  );
  here.server.intercept = undefined;
  await connection.reconnect();
  asking('read write');
  await assert.rejects(whoami(connection));
  assert.equal(window.shown.length, 2);
});

test('cleared: forgotten here, given back there, and not brought back by a renewal on its way', async () => {
  const here = await world();
  const [onItsWay, cleared] = [later(), later()];
  const window = windowOf(as('ada'), {
    fetch: async (input, init) => {
      const response = await fetch(input, { redirect: 'manual', ...init });
      if (String(init?.body).includes('grant_type=refresh_token')) {
        onItsWay.come();
        await cleared.came;
      }
      return response;
    },
  });
  const { connection } = await signedIn(here, window);
  const { tokens } = keptIn(window.store);
  window.clock.ms = 3590_000;
  const renewal = whoami(connection);
  renewal.catch(() => {});
  await onItsWay.came;
  assert.equal(await window.logins.clear(connection.definition), true);
  cleared.come();
  await renewal.catch(() => {});
  assert.equal(window.store.entries.size, 0);
  assert.ok(here.idp.requests.some(({ path, form }) => path === 'POST /token/revocation' && form.has('token')));
  assert.equal(await here.idp.provider.AccessToken.find(tokens?.access ?? ''), undefined);
  await refused(whoami(connection), 'mcp.connection.signIn');
});

test('an issuer that cannot be told is said to be so, and nothing is left here all the same', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection } = await signedIn(here, window);
  here.idp.intercept = (_request, response) => {
    response.writeHead(503).end();
    return true;
  };
  assert.equal(await window.logins.clear(connection.definition), false);
  assert.equal(window.store.entries.size, 0);
});

test('an answer that is no bearer token is not kept', async () => {
  for (const answer of [
    { access_token: 'a-token', token_type: 'mac' },
    { access_token: 'a\r\nx-header: 1', token_type: 'bearer' },
    { token_type: 'bearer' },
  ]) {
    const here = await world();
    const window = windowOf(as('ada'));
    here.idp.intercept = (request, response) => {
      if (request.url !== '/token') return false;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
      return true;
    };
    const { definition } = connected(here, window).connection;
    await refused(window.logins.signIn(definition, never), 'mcp.oauth.badAnswer');
    assert.equal(window.store.entries.size, 0);
  }
});

test('an answer that another issuer sent through the browser is not used', async () => {
  const here = await world();
  const window = windowOf(async (page, redirectUri) => {
    const back = new URL(await as('ada')(page, redirectUri));
    back.searchParams.set('iss', 'https://login.bank.example');
    return back.href;
  });
  const { definition } = connected(here, window).connection;
  await refused(window.logins.signIn(definition, never), 'mcp.oauth.otherAnswer');
  assert.equal(here.idp.requests.filter(({ path }) => path === 'POST /token').length, 0);
});

test('nobody is signed in where others could read the token', async () => {
  const window = windowOf(as('ada'));
  const { connection } = connectionTo(
    { type: 'http', url: 'http://mcp.example.com/mcp', headers: {} },
    { authorize: window.logins.authorize },
  );
  await refused(window.logins.signIn(connection.definition, never), 'mcp.oauth.notEncrypted');
  assert.deepEqual(window.shown, []);
});

test('somebody who signs in while a token is renewed, in whichever window, stays signed in', async () => {
  const here = await world();
  const [onItsWay, done] = [later(), later()];
  const store = secretStore();
  const first = windowOf(as('ada'), {
    secrets: store,
    fetch: async (input, init) => {
      const response = await fetch(input, { redirect: 'manual', ...init });
      if (String(init?.body).includes('grant_type=refresh_token')) {
        onItsWay.come();
        await done.came;
      }
      return response;
    },
  });
  const { connection } = await signedIn(here, first);
  first.clock.ms = 3590_000;
  const call = whoami(connection);
  await onItsWay.came;
  const second = windowOf(as('bob'), { secrets: store });
  await second.logins.signIn(connection.definition, never);
  const { tokens } = keptIn(store);
  done.come();
  assert.equal(await call, 'I am bob');
  assert.deepEqual(keptIn(store).tokens, tokens);
});

test('a client of one issuer is not shown to another', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection } = await signedIn(here, window);
  const [[key, text] = ['', '']] = window.store.entries;
  window.store.entries.set(key, text.replace(here.idp.issuer, 'https://login.before.example'));
  await window.logins.signIn(connection.definition, never);
  assert.equal(paths(here.idp).filter((path) => path === 'POST /reg').length, 2);
});

test('a configured Authorization header that is refused is a fault, and nobody is asked to sign in', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection } = connected(here, window, { headers: { authorization: 'Bearer configured-token' } });
  await refused(connection.connect(), 'mcp.connection.headerRefused');
  assert.equal(connection.state().state, 'failed');
  await refused(window.logins.signIn(connection.definition, never), 'mcp.oauth.notForThis');
});

test('a header of a helper stands alone, too', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection: signed } = await signedIn(here, window);
  const token = keptIn(window.store).tokens?.access;
  const before = here.server.requests.length;
  const { logins } = window;
  const { connection } = connectionTo(
    { type: 'http', url: here.server.url, headers: {}, headersHelper: 'any' },
    { authorize: logins.authorize, headers: async () => ({ Authorization: 'Bearer of-the-helper' }) },
    { fingerprint: signed.definition.fingerprint },
  );
  open.push(() => connection.dispose());
  await assert.rejects(connection.connect());
  const sent = here.server.requests.slice(before).map((one) => one.token);
  assert.ok(sent.length > 0 && sent.every((one) => one !== token), sent.join());
});

test('a client that the team registered: its id, its scopes, and a secret of the environment', async () => {
  const here = await world({ registration: false });
  const window = windowOf(as('ada'), { env: () => ({ MCP_CLIENT_SECRET: SECRET }) });
  const { connection } = await signedIn(here, window, { oauth: { clientId: 'team', scopes: 'write' } });
  assert.equal(await whoami(connection), 'I am ada');
  assert.deepEqual(window.shown[0]?.scopes, ['write', 'offline_access']);
  assert.equal(window.pages[0]?.searchParams.get('client_id'), 'team');
  assert.ok(window.hidden.has(SECRET));

  const wrong = windowOf(as('ada'), { env: () => ({ MCP_CLIENT_SECRET: 'another-secret' }) });
  const { definition } = connected(here, wrong, { oauth: { clientId: 'team' } }).connection;
  const fault = await refused(wrong.logins.signIn(definition, never), 'mcp.oauth.unknownClient');
  assert.ok(fault.message.includes('MCP_CLIENT_SECRET') && !fault.message.includes('another-secret'));
  assert.equal(wrong.store.entries.size, 0);
});

test('where nobody can be registered, what to do is said', async () => {
  const here = await world({ registration: false });
  const window = windowOf(as('ada'));
  const { connection } = connected(here, window);
  const fault = await refused(window.logins.signIn(connection.definition, never), 'mcp.oauth.noClient');
  assert.match(fault.message, /oauth\.clientId/);
});

test('the port of the definition is taken, and one that is in use is named', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const busy = Number(new URL(here.server.url).port);
  const { connection } = connected(here, window, { oauth: { callbackPort: busy } });
  const fault = await refused(window.logins.signIn(connection.definition, never), 'mcp.oauth.portTaken');
  assert.ok(fault.message.includes(String(busy)) && fault.message.includes('callbackPort'));
});

test('a browser that does not find its way back: the address is pasted; one of another sign-in is not taken', async () => {
  const here = await world();
  const taken: boolean[] = [];
  const window = windowOf(as('ada'), {
    open: async (address, redirect) => {
      const back = await as('ada')(address, redirect.redirectUri);
      const other = new URL(back);
      other.searchParams.set('state', 'another');
      taken.push(redirect.accept(other.href), redirect.accept(` ${back} `));
    },
  });
  const { connection } = await signedIn(here, window);
  assert.deepEqual(taken, [false, true]);
  assert.equal(await whoami(connection), 'I am ada');
});

test('in a browser the address of VS Code is what is registered', async () => {
  const here = await world();
  const own = 'https://editor.example/callback?vscode-reqid=1';
  let settle: (url: URL) => void = () => {};
  const window = windowOf(as('ada'), {
    where: 'web',
    receive: async ({ at }) => {
      assert.equal(at, undefined);
      const result = new Promise<URL>((resolve) => {
        settle = resolve;
      });
      return { redirectUri: own, result, accept: () => false, dispose: () => {} };
    },
    open: async (address) => settle(new URL(await as('ada')(address, own))),
  });
  const { connection } = await signedIn(here, window);
  assert.equal(await whoami(connection), 'I am ada');
  const exchange = here.idp.requests.find(({ path }) => path === 'POST /token')?.form;
  assert.equal(exchange?.get('redirect_uri'), own);
});

test('what a refusal repeats of a token is in no message and no line of the log', async () => {
  const here = await world();
  const window = windowOf(as('ada'));
  const { connection, parts, states } = await signedIn(here, window);
  const token = keptIn(window.store).tokens?.access ?? '!';
  here.server.intercept = (request, response) => {
    response.writeHead(500).end(`no: ${request.headers.authorization}`);
    return true;
  };
  const error = await whoami(connection).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof ServerFault);
  assert.ok(![error.message, ...parts.lines, JSON.stringify(states)].some((text) => text.includes(token)));
});
