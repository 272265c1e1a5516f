// A credential is tried before it is stored: what the service says of it, and that nothing of it comes back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { tryCredential } from '../../../src/providers/tryCredential.ts';
import { type KeyService, startKeyService } from '../../support/keyService.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';

const GOOD = 'sk-good-0123456789';
const BAD = 'sk-bad-0123456789';
const never = new AbortController().signal;
let rehearsal: Rehearsal;
let service: KeyService;
before(async () => {
  rehearsal = await startRehearsal();
  service = await startKeyService(rehearsal, {
    accepts: ({ key, bearer }) => (key ?? bearer) === GOOD,
    organizationOf: () => 'org-1',
    words: `nobody has ${BAD}`,
  });
});
after(async () => {
  await service.close();
  await rehearsal.close();
});

const attempt = (apiKey: string, baseUrl = service.url, env: Record<string, string> = {}) =>
  tryCredential({ source: 'stored', apiKey }, { fetch, baseUrl, env }, never);

test('one that is taken says whose it is; nothing is sent but the question', async () => {
  assert.deepEqual(await attempt(GOOD), { state: 'accepted', organization: 'org-1' });
  const [request] = service.requests();
  assert.deepEqual([request?.method, request?.path, request?.body], ['GET', '/v1/models?limit=1', '']);
  const token = { source: 'stored', authToken: GOOD } as const;
  assert.equal((await tryCredential(token, { fetch, baseUrl: service.url, env: {} }, never)).state, 'accepted');
});

test('one that is refused is told without its value', async () => {
  assert.deepEqual(await attempt(BAD), { state: 'refused', detail: 'nobody has [hidden]' });
});

test('what no service can say is untested', async () => {
  const gateway = await startKeyService(rehearsal, { withoutModels: true });
  assert.deepEqual(await attempt(GOOD, gateway.url), { state: 'untested', detail: 'no such path' });
  await gateway.close();
  const gone = await attempt(GOOD, gateway.url);
  assert.equal(gone.state, 'untested');
  assert.match('detail' in gone ? gone.detail : '', /^127\.0\.0\.1:\d+ refuses connections; .*\(ECONNREFUSED\)$/);
});

test('what the system says of the network is said in words, without the key', async () => {
  const thrown = (code: string) =>
    new TypeError('fetch failed', { cause: Object.assign(new Error(`getaddrinfo ${code} api.example`), { code }) });
  for (const [error, words] of [
    [thrown('ENOTFOUND'), /nobody here knows the host api\.example.*\(ENOTFOUND\)/],
    [thrown('EAI_AGAIN'), /could not be looked up now/],
    [thrown('ETIMEDOUT'), /did not answer in time/],
    [thrown('ENETUNREACH'), /cannot be reached from this network/],
    // Of the proxy, which says so itself.
    [
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('x'), {
          code: 'ECONNREFUSED',
          because: { code: 'network.proxyBrokeOff', args: { proxy: 'http://proxy:3128', source: 'HTTPS_PROXY' } },
        }),
      }),
      /proxy/i,
    ],
  ] as const) {
    const trial = await tryCredential(
      { source: 'stored', apiKey: GOOD },
      { fetch: () => Promise.reject(error), baseUrl: 'https://api.example', env: {} },
      never,
    );
    assert.ok(trial.state === 'untested' && trial.because !== undefined);
    assert.match(trial.detail, words);
    assert.doesNotMatch(JSON.stringify(trial), /getaddrinfo|sk-good/);
  }
});

test('a header of the settings that cannot be sent is told', async () => {
  const trial = await attempt(GOOD, service.url, { ANTHROPIC_CUSTOM_HEADERS: 'no colon' });
  assert.match('detail' in trial ? trial.detail : '', /ANTHROPIC_CUSTOM_HEADERS, line 1/);
});
