// `assent mcp probe`: nothing starts without a yes, and what is found is told.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { mcpProbe } from '../../src/cli/mcpProbe.ts';
import { RAW_SERVER } from '../support/mcp/connections.ts';
import { startHttpServer } from '../support/mcp/httpServer.ts';

const SECRET = 'very-secret-value-1';

async function run(args: string[], answer?: string) {
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
  const status = await mcpProbe(args, { input, output, errors });
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

test('a secret among the arguments is not shown', async () => {
  const { status, output } = await run(['probe', '--', 'some-server', '--api-key', SECRET]);
  assert.equal(status, 2);
  assert.doesNotMatch(output, new RegExp(SECRET));
});

test('what is not understood says so', async () => {
  for (const args of [
    ['probe'],
    ['probe', '--url', 'http://x', '--', 'y'],
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
