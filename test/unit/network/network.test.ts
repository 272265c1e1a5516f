import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createPlainServer, Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { failureOfThrown } from '../../../src/providers/failures.ts';
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
} from './kit.ts';

let server: TestServer;
let folder: Folder;
let ca = '';
const bodies: string[] = [];

before(async () => {
  folder = await temporaryFolder();
  ca = await folder.file('ca.pem', authority.cert);
  server = await startServer({
    answer: async (request, response) => {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      bodies.push(body);
      if (request.url === '/moved') response.writeHead(302, { location: '/target' }).end('gone');
      else if (request.url === '/stream') {
        response.write('first\n');
        release = () => response.end('second\n');
      } else response.end(`${request.method} ${request.url}`);
    },
  });
});
after(async () => {
  await server.close();
  await folder.remove();
});
let release = () => {};

test('connections are used again, and closed by a refresh', async () => {
  const network = networkWith({ NODE_EXTRA_CA_CERTS: ca });
  const before = server.connections();
  for (let i = 0; i < 6; i++) await (await network.fetch(server.url('/again'))).text();
  const used = server.connections() - before;
  assert.ok(used <= 2, `${used} connections for six requests`);
  network.refresh();
  await (await network.fetch(server.url('/again'))).text();
  assert.equal(server.connections() - before, used + 1);
  network.refresh();
});

test('the answer is the platform’s: a body that streams, and a redirect that is not followed unless it is asked for', async () => {
  const network = networkWith({ NODE_EXTRA_CA_CERTS: ca });
  const moved = await network.fetch(server.url('/moved'));
  assert.deepEqual([moved.status, moved.headers.get('location'), await moved.text()], [302, '/target', 'gone']);
  const followed = await network.fetch(server.url('/moved'), { redirect: 'follow' });
  assert.equal(await followed.text(), 'GET /target');
  const stream = await network.fetch(server.url('/stream'));
  assert.ok(stream.body instanceof ReadableStream);
  const reader = stream.body.getReader();
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'first\n');
  release();
  assert.equal(Buffer.from((await reader.read()).value ?? []).toString(), 'second\n');
  assert.equal((await reader.read()).done, true);
  network.refresh();
});

test('what the platform’s fetch takes is taken, and the length of what is known is sent', async () => {
  const network = networkWith({ NODE_EXTRA_CA_CERTS: ca });
  const form = new FormData();
  form.append('name', 'value');
  form.append('file', new Blob(['in the file']), 'a.txt');
  const streamed = new ReadableStream({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode('streamed'));
      controller.close();
    },
  });
  const url = server.url('/body');
  const sends: Array<[string | URL | Request, RequestInit | undefined, RegExp, boolean]> = [
    [url, { method: 'POST', body: 'text', headers: new Headers({ 'x-a': 'b' }) }, /^text$/, true],
    [
      new URL(url),
      { method: 'PUT', body: new TextEncoder().encode('bytes'), headers: [['x-a', 'b']] },
      /^bytes$/,
      true,
    ],
    [new Request(url, { method: 'POST', body: 'asked', headers: { 'x-a': 'b' } }), undefined, /^asked$/, true],
    [new Request(url, { headers: { 'x-a': 'b' } }), { method: 'POST', body: 'over' }, /^over$/, true],
    [url, { method: 'POST', body: new URLSearchParams({ a: 'b c' }), headers: { 'x-a': 'b' } }, /^a=b\+c$/, true],
    [
      url,
      { method: 'POST', body: form, headers: { 'x-a': 'b' } },
      /name="name"\r\n\r\nvalue[\s\S]*filename="a.txt"[\s\S]*in the file/,
      true,
    ],
    [url, { method: 'POST', body: streamed, headers: { 'x-a': 'b' } }, /^streamed$/, false],
  ];
  for (const [input, init, body, measured] of sends) {
    await (await network.fetch(input, init)).text();
    assert.match(bodies.at(-1) ?? '', body);
    const headers = server.requests.at(-1)?.headers;
    assert.equal(headers?.['x-a'], 'b');
    assert.equal('content-length' in (headers ?? {}), measured, String(body));
  }
  network.refresh();
});

