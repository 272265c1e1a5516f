// Headers of a team's command: what it is told, what it may say, and what becomes of it when it does not end well.
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import type { ServerDefinition, ServerScope } from '../../../../src/contracts/mcp.ts';
import { runHeadersHelper } from '../../../../src/mcp/config/runHeadersHelper.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import { runHelper } from '../../../../src/util/runHelper.ts';

const SECRET = 'hunter2-hunter2';
const ENV = {
  PATH: process.env['PATH'],
  GITHUB_TOKEN: SECRET,
  MY_PASSWORD: SECRET,
  API_KEY: SECRET,
  SSH_AUTH_SOCK: SECRET,
  client_secret: SECRET,
  REGION: 'eu',
};

function definition(headersHelper: string, scope: ServerScope): ServerDefinition {
  const transport = { type: 'http' as const, url: 'https://tickets.example/mcp', headers: {}, headersHelper };
  return { name: 'tickets', scope, file: '/f', entry: {}, fingerprint: '', transport, alwaysLoad: false };
}
const run = (command: string, scope: ServerScope = 'project') =>
  runHeadersHelper(
    definition(command, scope),
    { run: runHelper, root: tmpdir(), env: () => ENV },
    new AbortController().signal,
  );

test('it is told which server, and what it prints are the headers', async () => {
  const command = `printf '{"X-Of":"%s %s"}' "$CLAUDE_CODE_MCP_SERVER_NAME" "$CLAUDE_CODE_MCP_SERVER_URL"`;
  assert.deepEqual(await run(command), { 'X-Of': 'tickets https://tickets.example/mcp' });
  assert.deepEqual(await run('echo "{}"'), {});
});

test('one of the repository is told no secret, one of the person’s own is', async () => {
  const command = `printf '{"A":"%s"}' "$GITHUB_TOKEN|$MY_PASSWORD|$API_KEY|$SSH_AUTH_SOCK|$client_secret|$REGION"`;
  for (const scope of ['project', 'editor'] as const)
    assert.deepEqual(await run(command, scope), { A: '|||||eu' }, scope);
  for (const scope of ['user', 'local', 'managed'] as const)
    assert.deepEqual(await run(command, scope), { A: `${`${SECRET}|`.repeat(5)}eu` }, scope);
});

test('what does not end well is told, without what it said', async () => {
  const rows: Array<[command: string, code: string]> = [
    [`echo ${SECRET}; exit 3`, 'helperStatus'],
    [`echo ${SECRET}`, 'helperText'],
    [`echo '["${SECRET}"]'`, 'helperText'],
    [`echo '{"A":3,"B":"${SECRET}"}'`, 'helperText'],
    [`echo '{"A b":"${SECRET}"}'`, 'helperText'],
    [`printf '{"A":"x\\\\r\\\\nB: ${SECRET}"}'`, 'helperText'],
  ];
  for (const [command, code] of rows)
    await assert.rejects(run(command), (error: unknown) => {
      assert.ok(error instanceof ServerFault, command);
      assert.equal(error.because.code, `mcp.config.${code}`, command);
      assert.ok(!JSON.stringify([error.message, error.because]).includes(SECRET), command);
      return true;
    });
});

test('it has ten seconds, in the project’s folder; one that needs longer is told as that', async () => {
  const asked: unknown[] = [];
  const answer = { stdout: '', stderr: '', code: null, timedOut: true };
  const slow = runHeadersHelper(
    definition('sleep 60', 'user'),
    {
      run: async ({ command, cwd, timeoutMs }) => {
        asked.push([command, cwd, timeoutMs]);
        return answer;
      },
      root: '/proj',
      env: () => ({}),
    },
    new AbortController().signal,
  );
  await assert.rejects(slow, /headersHelper of the server tickets did not end within 10 s/);
  assert.deepEqual(asked, [['sleep 60', '/proj', 10_000]]);
});
