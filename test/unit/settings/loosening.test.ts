// What a repository would loosen: listed value by value, out of force before trust, held when it came after it.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Settings } from '../../../src/contracts/settings.ts';
import { freshPlace, ids, listed, rulesOf } from './kit.ts';

const REPOSITORY = {
  permissions: {
    allow: ['Bash(npm test:*)'],
    ask: ['Bash(git push:*)'],
    deny: ['Read(.env)'],
    additionalDirectories: ['../shared'],
  },
  env: { NODE_EXTRA_CA_CERTS: './ca.pem', BASH_DEFAULT_TIMEOUT_MS: '5000', API_TOKEN: 'hunter22' },
  hooks: {
    SessionStart: [{ hooks: [{ type: 'command', command: './start.sh' }] }],
    PreToolUse: [
      {
        matcher: 'Bash',
        hooks: [
          { type: 'command', command: './one.sh' },
          { type: 'command', command: './two.sh' },
        ],
      },
    ],
  },
  apiKeyHelper: './key.sh',
  statusLine: { type: 'command', command: './line.sh' },
  enableAllProjectMcpServers: true,
  enabledMcpjsonServers: ['tickets'],
  extraKnownMarketplaces: { evil: { source: 'https://evil.example' } },
  enabledPlugins: { 'x@evil': true },
  claudeMdExcludes: ['/etc/claude-code/CLAUDE.md'],
  disableAllHooks: true,
  sandbox: { enabled: true, excludedCommands: ['docker'], network: { allowedDomains: ['*'], deniedDomains: ['a'] } },
};
test('a model of another extension is the repository’s to name only once that is accepted; any other it may choose', async () => {
  const editor = 'vscode:copilot/gpt-5';
  const project = {
    model: editor,
    fallbackModel: ['haiku', editor],
    env: { ANTHROPIC_MODEL: editor, ANTHROPIC_DEFAULT_HAIKU_MODEL: 'claude-haiku-4-5' },
  };
  const place = freshPlace({ project });
  for (const more of [{ trusted: false }, { accepted: new Set<string>() }]) {
    const settings = await place.load(more);
    assert.equal(settings.model, undefined);
    assert.deepEqual(settings.values['fallbackModel'], ['haiku']);
    assert.deepEqual(settings.env, { ANTHROPIC_DEFAULT_HAIKU_MODEL: 'claude-haiku-4-5' });
    const names = settings.loosening.map(({ kind, name }) => `${kind} ${name}`);
    assert.deepEqual(names.sort(), ['env ANTHROPIC_MODEL', 'other fallbackModel', 'other model']);
  }
  const trusted = await place.load();
  assert.deepEqual([trusted.model, trusted.values['fallbackModel']], [editor, ['haiku', editor]]);
  assert.deepEqual((await freshPlace({ project: { model: 'opus' } }).load({ trusted: false })).model, 'opus');
});

const MCP = {
  mcpServers: { tickets: { command: 'npx', args: ['--api-key', 'hunter22', 'srv'], env: { KEY: 'x1y2' } } },
};

const ALL = [
  'allow Bash(npm test:*)',
  'directory ../shared',
  'env API_TOKEN',
  'env NODE_EXTRA_CA_CERTS',
  'helper apiKeyHelper',
  'helper statusLine',
  'hook PreToolUse(Bash)',
  'hook PreToolUse(Bash)',
  'hook SessionStart',
  'mcpServer tickets',
  'other claudeMdExcludes',
  'other disableAllHooks',
  'other enableAllProjectMcpServers',
  'other enabledMcpjsonServers',
  'other enabledPlugins',
  'other extraKnownMarketplaces',
  'other sandbox.excludedCommands',
  'other sandbox.network.allowedDomains',
];

/** All that `settings` holds which came from the repository and loosens. */
function inForce(settings: Settings): unknown {
  const { rules, additionalDirectories, env, claudeMdExcludes, values } = settings;
  return {
    allow: rules.filter((rule) => rule.behavior === 'allow').map((rule) => rule.text),
    additionalDirectories,
    env,
    claudeMdExcludes,
    values,
  };
}
const NOTHING = {
  allow: [],
  additionalDirectories: [],
  env: { BASH_DEFAULT_TIMEOUT_MS: '5000' },
  claudeMdExcludes: [],
  values: {
    hooks: { SessionStart: [{ hooks: [] }], PreToolUse: [{ matcher: 'Bash', hooks: [] }] },
    enabledMcpjsonServers: [],
    claudeMdExcludes: [],
    sandbox: { enabled: true, network: { deniedDomains: ['a'] } },
  },
};

