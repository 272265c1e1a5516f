// Microsoft Foundry: keys, tokens and Microsoft Entra, addresses, what is sent, and what a person reads when it fails.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import type { ProviderOptions } from '../../../src/providers/index.ts';
import { becauseOfFailure } from '../../../src/util/phrases/providers.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { type Front, type FrontAnswer, type FrontRequest, startFront } from '../../support/front.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { behavesAsAProvider } from './behaviour.ts';
import { answerOf, failureOf, providerFor, requestOf, user } from './providerKit.ts';

const KEY = 'foundry-key-0123456789';
const TOKEN = 'foundry-token-0123456789';
const CLIENT_SECRET = 'client-secret-of-the-team';
const SECRETS = [KEY, TOKEN, CLIENT_SECRET, 'entra-token'];
const TENANT = '11111111-2222-3333-4444-555555555555';
const CLIENT = '66666666-7777-8888-9999-000000000000';
const home = mkdtempSync(path.join(tmpdir(), 'assent-foundry-'));
after(() => rmSync(home, { recursive: true, force: true }));

/** The service takes a key under either of its names, and tokens of Entra. */
function startFoundry(
  rehearsal: { url: string },
  next: () => FrontAnswer | undefined = () => undefined,
): Promise<Front> {
  return startFront(rehearsal, {
    receive: ({ method, path: where, headers, body }) => {
      const answer = next();
      if (answer) return { answer };
      if (method !== 'POST' || where !== '/anthropic/v1/messages')
        return { answer: refusal(404, `No ${method} ${where}`) };
      const bearer = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
      const allowed = headers['api-key'] === KEY || bearer === TOKEN || bearer?.startsWith('entra-token-');
      if (!allowed) return { answer: refusal(401, 'Access denied due to invalid subscription key') };
      assert.equal(headers['anthropic-version'], '2023-06-01');
      const { model, ...asked } = JSON.parse(body) as { model: string };
      return { ask: { ...asked, model: model === 'our-deployment' ? 'assent-rehearsal' : model } };
    },
  });
}

function refusal(status: number, message: string): FrontAnswer {
  return { status, body: JSON.stringify({ error: { code: String(status), message } }) };
}

/** Where requests to hosts of Microsoft's go in a test; nowhere, unless it says. */
let toMicrosoft: typeof fetch = async () => {
  throw new TypeError('fetch failed');
};
/** One for all: Microsoft's package keeps the first that it is given for the metadata of the machine. */
const microsoftOrNot: typeof fetch = (url, init) => {
  const ofMicrosoft = /^https?:\/\/(169\.254\.169\.254|[\w-]+\.(microsoftonline|services\.ai\.azure)\.com)\//.test(
    String(url),
  );
  return ofMicrosoft ? toMicrosoft(url, init) : fetch(url, init);
};

behavesAsAProvider({
  name: 'foundry',
  start: async (rehearsal) => startFoundry(rehearsal),
  env: (url) => ({
    CLAUDE_CODE_USE_FOUNDRY: '1',
    ANTHROPIC_FOUNDRY_BASE_URL: `${url}/anthropic`,
    ANTHROPIC_FOUNDRY_API_KEY: KEY,
  }),
  noCredential: { ANTHROPIC_FOUNDRY_API_KEY: '' },
  secrets: [KEY],
  more: {
    mayStart: () => false,
    fetch: microsoftOrNot,
  },
});

