// What Bedrock refuses, and what a person reads then: every row through a server, and no secret in any of it.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Because } from '../../../../src/contracts/permission.ts';
import type { FailureCode } from '../../../../src/contracts/provider.ts';
import type { RequestFacts } from '../../../../src/providers/messagesApi.ts';
import { becauseOfFailure } from '../../../../src/util/phrases/providers.ts';
import { sayInEnglish } from '../../../../src/util/phrases.ts';
import { BEARER, type Bedrock, KEYS, refusal, startBedrock } from '../../../support/aws/bedrock.ts';
import { type Rehearsal, startRehearsal } from '../../../support/rehearsal/server.ts';
import { collect, failureOf, providerFor, requestOf, textOf, user } from '../providerKit.ts';

const hello = requestOf([user('Hello')], { model: 'claude-opus-5' });

type Row = [
  what: string,
  answer: { status: number; type: string; message: string },
  expected: { code: FailureCode; retryable?: true; says: RegExp },
];
const ROWS: Row[] = [
  [
    'a token that has ended',
    { status: 403, type: 'ExpiredTokenException', message: 'The security token included in the request is expired' },
    { code: 'authentication', says: /aws sso login.*awsAuthRefresh/ },
  ],
  [
    'a key that nobody knows',
    {
      status: 403,
      type: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    },
    { code: 'authentication', says: /aws sso login/ },
  ],
  [
    'a signature that does not fit',
    { status: 403, type: 'InvalidSignatureException', message: 'The request signature we calculated does not match' },
    { code: 'authentication', says: /not valid any more/ },
  ],
  [
    'a clock that is wrong',
    {
      status: 403,
      type: 'InvalidSignatureException',
      message: 'Signature expired: 20260101T000000Z is now earlier than',
    },
    { code: 'authentication', says: /clock of this machine/ },
  ],
  [
    'a model that the account may not use',
    {
      status: 403,
      type: 'AccessDeniedException',
      message: 'You don’t have access to the model with the specified model ID.',
    },
    { code: 'permission', says: /us-east-1.*bedrock:InvokeModelWithResponseStream/ },
  ],
  [
    'a model that is not there',
    { status: 404, type: 'ResourceNotFoundException', message: 'Model not found' },
    { code: 'notFound', says: /us\.anthropic\.claude-opus-5 in us-east-1.*ANTHROPIC_BEDROCK_REGION_PREFIX/ },
  ],
  [
    'an id that is none',
    { status: 400, type: 'ValidationException', message: 'The provided model identifier is invalid.' },
    { code: 'notFound', says: /us\.anthropic\.claude-opus-5/ },
  ],
  [
    'a model that wants an inference profile',
    {
      status: 400,
      type: 'ValidationException',
      message: 'Invocation of model ID x with on-demand throughput isn’t supported.',
    },
    { code: 'notFound', says: /inference profile/ },
  ],
  [
    'an input that is too long',
    { status: 400, type: 'ValidationException', message: 'Input is too long for requested model.' },
    { code: 'contextOverflow', says: /no longer fits/ },
  ],
  [
    'what is not valid',
    { status: 400, type: 'ValidationException', message: 'max_tokens: too many' },
    { code: 'badRequest', says: /refused the request/ },
  ],
  [
    'a quota',
    { status: 400, type: 'ServiceQuotaExceededException', message: 'Your quota is used up' },
    { code: 'rateLimit', says: /limits how fast/ },
  ],
  [
    'too many requests',
    { status: 429, type: 'ThrottlingException', message: 'Too many requests' },
    { code: 'rateLimit', retryable: true, says: /limits how fast/ },
  ],
  [
    'a model that is not ready',
    { status: 429, type: 'ModelNotReadyException', message: 'not ready' },
    { code: 'overloaded', retryable: true, says: /overloaded/ },
  ],
  [
    'a service that is away',
    { status: 503, type: 'ServiceUnavailableException', message: 'unavailable' },
    { code: 'overloaded', retryable: true, says: /overloaded/ },
  ],
  [
    'a fault of the service',
    { status: 500, type: 'InternalServerException', message: 'oops' },
    { code: 'server', retryable: true, says: /error of its own/ },
  ],
  [
    'a fault of the model',
    { status: 424, type: 'ModelErrorException', message: 'oops' },
    { code: 'server', retryable: true, says: /error of its own/ },
  ],
  [
    'a model that takes too long',
    { status: 408, type: 'ModelTimeoutException', message: 'slow' },
    { code: 'timeout', retryable: true, says: /too long/ },
  ],
];