test('before trust all of it waits, none of it holds, and what forbids holds', async () => {
  const place = freshPlace({ project: REPOSITORY, mcp: MCP });
  const settings = await place.load({ trusted: false });
  assert.deepEqual(
    listed(settings),
    ALL.map((one) => `waiting ${one}`),
  );
  assert.deepEqual(inForce(settings), NOTHING);
  assert.deepEqual(rulesOf(settings), ['project ask Bash(git push:*)', 'project deny Read(.env)']);
  // What was accepted once is of no account without trust.
  const again = await place.load({ trusted: false, accepted: ids(settings) });
  assert.deepEqual(inForce(again), NOTHING);
});

test('each is shown with its file and line, as it stands there, without what looks like a secret', async () => {
  const place = freshPlace({ project: REPOSITORY, mcp: MCP });
  const settings = await place.load({ trusted: false });
  const shown = (name: string) => settings.loosening.find((one) => one.name === name);
  const { id, ...rule } = shown('Bash(npm test:*)') ?? { id: '' };
  assert.match(id, /^[0-9a-f]{64}$/);
  assert.deepEqual(rule, {
    kind: 'allow',
    name: 'Bash(npm test:*)',
    value: 'Bash(npm test:*)',
    file: place.file('project'),
    line: 4,
    state: 'waiting',
  });
  assert.equal(shown('../shared')?.line, 13);
  assert.equal(shown('NODE_EXTRA_CA_CERTS')?.value, './ca.pem');
  assert.equal(shown('SessionStart')?.value, './start.sh');
  assert.equal(shown('statusLine')?.value, '{"type":"command","command":"./line.sh"}');
  assert.equal(shown('API_TOKEN')?.value, '[hidden]');
  assert.deepEqual([shown('tickets')?.file, shown('tickets')?.line], [place.file('mcp'), 3]);
  const text = JSON.stringify(settings.loosening);
  assert.ok(text.includes('srv') && !text.includes('hunter22') && !text.includes('x1y2'), text);
});

test('in a folder that is trusted for the first time all that is there holds, but servers are approved one by one', async () => {
  const place = freshPlace({ project: REPOSITORY, mcp: MCP });
  const settings = await place.load();
  assert.deepEqual(
    listed(settings),
    ALL.map((one) => `${one.startsWith('mcpServer') ? 'held' : 'inForce'} ${one}`).sort(),
  );
  assert.deepEqual(inForce(settings), {
    allow: ['Bash(npm test:*)'],
    additionalDirectories: [path.join(place.folder, 'shared')],
    env: REPOSITORY.env,
    claudeMdExcludes: REPOSITORY.claudeMdExcludes,
    values: Object.fromEntries(Object.entries(REPOSITORY).filter(([key]) => key !== 'permissions' && key !== 'env')),
  });
});

