// Names of models: from what a person chose to the id on the wire, and what is known of it.
import type { Effort, ModelInfo } from '../contracts/provider.ts';
import { numberFrom } from '../util/envValue.ts';
import { DATED_IDS, FAMILIES, type Family, MODEL_TABLE, REHEARSAL_MODEL } from './modelTable.ts';
import { isDirect, vendorOf } from './vendorOf.ts';

type Env = Readonly<Record<string, string | undefined>>;

const LARGE_WINDOW = 1_000_000;
const LARGE_SUFFIX = /\[1m\]$/i;
/** How the vendors write an id: a region and the maker before it, a date and a version behind it. */
const SPELLING =
  /^(?:(?:us|eu|apac|global|jp|au|ca|us-gov)\.)?(?:anthropic\.)?(claude-[a-z0-9-]+?)(?:[-@]\d{8}|@latest)?(?:-v\d+(?::\d+)?)?$/i;
/** A resource name that carries the id; an application's own profile has a name that says nothing. */
const RESOURCE = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:inference-profile|foundation-model|system-tool)\/([^/]+)$/i;
const UNKNOWN: Omit<ModelInfo, 'id' | 'name'> = {
  contextWindow: 200_000,
  maxOutput: 32_000,
  cacheMinimum: 1024,
  thinking: 'asked',
  thinkingDefault: false,
  efforts: [],
};
const FAMILY_NAMES = Object.keys(FAMILIES).filter(isFamily);

/** The row of the table, or undefined for a model it does not hold. The suffix `[1m]` does not matter here. */
export function knownModel(id: string): ModelInfo | undefined {
  const plain = withoutSuffix(id.trim());
  if (plain === REHEARSAL_MODEL.id) return REHEARSAL_MODEL;
  const spelled = SPELLING.exec(RESOURCE.exec(plain)?.[1] ?? plain)?.[1]?.toLowerCase();
  return spelled === undefined ? undefined : MODEL_TABLE.find((model) => model.id === spelled);
}

/**
 * What is known of a model id; an unknown one passes with cautious assumptions and without a price. With `env`, what its
 * variables say of a model that they name (`ANTHROPIC_DEFAULT_OPUS_MODEL_NAME` and so on).
 */
export function modelInfo(id: string, env: Env = {}): ModelInfo {
  const base = knownModel(id) ?? { ...UNKNOWN, name: id };
  const contextWindow = LARGE_SUFFIX.test(id) ? LARGE_WINDOW : base.contextWindow;
  return { ...base, id, contextWindow, ...toldBy(id, env) };
}

/**
 * The id for an alias (`sonnet`, `opusplan`, `haiku[1m]`, …) or for `undefined`, which stands for `ANTHROPIC_MODEL` or
 * else the default. Anything that is not an alias passes as it is.
 */
export function resolveModel(name: string | undefined, env: Env, planning = false): string {
  const chosen = name?.trim() || env['ANTHROPIC_MODEL']?.trim() || 'default';
  const large = LARGE_SUFFIX.test(chosen);
  const alias = withoutSuffix(chosen).toLowerCase();
  // What people want when they choose nothing may be named by itself; it may be an alias, too.
  const named = alias === 'default' ? env['ANTHROPIC_DEFAULT_MODEL']?.trim() : undefined;
  if (named && named.toLowerCase() !== 'default') return resolveModel(named, env, planning);
  const family = familyOf(alias, planning);
  if (!isFamily(family)) return chosen;
  const target = targetOf(family, env);
  const id = env[variableOf(family)]?.trim() || DATED_IDS[target] || target;
  return large && modelInfo(id).contextWindow < LARGE_WINDOW ? `${id}[1m]` : id;
}

/** The ids that variables give to families (`ANTHROPIC_DEFAULT_OPUS_MODEL` and so on). */
export function pinnedModels(env: Env): string[] {
  return FAMILY_NAMES.flatMap((family) => env[variableOf(family)]?.trim() || []);
}

