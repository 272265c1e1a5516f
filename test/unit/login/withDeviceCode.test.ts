// A code that is entered elsewhere, at a real identity provider.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { DeviceCode } from '../../../src/contracts/login.ts';
import { createLogin, type LoginParts } from '../../../src/login/login.ts';
import { LoginFailure } from '../../../src/util/loginFailure.ts';
import { browse, CLIENT, type IdentityProvider, startIdentityProvider } from '../../support/identityProvider.ts';

const open: IdentityProvider[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
const never = new AbortController().signal;

/** `given` changes what the identity provider says of the code, so that nobody has to wait for seconds. */
async function setUp(given: Record<string, unknown> = {}, more: Partial<LoginParts> = {}) {
  const idp = await startIdentityProvider();
  open.push(idp);
  const entries = new Map<string, string>();
  const quick: LoginParts['fetch'] = async (url, init) => {
    const response = await fetch(url, init);
    if (!String(url).endsWith('/device/auth')) return response;
    return Response.json({ ...((await response.json()) as object), interval: 0.05, ...given });
  };
  const login = createLogin(
    { issuer: idp.issuer, clientId: CLIENT },
    {
      fetch: quick,
      secrets: {
        get: async (key) => entries.get(key),
        store: async (key, value) => void entries.set(key, value),
        delete: async (key) => void entries.delete(key),
      },
      now: Date.now,
      alone: (_name, work) => work(),
      onEnded: () => {},
      hide: () => {},
      ...more,
    },
  );
  const polls = () => idp.requests.filter(({ form }) => form.get('grant_type')?.endsWith('device_code')).length;
  return { idp, login, polls };
}

async function failure(work: Promise<unknown>, code: string): Promise<void> {
  const error = await work.then(
    () => assert.fail(`It succeeded, not ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof LoginFailure, String(error));
  assert.equal(error.because.code, code, error.message);
}

async function enter({ code, address }: DeviceCode, login: string, consents = true): Promise<void> {
  await browse(address, { login, consents }, () => false, { user_code: code });
}

test('the code is shown, asked after until it is entered, and signs in', async () => {
  const { idp, login, polls } = await setUp();
  let shown: DeviceCode | undefined;
  const signedIn = login.withDeviceCode((code) => {
    shown = code;
  }, never);
  // It is asked after before anybody entered it.
  while (polls() < 2) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(shown);
  assert.match(shown.code, /^[A-Z-]{6,}$/);
  assert.equal(shown.address, `${idp.issuer}/device`);
  await enter(shown, 'ada');
  const account = await signedIn;
  assert.equal(account.label, 'ada@example.com');
  assert.ok(await login.token(false, never));
});

test('denied where it was entered', async () => {
  const { login } = await setUp();
  await failure(
    login.withDeviceCode((code) => void enter(code, 'ada', false), never),
    'login.denied',
  );
});

test('a code that nobody enters expires, by our clock or by the word of the other side', async () => {
  const ours = await setUp({ expires_in: 0.2 });
  await failure(
    ours.login.withDeviceCode(() => {}, never),
    'login.codeExpired',
  );
  const theirs = await setUp();
  theirs.idp.intercept = (request, response) => {
    if (request.url !== '/token') return false;
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"expired_token"}');
    return true;
  };
  await failure(
    theirs.login.withDeviceCode(() => {}, never),
    'login.codeExpired',
  );
});

test('asks more slowly when it is told to', async () => {
  const { idp, login, polls } = await setUp();
  const waits: number[] = [];
  const real = globalThis.setTimeout;
  const quick = (run: () => void, ms = 0, ...rest: never[]) => {
    if (ms >= 1_000) waits.push(ms);
    return real(run, ms >= 1_000 ? 1 : ms, ...rest);
  };
  idp.intercept = (request, response) => {
    if (request.url !== '/token' || polls() > 1) return false;
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"slow_down"}');
    return true;
  };
  try {
    globalThis.setTimeout = quick as typeof globalThis.setTimeout;
    await login.withDeviceCode((code) => void enter(code, 'ada'), never);
  } finally {
    globalThis.setTimeout = real;
  }
  assert.ok(waits.includes(5_000), `waited ${waits.join(', ')}`);
});

test('stopped by the person', async () => {
  const { login } = await setUp();
  const stop = new AbortController();
  await failure(
    login.withDeviceCode(() => stop.abort(), stop.signal),
    'login.cancelled',
  );
});

test('a page that is no web page is not shown', async () => {
  const { login } = await setUp({ verification_uri: 'vscode://evil.extension/run' });
  let shown = false;
  await failure(
    login.withDeviceCode(() => {
      shown = true;
    }, never),
    'login.badAnswer',
  );
  assert.equal(shown, false);
});
