// Whose word on sign-in counts, and the variables a person is given to fill in.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { whyRefused } from '../../../src/providers/forcedLogin.ts';
import { forcedLogin } from '../../../src/settings/forcedLogin.ts';
import { helperCommands } from '../../../src/settings/helperCommands.ts';
import { setValue } from '../../../src/settings/setValue.ts';
import { withEnv } from '../../../src/settings/withEnv.ts';
import { freshPlace } from './kit.ts';

const forcedBy = async (files: Record<string, unknown>) => {
  const place = freshPlace(files);
  return { found: forcedLogin(await place.load()), file: place.file('managed') };
};

test('nobody is forced without the organisation', async () => {
  assert.equal((await forcedBy({})).found, undefined);
  const asked = { forceLoginMethod: 'console', forceLoginOrgUUID: 'x', forceLoginGatewayUrl: 'https://x.example' };
  for (const place of ['user', 'project', 'local']) assert.equal((await forcedBy({ [place]: asked })).found, undefined);
});

test('the organisation’s word is held, with the file it stands in', async () => {
  const { found, file } = await forcedBy({
    managed: { forceLoginMethod: 'gateway', forceLoginGatewayUrl: 'https://llm.example.com' },
    user: { forceLoginMethod: 'console' },
  });
  assert.deepEqual(found, { file, method: 'gateway', gatewayUrl: 'https://llm.example.com' });
});

test('organisations are one or a list; what cannot be read lets nobody in', async () => {
  const organizationsOf = async (value: unknown) =>
    (await forcedBy({ managed: { forceLoginOrgUUID: value } })).found?.organizations;
  assert.deepEqual(await organizationsOf('a'), ['a']);
  assert.deepEqual(await organizationsOf(['a', 'b']), ['a', 'b']);
  assert.deepEqual(await organizationsOf(7), []);
});

test('a way to sign in that is misspelt lets nobody in, whatever stands below', async () => {
  const { found } = await forcedBy({ managed: { forceLoginMethod: 'consol' }, user: { forceLoginMethod: 'console' } });
  assert.equal(found?.method, 'claudeai');
});

test('an address of the gateway that cannot be read is nobody’s', async () => {
  const managed = { forceLoginMethod: 'gateway', forceLoginGatewayUrl: ['https://llm.example.com'] };
  const { found } = await forcedBy({ managed });
  assert.equal(found?.method, 'gateway');
  const login = { source: 'login', name: 'assent.login', baseUrl: 'https://llm.example.com' } as const;
  assert.equal(whyRefused(found, login)?.code, 'credentials.force.otherGateway');
});

test('a helper of the repository is there after trust and not before; one’s own always', async () => {
  const repository = freshPlace({ project: { apiKeyHelper: './key.sh' } });
  assert.deepEqual(helperCommands(await repository.load({ trusted: false })), {});
  assert.deepEqual(helperCommands(await repository.load()), { apiKeyHelper: './key.sh' });
  assert.deepEqual(helperCommands(await repository.load({ accepted: new Set() })), {});
  const own = freshPlace({ user: { apiKeyHelper: 'key' } });
  assert.deepEqual(helperCommands(await own.load({ trusted: false })), { apiKeyHelper: 'key' });
});

test('variables are put beside what is there', () => {
  const before = '{\n  "model": "opus",\n  "env": {\n    "AWS_REGION": "eu-west-1"\n  }\n}\n';
  const after = withEnv(before, { CLAUDE_CODE_USE_BEDROCK: '1', AWS_REGION: '' });
  assert.deepEqual(JSON.parse(after ?? ''), {
    model: 'opus',
    env: { AWS_REGION: 'eu-west-1', CLAUDE_CODE_USE_BEDROCK: '1' },
  });
  assert.equal(withEnv('', { A: '' }), '{\n  "env": {\n    "A": ""\n  }\n}\n');
  for (const broken of ['{', '[]', '{"env": 3}']) assert.equal(withEnv(broken, { A: '' }), undefined);
});

test('one variable of a file is set', async () => {
  const place = freshPlace({ user: { env: { A: '1' }, model: 'opus' } });
  await setValue(place.file('user'), ['env', 'ANTHROPIC_BASE_URL'], 'https://llm.example.com');
  assert.deepEqual(JSON.parse(readFileSync(place.file('user'), 'utf8')), {
    env: { A: '1', ANTHROPIC_BASE_URL: 'https://llm.example.com' },
    model: 'opus',
  });
});
