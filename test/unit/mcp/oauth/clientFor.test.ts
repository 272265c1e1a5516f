// As whom we ask: which client is taken, and when one of before is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fetch } from '../../../../src/contracts/network.ts';
import * as sdk from '../../../../src/mcp/connection/mcpSdk.ts';
import { type ClientParts, clientFor } from '../../../../src/mcp/oauth/clientFor.ts';
import { type Grant, keptGrant, type OAuthClient } from '../../../../src/mcp/oauth/keptGrant.ts';
import { oauthFault, quoted } from '../../../../src/mcp/oauth/oauthFault.ts';
import { revoke } from '../../../../src/mcp/oauth/revoke.ts';
import { definitionOf } from '../../../support/mcp/connections.ts';
import { secretStore } from '../../../support/mcp/logins.ts';

const ISSUER = 'https://login.example.com';
const redirectUri = 'http://localhost:4711/callback';
const metadata = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  registration_endpoint: `${ISSUER}/register`,
  response_types_supported: ['code'],
};
const grant = (client: Partial<OAuthClient>, issuer = ISSUER): Grant => ({
  issuer,
  metadata,
  client: { client_id: 'before', redirect_uris: [redirectUri], ...client },
  scopes: [],
});
const idOf = async (more: Partial<ClientParts>) => {
  const fetch: Fetch = async (_url, init) =>
    Response.json({ ...JSON.parse(String(init?.body)), client_id: 'made' }, { status: 201 });
  const issuer = { issuer: ISSUER, metadata };
  const given = { server: 'docs', issuer, registered: undefined, metadataUrl: undefined, kept: undefined };
  return (await clientFor({ ...given, redirectUri, scopes: ['read'], now: () => 2_000_000, fetch, sdk, ...more }))
    .client_id;
};

const KEPT: Array<[what: string, kept: Grant, id: string]> = [
  ['of this issuer, for this address', grant({}), 'before'],
  ['of another issuer', grant({}, 'https://other.example.com'), 'made'],
  ['for another address', grant({ redirect_uris: ['http://localhost:1/callback'] }), 'made'],
  ['for no address', grant({ redirect_uris: undefined }), 'made'],
  ['for other scopes', grant({ scope: 'write' }), 'made'],
  ['for more scopes', grant({ scope: 'write read' }), 'before'],
  ['whose secret never ends', grant({ client_secret_expires_at: 0 }), 'before'],
  ['whose secret ends later', grant({ client_secret_expires_at: 2001 }), 'before'],
  ['whose secret has just ended', grant({ client_secret_expires_at: 2000 }), 'made'],
];
for (const [what, kept, id] of KEPT)
  test(`a client ${what} is ${id === 'before' ? 'used again' : 'not used again'}`, async () =>
    assert.equal(await idOf({ kept }), id));

test('a client that is described under an address is one only where the issuer reads such', async () => {
  const metadataUrl = 'https://corp.example/client.json';
  assert.equal(await idOf({ metadataUrl }), 'made');
  const issuer = { issuer: ISSUER, metadata: { ...metadata, client_id_metadata_document_supported: true } };
  assert.equal(await idOf({ metadataUrl, issuer }), metadataUrl);
  assert.equal(await idOf({ metadataUrl, issuer, registered: { id: 'team' } }), 'team');
});

test('both tokens are given back, as the client that got them', async () => {
  const sent: string[] = [];
  const fetch: Fetch = async (_url, init) => {
    sent.push(String(init?.body));
    return new Response('');
  };
  const given = { ...grant({}), tokens: { access: 'a', refresh: 'r' } };
  const published = { ...metadata, revocation_endpoint: `${ISSUER}/revoke` };
  assert.equal(await revoke({ ...given, metadata: published }, { fetch, sdk }), true);
  assert.deepEqual(sent, [
    'token=r&token_type_hint=refresh_token&client_id=before',
    'token=a&token_type_hint=access_token&client_id=before',
  ]);
});

test('of a grant only what is known is kept', async () => {
  const store = secretStore();
  const entry = keptGrant(store, definitionOf({ type: 'http', url: ISSUER, headers: {} }), ISSUER);
  await entry.write({ ...grant({}), client: { ...grant({}).client, registration_access_token: 'x' } } as Grant);
  assert.doesNotMatch([...store.entries.values()].join(''), /registration_access_token/);
});

test('words of the other side come on one line, without what hides or is secret, and not too long', () => {
  assert.equal(quoted(' a\n b\u202e '), 'a b⟨U+202E⟩');
  assert.equal(quoted('you sent the-token, or is it abc', ['the-token', 'abc']), 'you sent [hidden], or is it abc');
  assert.ok(quoted('x'.repeat(5000)).length <= 201);
  assert.match(oauthFault('notForThis', { server: 'docs' }).message, /docs/);
});
