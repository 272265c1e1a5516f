// What can be seen of one server's life: causes, last lines, attempts, lists that change, questions of the server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod/mini';
import { createRetryPlan, DEFAULT_RETRY } from '../../../../src/mcp/connection/retryPlan.ts';
import { callTimes } from '../../../../src/mcp/connection/timeouts.ts';
import { connectionTo, definitionOf, echo, raw, stateOf } from '../../../support/mcp/connections.ts';

const SECRET = 'very-secret-value-1';
const Anything = z.looseObject({});

test('a crash tells its cause and the last lines of stderr, without secrets and colours', async () => {
  const lines = `${Array.from({ length: 50 }, (_, n) => `\u001b[31mline ${n}\u001b[0m`).join('\n')}\nkey is ${SECRET}\n`;
  const transport = raw({ at: { 'tools/call': [{ stderr: lines }, { exit: 2 }] } });
  assert.ok(transport.type === 'stdio');
  const { connection, parts } = connectionTo({ ...transport, env: { MY_OWN: SECRET } });
  try {
    await connection.connect();
    const failing = stateOf(connection, 'failed');
    await assert.rejects(echo(connection), /ended with status 2/);
    const { because, stderr } = await failing;
    assert.deepEqual(because, { code: 'mcp.connection.exited', args: { server: 'probe', code: '2' } });
    assert.equal(stderr.length, 20);
    assert.equal(stderr.at(-1), 'key is [hidden]');
    assert.equal(stderr.at(-2), 'line 49');
    assert.doesNotMatch(JSON.stringify(parts.lines), new RegExp(SECRET));
  } finally {
    await connection.dispose();
  }
});

test('a secret of the inherited environment is hidden, by its name', async () => {
  const transport = raw({ stderr: `using ${SECRET}\n`, at: { initialize: { exit: 1 } } });
  const { connection } = connectionTo(transport, {
    programEnv: () => ({ PATH: process.env['PATH'], TEAM_API_KEY: SECRET }),
  });
  await assert.rejects(connection.connect());
  const { stderr } = await stateOf(connection, 'failed');
  assert.deepEqual(stderr, ['using [hidden]']);
  await connection.dispose();
});

test('a program that is not there says so, and is not tried again', async () => {
  const { connection } = connectionTo({ type: 'stdio', command: '/no/such/program', args: [], env: {} });
  await assert.rejects(connection.connect(), /could not be started: \/no\/such\/program: it does not exist/);
  const state = await stateOf(connection, 'failed');
  assert.equal(state.retryAtMs, undefined);
  await connection.dispose();
});

test('a program that crashes again and again is left alone after five attempts; a person may try once more', async () => {
  const { connection, states } = connectionTo(raw({ at: { 'tools/call': { exit: 1 } } }));
  try {
    for (let crash = 0; crash < 6; crash++) {
      if (crash === 0) await connection.connect();
      else await stateOf(connection, 'connected');
      await assert.rejects(echo(connection));
      const last = await stateOf(connection, 'failed');
      assert.equal(last.retryAtMs === undefined, crash === 5, `crash ${crash}`);
    }
    assert.equal(states.filter(({ state }) => state === 'connected').length, 6);
    await connection.reconnect();
    assert.equal(connection.state().state, 'connected');
  } finally {
    await connection.dispose();
  }
});

test('a person need not wait for an attempt that hangs', async () => {
  const { connection } = connectionTo(raw({ at: { initialize: { nothing: true } } }), {
    env: () => ({ MCP_TIMEOUT: '600000' }),
  });
  const first = assert.rejects(connection.connect());
  const second = connection.reconnect();
  await first;
  const third = assert.rejects(second);
  await connection.dispose();
  await third;
});

test('waits double up to a minute, and begin anew after a good minute', () => {
  let now = 0;
  const plan = createRetryPlan({ ...DEFAULT_RETRY, attempts: 8 }, () => now);
  plan.connected();
  assert.deepEqual(
    Array.from({ length: 9 }, () => plan.next()),
    [1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, undefined],
  );
  plan.connected();
  now += 59_999;
  assert.equal(plan.next(), undefined);
  plan.connected();
  now += 60_000;
  assert.equal(plan.next(), 1000);
});

test('times: of the definition, else of the environment, else long; less than a second is a mistake', () => {
  const definition = (timeoutMs?: number) => definitionOf(raw(), timeoutMs === undefined ? {} : { timeoutMs });
  assert.equal(callTimes(definition(5000), { MCP_TOOL_TIMEOUT: '9000' }).total, 5000);
  assert.equal(callTimes(definition(500), { MCP_TOOL_TIMEOUT: '9000' }).total, 9000);
  assert.deepEqual(callTimes(definition(), {}), { total: 100_000_000, idle: 1_800_000, firstByte: 60_000 });
  const remote = definitionOf({ type: 'http', url: 'http://x', headers: {} }, { timeoutMs: 120_000 });
  assert.deepEqual(callTimes(remote, {}), { total: 120_000, idle: 300_000, firstByte: 120_000 });
  assert.equal(callTimes(remote, { CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: '0' }).idle, undefined);
});

test('progress begins the wait without an answer anew', async () => {
  const progress = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":$ID,"progress":1}}\n';
  const { connection } = connectionTo(
    raw({ at: { 'tools/call': { slowly: { text: progress, times: 6, everyMs: 100 } } } }),
  );
  try {
    await connection.connect();
    const heard: number[] = [];
    const params = { name: 'echo', arguments: {} };
    const onProgress = ({ progress: at }: { progress: number }) => heard.push(at);
    await connection.request('tools/call', params, Anything, { idleMs: 400, onProgress });
    assert.equal(heard.length, 6);
    await assert.rejects(
      connection.request('tools/call', params, Anything, { idleMs: 40 }),
      /neither an answer nor progress/,
    );
    await assert.rejects(
      connection.request('tools/call', params, Anything, { totalMs: 250 }),
      /did not finish tools\/call/,
    );
  } finally {
    await connection.dispose();
  }
});

test('a list that changed is read again; one that cannot be read keeps what was read before, and is told', async () => {
  const changed = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n';
  const { connection } = connectionTo(
    raw({
      at: { 'tools/call': [{ lists: [['one', 'two'], 'broken'] }, { raw: changed }, { standard: 'tools/call' }] },
    }),
  );
  const notices: string[] = [];
  const catalogs: string[] = [];
  const next = (list: string[]) =>
    new Promise<void>((resolve) => {
      const before = list.length;
      const look = () => (list.length > before ? resolve() : setTimeout(look, 5));
      look();
    });
  connection.on((event) => {
    if (event.type === 'notice') notices.push(event.because.code);
    if (event.type === 'catalog')
      catalogs.push(
        connection
          .catalog()
          .tools.map(({ name }) => name)
          .join(),
      );
  });
  try {
    await connection.connect();
    const read = next(catalogs);
    await echo(connection);
    await read;
    assert.equal(catalogs.at(-1), 'one,two');
    const told = next(notices);
    await echo(connection);
    await told;
    assert.deepEqual(notices, ['mcp.connection.list']);
    assert.deepEqual(
      connection.catalog().tools.map(({ name }) => name),
      ['one', 'two'],
    );
    assert.equal(connection.state().state, 'connected');
  } finally {
    await connection.dispose();
  }
});

test('the folders, a person and a model are asked through us; more than a few questions at once are cancelled', async () => {
  const question = (n: number) =>
    `{"jsonrpc":"2.0","id":"q${n}","method":"elicitation/create","params":{"message":"Name?","requestedSchema":{"type":"object","properties":{"name":{"type":"string"}}}}}\n`;
  const sample =
    '{"jsonrpc":"2.0","id":"s","method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"hi"}}],"maxTokens":9}}\n';
  const asks = `{"jsonrpc":"2.0","id":"r","method":"roots/list"}\n${sample}${[1, 2, 3, 4, 5, 6].map(question).join('')}`;
  const elicited: unknown[] = [];
  let full = () => {};
  // As long as four are open, no other is.
  const four = new Promise<void>((resolve) => {
    full = () => setTimeout(resolve, 50);
  });
  const { connection } = connectionTo(raw({ at: { 'tools/call': { raw: asks, collect: 8 } } }), {
    roots: () => ['/work/somewhere'],
    elicit: async (server, request) => {
      elicited.push([server, request.mode, request.message]);
      if (elicited.length === 4) full();
      await four;
      return { action: 'accept', content: { name: 'Ada' } };
    },
    sample: async (_, { messages, maxTokens }) => ({
      model: 'm',
      text: `${messages.length} ${maxTokens}`,
      stopReason: 'endTurn',
    }),
  });
  try {
    await connection.connect();
    const collected = await echo(connection);
    assert.match(collected, /file:\/\/\/work\/somewhere/);
    assert.match(collected, /"text\\*":\\*"1 9/);
    assert.match(collected, /Ada/);
    assert.equal(collected.match(/cancel/g)?.length, 2);
    assert.deepEqual(elicited[0], ['probe', 'form', 'Name?']);
    assert.equal(elicited.length, 4);
  } finally {
    await connection.dispose();
  }
});

test('what has to be done in the browser first is asked of the person, and the call says so', async () => {
  const elicitations = [
    { mode: 'url', message: 'Sign the form', url: 'https://example.com/form', elicitationId: 'e1' },
  ];
  const error = { code: -32042, message: 'first this', data: { elicitations } };
  for (const action of ['accept', 'decline'] as const) {
    const asked: unknown[] = [];
    const { connection } = connectionTo(raw({ at: { 'tools/call': { error } } }), {
      elicit: async (_, request) => {
        asked.push(request);
        return { action };
      },
    });
    await assert.rejects(echo(connection), action === 'accept' ? /Call again once it is done/ : /did not open/);
    assert.deepEqual(asked, [{ mode: 'url', message: 'Sign the form', url: 'https://example.com/form', id: 'e1' }]);
    await connection.dispose();
  }
});

test('a program is given its own variables and where it belongs; nothing else where that is asked for', async () => {
  const transport = raw({ at: { 'tools/call': { environment: true } } });
  assert.ok(transport.type === 'stdio');
  for (const only of [false, true]) {
    const { connection } = connectionTo(
      { ...transport, env: { OWN: 'yes' } },
      {
        root: process.cwd(),
        env: () => (only ? { CLAUDE_CODE_MCP_ALLOWLIST_ENV: '1' } : {}),
        programEnv: () => ({
          PATH: process.env['PATH'],
          TEAM_SETTING: 'here',
          CLAUDE_CODE_SESSION_ID: 'of an outer one',
        }),
        session: () => (only ? undefined : 'opened-last'),
      },
    );
    await connection.connect();
    const environment = await echo(connection);
    await connection.dispose();
    assert.match(environment, /CLAUDECODE=1/);
    assert.ok(environment.includes(`CLAUDE_PROJECT_DIR=${process.cwd()}`));
    assert.match(environment, /OWN=yes/);
    assert.equal(environment.includes('CLAUDE_CODE_SESSION_ID=opened-last'), !only);
    assert.doesNotMatch(environment, /of an outer one/);
    assert.equal(environment.includes('TEAM_SETTING=here'), !only);
  }
});
