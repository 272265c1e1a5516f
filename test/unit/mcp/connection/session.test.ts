// What a client says of itself and hears of a server in one session: capabilities, lists in pages, changes of each list, logs.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ConnectionParts } from '../../../../src/mcp/connection/connectionParts.ts';
import { connectionTo, echo, raw } from '../../../support/mcp/connections.ts';

type Heard = { method?: string; params?: Record<string, unknown> };

/** A server that does as it is told, with what it heard. */
async function open(t: TestContext, script: Record<string, unknown>, parts: Partial<ConnectionParts> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-session-'));
  const [heardFile, pidFile] = [path.join(folder, 'heard'), path.join(folder, 'pids')];
  const opened = connectionTo(raw({ heard: heardFile, pidFile, ...script }), parts);
  t.after(async () => {
    await opened.connection.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const lines = async (file: string) => (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  const heard = async (method: string) =>
    (await lines(heardFile)).map((line) => JSON.parse(line) as Heard).filter((one) => one.method === method);
  return { ...opened, heard, started: async () => (await lines(pidFile)).length };
}

const list = (key: string, entries: unknown[], nextCursor?: string) => ({
  result: { [key]: entries, ...(nextCursor === undefined ? {} : { nextCursor }) },
});
const tool = (name: string) => ({ name, inputSchema: { type: 'object' } });
const notification = (method: string, params?: object) => `${JSON.stringify({ jsonrpc: '2.0', method, params })}\n`;

test('a server is told what can be asked of us, and nothing that nobody would answer', async (t) => {
  const said = async (parts: Partial<ConnectionParts>) => {
    const { connection, heard } = await open(t, {}, parts);
    await connection.connect();
    return (await heard('initialize'))[0]?.params?.['capabilities'];
  };
  assert.deepEqual(await said({}), { roots: { listChanged: true } });
  const answers = {
    elicit: async () => ({ action: 'cancel' as const }),
    sample: async () => ({ model: 'm', text: '', stopReason: 'endTurn' as const }),
  };
  assert.deepEqual(await said(answers), {
    roots: { listChanged: true },
    elicitation: { form: { applyDefaults: true }, url: {} },
    sampling: {},
  });
});

test('a list in pages is one list, each page asked for by the cursor of the one before', async (t) => {
  const pages = [list('tools', [tool('a')], 'second'), list('tools', [tool('b')], 'third'), list('tools', [tool('c')])];
  const { connection, heard } = await open(t, { at: { 'tools/list': { turns: pages } } });
  await connection.connect();
  assert.deepEqual(
    connection.catalog().tools.map(({ name }) => name),
    ['a', 'b', 'c'],
  );
  assert.deepEqual(
    (await heard('tools/list')).map(({ params }) => params?.['cursor']),
    [undefined, 'second', 'third'],
  );
});

test('prompts, resources and templates that changed are read again', async (t) => {
  const changed = ['prompts', 'resources'].map((of) => notification(`notifications/${of}/list_changed`));
  const turns = (key: string, first: unknown, second: unknown) => ({
    turns: [list(key, [first]), list(key, [second])],
  });
  const { connection } = await open(t, {
    capabilities: { tools: {}, prompts: { listChanged: true }, resources: { listChanged: true } },
    at: {
      'prompts/list': turns('prompts', { name: 'old' }, { name: 'new' }),
      'resources/list': turns('resources', { uri: 'a://old' }, { uri: 'a://new' }),
      'resources/templates/list': turns(
        'resourceTemplates',
        { uriTemplate: 'a://old/{x}' },
        { uriTemplate: 'a://new/{x}' },
      ),
      'tools/call': [{ raw: changed }, { standard: 'tools/call' }],
    },
  });
  await connection.connect();
  const now = () => {
    const { prompts, resources, templates } = connection.catalog();
    return [prompts[0]?.name, resources[0]?.uri, templates[0]?.uriTemplate];
  };
  assert.deepEqual(now(), ['old', 'a://old', 'a://old/{x}']);
  const both = new Promise<void>((resolve) => {
    connection.on(() => now().every((one) => one?.includes('new')) && resolve());
  });
  await echo(connection);
  await both;
  assert.deepEqual(now(), ['new', 'a://new', 'a://new/{x}']);
});

test('a server with a log is asked for it, and its lines are in ours with its name and their level', async (t) => {
  const line = notification('notifications/message', { level: 'warning', data: 'the disk is nearly full' });
  const { connection, parts, heard } = await open(t, {
    capabilities: { tools: {}, logging: {} },
    at: { 'logging/setLevel': { result: {} }, 'tools/call': [{ raw: line }, { standard: 'tools/call' }] },
  });
  await connection.connect();
  await echo(connection);
  assert.deepEqual(
    (await heard('logging/setLevel')).map(({ params }) => params?.['level']),
    ['info'],
  );
  assert.ok(parts.lines.includes('probe warning: the disk is nearly full'), parts.lines.join('\n'));
});

test('what a server says of itself is cut at 2 KB', async (t) => {
  const { connection } = await open(t, { instructions: 'Use it well. '.repeat(500) });
  await connection.connect();
  assert.equal(connection.info()?.instructions?.length, 2048);
});

test('a server that asks whether anybody is there is answered', async (t) => {
  const ping = `${JSON.stringify({ jsonrpc: '2.0', id: 'p', method: 'ping' })}\n`;
  const { connection } = await open(t, { at: { 'tools/call': { raw: ping, collect: 1 } } });
  const [answer] = JSON.parse(JSON.parse(await echo(connection))[0].text) as object[];
  assert.deepEqual(answer, { jsonrpc: '2.0', id: 'p', result: {} });
});

test('whoever wants a server at the same time shares its one session', async (t) => {
  const { connection, heard, started } = await open(t, {});
  await Promise.all([connection.connect(), echo(connection), connection.connect(), echo(connection)]);
  await connection.connect();
  assert.deepEqual([await started(), (await heard('initialize')).length], [1, 1]);
});
