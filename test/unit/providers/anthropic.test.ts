// What is particular to the Anthropic API and to gateways in front of it: credentials, headers, variables.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { RequestFacts } from '../../../src/providers/messagesApi.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { answerOf, bodyOf, failureOf, providerFor, requestOf, user } from './providerKit.ts';

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('the Anthropic API', () => {
  let rehearsal: Rehearsal;
  const hello = requestOf([user('Hello')]);
  before(async () => {
    rehearsal = await startRehearsal();
  });
  beforeEach(() => {
    rehearsal.reset();
    rehearsal.setScript({ turns: [[{ text: 'ok' }]], loop: true });
  });
  after(() => rehearsal.close());

  const keptKey = (apiKey: string | undefined) =>
    apiKey === undefined ? undefined : { label: 'API key', origin: rehearsal.url, apiKey };

  async function headersWith(env: Record<string, string>, stored?: string): Promise<Record<string, string>> {
    await answerOf(providerFor(rehearsal, env, { stored: async () => keptKey(stored) }), hello);
    return rehearsal.requests().at(-1)?.headers ?? {};
  }

  test('a key is sent as a key, a token as a bearer, and never both', async () => {
    const key = await headersWith({ ANTHROPIC_API_KEY: 'sk-test-0123456789' });
    assert.equal(key['x-api-key'], '(hidden)');
    assert.equal(key['authorization'], undefined);
    const token = await headersWith({
      ANTHROPIC_API_KEY: 'sk-test-0123456789',
      ANTHROPIC_AUTH_TOKEN: 'token-0123456789',
    });
    assert.equal(token['x-api-key'], undefined);
    assert.equal(token['authorization'], '(hidden)');
    const stored = await headersWith({ ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: ' ' }, 'sk-stored-0123456789');
    assert.equal(stored['x-api-key'], '(hidden)');
  });

  test('the variable goes before the stored key', async () => {
    const env = { ANTHROPIC_API_KEY: 'wrong-key' };
    const provider = providerFor(rehearsal, env, { stored: async () => keptKey('sk-good-0123456789') });
    assert.equal((await failureOf(provider, hello)).failure.code, 'authentication');
  });

  test('nothing of the process’s own environment slips in', async () => {
    process.env['ANTHROPIC_CUSTOM_HEADERS'] = 'X-Leaked: yes';
    process.env['ANTHROPIC_AUTH_TOKEN'] = 'leaked-token-0123456789';
    try {
      const headers = await headersWith({});
      assert.equal(headers['x-leaked'], undefined);
      assert.equal(headers['authorization'], undefined);
    } finally {
      delete process.env['ANTHROPIC_CUSTOM_HEADERS'];
      delete process.env['ANTHROPIC_AUTH_TOKEN'];
    }
  });

  test('version, betas and own headers', async () => {
    const headers = await headersWith({
      ANTHROPIC_BETAS: 'one-2026-01-01, two-2026-01-01,',
      ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue\nX-Cost: a:b',
    });
    assert.equal(headers['anthropic-version'], '2023-06-01');
    assert.equal(headers['anthropic-beta'], 'one-2026-01-01,two-2026-01-01');
    assert.equal(headers['x-team'], 'blue');
    assert.equal(headers['x-cost'], 'a:b');
    assert.equal(
      Object.keys(headers).some((name) => name.startsWith('x-stainless')),
      false,
    );
  });

  test('experimental betas can be taken out, asked ones stay', async () => {
    const env = { CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: '1', ANTHROPIC_BETAS: 'mine' };
    await answerOf(providerFor(rehearsal, env), { ...hello, model: 'claude-sonnet-4-5[1m]' });
    assert.equal(rehearsal.requests().at(-1)?.headers['anthropic-beta'], 'mine');
  });

  for (const [env, says] of [
    [{ ANTHROPIC_CUSTOM_HEADERS: 'X-Ok: 1\nno colon' }, /line 2/],
    [{ ANTHROPIC_CUSTOM_HEADERS: 'X-Bad: a\u{2028}b' }, /line 1.*column 9/],
    [{ CLAUDE_CODE_EXTRA_BODY: '{"a":' }, /CLAUDE_CODE_EXTRA_BODY is not valid JSON/],
    [{ CLAUDE_CODE_EXTRA_BODY: '[1]' }, /must be a JSON object/],
    [{ CLAUDE_CODE_EXTRA_BODY: '{"model":"claude-opus-5"}' }, /must not hold “model”/],
    [{ ANTHROPIC_API_KEY: 'sk-\u{fffd}\u{fffd}' }, /character that cannot be sent/],
  ] as const) {
    test(`${JSON.stringify(env)} is said, and nothing is sent`, async () => {
      const { failure } = await failureOf(providerFor(rehearsal, env), hello);
      assert.equal(failure.code, 'badRequest');
      assert.match(failure.detail, says);
      assert.equal(rehearsal.requests().length, 0);
    });
  }

  test('an address that is none is said at once', async () => {
    const { failure } = await failureOf(providerFor({ url: 'not an address' }), hello);
    assert.equal(failure.code, 'network');
    assert.match(failure.detail, /ANTHROPIC_BASE_URL/);
  });

  test('a redirect is not followed: neither key nor conversation reach the other host', async () => {
    const elsewhere: string[] = [];
    const other = createServer((request, response) => {
      elsewhere.push(request.url ?? '');
      response.end();
    });
    const first = createServer((_request, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${portOf(other)}/v1/messages` }).end();
    });
    for (const server of [other, first]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const { failure } = await failureOf(providerFor({ url: `http://127.0.0.1:${portOf(first)}` }), hello);
      assert.deepEqual(elsewhere, []);
      assert.deepEqual([failure.code, failure.retryable], ['network', false]);
      assert.match(failure.detail, new RegExp(`sends requests on to http://127.0.0.1:${portOf(other)},`));
    } finally {
      for (const server of [other, first]) server.close();
    }
  });

  test('a password in the address is not repeated when the request fails', async () => {
    const url = rehearsal.url.replace('://', '://me:pass-0123@');
    const { failure } = await failureOf(providerFor({ url }), hello);
    assert.doesNotMatch(failure.detail, /pass-0123/);
    const none = await failureOf(providerFor({ url: 'http://me:pass-0123@' }), hello);
    assert.doesNotMatch(none.failure.detail, /pass-0123/);
  });

  test('extra members of the body come before the conversation and cannot replace it', async () => {
    const env = { CLAUDE_CODE_EXTRA_BODY: '{"metadata":{"user_id":"u"},"messages":[]}' };
    await answerOf(providerFor(rehearsal, env), hello);
    const body = bodyOf(rehearsal);
    assert.deepEqual(body['metadata'], { user_id: 'u' });
    assert.equal(Object.keys(body).at(-1), 'messages');
    assert.equal((body['messages'] as unknown[]).length, 1);
  });

  test('a slash at the end of the address does no harm', async () => {
    await answerOf(providerFor({ url: `${rehearsal.url}/` }), hello);
    assert.equal(rehearsal.requests()[0]?.path, '/v1/messages');
  });

  test('an answer that does not begin in time', async () => {
    rehearsal.setScript({ turns: [[{ text: 'late' }]] });
    const { createServer } = await import('node:http');
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const env = { API_TIMEOUT_MS: '50', CLAUDE_CODE_MAX_RETRIES: '0' };
    const { failure } = await failureOf(providerFor({ url: `http://127.0.0.1:${port}` }, env), hello);
    assert.equal(failure.code, 'timeout');
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  test('a certificate that cannot be trusted is said and not tried again', async (t) => {
    const files = selfSigned();
    if (!files) return t.skip('openssl is not installed');
    const { createServer } = await import('node:https');
    const server = createServer(files, (_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { failure } = await failureOf(providerFor({ url: `https://127.0.0.1:${port}` }), hello);
    assert.equal(failure.code, 'tls');
    assert.equal(failure.retryable, false);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('a page with status 200 is no answer, and is shown in part', async () => {
    const { createServer } = await import('node:http');
    const portal = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Please log in to the network</html>');
    });
    await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
    const { port } = portal.address() as { port: number };
    const { failure } = await failureOf(providerFor({ url: `http://127.0.0.1:${port}` }), hello);
    assert.equal(failure.code, 'malformedStream');
    assert.match(failure.detail, /Please log in/);
    portal.closeAllConnections();
    await new Promise((resolve) => portal.close(resolve));
  });

  test('the answer is there when it is whole, not when the connection ends, and the connection is used again', async () => {
    const { createServer } = await import('node:http');
    const whole = [
      { type: 'message_start', message: { id: 'msg_1', model: 'm' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    ];
    const open: ServerResponse[] = [];
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(whole.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
      open.push(response);
    });
    let connections = 0;
    server.on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const provider = providerFor({ url: `http://127.0.0.1:${port}` });
    for (let i = 0; i < 3; i++) {
      await answerOf(provider, hello);
      const response = open[i];
      await new Promise<void>((resolve) => response?.end(resolve));
      // Let the client see the end before it sends again.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.equal(connections, 1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('a store that fails is said', async () => {
    const stored = () => Promise.reject(new Error('keyring is locked'));
    const { failure } = await failureOf(providerFor(rehearsal, { ANTHROPIC_API_KEY: '' }, { stored }), hello);
    assert.equal(failure.code, 'noCredential');
    assert.equal(failure.because?.code, 'credentials.storeFailed');
    assert.match(sayInEnglish(failure.because), /keyring is locked/);
  });

  test('every request leaves facts for the log, the failed one too, and no secrets', async () => {
    const facts: RequestFacts[] = [];
    rehearsal.setScript({ turns: [{ status: 529 }, [{ text: 'ok' }]] });
    await answerOf(providerFor(rehearsal, {}, { onRequest: (fact) => facts.push(fact) }), hello);
    assert.deepEqual(
      facts.map((fact) => [fact.status, fact.failure?.code]),
      [
        [529, 'overloaded'],
        [200, undefined],
      ],
    );
    assert.ok((facts[1]?.usage?.inputTokens ?? 0) > 0);
    assert.doesNotMatch(JSON.stringify(facts), /sk-test/);
  });
});

/** A key and a certificate for 127.0.0.1 that nobody vouches for; made afresh, so that no key lies in the repository. */
function selfSigned(): { key: string; cert: string } | undefined {
  const made = spawnSync(
    'openssl',
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=127.0.0.1 -keyout - -out -'.split(
      ' ',
    ),
    { encoding: 'utf8' },
  );
  const [key] = /-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----/.exec(made.stdout ?? '') ?? [];
  const [cert] = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(made.stdout ?? '') ?? [];
  return key !== undefined && cert !== undefined ? { key, cert } : undefined;
}
