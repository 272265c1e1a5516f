// Signing in at a real identity provider, and what happens to the tokens afterwards.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Login, LoginConfig, SecretStore } from '../../../src/contracts/login.ts';
import { createRedirects } from '../../../src/host/redirects.ts';
import { forgetEveryLogin } from '../../../src/login/keptTokens.ts';
import { createLogin, type LoginParts } from '../../../src/login/login.ts';
import { LoginFailure } from '../../../src/util/loginFailure.ts';
import { browse, CLIENT, type IdentityProvider, startIdentityProvider } from '../../support/identityProvider.ts';

const open: IdentityProvider[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

async function provider(options?: Parameters<typeof startIdentityProvider>[0]): Promise<IdentityProvider> {
  const started = await startIdentityProvider(options);
  open.push(started);
  return started;
}

type Store = SecretStore & { entries: Map<string, string> };

function secretStore(): Store {
  const entries = new Map<string, string>();
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    entries,
    get: async (key) => {
      await turn();
      return entries.get(key);
    },
    store: async (key, value) => {
      await turn();
      entries.set(key, value);
    },
    delete: async (key) => {
      await turn();
      entries.delete(key);
    },
  };
}

type Window = { login: Login; ended: string[]; hidden: Set<string>; clock: { ms: number } };

function window_(issuer: string, secrets: SecretStore, more: Partial<LoginConfig & LoginParts> = {}): Window {
  const clock = { ms: 0 };
  const ended: string[] = [];
  const hidden = new Set<string>();
  const { fetch: through = fetch, alone = (_name, work) => work(), ...config } = more;
  const login = createLogin(
    { issuer, clientId: CLIENT, ...config },
    {
      fetch: through,
      secrets,
      now: () => Date.now() + clock.ms,
      alone: alone as LoginParts['alone'],
      onEnded: (account) => ended.push(account.label),
      hide: (secret) => hidden.add(secret),
    },
  );
  return { login, ended, hidden, clock };
}

const redirects = createRedirects({
  web: false,
  remote: false,
  own: 'com.example.editor://assent.assent/oauth',
  external: async (address) => address,
  page: (which) => ({ title: which, text: `It is ${which}.` }),
  timeoutMs: 20_000,
});
const never = new AbortController().signal;

/** The browser goes all the way to the listener; `change` may tamper with the address it comes back to. */
function person(
  login: string,
  consents = true,
  change = (address: URL) => address,
): Parameters<Login['withBrowser']>[0] {
  return {
    receive: redirects.receive,
    open: async (address, redirect) => {
      const back = await browse(address, { login, consents }, (one) => one.startsWith(redirect.redirectUri));
      assert.ok(back.startsWith(redirect.redirectUri), `The browser did not come back: ${back}`);
      await fetch(change(new URL(back)));
    },
  };
}

