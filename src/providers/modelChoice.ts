// Which model it is: what people and settings choose, within what the settings leave to choose from.
import type { Because } from '../contracts/permission.ts';
import type { ModelInfo } from '../contracts/provider.ts';
import { isListed, isSentAsAnother } from './availableModels.ts';
import { knownModel, listModels, modelInfo, resolveModel, smallModel, withoutSuffix } from './models.ts';
import { DATED_IDS } from './modelTable.ts';
import type { ListedModel } from './vendor.ts';
import type { ModelRules } from './withModels.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ModelSettings = {
  model?: string;
  /** Absent: every model may be chosen. */
  available?: readonly string[];
  /** What is chosen by nobody has to be in the list, too. */
  enforce: boolean;
  /** Where the list stands. */
  file?: string;
  /** Our id → the id the service knows it by. */
  overrides: Readonly<Record<string, string>>;
  /** Aliases or ids, to be tried in order. */
  fallback: readonly string[];
};

export type ModelChoiceParts = {
  env(): Env;
  settings(): ModelSettings;
  /** Models that a service listed. */
  listed(): readonly ListedModel[];
};

export type ModelChoice = ModelRules & {
  /** What a new conversation begins with. */
  start(): { model: string; warning?: Because };
  /** The same for one that comes back with its own. */
  resumed(model: string): { model: string; warning?: Because };
  /** The id for what a person chose. */
  resolve(choice: string, planning: boolean): string;
  /** Why it may not be chosen. */
  refused(choice: string): Because | undefined;
  small(): string | undefined;
  /** Ids to go on with, in order, when `model` cannot answer. */
  fallback(model: string): string[];
};

const MOST_FALLBACKS = 3;

export function createModelChoice(parts: ModelChoiceParts): ModelChoice {
  const sendAs = (id: string) => {
    const { overrides } = parts.settings();
    const known = knownModel(id)?.id;
    const names = [id, withoutSuffix(id), ...(known ? [known, DATED_IDS[known] ?? known] : [])];
    return names.map((name) => (Object.hasOwn(overrides, name) ? overrides[name] : undefined)).find((to) => to);
  };
  const isFree = (id: string) => {
    const env = parts.env();
    const { available, enforce } = parts.settings();
    // What it is sent as may not be what the list leaves out.
    const to = sendAs(id);
    if (to !== undefined && (knownModel(to) || isSentAsAnother(id, to)) && !isListed(to, available, env)) return false;
    return isListed(id, available, env) || (!enforce && withoutSuffix(id) === ownDefault(env));
  };
  const fallbackDefault = () => {
    const env = parts.env();
    const usual = resolveModel('default', env);
    if (isFree(usual)) return usual;
    const own = ownDefault(env);
    if (isFree(own)) return own;
    const { available = [] } = parts.settings();
    const known = listModels().map(({ id }) => id);
    // An alias is what it stands for; a beginning is the first that we know of; all else is an id as it stands.
    const candidates = available.flatMap((entry) => {
      const id = resolveModel(entry, env);
      const meant = known.filter((one) => isListed(one, [entry], env));
      return id === entry && meant.length > 0 ? meant : [id];
    });
    return candidates.find(isFree) ?? usual;
  };
  const resolve = (choice: string, planning: boolean) => {
    const env = parts.env();
    if (choice.trim().toLowerCase() === 'default') return fallbackDefault();
    const id = resolveModel(choice, env, planning);
    if (isFree(id) || withoutSuffix(choice.trim()).toLowerCase() !== 'opusplan') return id;
    // One half of the pair is left out: the other does the work of both.
    const other = resolveModel(choice, env, !planning);
    return isFree(other) ? other : id;
  };
  const refused = (choice: string): Because | undefined => {
    const id = resolve(choice, false);
    if (isFree(id)) return undefined;
    const { file } = parts.settings();
    return file === undefined
      ? { code: 'providers.model.excluded', args: { model: choice } }
      : { code: 'providers.model.excludedBy', args: { model: choice, file } };
  };
  const orDefault = (model: string): { model: string; warning?: Because } => {
    if (!refused(model)) return { model };
    const instead = fallbackDefault();
    return { model: instead, warning: { code: 'providers.model.replaced', args: { model, instead } } };
  };
  return {
    excluded: (id) => (isFree(id) ? undefined : { file: parts.settings().file ?? '' }),
    sendAs,
    info: (id) => withListed(modelInfo(id, parts.env()), parts.listed()),
    start: () => orDefault(parts.env()['ANTHROPIC_MODEL']?.trim() || parts.settings().model?.trim() || 'default'),
    resumed: orDefault,
    resolve,
    refused,
    small: () => {
      const small = smallModel(parts.env());
      return small !== undefined && isFree(small) ? small : undefined;
    },
    fallback: (model) => {
      const ids = parts.settings().fallback.slice(0, MOST_FALLBACKS);
      return [...new Set(ids.map((one) => resolve(one, false)))].filter((id) => id !== model && isFree(id));
    },
  };
}

/** What is chosen where nobody chose or named anything. */
function ownDefault(env: Env): string {
  return resolveModel('default', {
    ...env,
    ANTHROPIC_DEFAULT_MODEL: undefined,
    ANTHROPIC_DEFAULT_SONNET_MODEL: undefined,
  });
}

/** What the service says of a model that the table does not hold. */
function withListed(info: ModelInfo, listed: readonly ListedModel[]): ModelInfo {
  const found = knownModel(info.id) === undefined ? listed.find(({ id }) => id === info.id) : undefined;
  if (found === undefined) return info;
  return {
    ...info,
    name: info.name === info.id ? (found.name ?? info.name) : info.name,
    contextWindow: found.contextWindow ?? info.contextWindow,
    maxOutput: found.maxOutput ?? info.maxOutput,
  };
}
