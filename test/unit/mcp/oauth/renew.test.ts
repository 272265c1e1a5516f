// Tokens that end: what the issuer is asked, what is kept of each answer, who waits for whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fetch } from '../../../../src/contracts/network.ts';
import * as sdk from '../../../../src/mcp/connection/mcpSdk.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import { type Grant, keptGrant } from '../../../../src/mcp/oauth/keptGrant.ts';
import { type RenewParts, renew } from '../../../../src/mcp/oauth/renew.ts';
import { definitionOf } from '../../../support/mcp/connections.ts';
import { secretStore, windowOf } from '../../../support/mcp/logins.ts';

const ISSUER = 'https://login.example.com';
const SERVER = 'https://mcp.example.com/mcp';
const definition = definitionOf({ type: 'http', url: SERVER, headers: {} });
const GRANT: Grant = {
  issuer: ISSUER,
  metadata: {
    issuer: ISSUER,
    authorization_endpoint: `${ISSUER}/authorize`,
    token_endpoint: `${ISSUER}/token`,
    response_types_supported: ['code'],
  },
  resource: SERVER,
  client: { client_id: 'c', client_secret: 'the-client-secret' },
  scopes: ['read'],
  tokens: { access: 'access-1', refresh: 'refresh-1' },
};
const { tokens: _, ...WITHOUT } = GRANT;
const next = { access_token: 'access-2', refresh_token: 'refresh-2', token_type: 'Bearer' };
const refusal = (error: string, error_description = '') => Response.json({ error, error_description }, { status: 400 });

async function kept() {
  const store = secretStore();
  const entry = keptGrant(store, definition, SERVER);
  await entry.write(GRANT);
  return { store, entry };
}

async function renewed(answer: (sent: URLSearchParams) => Response | Promise<Response>, gone = () => false) {
  const { store, entry } = await kept();
  const sent: URLSearchParams[] = [];
  const parts: RenewParts = {
    server: 'docs',
    kept: entry,
    now: () => 1000,
    gone,
    fetch: async (_url, init) => {
      const form = new URLSearchParams(String(init?.body));
      sent.push(form);
      return answer(form);
    },
    hide: () => {},
    sdk,
  };
  const outcome = await renew('access-1', parts).catch((error: unknown) => error);
  return { outcome, sent, entry, grant: await entry.read(), entries: store.entries.size };
}

test('a token is renewed for the same server', async () => {
  const { sent, grant } = await renewed(() => Response.json(next));
  assert.equal(sent[0]?.get('resource'), SERVER);
  assert.equal(sent[0]?.get('refresh_token'), 'refresh-1');
  assert.deepEqual(grant?.tokens, { access: 'access-2', refresh: 'refresh-2' });
});

test('taken back, the client stays for the next sign-in; one that is not accepted is forgotten', async () => {
  const [grant, client] = await Promise.all([
    renewed(() => refusal('invalid_grant')),
    renewed(() => refusal('invalid_client')),
  ]);
  assert.deepEqual([grant.outcome, client.outcome], [undefined, undefined]);
  assert.deepEqual(grant.grant, WITHOUT);
  assert.equal(client.entries, 0);
});

test('what another window got meanwhile is taken', async () => {
  const tokens = { access: 'access-9', refresh: 'refresh-9' };
  const { store, entry } = await kept();
  const parts = { server: 'docs', kept: entry, now: () => 1000, gone: () => false, hide: () => {}, sdk };
  const work = renew('access-1', {
    ...parts,
    fetch: async () => {
      // It is written a moment after the refusal.
      setTimeout(() => void store.store(entry.key, JSON.stringify({ ...GRANT, tokens })), 20);
      return refusal('invalid_grant');
    },
  });
  assert.deepEqual(await work, tokens);
});

test('a person who cleared, or signed in anew, is not overruled by an answer on its way', async () => {
  let over = false;
  const { outcome, grant } = await renewed(
    () => {
      over = true;
      return Response.json(next);
    },
    () => over,
  );
  assert.deepEqual(outcome, GRANT.tokens);
  assert.deepEqual(grant, GRANT);
  const { entry } = await kept();
  await entry.write({ ...GRANT, tokens: { access: 'access-1' } });
  const parts = { server: 'docs', kept: entry, now: () => 1000, hide: () => {}, sdk, fetch };
  assert.equal(await renew('access-1', { ...parts, gone: () => true }), undefined);
  assert.notEqual((await entry.read())?.tokens, undefined);
  assert.equal(await renew('access-1', { ...parts, gone: () => false }), undefined);
  assert.deepEqual(await entry.read(), WITHOUT);
});

test('what an issuer repeats of tokens and secret is in no sentence', async () => {
  const { outcome, grant } = await renewed((form) =>
    refusal('invalid_request', `${form.get('refresh_token')} access-1 the-client-secret`),
  );
  assert.ok(outcome instanceof ServerFault);
  assert.doesNotMatch(JSON.stringify([outcome.because, outcome.message]), /refresh-1|access-1|the-client-secret/);
  assert.deepEqual(grant, GRANT);
});

/** The way of a window's requests, with what is kept from before. */
async function sending(network: Fetch, tokens: Grant['tokens']) {
  const { store, entry } = await kept();
  await entry.write({ ...WITHOUT, ...(tokens === undefined ? {} : { tokens }) });
  const sent: string[] = [];
  const all: Fetch = async (url, init) => {
    sent.push(`${new URL(String(url)).pathname} ${new Headers(init?.headers).get('authorization') ?? ''}`);
    return network(url, init);
  };
  const window = windowOf(async () => '', { secrets: store, fetch: all });
  const authorized = window.logins.authorize(definition)?.(all);
  assert.ok(authorized);
  return { window, sent, authorized, entry };
}
const isToken = (url: unknown) => String(url) === `${ISSUER}/token`;

test('requests of one window renew once, without any lock; what was kept before is hidden, too', async () => {
  const { window, sent, authorized } = await sending(async (url, init) => {
    if (isToken(url)) return Response.json(next);
    return new Response('', {
      status: new Headers(init?.headers).get('authorization') === 'Bearer access-2' ? 200 : 401,
    });
  }, GRANT.tokens);
  const all = await Promise.all(Array.from({ length: 5 }, async () => (await authorized(SERVER)).status));
  assert.deepEqual(all, [200, 200, 200, 200, 200]);
  assert.equal(sent.filter((one) => one.startsWith('/token')).length, 1);
  for (const secret of ['access-1', 'refresh-1', 'access-2', 'refresh-2', 'the-client-secret'])
    assert.ok(window.hidden.has(secret), secret);
});

test('a token that holds for some seconds yet is sent when the issuer cannot be reached', async () => {
  const { sent, authorized } = await sending(
    async (url) => {
      if (isToken(url)) throw new TypeError('fetch failed');
      return new Response('');
    },
    { access: 'access-1', refresh: 'refresh-1', expiresAtMs: Date.now() + 30_000 },
  );
  assert.equal((await authorized(SERVER)).status, 200);
  assert.equal(sent.at(-1), '/mcp Bearer access-1');
});