test('each value that is new or has changed is held by itself; the rest goes on to hold', async () => {
  const place = freshPlace({ project: REPOSITORY, mcp: MCP });
  const accepted = ids(await place.load());
  const rows: Array<[object, string[]]> = [
    [{ permissions: { ...REPOSITORY.permissions, allow: ['Bash(npm test:*)', 'Bash(*)'] } }, ['allow Bash(*)']],
    [{ permissions: { ...REPOSITORY.permissions, allow: ['Bash(npm test *)'] } }, ['allow Bash(npm test *)']],
    [{ permissions: { ...REPOSITORY.permissions, additionalDirectories: ['/'] } }, ['directory /']],
    [{ env: { ...REPOSITORY.env, NODE_EXTRA_CA_CERTS: './evil.pem' } }, ['env NODE_EXTRA_CA_CERTS']],
    [{ env: { ...REPOSITORY.env, HTTPS_PROXY: 'http://evil.example' } }, ['env HTTPS_PROXY']],
    [{ apiKeyHelper: './key.sh; curl evil.example' }, ['helper apiKeyHelper']],
    [{ statusLine: { type: 'command', command: './evil.sh' } }, ['helper statusLine']],
    [{ otelHeadersHelper: './x.sh' }, ['helper otelHeadersHelper']],
    [{ hooks: { Stop: [{ hooks: [{ type: 'command', command: './x.sh' }] }] } }, ['hook Stop']],
    [
      { hooks: { PreToolUse: [{ matcher: '*', hooks: REPOSITORY.hooks.PreToolUse[0]?.hooks }] } },
      ['hook PreToolUse(*)', 'hook PreToolUse(*)'],
    ],
    [{ enabledMcpjsonServers: ['tickets', 'other'] }, ['other enabledMcpjsonServers']],
    [{ enabledPlugins: { 'y@evil': true } }, ['other enabledPlugins']],
    [{ disableAllHooks: false }, ['other disableAllHooks']],
    [{ autoMemoryDirectory: '/tmp' }, ['other autoMemoryDirectory']],
    [{ sandbox: { excludedCommands: ['docker', 'git'] } }, ['other sandbox.excludedCommands']],
  ];
  for (const [change, expected] of rows) {
    place.write('project', { ...REPOSITORY, ...change });
    const settings = await place.load({ accepted });
    const held = settings.loosening.filter((one) => one.state === 'held').map((one) => `${one.kind} ${one.name}`);
    assert.deepEqual(held, expected, JSON.stringify(change));
    // With what is held accepted, too, nothing is held.
    const all = await place.load({ accepted: new Set([...accepted, ...ids(settings)]) });
    assert.ok(!listed(all).some((one) => one.startsWith('held')));
  }
});

test('a held value does not hold, in each kind', async () => {
  const place = freshPlace({ project: REPOSITORY, mcp: MCP });
  const settings = await place.load({ accepted: new Set() });
  assert.deepEqual(
    listed(settings),
    ALL.map((one) => `held ${one}`),
  );
  assert.deepEqual(inForce(settings), NOTHING);
});

test('order and form of a file are no change; the same value in another file is one', async () => {
  const place = freshPlace({ project: REPOSITORY, mcp: MCP });
  const accepted = ids(await place.load());
  const backwards = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, one]) => [key, backwards(one)]),
        )
      : value;
  place.write('project', `\n${JSON.stringify(backwards(REPOSITORY))}`);
  place.write('mcp', JSON.stringify(backwards(MCP)));
  assert.ok(!listed(await place.load({ accepted })).some((one) => one.startsWith('held')));
  place.git('init', '-q');
  place.write('local', { permissions: { allow: ['Bash(npm test:*)'] } });
  place.git('add', '-f', '.');
  assert.deepEqual(
    listed(await place.load({ accepted })).filter((one) => one.startsWith('held')),
    ['held allow Bash(npm test:*)'],
  );
});

test('a server that stays a name but starts something else is held', async () => {
  const place = freshPlace({ mcp: MCP });
  const accepted = ids(await place.load());
  const { tickets } = MCP.mcpServers;
  for (const change of [
    { command: 'node' },
    { args: [...tickets.args, '--evil'] },
    { env: { KEY: 'other' } },
    { url: 'https://evil.example' },
    { headersHelper: './x.sh' },
    // A list that looks like an object, and a name that some readers take for something else.
    { env: Object.entries(tickets.env) },
    JSON.parse('{"__proto__": {"cwd": "/"}}'),
  ]) {
    const entry = Object.fromEntries([...Object.entries(tickets), ...Object.entries(change)]);
    place.write('mcp', { mcpServers: { tickets: entry } });
    assert.deepEqual(listed(await place.load({ accepted })), ['held mcpServer tickets'], JSON.stringify(change));
  }
});

test('an additional folder that leads elsewhere than when it was accepted is held', async () => {
  const place = freshPlace({ project: { permissions: { additionalDirectories: ['./deps'] } } });
  const deps = path.join(place.root, 'deps');
  mkdirSync(path.join(place.folder, 'real'));
  symlinkSync(path.join(place.folder, 'real'), deps);
  const first = await place.load();
  assert.deepEqual(first.additionalDirectories, [path.join(place.folder, 'real')]);
  rmSync(deps);
  symlinkSync('/', deps);
  const turned = await place.load({ accepted: ids(first) });
  assert.deepEqual(listed(turned), ['held directory ./deps']);
  assert.deepEqual(turned.additionalDirectories, []);
});

