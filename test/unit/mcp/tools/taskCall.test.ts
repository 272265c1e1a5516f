// Calls that a server makes tasks of: a real one, and servers that lie about them.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import * as z from 'zod/mini';
import type { ServerTransport } from '../../../../src/contracts/mcp.ts';
import type { ToolContext, ToolOutput } from '../../../../src/contracts/tool.ts';
import type { ConnectionParts } from '../../../../src/mcp/connection/connectionParts.ts';
import { createConnections } from '../../../../src/mcp/connection/connections.ts';
import { createServerTools } from '../../../../src/mcp/tools/serverTools.ts';
import { connectionParts, definitionOf, raw, stateOf, stdio } from '../../../support/mcp/connections.ts';

const EVERYTHING = 'node_modules/@modelcontextprotocol/server-everything/dist/index.js';
const TASKS = { tools: {}, logging: {}, tasks: { cancel: {}, requests: { tools: { call: {} } } } };
const required = (name: string) => ({
  name,
  inputSchema: { type: 'object' },
  execution: { taskSupport: 'required' },
});

type Opened = {
  call(input?: Record<string, unknown>): Promise<ToolOutput>;
  said: string[];
  lines: string[];
  stop: AbortController;
  connection: ReturnType<ReturnType<typeof createConnections>['all']>[number];
};

async function opened(
  t: TestContext,
  transport: ServerTransport,
  {
    name = 'research',
    parts = {},
    timeoutMs,
  }: { name?: string; parts?: Partial<ConnectionParts>; timeoutMs?: number } = {},
): Promise<Opened> {
  const given = connectionParts(parts);
  const connections = createConnections(given);
  t.after(() => connections.dispose());
  connections.update([definitionOf(transport, { name: 'srv', ...(timeoutMs === undefined ? {} : { timeoutMs }) })]);
  connections.start();
  const [connection] = connections.all();
  assert.ok(connection);
  await stateOf(connection, 'connected');
  const found = createServerTools(connections, { env: given.env, save: async () => '/saved' })
    .all()
    .find((one) => one.tool.name === `mcp__srv__${name}`)?.tool;
  assert.ok(found);
  const said: string[] = [];
  const stop = new AbortController();
  const context = {
    call: { type: 'toolUse', id: 'toolu_1', name, input: {} },
    signal: stop.signal,
    progress: (line: string) => said.push(line),
  } as unknown as ToolContext;
  const call = async (input = {}) => found.run(found.input.parse(input), context, []);
  return { call, said, lines: given.lines, stop, connection };
}

const turns = (...all: unknown[]) => ({ turns: all.map((result) => ({ result })) });
const words = ({ content }: ToolOutput) => JSON.stringify(content);
const task = (status: string, more = {}) => ({ taskId: 't1', status, ttl: 1000, pollInterval: 1, ...more });
const tasks = (at: Record<string, unknown>) =>
  raw({
    capabilities: TASKS,
    tools: [required('research')],
    at: {
      'tools/call': { result: { task: task('working') } },
      'tasks/result': { result: { content: [{ type: 'text', text: 'all of it' }] } },
      'tasks/cancel': {
        raw: '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"told to cancel"}}\n',
        result: task('cancelled'),
      },
      ...at,
    },
  });
