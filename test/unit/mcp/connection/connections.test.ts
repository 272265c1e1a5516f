// Several servers: side by side, in the background, kept as their definitions say.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ServerDefinition } from '../../../../src/contracts/mcp.ts';
import type { ConnectionParts } from '../../../../src/mcp/connection/connectionParts.ts';
import { createConnections } from '../../../../src/mcp/connection/connections.ts';
import { connectionParts, definitionOf, echo, raw, stateOf } from '../../../support/mcp/connections.ts';

const SILENT = { at: { initialize: { nothing: true } } };

function made(t: TestContext, definitions: ServerDefinition[], parts: Partial<ConnectionParts> = {}) {
  const connections = createConnections(connectionParts(parts));
  t.after(() => connections.dispose());
  connections.update(definitions);
  return connections;
}

const named = (name: string, script: Record<string, unknown> = {}, more: Partial<ServerDefinition> = {}) =>
  definitionOf(raw({ ...script, name }), { name, ...more });

test('nothing starts before it is asked for, and then all, one that hangs in nobody’s way', async (t) => {
  const connections = made(t, [named('hangs', SILENT), named('a'), named('b'), named('c'), named('d')]);
  assert.ok(connections.all().every((one) => one.state().state === 'idle'));
  connections.start();
  await connections.ready();
  for (const name of ['a', 'b', 'c', 'd']) {
    const connection = connections.get(name);
    assert.ok(connection);
    await stateOf(connection, 'connected');
  }
  assert.equal(connections.get('hangs')?.state().state, 'connecting');
});

test('programs are started so many at a time, and all of them in the end', async (t) => {
  const env = () => ({ MCP_SERVER_CONNECTION_BATCH_SIZE: '2' });
  const connections = made(
    t,
    ['a', 'b', 'c', 'd', 'e'].map((name) => named(name)),
    { env },
  );
  let most = 0;
  connections.on(() => {
    most = Math.max(most, connections.all().filter((one) => one.state().state === 'connecting').length);
  });
  connections.start();
  await Promise.all(connections.all().map((one) => stateOf(one, 'connected')));
  assert.equal(most, 2);
});

test('a call does not wait for its turn', async (t) => {
  const env = () => ({ MCP_SERVER_CONNECTION_BATCH_SIZE: '1' });
  const connections = made(t, [named('hangs', SILENT), named('wanted')], { env });
  connections.start();
  const wanted = connections.get('wanted');
  assert.ok(wanted);
  assert.match(await echo(wanted), /echo/);
});

test('the start waits for servers that have to be there, and for a slow one not for ever', async (t) => {
  const wait = { MCP_CONNECT_TIMEOUT_MS: '20000' };
  const one = made(t, [named('needed', {}, { alwaysLoad: true }), named('hangs', SILENT)], { env: () => wait });
  one.start();
  await one.ready();
  assert.equal(one.get('needed')?.state().state, 'connected');
  const all = made(t, [named('a')], { env: () => ({ ...wait, MCP_CONNECTION_NONBLOCKING: '0' }) });
  all.start();
  await all.ready();
  assert.equal(all.get('a')?.state().state, 'connected');
  const slow = made(t, [named('slow', SILENT, { alwaysLoad: true })], {
    env: () => ({ MCP_CONNECT_TIMEOUT_MS: '50' }),
  });
  slow.start();
  await slow.ready();
  assert.equal(slow.get('slow')?.state().state, 'connecting');
});

test('new definitions: those that stay go on, those that changed start anew, those that are gone end', async (t) => {
  const connections = made(t, [named('stays'), named('changes'), named('goes')]);
  connections.start();
  const before = Object.fromEntries(connections.all().map((one) => [one.definition.name, one]));
  await Promise.all(connections.all().map((one) => stateOf(one, 'connected')));
  // Where an entry stands in its file does not matter.
  connections.update([named('new'), named('changes', { other: true }), named('stays', {}, { line: 7 })]);
  assert.deepEqual(
    connections.all().map(({ definition }) => definition.name),
    ['new', 'changes', 'stays'],
  );
  assert.equal(connections.get('stays'), before['stays']);
  assert.equal(connections.get('stays')?.state().state, 'connected');
  assert.notEqual(connections.get('changes'), before['changes']);
  assert.equal(connections.get('goes'), undefined);
  for (const name of ['goes', 'changes']) {
    const old = before[name];
    assert.ok(old);
    await stateOf(old, 'idle');
    await assert.rejects(old.connect(), /switched off/);
  }
  await Promise.all(connections.all().map((one) => stateOf(one, 'connected')));
});

test('a program is not started beside the one in whose place it comes, whoever wants it', async (t) => {
  const marks: string[] = [];
  const running = new Set<string>();
  let most = 0;
  const guard = {
    watch: (mark: string) => {
      marks.push(mark);
      most = Math.max(most, running.add(mark).size);
    },
    forget: (mark: string) => void running.delete(mark),
    dispose: () => {},
  };
  const connections = made(t, [named('a', { ignoreEnd: true })], { guard });
  connections.start();
  const [old] = connections.all();
  assert.ok(old);
  await stateOf(old, 'connected');
  connections.update([named('a', { second: true })]);
  connections.update([named('a', { third: true })]);
  const fresh = connections.get('a');
  assert.ok(fresh);
  assert.match(await echo(fresh), /echo/);
  assert.equal(new Set(marks).size, 2);
  assert.equal(most, 1);
});

test('a program is told of the conversation that was opened last when it was started', async (t) => {
  const connections = made(t, [named('a', { at: { 'tools/call': { environment: true } } })]);
  const told = async () => {
    const connection = connections.get('a');
    assert.ok(connection);
    return /CLAUDE_CODE_SESSION_ID=(\S+)/.exec(await echo(connection))?.[1];
  };
  connections.start('first');
  assert.equal(await told(), 'first');
  connections.start('second');
  connections.start();
  assert.equal(await told(), 'first');
  await connections.get('a')?.reconnect();
  assert.equal(await told(), 'second');
});
