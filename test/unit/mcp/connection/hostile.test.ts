// Servers that mean harm: what they may cost, what they may learn of one another, what they may make us repeat.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as z from 'zod/mini';
import { readList } from '../../../../src/mcp/connection/catalog.ts';
import { createConnections } from '../../../../src/mcp/connection/connections.ts';
import { faultOf } from '../../../../src/mcp/connection/faultOf.ts';
import { DEFAULT_LIMITS } from '../../../../src/mcp/connection/limits.ts';
import { createLineReader } from '../../../../src/mcp/connection/lineReader.ts';
import { createMessageGate } from '../../../../src/mcp/connection/messageGate.ts';
import { createProcessGuard } from '../../../../src/mcp/connection/processGuard.ts';
import type { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import { createServerLists } from '../../../../src/mcp/connection/serverLists.ts';
import { createStderrTail } from '../../../../src/mcp/connection/stderrTail.ts';
import { createThrottle } from '../../../../src/mcp/connection/throttle.ts';
import { CallResult } from '../../../../src/mcp/tools/toolResult.ts';
import { connectionParts, connectionTo, definitionOf, echo, raw, stateOf } from '../../../support/mcp/connections.ts';
import { startHttpServer } from '../../../support/mcp/httpServer.ts';

const SECRET = 'tiger-lily-4711-umbrella';

test('a call that is stopped does not wait for a server that never connects', async () => {
  const { connection } = connectionTo(raw({ at: { initialize: { nothing: true } } }));
  const stop = new AbortController();
  const call = echo(connection, stop.signal);
  await stateOf(connection, 'connecting');
  stop.abort(new Error('stopped'));
  await assert.rejects(call, /stopped/);
  assert.equal(connection.state().state, 'connecting');
  await connection.dispose();
});

test('what is switched off while it starts is not started', async () => {
  const marks: string[] = [];
  const guard = { watch: (mark: string) => marks.push(mark), forget: () => {}, dispose: () => {} };
  const { connection, states } = connectionTo(raw(), { guard });
  const connecting = connection.connect();
  const disposed = connection.dispose();
  await assert.rejects(connecting, /switched off/);
  await disposed;
  assert.deepEqual(marks, []);
  assert.equal(states.at(-1)?.state, 'idle');
});

test('progress is heard no more once a call has ended, whatever its answer says of tasks', async (t) => {
  const progress = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":$ID,"progress":1}}\n';
  const { connection } = connectionTo(
    raw({ at: { 'tools/call': [{ result: { content: [], task: { taskId: 't' } } }, { raw: progress }] } }),
  );
  t.after(() => connection.dispose());
  await connection.connect();
  const heard: unknown[] = [];
  const options = { onProgress: (one: unknown) => heard.push(one), idleMs: 60_000 };
  for (let calls = 0; calls < 3; calls++)
    await connection.request('tools/call', { name: 'echo', arguments: {} }, CallResult, options);
  assert.deepEqual(heard, []);
});

test('large messages count for many', () => {
  const faults: ServerFault[] = [];
  const gate = createMessageGate({
    server: 's',
    limits: DEFAULT_LIMITS,
    now: () => 0,
    log() {},
    fail: (fault) => faults.push(fault),
  });
  const message = { jsonrpc: '2.0', method: 'notifications/x' };
  assert.equal(gate.admit(message, 1000), true);
  assert.equal(gate.admit(message, 12_000_000), true);
  assert.equal(gate.admit(message, 12_000_000), false);
  for (let n = 0; n < 20; n++) gate.admit(message, 12_000_000);
  assert.deepEqual(
    faults.map(({ because }) => because.code),
    ['mcp.connection.flood'],
  );
});

test('lines of nonsense that are large end the connection sooner', () => {
  const faults: ServerFault[] = [];
  const fail = (fault: ServerFault) => faults.push(fault);
  const gate = createMessageGate({ server: 's', limits: DEFAULT_LIMITS, now: () => 0, log() {}, fail });
  for (let n = 0; n < 20; n++) gate.fault('x', 16_000_000);
  assert.equal(faults.length, 1);
});

test('a line that comes a byte at a time costs no more than itself', () => {
  const read = createLineReader(DEFAULT_LIMITS);
  const before = process.memoryUsage();
  const byte = Buffer.from('x');
  for (let n = 0; n < 2_000_000; n++) assert.equal(read(byte).next().done, true);
  const { heapUsed, external } = process.memoryUsage();
  assert.ok(heapUsed + external - before.heapUsed - before.external < 60_000_000);
  assert.deepEqual(
    [...read(Buffer.from('\nnext\n'))].map((line) => line.kind === 'line' && line.text.length),
    [2_000_000, 4],
  );
});

test('a stream is read no faster than it may be', () => {
  let now = 0;
  const throttle = createThrottle({ bytesASecond: 100, bytesAtOnce: 1000 }, () => now);
  assert.equal(throttle(1000), undefined);
  assert.equal(throttle(50), 500);
  now = 1000;
  assert.equal(throttle(50), undefined);
});

test('a program that reads nothing fills no memory', async () => {
  const id = 'i'.repeat(100_000);
  const text = `{"jsonrpc":"2.0","id":"${id}","method":"ping"}\n`;
  const { connection, parts } = connectionTo(raw({ at: { 'tools/call': { deaf: { text, times: 1500 } } } }), {
    limits: { messagesASecond: 1e6, messagesAtOnce: 1e6 },
  });
  await assert.rejects(echo(connection), /no message|closed|ended|does not read/);
  assert.match(parts.lines.join('\n'), /does not read what it is sent/);
  await connection.dispose();
});

test('a list may not be larger than what is borne', async () => {
  const big = (name: string, size: number) => ({
    name,
    inputSchema: { type: 'object', description: 'x'.repeat(size) },
  });
  const limits = { ...DEFAULT_LIMITS, entryLength: 1000, listLength: 3000 };
  const page = (tools: unknown[], nextCursor?: string) => async () => ({ tools, nextCursor });
  const first = await readList('tools', 's', limits, page([big('huge', 2000), big('a', 10)]));
  assert.deepEqual(
    first.entries.map(({ name }) => name),
    ['a'],
  );
  assert.deepEqual(
    first.problems.map(({ code }) => code),
    ['mcp.connection.entry'],
  );
  let pages = 0;
  const many = await readList('tools', 's', limits, async () => ({
    tools: [big(`t${pages++}`, 600)],
    nextCursor: String(pages),
  }));
  assert.ok(many.entries.length < 6 && pages < 7);
  assert.deepEqual(
    many.problems.map(({ code }) => code),
    ['mcp.connection.listTooLong'],
  );
});

test('a list that is said to change without end is read less and less often, and what is the same is no change', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = 0;
  let changes = 0;
  const notices: string[] = [];
  const lists = createServerLists({
    server: 's',
    limits: DEFAULT_LIMITS,
    ask: async () => {
      asked++;
      return { tools: [{ name: 'a', inputSchema: {} }, { name: 5 }] };
    },
    over: () => false,
    describe: String,
    notice: ({ code }) => notices.push(code),
    changed: () => changes++,
  });
  await lists.readAll({ tools: {} });
  const { tools } = lists.catalog();
  for (let ms = 0; ms < 20_000; ms += 50) {
    lists.refreshSoon('tools');
    t.mock.timers.tick(50);
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  }
  assert.ok(asked >= 3 && asked < 15, String(asked));
  assert.equal(changes, 0);
  assert.equal(lists.catalog().tools, tools);
  assert.deepEqual(notices, ['mcp.connection.entry']);
  lists.dispose();
});

