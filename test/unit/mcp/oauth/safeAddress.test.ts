// Which addresses may be used for a server, row by row; and how far a document is followed and read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fetch } from '../../../../src/contracts/network.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import { limitedFetch } from '../../../../src/mcp/oauth/limitedFetch.ts';
import { isOfSameHost, mayBeUsed } from '../../../../src/mcp/oauth/safeAddress.ts';

const PUBLIC = 'https://mcp.example.com/mcp';
const HERE = 'http://localhost:3000/mcp';
const INSIDE = 'https://mcp.corp/mcp';

const USED: Array<[address: string, server: string, may: boolean]> = [
  ['https://login.example.com/x', PUBLIC, true],
  ['http://login.example.com/x', PUBLIC, false],
  ['https://me@login.example.com/x', PUBLIC, false],
  ['https://:pw@login.example.com/x', PUBLIC, false],
  ['http://127.0.0.1:9/x', PUBLIC, false],
  ['https://[::1]/x', PUBLIC, false],
  ['http://127.0.0.1:9/x', HERE, true],
  ['http://[::1]:9/x', HERE, true],
  ['http://[::1]:9/x', 'http://[::1]:3000/mcp', true],
  ['ftp://localhost/x', HERE, false],
  ['ws://localhost/x', HERE, false],
  ['https://10.0.0.1/x', PUBLIC, false],
  ['https://10.0.0.1/x', INSIDE, true],
  ['http://10.0.0.1/x', INSIDE, false],
];
for (const [address, server, may] of USED)
  test(`${address} ${may ? 'may' : 'may not'} be used for ${server}`, () =>
    assert.equal(mayBeUsed(new URL(address), new URL(server)), may));

const SAME: Array<[page: string, issuer: string, same: boolean]> = [
  ['https://login.example.com', 'https://login.example.com', true],
  ['https://a.login.example.com', 'https://login.example.com', true],
  ['https://example.com', 'https://login.example.com', true],
  ['https://evil-example.com', 'https://example.com', false],
  ['https://example.com', 'https://evil-example.com', false],
  ['https://evil.com', 'https://com', false],
  ['https://com', 'https://evil.com', false],
  ['http://127.0.0.1:1', 'http://localhost:2', true],
];
for (const [page, issuer, same] of SAME)
  test(`a page of ${page} is ${same ? '' : 'not '}one of ${issuer}`, () =>
    assert.equal(isOfSameHost(new URL(page), new URL(issuer)), same));

function limited(answer: (address: string) => Response) {
  const asked: string[] = [];
  const fetch: Fetch = async (input) => {
    asked.push(String(input));
    return answer(String(input));
  };
  const { signal } = new AbortController();
  return { asked, fetch: limitedFetch({ server: 'docs', url: new URL(PUBLIC), fetch, signal }) };
}
const START = 'https://login.example.com/a';
const to = (location: string) => new Response(null, { status: 307, headers: { location } });

test('a document is followed three times within its origin; what is sent there is not followed at all', async () => {
  const circle = limited((address) => to(`${address}a`));
  assert.equal((await circle.fetch(START)).status, 307);
  assert.equal(circle.asked.length, 4);
  const sent = limited(() => to('/b'));
  assert.equal((await sent.fetch(START, { method: 'POST', body: 'code=secret' })).status, 307);
  assert.deepEqual(sent.asked, [START]);
});

test('a document that goes on is left where it is too large, and said to be so', async () => {
  let left = false;
  let chunks = 0;
  const endless = new ReadableStream({
    pull: (controller) => (++chunks > 100 ? controller.close() : controller.enqueue(new Uint8Array(64 * 1024))),
    cancel: () => {
      left = true;
    },
  });
  await assert.rejects(
    async () => limited(() => new Response(endless)).fetch(START),
    (error) => error instanceof ServerFault && error.because.code === 'mcp.oauth.tooLarge',
  );
  assert.ok(left);
});

test('what is asked of an address that may not be used is not in the sentence', async () => {
  const { asked, fetch } = limited(() => new Response(''));
  await assert.rejects(
    async () => fetch('http://login.example.com/a?code=secret'),
    (error) => error instanceof ServerFault && !error.message.includes('secret'),
  );
  assert.deepEqual(asked, []);
});
