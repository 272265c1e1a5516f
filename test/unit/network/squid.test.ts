import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { failureOfThrown } from '../../../src/providers/failures.ts';
import { makeAuthority } from '../../support/certificate.ts';
import { type Squid, startSquid } from '../../support/squid.ts';
import {
  authority,
  everything,
  type Folder,
  failing,
  HOSTS,
  networkWith,
  said,
  startServer,
  type TestServer,
  temporaryFolder,
  walk,
} from './kit.ts';

// The package is Debian's; elsewhere these are left out.
const skip = process.platform === 'linux' ? false : 'needs squid';
const PASSWORD = 'p4ssw0rdhidden';

const inspector = makeAuthority('Inspecting box of the test');
let server: TestServer;
let folder: Folder;
let plain: Squid;
let inspecting: Squid;
let ca = '';

before(async () => {
  if (skip) return;
  folder = await temporaryFolder();
  ca = await folder.file('ca.pem', authority.cert);
  server = await startServer();
  plain = await startSquid({ hosts: HOSTS, user: `me:${PASSWORD}`, refuse: ['refused.test'] });
  inspecting = await startSquid({ hosts: HOSTS, inspect: { authority: inspector, upstream: authority.cert } });
});
after(async () => {
  // What did not start needs no end.
  await Promise.all([plain?.stop(), inspecting?.stop(), server?.close()]);
  await folder?.remove();
});

const withPassword = (password = PASSWORD) => plain.url.replace('://', `://me:${password}@`);
/** The lines of that form, once there are any: they are written after the answer. */
async function logged(squid: Squid, form: RegExp): Promise<string[]> {
  for (let tries = 0; tries < 300; tries++) {
    const lines = (await squid.log()).filter((line) => form.test(line));
    if (lines.length > 0) return lines;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return assert.fail(`Never logged: ${form}`);
}
/** Names are the proxy's business. */
const unresolved = { resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) };

test('a request goes through a proxy with a password, encrypted to the service, on one connection for several', {
  skip,
}, async () => {
  const network = networkWith({ HTTPS_PROXY: withPassword(), NODE_EXTRA_CA_CERTS: ca }, unresolved);
  for (const place of ['/one', '/two', '/three', '/four']) {
    const response = await network.fetch(server.url(place), { method: 'POST', body: 'hello' });
    assert.equal(await response.text(), `POST ${place}`);
  }
  network.refresh();
  // The client may open a second one while it puts the first aside.
  const tunnels = await logged(plain, new RegExp(`^CONNECT api\\.test:${server.port} 200$`));
  assert.ok(tunnels.length <= 2, tunnels.join('\n'));
  assert.equal(
    server.requests.some((request) => 'proxy-authorization' in request.headers),
    false,
  );
});

test('an address without encryption is asked of the proxy whole', { skip }, async (t) => {
  const web = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
  t.after(() => web.close());
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const { port } = web.address() as AddressInfo;
  const network = networkWith({ http_proxy: withPassword() }, unresolved);
  t.after(network.refresh);
  const url = `http://api.test:${port}/a?b=1`;
  assert.equal(await (await network.fetch(url)).text(), `api.test:${port} /a?b=1`);
  await logged(plain, /^GET http:\/\/api\.test:\d+\/a\?b=1 200$/);
  const wrong = networkWith({ http_proxy: withPassword('wrong') }, unresolved);
  t.after(wrong.refresh);
  await assert.rejects(wrong.fetch(url), (error) => /refused the user name and password \(407\)/.test(said(error)));
});

test('what the proxy refuses is told as its doing, without its password, and is not tried again', {
  skip,
}, async () => {
  const gone = await startServer();
  const closed = gone.url();
  await gone.close();
  for (const [proxy, url, words, retryable] of [
    [plain.url, server.url(), /wants a user name and password \(407\)/, false],
    [withPassword('wr0ngsecret'), server.url(), /refused the user name and password \(407\)/, false],
    [withPassword(), 'https://refused.test/', /refused the connection to refused\.test:443 \(403 Forbidden\)/, false],
    [withPassword(), 'https://unknown.test/', /could not reach unknown\.test:443 \(50\d /, true],
    [withPassword(), closed, /could not reach api\.test:\d+ \(503 Service Unavailable\)/, true],
  ] as const) {
    const network = networkWith({ https_proxy: proxy }, unresolved);
    const error = await failing(network.fetch(url));
    assert.match(said(error), words);
    assert.match(said(error), /The proxy 127\.0\.0\.1:\d+ \(https_proxy\)/);
    assert.doesNotMatch(everything(error), /p4ssw0rdhidden|wr0ngsecret|Basic /);
    const failure = failureOfThrown(error, false);
    assert.deepEqual([failure.code, failure.retryable], ['network', retryable], said(error));
    network.refresh();
  }
});

test('behind a box that looks into connections its authority has to be known', { skip }, async () => {
  const without = networkWith({ HTTPS_PROXY: inspecting.url, NODE_EXTRA_CA_CERTS: ca }, unresolved);
  const error = await failing(without.fetch(server.url()));
  assert.match(said(error), /comes from “Inspecting box of the test”, an authority that is not trusted here/);
  assert.match(said(error), /NODE_EXTRA_CA_CERTS/);
  assert.deepEqual([failureOfThrown(error, false).code, failureOfThrown(error, false).retryable], ['tls', false]);

  const file = await folder.file('inspector.pem', inspector.cert);
  for (const env of [{ NODE_EXTRA_CA_CERTS: file }, { SSL_CERT_FILE: file }]) {
    const network = networkWith({ HTTPS_PROXY: inspecting.url, ...env }, unresolved);
    assert.equal(await (await network.fetch(server.url('/seen'))).text(), 'GET /seen');
    network.refresh();
  }
  // The box has seen what is inside.
  await logged(inspecting, /^GET https:\/\/api\.test:\d+\/seen 200$/);
});

test('the walk names the proxy, and the authority of the box', { skip }, async () => {
  const file = await folder.file('inspector.pem', inspector.cert);
  const inside = networkWith({ HTTPS_PROXY: inspecting.url, NODE_EXTRA_CA_CERTS: file }, unresolved);
  const address = inspecting.url.replace('http://', '');
  const steps = await walk(inside, server.url());
  assert.deepEqual(steps, [
    'name skipped: The proxy looks up api.test.',
    `proxy ok: The proxy ${address} (HTTPS_PROXY) took the connection.`,
    `connection ok: The proxy connected to api.test:${server.port}.`,
    'certificate ok: The certificate of api.test comes from “Inspecting box of the test” and is valid until 2049-12-31.',
    'clientCertificate skipped: No client certificate is set, and api.test answers without one.',
  ]);
  const outside = await walk(networkWith({ HTTPS_PROXY: inspecting.url }, unresolved), server.url());
  assert.match(outside.at(-1) ?? '', /^certificate failed: .*“Inspecting box of the test”.*NODE_EXTRA_CA_CERTS/);

  const wrong = await walk(networkWith({ HTTPS_PROXY: withPassword('wr0ngsecret') }, unresolved), server.url());
  assert.deepEqual([wrong.length, /^proxy failed: .*\(407\)/.test(wrong[1] ?? '')], [2, true], wrong.join('\n'));
  assert.doesNotMatch(wrong.join('\n'), /wr0ngsecret/);
  const unknown = await walk(networkWith({ HTTPS_PROXY: withPassword() }, unresolved), 'https://unknown.test/');
  assert.match(unknown.slice(1).join('\n'), /^proxy ok: .*\nconnection failed: .*could not reach unknown\.test:443/);
});
