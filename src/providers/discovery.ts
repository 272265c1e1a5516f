// The models that a service listed, kept for a day: asked for when somebody looks for them, never by itself.
import { isOn } from '../util/envValue.ts';
import type { ListedModel } from './vendor.ts';
import { isDirect, vendorOf } from './vendorOf.ts';

type Env = Readonly<Record<string, string | undefined>>;

const DAY_MS = 24 * 60 * 60_000;

export type Discovery = {
  /** What is known by now of the service that counts now. */
  listed(): readonly ListedModel[];
  /** Resolves to whether there is something new. Rejects with a readable reason. */
  look(): Promise<boolean>;
};

export function createDiscovery(parts: {
  env(): Env;
  list(signal: AbortSignal): Promise<ListedModel[] | undefined>;
  now(): number;
}): Discovery {
  let kept: { of: string; atMs: number; models: readonly ListedModel[] } | undefined;
  let looking: { of: string; end: Promise<boolean> } | undefined;
  // Another service, and another list.
  const service = () => {
    const env = parts.env();
    return `${vendorOf(env)} ${env['ANTHROPIC_BASE_URL']?.trim() ?? ''}`;
  };
  const look = async (of: string) => {
    const models = (await parts.list(new AbortController().signal)) ?? [];
    kept = { of, atMs: parts.now(), models };
    return models.length > 0;
  };
  return {
    listed: () => (kept?.of === service() && mayListModels(parts.env()) ? kept.models : []),
    look: async () => {
      const of = service();
      if (!mayListModels(parts.env())) return false;
      if (kept?.of === of && parts.now() - kept.atMs < DAY_MS) return false;
      if (looking?.of !== of) {
        const end = look(of).finally(() => {
          looking = undefined;
        });
        looking = { of, end };
      }
      return looking.end;
    },
  };
}

/** Nobody is asked who was not chosen for this: a gateway only when a variable says that it has a list. */
function mayListModels(env: Env): boolean {
  if (isOn(env['CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC'])) return false;
  return isDirect(env) || isOn(env['CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY']);
}
