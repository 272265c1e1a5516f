// `assent mcp probe`: nothing starts without a yes, and what is found is told.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { mcpProbe } from '../../src/cli/mcpProbe.ts';
import type { ServersPlaces } from '../../src/settings/mcpServers.ts';
import { RAW_SERVER } from '../support/mcp/connections.ts';
import { startHttpServer } from '../support/mcp/httpServer.ts';
import { startSocketServer } from '../support/mcp/socketServer.ts';

const SECRET = 'very-secret-value-1';

async function run(args: string[], answer?: string, places?: ServersPlaces) {
  const input = Object.assign(new PassThrough(), answer === undefined ? {} : { isTTY: true });
  const output = new PassThrough();
  const errors = new PassThrough();
  const texts = { output: '', errors: '' };
  output.setEncoding('utf8').on('data', (text: string) => {
    texts.output += text;
  });
  errors.setEncoding('utf8').on('data', (text: string) => {
    texts.errors += text;
  });
  if (answer !== undefined) input.end(`${answer}\n`);
  const status = await mcpProbe(args, { input, output, errors }, places);
  return { status, ...texts };
}

async function server(t: TestContext, script: Record<string, unknown> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-probe-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const pidFile = path.join(folder, 'pids');
  const command = ['--', process.execPath, RAW_SERVER, JSON.stringify({ pidFile, ...script })];
  return { command, started: async () => (await readFile(pidFile, 'utf8').catch(() => '')) !== '' };
}

test('what would start is shown; without a terminal or with a no, nothing starts', async (t) => {
  const { command, started } = await server(t);
  for (const answer of [undefined, 'n', '', 'yesterday']) {
    const { status, output } = await run(['probe', ...command], answer);
    assert.equal(status, 2);
    assert.match(output, /This starts a program on this machine[\s\S]*rawServer\.mjs/);
    if (answer !== undefined) assert.match(output, /Servers are not audited by anyone\. Go on\? \[y\/N\]/);
    assert.equal(await started(), false);
  }
});

test('with a yes it is started, and what it offers is printed', async (t) => {
  const { command, started } = await server(t);
  for (const [args, answer] of [
    [['probe', ...command], 'y'],
    [['probe', '--yes', ...command], undefined],
  ] as const) {
    const { status, output, errors } = await run([...args], answer);
    assert.equal(status, 0, errors);
    assert.equal(await started(), true);
    assert.match(output, /Connected to raw 1\.0\.0, protocol 20/);
    assert.match(output, /mcp__server__echo {2}Says it again/);
    assert.match(output, /No problems\./);
  }
});

test('problems are told: names that clash, schemas that cannot be used, long and hidden texts', async (t) => {
  const inputSchema = { type: 'object' };
  const { command } = await server(t, {
    tools: [
      { name: 'a b', inputSchema },
      { name: 'a_b', inputSchema },
      { name: 'odd', inputSchema: { type: 'array' } },
      { name: 'long', description: 'x'.repeat(3000), inputSchema },
      { name: 'hidden', description: 'nice\u202Etool', inputSchema },
    ],
  });
  const { status, output } = await run(['probe', '--yes', ...command]);
  assert.equal(status, 1);
  assert.match(output, /Problems \(4\)/);
  for (const told of [
    /same as that of the tool a b/,
    /odd of the server server is left out/,
    /longer than 2 KB/,
    /tool hidden there are characters that do not show/,
  ])
    assert.match(output, told);
  assert.doesNotMatch(output, /\u202E/);
});

test('no connection: the reason and the last lines of stderr, without secrets', async (t) => {
  const { command } = await server(t, {
    stderr: `cannot log in with token=${SECRET}\n`,
    at: { initialize: { exit: 4 } },
  });
  const { status, errors } = await run(['probe', '--yes', ...command]);
  assert.equal(status, 2);
  assert.match(errors, /ended with status 4/);
  assert.match(errors, /stderr: cannot log in/);
  assert.doesNotMatch(errors, new RegExp(SECRET));
});

test('an address: secrets of headers and of the query are not shown', async (t) => {
  const http = await startHttpServer();
  t.after(() => http.stop());
  const args = ['probe', '--yes', '--url', `${http.url}?key=${SECRET}`, '--header', `Authorization: Bearer ${SECRET}`];
  const { status, output, errors } = await run(args);
  assert.equal(status, 0, errors);
  assert.match(output, /with the headers Authorization/);
  assert.match(output, /mcp__server__echo/);
  assert.doesNotMatch(output + errors, new RegExp(SECRET));
  assert.equal(http.asked[0]?.headers.authorization, `Bearer ${SECRET}`);
});

