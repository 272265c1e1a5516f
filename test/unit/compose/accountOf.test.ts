// What the page is told of how a model is reached: named by source, without running or sending anything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf } from '../../../src/compose/accountOf.ts';
import type { StoredCredential } from '../../../src/contracts/provider.ts';
import type { Account } from '../../../src/protocol.ts';
import { vendorParts } from '../../support/vendorParts.ts';

const stored: StoredCredential = { label: 'Work', origin: 'https://api.anthropic.com', apiKey: 'sk-stored-0123456789' };
type Given = Parameters<typeof accountOf>[0];
const parts = (more: Partial<Given> = {}): Given => ({ ...vendorParts(), loginIsSetUp: false, ...more });
const of = (env: Record<string, string>, more: Partial<Given> = {}, model = 'claude-sonnet-5'): Promise<Account> =>
  accountOf(parts(more), env, model);
const anthropic = { state: 'ready', vendor: 'anthropic' } as const;

test('each source is named', async () => {
  assert.deepEqual(await of({ ANTHROPIC_AUTH_TOKEN: 't', ANTHROPIC_API_KEY: 'k' }), {
    ...anthropic,
    source: 'authToken',
    name: 'ANTHROPIC_AUTH_TOKEN',
  });
  assert.deepEqual(await of({ ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'https://llm.example.com/x' }), {
    ...anthropic,
    source: 'apiKey',
    name: 'ANTHROPIC_API_KEY',
    host: 'llm.example.com',
  });
  const helper = { helpers: () => ({ apiKeyHelper: 'exit 1' }), runHelper: () => assert.fail('it ran') };
  assert.deepEqual(await of({}, helper), { ...anthropic, source: 'helper', name: 'apiKeyHelper' });
  assert.deepEqual(await of({}, { stored: async () => stored }), { ...anthropic, source: 'stored', name: 'Work' });
  assert.deepEqual(await of({}, { login: async () => 'token', stored: async () => stored }), {
    ...anthropic,
    source: 'login',
    name: 'assent.login',
  });
});

test('a cloud is named by its switch, and says where a gateway adds the credential', async () => {
  const env = { CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_API_KEY: 'k' };
  assert.deepEqual(await of(env), {
    state: 'ready',
    source: 'cloud',
    vendor: 'bedrock',
    name: 'CLAUDE_CODE_USE_BEDROCK',
  });
  const skipped = await of({ CLAUDE_CODE_USE_VERTEX: 'true', CLAUDE_CODE_SKIP_VERTEX_AUTH: '1' });
  assert.deepEqual([skipped.state, 'source' in skipped && skipped.source], ['ready', 'none']);
});

test('the rehearsal model is itself', async () => {
  assert.deepEqual(await of({ ANTHROPIC_API_KEY: 'rehearsal' }, {}, 'assent-rehearsal'), { state: 'rehearsal' });
});

test('without an account the ways that are open are listed, the team’s own first', async () => {
  assert.deepEqual(await of({}), { state: 'none', ways: ['key', 'gateway', 'cloud', 'team'] });
  assert.deepEqual(await of({}, { loginIsSetUp: true }), {
    state: 'none',
    ways: ['login', 'key', 'gateway', 'cloud', 'team'],
  });
  const forced = (more: object) => ({ forced: () => ({ file: 'managed.json', ...more }), loginIsSetUp: true });
  const ways = async (more: object) => {
    const account = await of({}, forced(more));
    return account.state === 'none' ? account.ways : undefined;
  };
  assert.deepEqual(await ways({ method: 'console' }), ['key']);
  assert.deepEqual(await ways({ method: 'gateway' }), ['login']);
  assert.deepEqual(await ways({ method: 'claudeai' }), []);
  assert.deepEqual(await ways({ organizations: ['x'] }), ['key']);
});

test('what keeps an account from being used is said', async () => {
  const because = async (env: Record<string, string>, more: Partial<Given>) => {
    const account = await of(env, more);
    return account.state === 'none' ? account.because?.code : account.state;
  };
  const forced = () => ({ file: 'managed.json', method: 'console' as const });
  assert.equal(await because({ ANTHROPIC_API_KEY: 'k' }, { forced }), 'credentials.force.notTyped');
  assert.equal(await because({ CLAUDE_CODE_USE_FOUNDRY: '1' }, { forced }), 'credentials.force.notTyped');
  const elsewhere = { ANTHROPIC_BASE_URL: 'https://llm.example.com' };
  assert.equal(await because(elsewhere, { stored: async () => stored }), 'credentials.otherHost');
  const locked = async () => {
    throw new Error('locked');
  };
  assert.equal(await because({}, { stored: locked }), 'credentials.storeFailed');
  const ended = async () => {
    throw Object.assign(new Error('ended'), { because: { code: 'login.ended', args: {} } });
  };
  assert.equal(await because({ ANTHROPIC_API_KEY: 'k' }, { login: ended }), 'login.ended');
});
