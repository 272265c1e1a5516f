// Which model it is in the end, and that nothing is sent to one that the settings leave out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest, Provider } from '../../../src/contracts/provider.ts';
import { createModelChoice, type ModelSettings } from '../../../src/providers/modelChoice.ts';
import { withModels } from '../../../src/providers/withModels.ts';
import { sayInEnglish } from '../../../src/util/phrases.ts';
import { collect, requestOf, user } from './providerKit.ts';

function choiceOf(settings: Partial<ModelSettings>, env: Record<string, string> = {}) {
  return createModelChoice({
    env: () => env,
    settings: () => ({ enforce: false, overrides: {}, fallback: [], ...settings }),
    listed: () => [],
  });
}

test('what a conversation begins with: the variable before the setting, the setting before the default', () => {
  const model = (settings: Partial<ModelSettings>, env = {}) => choiceOf(settings, env).start().model;
  assert.equal(model({}), 'default');
  assert.equal(model({ model: 'opus' }), 'opus');
  assert.equal(model({ model: 'opus' }, { ANTHROPIC_MODEL: 'haiku' }), 'haiku');
});

test('what the settings leave out is replaced at the start by the default, and said', () => {
  const { model, warning } = choiceOf({ model: 'opus', available: ['sonnet'] }).start();
  assert.equal(model, 'claude-sonnet-5');
  assert.match(warning ? sayInEnglish(warning) : '', /leave opus out .* uses claude-sonnet-5/);
  assert.equal(choiceOf({ available: ['sonnet'] }, { ANTHROPIC_MODEL: 'opus' }).start().model, 'claude-sonnet-5');
  const resumed = choiceOf({ available: ['haiku', 'sonnet'] }).resumed('claude-opus-5');
  assert.deepEqual([resumed.model, resumed.warning?.code], ['claude-sonnet-5', 'providers.model.replaced']);
});

test('the default needs no place in the list, unless that is enforced; then it is the first that has one', () => {
  assert.equal(choiceOf({ available: ['haiku'] }).excluded('claude-sonnet-5'), undefined);
  assert.ok(choiceOf({ available: ['haiku'], enforce: true }).excluded('claude-sonnet-5'));
  const enforced = choiceOf({ available: ['opus-4-8', 'haiku'], enforce: true });
  assert.equal(enforced.resolve('default', false), 'claude-opus-4-8');
  assert.equal(enforced.start().model, 'default');
  // An empty list leaves the default, or with the key nothing.
  assert.equal(choiceOf({ available: [] }).excluded('claude-sonnet-5'), undefined);
  const nothing = choiceOf({ available: [], enforce: true });
  assert.ok(nothing.excluded(nothing.resolve('default', false)));
});

test('a variable does not make a default of a model that the list leaves out', () => {
  for (const env of [{ ANTHROPIC_DEFAULT_MODEL: 'opus' }, { ANTHROPIC_DEFAULT_SONNET_MODEL: 'claude-opus-5' }]) {
    const choice = choiceOf({ available: ['haiku'] }, env);
    assert.equal(choice.resolve('default', false), 'claude-sonnet-5');
    assert.ok(choice.excluded('claude-opus-5'));
  }
});

test('of opusplan the half that may be used does the work of both', () => {
  const sonnet = choiceOf({ available: ['sonnet'] });
  assert.deepEqual(
    [sonnet.resolve('opusplan', true), sonnet.resolve('opusplan', false)],
    ['claude-sonnet-5', 'claude-sonnet-5'],
  );
  const opus = choiceOf({ available: ['opus'], enforce: true });
  assert.deepEqual(
    [opus.resolve('opusplan', true), opus.resolve('opusplan', false)],
    ['claude-opus-5', 'claude-opus-5'],
  );
  const free = choiceOf({});
  assert.deepEqual(
    [free.resolve('opusplan', true), free.resolve('opusplan', false)],
    ['claude-opus-5', 'claude-sonnet-5'],
  );
});

