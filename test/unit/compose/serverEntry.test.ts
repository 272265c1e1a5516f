// What an entry says of its server reaches those who use it: how long a call may take, that its tools are always loaded,
// and whose file it stands in.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { readServersFiles } from '../../../src/settings/mcpServers.ts';
import { open, raw, standing } from './serversKit.ts';

const user = (servers: object) => ({ 'home/.claude.json': { mcpServers: servers } });

test('its timeout is that of its calls, whatever the environment says; without one that of the environment', async () => {
  const silent = raw({ at: { 'tools/call': { nothing: true } } });
  for (const [entry, MCP_TOOL_TIMEOUT] of [
    [{ ...silent, timeout: 1000 }, '100000'],
    [silent, '50'],
  ] as const) {
    const place = await open(user({ docs: entry }), { env: { MCP_TOOL_TIMEOUT } });
    await place.servers.connections.get('docs')?.connect();
    const [offered] = place.servers.toolsFor({ save: async () => '' })();
    const context = { call: { id: 'c1' }, signal: new AbortController().signal, progress() {} } as never;
    await assert.rejects(async () => offered?.tool.run({}, context, []), /docs did not finish tools\/call within 1 s/);
  }
});

test('alwaysLoad takes all of its tools out of the search, and no other server’s', async () => {
  const place = await open(user({ here: { ...raw(), alwaysLoad: true }, there: raw() }));
  for (const name of ['here', 'there']) await place.servers.connections.get(name)?.connect();
  const tools = place.servers.toolsFor({ save: async () => '' });
  assert.deepEqual(
    tools().map(({ server, alwaysLoad }) => [server, alwaysLoad]),
    [
      ['here', true],
      ['there', false],
    ],
  );
});

test('with CLAUDE_CONFIG_DIR the person’s file is .claude.json in that folder, and no other is read', async (t: TestContext) => {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-config-dir-')));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => path.join(folder, name);
  const named = (name: string) => JSON.stringify({ mcpServers: { [name]: { command: 'x' } } });
  await writeFile(at('.claude.json'), named('usual'));
  const places = { root: at('proj'), home: folder, managedDir: at('managed') };
  const names = async (configDir: string) =>
    (await readServersFiles({ ...places, configDir })).entries.map(({ name, file }) => [name, file]);
  assert.deepEqual(await names(at('.claude')), [['usual', at('.claude.json')]]);
  const own = await mkdtemp(at('own-'));
  await writeFile(path.join(own, '.claude.json'), named('mine'));
  await writeFile(`${own}.json`, named('wrong'));
  assert.deepEqual(await names(own), [['mine', path.join(own, '.claude.json')]]);
});

test('servers that run are told when the folders that are worked in may be others', async () => {
  const place = await open(user({}));
  const heard = path.join(place.folder, 'heard');
  place.write('home/.claude.json', { mcpServers: { docs: raw({ heard }) } });
  await place.reload();
  await place.servers.connections.get('docs')?.connect();
  const told = async () => (await readFile(heard, 'utf8')).match(/notifications\/roots\/list_changed/g)?.length ?? 0;
  assert.equal(await told(), 0);
  await place.servers.settingsChanged();
  while ((await told()) === 0) await new Promise((resolve) => setImmediate(resolve));
});

test('what is wrong with its lists stands with the server, until it is connected anew', async () => {
  const faulty = { tools: [{ name: 'good', inputSchema: { type: 'object' } }, { name: 5 }] };
  const lists = { turns: [{ result: faulty }, { result: { tools: faulty.tools.slice(0, 1) } }] };
  const place = await open(user({ docs: raw({ at: { 'tools/list': lists } }) }));
  const notices = () => place.servers.all()[0]?.notices.map(({ code }) => code);
  await place.servers.connections.get('docs')?.connect();
  assert.deepEqual(notices(), ['mcp.connection.entry']);
  await place.servers.reconnect('docs');
  // The program is another one, which says the same first.
  assert.deepEqual(notices(), ['mcp.connection.entry']);
});

test('a team’s list of allowed servers stands in settings that are checked in; it widens nobody else’s', async () => {
  const team = { 'proj/.claude/settings.json': { allowedMcpServers: [{ serverName: 'docs' }] } };
  const servers = user({ docs: { command: 'a' }, other: { command: 'b' } });
  const standings = async (files: Record<string, unknown>) => {
    const place = await open({ ...servers, ...files });
    return ['docs', 'other'].map((name) => standing(place, name)?.split(' ')[0]);
  };
  assert.deepEqual(await standings(team), ['ready', 'blocked']);
  const own = { 'home/.claude/settings.json': { allowedMcpServers: [{ serverName: 'other' }] } };
  assert.deepEqual(await standings({ ...team, ...own }), ['blocked', 'ready']);
  const organisation = { 'managed/managed-settings.json': { allowedMcpServers: [] } };
  assert.deepEqual(await standings({ ...team, ...own, ...organisation }), ['blocked', 'blocked']);
});
