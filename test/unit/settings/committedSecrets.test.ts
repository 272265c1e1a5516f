// Secrets in a settings file that the team shares are told of; what only looks like one is not.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lintFiles } from '../../../src/policy/lintFiles.ts';
import { committedSecrets } from '../../../src/settings/committedSecrets.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';

const names = (env: Record<string, string>) => committedSecrets(JSON.stringify({ env })).map(({ name }) => name);

test('credentials are, addresses, numbers and paths are not', () => {
  assert.deepEqual(
    names({
      ANTHROPIC_API_KEY: 'sk-1',
      ANTHROPIC_AUTH_TOKEN: 'gateway-token',
      CLAUDE_CODE_OAUTH_TOKEN: 't',
      AWS_BEARER_TOKEN_BEDROCK: 'b',
      AWS_SECRET_ACCESS_KEY: 's',
      ANTHROPIC_FOUNDRY_API_KEY: 'f',
      AZURE_CLIENT_SECRET: 'a',
      CLAUDE_CODE_CLIENT_KEY_PASSPHRASE: 'p',
      ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue\nX-Gateway-Api-Key: 1',
    }),
    [
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
      'CLAUDE_CODE_OAUTH_TOKEN',
      'AWS_BEARER_TOKEN_BEDROCK',
      'AWS_SECRET_ACCESS_KEY',
      'ANTHROPIC_FOUNDRY_API_KEY',
      'AZURE_CLIENT_SECRET',
      'CLAUDE_CODE_CLIENT_KEY_PASSPHRASE',
      'ANTHROPIC_CUSTOM_HEADERS',
    ],
  );
  assert.deepEqual(
    names({
      ANTHROPIC_BASE_URL: 'https://gateway.example',
      ANTHROPIC_API_KEY: '',
      ANTHROPIC_AUTH_TOKEN: '$GATEWAY_TOKEN',
      MAX_THINKING_TOKENS: '1024',
      CLAUDE_CODE_CLIENT_KEY: '/keys/client.pem',
      AZURE_FEDERATED_TOKEN_FILE: '/var/run/token',
      ANTHROPIC_CUSTOM_HEADERS: 'X-Team: blue',
    }),
    [],
  );
});

test('a text that is no settings file has none', () => {
  for (const text of ['', '[]', '{"env": ["ANTHROPIC_API_KEY"]}', '{"env": {"ANTHROPIC_API_KEY": 1']) {
    assert.deepEqual(committedSecrets(text), [], text);
  }
});

test('the file of the repository is warned about at the value, the person’s own are not', async () => {
  const text = '\ufeff{\n  "env": { "ANTHROPIC_AUTH_TOKEN": "gateway-token-1" }\n}';
  const at = { platform: 'linux' as const, root: '/w', home: '/h' };
  const lint = (scope: 'project' | 'local' | 'user') =>
    lintFiles([{ file: '/w/s.json', scope, anchor: '/w', text }], at);
  const [finding] = await lint('project');
  assert.ok(finding);
  assert.deepEqual([finding.line, finding.column, finding.length, finding.level], [2, 36, 17, 'warning']);
  assert.match(sayInEnglish(finding.because), /^ANTHROPIC_AUTH_TOKEN holds a secret/);
  assert.equal(JSON.stringify(finding).includes('gateway-token-1'), false);
  assert.deepEqual(await lint('local'), []);
  assert.deepEqual(await lint('user'), []);
});
