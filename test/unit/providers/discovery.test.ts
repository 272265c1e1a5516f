// When a service is asked which models it has, and for how long the answer holds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDiscovery } from '../../../src/providers/discovery.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { createModelChoice } from '../../../src/providers/modelChoice.ts';
import { withModels } from '../../../src/providers/withModels.ts';
import { startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { answerOf, bodyOf, requestOf, user } from './providerKit.ts';

const DAY = 24 * 60 * 60_000;

function asked(env: Record<string, string>) {
  let now = 0;
  let times = 0;
  let current = env;
  const discovery = createDiscovery({
    env: () => current,
    list: async () => {
      times++;
      return [{ id: `model-${times}` }];
    },
    now: () => now,
  });
  return {
    discovery,
    times: () => times,
    pass: (ms: number) => {
      now += ms;
    },
    change: (next: Record<string, string>) => {
      current = next;
    },
  };
}

for (const [env, times] of [
  [{}, 1],
  [{ ANTHROPIC_BASE_URL: 'https://api.anthropic.com' }, 1],
  [{ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' }, 0],
  [{ ANTHROPIC_BASE_URL: 'https://gateway.example.com' }, 0],
  [{ ANTHROPIC_BASE_URL: 'https://gateway.example.com', CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1' }, 1],
  [
    {
      ANTHROPIC_BASE_URL: 'https://gateway.example.com',
      CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
    0,
  ],
  [{ CLAUDE_CODE_USE_BEDROCK: '1' }, 0],
] as ReadonlyArray<[Record<string, string>, number]>) {
  test(`with ${JSON.stringify(env)} the service is asked ${times} times`, async () => {
    const kit = asked(env);
    assert.equal(kit.times(), 0, 'never by itself');
    await kit.discovery.look();
    assert.equal(kit.times(), times);
    assert.equal(kit.discovery.listed().length, times);
  });
}

test('a list holds for a day and for one service; two who look at once ask once', async () => {
  const kit = asked({});
  await Promise.all([kit.discovery.look(), kit.discovery.look()]);
  kit.pass(DAY - 1);
  assert.equal(await kit.discovery.look(), false);
  assert.equal(kit.times(), 1);
  kit.pass(1);
  assert.equal(await kit.discovery.look(), true);
  assert.equal(kit.times(), 2);
  kit.change({ CLAUDE_CODE_USE_VERTEX: '1' });
  assert.deepEqual(kit.discovery.listed(), []);
});

test('a service that refuses is said, and asked again the next time', async () => {
  let times = 0;
  const discovery = createDiscovery({
    env: () => ({}),
    list: async () => {
      times++;
      throw new Error('refused');
    },
    now: () => 0,
  });
  await assert.rejects(discovery.look(), /refused/);
  await assert.rejects(discovery.look(), /refused/);
  assert.equal(times, 2);
});

test('a model that only the service knows is asked with the limits that the service names', async (t) => {
  const rehearsal = await startRehearsal({ script: { turns: ['Hello', 'Hello'] } });
  t.after(() => rehearsal.close());
  const env = () => ({
    ANTHROPIC_BASE_URL: rehearsal.url,
    ANTHROPIC_API_KEY: 'sk-test-0123456789',
    CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY: '1',
  });
  const provider = createProvider({ env, ...vendorParts() });
  const discovery = createDiscovery({ env, list: (signal) => provider.listModels(signal), now: Date.now });
  await discovery.look();
  assert.ok(discovery.listed().some(({ id, contextWindow }) => id === 'assent-rehearsal' && contextWindow === 200_000));

  const choice = createModelChoice({
    env,
    settings: () => ({ enforce: false, overrides: {}, fallback: [] }),
    listed: () => [{ id: 'team/model-7', name: 'Seven', contextWindow: 500_000, maxOutput: 48_000 }],
  });
  const info = choice.info('team/model-7');
  assert.deepEqual([info.name, info.contextWindow, info.maxOutput, info.price], ['Seven', 500_000, 48_000, undefined]);
  // Of a model that we know ourselves the table counts: it says more.
  assert.equal(choice.info('claude-opus-5').maxOutput, 128_000);
  const request = requestOf([user('Hi')], { model: 'team/model-7', maxTokens: 100_000 });
  await answerOf(withModels(provider, choice), request);
  assert.equal(bodyOf(rehearsal)['max_tokens'], 48_000);
});
