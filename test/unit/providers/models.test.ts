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
