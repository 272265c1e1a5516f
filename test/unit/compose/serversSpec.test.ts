// How servers are configured, row by row: where they stand, what a yes and a no are written as, what an organisation says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { approve, NEW, open, type Place, project, standing } from './serversKit.ts';

const $ = (name: string) => `\u0024{${name}}`;
const docs = { docs: { command: 'project' } };
const user = (servers: object, more: object = {}) => ({ 'home/.claude.json': { mcpServers: servers, ...more } });
const managed = (settings: object) => ({ 'managed/managed-settings.json': settings });
const listed = ({ servers }: Place, name = 'docs') => servers.all().find((one) => one.listed.name === name)?.listed;
const why = (place: Place, name = 'docs') => {
  const one = listed(place, name);
  return one !== undefined && 'because' in one ? sayInEnglish(one.because) : '';
};
const warnings = (place: Place, name = 'docs') => listed(place, name)?.warnings.map(({ code }) => code);
const local = (place: Place) => JSON.parse(place.read('proj/.claude/settings.local.json'));
const transport = (place: Place, name = 'docs') => {
  const one = listed(place, name);
  return one?.standing === 'ready' ? one.definition.transport : undefined;
};

test('file: a url without a type is skipped, and the sentence says which field to add', async () => {
  const place = await open(user({ docs: { url: 'https://a.example/mcp' } }));
  assert.equal(standing(place), 'invalid mcp.config.noType');
  assert.match(why(place), /"type": "http"/);
  assert.deepEqual(place.servers.connections.all(), []);
});

test('file: an empty url is not configured, and nothing is connected', async () => {
  const place = await open(user({ docs: { type: 'http', url: '' } }));
  assert.equal(standing(place), 'notConfigured mcp.config.noUrl');
  assert.deepEqual(place.servers.connections.all(), []);
});

test('file: servers instead of mcpServers is told with its line, not passed over', async () => {
  const place = await open({ 'proj/.mcp.json': '{\n\n  "servers": { "docs": { "command": "x" } }\n}' });
  assert.deepEqual(
    place.servers.problems().map(({ because, line }) => [because.code, line]),
    [['mcp.config.wrongKey.mcpServers', 3]],
  );
  assert.match(sayInEnglish(place.servers.problems()[0]?.because ?? { code: '', args: {} }), /mcpServers/);
});

test('file: a reserved name is skipped with a reason, the others are used', async () => {
  const place = await open(user({ 'Claude Browser': { command: 'x' }, docs: { command: 'y' } }));
  assert.equal(standing(place, 'Claude Browser'), 'invalid mcp.config.reserved');
  assert.equal(standing(place), 'ready');
});

test('file: blanks around a value are told, and used as they are written', async () => {
  const place = await open(user({ docs: { command: 'x ', args: ['\ta'], env: { A: 'b ' } } }));
  assert.deepEqual(warnings(place), ['mcp.config.blank', 'mcp.config.blank', 'mcp.config.blank']);
  assert.deepEqual(transport(place), { type: 'stdio', command: 'x ', args: ['\ta'], env: { A: 'b ' } });
});

test('file: a folder of its own is found from the root', async () => {
  const place = await open(user({ docs: { command: 'x', cwd: 'sub' } }));
  assert.deepEqual(transport(place), { type: 'stdio', command: 'x', args: [], env: {}, cwd: `${place.root}/sub` });
});

for (const [text, filled, ...missing] of [
  [`${$('API:-https://a.example')}/mcp`, 'https://a.example/mcp'],
  [`https://a.example/${$('KEY')}`, 'https://a.example/x'],
  [`https://a.example/${$('NOPE')}`, `https://a.example/${$('NOPE')}`, 'mcp.config.variable'],
] as const)
  test(`variables: ${text} is ${filled}, and the server is used`, async () => {
    const place = await open(user({ docs: { type: 'http', url: text, headers: { A: text } } }), { env: { KEY: 'x' } });
    assert.deepEqual(transport(place), { type: 'http', url: filled, headers: { A: filled } });
    assert.deepEqual(warnings(place), missing);
  });