test('a WebSocket: known by its address, with its headers; one that wants a sign-in says so', async (t) => {
  const socket = await startSocketServer({ admit: (token) => (token === SECRET ? undefined : { status: 401 }) });
  t.after(() => socket.close());
  const url = ['--url', socket.url];
  const admitted = await run(['probe', '--yes', ...url, '--header', `Authorization: Bearer ${SECRET}`]);
  assert.equal(admitted.status, 0, admitted.errors);
  assert.match(admitted.output, /Connected to socket 1, protocol/);
  assert.ok(!admitted.output.includes(SECRET));
  const refused = await run(['probe', '--yes', ...url]);
  assert.equal(refused.status, 2);
  assert.match(refused.errors, /asks for a sign-in/);
  for (const args of [
    [...url, '--type', 'http'],
    ['--url', 'https://example.com/mcp', '--type', 'ws'],
  ])
    assert.match((await run(['probe', '--yes', ...args])).errors, /begins with ws:\/\/ or wss:\/\//);
});

test('a secret among the arguments is not shown', async () => {
  const { status, output } = await run(['probe', '--', 'some-server', '--api-key', SECRET]);
  assert.equal(status, 2);
  assert.doesNotMatch(output, new RegExp(SECRET));
});

test('what is not understood says so', async () => {
  for (const args of [
    ['probe'],
    ['probe', '--url', 'http://x', '--', 'y'],
    ['probe', 'named', '--url', 'http://x'],
    ['probe', 'named', '--header', 'A: b'],
    ['probe', 'named', 'another'],
    ['probe', '--url', 'file:///etc/passwd'],
    ['probe', '--url', 'http://x', '--type', 'pigeon'],
    ['probe', '--url', 'http://x', '--header', 'nothing'],
    ['prove'],
  ]) {
    const { status, errors } = await run(args);
    assert.equal(status, 2);
    assert.match(errors, /^assent: .+\nTry: /);
  }
});

/** A folder, a home and an organisation of their own; `files` are written below them. */
async function folders(t: TestContext, files: Record<string, unknown>) {
  const base = await mkdtemp(path.join(tmpdir(), 'assent-probe-named-'));
  t.after(() => rm(base, { recursive: true, force: true }));
  const at = (name: string) => path.join(base, name);
  for (const name of ['root', 'home', 'managed']) await mkdir(at(name));
  for (const [name, value] of Object.entries(files)) {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), JSON.stringify(value));
  }
  return { root: at('root'), home: at('home'), configDir: at('home/.claude'), managedDir: at('managed') };
}

function entryOf([, command, ...args]: string[]) {
  return { command, args };
}

test('a server of the repository: its entry is shown as it stands, and only a yes fills it in and starts it', async (t) => {
  const { command, started } = await server(t);
  const before = process.env['PROBE_VALUE'];
  process.env['PROBE_VALUE'] = 'from-here';
  t.after(() => {
    if (before === undefined) delete process.env['PROBE_VALUE'];
    else process.env['PROBE_VALUE'] = before;
  });
  const entry = { ...entryOf(command), env: { API_KEY: SECRET, SEEN: `\${PROBE_VALUE}` } };
  const places = await folders(t, { 'root/.mcp.json': { mcpServers: { mine: entry } } });
  for (const answer of [undefined, 'n']) {
    const { status, output, errors } = await run(['probe', 'mine'], answer, places);
    assert.equal(status, 2);
    assert.match(output, /args\[0\]: .*rawServer\.mjs/);
    assert.match(output, /env\.API_KEY: \[hidden, 19 characters\]/);
    assert.match(output, /env\.SEEN: \$\{PROBE_VALUE\}/);
    assert.match(output, /given of your environment: PROBE_VALUE/);
    assert.match(output, /from .*root.\.mcp\.json:1/);
    assert.doesNotMatch(output + errors, new RegExp(`${SECRET}|from-here`));
    assert.equal(await started(), false);
  }
  for (const [args, answer] of [
    [['probe', 'mine'], 'y'],
    [['probe', 'mine', '--yes'], undefined],
  ] as const) {
    const { status, output, errors } = await run([...args], answer, places);
    assert.equal(status, 0, errors);
    assert.match(output, /Whoever can change this repository wrote it[\s\S]*mcp__mine__echo/);
    assert.doesNotMatch(output + errors, new RegExp(`${SECRET}|from-here`));
  }
  assert.equal(await started(), true);
});