async function failure(work: Promise<unknown>, code: string): Promise<LoginFailure> {
  const error = await work.then(
    () => assert.fail(`It succeeded, not ${code}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof LoginFailure, String(error));
  assert.equal(error.because.code, code, error.message);
  assert.equal(error.cause, undefined);
  return error;
}

function tokensIn(store: Store): Record<string, string> {
  return JSON.parse([...store.entries.values()].find((value) => value.startsWith('{')) ?? '{}');
}

test('signs in with PKCE, keeps the tokens in the store only, and gives the access token', async () => {
  const idp = await provider();
  const store = secretStore();
  const { login, hidden } = window_(idp.issuer, store);
  assert.equal(await login.token(false, never), undefined);
  assert.deepEqual(await login.ways(never), { browser: true, deviceCode: true });
  const account = await login.withBrowser(person('ada'), never);
  assert.deepEqual([account.id, account.label, account.ended], ['ada', 'ada@example.com', false]);
  const token = await login.token(false, never);
  assert.ok(token !== undefined && (await idp.provider.AccessToken.find(token)) !== undefined);
  assert.ok(hidden.has(token));
  const exchange = idp.requests.find(({ path }) => path === 'POST /token');
  assert.match(exchange?.form.get('code_verifier') ?? '', /^[\w~.-]{43,128}$/);
  assert.equal(exchange?.form.has('client_secret'), false);
  assert.equal(store.entries.size, 3);
  for (const key of store.entries.keys()) assert.match(key, /^assent\.login\.(all|[0-9a-f]+(\.[0-9a-f]+)?)$/);
});

test('several accounts: the last to sign in is used, another can be chosen', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  await login.withBrowser(person('ada'), never);
  await login.withBrowser(person('bob'), never);
  const labels = async () => (await login.accounts()).map(({ label }) => label);
  assert.deepEqual(await labels(), ['bob@example.com', 'ada@example.com']);
  const bobs = await login.token(false, never);
  await login.choose('ada');
  assert.deepEqual(await labels(), ['ada@example.com', 'bob@example.com']);
  const adas = await login.token(false, never);
  assert.notEqual(adas, bobs);
  assert.equal((await idp.provider.AccessToken.find(adas ?? ''))?.accountId, 'ada');
  assert.equal(await login.token(false, never, 'bob'), bobs);
  await login.withBrowser(person('bob'), never);
  assert.deepEqual(await labels(), ['bob@example.com', 'ada@example.com']);
});

test('the audience is sent as such and as a resource, and the token is for it', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore(), {
    audience: 'https://models.example',
    scopes: ['openid', 'models', 'offline_access'],
    parameters: { prompt: 'consent' },
  });
  await login.withBrowser(person('ada'), never);
  const [, payload = ''] = (await login.token(false, never))?.split('.') ?? [];
  assert.equal(JSON.parse(Buffer.from(payload, 'base64url').toString()).aud, 'https://models.example');
  await login.token(true, never);
  const sent = idp.requests.filter(({ path }) => path === 'POST /token').map(({ form }) => form.get('resource'));
  assert.deepEqual(sent, ['https://models.example', 'https://models.example']);
});

test('what settings add cannot change what makes the exchange safe', async () => {
  const idp = await provider();
  for (const name of ['code_challenge', 'redirect_uri', 'state', 'response_type', 'request_uri']) {
    const { login } = window_(idp.issuer, secretStore(), { parameters: { [name]: 'x' } });
    await failure(login.withBrowser(person('ada'), never), 'login.badParameter');
  }
});

test('a denied consent says so, and nothing is kept', async () => {
  const idp = await provider();
  const store = secretStore();
  const { login } = window_(idp.issuer, store);
  const { message } = await failure(login.withBrowser(person('ada', false), never), 'login.denied');
  assert.match(message, /denied.*Sign in again/);
  assert.equal(store.entries.size, 0);
});

test('an answer with another state is not taken, and the right one still is', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  const account = await login.withBrowser(
    {
      receive: redirects.receive,
      open: async (address, redirect) => {
        const back = new URL(await browse(address, { login: 'ada' }, (one) => one.startsWith(redirect.redirectUri)));
        const forged = new URL(back);
        forged.searchParams.set('state', 'somebody-elses');
        const response = await fetch(forged);
        assert.equal(response.status, 404);
        assert.match(await response.text(), /It is elsewhere/);
        assert.equal((await fetch(new URL('/other', back))).status, 404);
        assert.equal(redirect.accept(forged.href), false);
        await fetch(back);
      },
    },
    never,
  );
  assert.equal(account.id, 'ada');
});

test('each request has a state, a nonce and a challenge of its own, and the answer must have the state', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  const asked: URLSearchParams[] = [];
  for (const state of ['somebody-elses', '']) {
    const steps: Parameters<Login['withBrowser']>[0] = {
      // A way back that looks at nothing itself.
      receive: async () => ({
        redirectUri: 'http://127.0.0.1:1/callback',
        result: Promise.resolve(new URL(`http://127.0.0.1:1/callback?code=c&state=${state}&iss=${idp.issuer}`)),
        accept: () => false,
        dispose: () => {},
      }),
      open: async (address) => void asked.push(new URL(address).searchParams),
    };
    await failure(login.withBrowser(steps, never), 'login.otherAnswer');
  }
  for (const name of ['state', 'nonce', 'code_challenge']) {
    const values = asked.map((query) => query.get(name) ?? '');
    assert.ok(
      values.every((value) => value.length >= 43),
      name,
    );
    assert.equal(new Set(values).size, 2, name);
  }
  assert.equal(asked[0]?.get('code_challenge_method'), 'S256');
  assert.equal(asked[0]?.get('response_type'), 'code');
  assert.equal(
    idp.requests.some(({ path }) => path === 'POST /token'),
    false,
  );
});

