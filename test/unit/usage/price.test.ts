// The price of a model where it is reached.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VendorId } from '../../../src/contracts/provider.ts';
import { modelInfo } from '../../../src/providers/models.ts';
import { estimateCost } from '../../../src/usage/cost.ts';
import { priceOf } from '../../../src/usage/price.ts';

type Row = [vendor: VendorId, model: string, env: Record<string, string>, factor: number];
const ROWS: Row[] = [
  ['anthropic', 'claude-opus-5', {}, 1],
  ['anthropic', 'claude-opus-5', { CLAUDE_CODE_EXTRA_BODY: '{"inference_geo": "us"}' }, 1.1],
  ['anthropic', 'claude-opus-4-5-20251101', { CLAUDE_CODE_EXTRA_BODY: '{"inference_geo":"us"}' }, 1],
  ['anthropic', 'claude-opus-5', { CLAUDE_CODE_EXTRA_BODY: '{"inference_geo":"global"}' }, 1],
  ['bedrock', 'claude-opus-5', {}, 1.1],
  ['bedrock', 'claude-opus-5', { AWS_REGION: 'us-east-1' }, 1.1],
  ['bedrock', 'claude-opus-5', { AWS_REGION: 'ca-central-1' }, 1],
  ['bedrock', 'claude-opus-5', { AWS_REGION: 'eu-west-1', ANTHROPIC_BEDROCK_REGION_PREFIX: 'global' }, 1],
  ['bedrock', 'global.anthropic.claude-opus-5', { AWS_REGION: 'us-east-1' }, 1],
  ['bedrock', 'eu.anthropic.claude-haiku-4-5-20251001-v1:0', {}, 1.1],
  ['bedrock', 'anthropic.claude-opus-4-6-v1', { AWS_REGION: 'ca-central-1' }, 1.1],
  ['vertex', 'claude-opus-5', {}, 1.1],
  ['vertex', 'claude-opus-5', { CLOUD_ML_REGION: 'global' }, 1],
  ['vertex', 'claude-opus-5', { CLOUD_ML_REGION: 'europe-west1' }, 1.1],
  ['vertex', 'claude-opus-4-5@20251101', { CLOUD_ML_REGION: 'global', VERTEX_REGION_CLAUDE_OPUS_4_5: 'us-east5' }, 1.1],
  ['foundry', 'claude-opus-5', {}, 1],
];

for (const [vendor, model, env, factor] of ROWS) {
  test(`${vendor} ${model} ${JSON.stringify(env)}: ${factor}`, () => {
    const price = { input: 5, output: 25 };
    const found = priceOf({ model: { id: model, price }, vendor, env, own: {} });
    assert.deepEqual(found, { input: 5 * factor, output: 25 * factor });
  });
}

test('a price of one’s own is for models whose price is not known', () => {
  const own = { ours: { input: 7, output: 8 }, 'claude-opus-5': { input: 0, output: 0 } };
  const of = (id: string) => priceOf({ model: modelInfo(id), vendor: 'anthropic', env: {}, own });
  assert.deepEqual(of('ours'), own.ours);
  assert.deepEqual(of('ours[1m]'), own.ours);
  assert.equal(of('theirs'), undefined);
  assert.deepEqual(of('claude-opus-5'), { input: 5, output: 25 });
});

test('the rehearsal is free, its searches too', () => {
  const usage = { inputTokens: 9, cacheReadTokens: 9, cacheWriteTokens: 9, outputTokens: 9, webSearches: 3 };
  assert.equal(estimateCost(usage, modelInfo('assent-rehearsal')), 0);
  assert.equal(estimateCost({ ...usage, webSearches: 0 }, {}), undefined);
});
