// The estimate of a request's price.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelInfo } from '../../../src/providers/models.ts';
import { estimateCost } from '../../../src/usage/cost.ts';

const usage = { inputTokens: 1000, outputTokens: 2000, cacheReadTokens: 10_000, cacheWriteTokens: 4000 };
const near = (value: number | undefined, expected: number) =>
  assert.ok(Math.abs((value ?? Number.NaN) - expected) < 1e-9, `${value}`);

test('list price, reads at a tenth, writes at five quarters', () =>
  near(estimateCost(usage, modelInfo('claude-opus-5')), 0.085));
test('writes for an hour cost double', () =>
  near(estimateCost({ ...usage, cacheWrite1hTokens: 4000 }, modelInfo('claude-opus-5')), 0.1));
test('an unknown price is not guessed', () => assert.equal(estimateCost(usage, modelInfo('somebody/else')), undefined));
test('the rehearsal costs nothing', () => assert.equal(estimateCost(usage, modelInfo('assent-rehearsal')), 0));