test('blocked, rejected, switched off, wrong, unknown: it is said why, and --yes starts nothing', async (t) => {
  const { command, started } = await server(t);
  const mine = entryOf(command);
  const named = { 'root/.mcp.json': { mcpServers: { mine } } };
  const cases: Array<[Record<string, unknown>, RegExp]> = [
    [
      { ...named, 'managed/managed-settings.json': { deniedMcpServers: [{ serverName: 'mine' }] } },
      /deny the server mine/,
    ],
    [{ ...named, 'managed/managed-settings.json': { allowedMcpServers: [] } }, /not among those/],
    // What would be started counts, not how it is written.
    [
      {
        'root/.mcp.json': { mcpServers: { mine: { ...mine, command: `\${UNSET_HERE:-${mine.command}}` } } },
        'managed/managed-settings.json': { deniedMcpServers: [{ serverCommand: [mine.command, ...mine.args] }] },
      },
      /deny the server mine/,
    ],
    [{ ...named, 'managed/managed-mcp.json': { mcpServers: {} } }, /organisation has chosen/],
    [{ ...named, 'managed/managed-settings.json': 'no settings' }, /managed-settings\.json/],
    [{ ...named, 'root/.claude/settings.json': { disabledMcpjsonServers: ['mine'] } }, /is rejected/],
    [{ 'root/.mcp.json': { mcpServers: { mine: { ...mine, args: 'text' } } } }, /args of the server mine/],
    [
      { 'root/.vscode/mcp.json': { servers: { mine: { ...mine, env: { A: `\${input:key}` } } } } },
      /only you can give: key/,
    ],
    [{ 'root/.mcp.json': { mcpServers: { other: mine } } }, /No file names a server mine\. Named are: other\./],
    [{}, /No file names a server mine/],
  ];
  for (const [files, why] of cases) {
    const { status, output, errors } = await run(['probe', '--yes', 'mine'], undefined, await folders(t, files));
    assert.equal(status, 2, JSON.stringify(files));
    assert.match(errors, why);
    assert.equal(output, '');
    assert.equal(await started(), false, JSON.stringify(files));
  }
  const places = await folders(t, named);
  const off = { projects: { [places.root]: { disabledMcpServers: ['mine'] } } };
  await writeFile(path.join(places.home, '.claude.json'), JSON.stringify(off));
  const { status, errors } = await run(['probe', '--yes', 'mine'], undefined, places);
  assert.equal(status, 2);
  assert.match(errors, /mine is switched off/);
  assert.equal(await started(), false);
});

test('headersHelper of a named server gives the headers, and is not shown what they are', async (t) => {
  const http = await startHttpServer();
  t.after(() => http.stop());
  const script = `console.log(JSON.stringify({ 'X-Team': '${SECRET}' }))`;
  const places = await folders(t, { 'helper.js': '' });
  const file = path.join(places.home, 'helper.js');
  await writeFile(file, script);
  const mine = { type: 'http', url: http.url, headersHelper: `"${process.execPath}" "${file}"` };
  await writeFile(path.join(places.home, '.claude.json'), JSON.stringify({ mcpServers: { mine } }));
  const { status, output, errors } = await run(['probe', 'mine', '--yes'], undefined, places);
  assert.equal(status, 0, errors);
  assert.match(output, /headersHelper: .*helper\.js/);
  assert.match(output, /mcp__mine__echo/);
  assert.equal(http.asked[0]?.headers['x-team'], SECRET);
  assert.doesNotMatch(output + errors, new RegExp(SECRET));
});

test('a program that is looked at is given no more of the environment than one of a conversation', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-probe-env-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'env.json');
  const set = { ANTHROPIC_API_KEY: SECRET, OTEL_HEADERS: SECRET, CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: '1' };
  const before = Object.keys(set).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, set);
  t.after(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  const script = `require('node:fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env))`;
  await run(['probe', '--yes', '--', process.execPath, '-e', script]);
  const given = await readFile(file, 'utf8');
  assert.equal(JSON.parse(given).CLAUDECODE, '1');
  assert.ok(!given.includes(SECRET));
});
