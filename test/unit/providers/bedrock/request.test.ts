// What is particular to a request to Bedrock: address, region, model, body, headers, and who may be asked how.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { awsRegion } from '../../../../src/providers/awsRegion.ts';
import { openBedrock } from '../../../../src/providers/bedrock.ts';
import { bedrockModel, mantleModel } from '../../../../src/providers/bedrockModels.ts';
import { openMantle } from '../../../../src/providers/mantle.ts';
import { sayInEnglish } from '../../../../src/util/phrases.ts';
import { BEARER, type Bedrock, KEYS, startBedrock } from '../../../support/aws/bedrock.ts';
import { faultOfSignature } from '../../../support/aws/signature.ts';
import type { FrontRequest } from '../../../support/front.ts';
import { type Rehearsal, startRehearsal } from '../../../support/rehearsal/server.ts';
import { vendorParts } from '../../../support/vendorParts.ts';
import { answerOf, failureOf, providerFor, requestOf, user } from '../providerKit.ts';

const hello = requestOf([user('Hello')]);
const signed = {
  CLAUDE_CODE_USE_BEDROCK: '1',
  HOME: '/nonexistent',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  AWS_SESSION_TOKEN: KEYS.sessionToken,
};

describe('a request to Bedrock', () => {
  let rehearsal: Rehearsal;
  let bedrock: Bedrock;
  before(async () => {
    rehearsal = await startRehearsal({ script: { turns: [[{ text: 'ok' }]], loop: true } });
    bedrock = await startBedrock(rehearsal);
  });
  afterEach(() => {
    rehearsal.reset();
    bedrock.reset();
  });
  after(async () => {
    await bedrock.close();
    await rehearsal.close();
  });

  async function sentWith(env: Record<string, string> = {}, request = hello): Promise<FrontRequest> {
    const provider = providerFor(rehearsal, { ANTHROPIC_BEDROCK_BASE_URL: bedrock.url, ...signed, ...env });
    await answerOf(provider, request);
    const sent = bedrock.requests().at(-1);
    assert.ok(sent);
    return sent;
  }

  test('version and betas stand in the body, the conversation last, and nothing else says so', async () => {
    const sent = await sentWith({
      ANTHROPIC_BETAS: 'one-2026-01-01, two-2026-01-01',
      CLAUDE_CODE_EXTRA_BODY: '{"metadata":{"user_id":"u"}}',
    });
    const body = JSON.parse(sent.body) as Record<string, unknown>;
    assert.equal(body['anthropic_version'], 'bedrock-2023-05-31');
    assert.deepEqual(body['anthropic_beta'], ['one-2026-01-01', 'two-2026-01-01']);
    assert.deepEqual(body['metadata'], { user_id: 'u' });
    assert.equal(Object.keys(body).at(-1), 'messages');
    assert.equal('model' in body || 'stream' in body, false);
    const names = Object.keys(sent.headers);
    assert.deepEqual(
      names.filter((name) => /^(anthropic-|x-api-key|x-stainless)/.test(name)),
      [],
    );
  });

  test('own headers and the tier are sent, and signed', async () => {
    const sent = await sentWith({
      ANTHROPIC_CUSTOM_HEADERS: 'X-Amzn-Bedrock-GuardrailIdentifier: g-1\nX-Amzn-Bedrock-GuardrailVersion: 2',
      ANTHROPIC_BEDROCK_SERVICE_TIER: 'priority',
    });
    assert.equal(sent.headers['x-amzn-bedrock-guardrailidentifier'], 'g-1');
    assert.equal(sent.headers['x-amzn-bedrock-service-tier'], 'priority');
    assert.match(String(sent.headers.authorization), /SignedHeaders=[^,]*x-amzn-bedrock-guardrailidentifier/);
  });

  for (const [written, wire] of [
    ['claude-opus-5', 'us.anthropic.claude-opus-5'],
    ['claude-sonnet-4-5-20250929', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'us.anthropic.claude-haiku-4-5-20251001-v1:0'],
    [
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/assent-rehearsal',
      'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile%2Fassent-rehearsal',
    ],
    ['a model (of ours) é', 'a%20model%20(of%20ours)%20%C3%A9'],
  ] as const) {
    test(`${written} goes into the path whole, and the signature holds`, async () => {
      const provider = providerFor(rehearsal, { ANTHROPIC_BEDROCK_BASE_URL: bedrock.url, ...signed });
      const end = provider.stream({ ...hello, model: written }, new AbortController().signal);
      for await (const _event of end);
      const sent = bedrock.requests().at(-1);
      assert.ok(sent);
      assert.equal(sent.path, `/model/${wire}/invoke-with-response-stream`);
      assert.equal(faultOfSignature(sent, { keys: KEYS, service: 'bedrock', region: 'us-east-1' }), undefined);
    });
  }

  test('the check of signatures sees what was changed on the way', async () => {
    const sent = await sentWith();
    const check = (more: Partial<FrontRequest>) =>
      faultOfSignature({ ...sent, ...more }, { keys: KEYS, service: 'bedrock', region: 'us-east-1' });
    assert.equal(check({}), undefined);
    assert.equal(check({ body: `${sent.body} ` }), 'InvalidSignatureException');
    assert.equal(check({ path: sent.path.replace('assent', 'other') }), 'InvalidSignatureException');
    assert.equal(check({ headers: { ...sent.headers, host: 'elsewhere' } }), 'InvalidSignatureException');
  });

  test('a model that settings name is not named anew', async () => {
    const sent = await sentWith({}, { ...hello, model: 'claude-opus-5', sendAs: 'claude-opus-5' });
    assert.equal(sent.path, '/model/claude-opus-5/invoke-with-response-stream');
  });

  test('an API key is sent as it is, and nothing is signed', async () => {
    const sent = await sentWith({ AWS_BEARER_TOKEN_BEDROCK: BEARER });
    assert.equal(sent.headers.authorization, `Bearer ${BEARER}`);
    assert.equal(sent.headers['x-amz-date'], undefined);
  });

  test('nothing of the process’s own environment slips in', async () => {
    const leaks = {
      AWS_BEARER_TOKEN_BEDROCK: 'leaked-key-0001',
      AWS_REGION: 'sa-east-1',
      ANTHROPIC_AUTH_TOKEN: 'leaked-token-0001',
      ANTHROPIC_CUSTOM_HEADERS: 'X-Leaked: yes',
      ANTHROPIC_BEDROCK_BASE_URL: 'http://127.0.0.1:9',
    };
    Object.assign(process.env, leaks);
    try {
      const sent = await sentWith();
      assert.doesNotMatch(JSON.stringify(sent.headers), /leaked/i);
      assert.match(String(sent.headers.authorization), /\/us-east-1\/bedrock\/aws4_request/);
    } finally {
      for (const name of Object.keys(leaks)) delete process.env[name];
    }
  });

  test('a gateway that adds the credential gets none, and its own path', async () => {
    const gateway = await startBedrock(rehearsal, { open: true });
    try {
      const env = {
        ...signed,
        AWS_BEARER_TOKEN_BEDROCK: BEARER,
        CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1',
        ANTHROPIC_BEDROCK_BASE_URL: `${gateway.url}/`,
        ANTHROPIC_CUSTOM_HEADERS: 'X-Gateway: mine',
      };
      await answerOf(providerFor(rehearsal, env), hello);
      const { headers } = gateway.requests()[0] ?? assert.fail('nothing was sent');
      assert.deepEqual(
        [headers.authorization, headers['x-amz-date'], headers['x-gateway']],
        [undefined, undefined, 'mine'],
      );
      assert.equal(JSON.stringify(headers).includes(BEARER), false);
    } finally {
      await gateway.close();
    }
  });

  test('the Messages endpoint is signed as the service that it is', async () => {
    const front = await startBedrock(rehearsal, { endpoint: 'mantle', region: 'eu-west-1' });
    try {
      const env = {
        ...signed,
        CLAUDE_CODE_USE_BEDROCK: '',
        CLAUDE_CODE_USE_MANTLE: '1',
        AWS_REGION: 'eu-west-1',
        ANTHROPIC_BEDROCK_MANTLE_BASE_URL: `${front.url}/anthropic`,
        ANTHROPIC_BETAS: 'one-2026-01-01',
      };
      await answerOf(providerFor(rehearsal, env), { ...hello, model: 'claude-haiku-4-5-20251001' });
      const sent = front.requests()[0] ?? assert.fail('nothing was sent');
      assert.match(String(sent.headers.authorization), /\/eu-west-1\/bedrock-mantle\/aws4_request/);
      assert.equal(sent.headers['anthropic-beta'], 'one-2026-01-01');
      assert.equal((JSON.parse(sent.body) as { model: string }).model, 'anthropic.claude-haiku-4-5');
    } finally {
      await front.close();
    }
  });

  test('addresses are those of AWS where nobody says otherwise', async () => {
    const asked: string[] = [];
    const parts = vendorParts({
      fetch: async (url) => {
        asked.push(String(url));
        return new Response('{"message":"no"}', { status: 400 });
      },
    });
    const env = { ...signed, AWS_REGION: 'eu-central-1' };
    const built = { body: { model: 'claude-opus-5', max_tokens: 1, stream: true as const, messages: [] }, betas: [] };
    await openMantle(parts).send(built, { ...hello, model: 'claude-opus-5' }, env, new AbortController().signal);
    await openBedrock(parts).send(built, { ...hello, model: 'claude-opus-5' }, env, new AbortController().signal);
    assert.deepEqual(asked, [
      'https://bedrock-mantle.eu-central-1.api.aws/anthropic/v1/messages',
      'https://bedrock-runtime.eu-central-1.amazonaws.com/model/eu.anthropic.claude-opus-5/invoke-with-response-stream',
    ]);
  });

  test('the small model may be in another region', async () => {
    const asked: string[] = [];
    const parts = vendorParts({
      fetch: async (url) => {
        asked.push(new URL(String(url)).host);
        return new Response('{}', { status: 400 });
      },
    });
    const env = {
      ...signed,
      AWS_REGION: 'eu-central-1',
      ANTHROPIC_SMALL_FAST_MODEL: 'us.anthropic.claude-haiku-4-5-20251001-v1:0',
      ANTHROPIC_SMALL_FAST_MODEL_AWS_REGION: 'us-west-2',
    };
    for (const model of ['us.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-opus-5']) {
      const built = { body: { model, max_tokens: 1, stream: true as const, messages: [] }, betas: [] };
      await openBedrock(parts).send(built, { ...hello, model }, env, new AbortController().signal);
    }
    assert.deepEqual(asked, ['bedrock-runtime.us-west-2.amazonaws.com', 'bedrock-runtime.eu-central-1.amazonaws.com']);
  });

  test('an address that is none is said, and nothing is sent', async () => {
    const env = { ...signed, ANTHROPIC_BEDROCK_BASE_URL: 'bedrock at home' };
    const { failure } = await failureOf(providerFor(rehearsal, env), hello);
    assert.equal(failure.because?.args['variable'], 'ANTHROPIC_BEDROCK_BASE_URL');
    assert.equal(failure.retryable, false);
  });

  for (const type of ['text/event-stream', 'application/json', 'text/html', '']) {
    test(`“${type}” is not an event stream of AWS: said once, and not tried again`, async () => {
      let asked = 0;
      const server = createServer((_request, response) => {
        asked++;
        response.writeHead(200, type === '' ? {} : { 'content-type': type }).end('event: message_start\ndata: {}\n\n');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      try {
        const env = { ...signed, ANTHROPIC_BEDROCK_BASE_URL: `http://${host}` };
        const { failure } = await failureOf(providerFor(rehearsal, env), hello);
        assert.equal(failure.code, 'malformedStream');
        assert.equal(asked, 1);
        assert.ok(failure.because);
        const told = sayInEnglish(failure.because);
        assert.ok(
          told.includes(host) && told.includes(`“${type}”`) && told.includes('ANTHROPIC_BEDROCK_BASE_URL'),
          told,
        );
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    });
  }
});

describe('the region', () => {
  let home: string;
  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'aws-region-'));
    await writeFile(
      path.join(home, 'config'),
      '[default]\nregion = eu-north-1 # here\n[profile team]\noutput = json\nregion=ap-southeast-2\ns3 =\n  region = us-west-1\n[profile odd]\nregion = somewhere\n',
    );
  });
  after(() => rm(home, { recursive: true }));

  for (const [env, region] of [
    [{ AWS_REGION: 'eu-west-3', AWS_DEFAULT_REGION: 'us-west-2' }, 'eu-west-3'],
    [{ AWS_DEFAULT_REGION: 'us-west-2' }, 'us-west-2'],
    [{ AWS_REGION: 'evil.example.com/', AWS_DEFAULT_REGION: 'us-west-2' }, 'us-west-2'],
    [{ AWS_REGION: 'us-gov-west-1' }, 'us-gov-west-1'],
    [{}, 'eu-north-1'],
    [{ AWS_PROFILE: 'team' }, 'ap-southeast-2'],
    [{ AWS_PROFILE: 'odd' }, 'us-east-1'],
    [{ AWS_PROFILE: 'nobody' }, 'us-east-1'],
    [{ AWS_CONFIG_FILE: '/nonexistent/config' }, 'us-east-1'],
  ] as const) {
    test(`${JSON.stringify(env)} is ${region}`, () => {
      const files = {
        AWS_CONFIG_FILE: path.join(home, 'config'),
        AWS_SHARED_CREDENTIALS_FILE: path.join(home, 'credentials'),
      };
      assert.equal(awsRegion({ ...files, ...env }), region);
    });
  }
});

