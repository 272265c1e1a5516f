// What a request costs by list price: an estimate, not the bill.
import type { ModelInfo, Usage } from '../contracts/provider.ts';

export const CACHE_WRITE = 1.25;
export const CACHE_WRITE_1H = 2;
export const CACHE_READ = 0.1;
/** USD for one search of the web. */
export const WEB_SEARCH = 0.01;

/** USD, or undefined when the price of the model is not known. */
export function estimateCost(usage: Usage, model: Pick<ModelInfo, 'price'>): number | undefined {
  if (!model.price) return undefined;
  const hour = usage.cacheWrite1hTokens ?? 0;
  const input =
    usage.inputTokens +
    (usage.cacheWriteTokens - hour) * CACHE_WRITE +
    hour * CACHE_WRITE_1H +
    usage.cacheReadTokens * CACHE_READ;
  const tokens = (input * model.price.input + usage.outputTokens * model.price.output) / 1_000_000;
  // Searches of a model that costs nothing are rehearsed, too.
  const free = model.price.input === 0 && model.price.output === 0;
  return tokens + (free ? 0 : (usage.webSearches ?? 0) * WEB_SEARCH);
}
