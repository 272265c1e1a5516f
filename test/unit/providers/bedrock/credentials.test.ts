// Where AWS credentials come from: each source for real, on the loopback interface, in files and from programs.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { Helper } from '../../../../src/contracts/helper.ts';
import type { Because } from '../../../../src/contracts/permission.ts';
import { createAwsCredentials } from '../../../../src/providers/awsCredentials.ts';
import { CredentialProblem } from '../../../../src/providers/credentialProblem.ts';
import type { VendorParts } from '../../../../src/providers/vendor.ts';
import { sayInEnglish } from '../../../../src/util/phrases.ts';
import { vendorParts } from '../../../support/vendorParts.ts';

const never = new AbortController().signal;
const HOUR = 3_600_000;

describe('AWS credentials', () => {
  let home: string;
  let url: string;
  /** Answers of AWS' services, by path; each says what was asked. */
  const answers = new Map<string, (request: IncomingMessage, body: string) => string | undefined>();
  const asked: Array<{ path: string; headers: IncomingMessage['headers']; body: string }> = [];
  const told: Because[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    const route = (request.url ?? '').replace(/\?.*$/, '');
    asked.push({ path: request.url ?? '', headers: request.headers, body });
    const answer = answers.get(`${request.method} ${route}`)?.(request, body);
    response.writeHead(answer === undefined ? 404 : 200).end(answer ?? '');
  });

  before(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'aws-home-'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    answers.clear();
    asked.length = 0;
    told.length = 0;
    await rm(path.join(home, '.aws'), { recursive: true, force: true });
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(home, { recursive: true });
  });

  const plain = () => ({ HOME: home, PATH: process.env['PATH'], AWS_EC2_METADATA_DISABLED: 'true' });
  /** What goes to AWS goes to our server, with the name of the host before the path. */
  const toServer: typeof fetch = (input, init) => {
    const { hostname, pathname, search } = new URL(String(input));
    return fetch(`${url}/${hostname}${pathname}${search}`, init);
  };
  const supplyWith = (more: Partial<VendorParts> = {}, now?: () => number) =>
    createAwsCredentials(vendorParts({ fetch: toServer, tell: (because) => told.push(because), ...more }), now);
  const find = (env: Record<string, string | undefined>, more: Partial<VendorParts> = {}) =>
    supplyWith(more).find({ ...plain(), ...env }, never);
  const config = async (text: string, name = 'config') => {
    await mkdir(path.join(home, '.aws'), { recursive: true });
    await writeFile(path.join(home, '.aws', name), text);
  };
  const script = async (name: string, text: string) => {
    const file = path.join(home, name);
    await writeFile(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return file;
  };
  const problem = async (work: Promise<unknown>): Promise<CredentialProblem> => {
    const error = await work.then(
      () => assert.fail('credentials were found'),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof CredentialProblem, String(error));
    return error;
  };
  const ssoToken = async (expiresAt: number) => {
    const cache = path.join(home, '.aws/sso/cache');
    await mkdir(cache, { recursive: true });
    const name = createHash('sha1').update('team').digest('hex');
    const token = { accessToken: 'sso-access-token-0001', expiresAt: new Date(expiresAt).toISOString() };
    await writeFile(path.join(cache, `${name}.json`), JSON.stringify(token));
  };
  const SSO = [
    '[profile team]',
    'sso_session = team',
    'sso_account_id = 123456789012',
    'sso_role_name = Developer',
    '[sso-session team]',
    'sso_region = eu-west-1',
    'sso_start_url = https://team.awsapps.com/start',
  ].join('\n');
  const portal = () =>
    answers.set('GET /portal.sso.eu-west-1.amazonaws.com/federation/credentials', () =>
      JSON.stringify({
        roleCredentials: {
          accessKeyId: 'AKIASSO',
          secretAccessKey: 'secret-sso',
          sessionToken: 'session-sso',
          expiration: Date.now() + HOUR,
        },
      }),
    );
  const sts = (action: string, key: string) =>
    `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials><AccessKeyId>${key}</AccessKeyId><SecretAccessKey>secret-sts</SecretAccessKey><SessionToken>session-sts</SessionToken><Expiration>${new Date(Date.now() + HOUR).toISOString()}</Expiration></Credentials></${action}Result></${action}Response>`;

  test('keys of the environment that counts, not of the process, and before a profile', async () => {
    process.env['AWS_ACCESS_KEY_ID'] = 'AKIALEAKED';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'leaked';
    try {
      await config('[team]\naws_access_key_id = AKIAFILE\naws_secret_access_key = secret-file\n', 'credentials');
      const keys = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret-env' };
      assert.deepEqual(await find({ ...keys, AWS_PROFILE: 'team' }), {
        accessKeyId: 'AKIAENV',
        secretAccessKey: 'secret-env',
      });
      assert.deepEqual(await find({ AWS_PROFILE: 'team' }), {
        accessKeyId: 'AKIAFILE',
        secretAccessKey: 'secret-file',
      });
      assert.equal((await problem(find({}))).because.code, 'bedrock.noCredential');
      assert.equal(process.env['AWS_PROFILE'], undefined);
    } finally {
      delete process.env['AWS_ACCESS_KEY_ID'];
      delete process.env['AWS_SECRET_ACCESS_KEY'];
    }
  });

  test('files that settings name', async () => {
    await config('[default]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = secret\n', 'elsewhere');
    const found = await find({ AWS_SHARED_CREDENTIALS_FILE: path.join(home, '.aws/elsewhere') });
    assert.equal(found.accessKeyId, 'AKIAOTHER');
  });

  test('a person who signed in to the team’s portal', async () => {
    await config(SSO);
    await ssoToken(Date.now() + HOUR);
    portal();
    const found = await find({ AWS_PROFILE: 'team' });
    assert.deepEqual([found.accessKeyId, found.sessionToken], ['AKIASSO', 'session-sso']);
    assert.equal(asked[0]?.headers['x-amz-sso_bearer_token'], 'sso-access-token-0001');
    assert.match(asked[0]?.path ?? '', /account_id=123456789012/);
  });

  test('a sign-in that has ended is said; awsAuthRefresh repeats it, is heard, and is run once', async () => {
    await config(SSO);
    await ssoToken(Date.now() - 1000);
    portal();
    const ended = await problem(find({ AWS_PROFILE: 'team' }));
    assert.equal(ended.because.code, 'bedrock.expired');
    assert.match(sayInEnglish(ended.because), /awsAuthRefresh/);
    assert.equal(ended.detail.includes('sso-access-token'), false);

    const cache = path.join(home, '.aws/sso/cache', `${createHash('sha1').update('team').digest('hex')}.json`);
    const fresh = JSON.stringify({ accessToken: 'sso-access-token-0002', expiresAt: new Date(Date.now() + HOUR) });
    const command = await script(
      'sign-in.sh',
      `echo "Open https://device.sso/ and enter ABCD"\necho run >> "$HOME/runs"\nread line && echo "read $line"\ncat > "${cache}" <<'X'\n${fresh}\nX`,
    );
    const supply = supplyWith({ helpers: () => ({ awsAuthRefresh: command }) });
    const env = { ...plain(), AWS_PROFILE: 'team' };
    const both = await Promise.all([supply.find(env, never), supply.find(env, never)]);
    assert.deepEqual(
      both.map((found) => found.accessKeyId),
      ['AKIASSO', 'AKIASSO'],
    );
    assert.equal(await readFile(path.join(home, 'runs'), 'utf8'), 'run\n');
    assert.equal(told[0]?.code, 'bedrock.refresh.running');
    const words = told.map(sayInEnglish).join('\n');
    assert.match(words, /enter ABCD/);
    assert.equal(words.includes('sso-access-token'), false);
  });

  test('a refresh that does not succeed is said, and is not repeated by itself', async () => {
    await config(SSO);
    const supply = supplyWith({ helpers: () => ({ awsAuthRefresh: 'echo no; exit 3' }) });
    const { because } = await problem(supply.find({ ...plain(), AWS_PROFILE: 'team' }, never));
    assert.deepEqual([because.code, because.args['status']], ['bedrock.refresh.failed', '3']);
    assert.equal(told.filter(({ code }) => code === 'bedrock.refresh.running').length, 1);
  });

  test('a program that a profile names, in the environment that counts', async () => {
    const program = await script(
      'process.sh',
      `echo "{\\"Version\\":1,\\"AccessKeyId\\":\\"AKIA$TEAM\\",\\"SecretAccessKey\\":\\"secret-process\\"}"`,
    );
    await config(`[profile team]\ncredential_process = ${program} --quiet\n`);
    const found = await find({ AWS_PROFILE: 'team', TEAM: 'BLUE' });
    assert.deepEqual(found, { accessKeyId: 'AKIABLUE', secretAccessKey: 'secret-process' });
    const untrusted = await problem(find({ AWS_PROFILE: 'team' }, { mayStart: () => false }));
    assert.match(untrusted.detail, /trusted/);
  });

  test('a program that fails is said without its output', async () => {
    await config('[profile team]\ncredential_process = echo secret-output; echo secret-error >&2; exit 7\n');
    const { because, detail } = await problem(find({ AWS_PROFILE: 'team' }));
    assert.equal(because.code, 'bedrock.expired');
    assert.match(detail, /status 7/);
    assert.doesNotMatch(detail, /secret-/);
  });

  test('a container', async () => {
    answers.set('GET /creds', (request) =>
      request.headers.authorization === 'container-token'
        ? JSON.stringify({
            AccessKeyId: 'AKIACONTAINER',
            SecretAccessKey: 'secret',
            Token: 'token',
            Expiration: new Date(Date.now() + HOUR).toISOString(),
          })
        : undefined,
    );
    const found = await find({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/creds`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'container-token',
    });
    assert.equal(found.accessKeyId, 'AKIACONTAINER');
  });

  test('a machine of AWS, by the newer way to ask it', async () => {
    answers.set('PUT /latest/api/token', () => 'metadata-token');
    const withToken = (answer: string) => (request: IncomingMessage) =>
      request.headers['x-aws-ec2-metadata-token'] === 'metadata-token' ? answer : undefined;
    answers.set('GET /latest/meta-data/iam/security-credentials/', withToken('team-role'));
    answers.set(
      'GET /latest/meta-data/iam/security-credentials/team-role',
      withToken(
        JSON.stringify({
          Code: 'Success',
          AccessKeyId: 'AKIAMACHINE',
          SecretAccessKey: 'secret',
          Token: 'token',
          Expiration: new Date(Date.now() + HOUR).toISOString(),
        }),
      ),
    );
    const found = await find({ AWS_EC2_METADATA_DISABLED: undefined, AWS_EC2_METADATA_SERVICE_ENDPOINT: url });
    assert.equal(found.accessKeyId, 'AKIAMACHINE');
  });

  test('a token of another identity provider', async () => {
    const file = path.join(home, 'token');
    await writeFile(file, 'web-identity-token');
    answers.set('POST /sts.eu-west-1.amazonaws.com/', (_request, body) =>
      body.includes('WebIdentityToken=web-identity-token') ? sts('AssumeRoleWithWebIdentity', 'AKIAWEB') : undefined,
    );
    const env = { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: 'arn:aws:iam::1:role/r', AWS_REGION: 'eu-west-1' };
    assert.equal((await find(env)).accessKeyId, 'AKIAWEB');
  });

  test('a role that another profile may take', async () => {
    await config(
      '[profile base]\naws_access_key_id = AKIABASE\naws_secret_access_key = secret-base\n[profile team]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nregion = eu-west-1\n',
    );
    answers.set('POST /sts.eu-west-1.amazonaws.com/', (request) =>
      request.headers.authorization?.includes('Credential=AKIABASE/') ? sts('AssumeRole', 'AKIAROLE') : undefined,
    );
    assert.equal((await find({ AWS_PROFILE: 'team' })).accessKeyId, 'AKIAROLE');
  });

  test('a service of AWS that cannot be reached is the network’s fault', async () => {
    await config(SSO);
    await ssoToken(Date.now() + HOUR);
    const cannot = () =>
      Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 10.0.0.1:443') }));
    const { because } = await problem(find({ AWS_PROFILE: 'team' }, { fetch: cannot }));
    assert.equal(because.code, 'bedrock.credentials.network');
  });

  for (const how of ['time', 'person'] as const) {
    test(`a search that hangs is ended by ${how === 'time' ? 'its limit' : 'the person'}, its program too`, async () => {
      const program = await script('hang.sh', `echo $$ > "$HOME/pid"; exec sleep 600`);
      await config(`[profile team]\ncredential_process = ${program}\n`);
      const control = new AbortController();
      const env = {
        ...plain(),
        AWS_PROFILE: 'team',
        ...(how === 'time' ? { CLAUDE_CODE_AWS_CHAIN_RESOLVE_TIMEOUT_MS: '700' } : {}),
      };
      const work = supplyWith().find(env, control.signal);
      if (how === 'time') {
        const { because } = await problem(work);
        assert.deepEqual([because.code, because.args['seconds']], ['bedrock.credentials.timeout', '0.7']);
      } else {
        const rejected = assert.rejects(work, { name: 'AbortError' });
        const pid = await until(() => readFile(path.join(home, 'pid'), 'utf8'));
        assert.ok(Number(pid) > 0);
        control.abort();
        await rejected;
      }
      const pid = await readFile(path.join(home, 'pid'), 'utf8').catch(() => '');
      if (pid !== '')
        await until(() => (isRunning(Number(pid)) ? Promise.reject(new Error('it runs')) : Promise.resolve('')));
      await rm(path.join(home, 'pid'), { force: true });
    });
  }

  describe('are kept', () => {
    /** A program that counts how often it was asked. */
    const counting = async (expiration = '') => {
      await rm(path.join(home, 'count'), { force: true });
      const program = await script(
        'count.sh',
        `echo x >> "$HOME/count"\nn=$(wc -l < "$HOME/count" | tr -d ' ')\necho "{\\"Version\\":1,\\"AccessKeyId\\":\\"AKIA$n\\",\\"SecretAccessKey\\":\\"secret\\"${expiration}}"`,
      );
      await config(
        `[profile team]\ncredential_process = ${program}\n[profile other]\ncredential_process = ${program}\n`,
      );
    };
    const expiring = (ms: number) => `,\\"Expiration\\":\\"${new Date(ms).toISOString()}\\"`;

    test('until five minutes before they end', async () => {
      const start = Date.now();
      await counting(expiring(start + HOUR));
      let now = start;
      const supply = supplyWith({}, () => now);
      const env = { ...plain(), AWS_PROFILE: 'team' };
      const keys: string[] = [];
      for (const minutes of [0, 54, 56]) {
        now = start + minutes * 60_000;
        keys.push((await supply.find(env, never)).accessKeyId);
      }
      assert.deepEqual(keys, ['AKIA1', 'AKIA1', 'AKIA2']);
    });

    test('for an hour without an end of their own; another profile is another matter', async () => {
      await counting();
      let now = 0;
      const supply = supplyWith({}, () => now);
      const env = { ...plain(), AWS_PROFILE: 'team' };
      assert.equal((await supply.find(env, never)).accessKeyId, 'AKIA1');
      now = HOUR - 1;
      assert.equal((await supply.find(env, never)).accessKeyId, 'AKIA1');
      now = HOUR;
      assert.equal((await supply.find(env, never)).accessKeyId, 'AKIA2');
      assert.equal((await supply.find({ ...env, AWS_PROFILE: 'other' }, never)).accessKeyId, 'AKIA3');
    });

    test('not at all, where a variable says so', async () => {
      await counting();
      const supply = supplyWith();
      const env = { ...plain(), AWS_PROFILE: 'team', CLAUDE_CODE_SKIP_AWS_CRED_CACHE: '1' };
      assert.equal((await supply.find(env, never)).accessKeyId, 'AKIA1');
      assert.equal((await supply.find(env, never)).accessKeyId, 'AKIA2');
    });

    test('not when they were refused or the person signed out; several who ask at once are one', async () => {
      await counting();
      const supply = supplyWith();
      const env = { ...plain(), AWS_PROFILE: 'team' };
      const four = await Promise.all([1, 2, 3, 4].map(() => supply.find(env, never)));
      assert.deepEqual(new Set(four.map((found) => found.accessKeyId)), new Set(['AKIA1']));
      supply.refuse(four[0] ?? assert.fail());
      assert.equal(await supply.renew(env, never), true);
      assert.equal((await supply.find(env, never)).accessKeyId, 'AKIA2');
      // What is refused late, and has been replaced, costs nothing more.
      supply.refuse(four[1] ?? assert.fail());
      assert.equal(await supply.renew(env, never), true);
      assert.equal((await supply.find(env, never)).accessKeyId, 'AKIA2');
      supply.forget();
      assert.equal((await supply.find(env, never)).accessKeyId, 'AKIA3');
    });
  });

  test('what was under way when the person signed out is used by those who waited, and not kept', async () => {
    let runs = 0;
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const supply = supplyWith({
      helpers: () => ({ awsCredentialExport: 'export' }),
      runHelper: async () => {
        runs += 1;
        if (runs === 1) await gate;
        const stdout = JSON.stringify({ AccessKeyId: `AKIA${runs}`, SecretAccessKey: 'secret' });
        return { code: 0, stdout, stderr: '', timedOut: false };
      },
    });
    const waiting = supply.find(plain(), never);
    supply.forget();
    assert.equal((await supply.find(plain(), never)).accessKeyId, 'AKIA2');
    supply.forget();
    release();
    await waiting;
    assert.equal((await supply.find(plain(), never)).accessKeyId, 'AKIA3');
  });

  test('the commands get no credentials where those are scrubbed, and never what is for telemetry', async () => {
    const seen = new Map<string, Helper['env']>();
    const runHelper: VendorParts['runHelper'] = async ({ name = '', env }) => {
      seen.set(name, env);
      return { code: name === 'awsAuthRefresh' ? 0 : 1, stdout: '', stderr: '', timedOut: false };
    };
    const env = {
      ...plain(),
      AWS_PROFILE: 'team',
      ANTHROPIC_API_KEY: 'sk-0123456789',
      OTEL_EXPORTER_OTLP_HEADERS: 'k=v',
    };
    await config('[profile team]\ncredential_process = program\n');
    for (const scrub of ['1', '']) {
      const supplies = [{ awsCredentialExport: 'export' }, { awsAuthRefresh: 'refresh' }].map((helpers) =>
        supplyWith({ runHelper, helpers: () => helpers }),
      );
      for (const supply of supplies)
        await problem(supply.find({ ...env, CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: scrub }, never));
      assert.deepEqual([...seen.keys()].sort(), ['awsAuthRefresh', 'awsCredentialExport', 'credential_process']);
      for (const [name, given] of seen) {
        assert.equal(given['OTEL_EXPORTER_OTLP_HEADERS'], undefined, name);
        assert.equal(given['ANTHROPIC_API_KEY'], scrub === '1' ? undefined : 'sk-0123456789', name);
        assert.equal(given['AWS_PROFILE'], 'team', name);
      }
      seen.clear();
    }
  });

  test('refused, and nothing else is there: there is nothing to try again with', async () => {
    const supply = supplyWith();
    const env = { ...plain(), AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret-env' };
    supply.refuse(await supply.find(env, never));
    assert.equal(await supply.renew(env, never), false);
  });

  test('refused to several at once: the person signs in once', async () => {
    await rm(path.join(home, 'runs'), { force: true });
    const command = await script('sign-in.sh', 'echo run >> "$HOME/runs"');
    const supply = supplyWith({ helpers: () => ({ awsAuthRefresh: command }) });
    const env = { ...plain(), AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret-env' };
    const found = await supply.find(env, never);
    const gaveUp = new AbortController();
    const all = [never, never, gaveUp.signal].map((signal) => {
      supply.refuse(found);
      return supply.renew(env, signal);
    });
    gaveUp.abort();
    const ends = await Promise.allSettled(all);
    assert.deepEqual(
      ends.map((end) => (end.status === 'fulfilled' ? end.value : 'gave up')),
      [true, true, 'gave up'],
    );
    assert.equal(await readFile(path.join(home, 'runs'), 'utf8'), 'run\n');
  });

  describe('of awsCredentialExport', () => {
    const KEYS = '"AccessKeyId":"AKIAEXPORT","SecretAccessKey":"secret-export","SessionToken":"session-export"';
    for (const [form, json] of [
      ['nested', `{"Credentials":{${KEYS}}}`],
      ['flat', `{${KEYS},"Expiration":null}`],
    ] as const) {
      test(`in their ${form} form, asked for once, and told to nobody`, async () => {
        const command = await script('export.sh', `echo x >> "$HOME/exports"\necho "secret-noise" >&2\necho '${json}'`);
        await rm(path.join(home, 'exports'), { force: true });
        const supply = supplyWith({ helpers: () => ({ awsCredentialExport: command }) });
        // They count before what the chain would find.
        const env = { ...plain(), AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret-env' };
        for (let i = 0; i < 2; i++) {
          assert.deepEqual(await supply.find(env, never), {
            accessKeyId: 'AKIAEXPORT',
            secretAccessKey: 'secret-export',
            sessionToken: 'session-export',
          });
        }
        assert.equal(await readFile(path.join(home, 'exports'), 'utf8'), 'x\n');
        assert.deepEqual(told, []);
      });
    }

    for (const [what, command, code] of [
      ['prints a banner', `echo Welcome; echo '{"AccessKeyId":"secret-1"}'`, 'bedrock.export.invalid'],
      ['leaves a key out', `echo '{"AccessKeyId":"secret-1","SecretAccessKey":""}'`, 'bedrock.export.invalid'],
      [
        'prints a date that is none',
        `echo '{"AccessKeyId":"a","SecretAccessKey":"secret-1","Expiration":"soon"}'`,
        'bedrock.export.invalid',
      ],
      ['fails', 'echo secret-1; exit 4', 'bedrock.export.failed'],
      ['is not there', '/nonexistent/export', 'bedrock.export.failed'],
    ] as const) {
      test(`a command that ${what} is said, without its output`, async () => {
        const supply = supplyWith({ helpers: () => ({ awsCredentialExport: command }) });
        const { because, detail } = await problem(supply.find(plain(), never));
        assert.equal(because.code, code);
        assert.doesNotMatch(sayInEnglish(because) + detail, /secret-1/);
        assert.match(sayInEnglish(because), /awsCredentialExport/);
      });
    }

    test('they end: five minutes before, the command is asked again', async () => {
      await rm(path.join(home, 'exports'), { force: true });
      const start = Date.now();
      let now = start;
      const until = new Date(start + HOUR).toISOString();
      const command = await script(
        'export.sh',
        `echo x >> "$HOME/exports"\necho '{"Credentials":{${KEYS},"Expiration":"${until}"}}'`,
      );
      const supply = supplyWith({ helpers: () => ({ awsCredentialExport: command }) }, () => now);
      for (const minutes of [0, 54, 56]) {
        now = start + minutes * 60_000;
        await supply.find(plain(), never);
      }
      assert.equal(await readFile(path.join(home, 'exports'), 'utf8'), 'x\nx\n');
    });
  });
});

/** The first time that `work` does not fail. */
async function until(work: () => Promise<string>): Promise<string> {
  for (;;) {
    try {
      return await work();
    } catch {
      // Not yet; the runner's limit ends it should it never come.
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // There is none of that number.
    return false;
  }
}
