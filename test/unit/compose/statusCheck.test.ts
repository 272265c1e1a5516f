// A walk to the model over a real network: each step that can fail does, is named, and says what to change.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createNetwork } from '../../../src/network/network.ts';
import { makeAuthority, makeCertificate } from '../../support/certificate.ts';
import { startConnectProxy } from '../../support/connectProxy.ts';
import { startFront } from '../../support/front.ts';
import { startKeyService } from '../../support/keyService.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { startSquid } from '../../support/squid.ts';
import { authority, type Folder, HOSTS, type TestServer, temporaryFolder } from '../network/kit.ts';
import { cap, PRICE, till } from '../usage/kit.ts';
import { failedAt, KEY, MODEL, type StatusOptions, startSecure, statusWith, type Walk, walk } from './statusKit.ts';

let rehearsal: Rehearsal;
let secure: TestServer;
let folder: Folder;
let ca: string;
before(async () => {
  rehearsal = await startRehearsal({ script: { turns: [{ blocks: [{ text: 'OK' }] }], loop: true } });
  secure = await startSecure(rehearsal);
  folder = await temporaryFolder();
  ca = await folder.file('ca.pem', authority.cert);
});
after(async () => {
  await secure?.close();
  await rehearsal?.close();
  await folder?.remove();
});

const at = (url: string, more: Record<string, string> = {}) => ({
  ANTHROPIC_BASE_URL: url.replace(/\/$/, ''),
  ANTHROPIC_API_KEY: KEY,
  ...more,
});

async function walked(env: Record<string, string>, options: StatusOptions = {}, model = MODEL): Promise<Walk> {
  const status = statusWith(env, options);
  try {
    const found = await walk(status, model);
    assert.equal(found.hops.length, 7, found.lines.join('\n'));
    assert.ok(!found.everything.includes(KEY), 'the key is in what is said');
    return found;
  } finally {
    status.close();
  }
}

/** Named, with these words; what comes after it is skipped, and a first remedy is offered. */
function fails(found: Walk, hop: string, words: RegExp, remedy = 'settings'): void {
  assert.equal(failedAt(found), hop, found.lines.join('\n'));
  const place = found.hops.findIndex(({ state }) => state === 'failed');
  assert.match(found.lines[place] ?? '', words);
  assert.deepEqual(found.hops[place]?.remedies[0], remedy);
  assert.equal(found.hops[place]?.remedies.at(-1), 'log');
  for (const later of found.hops.slice(place + 1)) assert.equal(later.state, 'skipped');
  assert.equal(found.cost, undefined);
}

test('every step of a good way is told, the rehearsal as such, and what it cost', async () => {
  rehearsal.reset();
  const found = await walked(at(secure.url(), { NODE_EXTRA_CA_CERTS: ca }));
  assert.deepEqual(
    found.hops.map(({ hop, state }) => `${hop} ${state}`),
    [
      'name ok',
      'proxy skipped',
      'connection ok',
      'certificate ok',
      'clientCertificate skipped',
      'authentication ok',
      'model ok',
    ],
  );
  assert.match(found.lines.at(-1) ?? '', /no real model was asked/);
  assert.match(found.cost ?? '', /used \d+ tokens/);
  const sent = rehearsal.requests().filter(({ path }) => path === '/v1/messages');
  assert.equal(sent.length, 1);
  assert.match(JSON.stringify(sent[0]?.body), /"max_tokens":1,/);
});

test('a name that nobody knows', async () => {
  const resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
  fails(
    await walked(at('https://nowhere.test'), { network: { resolve } }),
    'name',
    /nowhere\.test cannot be looked up.*HTTPS_PROXY/,
  );
});

test('an address that is none', async () => {
  fails(await walked(at('gateway.example')), 'name', /ANTHROPIC_BASE_URL is not an address: gateway\.example/);
});

test('a port where nobody listens', async () => {
  const gone = await startSecure(rehearsal);
  await gone.close();
  fails(await walked(at(gone.url())), 'connection', /No connection to .*ECONNREFUSED/);
});

