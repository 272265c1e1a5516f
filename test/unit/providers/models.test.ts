// Names of models.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { knownModel, listModels, modelInfo, resolveModel } from '../../../src/providers/models.ts';

for (const [name, env, planning, id] of [
  ['sonnet', {}, false, 'claude-sonnet-5'],
  ['Opus', {}, false, 'claude-opus-5'],
  ['haiku', {}, false, 'claude-haiku-4-5-20251001'],
  ['fable', {}, false, 'claude-fable-5'],
  ['best', {}, false, 'claude-opus-5'],
  ['default', {}, false, 'claude-sonnet-5'],
  [undefined, {}, false, 'claude-sonnet-5'],
  [undefined, { ANTHROPIC_MODEL: 'assent-rehearsal' }, false, 'assent-rehearsal'],
  [undefined, { ANTHROPIC_MODEL: 'opus' }, false, 'claude-opus-5'],
  ['haiku', { ANTHROPIC_MODEL: 'opus' }, false, 'claude-haiku-4-5-20251001'],
  ['opusplan', {}, true, 'claude-opus-5'],
  ['opusplan', {}, false, 'claude-sonnet-5'],
  ['opus', { ANTHROPIC_DEFAULT_OPUS_MODEL: 'team/opus' }, false, 'team/opus'],
  ['sonnet[1m]', {}, false, 'claude-sonnet-5'],
  ['haiku[1m]', {}, false, 'claude-haiku-4-5-20251001[1m]'],
  ['some-gateway/model-7', {}, false, 'some-gateway/model-7'],
  ['constructor', {}, false, 'constructor'],
  // What a vendor offers.
  ['sonnet', { CLAUDE_CODE_USE_BEDROCK: '1' }, false, 'claude-sonnet-4-5-20250929'],
  ['sonnet', { CLAUDE_CODE_USE_VERTEX: 'true' }, false, 'claude-sonnet-4-5-20250929'],
  ['sonnet', { CLAUDE_CODE_USE_FOUNDRY: '1' }, false, 'claude-sonnet-4-5-20250929'],
  ['sonnet', { CLAUDE_CODE_USE_MANTLE: '1' }, false, 'claude-sonnet-4-6'],
  ['opus', { CLAUDE_CODE_USE_FOUNDRY: '1' }, false, 'claude-opus-4-6'],
  ['opus', { CLAUDE_CODE_USE_BEDROCK: '1' }, false, 'claude-opus-5'],
  ['default', { CLAUDE_CODE_USE_VERTEX: '1' }, false, 'claude-sonnet-4-5-20250929'],
  ['sonnet[1m]', { CLAUDE_CODE_USE_VERTEX: '1' }, false, 'claude-sonnet-4-5-20250929[1m]'],
  // A name of its own for what is chosen by nobody.
  [undefined, { ANTHROPIC_DEFAULT_MODEL: 'opus' }, false, 'claude-opus-5'],
  ['default', { ANTHROPIC_DEFAULT_MODEL: 'team/big' }, false, 'team/big'],
  [undefined, { ANTHROPIC_DEFAULT_MODEL: 'opus', ANTHROPIC_MODEL: 'haiku' }, false, 'claude-haiku-4-5-20251001'],
  ['sonnet', { ANTHROPIC_DEFAULT_MODEL: 'opus' }, false, 'claude-sonnet-5'],
  ['default', { ANTHROPIC_DEFAULT_MODEL: 'default' }, false, 'claude-sonnet-5'],
] as const) {
  test(`${name} ${JSON.stringify(env)}${planning ? ' while planning' : ''} is ${id}`, () => {
    assert.equal(resolveModel(name, env, planning), id);
  });
}

test('what is known of a model does not depend on its date or suffix', () => {
  assert.equal(modelInfo('claude-opus-4-5-20251101').contextWindow, 200_000);
  assert.equal(modelInfo('claude-opus-4-5').name, 'Opus 4.5');
  assert.equal(modelInfo('claude-sonnet-4-5[1m]').contextWindow, 1_000_000);
  assert.equal(modelInfo('claude-sonnet-5').contextWindow, 1_000_000);
});

for (const [spelling, id] of [
  ['anthropic.claude-opus-5', 'claude-opus-5'],
  ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'claude-sonnet-4-5'],
  ['apac.anthropic.claude-haiku-4-5-20251001-v1:0', 'claude-haiku-4-5'],
  ['global.anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
  ['arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-opus-5', 'claude-opus-5'],
  ['arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-opus-4-6-v1', 'claude-opus-4-6'],
  ['claude-opus-4-5@20251101', 'claude-opus-4-5'],
  ['claude-opus-4-20250514', 'claude-opus-4'],
  ['anthropic.claude-opus-4-20250514-v1:0', 'claude-opus-4'],
  ['claude-opus-4-1@20250805', 'claude-opus-4-1'],
  ['us.anthropic.claude-sonnet-4-20250514-v1:0[1m]', 'claude-sonnet-4'],
  ['claude-3-5-haiku-20241022', 'claude-3-5-haiku'],
  ['arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/x1y2z3', undefined],
  ['somebody/claude-opus-5', undefined],
  ['vscode:copilot/claude-opus-5', undefined],
  ['claude-opus-55', undefined],
] as const) {
  test(`${spelling} is ${id}`, () => assert.equal(knownModel(spelling)?.id, id));
}

test('retired models have a price and are not offered', () => {
  assert.deepEqual(modelInfo('claude-opus-4-1-20250805').price, { input: 15, output: 75 });
  assert.deepEqual(modelInfo('claude-3-5-haiku-20241022').price, { input: 0.8, output: 4 });
  assert.ok(listModels().every((model) => !/4-1|-4$|-4-2025|3-5/.test(model.id)));
});

test('what variables say of the model they name', () => {
  const env = {
    ANTHROPIC_DEFAULT_OPUS_MODEL: 'team/big',
    ANTHROPIC_DEFAULT_OPUS_MODEL_NAME: 'Big one',
    ANTHROPIC_DEFAULT_OPUS_MODEL_DESCRIPTION: 'For hard work',
    ANTHROPIC_DEFAULT_OPUS_MODEL_SUPPORTED_CAPABILITIES: 'effort, max_effort,adaptive_thinking',
  };
  const info = modelInfo('team/big', env);
  assert.deepEqual(
    [info.name, info.description, info.thinking, info.efforts],
    ['Big one', 'For hard work', 'adaptive', ['low', 'medium', 'high', 'max']],
  );
  assert.equal(modelInfo('team/small', env).name, 'team/small');
  const bare = { ...env, ANTHROPIC_DEFAULT_OPUS_MODEL_SUPPORTED_CAPABILITIES: 'thinking' };
  assert.deepEqual([modelInfo('team/big', bare).thinking, modelInfo('team/big', bare).efforts], ['enabled', []]);
});

test('an unknown model passes with cautious figures and without a price', () => {
  const info = modelInfo('some-gateway/model-7');
  assert.deepEqual([info.contextWindow, info.maxOutput, info.price], [200_000, 32_000, undefined]);
  assert.equal(knownModel('some-gateway/model-7'), undefined);
});

test('every model in the list is known, priced, and its own id resolves to itself', () => {
  for (const model of listModels()) {
    assert.ok(model.price, model.id);
    assert.equal(resolveModel(model.id, {}), model.id);
    assert.ok(knownModel(model.id));
  }
});
