// Google Vertex AI: credentials of every kind, addresses, what is sent, and what a person reads when it fails.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Because } from '../../../src/contracts/permission.ts';
import type { ProviderOptions } from '../../../src/providers/index.ts';
import { vertexModelId, vertexProject, vertexRegion } from '../../../src/providers/vertexPlace.ts';
import { becauseOfFailure } from '../../../src/util/phrases/providers.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import {
  AUTHORIZED_USER,
  CLIENT_SECRET,
  type GoogleCloud,
  googleError,
  PRIVATE_KEY,
  REFRESH_TOKEN,
  SERVICE_ACCOUNT,
  startGoogleCloud,
} from '../../support/googleCloud.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { behavesAsAProvider } from './behaviour.ts';
import { answerOf, bodyOf, failureOf, providerFor, requestOf, user } from './providerKit.ts';

const home = mkdtempSync(path.join(tmpdir(), 'assent-vertex-'));
const keyFile = path.join(home, 'key.json');
const KEY_LINE = PRIVATE_KEY.split('\n')[1] ?? '';
const SECRETS = [KEY_LINE, REFRESH_TOKEN, CLIENT_SECRET, 'ya29.token'];
before(() => writeFile(keyFile, JSON.stringify(SERVICE_ACCOUNT)));
after(() => rmSync(home, { recursive: true, force: true }));

let shared: GoogleCloud | undefined;
behavesAsAProvider({
  name: 'vertex',
  start: async (rehearsal) => {
    const cloud = await startGoogleCloud(rehearsal);
    shared = cloud;
    const { url, connections } = cloud.front;
    return { url, connections, reset: cloud.reset, close: cloud.close };
  },
  env: (url) => ({
    CLAUDE_CODE_USE_VERTEX: '1',
    ANTHROPIC_VERTEX_BASE_URL: `${url}/v1`,
    GOOGLE_APPLICATION_CREDENTIALS: keyFile,
    HOME: home,
  }),
  noCredential: { GOOGLE_APPLICATION_CREDENTIALS: '', NO_GCE_CHECK: '1' },
  secrets: SECRETS,
  more: {
    fetch: (url, init) => {
      assert.ok(shared);
      return shared.fetch(url, init);
    },
  },
});

