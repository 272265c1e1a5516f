// The ways to reach a model, and the one that counts at the moment of a request.
import type { Provider } from '../contracts/provider.ts';
import { isOn } from '../util/envValue.ts';
import { loadClient, openAnthropic } from './anthropic.ts';
import { failure } from './failures.ts';
import { createMessagesApi, type RequestFacts } from './messagesApi.ts';
import { type Clock, withRetry } from './retry.ts';
import type { Vendor, VendorParts } from './vendor.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type ProviderOptions = VendorParts & {
  /** The environment that counts now: the process's, with what settings add. Read for every request. */
  env: () => Env;
  /** Facts for the log, after every request. */
  onRequest?: (facts: RequestFacts) => void;
  idleTimeoutMs?: number;
  clock?: Clock;
};

/** In order of precedence; the first that the environment chooses is used. A further vendor is a further row. */
const VENDORS: readonly Vendor[] = [
  {
    id: 'bedrock',
    features: () => new Set(),
    chosen: (env) => unsupportedSwitch(env) !== undefined,
    open: () => ({
      send: async (_built, _request, env) => ({
        // Sending the conversation to another company than the one that was chosen would be worse than not sending it.
        failed: failure(
          'noCredential',
          `${unsupportedSwitch(env)} is set, but this version reaches models through the Anthropic API only. Unset it to use that.`,
        ),
      }),
    }),
  },
  {
    id: 'anthropic',
    features: () => new Set(['webSearch', 'toolSearch', 'countTokens']),
    chosen: () => true,
    open: (parts) => ({ send: openAnthropic(parts) }),
  },
];

/** The provider of every conversation. `prepare` loads what the first request needs ahead of it. */
export function createProvider(options: ProviderOptions): Provider & { prepare(): Promise<void> } {
  const opened = VENDORS.map((vendor) => ({ ...vendor, ...vendor.open(options) }));
  const messages = createMessagesApi({
    id: 'anthropic',
    env: options.env,
    open: (built, request, env, signal) => {
      const vendor = opened.find((row) => row.chosen(env)) ?? opened.at(-1);
      if (!vendor) throw new Error('There is no way to reach a model.');
      return vendor.send(built, request, env, signal);
    },
    onRequest: options.onRequest,
    idleTimeoutMs: options.idleTimeoutMs,
  });
  return {
    ...withRetry(messages, options.env, options.clock),
    has: (feature) => {
      const env = options.env();
      return (
        opened
          .find((row) => row.chosen(env))
          ?.features(env)
          .has(feature) ?? false
      );
    },
    prepare: async () => {
      // The first `fetch` of a program reads all that is behind it; this one goes nowhere.
      await Promise.all([loadClient(), fetch('data:,')]);
    },
  };
}

function unsupportedSwitch(env: Env): string | undefined {
  return [
    'CLAUDE_CODE_USE_BEDROCK',
    'CLAUDE_CODE_USE_VERTEX',
    'CLAUDE_CODE_USE_FOUNDRY',
    'CLAUDE_CODE_USE_MANTLE',
  ].find((name) => isOn(env[name]));
}
