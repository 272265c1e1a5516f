// What programs that Assent starts do not get.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scrubbedEnvironment } from '../../../src/util/scrubbedEnvironment.ts';

const credentials = [
  'ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN ANTHROPIC_CUSTOM_HEADERS CLAUDE_CODE_OAUTH_TOKEN ANTHROPIC_IDENTITY_TOKEN',
  'AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_BEARER_TOKEN_BEDROCK AWS_WEB_IDENTITY_TOKEN_FILE',
  'GOOGLE_APPLICATION_CREDENTIALS ANTHROPIC_FOUNDRY_API_KEY ANTHROPIC_FOUNDRY_AUTH_TOKEN AZURE_CLIENT_SECRET',
  'CLAUDE_CODE_CLIENT_KEY CLAUDE_CODE_CLIENT_KEY_PASSPHRASE',
]
  .join(' ')
  .split(' ');
const env = (more: Record<string, string> = {}) => ({
  ...Object.fromEntries(credentials.map((name) => [name, 'x'])),
  PATH: '/bin',
  AWS_REGION: 'eu-central-1',
  OTEL_EXPORTER_OTLP_HEADERS: 'key=x',
  ...more,
});

test('credentials are there unless a variable says otherwise', () => {
  const kept = scrubbedEnvironment(env(), 'linux');
  for (const name of credentials) assert.equal(kept[name], 'x', name);
  const off = scrubbedEnvironment(env({ CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: '0' }), 'linux');
  assert.equal(off['ANTHROPIC_API_KEY'], 'x');
});

test('with it none is left, and the rest is', () => {
  const kept = scrubbedEnvironment(env({ CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: '1' }), 'linux');
  for (const name of credentials) assert.equal(name in kept, false, name);
  assert.equal(kept['AWS_REGION'], 'eu-central-1');
  assert.equal(kept['PATH'], '/bin');
});

test('what is for our telemetry is for nobody else', () => {
  assert.equal('OTEL_EXPORTER_OTLP_HEADERS' in scrubbedEnvironment(env(), 'linux'), false);
});

test('on Windows a name is the same in any letter case', () => {
  const given = { Anthropic_Api_Key: 'x', CLAUDE_CODE_SUBPROCESS_ENV_SCRUB: '1' };
  assert.deepEqual(Object.keys(scrubbedEnvironment(given, 'win32')), ['CLAUDE_CODE_SUBPROCESS_ENV_SCRUB']);
  assert.equal(scrubbedEnvironment(given, 'linux')['Anthropic_Api_Key'], 'x');
});