/** A server that is told nothing would be waited for without end. */
const BOUND = { timeout: 30_000 };
const logged = async (lines: readonly string[], what: RegExp) => {
  while (!lines.some((line) => what.test(line))) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('everything: what it does is told, what it asks is answered, and its report is the result', BOUND, async (t) => {
  const asked: unknown[] = [];
  const { call, said } = await opened(t, stdio(EVERYTHING, 'stdio'), {
    name: 'simulate-research-query',
    parts: {
      elicit: async (_server, request) => {
        asked.push(request.message);
        return { action: 'accept', content: { interpretation: 'snake' } };
      },
    },
  });
  const output = await call({ topic: 'python', ambiguous: true });
  assert.equal(output.isError, false);
  assert.match(words(output), /server-content.*Research Report: python \(snake\)/);
  assert.equal(asked.length, 1);
  assert.match(said.join(''), /Gathering sources\.\.\.\n.*Found multiple interpretations/s);
});

test('everything: a task whose call is stopped is cancelled there', BOUND, async (t) => {
  const { call, said, stop, connection } = await opened(t, stdio(EVERYTHING, 'stdio'), {
    name: 'simulate-research-query',
  });
  const running = call({ topic: 'rivers' });
  while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort(new Error('stopped'));
  await assert.rejects(running, /stopped/);
  const List = z.looseObject({ tasks: z.array(z.looseObject({ status: z.string() })) });
  const states = async () => (await connection.request('tasks/list', {}, List)).tasks.map(({ status }) => status);
  // Requests are answered side by side there. Uncancelled it would be completed after a while.
  while ((await states()).includes('working')) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(await states(), ['cancelled']);
});

test('a tool that can only be a task is called plainly where the server knows no tasks', async (t) => {
  const { call } = await opened(t, raw({ tools: [required('research')] }));
  assert.match(words(await call({ a: 1 })), /research 1/);
});

test('where the server leaves the choice, a program is called plainly: no stream of it breaks', async (t) => {
  const optional = { ...required('research'), execution: { taskSupport: 'optional' } };
  const at = {
    'tools/call': { result: { content: [{ type: 'text', text: 'plainly' }], task: task('working') } },
    'tasks/get': turns(task('completed')),
    'tasks/result': { result: { content: [{ type: 'text', text: 'as a task' }] } },
  };
  const { call } = await opened(t, raw({ capabilities: TASKS, tools: [optional], at }));
  assert.match(words(await call()), /plainly/);
});

test('a server that has done it at once has done it', async (t) => {
  const { call } = await opened(t, tasks({ 'tools/call': { result: { content: [{ type: 'text', text: 'done' }] } } }));
  assert.match(words(await call()), /done/);
});

test('a pace and words that are none lose no task', BOUND, async (t) => {
  const odd = (status: string, pace: string) =>
    `{"jsonrpc":"2.0","id":$ID,"result":{"TASK":{"taskId":"t1","status":"${status}","statusMessage":7,"pollInterval":${pace}}}}\n`;
  const created = { raw: odd('working', '1e999').replace('TASK', 'task') };
  const looks = ['-1e308', 'null'].map((pace) => ({
    raw: odd('working', pace).replace('{"TASK":', '').replace('}}}', '}}'),
  }));
  const { call, said } = await opened(
    t,
    tasks({ 'tools/call': created, 'tasks/get': { turns: [...looks, { result: task('completed') }] } }),
  );
  assert.match(words(await call()), /all of it/);
  assert.deepEqual(said, []);
});

test('status is told once a change, and what does not show is shown', async (t) => {
  const message = { statusMessage: 'half\u202Eway' };
  const { call, said } = await opened(
    t,
    tasks({ 'tasks/get': turns(task('working', message), task('working', message), task('completed')) }),
  );
  assert.match(words(await call()), /all of it/);
  assert.equal(said.length, 1);
  assert.doesNotMatch(said[0] ?? '', /\u202E/);
});

test('a failure is told in its own words: those of the result, else those of the task', async (t) => {
  const failed = { 'tasks/get': turns(task('failed', { statusMessage: 'no paper left' })) };
  const first = await (await opened(t, tasks(failed))).call();
  assert.ok(first.isError);
  assert.match(words(first), /all of it/);
  const error = { error: { code: -32603, message: 'has no result' } };
  const second = await (await opened(t, tasks({ ...failed, 'tasks/result': error }))).call();
  assert.ok(second.isError);
  assert.match(words(second), /<server-content[^>]*>\\nno paper left/);
});

const LIES: Array<[what: string, at: Record<string, unknown>, told: RegExp, cancelled: boolean]> = [
  ['another task', { 'tasks/get': turns(task('completed', { taskId: 't2' })) }, /answered for another call/, true],
  [
    'the result of another task',
    {
      'tasks/get': turns(task('completed')),
      'tasks/result': {
        result: { content: [], _meta: { 'io.modelcontextprotocol/related-task': { taskId: 't2' } } },
      },
    },
    /answered for another call/,
    false,
  ],
  ['a state that there is not', { 'tasks/get': turns(task('sleeping')) }, /cannot be told.*may have been done/, true],
  [
    'a name without end',
    { 'tools/call': { result: { task: task('working', { taskId: 'x'.repeat(5000) }) } } },
    /not of the protocol/,
    false,
  ],
  [
    'nothing is known of it any more',
    { 'tasks/get': { error: { code: -32602, message: 'Task not found' } } },
    /cannot be told: .*Task not found.* It may have been done/,
    true,
  ],
  ['given up there', { 'tasks/get': turns(task('cancelled')) }, /gave research up/, false],
  ['the program ends', { 'tasks/get': { exit: 3 } }, /cannot be told: .*ended with status 3/, false],
];
for (const [what, at, told, cancelled] of LIES)
  test(`a task that is none: ${what}`, BOUND, async (t) => {
    const { call, lines } = await opened(t, tasks(at), { parts: { retry: { attempts: 0, firstAttempts: 0 } } });
    await assert.rejects(call(), told);
    if (cancelled) await logged(lines, /told to cancel/);
  });

test(
  'one that never ends, changes its mind all the time and wants to be asked once a year ends with the call',
  BOUND,
  async (t) => {
    const year = { pollInterval: 1e12 };
    const { call, lines } = await opened(
      t,
      tasks({
        'tools/call': { result: { task: task('working', year) } },
        'tasks/get': turns(task('input_required', year), task('working', { pollInterval: -5 }), task('working', year)),
        'tasks/result': { nothing: true },
      }),
      { timeoutMs: 1000, parts: { env: () => ({ CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: '400' }) } },
    );
    await assert.rejects(call(), /did not finish tools\/call within 1 s/);
    await logged(lines, /told to cancel/);
  },
);

test('one that wants an answer and never says to what is given up', BOUND, async (t) => {
  const { call } = await opened(
    t,
    tasks({
      'tasks/get': turns(task('input_required')),
      'tasks/result': { error: { code: -32603, message: 'not now' } },
    }),
  );
  await assert.rejects(call(), /does not say to what/);
});

test('over HTTP a server that is away for a moment does not lose the task', async (t) => {
  const looks: string[] = [];
  let declared: Record<string, unknown> | undefined;
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const { id, method, params } = JSON.parse(await text(request)) as {
      id?: number;
      method: string;
      params?: { task?: unknown; capabilities?: Record<string, unknown> };
    };
    if (id === undefined) return void response.writeHead(202).end();
    looks.push(method);
    declared ??= params?.capabilities;
    const times = looks.filter((one) => one === method).length;
    // Once nobody answers, once the stream ends before the answer, once it is overloaded.
    if (method === 'tasks/get' && times === 1) return void request.socket.destroy();
    if (method === 'tasks/get' && times === 2) return void response.writeHead(503).end();
    if (method === 'tasks/result' && times === 1)
      return void response.writeHead(200, { 'content-type': 'text/event-stream' }).end(': nothing\n\n');
    const result = {
      initialize: { protocolVersion: '2025-11-25', capabilities: TASKS, serverInfo: { name: 'h', version: '1' } },
      'tools/list': { tools: [{ ...required('research'), execution: { taskSupport: 'optional' } }] },
      'tools/call': params?.task === undefined ? { content: [] } : { task: task('working') },
      'tasks/get': task('completed'),
      'tasks/result': { content: [{ type: 'text', text: 'found again' }] },
    }[method];
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, result: result ?? {} }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const { call } = await opened(t, { type: 'http', url, headers: {} });
  assert.match(words(await call()), /found again/);
  assert.equal(looks.filter((one) => one === 'tools/call').length, 1);
  // Nothing that a server asks is made a task of here.
  assert.deepEqual(Object.keys(declared ?? {}), ['roots']);
});