test('an answer in the name of another issuer is refused before the code is sent', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  const wrongIssuer = person('ada', true, (address) => {
    address.searchParams.set('iss', 'https://evil.example');
    return address;
  });
  await failure(login.withBrowser(wrongIssuer, never), 'login.otherAnswer');
  assert.equal(
    idp.requests.some(({ path }) => path === 'POST /token'),
    false,
  );
});

test('an ID token for another request is refused', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  const steps = person('ada');
  await failure(
    login.withBrowser(
      {
        ...steps,
        open: async (address, redirect) => {
          const other = new URL(address);
          other.searchParams.set('nonce', 'of-another-request');
          await steps.open(other.href, redirect);
        },
      },
      never,
    ),
    'login.otherAnswer',
  );
});

test('a code that was used before is refused, and is in no message', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  let code = '';
  const replayed = person('ada', true, (address) => {
    if (code !== '') address.searchParams.set('code', code);
    code = address.searchParams.get('code') ?? '';
    return address;
  });
  await login.withBrowser(replayed, never);
  const { message } = await failure(login.withBrowser(replayed, never), 'login.codeRefused');
  assert.doesNotMatch(message, new RegExp(code));
});

test('what the other side says is quoted without the secrets that it repeats', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  let sent = '';
  idp.intercept = (request, response) => {
    if (request.url !== '/token') return false;
    sent = idp.requests.at(-1)?.form.get('code') ?? '';
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: 'invalid_request', error_description: `bad code ${sent}\u202e` }));
    return true;
  };
  const { message } = await failure(login.withBrowser(person('ada'), never), 'login.refused');
  assert.ok(sent.length > 10);
  assert.match(message, /“bad code \[hidden\]⟨U\+202E⟩”/);
});

test('what is no token is called that, and a page that does not open leaves nobody listening', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  for (const [body, type] of [
    ['{"token_type":"bearer"}', 'application/json'],
    ['{"access_token":"a\\nb","token_type":"bearer","id_token":"x"}', 'application/json'],
    ['<h1>Welcome</h1>', 'text/html'],
  ] as const) {
    idp.intercept = (request, response) => {
      if (request.url !== '/token') return false;
      response.writeHead(200, { 'content-type': type }).end(body);
      return true;
    };
    await failure(login.withBrowser(person('ada'), never), 'login.badAnswer');
  }
  let address = '';
  const closed: Parameters<Login['withBrowser']>[0] = {
    receive: redirects.receive,
    open: async (_page, redirect) => {
      address = redirect.redirectUri;
      throw new Error('no browser');
    },
  };
  await assert.rejects(login.withBrowser(closed, never));
  await assert.rejects(fetch(address));
});

test('nobody comes back: stopped by the person', async () => {
  const idp = await provider();
  const { login } = window_(idp.issuer, secretStore());
  const stop = new AbortController();
  const waiting = login.withBrowser({ receive: redirects.receive, open: async () => stop.abort() }, stop.signal);
  await failure(waiting, 'login.cancelled');
});

