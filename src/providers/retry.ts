// Repeats what may be repeated: a provider around a provider. Waits are announced before they begin and end at once when the
// turn is stopped.
import type { Message } from '../contracts/message.ts';
import type { Failure, ModelEvent, Provider } from '../contracts/provider.ts';
import { numberFrom } from '../util/envValue.ts';

type Env = Readonly<Record<string, string | undefined>>;
/** Time and chance, so that tests need neither. `sleep` resolves early when the signal is aborted. */
export type Clock = { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void>; random(): number };

const DEFAULT_RETRIES = 10;
const MOST_RETRIES = 15;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 32_000;
const RETRIES_AFTER_THINKING = 2;
const RETRIES_AFTER_STALL = 1;

export function withRetry(inner: Provider, env: () => Env, clock: Clock = systemClock): Provider {
  return {
    id: inner.id,
    async *stream(request, signal) {
      const most = retryLimit(env()['CLAUDE_CODE_MAX_RETRIES']);
      let afterThinking = 0;
      let afterStall = 0;
      for (let attempt = 1; ; attempt++) {
        let failed: Extract<ModelEvent, { type: 'failed' }> | undefined;
        for await (const event of inner.stream(request, signal)) {
          if (event.type === 'failed') failed = event;
          else yield event;
        }
        if (!failed) return;
        if (failed.failure.code === 'stalled') afterStall++;
        if (hasThought(failed.partial)) afterThinking++;
        const again =
          failed.failure.retryable &&
          attempt <= most &&
          afterThinking <= RETRIES_AFTER_THINKING &&
          afterStall <= RETRIES_AFTER_STALL;
        if (!again) {
          yield failed;
          return;
        }
        const waitMs = delay(failed.failure, attempt, clock);
        yield {
          type: 'retrying',
          because: { code: `providers.retry.${failed.failure.code}`, args: { detail: failed.failure.detail } },
          attempt,
          of: most,
          atMs: clock.now() + waitMs,
        };
        if (!signal.aborted) await clock.sleep(waitMs, signal);
        if (signal.aborted) {
          yield { type: 'failed', failure: { code: 'cancelled', detail: '', retryable: false } };
          return;
        }
      }
    },
  };
}

function retryLimit(value: string | undefined): number {
  const wanted = numberFrom(value) ?? DEFAULT_RETRIES;
  return Number.isInteger(wanted) && wanted >= 0 ? Math.min(wanted, MOST_RETRIES) : DEFAULT_RETRIES;
}

function hasThought(partial: Message | undefined): boolean {
  return partial?.blocks.some((block) => block.type === 'thinking' || block.type === 'opaque') ?? false;
}

/** At least what the service asked for; else growing by doubling, with chance so that many clients do not come at once. */
function delay(failure: Failure, attempt: number, clock: Clock): number {
  const backoff = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1) * (1 + clock.random() / 4), LONGEST_DELAY_MS);
  return Math.round(Math.max(failure.retryAfterMs ?? 0, backoff));
}

const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1));
      signal.addEventListener('abort', end);
    }),
};