test('stopping stops, before and after the answer began', async () => {
  const network = networkWith({ NODE_EXTRA_CA_CERTS: ca });
  const early = new AbortController();
  early.abort(new Error('by the person'));
  await assert.rejects(network.fetch(server.url(), { signal: early.signal }), /by the person/);
  const late = new AbortController();
  const response = await network.fetch(server.url('/stream'), { signal: late.signal });
  late.abort();
  await assert.rejects(response.text(), { name: 'AbortError' });
  release();
  network.refresh();
});

test('a change of the settings counts for the next request', async () => {
  const env: Record<string, string> = {};
  const network = networkWith(env);
  await assert.rejects(network.fetch(server.url()));
  env['NODE_EXTRA_CA_CERTS'] = ca;
  assert.equal((await network.fetch(server.url())).status, 200);
  env['HTTPS_PROXY'] = 'http://127.0.0.1:1';
  await assert.rejects(network.fetch(server.url()), (error) => /The proxy 127\.0\.0\.1:1/.test(said(error)));
  env['NO_PROXY'] = '.test';
  assert.equal((await network.fetch(server.url())).status, 200);
  network.refresh();
});

test('a redirect that is followed takes the way of its own host', async (t) => {
  const target = createServer((_request, response) => response.end('direct'));
  const proxyAsked: string[] = [];
  const from = createServer((request, response) => {
    // Stands in for the proxy, which is asked whole addresses.
    proxyAsked.push(request.url ?? '');
    response.writeHead(302, { location: `http://near.test:${(target.address() as AddressInfo).port}/x` }).end();
  });
  for (const one of [target, from]) {
    await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
    t.after(() => one.close());
  }
  const proxy = `http://127.0.0.1:${(from.address() as AddressInfo).port}`;
  const network = networkWith({ http_proxy: proxy, no_proxy: 'near.test' });
  t.after(network.refresh);
  const response = await network.fetch('http://far.test/start', { redirect: 'follow' });
  assert.equal(await response.text(), 'direct');
  assert.deepEqual(proxyAsked, ['http://far.test/start']);
});

test('a host that does not take the connection is given up in time, and tried again later', async (t) => {
  const sockets: Socket[] = [];
  // Takes the connection and never says a word: no encryption comes about.
  const silent = createPlainServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const { port } = silent.address() as AddressInfo;
  const network = networkWith({}, { connectMs: 100 });
  const error = await failing(network.fetch(`https://api.test:${port}/`));
  assert.match(said(error), /api\.test did not take the connection within 0\.1 seconds/);
  assert.deepEqual([failureOfThrown(error, false).code, failureOfThrown(error, false).retryable], ['timeout', true]);
  // A proxy that is silent is named.
  const behind = networkWith({ HTTPS_PROXY: `http://me:hidden-word@127.0.0.1:${port}` }, { connectMs: 100 });
  const late = await failing(behind.fetch('https://api.test/'));
  assert.match(said(late), new RegExp(`127\\.0\\.0\\.1:${port}.*within 0\\.1 seconds`));
  assert.doesNotMatch(everything(late), /hidden-word/);
});

test('what is not reached keeps the system’s code', async () => {
  const gone = await startServer();
  await gone.close();
  const network = networkWith({});
  const error = await failing(network.fetch(gone.url()));
  assert.match(everything(error), /ECONNREFUSED/);
  assert.deepEqual([failureOfThrown(error, false).code, failureOfThrown(error, false).retryable], ['network', true]);
  const unknown = networkWith(
    {},
    { resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) },
  );
  assert.equal(failureOfThrown(await failing(unknown.fetch(gone.url())), false).code, 'network');
});

test('nobody but the host that is asked is connected to', async (t) => {
  const network = networkWith({ NODE_EXTRA_CA_CERTS: ca, DISABLE_TELEMETRY: '1' });
  const reached: string[] = [];
  const connectOf = Socket.prototype.connect;
  t.mock.method(Socket.prototype, 'connect', function (this: Socket, ...args: unknown[]) {
    const [first] = args.flat();
    if (typeof first === 'object' && first !== null && 'host' in first && 'port' in first)
      reached.push(`${first.host}:${first.port}`);
    else reached.push(JSON.stringify(first));
    return Reflect.apply(connectOf, this, args);
  });
  await (await network.fetch(server.url('/only'))).text();
  network.refresh();
  assert.deepEqual([...new Set(reached)], [`${HOSTS[0]}:${server.port}`]);
});
