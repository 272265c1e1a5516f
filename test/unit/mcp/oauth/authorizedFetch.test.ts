// Where a token goes, and where it does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fetch } from '../../../../src/contracts/network.ts';
import * as sdk from '../../../../src/mcp/connection/mcpSdk.ts';
import { authorizedFetch, type Refusal } from '../../../../src/mcp/oauth/authorizedFetch.ts';

type Sent = { url: string; token: string | null; body: unknown };

function through(answer: (sent: Sent) => Response, token: { value: string | undefined } = { value: 'the-token' }) {
  const sent: Sent[] = [];
  const refusals: Refusal[] = [];
  const asked: string[] = [];
  const fetch: Fetch = async (input, init) => {
    const one = { url: String(input), token: new Headers(init?.headers).get('authorization'), body: init?.body };
    sent.push(one);
    return answer(one);
  };
  const authorized = authorizedFetch({
    url: new URL('https://mcp.example.com/mcp'),
    fetch,
    token: async () => token.value,
    renewed: async () => {
      asked.push('renewed');
      return 'the-next-token';
    },
    stepUp: async () => {
      asked.push('stepUp');
      return undefined;
    },
    unauthorized: (refusal) => refusals.push(refusal),
    sdk: async () => sdk,
  });
  return { sent, refusals, asked, authorized };
}

test('the server has it, on every path; nobody else has', async () => {
  const { sent, authorized } = through(() => new Response('good'));
  for (const url of [
    'https://mcp.example.com/mcp',
    'https://mcp.example.com/messages?session=1',
    'https://mcp.example.com:8443/mcp',
    'http://mcp.example.com/mcp',
    'https://evil.example.com/mcp',
    'https://mcp.example.com.evil.example/mcp',
  ])
    await authorized(url);
  assert.deepEqual(
    sent.map(({ token }) => token),
    ['Bearer the-token', 'Bearer the-token', null, null, null, null],
  );
});

test('a refused request is sent once more, with all that it was, and not a third time', async () => {
  const challenge = 'Bearer error="invalid_token", scope="a b", resource_metadata="https://mcp.example.com/about"';
  const { sent, refusals, authorized } = through(
    () => new Response('no', { status: 401, headers: { 'www-authenticate': challenge } }),
  );
  const response = await authorized('https://mcp.example.com/mcp', { method: 'POST', body: '{"id":1}' });
  assert.equal(response.status, 401);
  assert.deepEqual(
    sent.map(({ token, body }) => [token, body]),
    [
      ['Bearer the-token', '{"id":1}'],
      ['Bearer the-next-token', '{"id":1}'],
    ],
  );
  assert.deepEqual(refusals, [
    { error: 'invalid_token', scope: 'a b', resourceMetadataUrl: new URL('https://mcp.example.com/about') },
  ]);
});

test('what a refusal repeats of the token is taken out before anybody reads it', async () => {
  const { authorized } = through(({ token }) => new Response(`you sent ${token?.slice(7)}`, { status: 500 }));
  assert.equal(await (await authorized('https://mcp.example.com/mcp')).text(), 'you sent [hidden]');
});

test('nobody is asked for more by a refusal that wants no more, and nothing is renewed where nobody is signed in', async () => {
  const refused = (status: number, challenge: string) => () =>
    new Response('no', { status, headers: { 'www-authenticate': challenge } });
  const forbidden = through(refused(403, 'Bearer error="invalid_token"'));
  assert.equal((await forbidden.authorized('https://mcp.example.com/mcp')).status, 403);
  assert.deepEqual(forbidden.asked, []);
  const scopes = through(refused(403, 'Bearer error="insufficient_scope", scope="b"'));
  await scopes.authorized('https://mcp.example.com/mcp');
  assert.deepEqual(scopes.asked, ['stepUp']);
  const nobody = through(refused(401, 'Bearer'), { value: undefined });
  await nobody.authorized('https://mcp.example.com/mcp');
  assert.deepEqual([nobody.asked, nobody.refusals], [[], [{}]]);
});