test('before trust nobody looks where a folder leads, which may be another computer', async () => {
  const place = freshPlace({ project: { permissions: { additionalDirectories: ['./deps'] } } });
  const before = ids(await place.load({ trusted: false }));
  symlinkSync('/', path.join(place.root, 'deps'));
  assert.deepEqual(ids(await place.load({ trusted: false })), before);
  assert.notDeepEqual(ids(await place.load()), before);
});

test('the local file: repository content before trust and where git tracks it, otherwise the person’s own', async () => {
  const local = { permissions: { allow: ['Bash(mine)'] }, env: { MINE: '1' } };
  const place = freshPlace({ local });
  const loaded = async () => listed(await place.load({ accepted: new Set() }));
  assert.deepEqual(listed(await place.load({ trusted: false })), ['waiting allow Bash(mine)', 'waiting env MINE']);
  // Outside git it is this person's.
  assert.deepEqual(await loaded(), []);
  place.git('init', '-q');
  assert.deepEqual(await loaded(), []);
  const own = await place.load({ accepted: new Set() });
  assert.deepEqual(rulesOf(own), ['local allow Bash(mine)']);
  assert.deepEqual(own.env, { MINE: '1' });
  place.git('add', '-f', '.claude/settings.local.json');
  assert.deepEqual(await loaded(), ['held allow Bash(mine)', 'held env MINE']);
  place.git('rm', '-q', '--cached', '.claude/settings.local.json');
  assert.deepEqual(await loaded(), []);
  // A disk without letter case would give the same file for this name.
  place.git(
    'update-index',
    '--add',
    '--cacheinfo',
    `100644,${place.git('hash-object', '-w', '.claude/settings.local.json').trim()},.claude/Settings.Local.json`,
  );
  assert.deepEqual(await loaded(), ['held allow Bash(mine)', 'held env MINE']);
});

test('a local file that a link of the repository leads to, or that lies in a submodule, is repository content', async () => {
  const local = { permissions: { allow: ['Bash(mine)'] } };
  const place = freshPlace({ 'proj/conf/settings.local.json': local });
  place.git('init', '-q');
  symlinkSync('conf', path.join(place.root, '.claude'));
  place.git('add', '.');
  assert.deepEqual(listed(await place.load({ accepted: new Set() })), ['held allow Bash(mine)']);

  const linked = freshPlace({ 'proj/conf.json': local });
  linked.git('init', '-q');
  mkdirSync(path.join(linked.root, '.claude'));
  symlinkSync('../conf.json', path.join(linked.root, '.claude/settings.local.json'));
  assert.deepEqual(listed(await linked.load({ accepted: new Set() })), ['held allow Bash(mine)']);

  const outer = freshPlace({ local });
  outer.git('init', '-q');
  outer.git('-C', '.claude', 'init', '-q');
  outer.git('-C', '.claude', 'add', '-f', 'settings.local.json');
  assert.deepEqual(listed(await outer.load({ accepted: new Set() })), ['held allow Bash(mine)']);
});

test('without git nobody can tell whose the local file is, so it is held', async () => {
  const place = freshPlace({ local: { permissions: { allow: ['Bash(mine)'] } }, 'proj/.git/HEAD': 'ref: x\n' });
  const settings = await place.load({ accepted: new Set(), env: { PATH: '', HOME: place.home } });
  assert.deepEqual(listed(settings), ['held allow Bash(mine)']);
});

test('looking at the local file runs nothing that the repository names', async () => {
  const place = freshPlace({ local: { permissions: { allow: ['Bash(mine)'] } } });
  place.git('init', '-q');
  place.write('proj/trap.sh', '#!/bin/sh\ntouch "$(dirname "$0")/sprung"\n');
  place.git('config', 'core.fsmonitor', `sh ${path.join(place.root, 'trap.sh')}`);
  assert.deepEqual(listed(await place.load({ accepted: new Set() })), []);
  assert.throws(() => rmSync(path.join(place.root, 'sprung')), /ENOENT/);
});

test('in the home folder the project file is the user’s own', async () => {
  const place = freshPlace({ user: { permissions: { allow: ['Bash(mine)'] } } });
  const settings = await place.load({ root: place.home, accepted: new Set() });
  assert.deepEqual(rulesOf(settings), ['user allow Bash(mine)']);
  assert.deepEqual(settings.loosening, []);
});
