// The models of one root folder: which there are, which is chosen, what may be asked of it, and how much may still be sent.

import type { Effort, Provider, RateLimits } from '../contracts/provider.ts';
import type { Settings } from '../contracts/settings.ts';
import type { RateLimitNote } from '../host/limitBanner.ts';
import type { ModelChoice as PageChoice, ReasoningDefaults } from '../protocol.ts';
import { createDiscovery } from '../providers/discovery.ts';
import { createModelChoice, type ModelChoice, type ModelSettings } from '../providers/modelChoice.ts';
import { nearLimit } from '../providers/rateLimits.ts';
import { isEditorModel } from '../providers/routeProvider.ts';
import { effortByEnv, thinkingByEnv } from '../providers/thinking.ts';
import type { ListedModel } from '../providers/vendor.ts';
import { vendorOf } from '../providers/vendorOf.ts';
import { withModels } from '../providers/withModels.ts';
import { setValue } from '../settings/setValue.ts';
import { stringsOf } from '../util/jsonValue.ts';
import { type EditorChoice, modelChoices } from './modelChoices.ts';

export type OpenModels = {
  readonly choice: ModelChoice;
  /** Around whatever asks a model: nothing goes past it. */
  guarded<T extends Provider>(provider: T): T;
  choices(inUse: readonly string[]): PageChoice[];
  defaults(): ReasoningDefaults;
  /** Somebody looks for a model: services are asked, and `changed` is called when there is something new. Never rejects. */
  look(): Promise<void>;
  /** A conversation with this model begins: how much one of VS Code's holds, only VS Code can say. */
  prepare(model: string): void;
  /** Keeps wishes for new conversations, in the person's own settings. */
  keep(wish: { model?: string; effort?: Effort; thinking?: boolean }): Promise<void>;
  heard(limits: RateLimits): void;
  limit(): RateLimitNote | undefined;
  dispose(): void;
};

export function openModels(parts: {
  env(): Readonly<Record<string, string | undefined>>;
  settings(): Settings;
  list(signal: AbortSignal): Promise<ListedModel[] | undefined>;
  editor: { known(): readonly EditorChoice[]; find(): Promise<unknown> };
  userSettings: string;
  reload(): Promise<void>;
  changed(): void;
  log(text: string, cause: unknown): void;
}): OpenModels {
  const discovery = createDiscovery({ env: parts.env, list: parts.list, now: Date.now });
  const choice = createModelChoice({
    env: parts.env,
    settings: () => modelSettings(parts.settings()),
    listed: () => [...discovery.listed(), ...parts.editor.known()],
  });
  const findInEditor = () =>
    parts.editor.find().catch((cause: unknown) => parts.log('VS Code could not list its language models', cause));
  let limit: RateLimitNote | undefined;
  /** Which service and account said so: settings may lead to another one by now. */
  let limitOf = '';
  let over: NodeJS.Timeout | undefined;
  const setLimit = (next: RateLimitNote | undefined) => {
    const same = limit?.reached === next?.reached && Math.abs((limit?.untilMs ?? 0) - (next?.untilMs ?? 0)) < SAME_MS;
    if (same) return;
    limit = next;
    clearTimeout(over);
    if (next !== undefined) {
      over = setTimeout(() => setLimit(undefined), Math.min(next.untilMs - Date.now(), LONGEST_MS));
      over.unref();
    }
    parts.changed();
  };
  return {
    choice,
    guarded: (provider) => withModels(provider, choice),
    choices: (inUse) =>
      modelChoices({ env: parts.env(), choice, listed: discovery.listed(), editor: parts.editor.known(), inUse }),
    defaults: () => reasoningDefaults(parts.settings(), parts.env()),
    look: async () => {
      await Promise.all([
        discovery.look().then(
          (found) => found && parts.changed(),
          (cause: unknown) => parts.log('The list of models could not be read', cause),
        ),
        findInEditor(),
      ]);
    },
    prepare: (model) => {
      if (isEditorModel(model) && parts.editor.known().length === 0) void findInEditor();
    },
    keep: async ({ model, effort, thinking }) => {
      if (model !== undefined) await setValue(parts.userSettings, 'model', model);
      if (effort !== undefined) await setValue(parts.userSettings, 'effortLevel', effort);
      if (thinking !== undefined) await setValue(parts.userSettings, 'alwaysThinkingEnabled', thinking);
      await parts.reload();
    },
    heard: (limits) => {
      limitOf = accountIn(parts.env());
      setLimit(nearLimit(limits, Date.now()));
    },
    limit: () => (limitOf === accountIn(parts.env()) ? limit : undefined),
    dispose: () => clearTimeout(over),
  };
}

/** What tells one service and account from another; compared, never shown. */
function accountIn(env: Readonly<Record<string, string | undefined>>): string {
  const names = ['ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN'];
  return [vendorOf(env), ...names.map((name) => env[name] ?? '')].join('\n');
}

/** The same news with every answer is none. */
const SAME_MS = 10_000;
const LONGEST_MS = 24 * 60 * 60_000;

function modelSettings({ model, values, sources, policy }: Settings): ModelSettings {
  const models = values['availableModels'];
  const available = Array.isArray(models) ? stringsOf(models) : undefined;
  const ofPolicy = policy?.keys.includes('availableModels') ?? false;
  const file = sources.find(({ scope, exists }) => exists && scope === 'managed')?.file;
  const overrides = Object.entries(values['modelOverrides'] ?? {}).filter(
    (one): one is [string, string] => typeof one[1] === 'string',
  );
  return {
    ...(model === undefined ? {} : { model }),
    ...(available === undefined ? {} : { available }),
    enforce: values['enforceAvailableModels'] === true,
    ...(ofPolicy && file !== undefined ? { file } : {}),
    overrides: Object.fromEntries(overrides),
    fallback: stringsOf(values['fallbackModel']),
  };
}

/** What holds where a conversation wants nothing of its own, and the variables that hold whatever it wants. */
function reasoningDefaults(
  { effort, thinking }: Settings,
  env: Readonly<Record<string, string | undefined>>,
): ReasoningDefaults {
  const forced = thinkingByEnv(env);
  const level = effortByEnv(env);
  return {
    ...(effort === undefined ? {} : { effort }),
    thinking: thinking ?? true,
    ...(level === undefined ? {} : { effortByEnv: { variable: 'CLAUDE_CODE_EFFORT_LEVEL', effort: level } }),
    ...(forced === undefined ? {} : { thinkingByEnv: forced }),
  };
}
