// Which credential is sent, and how: the rows of spec/authentication.md §2, and what a person reads when one is refused.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { StoredCredential } from '../../../src/contracts/provider.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { becauseOfFailure } from '../../../src/util/phrases/providers.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { type FrontAnswer, startFront } from '../../support/front.ts';
import { type KeyService, type Sent, startKeyService } from '../../support/keyService.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { answerOf, failureOf, requestOf, user } from './providerKit.ts';

const KEY = 'sk-variable-0123456789';
const TOKEN = 'token-variable-0123456789';
const OAUTH = 'oauth-variable-0123456789';
const HELPER = 'helper-printed-0123456789';
const STORED = 'sk-stored-0123456789';
const LOGIN = 'login-token-0123456789';
const hello = requestOf([user('Hello')]);

describe('credentials', () => {
  let rehearsal: Rehearsal;
  let service: KeyService;
  let refused: Sent[] = [];
  let folder: string;
  before(async () => {
    rehearsal = await startRehearsal({ script: { turns: [[{ text: 'ok' }]], loop: true } });
    folder = await mkdtemp(path.join(tmpdir(), 'assent-credentials-'));
    service = await startKeyService(rehearsal, {
      accepts: (sent) => !refused.some((one) => one.key === sent.key && one.bearer === sent.bearer),
    });
  });
  beforeEach(() => {
    service.reset();
    refused = [];
  });
  after(async () => {
    await service.close();
    await rehearsal.close();
    await rm(folder, { recursive: true });
  });

  type Given = { env?: Record<string, string>; helper?: string; stored?: StoredCredential; login?: string };
  const kept = (more: Partial<StoredCredential> = {}): StoredCredential => ({
    label: 'Work',
    origin: service.url,
    apiKey: STORED,
    ...more,
  });
  const providerOf = ({ env = {}, helper, stored, login }: Given) =>
    createProvider({
      env: () => ({ PATH: process.env['PATH'], HOME: folder, ANTHROPIC_BASE_URL: service.url, ...env }),
      ...vendorParts({
        stored: async () => stored,
        helpers: () => (helper === undefined ? {} : { apiKeyHelper: helper }),
        ...(login === undefined ? {} : { login: async () => login }),
      }),
      clock: { now: () => 0, random: () => 0, sleep: async () => {} },
    });
  const sentWith = async (given: Given): Promise<Sent | undefined> => {
    await answerOf(providerOf(given), hello);
    assert.equal(service.messages().length, 1);
    return service.messages()[0];
  };
  const all = { ANTHROPIC_AUTH_TOKEN: TOKEN, ANTHROPIC_API_KEY: KEY, CLAUDE_CODE_OAUTH_TOKEN: OAUTH };
  const helper = `printf '${HELPER}\\n'`;

  const rows: Array<[string, () => Given, Sent]> = [
    ['a login goes before everything', () => ({ env: all, helper, stored: kept(), login: LOGIN }), { bearer: LOGIN }],
    ['a token goes before a key, and alone', () => ({ env: all, helper, stored: kept() }), { bearer: TOKEN }],
    [
      'a key goes before a helper',
      () => ({ env: { ANTHROPIC_API_KEY: KEY, CLAUDE_CODE_OAUTH_TOKEN: OAUTH }, helper, stored: kept() }),
      { key: KEY },
    ],
    [
      'a helper is sent in both ways, and goes before what is stored',
      () => ({ env: { CLAUDE_CODE_OAUTH_TOKEN: OAUTH }, helper, stored: kept() }),
      { key: HELPER, bearer: HELPER },
    ],
    [
      'an imported token goes before what is stored',
      () => ({ env: { CLAUDE_CODE_OAUTH_TOKEN: OAUTH }, stored: kept() }),
      { bearer: OAUTH },
    ],
    ['what was typed in comes last', () => ({ stored: kept() }), { key: STORED }],
    [
      'a token that was typed in is a bearer',
      () => ({ stored: { label: 'Gateway', origin: service.url, authToken: TOKEN } }),
      { bearer: TOKEN },
    ],
    [
      'an empty value counts as none',
      () => ({
        env: { ANTHROPIC_AUTH_TOKEN: '', ANTHROPIC_API_KEY: '  ', CLAUDE_CODE_OAUTH_TOKEN: '', ANTHROPIC_PROFILE: '' },
        stored: kept(),
      }),
      { key: STORED },
    ],
  ];
  for (const [name, given, sent] of rows) {
    test(name, async () => assert.deepEqual(await sentWith(given()), sent));
  }

  test('an imported token brings the beta that its service wants, also where others are taken out', async () => {
    const env = { CLAUDE_CODE_OAUTH_TOKEN: OAUTH, CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS: '1' };
    await answerOf(providerOf({ env }), hello);
    assert.equal(service.requests()[0]?.headers['anthropic-beta'], 'oauth-2025-04-20');
    service.reset();
    await answerOf(providerOf({ env: { ANTHROPIC_AUTH_TOKEN: TOKEN } }), hello);
    assert.equal(service.requests()[0]?.headers['anthropic-beta'], undefined);
  });

  test('nothing at all is said, and nothing is sent', async () => {
    const { failure } = await failureOf(providerOf({}), hello);
    assert.equal(failure.code, 'noCredential');
    assert.match(sayInEnglish(becauseOfFailure(failure)), /Run “Assent: Sign In”/);
    assert.deepEqual(service.requests(), []);
  });

  test('what was typed in for one host is not sent to another', async () => {
    const stored = kept({ origin: 'https://api.anthropic.com' });
    const { failure } = await failureOf(providerOf({ stored }), hello);
    assert.equal(failure.because?.code, 'credentials.otherHost');
    const says = sayInEnglish(becauseOfFailure(failure));
    assert.match(
      says,
      /\(Work\) is for api\.anthropic\.com, but requests go to 127\.0\.0\.1:\d+ now\. It was not sent/,
    );
    assert.deepEqual(service.requests(), []);
  });

  test('a login’s own address is where its token goes', async () => {
    const login = { login: async () => LOGIN, loginBaseUrl: () => service.url };
    const provider = createProvider({
      env: () => ({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' }),
      ...vendorParts(login),
      clock: { now: () => 0, random: () => 0, sleep: async () => {} },
    });
    await answerOf(provider, hello);
    assert.deepEqual(service.messages(), [{ bearer: LOGIN }]);
  });

  test('a login that cannot give a token is said, and no other credential is taken in its place', async () => {
    const because = { code: 'credentials.refused.login', args: {} };
    const provider = createProvider({
      env: () => ({ ANTHROPIC_BASE_URL: service.url, ANTHROPIC_API_KEY: KEY }),
      ...vendorParts({
        login: async () => {
          throw Object.assign(new Error('signed out by the provider'), { because });
        },
      }),
    });
    const { failure } = await failureOf(provider, hello);
    assert.deepEqual(failure.because, because);
    assert.deepEqual(service.requests(), []);
  });

  test('a login that was refused is renewed once', async () => {
    refused = [{ bearer: 'old-token-0123456789' }];
    const asked: boolean[] = [];
    let token = 'old-token-0123456789';
    const provider = createProvider({
      env: () => ({ ANTHROPIC_BASE_URL: service.url }),
      ...vendorParts({
        login: async (renew) => {
          asked.push(renew);
          if (renew) token = LOGIN;
          return token;
        },
      }),
      clock: { now: () => 0, random: () => 0, sleep: async () => {} },
    });
    await answerOf(provider, hello);
    assert.deepEqual(service.messages(), [{ bearer: 'old-token-0123456789' }, { bearer: LOGIN }]);
    assert.equal(asked.filter((renew) => renew).length, 1);
  });

  const refusals: Array<[string, () => Given, Sent, RegExp]> = [
    ['a variable', () => ({ env: { ANTHROPIC_API_KEY: KEY } }), { key: KEY }, /ANTHROPIC_API_KEY was not accepted/],
    ['a token', () => ({ env: { ANTHROPIC_AUTH_TOKEN: TOKEN } }), { bearer: TOKEN }, /ANTHROPIC_AUTH_TOKEN was not/],
    [
      'an imported token',
      () => ({ env: { CLAUDE_CODE_OAUTH_TOKEN: OAUTH } }),
      { bearer: OAUTH },
      /CLAUDE_CODE_OAUTH_TOKEN was not accepted/,
    ],
    ['what is stored', () => ({ stored: kept() }), { key: STORED }, /key that you entered \(Work\) was not accepted/],
    ['a login', () => ({ login: LOGIN }), { bearer: LOGIN }, /team’s sign-in was not accepted/],
    ['a helper', () => ({ helper }), { key: HELPER, bearer: HELPER }, /apiKeyHelper script gives was not accepted/],
  ];
  for (const [name, given, sent, says] of refusals) {
    test(`${name} that is refused is named, without its value, and the service’s words stand apart`, async () => {
      refused = [sent];
      const { failure } = await failureOf(providerOf(given()), hello);
      assert.equal(failure.code, 'authentication');
      const sentence = sayInEnglish(becauseOfFailure(failure));
      assert.match(sentence, says);
      assert.doesNotMatch(sentence, /invalid x-api-key/);
      assert.equal(failure.detail, 'invalid x-api-key');
      for (const secret of Object.values(sent)) assert.ok(!JSON.stringify(failure).includes(secret));
    });
  }

  test('a service that repeats what it refused does not make us repeat it', async () => {
    const echo = await startKeyService(rehearsal, { accepts: () => false, words: `no: ${STORED} / ${HELPER}` });
    try {
      for (const given of [{ stored: kept({ origin: echo.url }) }, { helper }]) {
        const { failure } = await failureOf(providerOf({ ...given, env: { ANTHROPIC_BASE_URL: echo.url } }), hello);
        const [secret] = Object.values(echo.messages()[0] ?? {});
        assert.ok(secret && !JSON.stringify(failure).includes(secret), JSON.stringify(failure));
        echo.reset();
      }
    } finally {
      await echo.close();
    }
  });

  const half = `${'.'.repeat(490)} ${STORED}`;
  const echoes: Array<[string, FrontAnswer]> = [
    ['where its words are cut', { status: 403, body: JSON.stringify({ error: { type: 'x', message: half } }) }],
    [
      'in a page with status 200',
      { status: 200, headers: { 'content-type': 'text/html' }, body: `<p>${STORED}</p> ${half}` },
    ],
    ...[STORED, half].map((words): [string, FrontAnswer] => [
      `in an error of the stream, after ${words.length} characters`,
      {
        status: 200,
        headers: { 'content-type': 'text/event-stream' },
        body: `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'api_error', message: words } })}\n\n`,
      },
    ]),
  ];
  for (const [where, answer] of echoes) {
    test(`a key that the service repeats ${where} is in no failure and no log, in no part`, async () => {
      const echo = await startFront(rehearsal, { receive: () => ({ answer }) });
      try {
        const logged: unknown[] = [];
        const provider = createProvider({
          env: () => ({ ANTHROPIC_BASE_URL: echo.url, CLAUDE_CODE_MAX_RETRIES: '0' }),
          ...vendorParts({ stored: async () => kept({ origin: echo.url }) }),
          onRequest: (facts) => logged.push(facts),
        });
        const { failure } = await failureOf(provider, hello);
        assert.equal(echo.requests()[0]?.headers['x-api-key'], STORED);
        assert.doesNotMatch(JSON.stringify([failure, logged]), /sk-stor|0123456789/);
      } finally {
        await echo.close();
      }
    });
  }

  test('a token goes to the address that its login had when it was asked for, whatever settings say a moment later', async () => {
    let address = service.url;
    const provider = createProvider({
      env: () => ({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', CLAUDE_CODE_MAX_RETRIES: '0' }),
      ...vendorParts({
        loginBaseUrl: () => address,
        login: async () => {
          address = 'http://127.0.0.1:9';
          return LOGIN;
        },
      }),
    });
    await answerOf(provider, hello);
    assert.deepEqual(service.messages(), [{ bearer: LOGIN }]);
  });

  describe('profiles and federation', () => {
    const identity = 'header.payload.signature';
    const federation = {
      ANTHROPIC_FEDERATION_RULE_ID: 'fdrl_1',
      ANTHROPIC_ORGANIZATION_ID: 'org-1',
      ANTHROPIC_IDENTITY_TOKEN: identity,
    };

    test('variables alone are exchanged for a token, which is sent as a bearer and used again', async () => {
      const exchange = await startExchange(rehearsal);
      try {
        const provider = providerOf({
          env: { ...federation, ANTHROPIC_BASE_URL: exchange.url },
          stored: kept(),
        });
        await answerOf(provider, hello);
        await answerOf(provider, hello);
        assert.deepEqual(exchange.exchanged, [
          {
            grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
            assertion: identity,
            federation_rule_id: 'fdrl_1',
            organization_id: 'org-1',
          },
        ]);
        assert.deepEqual(exchange.bearers, ['minted-1-0123456789', 'minted-1-0123456789']);
      } finally {
        await exchange.close();
      }
    });

    test('a token that is refused is exchanged anew, once', async () => {
      const exchange = await startExchange(rehearsal, ['minted-1-0123456789']);
      try {
        await answerOf(providerOf({ env: { ...federation, ANTHROPIC_BASE_URL: exchange.url } }), hello);
        assert.deepEqual(exchange.bearers, ['minted-1-0123456789', 'minted-2-0123456789']);
      } finally {
        await exchange.close();
      }
    });

    test('a profile of the file goes before variables, and its identity is read from its file', async () => {
      const exchange = await startExchange(rehearsal);
      try {
        await mkdir(path.join(folder, 'configs'), { recursive: true });
        await writeFile(path.join(folder, 'identity'), `${identity}\n`);
        const authentication = {
          type: 'oidc_federation',
          federation_rule_id: 'fdrl_file',
          identity_token: { source: 'file', path: path.join(folder, 'identity') },
        };
        const profile = { organization_id: 'org-file', workspace_id: 'ws', authentication };
        await writeFile(path.join(folder, 'configs/work.json'), JSON.stringify(profile));
        const env = { ...federation, ANTHROPIC_PROFILE: 'work', ANTHROPIC_CONFIG_DIR: folder };
        await answerOf(providerOf({ env: { ...env, ANTHROPIC_BASE_URL: exchange.url } }), hello);
        assert.deepEqual(exchange.exchanged, [
          {
            grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
            assertion: identity,
            federation_rule_id: 'fdrl_file',
            organization_id: 'org-file',
            workspace_id: 'ws',
          },
        ]);
      } finally {
        await exchange.close();
      }
    });

    const faults: Array<[Record<string, string>, RegExp]> = [
      [
        { ANTHROPIC_FEDERATION_RULE_ID: 'fdrl_1' },
        /ANTHROPIC_FEDERATION_RULE_ID is set, but ANTHROPIC_ORGANIZATION_ID/,
      ],
      [
        { ANTHROPIC_FEDERATION_RULE_ID: 'fdrl_1', ANTHROPIC_ORGANIZATION_ID: 'org' },
        /but ANTHROPIC_IDENTITY_TOKEN_FILE is not/,
      ],
      [{ ANTHROPIC_PROFILE: 'nobody' }, /names the profile “nobody”, but .*nobody\.json cannot be read/],
      [{ ANTHROPIC_PROFILE: '../../etc/passwd' }, /cannot be read/],
      [{ ANTHROPIC_PROFILE: 'chat' }, /kind of sign-in \(user_oauth\) Assent does not have/],
    ];
    for (const [env, says] of faults) {
      test(`${JSON.stringify(env)} is said, and no other account is used`, async () => {
        await mkdir(path.join(folder, 'configs'), { recursive: true });
        await writeFile(
          path.join(folder, 'configs/chat.json'),
          JSON.stringify({ authentication: { type: 'user_oauth', client_id: 'c' } }),
        );
        const given = { env: { ...env, ANTHROPIC_CONFIG_DIR: folder }, stored: kept() };
        const { failure } = await failureOf(providerOf(given), hello);
        assert.equal(failure.code, 'noCredential');
        const sentence = sayInEnglish(becauseOfFailure(failure));
        assert.match(sentence, says);
        assert.match(sentence, /no other account is used in its place/);
        assert.deepEqual(service.requests(), []);
      });
    }

    test('an exchange that fails is said without the identity token', async () => {
      const exchange = await startExchange(rehearsal, [], 400);
      try {
        const env = { ...federation, ANTHROPIC_BASE_URL: exchange.url };
        const { failure } = await failureOf(providerOf({ env, stored: kept({ origin: exchange.url }) }), hello);
        assert.equal(failure.because?.code, 'credentials.profile.failed');
        assert.doesNotMatch(JSON.stringify(failure), /header\.payload\.signature/);
        assert.deepEqual(exchange.bearers, []);
      } finally {
        await exchange.close();
      }
    });
  });
});

/** The token endpoint of the API, in front of the API itself. `refused` are bearers that the API does not take. */
async function startExchange(rehearsal: Rehearsal, refused: string[] = [], status = 200) {
  const exchanged: unknown[] = [];
  const bearers: string[] = [];
  const front = await startFront(rehearsal, {
    receive: ({ path: at, headers, body }) => {
      if (at === '/v1/oauth/token') {
        exchanged.push(JSON.parse(body));
        const token = { access_token: `minted-${exchanged.length}-0123456789`, token_type: 'Bearer', expires_in: 3600 };
        const error = { error: { message: `bad assertion ${JSON.parse(body).assertion}` } };
        return { answer: { status, body: JSON.stringify(status === 200 ? token : error) } };
      }
      const bearer = headers.authorization?.replace('Bearer ', '') ?? '';
      bearers.push(bearer);
      if (!refused.includes(bearer)) return { ask: JSON.parse(body) };
      return {
        answer: { status: 401, body: JSON.stringify({ error: { type: 'authentication_error', message: 'no' } }) },
      };
    },
  });
  return { url: front.url, exchanged, bearers, close: () => front.close() };
}