test('nothing secret comes into the log, whichever way the server says it', async () => {
  const said = `${'x'.repeat(60)} ${SECRET} ${'y'.repeat(60)}`;
  const log = JSON.stringify({
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level: 'error', data: said },
  });
  const transport = raw({
    stderr: `${'z'.repeat(50_000)}\n${SECRET}\u202E\n`,
    at: {
      'tools/call': [
        { raw: `${said}\n{"x":"${said}"}\n${log}\n` },
        { raw: `{"jsonrpc":"2.0","id":99,"result":{"x":"${said}"}}\n` },
        { exit: 1 },
      ],
    },
  });
  assert.equal(transport.type, 'stdio');
  const { connection, parts, states } = connectionTo({ ...transport, env: { KEY: SECRET } } as typeof transport);
  await assert.rejects(echo(connection));
  await stateOf(connection, 'failed');
  assert.ok(parts.lines.length >= 3, JSON.stringify(states) + parts.lines.join('\n'));
  for (const text of [JSON.stringify(states), parts.lines.join('\n')]) {
    assert.doesNotMatch(text, /tiger|lily|umbrella|\u202E/);
    assert.match(text, /\[hidden\]/);
  }
  await connection.dispose();
});

test('the half of a secret that a cut leaves is not shown', () => {
  const tail = createStderrTail([SECRET]);
  for (let length = 0; length < SECRET.length; length++) {
    const one = createStderrTail([SECRET]);
    one.add(Buffer.from(`${'a'.repeat(100_000)}${SECRET}${'b'.repeat(32 * 1024 - length)}`));
    assert.doesNotMatch(one.lines().join(), /umbrella|brella|ella/);
  }
  tail.add(Buffer.from('fine\n'));
  assert.deepEqual(tail.lines(), ['fine']);
});

