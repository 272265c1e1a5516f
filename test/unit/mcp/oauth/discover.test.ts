// What servers and issuers publish about signing in, honest and hostile.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerOAuth as OAuthEntry } from '../../../../src/contracts/mcp.ts';
import type { Fetch } from '../../../../src/contracts/network.ts';
import * as sdk from '../../../../src/mcp/connection/mcpSdk.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import { type Challenge, discover, type Issuer } from '../../../../src/mcp/oauth/discover.ts';
import { limitedFetch } from '../../../../src/mcp/oauth/limitedFetch.ts';

const SERVER = 'https://mcp.example.com/mcp';
const RESOURCE = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp';
const ISSUER = 'https://login.example.com';
const METADATA = `${ISSUER}/.well-known/oauth-authorization-server`;

type Page = { status?: number; headers?: Record<string, string>; body?: string };
type Web = Record<string, unknown>;
/** A page that is no JSON document. */
const page = (status: number, headers: Record<string, string> = {}, body = ''): Page => ({ status, headers, body });

const described = (more: Record<string, unknown> = {}) => ({
  resource: SERVER,
  authorization_servers: [ISSUER],
  ...more,
});
const metadata = (more: Record<string, unknown> = {}, issuer = ISSUER) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  registration_endpoint: `${issuer}/register`,
  response_types_supported: ['code'],
  code_challenge_methods_supported: ['S256'],
  ...more,
});
const honest = (of: Record<string, unknown> = {}): Web => ({ [RESOURCE]: described(), [METADATA]: metadata(of) });

type Found = { issuer?: Issuer; fault?: ServerFault; asked: string[] };
async function found(web: Web, at = SERVER, oauth: OAuthEntry = {}, challenge: Challenge = {}): Promise<Found> {
  const asked: string[] = [];
  const all: Fetch = async (input, init) => {
    assert.equal(init?.redirect, 'manual');
    const address = String(input);
    asked.push(address);
    const one = web[address];
    if (one === undefined) return new Response('no', { status: 404 });
    const { status, headers, body } = one as Page;
    return status === undefined ? Response.json(one) : new Response(body || null, { status, headers: headers ?? {} });
  };
  const url = new URL(at);
  const server = 'probe';
  const fetch = limitedFetch({ server, url, fetch: all, signal: new AbortController().signal });
  try {
    return { issuer: await discover({ server, url, oauth, challenge, fetch, sdk }), asked };
  } catch (fault) {
    assert.ok(fault instanceof ServerFault, String(fault));
    return { fault, asked };
  }
}

