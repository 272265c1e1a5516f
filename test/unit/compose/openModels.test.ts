// The models of a folder put together: settings, variables, limits, and what is kept for new conversations.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { openModels } from '../../../src/compose/openModels.ts';
import type { RateLimits } from '../../../src/contracts/provider.ts';
import type { Settings } from '../../../src/contracts/settings.ts';
import { SETTINGS } from '../agent/kit.ts';

async function open(t: TestContext, settings: Partial<Settings> = {}, env: Record<string, string> = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-models-'));
  const userSettings = path.join(folder, 'settings.json');
  const logged: string[] = [];
  const counts = { changed: 0, reloaded: 0, found: 0 };
  const models = openModels({
    env: () => env,
    settings: () => ({ ...SETTINGS, ...settings }),
    list: async () => {
      throw new Error('no list today');
    },
    editor: {
      known: () => [],
      find: async () => {
        counts.found++;
      },
    },
    userSettings,
    reload: async () => {
      counts.reloaded++;
    },
    changed: () => {
      counts.changed++;
    },
    log: (text, cause) => logged.push(`${text}: ${String(cause)}`),
  });
  t.after(async () => {
    models.dispose();
    await rm(folder, { recursive: true });
  });
  return { models, counts, logged, userSettings };
}

const limits = (remaining: number, resetMs: number): RateLimits => ({
  limited: false,
  limits: [{ kind: 'inputTokens', limit: 1000, remaining, resetMs }],
});

test('settings say what may be chosen, and the organisation’s file is named', async (t) => {
  const { models } = await open(t, {
    values: {
      availableModels: ['sonnet'],
      fallbackModel: ['opus', 'sonnet'],
      modelOverrides: { 'claude-sonnet-5': 'own' },
    },
    policy: { label: 'file', keys: ['availableModels'] },
    sources: [
      { scope: 'managed', file: '/etc/team/managed-settings.json', exists: true },
      { scope: 'user', file: '/home/p/.claude/settings.json', exists: true },
    ],
  });
  assert.equal(models.choice.refused('opus')?.args['file'], '/etc/team/managed-settings.json');
  assert.deepEqual(models.choice.fallback('x'), ['claude-sonnet-5']);
  assert.equal(models.choice.sendAs('claude-sonnet-5'), 'own');
});

test('a list that is no policy names no file', async (t) => {
  const { models } = await open(t, {
    values: { availableModels: ['sonnet'] },
    sources: [{ scope: 'managed', file: '/etc/team/managed-settings.json', exists: true }],
  });
  assert.equal(models.choice.refused('opus')?.code, 'providers.model.excluded');
});

test('variables that decide are named beside what settings want', async (t) => {
  const { models } = await open(
    t,
    { effort: 'low', thinking: false },
    { CLAUDE_CODE_EFFORT_LEVEL: 'max', MAX_THINKING_TOKENS: '0' },
  );
  assert.deepEqual(models.defaults(), {
    effort: 'low',
    thinking: false,
    effortByEnv: { variable: 'CLAUDE_CODE_EFFORT_LEVEL', effort: 'max' },
    thinkingByEnv: { variable: 'MAX_THINKING_TOKENS', on: false },
  });
});

test('what is kept goes into the person’s own settings, beside what stands there', async (t) => {
  const { models, counts, userSettings } = await open(t);
  await models.keep({ model: 'opusplan', effort: 'high' });
  await models.keep({ model: 'opusplan', thinking: false });
  assert.deepEqual(JSON.parse(await readFile(userSettings, 'utf8')), {
    model: 'opusplan',
    effortLevel: 'high',
    alwaysThinkingEnabled: false,
  });
  assert.equal(counts.reloaded, 2);
});

test('a service that gives no list is in the log, and the editor is asked all the same', async (t) => {
  const { models, counts, logged } = await open(t);
  await models.look();
  assert.deepEqual(logged, ['The list of models could not be read: Error: no list today']);
  assert.equal(counts.found, 1);
});

test('a limit is told once, goes when there is room again, and by itself when it is over', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const { models, counts } = await open(t);
  models.heard(limits(900, 1_060_000));
  assert.equal(models.limit(), undefined);
  assert.equal(counts.changed, 0);
  models.heard(limits(50, 1_060_000));
  models.heard(limits(40, 1_060_500));
  assert.deepEqual(models.limit(), { reached: false, percent: 5, untilMs: 1_060_000 });
  assert.equal(counts.changed, 1);
  models.heard(limits(900, 1_060_000));
  assert.equal(models.limit(), undefined);
  models.heard({ limited: true, untilMs: 1_030_000, limits: [] });
  assert.equal(models.limit()?.reached, true);
  t.mock.timers.tick(30_000);
  assert.equal(models.limit(), undefined);
  assert.equal(counts.changed, 4);
});

test('a limit of one service or account is not told of another that settings lead to', async (t) => {
  const env: Record<string, string> = { ANTHROPIC_API_KEY: 'one' };
  const { models } = await open(t, {}, env);
  models.heard({ limited: true, untilMs: Date.now() + 60_000, limits: [] });
  assert.equal(models.limit()?.reached, true);
  for (const [name, value] of [
    ['CLAUDE_CODE_USE_VERTEX', '1'],
    ['ANTHROPIC_BASE_URL', 'https://llm.example.com'],
    ['ANTHROPIC_API_KEY', 'two'],
  ] as const) {
    const before = env[name];
    env[name] = value;
    assert.equal(models.limit(), undefined, name);
    if (before === undefined) delete env[name];
    else env[name] = before;
  }
  assert.equal(models.limit()?.reached, true);
});
