// Entries as people write them: what is used, what is refused and why, what is only told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerScope } from '../../../../src/contracts/mcp.ts';
import { expandVariables } from '../../../../src/mcp/config/expandVariables.ts';
import { fillIn, parseEnvFile, transportFault } from '../../../../src/mcp/config/fillIn.ts';
import { serverShape } from '../../../../src/mcp/config/serverShape.ts';
import { sayInEnglish } from '../../../../src/util/phrases.ts';

const $ = (name: string) => `\u0024{${name}}`;

function told(entry: unknown, name = 'docs', scope: ServerScope = 'project') {
  const found = serverShape(name, scope, entry);
  for (const because of found.warnings) assert.doesNotMatch(sayInEnglish(because), /mcp\.config|\{\w+\}/);
  if ('because' in found) assert.doesNotMatch(sayInEnglish(found.because), /mcp\.config|\{\w+\}/);
  return {
    result: 'shape' in found ? found.shape.type : `${found.standing} ${found.because.code.replace('mcp.config.', '')}`,
    warnings: found.warnings.map(({ code, args }) =>
      `${code.replace('mcp.config.', '')} ${args['field'] ?? ''}`.trim(),
    ),
  };
}

const ROWS: Array<[entry: unknown, result: string, ...warnings: string[]]> = [
  [{ command: 'npx' }, 'stdio'],
  [{ type: 'stdio', command: 'npx', args: ['-y', 'a'], env: { A: 'b' } }, 'stdio'],
  [{ type: 'http', url: 'https://a/mcp' }, 'http'],
  [{ type: 'streamable-http', url: 'https://a/mcp' }, 'http'],
  [{ type: 'sse', url: 'https://a/sse' }, 'sse', 'sse'],
  [{ type: 'ws', url: 'wss://a/ws' }, 'ws'],
  [{ url: 'https://a/mcp' }, 'invalid noType'],
  [{ command: 'npx', url: 'https://a/mcp' }, 'invalid noType'],
  [{ type: 'http', url: '' }, 'notConfigured noUrl'],
  [{ type: 'http', url: '  ' }, 'notConfigured noUrl', 'blank url'],
  [{ type: 'http' }, 'notConfigured noUrl'],
  [{ type: 'pipe', command: 'x' }, 'invalid type'],
  [{}, 'invalid noCommand'],
  [{ command: '' }, 'invalid noCommand'],
  [{ command: ['npx', 'x'] }, 'invalid field.command'],
  [{ command: 'npx', args: '-y x' }, 'invalid field.args'],
  [{ command: 'npx', args: [1] }, 'invalid field.args'],
  [{ command: 'npx', env: { PORT: 3 } }, 'invalid field.env'],
  [{ command: 'npx', cwd: 3 }, 'invalid field.cwd'],
  [{ type: 'http', url: 'https://a', headers: ['A: b'] }, 'invalid field.headers'],
  [{ type: 'http', url: 'https://a', headersHelper: {} }, 'invalid field.headersHelper'],
  [{ type: 'http', url: 'https://a', oauth: { authServerMetadataUrl: 'http://a' } }, 'invalid field.oauth'],
  [{ command: 'npx', alwaysLoad: 'yes' }, 'invalid field.alwaysLoad'],
  ['npx', 'invalid noObject'],
  [null, 'invalid noObject'],
  [[], 'invalid noObject'],
  [{ command: 'npx ', args: [' a'], env: { A: 'b\n' } }, 'stdio', 'blank command', 'blank args[0]', 'blank env.A'],
  [{ command: 'npx', args: ['a\u202eb'] }, 'stdio', 'hidden args[0]'],
  [{ command: 'npx', timeout: 999 }, 'stdio', 'timeout'],
  [{ command: 'npx', timeout: '5000' }, 'stdio', 'timeout'],
  [{ command: 'npx', timeout: 1000 }, 'stdio'],
  [{ command: 'npx', somethingElse: true }, 'stdio'],
];
for (const [entry, result, ...warnings] of ROWS) {
  test(`an entry ${JSON.stringify(entry)}`, () => assert.deepEqual(told(entry), { result, warnings }));
}

