import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { after, before, type TestContext, test } from 'node:test';
import { holdUp, type OpenedSocket, type SocketEvent } from '../../../src/network/webSocket.ts';
import { startConnectProxy } from '../../support/connectProxy.ts';
import { authority, everything, type Folder, networkWith, own, temporaryFolder } from './kit.ts';

const sockets: Duplex[] = [];
const opened: Array<Record<string, unknown>> = [];
const server = createServer(own);
let folder: Folder;
let ca = '';
let port = 0;

before(async () => {
  folder = await temporaryFolder();
  ca = await folder.file('ca.pem', authority.cert);
  server.on('tlsClientError', () => {});
  server.on('upgrade', ({ headers }, socket) => {
    sockets.push(socket);
    opened.push(headers);
    const key = `${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    socket.write(
      `${[...lines, `Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: mcp'].join('\r\n')}\r\n\r\n`,
    );
    // Says short texts back; what comes from a client is masked.
    socket.on('data', (frame: Buffer) => {
      const size = (frame[1] ?? 0) & 127;
      const text = frame.subarray(6, 6 + size).map((byte, i) => byte ^ (frame[2 + (i % 4)] ?? 0));
      if (frame[0] === 0x81) socket.write(Buffer.concat([Buffer.of(0x81, size), text]));
      else socket.end(Buffer.of(0x88, 0));
    });
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
after(async () => {
  for (const socket of sockets) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await folder.remove();
});

const next = (socket: OpenedSocket, type: Parameters<OpenedSocket['addEventListener']>[0]) =>
  new Promise<SocketEvent>((resolve) => socket.addEventListener(type, resolve));

test('a socket takes the way of requests: through the proxy, encrypted, with its headers', async (t) => {
  const proxy = await startConnectProxy(port);
  t.after(() => proxy.close());
  const network = networkWith({ NODE_EXTRA_CA_CERTS: ca, HTTPS_PROXY: proxy.url });
  const socket = network.openSocket(new URL(`wss://api.test:${port}/mcp`), {
    headers: { 'x-a': 'b' },
    protocols: ['mcp'],
  });
  await next(socket, 'open');
  const said = next(socket, 'message');
  socket.send('hello');
  assert.equal((await said).data, 'hello');
  const closed = next(socket, 'close');
  socket.close();
  await closed;
  assert.deepEqual([opened.at(-1)?.['x-a'], proxy.asked], ['b', [`api.test:${port}`]]);
  network.refresh();
});

test('a socket that cannot be opened says why, and is closed', async () => {
  for (const [env, words] of [
    [{}, /not trusted here/],
    [{ HTTPS_PROXY: 'http://me:hidden-word@127.0.0.1:1' }, /The proxy 127\.0\.0\.1:1 \(HTTPS_PROXY\) does not answer/],
    [{ HTTPS_PROXY: 'socks5://me:hidden-word@127.0.0.1:1' }, /SOCKS/],
  ] as const) {
    const network = networkWith(env as Record<string, string>);
    const socket = network.openSocket(new URL(`wss://api.test:${port}/`), { headers: {}, protocols: ['mcp'] });
    const [{ error }] = await Promise.all([next(socket, 'error'), next(socket, 'close')]);
    assert.match(everything(error), words);
    assert.doesNotMatch(everything(error), /hidden-word/);
    network.refresh();
  }
});

/** A socket, and the server's end of it. */
async function pair(t: TestContext): Promise<{ socket: OpenedSocket; server: Duplex }> {
  const proxy = await startConnectProxy(port);
  const network = networkWith({ NODE_EXTRA_CA_CERTS: ca, HTTPS_PROXY: proxy.url });
  const socket = network.openSocket(new URL(`wss://api.test:${port}/`), { headers: {}, protocols: ['mcp'] });
  t.after(() => {
    network.refresh();
    return proxy.close();
  });
  await next(socket, 'open');
  const server = sockets.at(-1);
  assert.ok(server);
  return { socket, server };
}

test('a message that is going to be too long is not waited for', { timeout: 20_000 }, async (t) => {
  for (const [first, length] of [
    [0x81, 17 * 1024 * 1024],
    [0x01, 2 ** 31 - 1],
  ] as const) {
    const { socket, server } = await pair(t);
    const closed = next(socket, 'close');
    const head = Buffer.alloc(10);
    head.set([first, 127]);
    head.writeBigUInt64BE(BigInt(length), 2);
    server.write(head);
    await closed;
  }
});

test('a socket that brings too much too fast is left alone for a while', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  const wire = Object.assign(new EventEmitter(), {
    pause: () => told.push('pause'),
    resume: () => told.push('resume'),
  });
  holdUp(wire as unknown as Socket);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const megabytes = (count: number) => wire.emit('data', { length: count * 1024 * 1024 });
  megabytes(63);
  await turn();
  assert.deepEqual(told, []);
  megabytes(64);
  await turn();
  assert.deepEqual(told, ['pause']);
  t.mock.timers.tick(3000);
  assert.deepEqual(told, ['pause', 'resume']);
});
