// The price of a model where it is reached: its list price, or what a person says it costs, with what a region adds.
import type { ModelInfo, VendorId } from '../contracts/provider.ts';
import type { Price } from '../contracts/usage.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Endpoints that keep data in one region cost a tenth more. */
const REGIONAL = 1.1;

export type PriceParts = {
  model: Pick<ModelInfo, 'id' | 'price'>;
  /** The id on the wire, where settings name another one. */
  sentAs?: string | undefined;
  vendor: VendorId;
  env: Env;
  /** USD per million tokens by model id, for models whose price is not known. */
  own: Readonly<Record<string, Price>>;
};

/** Undefined when the price is not known. */
export function priceOf({ model, sentAs = model.id, vendor, env, own }: PriceParts): Price | undefined {
  const plain = model.id.replace(/\[1m\]$/i, '');
  if (model.price === undefined) return own[model.id] ?? own[plain];
  const factor = regionFactor(model.id, sentAs, vendor, env);
  return { input: model.price.input * factor, output: model.price.output * factor };
}

/** By how much the place of the endpoint multiplies the list price. */
function regionFactor(model: string, sentAs: string, vendor: VendorId, env: Env): number {
  const version = versionOf(model);
  if (version === undefined) return 1;
  switch (vendor) {
    case 'bedrock':
      return version >= 4.5 && !goesAnywhere(sentAs, env) ? REGIONAL : 1;
    case 'vertex':
      return version >= 4.5 && (vertexRegion(model, env) ?? 'us-east5') !== 'global' ? REGIONAL : 1;
    case 'anthropic':
      return version >= 4.6 && usOnly(env) ? REGIONAL : 1;
    default:
      return 1;
  }
}

/** `claude-opus-4-5@20251101` and its like give 4.5, `claude-sonnet-5` gives 5; undefined for a model of another line. */
function versionOf(model: string): number | undefined {
  const [, major, minor] = /(?:opus|sonnet|haiku|fable|mythos)-(\d+)(?:-(\d{1,2})(?!\d))?/.exec(model) ?? [];
  return major === undefined ? undefined : Number(`${major}.${minor ?? 0}`);
}

/** Bedrock: a profile that may answer from any region is named so, or is taken where the region has none of its own. */
function goesAnywhere(model: string, env: Env): boolean {
  const written = /(?:^|\/)([a-z-]+)\.anthropic\./.exec(model)?.[1] ?? env['ANTHROPIC_BEDROCK_REGION_PREFIX']?.trim();
  if (written) return written.replace(/\.$/, '') === 'global';
  // An id that a person wrote is sent as it is: without a prefix it means the region.
  if (/anthropic\.|^arn:/.test(model)) return false;
  const region = env['AWS_REGION']?.trim() || env['AWS_DEFAULT_REGION']?.trim();
  return region !== undefined && /^[a-z]+(-[a-z]+)+-\d+$/.test(region) && !/^(us|eu|ap)-/.test(region);
}

function vertexRegion(model: string, env: Env): string | undefined {
  const name = /claude-([a-z]+(?:-\d+)*)/.exec(model.replace(/[-@]\d{8}$/, ''))?.[1];
  const variable = name && `VERTEX_REGION_CLAUDE_${name.toUpperCase().replaceAll('-', '_')}`;
  return (variable && env[variable]?.trim()) || env['CLOUD_ML_REGION']?.trim() || undefined;
}

/** The organisation asks for it in the body of every request. */
function usOnly(env: Env): boolean {
  return /"inference_geo"\s*:\s*"us"/.test(env['CLAUDE_CODE_EXTRA_BODY'] ?? '');
}
