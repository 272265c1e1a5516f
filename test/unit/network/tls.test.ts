import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { createServer as createWebServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { after, before, test } from 'node:test';
import { failureOfThrown } from '../../../src/providers/failures.ts';
import { type Certificate, makeAuthority, makeCertificate } from '../../support/certificate.ts';
import {
  authority,
  everything,
  type Folder,
  failing,
  HOSTS,
  networkWith,
  own,
  said,
  startServer,
  type TestServer,
  temporaryFolder,
  walk,
} from './kit.ts';

const SECRET = 'passphrase-that-is-hidden';
const people = makeAuthority('People of the test');
const person = makeCertificate([], { by: people, name: 'laptop-7' });
const stranger = makeCertificate([], { by: makeAuthority('Strangers'), name: 'stranger' });

let folder: Folder;
let mutual: TestServer;
let file: Record<'ca' | 'cert' | 'key' | 'locked' | 'strangerCert' | 'strangerKey' | 'text' | 'both', string>;

before(async () => {
  folder = await temporaryFolder();
  mutual = await startServer({ ca: people.cert });
  const locked = createPrivateKey(person.key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: SECRET })
    .toString();
  file = {
    ca: await folder.file('ca.pem', authority.cert),
    cert: await folder.file('cert.pem', person.cert),
    key: await folder.file('key.pem', person.key),
    locked: await folder.file('locked.pem', locked),
    strangerCert: await folder.file('stranger.pem', stranger.cert),
    strangerKey: await folder.file('stranger.key', stranger.key),
    text: await folder.file('text.pem', 'no certificate'),
    both: await folder.file('both.pem', person.cert + person.key),
  };
});
after(async () => {
  await mutual.close();
  await folder.remove();
});

const CERT = 'CLAUDE_CODE_CLIENT_CERT';
const KEY = 'CLAUDE_CODE_CLIENT_KEY';
const PASSPHRASE = 'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE';
const trusting = (env: Record<string, string> = {}) => ({ NODE_EXTRA_CA_CERTS: file.ca, ...env });

test('a service that wants a client certificate gets it, its key with or without a passphrase', async () => {
  for (const env of [
    { [CERT]: file.cert, [KEY]: file.key },
    { [CERT]: file.cert, [KEY]: file.locked, [PASSPHRASE]: SECRET },
    { [CERT]: file.both },
  ]) {
    const network = networkWith(trusting(env));
    assert.equal(await (await network.fetch(mutual.url('/in'))).text(), 'GET /in');
    network.refresh();
  }
});

test('without a client certificate, or with one that it does not take, the service refuses, and it is said what to do', async (t) => {
  // Speaks up in the handshake; the newer protocol does so after it.
  const older = createHttpsServer(
    { ...own, ca: people.cert, requestCert: true, rejectUnauthorized: true, maxVersion: 'TLSv1.2' },
    (_request, response) => response.end('in'),
  );
  older.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => older.listen(0, '127.0.0.1', resolve));
  t.after(() => older.close());
  const olderUrl = `https://api.test:${(older.address() as AddressInfo).port}/`;
  const strange = { [CERT]: file.strangerCert, [KEY]: file.strangerKey };

  for (const url of [mutual.url(), olderUrl]) {
    for (const env of [{}, strange]) {
      const network = networkWith(trusting(env));
      const failure = failureOfThrown(await failing(network.fetch(url)), false);
      assert.ok(['tls', 'network'].includes(failure.code), failure.code);
      network.refresh();
    }
    const without = await walk(networkWith(trusting()), url);
    assert.match(
      without.at(-1) ?? '',
      /^clientCertificate failed: .*CLAUDE_CODE_CLIENT_CERT and CLAUDE_CODE_CLIENT_KEY/,
    );
    const refused = await walk(networkWith(trusting(strange)), url);
    assert.match(
      refused.at(-1) ?? '',
      /^clientCertificate failed: .*“stranger” in .*stranger\.pem, valid until 2049-12-31/,
    );
    assert.deepEqual([without.length, refused.length], [5, 5]);
  }
  // As web servers say it that look at the certificate themselves.
  const web = await startServer({
    ca: people.cert,
    refuse: false,
    answer: (_request, response) =>
      response.writeHead(400).end('<title>400 No required SSL certificate was sent</title>'),
  });
  t.after(() => web.close());
  assert.match(
    (await walk(networkWith(trusting()), web.url())).at(-1) ?? '',
    /^clientCertificate failed: api\.test wants a client certificate \(400\)/,
  );
});

