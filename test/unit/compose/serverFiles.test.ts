// What an approved entry starts may change behind it: a program of the repository, one that an argument names, its variables.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { mcpState } from '../../../src/host/mcpState.ts';
import { RAW_SERVER } from '../../support/mcp/connections.ts';
import { approve, NEW, open, type Place, project, shows, standing } from './serversKit.ts';

const FILES = 'pending mcp.server.filesChanged';
const program = (line = '') => `${line}\nprocess.argv[2] = '{}';\nawait import(${JSON.stringify(RAW_SERVER)});\n`;
const docs = { command: process.execPath, args: ['tools/server.mjs'] };
const withServer = (more: Record<string, unknown> = {}) => ({
  ...project({ docs }),
  'proj/tools/server.mjs': program(),
  ...more,
});
/** Its program says that it runs. */
const evil = (place: Place) =>
  program(`(await import('node:fs')).writeFileSync(${JSON.stringify(path.join(place.folder, 'ran'))}, '');`);
const ran = (place: Place) => existsSync(path.join(place.folder, 'ran'));
const row = (place: Place) => mcpState(place.servers, { root: place.root, several: false, trusted: true }).servers[0];
const fileRows = (place: Place) => ({
  before: row(place)?.before?.filter(({ name }) => name.startsWith('file ')),
  now: row(place)?.fields.filter(({ name }) => name.startsWith('file ')),
});
const reconnect = (place: Place) => place.servers.reconnect('docs');

test('a program of the repository that changed does not start again unseen; the page shows which, and a yes is for that', async () => {
  const place = await open(withServer());
  assert.equal(standing(place), NEW);
  assert.match(fileRows(place).now?.[0]?.text ?? '', /^sha256:[0-9a-f]{16}…$/);
  await approve(place);
  await reconnect(place);
  const first = fileRows(place).now;

  place.write('proj/tools/server.mjs', evil(place));
  await assert.rejects(reconnect(place), /tools\/server\.mjs/);
  await shows(place, FILES);
  assert.ok(!ran(place));
  assert.deepEqual(place.servers.connections.all(), []);
  const changed = fileRows(place);
  assert.deepEqual(changed.before, first);
  assert.deepEqual(
    changed.now?.map(({ name }) => name),
    ['file tools/server.mjs'],
  );
  assert.notEqual(changed.now?.[0]?.text, first?.[0]?.text);
  const [known] = place.servers.all();
  assert.ok(known?.listed.standing === 'pending' && known.listed.because.args['files'] === 'tools/server.mjs');

  // One click, and it is started; the next start asks nothing.
  await approve(place);
  assert.equal(standing(place), 'ready');
  await reconnect(place);
  await reconnect(place);
  assert.ok(ran(place));
  // In a window that is opened later neither.
  await place.again();
  assert.equal(standing(place), 'ready');
});

test('a server that runs goes on while its program is edited; its next start asks', async () => {
  const place = await open(withServer());
  await approve(place);
  await reconnect(place);
  place.write('proj/tools/server.mjs', evil(place));
  await place.reload();
  assert.equal(standing(place), 'ready');
  assert.equal(place.servers.connections.get('docs')?.state().state, 'connected');
  assert.deepEqual(
    row(place)?.warnings.map(({ code }) => code),
    ['mcp.server.filesChangedRunning'],
  );
  await place.again();
  assert.equal(standing(place), FILES);
  assert.ok(!ran(place));
});

test('a server that runs ends when its folder is trusted no longer', async () => {
  const place = await open(withServer());
  await approve(place);
  await reconnect(place);
  await place.trust(false);
  assert.equal(standing(place), 'pending mcp.server.untrusted');
  assert.deepEqual(place.servers.connections.all(), []);
});

test('a call starts nothing that changed since, nor does a program that ended by itself', async () => {
  const place = await open(withServer({ 'proj/tools/server.mjs': program('setTimeout(() => process.exit(3), 300);') }));
  await approve(place);
  await reconnect(place);
  const connection = place.servers.connections.get('docs');
  place.write('proj/tools/server.mjs', evil(place));
  await shows(place, FILES);
  await assert.rejects(async () => connection?.connect());
  assert.ok(!ran(place));
});

test('an edit of the entry does not carry along what changed behind a server that runs', async () => {
  const place = await open(withServer());
  await approve(place);
  await reconnect(place);
  place.write('proj/tools/server.mjs', evil(place));
  await place.reload();
  await place.servers.save('project', 'docs', { ...docs, timeout: 5000 }, 'docs');
  assert.match(standing(place) ?? '', /^pending/);
  assert.ok(!ran(place));
});

test('a yes is for the program that was seen, not for one that took its place', async () => {
  const place = await open(withServer());
  const seen = place.servers.all()[0]?.fingerprint ?? '';
  place.write('proj/tools/server.mjs', evil(place));
  await assert.rejects(place.servers.approve('docs', seen, false), /no longer what you saw/);
  assert.equal(standing(place), NEW);
});

