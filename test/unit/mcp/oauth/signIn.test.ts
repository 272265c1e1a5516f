// One sign-in to a server, step by step: what is asked for, what comes back, what of it is told and kept.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fetch } from '../../../../src/contracts/network.ts';
import * as sdk from '../../../../src/mcp/connection/mcpSdk.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import type { Grant } from '../../../../src/mcp/oauth/keptGrant.ts';
import { type SignInParts, signIn } from '../../../../src/mcp/oauth/signIn.ts';

const ISSUER = 'https://login.example.com';
const URL_ = new URL('https://mcp.example.com/mcp');
const CALLBACK = 'http://localhost:4711/callback';
const metadata = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  registration_endpoint: `${ISSUER}/register`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
};
const granted = { access_token: 'access-1', token_type: 'Bearer', refresh_token: 'refresh-1', expires_in: 60 };
const grant = (more: Partial<Grant>): Grant => ({
  issuer: `${ISSUER}/`,
  metadata,
  client: { client_id: 'before', redirect_uris: ['http://localhost:9999/callback'] },
  scopes: ['old'],
  ...more,
});

type World = {
  parts?: Partial<SignInParts>;
  published?: object;
  /** The answer to a code. */
  token?(sent: URLSearchParams): Response;
  /** What the browser brings beside `code` and `state`. */
  back?(page: URL): Record<string, string>;
};

async function signedIn({
  parts = {},
  published = {},
  token = () => Response.json(granted),
  back = () => ({}),
}: World) {
  const seen = { sent: [] as URLSearchParams[], hidden: [] as string[], ports: [] as unknown[], disposed: 0 };
  const pages: URL[] = [];
  const fetch: Fetch = async (input, init) => {
    const { pathname, origin } = new URL(String(input));
    if (pathname.startsWith('/.well-known/oauth-protected-resource'))
      return Response.json({ resource: URL_.href, authorization_servers: [ISSUER] });
    if (origin === ISSUER && pathname === '/.well-known/oauth-authorization-server')
      return Response.json({ ...metadata, ...published });
    if (pathname === '/register')
      return Response.json({ ...JSON.parse(String(init?.body)), client_id: 'made' }, { status: 201 });
    if (pathname !== '/token') return new Response('', { status: 404 });
    const sent = new URLSearchParams(String(init?.body));
    seen.sent.push(sent);
    return token(sent);
  };
  let arrive = (_address: URL) => {};
  let fail = (_reason: unknown) => {};
  const work = signIn({
    server: 'docs',
    url: URL_,
    oauth: {},
    challenge: {},
    kept: undefined,
    added: [],
    registered: undefined,
    clientMetadataUrl: undefined,
    where: 'desktop',
    now: () => 1000,
    receive: async ({ at, signal }) => {
      seen.ports.push(at);
      const result = new Promise<URL>((resolve, reject) => {
        arrive = resolve;
        fail = reject;
      });
      signal.addEventListener('abort', () => fail(signal.reason));
      return {
        redirectUri: at === undefined || at.endsWith('localhost/callback') ? CALLBACK : at,
        result,
        accept: () => false,
        dispose: () => {
          seen.disposed++;
        },
      };
    },
    confirm: async () => true,
    open: async (address) => {
      const page = new URL(address);
      pages.push(page);
      arrive(new URL(`${CALLBACK}?${new URLSearchParams({ code: 'the-code', ...back(page) })}`));
    },
    fetch,
    hide: (secret) => seen.hidden.push(secret),
    sdk,
    signal: new AbortController().signal,
    ...parts,
  });
  let made: Grant | undefined;
  const fault = await work.then(
    (one) => {
      made = one;
    },
    (error: unknown) => error,
  );
  assert.ok(fault === undefined || fault instanceof ServerFault, String(fault));
  return { ...seen, made, fault, page: pages[0] };
}

test('a sign-in asks for what it says, keeps what it is given, and lets go of its address', async () => {
  const { made, fault, page, sent, disposed } = await signedIn({ parts: { challenge: { scope: 'read write' } } });
  assert.equal(fault, undefined);
  assert.equal(page?.searchParams.get('scope'), 'read write');
  for (const params of [page?.searchParams, sent[0]]) assert.equal(params?.get('resource'), URL_.href);
  assert.deepEqual(made?.tokens, { access: 'access-1', refresh: 'refresh-1', expiresAtMs: 61_000 });
  assert.deepEqual(made?.scopes, ['read', 'write']);
  assert.equal(disposed, 1);
});

test('an issuer that promises to name itself and does not is not believed', async () => {
  const published = { authorization_response_iss_parameter_supported: true };
  const { fault, sent, disposed } = await signedIn({ published });
  assert.equal(fault?.because.code, 'mcp.oauth.otherAnswer');
  assert.deepEqual(sent, []);
  assert.equal(disposed, 1);
  assert.equal((await signedIn({ published, back: () => ({ iss: ISSUER }) })).fault, undefined);
});

test('an answer that is a refusal counts as one, whatever else it brings', async () => {
  const { fault, sent } = await signedIn({ back: () => ({ error: 'access_denied' }) });
  assert.equal(fault?.because.code, 'mcp.oauth.denied');
  assert.deepEqual(sent, []);
});

test('what the issuer repeats of code, proof and secret is in no sentence, and the secret is hidden from then on', async () => {
  for (const status of [400, 500]) {
    const { fault, sent, hidden } = await signedIn({
      parts: { registered: { id: 'team', secret: 'the-secret' } },
      token: (params) =>
        Response.json({ error: 'invalid_request', error_description: `${params} the-secret` }, { status }),
    });
    const said = JSON.stringify([fault?.because, fault?.message]);
    for (const secret of ['the-code', 'the-secret', sent[0]?.get('code_verifier') ?? '?'])
      assert.ok(!said.includes(secret), said);
    assert.deepEqual(hidden, ['the-secret']);
  }
});

test('a person who gives up while the page is open has cancelled, and nothing fails', async () => {
  const stop = new AbortController();
  const { fault, disposed } = await signedIn({
    parts: { signal: stop.signal, open: async () => stop.abort(new Error('stopped')) },
  });
  assert.equal(fault?.because.code, 'login.cancelled');
  assert.equal(disposed, 1);
});

test('scopes that were given are asked for again of the same issuer alone; offline access only beside others', async () => {
  const scopes = async (world: World) => (await signedIn(world)).page?.searchParams.get('scope');
  const added = ['new'];
  const same = grant({});
  const other = grant({ issuer: 'https://accounts.example.net' });
  assert.equal(await scopes({ parts: { added, kept: same } }), 'old new');
  assert.equal(await scopes({ parts: { added, kept: other } }), 'new');
  const published = { scopes_supported: ['offline_access'] };
  assert.equal(await scopes({ published }), null);
  assert.equal(await scopes({ published, parts: { added } }), 'new offline_access');
});

test('the address of before is taken again on a desktop, for a client that was registered here', async () => {
  const ports = async (parts: Partial<SignInParts>) => (await signedIn({ parts })).ports;
  const kept = grant({});
  const usual = 'http://localhost/callback';
  assert.deepEqual(await ports({ kept }), ['http://localhost:9999/callback']);
  assert.deepEqual(await ports({ kept, where: 'remote' }), [usual]);
  assert.deepEqual(await ports({ kept, where: 'web' }), [undefined]);
  assert.deepEqual(await ports({ kept, oauth: { clientId: 'team' }, registered: { id: 'team' } }), [usual]);
  assert.deepEqual(await ports({ kept, oauth: { callbackPort: 8123 } }), ['http://localhost:8123/callback']);
});
