// What the service says with every answer of how much may still be sent.
import type { Fetch } from '../contracts/network.ts';
import type { Provider, RateLimits } from '../contracts/provider.ts';
import { retryAfter } from './failures.ts';

const KINDS = {
  requests: 'requests',
  tokens: 'tokens',
  'input-tokens': 'inputTokens',
  'output-tokens': 'outputTokens',
};
type Header = keyof typeof KINDS;

/** The same `fetch`, with an ear for the headers; `tell` is called for every answer that has some, or that is a 429. */
export function tellingLimits(fetch: Fetch, tell: (limits: RateLimits) => void, now: () => number = Date.now): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const limits = rateLimitsOf(response.status, response.headers, now());
    if (limits) tell(limits);
    return response;
  };
}

/**
 * The same provider, and a `fetch` for it: besides what the headers say, `tell` hears of an answer that came whole while
 * nothing was said of limits. What was told before is over then.
 */
export function createLimitsEar(fetch: Fetch, tell: (limits: RateLimits) => void) {
  let told = 0;
  const hear = (limits: RateLimits) => {
    told += 1;
    tell(limits);
  };
  return {
    fetch: tellingLimits(fetch, hear),
    around: (provider: Provider): Provider => ({
      ...provider,
      async *stream(request, signal) {
        const before = told;
        for await (const event of provider.stream(request, signal)) {
          // Where another request was told of limits meanwhile, that is newer.
          if (event.type === 'done' && told === before) hear({ limited: false, limits: [] });
          yield event;
        }
      },
    }),
  };
}

/** Undefined where the service says nothing of limits. Figures that cannot be read are left out. */
export function rateLimitsOf(status: number, headers: Headers, nowMs: number): RateLimits | undefined {
  const limits = (Object.keys(KINDS) as Header[]).flatMap((name): RateLimits['limits'] => {
    const value = (part: string) => headers.get(`anthropic-ratelimit-${name}-${part}`);
    const limit = figure(value('limit'));
    const remaining = figure(value('remaining'));
    const resetMs = Date.parse(value('reset') ?? '');
    if (!limit || remaining === undefined || !Number.isFinite(resetMs)) return [];
    return [{ kind: KINDS[name] as RateLimits['limits'][number]['kind'], limit, remaining, resetMs }];
  });
  if (limits.length === 0 && status !== 429) return undefined;
  const waitMs = status === 429 ? retryAfter(headers, nowMs) : undefined;
  return { limited: status === 429, limits, ...(waitMs === undefined ? {} : { untilMs: nowMs + waitMs }) };
}

const LOW = 0.1;

/** What to warn of: that nothing more may be sent until `untilMs`, or that little is left of one limit until then. */
export function nearLimit(
  { limited, limits, untilMs }: RateLimits,
  nowMs: number,
): { reached: boolean; untilMs: number; percent: number } | undefined {
  const ahead = limits.filter((one) => one.resetMs > nowMs);
  const share = (one: RateLimits['limits'][number]) => one.remaining / one.limit;
  const scarcest = ahead.toSorted((a, b) => share(a) - share(b))[0];
  if (limited) {
    const until = untilMs ?? scarcest?.resetMs;
    return until === undefined || until <= nowMs ? undefined : { reached: true, untilMs: until, percent: 0 };
  }
  if (scarcest === undefined || share(scarcest) >= LOW) return undefined;
  return { reached: false, untilMs: scarcest.resetMs, percent: Math.floor(share(scarcest) * 100) };
}

function figure(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}
