// The ways to reach a model, and the one that counts at the moment of a request.
import type { Because } from '../contracts/permission.ts';
import type { ForcedLogin, Provider, RateLimits, VendorId } from '../contracts/provider.ts';
import { isOn } from '../util/envValue.ts';
import { loadClient, openAnthropic } from './anthropic.ts';
import { loadBedrock, openBedrock } from './bedrock.ts';
import { failure } from './failures.ts';
import { whyRefused } from './forcedLogin.ts';
import { loadFoundry, openFoundry } from './foundry.ts';
import { openMantle } from './mantle.ts';
import { createMessagesApi, type RequestFacts } from './messagesApi.ts';
import { createLimitsEar } from './rateLimits.ts';
import { type Clock, type Refresh, withRetry } from './retry.ts';
import type { ListedModel, Vendor, VendorParts } from './vendor.ts';
import { isDirect, switchOf, vendorOf } from './vendorOf.ts';
import { openVertex } from './vertex.ts';
import { loadGoogle } from './vertexCredentials.ts';
import { createWakeDetector, type WakeDetector, withWake } from './wake.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ProviderOptions = VendorParts & {
  /** The environment that counts now: the process's, with what settings add. Read for every request. */
  env: () => Env;
  /** Facts for the log, after every request. */
  onRequest?: (facts: RequestFacts) => void;
  /** Puts a meter in front of every single try, which counts it and may refuse it. `vendor` says whose service answers now. */
  metered?: (provider: Provider, vendor: () => VendorId) => Provider;
  /** What the service says of its limits, after every answer that speaks of them. */
  onLimits?: (limits: RateLimits) => void;
  /** The machine has slept while an answer was arriving. */
  onWake?: () => void;
  idleTimeoutMs?: number;
  clock?: Clock;
  wake?: WakeDetector;
};

export type VendorProvider = Provider & {
  prepare(): Promise<void>;
  /** What the service that counts now lists; undefined where it cannot be asked. Rejects with a readable reason. */
  listModels(signal: AbortSignal): Promise<ListedModel[] | undefined>;
  /** No credential is left in memory. */
  forget(): void;
};

/** In order of precedence; the first that the environment chooses is used. A further vendor is a further row. */
const VENDORS: readonly Vendor[] = [
  {
    id: 'bedrock',
    features: () => new Set(),
    chosen: (env) => vendorOf(env) === 'bedrock',
    open: openBedrock,
    load: loadBedrock,
  },
  {
    id: 'mantle',
    features: () => new Set(),
    chosen: (env) => vendorOf(env) === 'mantle',
    open: openMantle,
    load: loadBedrock,
  },
  {
    id: 'vertex',
    // Of the two ways of searching the web the older one.
    features: () => new Set(['webSearch', 'countTokens']),
    chosen: (env) => vendorOf(env) === 'vertex',
    open: openVertex,
    load: loadGoogle,
  },
  {
    id: 'foundry',
    features: () => new Set(['countTokens']),
    chosen: (env) => vendorOf(env) === 'foundry',
    open: openFoundry,
    load: loadFoundry,
  },
  {
    id: 'anthropic',
    features: (env) => new Set(['webSearch', 'countTokens', ...(searchesTools(env) ? (['toolSearch'] as const) : [])]),
    chosen: () => true,
    open: openAnthropic,
    load: loadClient,
  },
];

/** The provider of every conversation. `prepare` loads what the first request needs ahead of it. */
export function createProvider(options: ProviderOptions): VendorProvider {
  const { onLimits } = options;
  const ear = onLimits && createLimitsEar(options.fetch, onLimits);
  const parts = ear === undefined ? options : { ...options, fetch: ear.fetch };
  const opened = VENDORS.map((vendor) => ({ ...vendor, ...vendor.open(parts) }));
  const chosen = (env: Env) => opened.find((row) => row.chosen(env));
  const messages = createMessagesApi({
    id: 'anthropic',
    env: options.env,
    open: (built, request, env, signal) => {
      const vendor = chosen(env);
      if (!vendor) throw new Error('There is no way to reach a model.');
      const refused = cloudRefused(vendor.id, env, options.forced?.());
      if (refused !== undefined) return Promise.resolve({ failed: failure('permission', '', { because: refused }) });
      return vendor.send(built, request, env, signal);
    },
    onRequest: options.onRequest,
    idleTimeoutMs: options.idleTimeoutMs,
  });
  const vendorId = () => chosen(options.env())?.id ?? 'anthropic';
  const wake = options.wake ?? createWakeDetector(options.onWake);
  const awake = withWake(ear?.around(messages) ?? messages, wake);
  const refresh: Refresh = async (failed, signal) => {
    const env = options.env();
    return (await chosen(env)?.refresh?.(failed, env, signal)) ?? false;
  };
  return {
    ...withRetry(options.metered?.(awake, vendorId) ?? awake, options.env, options.clock, refresh),
    has: (feature) => {
      const env = options.env();
      return chosen(env)?.features(env).has(feature) ?? false;
    },
    listModels: async (signal) => {
      const env = options.env();
      return chosen(env)?.listModels?.(env, signal);
    },
    forget: () => {
      for (const vendor of opened) vendor.forget?.();
    },
    prepare: async () => {
      // The first `fetch` of a program reads all that is behind it; this one goes nowhere.
      await Promise.all([chosen(options.env())?.load?.(), fetch('data:,')]);
    },
  };
}

/** The organisation lets in only what says whose it is; a cloud does not. (The Anthropic API looks at each credential.) */
function cloudRefused(vendor: Vendor['id'], env: Env, forced: ForcedLogin | undefined): Because | undefined {
  if (vendor === 'anthropic') return undefined;
  return whyRefused(forced, { source: 'cloud', name: switchOf(env) ?? vendor, baseUrl: '' });
}

/** Gateways seldom know it, so there it has to be asked for. */
function searchesTools(env: Env): boolean {
  const wish = env['ENABLE_TOOL_SEARCH']?.trim().toLowerCase() ?? '';
  if (isOn(env['CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS']) || wish === 'false' || wish === '0') return false;
  return isDirect(env) || isOn(wish) || wish.startsWith('auto');
}