test('names of models follow the region, and what a person wrote stays', () => {
  for (const [id, region, env, wire] of [
    ['claude-opus-5', 'us-west-2', {}, 'us.anthropic.claude-opus-5'],
    ['claude-opus-5', 'us-gov-west-1', {}, 'us-gov.anthropic.claude-opus-5'],
    ['claude-opus-5', 'eu-west-1', {}, 'eu.anthropic.claude-opus-5'],
    ['claude-opus-5', 'ap-northeast-1', {}, 'apac.anthropic.claude-opus-5'],
    ['claude-opus-5', 'ca-central-1', {}, 'global.anthropic.claude-opus-5'],
    ['claude-opus-5', 'ap-northeast-1', { ANTHROPIC_BEDROCK_REGION_PREFIX: 'jp' }, 'jp.anthropic.claude-opus-5'],
    ['claude-opus-5', 'us-east-1', { ANTHROPIC_BEDROCK_REGION_PREFIX: 'global' }, 'global.anthropic.claude-opus-5'],
    ['claude-opus-5', 'us-east-1', { ANTHROPIC_BEDROCK_REGION_PREFIX: 'mars' }, 'us.anthropic.claude-opus-5'],
    ['claude-opus-4-6', 'us-east-1', {}, 'us.anthropic.claude-opus-4-6-v1'],
    ['claude-haiku-4-5', 'eu-west-1', {}, 'eu.anthropic.claude-haiku-4-5-20251001-v1:0'],
    ['anthropic.claude-opus-5', 'us-east-1', {}, 'anthropic.claude-opus-5'],
    ['eu.anthropic.claude-opus-5', 'us-east-1', {}, 'eu.anthropic.claude-opus-5'],
    ['claude-nobody-9', 'us-east-1', {}, 'claude-nobody-9'],
  ] as const) {
    assert.equal(bedrockModel(id, region, env), wire, `${id} in ${region}`);
  }
  assert.equal(mantleModel('claude-haiku-4-5-20251001'), 'anthropic.claude-haiku-4-5');
  assert.equal(mantleModel('anthropic.claude-opus-5'), 'anthropic.claude-opus-5');
  assert.equal(mantleModel('my-own'), 'my-own');
});