test('names that are reserved or hide something are refused, odd ones told', () => {
  const command = { command: 'npx' };
  for (const name of [
    'workspace',
    'claude-in-chrome',
    'computer-use',
    'Claude Preview',
    'Claude Browser',
    'ide',
    'vscode',
    'vscode__more',
    'vscode_',
  ])
    assert.equal(told(command, name).result, 'invalid reserved', name);
  assert.equal(told(command, '').result, 'invalid hiddenName');
  assert.equal(told(command, 'do\u200bcs').result, 'invalid hiddenName');
  assert.deepEqual(told(command, 'my.server'), { result: 'stdio', warnings: ['name'] });
  assert.deepEqual(told(command, 'my-server_2').warnings, []);
});

test('the file of VS Code: an address alone is enough, numbers and null in env', () => {
  assert.equal(told({ url: 'https://a/mcp' }, 'a', 'editor').result, 'http');
  const found = serverShape('my server', 'editor', { command: 'x', env: { PORT: 3, NONE: null, A: 'b' } });
  assert.deepEqual('shape' in found && found.shape.type === 'stdio' && found.shape.env, { PORT: '3', A: 'b' });
  assert.deepEqual(found.warnings, []);
});

test('variables of the environment', () => {
  const rows: Array<[string, Record<string, string>, string, string[]]> = [
    [`${$('API:-https://a')}/mcp`, {}, 'https://a/mcp', []],
    [`${$('API:-https://a')}/mcp`, { API: 'https://b' }, 'https://b/mcp', []],
    [`${$('API:-https://a')}/mcp`, { API: '' }, 'https://a/mcp', []],
    [`Bearer ${$('KEY')}`, { KEY: 'x' }, 'Bearer x', []],
    [$('NOPE'), {}, $('NOPE'), ['NOPE']],
    [$('EMPTY'), { EMPTY: '' }, '', []],
    [`${$('A')}${$('B:-')}${$('A')}`, { A: '1' }, '11', []],
    ['$HOME and $(date)', { HOME: 'h' }, '$HOME and $(date)', []],
    // What a value holds is not filled in once more.
    [$('A'), { A: $('B'), B: 'secret' }, $('B'), []],
  ];
  for (const [text, env, filled, missing] of rows)
    assert.deepEqual(expandVariables(text, env), { text: filled, missing });
});

test('everything is filled in but the helper, which a shell reads', () => {
  const all = $('V');
  const local = serverShape('a', 'user', { command: all, args: [all], env: { A: all } });
  const remote = serverShape('a', 'user', {
    type: 'http',
    url: `https://${all}`,
    headers: { A: all },
    headersHelper: all,
  });
  assert.ok('shape' in local && 'shape' in remote);
  assert.deepEqual(fillIn(local.shape, { V: 'x' }).transport, {
    type: 'stdio',
    command: 'x',
    args: ['x'],
    env: { A: 'x' },
  });
  const { transport } = fillIn(remote.shape, { V: 'x' });
  assert.deepEqual(transport, { type: 'http', url: 'https://x', headers: { A: 'x' }, headersHelper: all });
});

test('variables of VS Code, and values that a person has typed in', () => {
  const found = serverShape('a', 'editor', {
    command: `${$('workspaceFolder')}/run`,
    args: [$('userHome'), $('workspaceFolderBasename'), $('env:A'), $('env:B'), $('input:key'), $('input:other')],
  });
  assert.ok('shape' in found);
  const filled = fillIn(found.shape, { A: 'a' }, { root: '/w/p', home: '/h', inputs: { key: 'k' } });
  assert.deepEqual(filled.transport, {
    type: 'stdio',
    command: '/w/p/run',
    args: ['/h', 'p', 'a', '', 'k', $('input:other')],
    env: {},
  });
  assert.deepEqual(filled.missingInputs, ['other']);
  const env = parseEnvFile('# no\nA=1\nexport B="two words"\nC = 3 # three\nnot a line\n');
  assert.deepEqual(env, { A: '1', B: 'two words', C: '3' });
});

test('what shows only once everything is filled in', () => {
  const remote = (url: string, headers = {}) => transportFault('a', { type: 'http', url, headers })?.code;
  assert.equal(remote('https://a/mcp'), undefined);
  assert.equal(remote($('NOPE')), 'mcp.config.url');
  assert.equal(remote('file:///etc/passwd'), 'mcp.config.scheme');
  assert.equal(remote('https://a', { 'a b': 'c' }), 'mcp.config.header');
  assert.equal(remote('https://a', { a: 'b\r\nX: y' }), 'mcp.config.header');
  assert.equal(transportFault('a', { type: 'ws', url: 'https://a', headers: {} })?.code, 'mcp.config.scheme');
});
