// What a person is shown to choose from.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ModelChoicesParts, modelChoices } from '../../../src/compose/modelChoices.ts';
import { createModelChoice, type ModelSettings } from '../../../src/providers/modelChoice.ts';
import type { ListedModel } from '../../../src/providers/vendor.ts';

type Kit = Partial<Omit<ModelChoicesParts, 'choice'>> & { settings?: Partial<ModelSettings> };

function choicesOf({ settings, ...more }: Kit = {}) {
  const parts = { env: {}, listed: [] as ListedModel[], editor: [], inUse: [], ...more };
  const choice = createModelChoice({
    env: () => parts.env,
    settings: () => ({ enforce: false, overrides: {}, fallback: [], ...settings }),
    listed: () => parts.listed,
  });
  return modelChoices({ ...parts, choice });
}

test('choices that stand for others come first, then the models, each with what it holds and costs', () => {
  const choices = choicesOf();
  assert.deepEqual(
    choices.slice(0, 3).map(({ id, stands, name }) => [id, stands ?? name]),
    [
      ['default', ['Sonnet 5']],
      ['opusplan', ['Opus 5', 'Sonnet 5']],
      ['claude-sonnet-5', 'Sonnet 5'],
    ],
  );
  const opus = choices.find(({ id }) => id === 'claude-opus-5');
  assert.deepEqual([opus?.contextWindow, opus?.price, opus?.thinking], [1_000_000, { input: 5, output: 25 }, 'switch']);
  assert.equal(choices.find(({ id }) => id === 'claude-fable-5')?.thinking, 'always');
  assert.ok(choices.every(({ unavailable, sentAs }) => unavailable === undefined && sentAs === undefined));
});

test('the wide window is a choice of its own where a model does not have it anyway', () => {
  assert.deepEqual(
    choicesOf()
      .filter(({ id }) => id.endsWith('[1m]'))
      .map(({ id, contextWindow }) => [id, contextWindow]),
    [['claude-sonnet-4-5-20250929[1m]', 1_000_000]],
  );
});

test('on a cloud its own ids are shown, and what it does not have is not', () => {
  const choices = choicesOf({ env: { CLAUDE_CODE_USE_BEDROCK: '1' } });
  assert.equal(choices.find(({ id }) => id === 'claude-opus-5')?.sentAs, 'anthropic.claude-opus-5');
  assert.equal(
    choices.some(({ id }) => id === 'claude-mythos-5'),
    false,
  );
  const vertex = choicesOf({ env: { CLAUDE_CODE_USE_VERTEX: '1' } });
  assert.equal(vertex.find(({ id }) => id === 'claude-haiku-4-5-20251001')?.sentAs, 'claude-haiku-4-5@20251001');
});

test('what settings, services and the editor add has its place, each once', () => {
  const choices = choicesOf({
    env: { ANTHROPIC_DEFAULT_OPUS_MODEL: 'team/big', ANTHROPIC_DEFAULT_OPUS_MODEL_NAME: 'Big one' },
    inUse: ['team/big', 'default', 'typed/model', 'vscode:copilot/gpt'],
    listed: [{ id: 'claude-opus-5' }, { id: 'team/model-7', contextWindow: 500_000 }],
    editor: [{ id: 'vscode:copilot/gpt', name: 'GPT', contextWindow: 64_000 }],
    settings: { overrides: { 'claude-opus-5': 'arn:aws:bedrock:::application-inference-profile/x' } },
  });
  const ids = choices.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  const groupOf = (id: string) => choices.find((one) => one.id === id)?.group;
  assert.deepEqual(['typed/model', 'team/big', 'claude-opus-5', 'team/model-7', 'vscode:copilot/gpt'].map(groupOf), [
    'model',
    'model',
    'model',
    'listed',
    'editor',
  ]);
  assert.equal(choices.find(({ id }) => id === 'team/big')?.name, 'Big one');
  assert.match(choices.find(({ id }) => id === 'claude-opus-5')?.sentAs ?? '', /^arn:/);
  const editor = choices.find(({ id }) => id === 'vscode:copilot/gpt');
  assert.deepEqual(
    [editor?.name, editor?.contextWindow, editor?.thinking, editor?.price],
    ['GPT', 64_000, 'never', undefined],
  );
});

test('what the settings leave out is shown with the reason', () => {
  const choices = choicesOf({
    settings: { available: ['sonnet'], file: '/etc/team/managed-settings.json' },
    editor: [{ id: 'vscode:copilot/gpt', name: 'GPT', contextWindow: 64_000 }],
  });
  const out = (id: string) => choices.find((one) => one.id === id)?.unavailable?.code;
  assert.deepEqual(['default', 'claude-sonnet-5', 'opusplan'].map(out), [undefined, undefined, undefined]);
  assert.deepEqual(
    ['claude-opus-5', 'claude-fable-5', 'vscode:copilot/gpt'].map(out),
    Array(3).fill('providers.model.excludedBy'),
  );
});