describe('Vertex AI', () => {
  let rehearsal: Rehearsal;
  let cloud: GoogleCloud;
  const hello = requestOf([user('Hello')]);
  const told: Because[] = [];
  const logged: unknown[] = [];
  before(async () => {
    rehearsal = await startRehearsal();
    cloud = await startGoogleCloud(rehearsal);
  });
  afterEach(() => {
    const text = JSON.stringify([told.splice(0), logged.splice(0)]);
    for (const secret of SECRETS) assert.equal(text.includes(secret), false, text);
    rehearsal.reset();
    cloud.reset();
    rehearsal.setScript({ turns: [[{ text: 'ok' }]], loop: true });
  });
  after(async () => {
    await cloud.close();
    await rehearsal.close();
  });
  before(() => rehearsal.setScript({ turns: [[{ text: 'ok' }]], loop: true }));

  const make = (env: Record<string, string> = {}, more: Partial<ProviderOptions> = {}) =>
    providerFor(
      { url: 'http://anthropic.invalid' },
      {
        CLAUDE_CODE_USE_VERTEX: '1',
        ANTHROPIC_AUTH_TOKEN: 'token-of-another-service',
        GOOGLE_APPLICATION_CREDENTIALS: keyFile,
        HOME: home,
        NO_GCE_CHECK: '1',
        ...env,
      },
      {
        ...vendorParts(),
        fetch: cloud.fetch,
        tell: (because) => told.push(because),
        onRequest: (facts) => logged.push(facts),
        ...more,
      },
    );
  const written = async (name: string, content: unknown): Promise<string> => {
    const file = path.join(home, name);
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  /** The failure, and what the person reads of it. */
  const failing = async (env: Record<string, string>, more: Partial<ProviderOptions> = {}, request = hello) => {
    const { failure } = await failureOf(make({ CLAUDE_CODE_MAX_RETRIES: '0', ...env }, more), request);
    const read = sayInEnglish(becauseOfFailure(failure));
    for (const secret of SECRETS) assert.equal(`${read} ${failure.detail}`.includes(secret), false);
    assert.equal(/\{\w+\}/.test(read), false, read);
    return { failure, read };
  };

  test('a service account: its assertion is exchanged once, and the token goes with every request', async () => {
    const provider = make();
    await answerOf(provider, hello);
    await answerOf(provider, hello);
    assert.deepEqual(cloud.asked(), ['oauth2.googleapis.com /token']);
    const headers = cloud.front.requests().map((request) => request.headers.authorization);
    assert.deepEqual(headers, [`Bearer ${cloud.tokens()[0]}`, `Bearer ${cloud.tokens()[0]}`]);
    assert.equal(cloud.sentTo()[0]?.startsWith('us-east5-aiplatform.googleapis.com/v1/projects/team-project/'), true);
  });

  test('the sign-in of gcloud, where its own file stands', async () => {
    const folder = path.join(home, '.config', 'gcloud');
    await mkdir(folder, { recursive: true });
    const file = path.join(folder, 'application_default_credentials.json');
    await writeFile(file, JSON.stringify(AUTHORIZED_USER));
    await answerOf(make({ GOOGLE_APPLICATION_CREDENTIALS: '', ANTHROPIC_VERTEX_PROJECT_ID: 'mine' }), hello);
    assert.match(cloud.sentTo()[0] ?? '', /projects\/mine\//);
    assert.equal(cloud.front.requests()[0]?.headers['x-goog-user-project'], 'quota-project');
    rmSync(file);
    const elsewhere = await mkdir(path.join(home, 'sdk'), { recursive: true });
    await writeFile(
      path.join(elsewhere ?? home, 'application_default_credentials.json'),
      JSON.stringify(AUTHORIZED_USER),
    );
    await answerOf(make({ GOOGLE_APPLICATION_CREDENTIALS: '', CLOUDSDK_CONFIG: path.join(home, 'sdk') }), hello);
    assert.match(cloud.sentTo()[1] ?? '', /projects\/quota-project\//);
  });

  test('the metadata of a machine of Google’s', async () => {
    cloud.onGoogle(true);
    await answerOf(make({ GOOGLE_APPLICATION_CREDENTIALS: '', NO_GCE_CHECK: '' }), hello);
    assert.match(cloud.sentTo()[0] ?? '', /projects\/machine-project\//);
    assert.equal(cloud.front.requests()[0]?.headers.authorization, `Bearer ${cloud.tokens()[0]}`);
  });

  test('workload identity federation', async () => {
    const subject = await written('subject', 'token-of-another-identity-provider');
    const file = await written('federated.json', {
      type: 'external_account',
      audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: 'https://sts.googleapis.com/v1/token',
      credential_source: { file: subject },
    });
    await answerOf(make({ GOOGLE_APPLICATION_CREDENTIALS: file, ANTHROPIC_VERTEX_PROJECT_ID: 'mine' }), hello);
    assert.deepEqual(cloud.asked(), ['sts.googleapis.com /v1/token']);
  });

  test('a new sign-in counts at once', async () => {
    const file = await written('changing.json', SERVICE_ACCOUNT);
    const provider = make({ GOOGLE_APPLICATION_CREDENTIALS: file });
    await answerOf(provider, hello);
    await writeFile(file, JSON.stringify({ ...SERVICE_ACCOUNT, project_id: 'another' }));
    await answerOf(provider, hello);
    assert.match(cloud.sentTo()[1] ?? '', /projects\/another\//);
    assert.equal(cloud.tokens().length, 2);
  });

  test('the body names Google’s version first, no model, and ends with the conversation', async () => {
    await answerOf(make(), { ...hello, session: '6f0c9c4e-1111-4222-8333-444455556666' });
    const [{ body, headers } = assert.fail('nothing was sent')] = cloud.front.requests();
    const keys = Object.keys(JSON.parse(body) as object);
    assert.equal(keys[0], 'anthropic_version');
    assert.equal(keys.at(-1), 'messages');
    assert.equal(headers['x-assent-session-id'], '6f0c9c4e-1111-4222-8333-444455556666');
    assert.equal(headers['authorization']?.includes('token-of-another-service'), false);
  });

  test('one more turn only appends to the bytes', async () => {
    const provider = make({ DISABLE_PROMPT_CACHING: '1' });
    const first = await answerOf(provider, hello);
    await answerOf(provider, requestOf([...hello.messages, first.message, user('More')]));
    const [one = '', two = ''] = cloud.front.requests().map((request) => request.body);
    assert.ok(two.startsWith(one.slice(0, -2)), `${one}\n${two}`);
  });

  test('betas, own headers and extra body', async () => {
    const env = {
      ANTHROPIC_BETAS: 'one-2026-01-01',
      ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue',
      CLAUDE_CODE_EXTRA_BODY: '{"metadata":{"user_id":"u"}}',
    };
    await answerOf(make(env), hello);
    const headers = cloud.front.requests()[0]?.headers;
    assert.equal(headers?.['anthropic-beta'], 'one-2026-01-01');
    assert.equal(headers?.['x-team'], 'blue');
    assert.deepEqual(bodyOf(rehearsal)['metadata'], { user_id: 'u' });
  });

  for (const [region, host] of [
    ['global', 'aiplatform.googleapis.com'],
    ['us', 'aiplatform.us.rep.googleapis.com'],
    ['eu', 'aiplatform.eu.rep.googleapis.com'],
    ['europe-west1', 'europe-west1-aiplatform.googleapis.com'],
    ['us-east5.evil.example/', 'us-east5-aiplatform.googleapis.com'],
    ['', 'us-east5-aiplatform.googleapis.com'],
  ] as const) {
    test(`CLOUD_ML_REGION “${region}” goes to ${host}`, async () => {
      await answerOf(make({ CLOUD_ML_REGION: region }), hello);
      const [sent = ''] = cloud.sentTo();
      assert.equal(sent.slice(0, sent.indexOf('/')), host);
      const place = host === 'us-east5-aiplatform.googleapis.com' ? 'us-east5' : region;
      assert.match(sent, new RegExp(`/locations/${place}/`));
    });
  }

  test('a model may have a region of its own', () => {
    const env = {
      CLOUD_ML_REGION: 'europe-west1',
      VERTEX_REGION_CLAUDE_HAIKU_4_5: 'us-central1',
      VERTEX_REGION_CLAUDE_4_8_OPUS: 'global',
    };
    assert.equal(vertexRegion('claude-haiku-4-5-20251001', env), 'us-central1');
    assert.equal(vertexRegion('claude-haiku-4-5@20251001', env), 'us-central1');
    assert.equal(vertexRegion('claude-opus-4-8', env), 'global');
    assert.equal(vertexRegion('claude-sonnet-5', env), 'europe-west1');
    assert.equal(
      vertexRegion('claude-sonnet-5', { ...env, VERTEX_REGION_CLAUDE_5_0_SONNET: 'asia-east1' }),
      'asia-east1',
    );
    assert.equal(vertexRegion('claude-3-5-haiku-20241022', { VERTEX_REGION_CLAUDE_3_5_HAIKU: 'us-east1' }), 'us-east1');
  });

  test('which project counts', () => {
    const all = { GCLOUD_PROJECT: 'a', GOOGLE_CLOUD_PROJECT: 'b', ANTHROPIC_VERTEX_PROJECT_ID: 'c' };
    assert.equal(vertexProject(all, { fromKeyFile: 'k' }), 'a');
    assert.equal(vertexProject({ ...all, GCLOUD_PROJECT: ' ' }, { fromKeyFile: 'k' }), 'b');
    assert.equal(vertexProject({ ANTHROPIC_VERTEX_PROJECT_ID: 'c' }, { fromKeyFile: 'k' }), 'k');
    assert.equal(vertexProject({ ANTHROPIC_VERTEX_PROJECT_ID: 'c' }, { fromElsewhere: 'q' }), 'c');
    assert.equal(vertexProject({}, { fromElsewhere: 'q' }), 'q');
  });

  test('models by Google’s names, and those that a person wrote as they are', async () => {
    assert.equal(vertexModelId('claude-haiku-4-5-20251001'), 'claude-haiku-4-5@20251001');
    assert.equal(vertexModelId('claude-opus-4-5'), 'claude-opus-4-5@20251101');
    assert.equal(vertexModelId('claude-sonnet-5'), 'claude-sonnet-5');
    assert.equal(vertexModelId('claude-haiku-4-5@20990101'), 'claude-haiku-4-5@20990101');
    assert.equal(vertexModelId('our-own-tuned'), 'our-own-tuned');
    await answerOf(make(), { ...hello, model: 'claude-haiku-4-5-20251001' });
    assert.match(cloud.sentTo()[0] ?? '', /\/models\/claude-haiku-4-5@20251001:streamRawPredict$/);
  });

  test('a gateway that signs in by itself is sent no credential', async () => {
    const gateway = {
      CLAUDE_CODE_SKIP_VERTEX_AUTH: '1',
      ANTHROPIC_VERTEX_PROJECT_ID: 'mine',
      ANTHROPIC_VERTEX_BASE_URL: `${cloud.front.url}/v1/`,
    };
    const { failure } = await failing(gateway);
    assert.equal(failure.status, 401);
    assert.equal(cloud.front.requests()[0]?.headers.authorization, undefined);
    assert.deepEqual(cloud.asked(), []);
  });

  test('more than 30 MB is said and not sent', async () => {
    const big = requestOf([user('x'.repeat(30_000_000))]);
    const { failure, read } = await failing({}, {}, big);
    assert.equal(failure.code, 'tooLarge');
    assert.match(read, /30\.0 MB, and Vertex AI takes at most 30 MB/);
    assert.deepEqual(cloud.sentTo(), []);
  });

  describe('what a person reads', () => {
    for (const [what, answer, code, words] of [
      [
        'an API that is off',
        googleError(403, 'PERMISSION_DENIED', 'Vertex AI API has not been used', 'SERVICE_DISABLED'),
        'permission',
        /not switched on in the Google Cloud project team-project/,
      ],
      [
        'no billing',
        googleError(403, 'PERMISSION_DENIED', 'This API requires billing', 'BILLING_DISABLED'),
        'billing',
        /project team-project has no billing account/,
      ],
      [
        'no role',
        googleError(403, 'PERMISSION_DENIED', "Permission 'aiplatform.endpoints.predict' denied"),
        'permission',
        /Vertex AI User/,
      ],
      [
        'no such model',
        { ...googleError(404, 'NOT_FOUND', 'Publisher Model was not found') },
        'notFound',
        /model assent-rehearsal is not available to the project team-project in the region us-east5/,
      ],
      ['a quota', googleError(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded'), 'rateLimit', /limits how fast/],
      [
        'an unknown location',
        googleError(400, 'INVALID_ARGUMENT', 'Unsupported location'),
        'badRequest',
        /refused the request/,
      ],
    ] as const) {
      test(what, async () => {
        cloud.refuseNext(answer);
        const { failure, read } = await failing({});
        assert.equal(failure.code, code);
        assert.match(read, words);
        assert.match(
          failure.detail,
          new RegExp((JSON.parse(answer.body) as { error: { message: string } }).error.message),
        );
      });
    }

    for (const [what, env, words] of [
      ['no credentials at all', { GOOGLE_APPLICATION_CREDENTIALS: '' }, /gcloud auth application-default login/],
      [
        'a file that is not there',
        { GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/key.json' },
        /\/nowhere\/key\.json cannot be read/,
      ],
      ['no project', { GOOGLE_APPLICATION_CREDENTIALS: 'USER' }, /ANTHROPIC_VERTEX_PROJECT_ID/],
      ['a file that is not JSON', { GOOGLE_APPLICATION_CREDENTIALS: 'BROKEN' }, /broken\.json are not valid JSON/],
      ['a kind of file that is not known', { GOOGLE_APPLICATION_CREDENTIALS: 'KIND' }, /of the kind “riddle”/],
      ['a file that lacks the key', { GOOGLE_APPLICATION_CREDENTIALS: 'PARTIAL' }, /partial\.json lack something/],
    ] as const) {
      test(what, async () => {
        const files: Record<string, string> = {
          USER: await written('user.json', { ...AUTHORIZED_USER, quota_project_id: undefined }),
          BROKEN: await written('broken.json', `{"private_key": "${PRIVATE_KEY}`),
          KIND: await written('kind.json', { type: 'riddle', private_key: PRIVATE_KEY }),
          PARTIAL: await written('partial.json', { ...SERVICE_ACCOUNT, private_key: undefined }),
        };
        const named = env.GOOGLE_APPLICATION_CREDENTIALS;
        const { failure, read } = await failing({ GOOGLE_APPLICATION_CREDENTIALS: files[named] ?? named });
        assert.equal(failure.code, 'noCredential');
        assert.match(read, words);
        assert.deepEqual(cloud.sentTo(), []);
      });
    }

    test('a program that fetches the token, before the folder is trusted', async () => {
      const ran = path.join(home, 'ran');
      const account = {
        type: 'external_account',
        audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x',
        subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        token_url: 'https://sts.googleapis.com/v1/token',
        credential_source: { executable: { command: `touch ${ran}` } },
      };
      const file = await written('program.json', account);
      const inside = await written('inside.json', {
        type: 'impersonated_service_account',
        service_account_impersonation_url: 'https://iamcredentials.googleapis.com/v1/p/-/s/a@b:generateAccessToken',
        source_credentials: account,
      });
      process.env['GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES'] = '1';
      try {
        for (const one of [file, inside]) {
          const { read } = await failing({ GOOGLE_APPLICATION_CREDENTIALS: one }, { mayStart: () => false });
          assert.match(read, /not started before this folder is trusted/);
          assert.equal(existsSync(ran), false);
        }
        // The check can fail: trusted, the program runs.
        await failing({ GOOGLE_APPLICATION_CREDENTIALS: file, ANTHROPIC_VERTEX_PROJECT_ID: 'p' });
        assert.equal(existsSync(ran), true);
      } finally {
        delete process.env['GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES'];
      }
    });

    test('an expired sign-in', async () => {
      cloud.refuseTokens({
        status: 400,
        body: '{"error":"invalid_grant","error_description":"Token has been expired or revoked."}',
      });
      const { failure, read } = await failing({
        GOOGLE_APPLICATION_CREDENTIALS: await written('user.json', AUTHORIZED_USER),
      });
      assert.equal(failure.code, 'authentication');
      assert.match(read, /has expired or was withdrawn/);
      assert.equal(failure.detail, 'invalid_grant: Token has been expired or revoked.');
      assert.deepEqual(cloud.sentTo(), []);
    });

    test('a token service that repeats what it was sent does not make us repeat it', async () => {
      const description = `no: ${REFRESH_TOKEN} of ${CLIENT_SECRET}`;
      cloud.refuseTokens({
        status: 401,
        body: JSON.stringify({ error: 'invalid_grant', error_description: description }),
      });
      const { failure } = await failing({
        GOOGLE_APPLICATION_CREDENTIALS: await written('user.json', AUTHORIZED_USER),
      });
      assert.equal(failure.detail, 'invalid_grant: no: [hidden] of [hidden]');
    });

    test('a token service that cannot be reached', async () => {
      const broken: typeof fetch = async (url, init) => {
        if (String(url).includes('oauth2'))
          throw new TypeError('fetch failed', {
            cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
          });
        return cloud.fetch(url, init);
      };
      const { failure, read } = await failing({}, { fetch: broken });
      assert.equal(failure.code, 'network');
      assert.equal(failure.retryable, true);
      assert.match(read, /sign-in service of Google Cloud cannot be reached/);
    });

    test('an address that sends requests on is not followed', async () => {
      cloud.refuseNext({ status: 302, headers: { location: 'https://elsewhere.example/x' }, body: '' });
      const { failure } = await failing({});
      assert.match(failure.detail, /https:\/\/elsewhere\.example, which Assent does not follow/);
      assert.equal(failure.retryable, false);
    });

    test('an address that is none', async () => {
      assert.match((await failing({ ANTHROPIC_VERTEX_BASE_URL: 'not an address' })).read, /ANTHROPIC_VERTEX_BASE_URL/);
    });
  });

  describe('gcpAuthRefresh', () => {
    test('runs when the sign-in has expired; what it says is told; the request is repeated', async () => {
      const file = await written('expired.json', AUTHORIZED_USER);
      const renewed = await written('renewed.json', SERVICE_ACCOUNT);
      cloud.refuseTokens({ status: 400, body: '{"error":"invalid_grant"}' });
      const runs: string[] = [];
      const provider = make(
        { GOOGLE_APPLICATION_CREDENTIALS: file, OTEL_HEADERS: 'told' },
        {
          helpers: () => ({
            gcpAuthRefresh: `echo "Open https://accounts.google.example/now token=ya29.token-0123456789 $OTEL_HEADERS"; cp '${renewed}' '${file}'`,
          }),
          tell: (because) => {
            told.push(because);
            runs.push(sayInEnglish(because));
            cloud.refuseTokens();
          },
        },
      );
      await answerOf(provider, hello);
      assert.deepEqual(runs, [
        'The Google Cloud sign-in has expired. The command of gcpAuthRefresh is running.',
        'gcpAuthRefresh: Open https://accounts.google.example/now token=[hidden]',
      ]);
      assert.equal(rehearsal.requests().length, 1);
    });

    test('runs when the service refuses a token', async () => {
      const provider = make({}, { helpers: () => ({ gcpAuthRefresh: 'true' }) });
      await answerOf(provider, hello);
      cloud.withdraw();
      await answerOf(provider, hello);
      assert.equal(cloud.tokens().length, 2);
      assert.equal(cloud.front.requests().length, 3);
    });

    test('is tried twice at most, and then the failure is said', async () => {
      const count = path.join(home, 'count');
      cloud.refuseTokens({ status: 400, body: '{"error":"invalid_grant"}' });
      const { failure } = await failing({}, { helpers: () => ({ gcpAuthRefresh: `echo x >> '${count}'; exit 3` }) });
      assert.equal(failure.code, 'authentication');
      assert.equal(await readFile(count, 'utf8'), 'x\nx\n');
      assert.ok(told.some(({ code, args }) => code === 'vertex.refreshFailed' && args['status'] === '3'));
    });

    test('is ended with the turn', async () => {
      cloud.refuseTokens({ status: 400, body: '{"error":"invalid_grant"}' });
      const stop = new AbortController();
      const provider = make(
        {},
        {
          helpers: () => ({ gcpAuthRefresh: 'echo waiting; sleep 600' }),
          tell: ({ code }) => {
            if (code === 'vertex.refreshSays') stop.abort();
          },
        },
      );
      const { failure } = await failureOf(provider, hello, stop.signal);
      assert.equal(failure.code, 'cancelled');
    });
  });
});