test('scopes: local before project before user, each entry whole', async () => {
  const place = await open({
    ...project({ docs: { command: 'project', args: ['a'] }, team: { command: 'project' } }),
    ...user({ docs: { command: 'user', env: { A: 'b' } }, team: { command: 'user' }, own: { command: 'user' } }),
  });
  const of = (name: string) => [listed(place, name)?.scope, listed(place, name)?.entry['command']];
  assert.deepEqual(['docs', 'team', 'own'].map(of), [
    ['project', 'project'],
    ['project', 'project'],
    ['user', 'user'],
  ]);
  const mcpServers = { docs: { command: 'local' } };
  const elsewhere = { mcpServers: { docs: { command: 'elsewhere' } } };
  place.write('home/.claude.json', {
    mcpServers: { docs: { command: 'user', env: { A: 'b' } } },
    projects: { '/elsewhere': elsewhere, [place.root]: { mcpServers } },
  });
  await place.reload();
  assert.deepEqual(of('docs'), ['local', 'local']);
  assert.deepEqual(listed(place)?.entry, { command: 'local' });
});

test('switches: off stands in disabledMcpServers of the folder, on takes it out, and no server stands in both lists', async () => {
  const place = await open(user({ docs: { command: 'x' }, other: { command: 'y' } }));
  place.write('home/.claude.json', {
    mcpServers: { docs: { command: 'x' }, other: { command: 'y' } },
    projects: {
      '/elsewhere': { disabledMcpServers: ['other'] },
      [place.root]: { enabledMcpServers: ['docs', 'theirs'], disabledMcpServers: ['gone'] },
    },
  });
  await place.reload();
  assert.deepEqual([standing(place), standing(place, 'other')], ['ready', 'ready']);
  const lists = () => JSON.parse(place.read('home/.claude.json')).projects[place.root];
  await place.servers.enable('docs', false);
  assert.deepEqual(lists(), { enabledMcpServers: ['theirs'], disabledMcpServers: ['gone', 'docs'] });
  assert.equal(standing(place), 'disabled mcp.config.disabled');
  await place.servers.enable('docs', true);
  assert.deepEqual(lists(), { enabledMcpServers: ['theirs'], disabledMcpServers: ['gone'] });
  assert.equal(standing(place), 'ready');
});

test('approval: use this server, use all, do not use it are written to the local settings file', async () => {
  const place = await open(project({ docs: { command: 'x' }, other: { command: 'y' }, third: { command: 'z' } }));
  await approve(place);
  assert.deepEqual(local(place), { enabledMcpjsonServers: ['docs'] });
  assert.deepEqual(
    ['docs', 'other'].map((name) => standing(place, name)),
    ['ready', NEW],
  );
  await place.servers.reject('other');
  assert.deepEqual(local(place), { enabledMcpjsonServers: ['docs'], disabledMcpjsonServers: ['other'] });
  await approve(place, 'third', true);
  assert.deepEqual(local(place), {
    enabledMcpjsonServers: ['docs'],
    disabledMcpjsonServers: ['other'],
    enableAllProjectMcpServers: true,
  });
  assert.deepEqual(
    ['docs', 'other', 'third'].map((name) => standing(place, name)),
    ['ready', 'rejected mcp.server.rejected', 'ready'],
  );
});

const FILES = {
  organisation: 'managed/managed-settings.json',
  user: 'home/.claude/settings.json',
  project: 'proj/.claude/settings.json',
  local: 'proj/.claude/settings.local.json',
};
for (const [whose, file] of Object.entries(FILES)) {
  test(`approval: a no in the ${whose} file wins over every yes`, async () => {
    const yes = { enabledMcpjsonServers: ['docs'], enableAllProjectMcpServers: true };
    const files = Object.fromEntries(
      Object.values(FILES).map((one) => [one, one === file ? { ...yes, disabledMcpjsonServers: ['docs'] } : yes]),
    );
    const place = await open({ ...project(docs), ...files });
    assert.equal(standing(place), 'rejected mcp.server.rejected');
  });

  for (const yes of [{ enabledMcpjsonServers: ['docs'] }, { enableAllProjectMcpServers: true }])
    test(`approval: a yes of the ${whose} file counts, and starts nothing before trust (${Object.keys(yes)})`, async () => {
      const place = await open({ ...project(docs), [file]: yes }, { trusted: false });
      assert.equal(standing(place), 'pending mcp.server.untrusted');
      assert.deepEqual(place.servers.connections.all(), []);
      await place.trust(true);
      assert.equal(standing(place), 'ready');
    });
}