test('a choice that is left out is refused with the file that does it', () => {
  const because = choiceOf({ available: ['sonnet'], file: '/etc/team/managed-settings.json' }).refused('opus');
  assert.match(because ? sayInEnglish(because) : '', /^\/etc\/team\/managed-settings\.json leaves opus out/);
  assert.equal(choiceOf({ available: ['sonnet'] }).refused('sonnet'), undefined);
  assert.ok(choiceOf({ available: ['sonnet'] }).refused('vscode:copilot/claude-sonnet-5'));
});

test('small work and stand-ins keep to the list, too', () => {
  assert.equal(choiceOf({}).small(), 'claude-haiku-4-5-20251001');
  assert.equal(choiceOf({ available: ['sonnet'] }).small(), undefined);
  const fallback = ['opus', 'default', 'claude-opus-5', 'haiku'];
  assert.deepEqual(choiceOf({ fallback }).fallback('claude-opus-5'), ['claude-sonnet-5']);
  assert.deepEqual(choiceOf({ fallback, available: ['haiku', 'opus'] }).fallback('claude-haiku-4-5-20251001'), [
    'claude-opus-5',
    'claude-sonnet-5',
  ]);
  assert.deepEqual(choiceOf({ fallback, available: ['haiku'], enforce: true }).fallback('x'), [
    'claude-haiku-4-5-20251001',
  ]);
});

test('overrides name the id on the wire; what is known of the model stays', async () => {
  const arn = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3';
  const choice = choiceOf({ overrides: { 'claude-opus-5': arn, 'claude-haiku-4-5-20251001': 'tiny' } });
  assert.equal(choice.sendAs('claude-opus-5'), arn);
  assert.equal(choice.sendAs('claude-opus-5[1m]'), arn);
  assert.equal(choice.sendAs('claude-haiku-4-5'), 'tiny');
  assert.equal(choice.sendAs('claude-sonnet-5'), undefined);
  assert.equal(choice.sendAs('constructor'), undefined);
  // Nobody gets past the list under another name.
  const sly = choiceOf({ available: ['haiku'], overrides: { 'claude-haiku-4-5': 'anthropic.claude-opus-5' } });
  assert.ok(sly.excluded('claude-haiku-4-5-20251001'));
  const other = choiceOf({ available: ['haiku'], overrides: { 'claude-haiku-4-5': 'claude-opus-4-0' } });
  assert.ok(other.excluded('claude-haiku-4-5-20251001'));
  const own = choiceOf({ available: ['haiku'], overrides: { 'claude-haiku-4-5': 'our-haiku' } });
  assert.equal(own.excluded('claude-haiku-4-5-20251001'), undefined);
});

test('the last line: to a model that is left out nothing is sent', async () => {
  const sent: ModelRequest[] = [];
  const inner: Provider = {
    id: 'inner',
    async *stream(request) {
      sent.push(request);
      yield { type: 'failed', failure: { code: 'server', detail: '', retryable: false } };
    },
  };
  const file = '/etc/team/managed-settings.json';
  const provider = withModels(inner, choiceOf({ available: ['haiku'], file, enforce: true }));
  for (const model of ['claude-opus-5', 'vscode:copilot/gpt-5', 'default', '']) {
    const [event] = await collect(provider, requestOf([user('Hi')], { model }));
    assert.ok(event?.type === 'failed');
    assert.deepEqual([event.failure.code, event.failure.retryable], ['modelExcluded', false]);
    assert.match(event.failure.detail, /managed-settings\.json/);
  }
  assert.equal(sent.length, 0);
  await collect(provider, requestOf([user('Hi')], { model: 'claude-haiku-4-5-20251001' }));
  assert.deepEqual(
    sent.map((request) => [request.model, request.info?.name]),
    [['claude-haiku-4-5-20251001', 'Haiku 4.5']],
  );
});