test('an issuer that cannot be used says why and what to change', async () => {
  const idp = await provider();
  const at = (issuer: string, more: Partial<LoginConfig & LoginParts> = {}) =>
    window_(issuer, secretStore(), more).login.ways(never);
  await failure(at('http://idp.example'), 'login.notAnAddress');
  await failure(at('not an address'), 'login.notAnAddress');
  await failure(at(idp.issuer, { baseUrl: 'http://gateway.example' }), 'login.notAnAddress');
  assert.match((await failure(at(`${idp.issuer}/realms/x`), 'login.noMetadata')).message, /HTTP 404/);
  assert.match((await failure(at('http://127.0.0.1:1'), 'login.unreachable')).message, /ECONNREFUSED|bad port/);
  await failure(at(idp.issuer.replace('127.0.0.1', 'localhost')), 'login.otherIssuer');

  const answers = (change: (metadata: Record<string, unknown>) => void): LoginParts['fetch'] => {
    return async (url, init) => {
      const response = await fetch(url, init);
      if (!String(url).includes('.well-known')) return response;
      const metadata = (await response.json()) as Record<string, unknown>;
      change(metadata);
      return Response.json(metadata);
    };
  };
  const insecure = answers((metadata) => {
    metadata['token_endpoint'] = 'http://tokens.example/';
  });
  await failure(at(idp.issuer, { fetch: insecure }), 'login.badMetadata');
  const script = answers((metadata) => {
    metadata['authorization_endpoint'] = 'vscode://evil.extension/run';
  });
  await failure(at(idp.issuer, { fetch: script }), 'login.badMetadata');
  const plain = answers((metadata) => {
    metadata['code_challenge_methods_supported'] = ['plain'];
  });
  const { login } = window_(idp.issuer, secretStore(), { fetch: plain });
  await failure(login.withBrowser(person('ada'), never), 'login.noPkce');
});

test('metadata of OAuth alone do, and then the account has the name of the host', async () => {
  const idp = await provider();
  const oauthOnly: LoginParts['fetch'] = async (url, init) => {
    if (String(url).endsWith('/.well-known/openid-configuration')) return new Response('', { status: 404 });
    const known = String(url).replace('oauth-authorization-server', 'openid-configuration');
    return fetch(known, init);
  };
  const config = { audience: 'https://models.example', scopes: ['models'] };
  const { login } = window_(idp.issuer, secretStore(), { fetch: oauthOnly, ...config });
  const account = await login.withBrowser(person('ada'), never);
  assert.equal(account.label, new URL(idp.issuer).host);
  assert.ok(await login.token(false, never));
});

test('a client or a scope that the other side does not know', async () => {
  const idp = await provider();
  const unknown = window_(idp.issuer, secretStore(), { clientId: 'nobody' });
  await failure(
    unknown.login.withDeviceCode(() => {}, never),
    'login.unknownClient',
  );
  const scope = window_(idp.issuer, secretStore(), { audience: 'not-an-address', scopes: ['openid', 'unheard-of'] });
  await scope.login.withBrowser(person('ada'), never);
  const target = window_(idp.issuer, secretStore(), { audience: 'urn:x#fragment' });
  await failure(target.login.withBrowser(person('ada'), never), 'login.badScope');
});

test('a token is renewed a minute before its end, and once when it was refused', async () => {
  const idp = await provider({ lifetimeS: 600 });
  const { login, clock } = window_(idp.issuer, secretStore(), { parameters: { prompt: 'consent' } });
  await login.withBrowser(person('ada'), never);
  const first = await login.token(false, never);
  clock.ms = 530_000;
  assert.equal(await login.token(false, never), first);
  clock.ms = 545_000;
  const asked = await Promise.all([login.token(false, never), login.token(false, never), login.token(false, never)]);
  assert.equal(new Set(asked).size, 1);
  assert.notEqual(asked[0], first);
  const refreshes = () => idp.requests.filter(({ form }) => form.get('grant_type') === 'refresh_token').length;
  assert.equal(refreshes(), 1);
  const third = await login.token(true, never);
  assert.notEqual(third, asked[0]);
  assert.equal(refreshes(), 2);
  assert.equal(await login.token(false, never), third);
});

test('a clock that is minutes wrong does no harm; hours are named as the fault', async () => {
  const idp = await provider();
  const { login, clock } = window_(idp.issuer, secretStore());
  clock.ms = -3 * 3600_000;
  await login.withBrowser(person('ada'), never);
  const first = await login.token(false, never);
  clock.ms += 3000_000;
  assert.equal(await login.token(false, never), first);

  // What says who signed in is good for a minute; the identity provider, in this process too, has the right time.
  const ttl = { AccessToken: 600, Interaction: 600, Session: 600, Grant: 6000, IdToken: 60, RefreshToken: 6000 };
  const brief = await provider({ more: { ttl } });
  const real = Date.now;
  const ahead = (ms: number): LoginParts['fetch'] => {
    return async (url, init) => {
      const response = await fetch(url, init);
      if (String(url).endsWith('/token')) Date.now = () => real() + ms;
      return response;
    };
  };
  try {
    const minutes = window_(brief.issuer, secretStore(), { fetch: ahead(120_000) });
    await minutes.login.withBrowser(person('ada'), never);
    Date.now = real;
    const hours = window_(brief.issuer, secretStore(), { fetch: ahead(2 * 3600_000) });
    await failure(hours.login.withBrowser(person('ada'), never), 'login.clock');
  } finally {
    Date.now = real;
  }
});