test('organisation: its file of servers is the only one, and nothing can be added, in a clear sentence', async () => {
  const place = await open({
    'managed/managed-mcp.json': { mcpServers: { corp: { command: 'corp' } } },
    ...project(docs),
    ...user({ mine: { command: 'mine' } }),
  });
  assert.deepEqual(
    ['corp', 'docs', 'mine'].map((name) => standing(place, name)?.split(' ')[0]),
    ['ready', 'blocked', 'blocked'],
  );
  assert.equal(place.servers.exclusive(), true);
  for (const scope of ['project', 'local', 'user', 'editor'] as const)
    await assert.rejects(place.servers.save(scope, 'new', { command: 'x' }), /organisation has chosen the servers/);
  await assert.rejects(place.servers.save('user', 'corp', { command: 'x' }, 'corp'), /organisation/);
  await assert.rejects(place.servers.remove('corp'), /organisation/);
});

test('organisation: a file without servers switches all of them off', async () => {
  const place = await open({ 'managed/managed-mcp.json': { mcpServers: {} }, ...user({ mine: { command: 'mine' } }) });
  assert.equal(standing(place, 'mine'), 'blocked mcp.config.managed');
  assert.deepEqual(place.servers.problems(), []);
});

const http = (url: string) => ({ type: 'http', url });
const npx = { command: 'npx', args: ['-y', 'p'] };
const corp = { allowedMcpServers: [{ serverUrl: 'https://*.corp/*' }] };
const mixed = { allowedMcpServers: [{ serverName: 'gh' }, { serverCommand: ['npx', '-y', 'p'] }] };
const LISTS: Array<[what: string, files: object, entry: object, loaded: boolean]> = [
  ['an allowed address', managed(corp), http('https://a.corp/x'), true],
  ['a program where addresses are listed', managed(corp), npx, false],
  ['another command under an allowed name', managed(mixed), { command: 'other' }, false],
  ['the allowed command', managed(mixed), npx, true],
  ['an address under an allowed name', managed(mixed), http('https://gh.example'), true],
  [
    'a denied address among allowed ones',
    managed({ allowedMcpServers: [{ serverUrl: '*.ex.com' }], deniedMcpServers: [{ serverUrl: 'staging.ex.com' }] }),
    http('https://staging.ex.com'),
    false,
  ],
  ['a list that is no list', managed({ allowedMcpServers: 'gh' }), npx, false],
  ['a list with an entry that is no object', managed({ allowedMcpServers: ['gh'] }), npx, false],
  ['a list of entries that say nothing', managed({ allowedMcpServers: [{ serverNames: 'gh' }] }), npx, false],
  ['an empty list', managed({ allowedMcpServers: [] }), npx, false],
  ['no list', managed({}), npx, true],
  ['a host in capitals with a dot at its end', managed(corp), http('https://A.CORP./x'), true],
  [
    'a path in capitals',
    managed({ allowedMcpServers: [{ serverUrl: 'a.corp/mcp' }] }),
    http('https://a.corp/MCP'),
    false,
  ],
  [
    'a pattern without a path',
    managed({ allowedMcpServers: [{ serverUrl: 'a.corp' }] }),
    http('https://a.corp/any/x'),
    true,
  ],
  [
    'a list with a variable of the organisation',
    managed({ env: { ZONE: 'corp' }, allowedMcpServers: [{ serverUrl: `https://a.${$('ZONE')}/*` }] }),
    http('https://a.corp/x'),
    true,
  ],
  [
    'a list with a variable that the person sets',
    {
      ...managed({ allowedMcpServers: [{ serverUrl: `https://a.${$('ZONE')}/*` }] }),
      'home/.claude/settings.json': { env: { ZONE: 'corp' } },
    },
    http('https://a.corp/x'),
    false,
  ],
  ['an address with a variable', managed(corp), http(`https://${$('HOST:-evil.example')}/x`), false],
  [
    'a person’s list beside that of the organisation',
    { ...managed(corp), 'home/.claude/settings.json': { allowedMcpServers: [{ serverCommand: ['npx', '-y', 'p'] }] } },
    npx,
    false,
  ],
  ['a person’s list alone', { 'home/.claude/settings.json': { allowedMcpServers: [] } }, npx, false],
  [
    'a person’s list where only the organisation’s counts',
    { ...managed({ allowManagedMcpServersOnly: true }), 'home/.claude/settings.json': { allowedMcpServers: [] } },
    npx,
    true,
  ],
  [
    'the organisation’s list where only that counts',
    {
      ...managed({ allowManagedMcpServersOnly: true, ...corp }),
      'home/.claude/settings.json': { allowedMcpServers: [{ serverName: 'gh' }] },
    },
    npx,
    false,
  ],
  [
    'an organisation’s list that cannot be read where only that counts',
    managed({ allowManagedMcpServersOnly: true, allowedMcpServers: { serverName: 'gh' } }),
    npx,
    false,
  ],
  [
    'a person’s word that only the organisation’s counts',
    { 'home/.claude/settings.json': { allowManagedMcpServersOnly: true, allowedMcpServers: [] } },
    npx,
    false,
  ],
  [
    'what the repository denies',
    { 'proj/.claude/settings.json': { deniedMcpServers: [{ serverName: 'gh' }] } },
    npx,
    false,
  ],
  [
    'what a person denies, where only the organisation’s list counts',
    {
      ...managed({ allowManagedMcpServersOnly: true, ...mixed }),
      'home/.claude/settings.json': { deniedMcpServers: [{ serverName: 'gh' }] },
    },
    npx,
    false,
  ],
];
for (const [what, files, entry, loaded] of LISTS)
  test(`lists: ${what} is ${loaded ? 'loaded' : 'blocked'}`, async () => {
    const place = await open({ ...files, ...user({ gh: entry }) });
    assert.equal(standing(place, 'gh')?.split(' ')[0], loaded ? 'ready' : 'blocked', why(place, 'gh'));
  });