test('a header without a value hides nothing, and one with a word before its token hides the token', async (t) => {
  const server = await startHttpServer(({ method, id }, response) => {
    if (method !== 'tools/call') return false;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32603, message: `I was given ${SECRET} by you` } }),
    );
    return true;
  });
  t.after(() => server.stop());
  const { connection } = connectionTo(
    { type: 'http', url: server.url, headers: {}, headersHelper: 'helper' },
    { headers: async () => ({ 'X-Empty': '', Authorization: `Token ${SECRET}` }) },
  );
  await assert.rejects(echo(connection), /I was given \[hidden\] by you/);
  await connection.dispose();
});

test('what a server answered is not asked again, whatever code it chose', async (t) => {
  let calls = 0;
  const server = await startHttpServer(({ method, id }, response) => {
    if (method !== 'tools/call') return false;
    calls++;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ jsonrpc: '2.0', id, error: { code: [404, 400, 401][calls - 1], message: 'session' } }),
    );
    return true;
  });
  t.after(() => server.stop());
  const { connection } = connectionTo(
    { type: 'http', url: server.url, headers: {}, headersHelper: 'h' },
    { headers: async () => ({}) },
  );
  for (const expected of [1, 2, 3]) {
    await assert.rejects(echo(connection), /session/);
    assert.equal(calls, expected);
    assert.equal(connection.state().state, 'connected');
  }
  await connection.dispose();
});

test('a refusal of one request is not taken for that of another', () => {
  const answered = Object.assign(new Error('MCP error -32603: no'), { name: 'McpError', code: -32603 });
  const transport = { type: 'http', url: 'http://x', headers: {}, headersHelper: 'h' } as const;
  const fault = faultOf(answered, { server: 's', transport, secrets: [], refused: 401, inSession: true });
  assert.equal(fault.because.code, 'mcp.connection.answered');
});

test('addresses to open that are none ask nobody', async () => {
  const asked: unknown[] = [];
  for (const elicitations of [
    'abc',
    5,
    {},
    [null],
    [{ url: 5, message: 'm', elicitationId: 'e' }],
    [{ url: 'https://x' }],
  ]) {
    const error = { code: -32042, message: 'elsewhere', data: { elicitations } };
    const { connection } = connectionTo(raw({ at: { 'tools/call': { error } } }), {
      elicit: async (...all) => {
        asked.push(all);
        return { action: 'accept' };
      },
    });
    await assert.rejects(echo(connection), /answered with an error: elsewhere/);
    assert.equal(connection.state().state, 'connected');
    await connection.dispose();
  }
  assert.deepEqual(asked, []);
});

test('a server that wants its stream taken up at once, for ever, is not obeyed', async (t) => {
  let streams = 0;
  const server = await startHttpServer(({ verb }, response) => {
    if (verb !== 'GET') return false;
    streams++;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('retry: 0\nid: 1\ndata:\n\n');
    return true;
  });
  t.after(() => server.stop());
  const { connection } = connectionTo({ type: 'http', url: server.url, headers: {} });
  await connection.connect();
  // As long as many streams would take that are opened as fast as that goes.
  for (let n = 0; n < 40; n++) await connection.request('ping', {}, z.looseObject({}));
  assert.ok(streams <= 15, String(streams));
  await connection.dispose();
});

test('programs that hang do not keep the others from starting', { timeout: 20_000 }, async () => {
  const parts = connectionParts();
  const connections = createConnections(parts);
  const hang = raw({ at: { initialize: { nothing: true } } });
  connections.update([
    ...[1, 2, 3].map((n) => definitionOf(hang, { name: `hang${n}` })),
    ...[1, 2].map((n) => definitionOf(raw({ n }), { name: `good${n}` })),
  ]);
  connections.start();
  const good = connections.get('good2');
  assert.ok(good);
  await stateOf(good, 'connected');
  assert.equal(connections.get('hang1')?.state().state, 'connecting');
  await connections.dispose();
});

test('a guard that is killed is followed by one that knows all it knew', {
  skip: !existsSync('/proc'),
  timeout: 20_000,
}, async () => {
  const others = new Set<number>();
  const shells = () =>
    readFileSync(`/proc/self/task/${process.pid}/children`, 'latin1')
      .split(' ')
      .filter((pid) => pid !== '' && commandOf(pid).includes('read -r sign mark group'))
      .map(Number)
      .filter((pid) => !others.has(pid));
  // Those of the other tests.
  for (const pid of shells()) others.add(pid);
  const guard = createProcessGuard();
  guard.watch(randomUUID());
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  await until(() => shells().length === 1);
  const [first = 0] = shells();
  process.kill(first, 'SIGKILL');
  await until(() => shells().length === 1 && shells()[0] !== first);
  guard.dispose();
  await until(() => shells().length === 0);
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    // It ended between the two looks.
    return '';
  }
}
