// Two windows of one profile with the same folder: a yes or a no of one holds in the other, and nobody's is lost.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RAW_SERVER } from '../../support/mcp/connections.ts';
import { approve, NEW, open, type Place, project, raw, shows, standing } from './serversKit.ts';

const editor = { 'proj/.vscode/mcp.json': { servers: { docs: raw() } } };
/** As VS Code does shortly after each write, at a moment that nobody tells. */
function deliverUntil({ state }: Place, done: Promise<void>): Promise<void> {
  const timer = setInterval(state.deliver, 50);
  return done.finally(() => clearInterval(timer));
}

for (const [what, files] of Object.entries({ '.mcp.json': project({ docs: raw() }), '.vscode/mcp.json': editor }))
  test(`a yes that is given in another window is noticed in this one (${what})`, async () => {
    const place = await open(files);
    const other = await place.window();
    other.servers.start();
    assert.equal(standing(other), NEW);
    const ready = shows(other, 'ready');
    await approve(place);
    await deliverUntil(place, ready);
    // What started there was approved there.
    await other.servers.connections.get('docs')?.connect();
  });

test('a yes that comes later than the sign that there is one is waited for', async () => {
  const place = await open(editor);
  const other = await place.window();
  const ready = shows(other, 'ready');
  // It has looked, and seen nothing yet.
  other.servers.onChanged(() => place.state.deliver());
  await approve(place);
  assert.equal(standing(other), NEW);
  await ready;
});

test('a no in another window ends the program that runs in this one', async () => {
  const place = await open(project({ docs: raw() }));
  await approve(place);
  const other = await place.window();
  assert.equal(standing(other), 'ready');
  const connection = other.servers.connections.get('docs');
  await connection?.connect();
  assert.equal(connection?.state().state, 'connected');
  const rejected = shows(other, 'rejected mcp.server.rejected');
  await place.servers.reject('docs');
  await deliverUntil(place, rejected);
  assert.deepEqual(other.servers.connections.all(), []);
  while (connection?.state().state !== 'idle') await new Promise((resolve) => setImmediate(resolve));
});

test('the switch of a folder holds in each window', async () => {
  const place = await open({ 'home/.claude.json': { mcpServers: { docs: { command: 'x' } } } });
  const other = await place.window();
  await place.servers.enable('docs', false);
  await shows(other, 'disabled mcp.config.disabled');
  const on = shows(place, 'ready');
  await other.servers.enable('docs', true);
  await on;
});

test('windows that approve at the same time do not lose what the other remembers', async () => {
  const place = await open(project({ one: { command: 'a' }, two: { command: 'b' }, three: { command: 'c' } }));
  const other = await place.window();
  // Neither has heard of the other's words.
  await Promise.all([approve(place, 'one'), approve(other, 'two'), approve(place, 'three')]);
  place.write('proj/.mcp.json', {
    mcpServers: { one: { command: 'a2' }, two: { command: 'b2' }, three: { command: 'c2' } },
  });
  place.state.deliver();
  await place.again();
  for (const [name, command] of Object.entries({ one: 'a', two: 'b', three: 'c' })) {
    const known = place.servers.all().find(({ listed }) => listed.name === name);
    assert.equal(standing(place, name), 'pending mcp.server.changed', name);
    assert.deepEqual(known?.before, [{ name: 'command', text: command }], name);
  }
  assert.deepEqual(JSON.parse(place.read('proj/.claude/settings.local.json')).enabledMcpjsonServers.sort(), [
    'one',
    'three',
    'two',
  ]);
});

test('trust that was taken back leaves no yes behind, whatever is remembered', async () => {
  const place = await open(editor);
  await approve(place);
  await place.trust(false);
  await place.trust(true);
  assert.match(standing(place) ?? '', /^pending/);
});

test('files that another window approved while a server ran here are approved here, too', async () => {
  const program = (line = '') => `${line}\nprocess.argv[2] = '{}';\nawait import(${JSON.stringify(RAW_SERVER)});\n`;
  const docs = { command: process.execPath, args: ['server.mjs'] };
  const place = await open({ ...project({ docs }), 'proj/server.mjs': program() });
  await approve(place);
  const other = await place.window();
  await other.servers.reconnect('docs');
  place.write('proj/server.mjs', program('// more'));
  await place.reload();
  assert.equal(standing(place), 'pending mcp.server.filesChanged');
  await approve(place);
  await other.servers.reload();
  assert.equal(standing(other), 'ready');
  await other.servers.reconnect('docs');
  // What comes after that yes is another program again.
  place.write('proj/server.mjs', program('// still more'));
  await assert.rejects(other.servers.reconnect('docs'), /server\.mjs/);
});