test('variables: what a repository sets unasked fills in nothing, not for the person’s own servers either', async () => {
  const entry = { command: 'x', args: [$('MCP_TIMEOUT:-none'), $('ANTHROPIC_MODEL:-none')] };
  const evil = { env: { MCP_TIMEOUT: '--evil', ANTHROPIC_MODEL: '--evil' } };
  const args = (place: Place, name: string) => {
    const found = transport(place, name);
    return found?.type === 'stdio' ? found.args : undefined;
  };
  const place = await open({
    ...project({ docs: entry }),
    ...user({ mine: entry }),
    'proj/.claude/settings.json': evil,
    'home/.claude/settings.json': { env: { MCP_TIMEOUT: '4000' } },
  });
  await approve(place);
  for (const name of ['docs', 'mine']) assert.deepEqual(args(place, name), ['4000', 'none'], name);
  // What VS Code was started with counts, whatever the repository says.
  const started = await open(
    { ...user({ mine: entry }), 'proj/.claude/settings.json': evil },
    { env: { ANTHROPIC_MODEL: 'opus' } },
  );
  assert.deepEqual(args(started, 'mine'), ['none', 'opus']);
});

test('variables: another value of the repository’s is filled in once it was accepted, with trust or later', async () => {
  const place = await open({
    ...user({ mine: { command: 'x', args: [$('TARGET:-none')] } }),
    'proj/.claude/settings.json': { env: { TARGET: 'first' } },
  });
  const args = () => {
    const found = transport(place, 'mine');
    return found?.type === 'stdio' ? found.args : undefined;
  };
  assert.deepEqual(args(), ['first']);
  place.write('proj/.claude/settings.json', { env: { TARGET: '--evil' } });
  await place.reload();
  assert.deepEqual(args(), ['none']);
  await place.acceptAll();
  assert.deepEqual(args(), ['--evil']);
});

test('the local settings file: whoever writes a choice to it is told, so that git can be asked about it', async () => {
  const written: string[] = [];
  const place = await open(project({ docs: { command: 'x' } }), { localWritten: (file) => written.push(file) });
  await approve(place);
  await place.servers.reject('docs');
  const file = `${place.root}/.claude/settings.local.json`;
  assert.deepEqual(written, [file, file]);
});
