// Whom the organisation lets in: what is refused, what the person reads, and that nothing is sent before it is proven.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { ForcedLogin, Provider, StoredCredential } from '../../../src/contracts/provider.ts';
import { asFarAsLetIn, whyRefused } from '../../../src/providers/forcedLogin.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { underLogin, vendorOf } from '../../../src/providers/vendorOf.ts';
import { becauseOfFailure } from '../../../src/util/phrases/providers.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { type KeyService, startKeyService } from '../../support/keyService.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { answerOf, failureOf, requestOf, user } from './providerKit.ts';

const FILE = '/etc/claude-code/managed-settings.json';
const OURS = '6f1d2c3b-0000-4000-8000-000000000001';
const THEIRS = '6f1d2c3b-0000-4000-8000-000000000002';
const OUR_KEY = 'sk-ours-0123456789';
const THEIR_KEY = 'sk-theirs-0123456789';
const NAMELESS_KEY = 'sk-nameless-0123456789';
const BAD_KEY = 'sk-bad-0123456789';
const hello = requestOf([user('The secret plans')]);

describe('a forced login', () => {
  let rehearsal: Rehearsal;
  let service: KeyService;
  before(async () => {
    rehearsal = await startRehearsal({ script: { turns: [[{ text: 'ok' }]], loop: true } });
    service = await startKeyService(rehearsal, {
      accepts: ({ key }) => key !== BAD_KEY,
      organizationOf: ({ key }) => (key === OUR_KEY ? OURS : key === THEIR_KEY ? THEIRS : undefined),
    });
  });
  beforeEach(() => service.reset());
  after(async () => {
    await service.close();
    await rehearsal.close();
  });

  type Given = {
    forced: Omit<ForcedLogin, 'file'>;
    env?: Record<string, string>;
    helper?: string;
    key?: string;
    stored?: StoredCredential;
    login?: string;
    loginBaseUrl?: string;
  };
  function providerOf({ forced, env = {}, helper, key, stored, login, loginBaseUrl }: Given) {
    const typed = key === undefined ? undefined : { label: 'Work', origin: service.url, apiKey: key };
    return createProvider({
      env: () => ({ ANTHROPIC_BASE_URL: service.url, PATH: process.env['PATH'], ...env }),
      ...vendorParts({
        forced: () => ({ file: FILE, ...forced }),
        stored: async () => stored ?? typed,
        helpers: () => (helper === undefined ? {} : { apiKeyHelper: helper }),
        ...(login === undefined ? {} : { login: async () => login, loginBaseUrl: () => loginBaseUrl }),
      }),
      clock: { now: () => 0, random: () => 0, sleep: async () => {} },
    });
  }
  const consoleOnly = { method: 'console' } as const;
  const gatewayOnly = () => ({ method: 'gateway', gatewayUrl: `${service.url}/` }) as const;
  const ours = { organizations: [OURS] };

  const refused: Array<[string, () => Given, RegExp]> = [
    [
      'a chat account, whatever there is',
      () => ({ forced: { method: 'claudeai' }, key: OUR_KEY }),
      /with a chat account/,
    ],
    [
      'console: a key of the environment',
      () => ({ forced: consoleOnly, env: { ANTHROPIC_API_KEY: OUR_KEY }, key: OUR_KEY }),
      /only keys that are entered by hand \(.*managed-settings\.json\), and ANTHROPIC_API_KEY is set\..*Unset ANTHROPIC_API_KEY/,
    ],
    [
      'console: a token of the environment',
      () => ({ forced: consoleOnly, env: { ANTHROPIC_AUTH_TOKEN: OUR_KEY } }),
      /ANTHROPIC_AUTH_TOKEN is set/,
    ],
    ['console: a helper', () => ({ forced: consoleOnly, helper: 'echo never-run > ran' }), /apiKeyHelper is set/],
    [
      'console: an imported token',
      () => ({ forced: consoleOnly, env: { CLAUDE_CODE_OAUTH_TOKEN: OUR_KEY } }),
      /CLAUDE_CODE_OAUTH_TOKEN is set/,
    ],
    [
      'console: a profile',
      () => ({ forced: consoleOnly, env: { ANTHROPIC_PROFILE: 'work' } }),
      /ANTHROPIC_PROFILE is set/,
    ],
    [
      'console: a token of a gateway that was typed in',
      () => ({ forced: consoleOnly, stored: { label: 'Gate', origin: service.url, authToken: OUR_KEY } }),
      /only keys that are entered by hand/,
    ],
    [
      'console: a cloud',
      () => ({ forced: consoleOnly, env: { CLAUDE_CODE_USE_VERTEX: '1' }, key: OUR_KEY }),
      /CLAUDE_CODE_USE_VERTEX is set/,
    ],
    ['gateway: a typed key', () => ({ forced: gatewayOnly(), key: OUR_KEY }), /only the sign-in to its gateway/],
    [
      'console: a header that goes before the typed key',
      () => ({
        forced: consoleOnly,
        env: { ANTHROPIC_CUSTOM_HEADERS: `X-Ok: 1\nX-API-Key : ${THEIR_KEY}` },
        key: OUR_KEY,
      }),
      /ANTHROPIC_CUSTOM_HEADERS is set/,
    ],
    [
      'gateway: a header that goes before the login',
      () => ({
        forced: gatewayOnly(),
        env: { ANTHROPIC_CUSTOM_HEADERS: `authorization: Bearer ${THEIR_KEY}` },
        login: OUR_KEY,
        loginBaseUrl: service.url,
      }),
      /ANTHROPIC_CUSTOM_HEADERS would be used/,
    ],
    [
      'organisation: a header beside the key of it',
      () => ({ forced: ours, env: { ANTHROPIC_CUSTOM_HEADERS: `Authorization: Bearer ${THEIR_KEY}` }, key: OUR_KEY }),
      /ANTHROPIC_CUSTOM_HEADERS does not say whose it is/,
    ],
    [
      'gateway: a login elsewhere',
      () => ({ forced: gatewayOnly(), login: OUR_KEY, loginBaseUrl: 'https://other.example' }),
      /only its gateway at http.*, and requests would go to https:\/\/other\.example/,
    ],
    [
      'organisation: a key of the environment, which proves nothing',
      () => ({ forced: ours, env: { ANTHROPIC_API_KEY: OUR_KEY } }),
      /ANTHROPIC_API_KEY does not say whose it is/,
    ],
    ['organisation: a login', () => ({ forced: ours, login: OUR_KEY }), /does not say whose it is/],
    [
      'organisation: nobody’s',
      () => ({ forced: { organizations: [] }, key: OUR_KEY }),
      /an organisation that yours does/,
    ],
    [
      'organisation: another one',
      () => ({ forced: ours, key: THEIR_KEY }),
      /belongs to an organisation that yours does not/,
    ],
    [
      'organisation: not said',
      () => ({ forced: ours, key: NAMELESS_KEY }),
      /127\.0\.0\.1:\d+ does not say whose this key is/,
    ],
    ['organisation: a wrong key', () => ({ forced: ours, key: BAD_KEY }), /\(Work\) was not accepted/],
  ];
  for (const [name, given, says] of refused) {
    test(`${name}: nothing of the conversation is sent`, async () => {
      const { failure } = await failureOf(providerOf(given()), hello);
      const sentence = sayInEnglish(becauseOfFailure(failure));
      assert.match(sentence, says);
      assert.equal(failure.retryable, false);
      assert.deepEqual(service.messages(), []);
      assert.ok(service.requests().every(({ body }) => body === ''));
      assert.doesNotMatch(JSON.stringify(failure), /sk-(ours|theirs|nameless|bad)/);
    });
  }

  const allowed: Array<[string, () => Given]> = [
    ['console: a typed key', () => ({ forced: consoleOnly, key: OUR_KEY })],
    [
      'console: a typed key, with headers that sign nobody in',
      () => ({ forced: consoleOnly, env: { ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue' }, key: OUR_KEY }),
    ],
    ['gateway: the login to it', () => ({ forced: gatewayOnly(), login: OUR_KEY, loginBaseUrl: service.url })],
    ['organisation: a key of it', () => ({ forced: ours, key: OUR_KEY })],
    [
      'organisation: one of several, in capitals',
      () => ({ forced: { ...consoleOnly, organizations: [THEIRS, OURS.toUpperCase()] }, key: OUR_KEY }),
    ],
  ];
  for (const [name, given] of allowed) {
    test(`${name} is let in`, async () => {
      await answerOf(providerOf(given()), hello);
      assert.equal(service.messages().length, 1);
    });
  }

  test('whose key it is is asked once, and again after everything was forgotten', async () => {
    const provider = providerOf({ forced: ours, key: OUR_KEY });
    await answerOf(provider, hello);
    await answerOf(provider, hello);
    const asked = () => service.requests().filter(({ path }) => path.startsWith('/v1/models')).length;
    assert.equal(asked(), 1);
    provider.forget();
    await answerOf(provider, hello);
    assert.equal(asked(), 2);
  });

  test('a service that cannot be asked proves nothing', async () => {
    const gateway = await startKeyService(rehearsal, { withoutModels: true });
    try {
      const stored = { label: 'Work', origin: gateway.url, apiKey: OUR_KEY };
      const given = { forced: ours, stored, env: { ANTHROPIC_BASE_URL: gateway.url } };
      const { failure } = await failureOf(providerOf(given), hello);
      assert.equal(failure.because?.code, 'credentials.force.unproven');
      assert.deepEqual(gateway.messages(), []);
    } finally {
      await gateway.close();
    }
  });
});

test('a provider is asked only as far as the organisation lets it in', async () => {
  const asked: string[] = [];
  const inner: Provider = {
    id: 'editor',
    async *stream({ model }) {
      asked.push(model);
      yield { type: 'failed', failure: { code: 'cancelled', detail: '', retryable: false } };
    },
  };
  let forced: ForcedLogin | undefined = { file: FILE, method: 'console' };
  const provider = asFarAsLetIn(inner, () => whyRefused(forced, { source: 'none', name: 'VS Code', baseUrl: '' }));
  const { failure } = await failureOf(provider, hello);
  assert.equal(failure.because?.code, 'credentials.force.editor');
  assert.deepEqual(asked, []);
  forced = undefined;
  await failureOf(provider, hello);
  assert.equal(asked.length, 1);
});

test('a login goes before the choice of a cloud, to its own address', () => {
  const env = { CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_BASE_URL: 'https://a.example', AWS_REGION: 'eu-west-1' };
  assert.equal(vendorOf(env), 'bedrock');
  const under = underLogin(env, 'https://b.example');
  assert.equal(vendorOf(under), 'anthropic');
  assert.equal(under['ANTHROPIC_BASE_URL'], 'https://b.example');
  assert.equal(underLogin(env, undefined)['ANTHROPIC_BASE_URL'], 'https://a.example');
});
