// Names of models: from what a person chose to the id on the wire, and what is known of it.
import type { ModelInfo } from '../contracts/provider.ts';
import { numberFrom } from '../util/envValue.ts';
import { DATED_IDS, MODEL_TABLE, REHEARSAL_MODEL } from './modelTable.ts';

type Env = Readonly<Record<string, string | undefined>>;

const LARGE_WINDOW = 1_000_000;
const LARGE_SUFFIX = /\[1m\]$/i;
const UNKNOWN: Omit<ModelInfo, 'id' | 'name'> = {
  contextWindow: 200_000,
  maxOutput: 32_000,
  cacheMinimum: 1024,
  thinking: 'enabled',
  thinkingDefault: false,
  efforts: [],
};

const FAMILIES: ReadonlyMap<string, { variable: string; id: string }> = new Map([
  ['fable', { variable: 'ANTHROPIC_DEFAULT_FABLE_MODEL', id: 'claude-fable-5' }],
  ['opus', { variable: 'ANTHROPIC_DEFAULT_OPUS_MODEL', id: 'claude-opus-5' }],
  ['sonnet', { variable: 'ANTHROPIC_DEFAULT_SONNET_MODEL', id: 'claude-sonnet-5' }],
  ['haiku', { variable: 'ANTHROPIC_DEFAULT_HAIKU_MODEL', id: 'claude-haiku-4-5' }],
]);

/** The row of the table, or undefined for a model it does not hold. The suffix `[1m]` does not matter here. */
export function knownModel(id: string): ModelInfo | undefined {
  const plain = id.replace(LARGE_SUFFIX, '').replace(/-\d{8}$/, '');
  return plain === REHEARSAL_MODEL.id ? REHEARSAL_MODEL : MODEL_TABLE.find((model) => model.id === plain);
}

/** What is known of a model id; an unknown one passes with cautious assumptions and without a price. */
export function modelInfo(id: string): ModelInfo {
  const base = knownModel(id) ?? { ...UNKNOWN, name: id };
  const contextWindow = LARGE_SUFFIX.test(id) ? LARGE_WINDOW : base.contextWindow;
  return { ...base, id, contextWindow };
}

/**
 * The id for an alias (`sonnet`, `opusplan`, `haiku[1m]`, …) or for `undefined`, which stands for `ANTHROPIC_MODEL` or
 * else the default. Anything that is not an alias passes as it is.
 */
export function resolveModel(name: string | undefined, env: Env, planning = false): string {
  const chosen = name?.trim() || env['ANTHROPIC_MODEL']?.trim() || 'default';
  const large = LARGE_SUFFIX.test(chosen);
  const alias = chosen.replace(LARGE_SUFFIX, '').toLowerCase();
  const family = FAMILIES.get(familyOf(alias, planning));
  if (!family) return chosen;
  const id = env[family.variable]?.trim() || DATED_IDS[family.id] || family.id;
  return large && modelInfo(id).contextWindow < LARGE_WINDOW ? `${id}[1m]` : id;
}

function familyOf(alias: string, planning: boolean): string {
  if (alias === 'opusplan') return planning ? 'opus' : 'sonnet';
  if (alias === 'default') return 'sonnet';
  if (alias === 'best') return 'opus';
  return alias;
}

/** The model for small work, such as reading a page for the conversation's own; undefined where settings name none. */
export function smallModel(env: Env): string | undefined {
  const named = env['ANTHROPIC_SMALL_FAST_MODEL']?.trim();
  if (named) return resolveModel(named, env);
  return env['ANTHROPIC_DEFAULT_HAIKU_MODEL']?.trim() || undefined;
}

/** The models to choose from, with the ids that go on the wire. */
export function listModels(): ModelInfo[] {
  return MODEL_TABLE.map((model) => ({ ...model, id: DATED_IDS[model.id] ?? model.id }));
}

/** The most tokens one answer may have: the model's own limit, or less by `CLAUDE_CODE_MAX_OUTPUT_TOKENS`. */
export function maxOutputTokens(id: string, env: Env): number {
  const { maxOutput } = modelInfo(id);
  const wanted = numberFrom(env['CLAUDE_CODE_MAX_OUTPUT_TOKENS']);
  if (wanted === undefined || !Number.isInteger(wanted) || wanted < 1) return maxOutput;
  return knownModel(id) ? Math.min(wanted, maxOutput) : wanted;
}

/** The id as the API takes it, and whether the larger window has to be asked for. */
export function wireModel(id: string): { model: string; askForLargeWindow: boolean } {
  const model = id.replace(LARGE_SUFFIX, '');
  return { model, askForLargeWindow: model !== id && modelInfo(model).contextWindow < LARGE_WINDOW };
}