const INTERNAL = 'https://169.254.169.254';
const HOSTILE: Array<[name: string, code: string, web: Web, at?: string, oauth?: OAuthEntry, challenge?: Challenge]> = [
  [
    'an issuer by http',
    'unsafeAddress',
    { [RESOURCE]: described({ authorization_servers: ['http://login.example.com'] }) },
  ],
  [
    'an issuer that is a file',
    'unsafeAddress',
    { [RESOURCE]: described({ authorization_servers: ['file:///etc/passwd'] }) },
  ],
  ['an issuer inside', 'unsafeAddress', { [RESOURCE]: described({ authorization_servers: [INTERNAL] }) }],
  [
    'an issuer of this machine',
    'unsafeAddress',
    { [RESOURCE]: described({ authorization_servers: ['http://127.0.0.1:8080'] }) },
  ],
  [
    'an issuer by a name of inside',
    'unsafeAddress',
    { [RESOURCE]: described({ authorization_servers: ['https://vault.corp'] }) },
  ],
  [
    'an issuer with a user name',
    'unsafeAddress',
    { [RESOURCE]: described({ authorization_servers: ['https://a:b@login.example.com'] }) },
  ],
  [
    'an issuer that is a script',
    'badMetadata',
    { [RESOURCE]: described({ authorization_servers: ['javascript:alert(1)'] }) },
  ],
  ['a description inside', 'unsafeAddress', {}, SERVER, {}, { resourceMetadataUrl: new URL(`${INTERNAL}/latest`) }],
  [
    'a description of this machine',
    'unsafeAddress',
    {},
    SERVER,
    {},
    { resourceMetadataUrl: new URL('http://localhost/x') },
  ],
  ['a page that is a script', 'badMetadata', honest({ authorization_endpoint: 'javascript:alert(1)' })],
  ['a page that is data', 'badMetadata', honest({ authorization_endpoint: 'data:text/html,hello' })],
  ['a page of the editor', 'unsafeAddress', honest({ authorization_endpoint: 'vscode://other.extension/run' })],
  ['a page that is a file', 'unsafeAddress', honest({ authorization_endpoint: 'file:///usr/bin/true' })],
  ['a page by http', 'unsafeAddress', honest({ authorization_endpoint: 'http://login.example.com/authorize' })],
  ['a page of somebody else', 'otherPage', honest({ authorization_endpoint: 'https://login.bank.example/authorize' })],
  [
    'a page whose host only ends alike',
    'otherPage',
    honest({ authorization_endpoint: 'https://evil-login.example.com/authorize' }),
  ],
  ['tokens by http', 'unsafeAddress', honest({ token_endpoint: 'http://login.example.com/token' })],
  ['tokens inside', 'unsafeAddress', honest({ token_endpoint: 'https://10.0.0.1/token' })],
  ['tokens at a name that leads inside', 'unsafeAddress', honest({ token_endpoint: 'https://10.0.0.1.nip.io/token' })],
  ['registration inside', 'unsafeAddress', honest({ registration_endpoint: 'https://[::1]/register' })],
  ['giving back inside', 'unsafeAddress', honest({ revocation_endpoint: 'https://router.lan/revoke' })],
  ['metadata by another issuer', 'otherIssuer', honest({ issuer: 'https://accounts.bank.example' })],
  [
    'the description of another server',
    'otherResource',
    { ...honest(), [RESOURCE]: described({ resource: 'https://other.example.com/mcp' }) },
  ],
  [
    'the description of a part of it',
    'otherResource',
    { ...honest(), [RESOURCE]: described({ resource: `${SERVER}/admin` }) },
  ],
  ['PKCE in plain text alone', 'noPkce', honest({ code_challenge_methods_supported: ['plain'] })],
  ['a huge description', 'tooLarge', { [RESOURCE]: described({ filler: 'x'.repeat(300_000) }) }],
  ['huge metadata', 'tooLarge', honest({ filler: 'x'.repeat(300_000) })],
  ['no JSON', 'badMetadata', { ...honest(), [METADATA]: page(200, {}, '<html>') }],
  ['metadata without a page', 'badMetadata', honest({ authorization_endpoint: undefined })],
  ['a list of nothing', 'badMetadata', { [RESOURCE]: [] }],
  ['no metadata at all', 'noMetadata', { [RESOURCE]: described() }],
  [
    'metadata that lead elsewhere',
    'noMetadata',
    { [RESOURCE]: described(), [METADATA]: page(302, { location: `${INTERNAL}/x` }) },
  ],
  ['metadata in a circle', 'noMetadata', { [RESOURCE]: described(), [METADATA]: page(302, { location: METADATA }) }],
  ['a fault of the server', 'unreachable', { [RESOURCE]: page(500) }],
  ['a fault of the issuer', 'unreachable', { [RESOURCE]: described(), [METADATA]: page(500) }],
  [
    'a configured document by http',
    'unsafeAddress',
    honest(),
    SERVER,
    { authServerMetadataUrl: 'http://login.example.com/m' },
  ],
  [
    'a configured document that is none',
    'noMetadata',
    honest(),
    SERVER,
    { authServerMetadataUrl: 'https://login.example.com/m' },
  ],
  [
    'an old server that sends people elsewhere',
    'otherPage',
    {
      'https://mcp.example.com/.well-known/oauth-authorization-server': metadata(
        { token_endpoint: 'https://mcp.example.com/token' },
        'https://login.bank.example',
      ),
    },
  ],
];