test('two windows that renew at once: both go on, whether or not they can keep out of each other’s way', async () => {
  for (const locked of [true, false]) {
    const idp = await provider({ lifetimeS: 600 });
    const store = secretStore();
    let last: Promise<unknown> = Promise.resolve();
    const alone: LoginParts['alone'] = (_name, work) => {
      if (!locked) return work();
      const next = last.then(work, work);
      last = next.catch(() => {});
      return next;
    };
    const more = { alone, parameters: { prompt: 'consent' } };
    const one = window_(idp.issuer, store, more);
    const other = window_(idp.issuer, store, more);
    await one.login.withBrowser(person('ada'), never);
    const first = await one.login.token(false, never);
    assert.equal(await other.login.token(false, never), first);
    if (!locked) {
      // The other one asks with the same refresh token while the first is being answered, and is told that it is used.
      let held: (() => void) | undefined;
      idp.intercept = (request, response) => {
        if (request.url !== '/token') return false;
        if (held !== undefined) {
          response.writeHead(400, { 'content-type': 'application/json' });
          response.end('{"error":"invalid_grant"}');
          idp.intercept = undefined;
          held();
          return true;
        }
        const answer = idp.provider.callback();
        held = () => void answer(request, response);
        return true;
      };
    }
    const [left, right] = await Promise.all([one.login.token(true, never), other.login.token(true, never)]);
    assert.ok(left !== undefined && left !== first);
    assert.equal(left, right);
    const refreshes = idp.requests.filter(({ form }) => form.get('grant_type') === 'refresh_token').length;
    assert.equal(refreshes, locked ? 1 : 2);
    assert.deepEqual([...one.ended, ...other.ended], []);
  }
});

test('a session that was taken back: told once and clearly, and no other credential is taken in silence', async () => {
  const idp = await provider();
  const store = secretStore();
  const { login, ended } = window_(idp.issuer, store, { parameters: { prompt: 'consent' } });
  await login.withBrowser(person('ada'), never);
  const { accessToken = '', refreshToken = '' } = tokensIn(store);
  const found = await idp.provider.RefreshToken.find(refreshToken);
  await found?.destroy();
  const { message } = await failure(login.token(true, never), 'login.ended');
  assert.match(message, /no longer signed in.*Assent: Sign In/);
  await failure(login.token(false, never), 'login.ended');
  await failure(login.token(true, never), 'login.ended');
  assert.deepEqual(ended, ['ada@example.com']);
  assert.deepEqual(
    (await login.accounts()).map((account) => account.ended),
    [true],
  );
  for (const secret of [accessToken, refreshToken]) {
    assert.ok(secret.length > 20);
    assert.doesNotMatch([message, ...store.entries.values()].join('\n'), new RegExp(secret));
  }
  const other = window_(idp.issuer, store);
  await failure(other.login.token(false, never), 'login.ended');
  assert.deepEqual(other.ended, []);
  await login.withBrowser(person('ada'), never);
  assert.ok(await login.token(false, never));
});

test('without a refresh token the session ends with the token, not before', async () => {
  const idp = await provider({ lifetimeS: 600, more: { issueRefreshToken: async () => false } });
  const { login, clock, ended } = window_(idp.issuer, secretStore());
  await login.withBrowser(person('ada'), never);
  clock.ms = 590_000;
  assert.ok(await login.token(false, never));
  clock.ms = 601_000;
  await failure(login.token(false, never), 'login.ended');
  assert.equal(ended.length, 1);
});