describe('Microsoft Foundry', () => {
  let rehearsal: Rehearsal;
  let front: Front;
  let entra: Awaited<ReturnType<typeof startEntra>>;
  let next: FrontAnswer | undefined;
  const said: unknown[] = [];
  const sentTo: string[] = [];
  const hello = requestOf([user('Hello')]);
  before(async () => {
    rehearsal = await startRehearsal();
    rehearsal.setScript({ turns: [[{ text: 'ok' }]], loop: true });
    front = await startFoundry(rehearsal, () => {
      const answer = next;
      next = undefined;
      return answer;
    });
    entra = await startEntra();
  });
  afterEach(() => {
    const text = JSON.stringify(said.splice(0));
    for (const secret of SECRETS) assert.equal(text.includes(secret), false, text);
    front.reset();
    entra.reset();
    sentTo.length = 0;
  });
  after(async () => {
    await front.close();
    await entra.close();
    await rehearsal.close();
  });

  before(() => {
    toMicrosoft = (url, init) => {
      const { hostname, pathname, search } = new URL(String(url));
      if (hostname.endsWith('.services.ai.azure.com')) return fetch(front.url + pathname, init);
      const headers = new Headers(init?.headers);
      headers.set('x-real-host', hostname);
      return fetch(`${entra.url}${pathname}${search}`, { ...init, headers });
    };
  });
  const recording: typeof fetch = (url, init) => {
    const { hostname, pathname } = new URL(String(url));
    if (pathname.includes('/v1/messages')) sentTo.push(hostname + pathname);
    return microsoftOrNot(url, init);
  };
  const make = (env: Record<string, string>, more: Partial<ProviderOptions> = {}) =>
    providerFor(
      { url: 'http://anthropic.invalid' },
      {
        CLAUDE_CODE_USE_FOUNDRY: '1',
        ANTHROPIC_FOUNDRY_RESOURCE: 'our-team',
        ANTHROPIC_AUTH_TOKEN: 'token-of-another-service',
        ...env,
      },
      {
        ...vendorParts(),
        fetch: recording,
        mayStart: () => false,
        onRequest: (facts) => said.push(facts),
        tell: (because) => said.push(because),
        ...more,
      },
    );
  const sent = (): FrontRequest => front.requests().at(-1) ?? assert.fail('nothing was sent');
  const failing = async (env: Record<string, string>, more: Partial<ProviderOptions> = {}) => {
    const { failure } = await failureOf(make({ CLAUDE_CODE_MAX_RETRIES: '0', ...env }, more), hello);
    const read = sayInEnglish(becauseOfFailure(failure));
    for (const secret of SECRETS) assert.equal(`${read} ${failure.detail}`.includes(secret), false);
    assert.equal(/\{\w+\}/.test(read), false, read);
    return { failure, read };
  };
  const SERVICE = { AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_CLIENT_SECRET: CLIENT_SECRET };

  test('a token goes before a key, a key before Entra; one is sent, and no other service’s', async () => {
    await answerOf(make({ ...SERVICE, ANTHROPIC_FOUNDRY_AUTH_TOKEN: TOKEN, ANTHROPIC_FOUNDRY_API_KEY: KEY }), hello);
    assert.equal(sent().headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(sent().headers['api-key'] ?? sent().headers['x-api-key'], undefined);
    await answerOf(make({ ...SERVICE, ANTHROPIC_FOUNDRY_API_KEY: KEY }), hello);
    assert.equal(sent().headers['api-key'], KEY);
    assert.equal(sent().headers['x-api-key'], KEY);
    assert.equal(sent().headers.authorization, undefined);
    assert.deepEqual(entra.asked(), []);
  });

  test('the resource makes the address, a base URL goes before it', async () => {
    await answerOf(make({ ANTHROPIC_FOUNDRY_API_KEY: KEY }), hello);
    await answerOf(
      make({ ANTHROPIC_FOUNDRY_API_KEY: KEY, ANTHROPIC_FOUNDRY_BASE_URL: `${front.url}/anthropic/` }),
      hello,
    );
    assert.deepEqual(sentTo, [
      'our-team.services.ai.azure.com/anthropic/v1/messages',
      '127.0.0.1/anthropic/v1/messages',
    ]);
  });

  test('a model is called by the name of its deployment, with the session and the betas', async () => {
    const env = { ANTHROPIC_FOUNDRY_API_KEY: KEY, ANTHROPIC_BETAS: 'one-2026-01-01' };
    await answerOf(make(env), { ...hello, model: 'our-deployment', session: 's-1' });
    assert.equal((JSON.parse(sent().body) as { model: string }).model, 'our-deployment');
    assert.equal(sent().headers['anthropic-beta'], 'one-2026-01-01');
    assert.equal(sent().headers['x-assent-session-id'], 's-1');
  });

  test('a client secret: a token of Entra, kept for the next request', async () => {
    const provider = make(SERVICE);
    await answerOf(provider, hello);
    await answerOf(provider, hello);
    assert.equal(entra.tokens(), 1);
    assert.equal(sent().headers.authorization, 'Bearer entra-token-1');
    assert.equal(entra.forms()[0]?.get('client_secret'), CLIENT_SECRET);
    assert.equal(entra.forms()[0]?.get('scope')?.split(' ')[0], 'https://ai.azure.com/.default');
    // Nothing but Entra and the service was asked.
    assert.ok(entra.asked().every((where) => where.startsWith('login.microsoftonline.com ')));
  });

  test('the workload identity of a cluster', async () => {
    const file = path.join(home, 'token');
    await writeFile(file, 'assertion-of-the-cluster');
    await answerOf(make({ AZURE_TENANT_ID: TENANT, AZURE_CLIENT_ID: CLIENT, AZURE_FEDERATED_TOKEN_FILE: file }), hello);
    assert.equal(entra.forms()[0]?.get('client_assertion'), 'assertion-of-the-cluster');
  });

  test('the managed identity of a machine of Microsoft’s', async () => {
    entra.onAzure();
    // An identity of its own: Microsoft's package keeps the token of each for the life of the process.
    await answerOf(make({ AZURE_CLIENT_ID: 'identity-of-the-machine' }), hello);
    assert.equal(sent().headers.authorization, 'Bearer entra-token-1');
    assert.ok(entra.asked().some((where) => where.startsWith('169.254.169.254 /metadata/identity/oauth2/token')));
  });

  test('the sign-in of the Azure command line, where programs may be started', async () => {
    const az = path.join(home, 'az');
    const token = {
      accessToken: 'entra-token-of-az',
      expires_on: Math.floor(Date.now() / 1000) + 3600,
      tokenType: 'Bearer',
    };
    await writeFile(az, `#!/bin/sh\necho '${JSON.stringify(token)}'\n`);
    await chmod(az, 0o755);
    const before = process.env['PATH'];
    process.env['PATH'] = `${home}${path.delimiter}${before}`;
    try {
      await answerOf(make({}, { mayStart: () => true }), hello);
      assert.equal(sent().headers.authorization, 'Bearer entra-token-of-az');
      const { read } = await failing({}, { mayStart: () => false });
      assert.match(read, /not asked before this folder is trusted/);
    } finally {
      process.env['PATH'] = before;
    }
  });

  test('a gateway that signs in by itself is sent no credential', async () => {
    const { failure } = await failing({
      ...SERVICE,
      ANTHROPIC_FOUNDRY_API_KEY: KEY,
      CLAUDE_CODE_SKIP_FOUNDRY_AUTH: '1',
    });
    assert.equal(failure.status, 401);
    for (const name of ['authorization', 'api-key', 'x-api-key']) assert.equal(sent().headers[name], undefined);
    assert.deepEqual(entra.asked(), []);
  });

  describe('what a person reads', () => {
    for (const [what, env, code, words] of [
      [
        'no resource',
        { ANTHROPIC_FOUNDRY_RESOURCE: '', ANTHROPIC_FOUNDRY_API_KEY: KEY },
        'noCredential',
        /ANTHROPIC_FOUNDRY_RESOURCE/,
      ],
      [
        'a resource that leads elsewhere',
        { ANTHROPIC_FOUNDRY_RESOURCE: 'evil.example/x', ANTHROPIC_FOUNDRY_API_KEY: KEY },
        'noCredential',
        /not the name of a resource/,
      ],
      [
        'an address that is none',
        { ANTHROPIC_FOUNDRY_BASE_URL: 'here', ANTHROPIC_FOUNDRY_API_KEY: KEY },
        'noCredential',
        /ANTHROPIC_FOUNDRY_BASE_URL is not an address/,
      ],
      [
        'a key that cannot be sent',
        { ANTHROPIC_FOUNDRY_API_KEY: 'k€y-0123456789' },
        'badRequest',
        /character that cannot be sent/,
      ],
      [
        'a wrong key',
        { ANTHROPIC_FOUNDRY_API_KEY: 'wrong-key-0123456789' },
        'authentication',
        /ANTHROPIC_FOUNDRY_API_KEY/,
      ],
    ] as const) {
      test(what, async () => {
        const { failure, read } = await failing(env);
        assert.equal(failure.code, code);
        assert.match(`${read} ${failure.detail}`, words);
        assert.equal(`${read} ${failure.detail}`.includes(env.ANTHROPIC_FOUNDRY_API_KEY), false);
      });
    }

    for (const [what, answer, code, words] of [
      [
        'no role',
        refusal(403, 'The principal lacks the required data action'),
        'permission',
        /our-team\.services\.ai\.azure\.com.*Azure AI User/,
      ],
      [
        'no such deployment',
        refusal(404, 'The API deployment for this resource does not exist'),
        'notFound',
        /no deployment “assent-rehearsal”/,
      ],
      [
        'a page sent on',
        { status: 302, headers: { location: 'https://login.example/' }, body: '' },
        'network',
        /Foundry cannot be reached at our-team/,
      ],
    ] as const) {
      test(what, async () => {
        next = answer;
        const { failure, read } = await failing({ ANTHROPIC_FOUNDRY_API_KEY: KEY });
        assert.equal(failure.code, code);
        assert.match(read, words);
        assert.notEqual(failure.detail, '');
      });
    }

    test('a secret that Entra refuses', async () => {
      entra.refuse();
      const { failure, read } = await failing(SERVICE);
      assert.equal(failure.code, 'authentication');
      assert.match(read, /Microsoft Entra did not issue a token/);
      assert.match(failure.detail, /AADSTS7000215: Invalid client secret provided \(\[hidden\]\)/);
      assert.equal(front.requests().length, 0);
    });

    test('Entra cannot be reached', async () => {
      const apart: typeof fetch = async (url, init) => {
        if (!String(url).includes('microsoftonline')) return recording(url, init);
        throw new TypeError('fetch failed', {
          cause: Object.assign(new Error('getaddrinfo ENOTFOUND login.microsoftonline.com'), { code: 'ENOTFOUND' }),
        });
      };
      const { failure, read } = await failing(SERVICE, { fetch: apart });
      assert.equal(failure.code, 'network');
      assert.equal(failure.retryable, true);
      assert.match(read, /Microsoft Entra cannot be reached/);
    });

    test('no credentials at all', async () => {
      const before = process.env['PATH'];
      process.env['PATH'] = path.join(home, 'empty');
      try {
        const { failure, read } = await failing({}, { mayStart: () => true });
        assert.equal(failure.code, 'noCredential');
        assert.match(read, /az login/);
      } finally {
        process.env['PATH'] = before;
      }
    });
  });
});

/** Microsoft Entra and the metadata service of a machine, as far as tokens go. */
async function startEntra() {
  let asked: string[] = [];
  let forms: URLSearchParams[] = [];
  let tokens = 0;
  let refused = false;
  let machine = false;
  const server = createServer(async (request, response) => {
    const host = String(request.headers['x-real-host']);
    const where = new URL(request.url ?? '/', 'http://x');
    asked.push(`${host} ${where.pathname}`);
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString('utf8'));
    const json = (status: number, value: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const authority = `https://login.microsoftonline.com/${TENANT}`;
    if (host === '169.254.169.254') {
      if (!machine || request.headers['metadata'] !== 'true') return void request.socket.destroy();
      const resource = where.searchParams.get('resource');
      const expires = Math.floor(Date.now() / 1000) + 3600;
      const token = { access_token: `entra-token-${++tokens}`, expires_in: '3600', expires_on: String(expires) };
      return void json(200, { ...token, resource, token_type: 'Bearer' });
    }
    if (where.pathname.endsWith('/discovery/instance')) {
      const metadata = [
        {
          preferred_network: 'login.microsoftonline.com',
          preferred_cache: 'login.windows.net',
          aliases: ['login.microsoftonline.com'],
        },
      ];
      return void json(200, {
        tenant_discovery_endpoint: `${authority}/v2.0/.well-known/openid-configuration`,
        metadata,
      });
    }
    if (where.pathname.endsWith('/openid-configuration')) {
      return void json(200, {
        issuer: `${authority}/v2.0`,
        authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
        token_endpoint: `${authority}/oauth2/v2.0/token`,
        jwks_uri: `${authority}/discovery/v2.0/keys`,
      });
    }
    forms.push(form);
    if (refused) {
      // Worse than the real one: whatever it repeats, nobody may be told.
      const description = `AADSTS7000215: Invalid client secret provided (${form.get('client_secret')}).`;
      return void json(401, { error: 'invalid_client', error_description: description });
    }
    json(200, { access_token: `entra-token-${++tokens}`, expires_in: 3600, token_type: 'Bearer' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    forms: () => forms,
    tokens: () => tokens,
    refuse: () => {
      refused = true;
    },
    onAzure: () => {
      machine = true;
    },
    reset: () => {
      asked = [];
      forms = [];
      tokens = 0;
      refused = false;
      machine = false;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
