// How long a server over HTTP may take to begin an answer, and what is told when it does not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fetch } from '../../../../src/contracts/network.ts';
import { type GuardedFetchParts, guardedFetch } from '../../../../src/mcp/connection/guardedFetch.ts';
import { DEFAULT_LIMITS } from '../../../../src/mcp/connection/limits.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';

/** Answers never, and ends as the platform does when it is told to. */
const silent: Fetch = (_url, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener('abort', () => reject(new DOMException('This operation was aborted', 'AbortError')));
  });

const guarded = (more: Partial<GuardedFetchParts>) =>
  guardedFetch({
    server: 'tickets',
    fetch: silent,
    limits: DEFAULT_LIMITS,
    firstByteMs: 60_000,
    refused() {},
    streamEnded() {},
    broken() {},
    ...more,
  });

test('a server that does not begin to answer is told as that, and may be tried again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const asked = guarded({})('http://tickets.example/mcp', { method: 'POST', body: '{}' });
  const failed = asked.then(
    () => undefined,
    (error: unknown) => error,
  );
  t.mock.timers.tick(59_999);
  assert.equal(await Promise.race([failed, Promise.resolve('waits')]), 'waits');
  t.mock.timers.tick(1);
  const error = await failed;
  assert.ok(error instanceof ServerFault);
  assert.equal(error.kind, 'again');
  assert.match(error.message, /tickets did not begin to answer within 60 s/);
});

test('one that has begun may take its time, and who gives up is not told of the server’s', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let go = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(Buffer.from('{"jsonrpc":'));
      go = () => {
        controller.enqueue(Buffer.from('"2.0"}'));
        controller.close();
      };
    },
  });
  const response = await guarded({ fetch: async () => new Response(body) })('http://tickets.example/mcp');
  t.mock.timers.tick(600_000);
  go();
  assert.equal(await response.text(), '{"jsonrpc":"2.0"}');

  const stop = new AbortController();
  const asked = guarded({})('http://tickets.example/mcp', { method: 'POST', signal: stop.signal });
  stop.abort();
  await assert.rejects(asked, { name: 'AbortError' });
});

test('putting the token in does not count as waiting for the server', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let signedIn = () => {};
  const person = new Promise<void>((resolve) => {
    signedIn = resolve;
  });
  const answered = guarded({
    fetch: async (_url, init) => Response.json(Object.fromEntries(new Headers(init?.headers))),
    authorize: (fetch) => async (url, init) => {
      await person;
      return fetch(url, { ...init, headers: { authorization: 'Bearer new' } });
    },
  })('http://tickets.example/mcp', { method: 'POST' });
  t.mock.timers.tick(600_000);
  signedIn();
  assert.deepEqual(await (await answered).json(), { authorization: 'Bearer new' });
});

const events = (...chunks: string[]) =>
  new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(Buffer.from(chunk));
        controller.close();
      },
    }),
    { headers: { 'content-type': 'text/event-stream' } },
  );

test('lines of a stream end in one way, wherever it is cut', async () => {
  const text = 'id: 1\r\ndata: {}\r\n\r\n: note\rdata: []\r\rdata: 1\n\n';
  const whole = 'id: 1\ndata: {}\n\n: note\ndata: []\n\ndata: 1\n\n';
  for (const chunks of [[text], [...text], ['data: 1\r', '\n', '\r\n'], ['data: 1\n\r', '\rx']]) {
    const response = await guarded({ fetch: async () => events(...chunks) })('http://tickets.example/mcp');
    const expected = chunks.join('') === text ? whole : chunks.join('').replace(/\r\n?/g, '\n');
    assert.equal(await response.text(), expected);
  }
});

test('a stream of nothing but short lines is not read as fast as it comes', async () => {
  const limits = { ...DEFAULT_LIMITS, bytesASecond: 1, bytesAtOnce: 10_000 };
  const begins = async (text: string) => {
    const response = await guarded({ limits, fetch: async () => events(text) })('http://tickets.example/mcp');
    const first = response.body?.getReader().read();
    const later = async () => {
      for (let turns = 0; turns < 20; turns++) await new Promise((resolve) => setImmediate(resolve));
      return 'waits';
    };
    return Promise.race([first?.then(() => 'is read'), later()]);
  };
  assert.equal(await begins(`data: ${'x'.repeat(1000)}\n\n`), 'is read');
  for (const end of ['\n', '\r', '\r\n']) assert.equal(await begins(`:${end}`.repeat(100)), 'waits');
});