for (const [name, code, web, at, oauth, challenge] of HOSTILE)
  test(`refused: ${name}`, async () => {
    const { fault, issuer, asked } = await found(web, at, oauth, challenge);
    assert.equal(issuer, undefined);
    assert.equal(fault?.because.code, `mcp.oauth.${code}`, fault?.message);
    assert.ok((fault?.message.length ?? 0) < 600 && !fault?.message.includes('{'), fault?.message);
    // Only the server and the issuer were asked, and not again and again.
    const hosts = new Set(asked.map((one) => new URL(one).host));
    for (const host of hosts) assert.ok(['mcp.example.com', 'login.example.com'].includes(host), host);
    assert.ok(asked.length <= 8, asked.join('\n'));
  });

test('issuers with a path and OpenID Connect alone are found; what the server knows comes with them', async () => {
  const issuer = 'https://login.example.com/tenant';
  const document = metadata({ jwks_uri: `${issuer}/jwks`, revocation_endpoint: `${issuer}/revoke` }, issuer);
  const web = {
    [RESOURCE]: described({ authorization_servers: [issuer], scopes_supported: ['read'] }),
    [`${issuer}/.well-known/openid-configuration`]: document,
  };
  const { issuer: came } = await found(web);
  assert.equal(came?.issuer, issuer);
  assert.equal(came?.resource, SERVER);
  assert.deepEqual(came?.scopes, ['read']);
  assert.equal(came?.metadata['revocation_endpoint'], `${issuer}/revoke`);
});

test('tokens may be given at another host of the issuer’s choice, and the page at a host below', async () => {
  const { issuer } = await found(
    honest({ token_endpoint: 'https://tokens.example.net/t', authorization_endpoint: 'https://a.login.example.com/x' }),
  );
  assert.equal(issuer?.metadata.token_endpoint, 'https://tokens.example.net/t');
});

test('a document that the definition names counts in the place of what the server says', async () => {
  const at = 'https://pool.example.org/metadata';
  const document = metadata(
    { authorization_endpoint: 'https://people.example.net/authorize' },
    'https://pool.example.org',
  );
  const { issuer, asked } = await found({ ...honest(), [at]: document }, SERVER, { authServerMetadataUrl: at });
  assert.equal(issuer?.issuer, 'https://pool.example.org/');
  assert.ok(!asked.includes(METADATA));
});

test('a redirect within the origin is followed', async () => {
  const moved = `${ISSUER}/moved`;
  const web = { [RESOURCE]: described(), [METADATA]: page(302, { location: '/moved' }), [moved]: metadata() };
  assert.equal((await found(web)).issuer?.issuer, `${ISSUER}/`);
});

test('an old server that publishes nothing has the addresses of old', async () => {
  const { issuer } = await found({});
  assert.equal(issuer?.metadata.authorization_endpoint, 'https://mcp.example.com/authorize');
  assert.equal(issuer?.resource, undefined);
});

test('inside, a server may name what is inside; on this machine, this machine', async () => {
  const inside = 'https://mcp.corp/mcp';
  const login = 'https://login.corp';
  const web = {
    'https://mcp.corp/.well-known/oauth-protected-resource/mcp': { resource: inside, authorization_servers: [login] },
    [`${login}/.well-known/oauth-authorization-server`]: metadata({}, login),
  };
  assert.equal((await found(web, inside)).issuer?.issuer, `${login}/`);
  const here = await found({}, 'http://127.0.0.1:3000/mcp');
  assert.equal(here.issuer?.metadata.token_endpoint, 'http://127.0.0.1:3000/token');
  // By name alone nothing of this machine is for a server of another.
  const web2 = {
    'https://mcp.corp/.well-known/oauth-protected-resource/mcp': {
      resource: inside,
      authorization_servers: ['http://localhost:9'],
    },
  };
  assert.equal((await found(web2, inside)).fault?.because.code, 'mcp.oauth.unsafeAddress');
});