test('proxies that are no address, away, refuse, or want a password', async (t) => {
  const refusing = await startConnectProxy(secure.port, 403);
  const asking = await startConnectProxy(secure.port, 407);
  t.after(() => Promise.all([refusing.close(), asking.close()]));
  for (const [proxy, words] of [
    ['socks5://proxy.test:1080', /SOCKS proxy, which is not supported/],
    ['http://127.0.0.1:1', /does not answer/],
    [refusing.url, /refused the connection to .* \(403/],
    [asking.url, /wants a user name and password \(407\)/],
    [asking.url.replace('://', `://me:${KEY}@`), /refused the user name and password \(407\)/],
  ] as const) {
    fails(await walked(at(secure.url(), { HTTPS_PROXY: proxy })), 'proxy', words);
  }
  const byEditor = await walked(at(secure.url()), { editor: { proxy: asking.url } });
  fails(byEditor, 'proxy', /\(http\.proxy\)/, 'editorSettings');
});

test('an inspecting proxy: its authority is missing, then it is trusted', {
  skip: process.platform === 'linux' ? false : 'needs squid',
}, async (t) => {
  const inspector = makeAuthority('Inspecting box of Example Corp');
  const squid = await startSquid({ hosts: HOSTS, inspect: { authority: inspector, upstream: authority.cert } });
  t.after(squid.stop);
  const env = at(secure.url(), { HTTPS_PROXY: squid.url });
  fails(await walked(env), 'certificate', /“Inspecting box of Example Corp”.*NODE_EXTRA_CA_CERTS/);
  const file = await folder.file('inspector.pem', inspector.cert);
  const found = await walked({ ...env, NODE_EXTRA_CA_CERTS: file });
  assert.equal(failedAt(found), undefined, found.lines.join('\n'));
  assert.match(found.lines[1] ?? '', /proxy ok: /);
});

test('a certificate that has expired, and a file of authorities that is not there', async (t) => {
  const expired = makeCertificate(HOSTS, { by: authority, from: '200101000000Z', to: '210101000000Z' });
  const server = await startSecure(rehearsal, { certificate: expired });
  t.after(server.close);
  fails(await walked(at(server.url(), { NODE_EXTRA_CA_CERTS: ca })), 'certificate', /expired on 2021-01-01/);
  const missing = await walked(at(secure.url(), { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' }));
  fails(
    { ...missing, hops: missing.hops.slice(3), lines: missing.lines.slice(3) },
    'certificate',
    /NODE_EXTRA_CA_CERTS names \/nowhere\/ca\.pem/,
  );
  assert.deepEqual(
    missing.hops.slice(0, 3).map(({ state }) => state),
    ['skipped', 'skipped', 'skipped'],
  );
});

test('a client certificate that is missing, refused, and taken', async (t) => {
  const people = makeAuthority('People of the test');
  const mutual = await startSecure(rehearsal, { ca: people.cert });
  t.after(mutual.close);
  const files = async (name: string, by = people) => {
    const { cert, key } = makeCertificate([], { by, name });
    return {
      NODE_EXTRA_CA_CERTS: ca,
      CLAUDE_CODE_CLIENT_CERT: await folder.file(`${name}.pem`, cert),
      CLAUDE_CODE_CLIENT_KEY: await folder.file(`${name}.key`, key),
    };
  };
  const without = await walked(at(mutual.url(), { NODE_EXTRA_CA_CERTS: ca }));
  fails(without, 'clientCertificate', /CLAUDE_CODE_CLIENT_CERT/);
  const stranger = await files('stranger', makeAuthority('Strangers'));
  fails(await walked(at(mutual.url(), stranger)), 'clientCertificate', /“stranger”/);
  const found = await walked(at(mutual.url(), await files('laptop-7')));
  assert.equal(failedAt(found), undefined, found.lines.join('\n'));
  assert.match(found.lines[4] ?? '', /clientCertificate ok: .*“laptop-7”/);
});

test('what the service says: of the credential, of the model, of itself; asked once', async (t) => {
  let next = { status: 0, type: '' };
  const service = await startFront(rehearsal, {
    receive: () => ({
      answer: {
        status: next.status,
        body: JSON.stringify({ type: 'error', error: { type: next.type, message: `no, ${KEY}` } }),
      },
    }),
  });
  t.after(service.close);
  for (const [status, type, hop, words, remedy] of [
    [401, 'authentication_error', 'authentication', /ANTHROPIC_API_KEY/, 'signIn'],
    [403, 'permission_error', 'authentication', /may not use this model/, 'model'],
    [404, 'not_found_error', 'model', /model or the address was not found/, 'model'],
    [400, 'invalid_request_error', 'model', /refused the request/, 'model'],
    [429, 'rate_limit_error', 'model', /limits how fast/, 'model'],
    [529, 'overloaded_error', 'model', /overloaded/, 'model'],
    [500, 'api_error', 'model', /error of its own/, 'model'],
  ] as const) {
    next = { status, type };
    service.reset();
    const found = await walked(at(service.url));
    fails(found, hop, words, remedy);
    assert.equal(service.requests().length, 1, `${status} was tried again`);
    if (hop === 'model') assert.equal(found.hops[5]?.state, 'skipped');
  }
});

test('an address that answers something else than a model', async (t) => {
  const page = await startFront(rehearsal, {
    receive: () => ({ answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Log in</p>' } }),
  });
  t.after(page.close);
  fails(await walked(at(page.url)), 'model', /not an answer of a model/, 'model');
});

test('a credential that is missing, and one that is not the right one', async (t) => {
  const service = await startKeyService(rehearsal, { accepts: ({ key }) => key === 'another' });
  t.after(service.close);
  const none = await walked({ ANTHROPIC_BASE_URL: service.url });
  fails(none, 'authentication', /no API key yet/, 'signIn');
  assert.equal(service.messages().length, 0);
  fails(await walked(at(service.url)), 'authentication', /ANTHROPIC_API_KEY/, 'signIn');
});

test('a cap that is reached sends nothing, and leads to the usage', async () => {
  rehearsal.reset();
  const { meter, ask } = till(undefined, { caps: () => [cap('day', 0.000001)], price: () => PRICE });
  const guard: StatusOptions['guard'] = (provider) => meter.metered(provider, () => 'anthropic');
  assert.equal((await ask()).type, 'failed');
  fails(await walked(at(rehearsal.url), { guard }), 'model', /cap/i, 'usage');
  assert.equal(rehearsal.requests().length, 0);
});

test('what is asked is counted as a check', async () => {
  const { meter, ledger } = till();
  const guard: StatusOptions['guard'] = (provider) => meter.metered(provider, () => 'anthropic');
  const found = await walked(at(rehearsal.url), { guard });
  assert.equal(failedAt(found), undefined, found.lines.join('\n'));
  assert.match(found.cost ?? '', /used \d+ tokens \(.*\$/);
  const { rows } = await ledger.rows(0);
  assert.deepEqual(
    rows.map(({ purpose }) => purpose),
    ['check'],
  );
});

test('settings of the organisation that cannot be read let nothing be sent', async () => {
  rehearsal.reset();
  const because = { code: 'settings.unreadable', args: { file: '/etc/policy.json', detail: 'EACCES' } };
  const blocked = { file: '/etc/policy.json', scope: 'managed' as const, because };
  fails(await walked(at(rehearsal.url), { settings: { blocked } }), 'model', /\/etc\/policy\.json/);
  assert.equal(rehearsal.requests().length, 0);
});

test('a model of VS Code: its way is not ours, and it is asked all the same', async () => {
  const asked: string[] = [];
  const guard: StatusOptions['guard'] = (provider) => ({
    ...provider,
    async *stream({ model }) {
      asked.push(model);
      yield { type: 'failed', failure: { code: 'permission', detail: 'Not allowed.', retryable: false } };
    },
  });
  const found = await walked({}, { guard }, 'vscode:copilot/one');
  assert.deepEqual(
    found.hops.map(({ state }) => state),
    [...Array<string>(6).fill('skipped'), 'failed'],
  );
  assert.deepEqual(asked, ['vscode:copilot/one']);
});

test('a walk that is stopped says no more', async (t) => {
  const stop = new AbortController();
  const network = createNetwork({ env: () => ({}) });
  t.after(network.refresh);
  const status = statusWith(at('https://slow.test'), {
    network: {
      resolve: () => {
        stop.abort();
        return new Promise(() => {});
      },
    },
  });
  t.after(status.close);
  assert.deepEqual((await walk(status, MODEL, stop.signal)).hops, []);
});