test('what is wrong with the client certificate is said by variable and file, and nothing is sent', async () => {
  const before = mutual.connections();
  for (const [env, words] of [
    [
      { [CERT]: '/none.pem', [KEY]: file.key },
      /CLAUDE_CODE_CLIENT_CERT names \/none\.pem, which cannot be read: it does not exist/,
    ],
    [{ [CERT]: file.cert, [KEY]: '/none.key' }, /CLAUDE_CODE_CLIENT_KEY names \/none\.key, which cannot be read/],
    [{ [CERT]: file.text, [KEY]: file.key }, /CLAUDE_CODE_CLIENT_CERT names .*text\.pem, which holds no certificate/],
    [{ [CERT]: file.cert, [KEY]: file.text }, /CLAUDE_CODE_CLIENT_KEY names .*text\.pem, which holds no private key/],
    [
      { [CERT]: file.cert },
      /cert\.pem, which holds no private key\. Name the file of the key in CLAUDE_CODE_CLIENT_KEY/,
    ],
    [{ [KEY]: file.key }, /CLAUDE_CODE_CLIENT_KEY is set and CLAUDE_CODE_CLIENT_CERT is not/],
    [{ [CERT]: file.cert, [KEY]: file.strangerKey }, /stranger\.key does not belong to the certificate/],
    [{ [CERT]: file.cert, [KEY]: file.locked }, /Put it into CLAUDE_CODE_CLIENT_KEY_PASSPHRASE/],
    [
      { [CERT]: file.cert, [KEY]: file.locked, [PASSPHRASE]: `${SECRET}-wrong` },
      /The passphrase in CLAUDE_CODE_CLIENT_KEY_PASSPHRASE does not open/,
    ],
  ] as const) {
    const network = networkWith(trusting(env as Record<string, string>));
    const error = await failing(network.fetch(mutual.url()));
    assert.match(said(error), words);
    assert.doesNotMatch(everything(error), new RegExp(`${SECRET}|PRIVATE KEY`));
    assert.deepEqual([failureOfThrown(error, false).code, failureOfThrown(error, false).retryable], ['tls', false]);
    const steps = await walk(network, mutual.url());
    assert.deepEqual([steps.length, steps[0]?.startsWith('clientCertificate failed: ')], [1, true]);
    assert.match(steps[0] ?? '', words);
  }
  assert.equal(mutual.connections(), before);
});

test('a certificate that was exchanged is read again after a refused connection, and by a refresh', async () => {
  const cert = await folder.file('turn.pem', stranger.cert);
  const key = await folder.file('turn.key', stranger.key);
  const network = networkWith(trusting({ [CERT]: cert, [KEY]: key }));
  await failing(network.fetch(mutual.url()));
  await folder.file('turn.pem', person.cert);
  await folder.file('turn.key', person.key);
  assert.equal((await network.fetch(mutual.url())).status, 200);
  await folder.file('turn.pem', stranger.cert);
  await folder.file('turn.key', stranger.key);
  // The connection that stands goes on to be used until then.
  assert.equal((await network.fetch(mutual.url())).status, 200);
  network.refresh();
  await failing(network.fetch(mutual.url()));
  network.refresh();
});

test('a certificate that is not to be trusted says whose it is and what to change', async (t) => {
  const day = (iso: string) => `${iso.replaceAll('-', '').slice(2)}000000Z`;
  const rows: Array<[string, Certificate, RegExp, string]> = [
    [
      'of an unknown authority',
      makeCertificate(HOSTS, { by: makeAuthority('Corporate root') }),
      /“Corporate root”, an authority that is not trusted here \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)\. .*NODE_EXTRA_CA_CERTS/,
      'api.test',
    ],
    [
      'of its own',
      makeCertificate(HOSTS, { name: 'Self' }),
      /“Self”, an authority that is not trusted here \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
      'api.test',
    ],
    [
      'expired',
      makeCertificate(HOSTS, { by: authority, name: 'api.test', to: day('2026-01-31') }),
      /“api\.test” of api\.test expired on 2026-01-31; today is \d{4}-\d\d-\d\d/,
      'api.test',
    ],
    [
      'not yet valid',
      makeCertificate(HOSTS, { by: authority, name: 'api.test', from: day('2048-01-31') }),
      /valid from 2048-01-31 on.*clock/,
      'api.test',
    ],
    ['for another host', own, /is for api\.test, other\.test, not for third\.test/, 'third.test'],
  ];
  for (const [what, certificate, words, host] of rows) {
    const server = await startServer({ certificate });
    t.after(() => server.close());
    const network = networkWith(trusting());
    const error = await failing(network.fetch(server.url('/', host)));
    assert.match(said(error), words, what);
    assert.deepEqual(
      [failureOfThrown(error, false).code, failureOfThrown(error, false).retryable],
      ['tls', false],
      what,
    );
    assert.equal(server.requests.length, 0);
    const steps = await walk(network, server.url('/', host));
    assert.match(steps.at(-1) ?? '', /^certificate failed: /);
    assert.match(steps.at(-1) ?? '', words, what);
    network.refresh();
  }
});