/** The family that a variable gives this id to, though the id itself does not say it. */
export function pinnedFamily(id: string, env: Env): Family | undefined {
  return FAMILY_NAMES.find((family) => {
    const named = env[variableOf(family)]?.trim();
    return named !== undefined && named !== '' && withoutSuffix(named) === withoutSuffix(id);
  });
}

/**
 * The model for small work, such as reading a page for the conversation's own. Undefined: the conversation's model does
 * it, as on clouds and gateways, where nobody knows what else there is.
 */
export function smallModel(env: Env): string | undefined {
  const named = env['ANTHROPIC_SMALL_FAST_MODEL']?.trim();
  if (named) return resolveModel(named, env);
  const haiku = env['ANTHROPIC_DEFAULT_HAIKU_MODEL']?.trim();
  if (haiku) return haiku;
  return isDirect(env) ? resolveModel('haiku', env) : undefined;
}

/** The models to choose from, with the ids that go on the wire of the vendor's own service. */
export function listModels(): ModelInfo[] {
  return MODEL_TABLE.filter((model) => !model.retired).map((model) => ({
    ...model,
    id: DATED_IDS[model.id] ?? model.id,
  }));
}

/** The most tokens one answer may have: the model's own limit, or less by `CLAUDE_CODE_MAX_OUTPUT_TOKENS`. */
export function maxOutputTokens(id: string, env: Env, info: ModelInfo = modelInfo(id)): number {
  const wanted = numberFrom(env['CLAUDE_CODE_MAX_OUTPUT_TOKENS']);
  if (wanted === undefined || !Number.isInteger(wanted) || wanted < 1) return info.maxOutput;
  return knownModel(id) ? Math.min(wanted, info.maxOutput) : wanted;
}

/** The id as the API takes it, and whether the larger window has to be asked for. */
export function wireModel(id: string): { model: string; askForLargeWindow: boolean } {
  const model = withoutSuffix(id);
  return { model, askForLargeWindow: model !== id && modelInfo(model).contextWindow < LARGE_WINDOW };
}

export function withoutSuffix(id: string): string {
  return id.replace(LARGE_SUFFIX, '');
}

function familyOf(alias: string, planning: boolean): string {
  if (alias === 'opusplan') return planning ? 'opus' : 'sonnet';
  if (alias === 'default') return 'sonnet';
  if (alias === 'best') return 'opus';
  return alias;
}

function isFamily(name: string): name is Family {
  return Object.hasOwn(FAMILIES, name);
}

function targetOf(family: Family, env: Env): string {
  const { id, at } = FAMILIES[family];
  return at?.[vendorOf(env)] ?? id;
}

function variableOf(family: Family): string {
  return `ANTHROPIC_DEFAULT_${family.toUpperCase()}_MODEL`;
}

function toldBy(id: string, env: Env): Partial<ModelInfo> {
  const family = pinnedFamily(id, env);
  if (family === undefined) return {};
  const variable = variableOf(family);
  const name = env[`${variable}_NAME`]?.trim();
  const description = env[`${variable}_DESCRIPTION`]?.trim();
  const capabilities = env[`${variable}_SUPPORTED_CAPABILITIES`]?.trim();
  return {
    ...(name ? { name } : {}),
    ...(description ? { description } : {}),
    ...(capabilities ? capable(capabilities) : {}),
  };
}

/** `effort`, `xhigh_effort`, `max_effort`, `thinking`, `adaptive_thinking`: what is not named is not there. */
function capable(list: string): Pick<ModelInfo, 'thinking' | 'efforts'> {
  const named = new Set(list.split(',').map((one) => one.trim().toLowerCase()));
  const efforts: Effort[] = [
    ...(named.has('effort') ? (['low', 'medium', 'high'] as const) : []),
    ...(named.has('xhigh_effort') ? (['xhigh'] as const) : []),
    ...(named.has('max_effort') ? (['max'] as const) : []),
  ];
  const thinking = named.has('adaptive_thinking') ? 'adaptive' : named.has('thinking') ? 'enabled' : 'none';
  return { thinking, efforts };
}
