// When a service is asked which models it has, and for how long the answer holds.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { createDiscovery } from '../../../src/providers/discovery.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { buildRequest } from '../../../src/providers/messagesRequest.ts';
import { createModelChoice } from '../../../src/providers/modelChoice.ts';
import { startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { requestOf, user } from './providerKit.ts';

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
  assert.equal(buildRequest({ ...request, info }, {}).body.max_tokens, 48_000);
});

test('the list is asked for page by page, with the credential, and a refusal names no secret', async (t) => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.url} ${request.headers['x-api-key']}`);
    const second = request.url?.includes('after_id=a') === true;
    const page = second
      ? { data: [{ id: 'b' }], has_more: false, last_id: 'b' }
      : { data: [{ id: 'a', display_name: 'A', max_tokens: 9 }], has_more: true, last_id: 'a' };
    response.writeHead(seen.length > 2 ? 403 : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(seen.length > 2 ? { error: { message: `no lists for ${request.headers['x-api-key']}` } } : page),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const env = () => ({ ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`, ANTHROPIC_API_KEY: 'sk-test-0123456789' });
  const provider = createProvider({ env, ...vendorParts() });
  const never = new AbortController().signal;
  assert.deepEqual(await provider.listModels(never), [{ id: 'a', name: 'A', maxOutput: 9 }, { id: 'b' }]);
  assert.deepEqual(seen, [
    '/v1/models?limit=1000 sk-test-0123456789',
    '/v1/models?limit=1000&after_id=a sk-test-0123456789',
  ]);
  await assert.rejects(provider.listModels(never), (error: Error) => {
    assert.match(error.message, /not given: no lists for/);
    assert.doesNotMatch(error.message, /sk-test/);
    return true;
  });
});