test('a name in the settings approves the program that it meets first', async () => {
  const place = await open(withServer({ 'proj/.claude/settings.json': { enabledMcpjsonServers: ['docs'] } }));
  assert.equal(standing(place), 'ready');
  place.write('proj/tools/server.mjs', evil(place));
  await place.reload();
  assert.equal(standing(place), FILES);
});

test('an entry that was approved once and comes back brings no other program with it', async () => {
  const place = await open(withServer());
  await approve(place);
  place.write('proj/.mcp.json', { mcpServers: { docs: { ...docs, env: { A: '1' } } } });
  await place.reload();
  await approve(place);
  place.write('proj/.mcp.json', { mcpServers: { docs } });
  await place.reload();
  assert.equal(standing(place), 'ready');
  place.write('proj/tools/server.mjs', evil(place));
  await place.reload();
  assert.equal(standing(place), FILES);
});

test('a file of variables: its change is held, and none of its values is shown or kept', async () => {
  const SECRET = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789';
  const place = await open({
    'proj/.vscode/mcp.json': { servers: { docs: { ...docs, envFile: '.env', env: { OWN: 'entry' } } } },
    'proj/tools/server.mjs': program(),
    'proj/.env': `TOKEN=${SECRET}\nOWN=file\n`,
  });
  await approve(place);
  const listed = place.servers.all()[0]?.listed;
  assert.ok(listed?.standing === 'ready' && listed.definition.transport.type === 'stdio');
  assert.deepEqual(listed.definition.transport.env, { TOKEN: SECRET, OWN: 'entry' });
  await reconnect(place);
  const running = place.servers.connections.get('docs');
  place.write('proj/.env', `TOKEN=${SECRET}\nNODE_OPTIONS=--import=./evil.mjs\n`);
  await place.reload();
  // Not even restarted.
  assert.equal(place.servers.connections.get('docs'), running);
  await assert.rejects(reconnect(place), /\.env/);
  await shows(place, FILES);
  const told = JSON.stringify([row(place), place.lines, place.state.stored()]);
  assert.ok(!told.includes(SECRET) && !told.includes('NODE_OPTIONS'), told);
});

test('before trust no file of the repository is looked at', async () => {
  const place = await open(withServer(), { trusted: false });
  assert.deepEqual(fileRows(place).now, []);
  assert.equal(place.servers.all()[0]?.listed.files, undefined);
});

test('what is the person’s own needs no yes, its program neither', async () => {
  const place = await open({ 'home/.claude.json': { mcpServers: { docs } }, 'proj/tools/server.mjs': program() });
  await reconnect(place);
  place.write('proj/tools/server.mjs', program('// more'));
  await reconnect(place);
  assert.equal(standing(place), 'ready');
});

test('however many entries were approved in between, one that comes back brings no other program with it', async () => {
  const place = await open(withServer());
  await approve(place);
  const others = Array.from({ length: 12 }, (_, index) => ({ ...docs, env: { A: String(index) } }));
  for (const entry of [...others, docs]) {
    place.write('proj/tools/server.mjs', entry === docs ? evil(place) : program());
    place.write('proj/.mcp.json', { mcpServers: { docs: entry } });
    await place.reload();
    if (entry !== docs) await approve(place);
  }
  assert.match(standing(place) ?? '', /^pending/);
  await assert.rejects(async () => place.servers.reconnect('docs'));
  assert.ok(!ran(place));
});

test('a record of a yes that cannot be read is no yes to whatever stands there now', async () => {
  const place = await open(withServer());
  await approve(place);
  const folder = path.join(place.folder, 'approved', readdirSync(path.join(place.folder, 'approved'))[0] ?? '');
  const record = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.json$/.test(name)) ?? '';
  for (const spoil of [
    (file: string) => writeFileSync(file, '{"na'),
    (file: string) => {
      rmSync(file);
      mkdirSync(file);
    },
  ]) {
    spoil(path.join(folder, record));
    place.write('proj/tools/server.mjs', evil(place));
    await place.again();
    assert.match(standing(place) ?? '', /^pending/);
    assert.ok(!ran(place));
  }
});

test('a value that no program can be given is told by its place, not by what it is', async () => {
  const SECRET = 'hunter2-correct-horse';
  const value = '\u0024{MY_VALUE}\u0000';
  const servers = { args: { command: 'x', args: [value] }, env: { command: 'x', env: { A: value } } };
  const place = await open({ 'home/.claude.json': { mcpServers: servers } }, { env: { MY_VALUE: SECRET } });
  for (const name of ['args', 'env']) {
    assert.equal(standing(place, name), 'invalid mcp.config.nul');
    await assert.rejects(async () => place.servers.reconnect(name));
  }
  const state = mcpState(place.servers, { root: place.root, several: false, trusted: true });
  assert.ok(!JSON.stringify([state, place.lines]).includes(SECRET));
});