test('the words of a certificate are one line of plain text', async (t) => {
  const name = `Root\n\u001b[31m\u202eevil ${'x'.repeat(300)}`;
  const server = await startServer({ certificate: makeCertificate(HOSTS, { by: makeAuthority(name) }) });
  t.after(() => server.close());
  const words = said(await failing(networkWith({}).fetch(server.url())));
  assert.doesNotMatch(words, /[\n\u001b\u202e]|x{121}/);
  assert.match(words, /“Root\[31mevil x/);
});

test('which authorities count: bundled, the system’s, and those of a file', async () => {
  const system = { SSL_CERT_FILE: file.ca };
  for (const [env, editor, trusted] of [
    [{}, true, false],
    [system, true, true],
    [system, false, false],
    [{ ...system, CLAUDE_CODE_CERT_STORE: 'bundled' }, true, false],
    [{ ...system, CLAUDE_CODE_CERT_STORE: 'system' }, true, true],
    [{ ...system, CLAUDE_CODE_CERT_STORE: 'System, bundled' }, false, true],
    [{ NODE_EXTRA_CA_CERTS: file.ca, CLAUDE_CODE_CERT_STORE: 'bundled' }, true, true],
  ] as const) {
    const network = networkWith(env as Record<string, string>, {
      editor: () => ({ noProxy: [], strictSsl: true, systemCertificates: editor }),
    });
    const server = await startServer();
    const answered = await network.fetch(server.url()).then(
      () => true,
      () => false,
    );
    assert.equal(answered, trusted, JSON.stringify([env, editor]));
    network.refresh();
    await server.close();
  }
});

test('the system’s store is read again by a refresh', async (t) => {
  const store = await folder.file('store.pem', people.cert);
  const server = await startServer();
  t.after(() => server.close());
  const network = networkWith({ SSL_CERT_FILE: store });
  t.after(network.refresh);
  await failing(network.fetch(server.url()));
  await folder.file('store.pem', authority.cert);
  network.refresh();
  assert.equal((await network.fetch(server.url())).status, 200);
});

test('authorities that cannot be read are named, and nothing is sent', async () => {
  for (const [env, words] of [
    [
      { NODE_EXTRA_CA_CERTS: '/none.pem' },
      /NODE_EXTRA_CA_CERTS names \/none\.pem, which cannot be read: it does not exist/,
    ],
    [{ NODE_EXTRA_CA_CERTS: file.text }, /NODE_EXTRA_CA_CERTS names .*text\.pem, which holds no certificate/],
    [{ CLAUDE_CODE_CERT_STORE: 'keychain' }, /CLAUDE_CODE_CERT_STORE has a value that is not known/],
    [
      { CLAUDE_CODE_CERT_STORE: 'system', SSL_CERT_FILE: '/none.pem' },
      /store of the system could not be read: it does not exist/,
    ],
    [
      { CLAUDE_CODE_CERT_STORE: 'system', SSL_CERT_FILE: file.text },
      /No authority is trusted: the certificate store of the system is empty/,
    ],
  ] as const) {
    const network = networkWith(env as Record<string, string>);
    const before = mutual.connections();
    const error = await failing(network.fetch(mutual.url()));
    assert.match(said(error), words);
    assert.equal(mutual.connections(), before);
    assert.match((await walk(network, mutual.url())).join(), /^certificate failed: /);
  }
  // Where others are trusted too, it is said once the chain fails.
  const network = networkWith({ SSL_CERT_FILE: '/none.pem' });
  assert.match(
    said(await failing(network.fetch(mutual.url()))),
    /“Authority of the test”.*the certificate store of the system could not be read: it does not exist/,
  );
});

test('a port without encryption, and a proxy that is reached with encryption', async (t) => {
  const web = createWebServer((_request, response) => response.end('plain'));
  const inside = await startServer();
  // A proxy behind a certificate that is for no name at all.
  const proxy = createHttpsServer(makeCertificate(['proxy.test'], { name: 'Proxy' }));
  const asked: string[] = [];
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
    const upstream = connect(inside.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket).pipe(upstream);
    });
    for (const one of [socket, upstream]) one.on('error', () => {});
  });
  proxy.on('tlsClientError', () => {});
  for (const one of [web, proxy]) await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    web.close();
    proxy.close();
    proxy.closeAllConnections();
    await inside.close();
  });
  const { port } = web.address() as AddressInfo;
  assert.match(
    said(await failing(networkWith({}).fetch(`https://api.test:${port}/`))),
    /does not speak TLS.*begin with http/,
  );

  const url = `https://me:hidden-word@proxy.test:${(proxy.address() as AddressInfo).port}`;
  const editor = (strictSsl: boolean) => () => ({ proxy: url, noProxy: [], strictSsl, systemCertificates: true });
  const strict = networkWith(trusting(), { editor: editor(true) });
  const error = await failing(strict.fetch(inside.url()));
  assert.match(said(error), /The proxy proxy\.test:\d+ \(http\.proxy\) cannot be trusted\. .*“Proxy”/);
  assert.doesNotMatch(everything(error), /hidden-word/);
  const lax = networkWith(trusting(), { editor: editor(false) });
  t.after(lax.refresh);
  assert.equal(await (await lax.fetch(inside.url('/in'))).text(), 'GET /in');
  assert.deepEqual(asked, [`api.test:${inside.port} Basic ${Buffer.from('me:hidden-word').toString('base64')}`]);
  // The host behind it is checked all the same.
  const unknown = networkWith({}, { editor: editor(false) });
  assert.match(
    said(await failing(unknown.fetch(inside.url()))),
    /“Authority of the test”, an authority that is not trusted/,
  );
});