test('an identity provider that is down takes nothing away', async () => {
  const idp = await provider({ lifetimeS: 600 });
  const { login, clock } = window_(idp.issuer, secretStore(), { parameters: { prompt: 'consent' } });
  await login.withBrowser(person('ada'), never);
  const first = await login.token(false, never);
  idp.intercept = (request, response) => {
    if (request.url !== '/token') return false;
    response.writeHead(503, { 'content-type': 'text/html' });
    response.end('<h1>maintenance</h1>');
    return true;
  };
  clock.ms = 550_000;
  assert.equal(await login.token(false, never), first, 'it holds for some seconds yet');
  clock.ms = 700_000;
  const { message } = await failure(login.token(false, never), 'login.unreachable');
  assert.match(message, /HTTP 503/);
  idp.intercept = undefined;
  assert.notEqual(await login.token(false, never), first);
});

test('signing out forgets everything here and at the identity provider', async () => {
  const idp = await provider();
  const store = secretStore();
  const { login } = window_(idp.issuer, store, { parameters: { prompt: 'consent' } });
  await login.withBrowser(person('ada'), never);
  const { accessToken = '', refreshToken = '' } = tokensIn(store);
  assert.equal(await login.signOut('ada'), true);
  assert.equal(store.entries.size, 0);
  assert.equal(await login.token(false, never), undefined);
  assert.equal(await idp.provider.AccessToken.find(accessToken), undefined);
  assert.equal(await idp.provider.RefreshToken.find(refreshToken), undefined);
  const told = idp.requests.flatMap(({ form }) => form.get('token') ?? []);
  assert.deepEqual(told, [refreshToken, accessToken]);
});

test('signing out of everything leaves nothing of logins that settings no longer speak of', async () => {
  const idp = await provider();
  const secrets = secretStore();
  await window_(idp.issuer, secrets).login.withBrowser(person('ada'), never);
  const other = await provider();
  const now = window_(other.issuer, secrets).login;
  await now.withBrowser(person('bob'), never);
  secrets.entries.set('assent.keys', 'another part’s');
  assert.equal(secrets.entries.size, 6);
  assert.equal(await now.signOut('bob'), true);
  assert.equal(secrets.entries.size, 4);
  await forgetEveryLogin(secrets);
  assert.deepEqual([...secrets.entries.keys()], ['assent.keys']);
});

test('signing out while the identity provider is down forgets, and says that it could not be told', async () => {
  const idp = await provider();
  const store = secretStore();
  const { login } = window_(idp.issuer, store);
  await login.withBrowser(person('ada'), never);
  idp.intercept = (_request, response) => {
    response.destroy();
    return true;
  };
  assert.equal(await login.signOut('ada'), false);
  assert.equal(store.entries.size, 0);
});

test('a token that arrives after signing out is not kept', async () => {
  const idp = await provider();
  const store = secretStore();
  const { login } = window_(idp.issuer, store, { parameters: { prompt: 'consent' } });
  const other = window_(idp.issuer, store);
  await login.withBrowser(person('ada'), never);
  for (const from of [login, other.login]) {
    if (from === other.login) await login.withBrowser(person('ada'), never);
    let release: (() => void) | undefined;
    const asked = new Promise<void>((resolve) => {
      idp.intercept = (request, response) => {
        if (request.url !== '/token') return false;
        idp.intercept = undefined;
        release = () => void idp.provider.callback()(request, response);
        resolve();
        return true;
      };
    });
    const renewing = login.token(true, never);
    await asked;
    const out = from.signOut('ada');
    // Forgotten before anything is told to anybody.
    while (store.entries.size > 0) await new Promise((resolve) => setImmediate(resolve));
    release?.();
    assert.equal(await renewing.catch(() => undefined), undefined);
    await out;
    assert.equal(store.entries.size, 0);
  }
});

test('a store that fails says so', async () => {
  const idp = await provider();
  const store = secretStore();
  const { login } = window_(idp.issuer, {
    ...store,
    store: async () => Promise.reject(new Error('keyring is locked')),
  });
  const { message } = await failure(login.withBrowser(person('ada'), never), 'login.notStored');
  assert.match(message, /keyring is locked/);
});