describe('what Bedrock refuses', () => {
  let rehearsal: Rehearsal;
  let bedrock: Bedrock;
  let home: string;
  const facts: RequestFacts[] = [];
  const told: Because[] = [];
  before(async () => {
    rehearsal = await startRehearsal({ script: { turns: [[{ text: 'ok' }]], loop: true } });
    bedrock = await startBedrock(rehearsal);
    home = await mkdtemp(path.join(os.tmpdir(), 'aws-failures-'));
  });
  afterEach(() => {
    const all = JSON.stringify([facts.splice(0), told.splice(0)]);
    for (const secret of [KEYS.secretAccessKey, KEYS.sessionToken, BEARER]) assert.equal(all.includes(secret), false);
    rehearsal.reset();
    bedrock.reset();
    bedrock.accept(KEYS);
  });
  after(async () => {
    await bedrock.close();
    await rehearsal.close();
    await rm(home, { recursive: true });
  });

  const env = (more: Record<string, string> = {}) => ({
    CLAUDE_CODE_USE_BEDROCK: '1',
    ANTHROPIC_BEDROCK_BASE_URL: bedrock.url,
    HOME: home,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    AWS_SESSION_TOKEN: KEYS.sessionToken,
    ...more,
  });
  const heard = { onRequest: (fact: RequestFacts) => facts.push(fact), tell: (because: Because) => told.push(because) };

  for (const [what, { status, type, message }, { code, retryable = false, says }] of ROWS) {
    test(`${what} is ${code}`, async () => {
      const leaking = `${message} ${KEYS.secretAccessKey} ${KEYS.sessionToken}`;
      bedrock.answerNext(refusal(status, type, leaking));
      const provider = providerFor(rehearsal, env({ CLAUDE_CODE_MAX_RETRIES: '0' }), heard);
      const { failure } = await failureOf(provider, hello);
      assert.deepEqual([failure.code, failure.retryable, failure.status], [code, retryable, status]);
      assert.equal(failure.requestId, 'req_refused');
      const said = sayInEnglish(becauseOfFailure(failure));
      assert.match(said, says);
      assert.ok(failure.detail.startsWith(message), failure.detail);
      assert.equal((said + failure.detail).includes(KEYS.secretAccessKey), false);
      assert.equal((said + failure.detail).includes(KEYS.sessionToken), false);
      assert.equal(bedrock.requests().length, 1);
    });
  }

  test('an API key that is wrong', async () => {
    const provider = providerFor(rehearsal, env({ AWS_BEARER_TOKEN_BEDROCK: 'wrong-key-0001' }), heard);
    const { failure } = await failureOf(provider, hello);
    assert.equal(failure.code, 'authentication');
    assert.match(sayInEnglish(becauseOfFailure(failure)), /AWS_BEARER_TOKEN_BEDROCK/);
    assert.equal(bedrock.requests().length, 1);
  });

  test('an API key that cannot be sent is not told, and not sent', async () => {
    const provider = providerFor(rehearsal, env({ AWS_BEARER_TOKEN_BEDROCK: `${BEARER}\n${BEARER}` }), heard);
    const { failure } = await failureOf(provider, hello);
    assert.match(sayInEnglish(becauseOfFailure(failure)), /cannot be sent/);
    assert.equal(JSON.stringify(failure).includes(BEARER), false);
    assert.equal(bedrock.requests().length, 0);
  });

  test('a session token that cannot be sent is not told', async () => {
    const broken = { AWS_SESSION_TOKEN: `${KEYS.sessionToken}\n${KEYS.sessionToken}`, CLAUDE_CODE_MAX_RETRIES: '0' };
    const { failure } = await failureOf(providerFor(rehearsal, env(broken), heard), hello);
    assert.match(sayInEnglish(becauseOfFailure(failure)), /cannot be sent/);
    assert.equal(JSON.stringify(failure).includes(KEYS.sessionToken), false);
    assert.equal(bedrock.requests().length, 0);
  });

  test('a gateway that wants a credential gets none: nobody is asked to sign in', async () => {
    const awsAuthRefresh = `echo run >> "${home}/gateway"`;
    const skip = env({ CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1' });
    const provider = providerFor(rehearsal, skip, { ...heard, helpers: () => ({ awsAuthRefresh }) });
    const { failure } = await failureOf(provider, hello);
    assert.match(sayInEnglish(becauseOfFailure(failure)), /CLAUDE_CODE_SKIP_BEDROCK_AUTH/);
    await assert.rejects(readFile(path.join(home, 'gateway')));
  });

  test('the network: said with the address, without a secret', async () => {
    const provider = providerFor(
      rehearsal,
      env({ CLAUDE_CODE_MAX_RETRIES: '0', ANTHROPIC_BEDROCK_BASE_URL: 'http://me:pass-0123@127.0.0.1:9' }),
      heard,
    );
    const { failure } = await failureOf(provider, hello);
    const said = sayInEnglish(becauseOfFailure(failure));
    assert.equal(failure.code, 'network');
    assert.match(said, /127\.0\.0\.1:9/);
    assert.doesNotMatch(said + failure.detail, /pass-0123/);
  });

  test('no credentials: what to do, and nothing is sent', async () => {
    const provider = providerFor(rehearsal, env({ AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }), heard);
    const { failure } = await failureOf(provider, hello);
    assert.equal(failure.code, 'noCredential');
    assert.match(sayInEnglish(becauseOfFailure(failure)), /AWS_PROFILE.*AWS_BEARER_TOKEN_BEDROCK/);
    assert.equal(bedrock.requests().length, 0);
  });

  test('refused once: awsAuthRefresh signs in again, files are read again, and the request goes out once more', async () => {
    const file = path.join(home, 'credentials');
    const keys = (key: string) =>
      `[default]\naws_access_key_id = ${key}\naws_secret_access_key = ${KEYS.secretAccessKey}\naws_session_token = ${KEYS.sessionToken}\n`;
    await writeFile(file, keys('AKIAOLD'));
    await writeFile(path.join(home, 'new'), keys(KEYS.accessKeyId));
    const files = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_SHARED_CREDENTIALS_FILE: file };
    const awsAuthRefresh = `echo run >> "${home}/runs"; echo Signed in; cp "${home}/new" "${file}"`;
    const provider = providerFor(rehearsal, env(files), { ...heard, helpers: () => ({ awsAuthRefresh }) });
    const last = (await collect(provider, hello)).at(-1);
    assert.ok(last?.type === 'done', JSON.stringify(last));
    assert.equal(textOf(last.message), 'ok');
    assert.equal(await readFile(path.join(home, 'runs'), 'utf8'), 'run\n');
    assert.match(told.map(sayInEnglish).join('\n'), /is running[\s\S]*Signed in/);
    assert.equal(bedrock.requests().length, 2);
  });

  test('refused again after that: said, and that is all', async () => {
    bedrock.accept({ ...KEYS, accessKeyId: 'AKIANOBODY' });
    const awsAuthRefresh = `echo run >> "${home}/more"`;
    const provider = providerFor(rehearsal, env(), { ...heard, helpers: () => ({ awsAuthRefresh }) });
    const { failure } = await failureOf(provider, hello);
    assert.equal(failure.code, 'authentication');
    assert.equal(bedrock.requests().length, 2);
    assert.equal(await readFile(path.join(home, 'more'), 'utf8'), 'run\n');
  });

  test('exported credentials that are refused are asked for again', async () => {
    const print = (key: string) =>
      JSON.stringify({
        Credentials: { AccessKeyId: key, SecretAccessKey: KEYS.secretAccessKey, SessionToken: KEYS.sessionToken },
      });
    const awsCredentialExport = `if [ -e "${home}/second" ]; then echo '${print(KEYS.accessKeyId)}'; else touch "${home}/second"; echo '${print('AKIAOLD')}'; fi`;
    const provider = providerFor(rehearsal, env(), { ...heard, helpers: () => ({ awsCredentialExport }) });
    const last = (await collect(provider, hello)).at(-1);
    assert.equal(last?.type, 'done', JSON.stringify(last));
    assert.deepEqual(told, []);
  });

  test('a permission is not asked for again', async () => {
    bedrock.answerNext(refusal(403, 'AccessDeniedException', 'no access'));
    const awsAuthRefresh = `echo run >> "${home}/never"`;
    const provider = providerFor(rehearsal, env(), { ...heard, helpers: () => ({ awsAuthRefresh }) });
    assert.equal((await failureOf(provider, hello)).failure.code, 'permission');
    await assert.rejects(readFile(path.join(home, 'never')));
    assert.equal(bedrock.requests().length, 1);
  });
});
