// Repeats what may be repeated: a provider around a provider. Waits are announced before they begin and end at once when the
// turn is stopped, or when somebody would rather go on.
import type { Message } from '../contracts/message.ts';
import type { Failure, FailureCode, ModelEvent, Provider } from '../contracts/provider.ts';
import { numberFrom } from '../util/envValue.ts';
import { lowerMaxTokens } from './lowerMaxTokens.ts';

type Env = Readonly<Record<string, string | undefined>>;
/** Time and chance, so that tests need neither. `sleep` resolves early when the signal is aborted. */
export type Clock = { now(): number; sleep(ms: number, signal: AbortSignal): Promise<void>; random(): number };
/** The service refused the credential: resolves to whether there is another one now. Never rejects. */
export type Refresh = (failure: Failure, signal: AbortSignal) => Promise<boolean>;

const DEFAULT_RETRIES = 10;
const MOST_RETRIES = 15;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 32_000;
const RETRIES_AFTER_THINKING = 2;
const RETRIES_AFTER_STALL = 1;
/** So often a model is asked that another one can stand in for. */
const RETRIES_BEFORE_FALLBACK = 2;
/** What another model may not suffer from. */
const ANOTHER_MODEL_HELPS: ReadonlySet<FailureCode> = new Set(['overloaded', 'server']);

export function withRetry(
  inner: Provider,
  env: () => Env,
  clock: Clock = systemClock,
  refresh: Refresh = async () => false,
): Provider {
  return {
    ...inner,
    async *stream(asked, signal) {
      const most = retryLimit(env()['CLAUDE_CODE_MAX_RETRIES']);
      let request = asked;
      let attempt = 0;
      let afterThinking = 0;
      let afterStall = 0;
      let refreshed = false;
      for (;;) {
        let failed: Extract<ModelEvent, { type: 'failed' }> | undefined;
        for await (const event of inner.stream(request, signal)) {
          if (event.type === 'failed') failed = event;
          else yield event;
        }
        if (!failed) return;
        const { failure } = failed;

        // Two ways that lead on at once, each taken once.
        if (failure.code === 'authentication' && !refreshed && !signal.aborted) {
          refreshed = true;
          // Stopped meanwhile, the next try is no request, and says so.
          if ((await refresh(failure, signal)) || signal.aborted) continue;
        }
        const lower = request === asked ? lowerMaxTokens(request, failure) : undefined;
        if (lower) {
          request = lower;
          continue;
        }

        if (failure.code === 'stalled') afterStall++;
        if (hasThought(failed.partial)) afterThinking++;
        const of = triesFor(failure, most, asked.hasFallback === true);
        // Who checks the way wants to hear of the first failure.
        const again =
          asked.purpose !== 'check' &&
          failure.retryable &&
          attempt < of &&
          afterThinking <= RETRIES_AFTER_THINKING &&
          afterStall <= RETRIES_AFTER_STALL;
        if (!again) {
          yield failed;
          return;
        }
        attempt++;
        const waitMs = delay(failure, attempt, clock);
        const wait = new AbortController();
        yield {
          type: 'retrying',
          because: { code: `providers.retry.${failure.code}`, args: { detail: failure.detail } },
          attempt,
          of,
          atMs: clock.now() + waitMs,
          goOn: () => wait.abort(),
        };
        const ended = AbortSignal.any([signal, wait.signal]);
        if (!ended.aborted) await clock.sleep(waitMs, ended);
        if (signal.aborted) {
          yield CANCELLED;
          return;
        }
      }
    },
  };
}

const CANCELLED: ModelEvent = { type: 'failed', failure: { code: 'cancelled', detail: '', retryable: false } };

function triesFor(failure: Failure, most: number, hasFallback: boolean): number {
  return hasFallback && ANOTHER_MODEL_HELPS.has(failure.code) ? Math.min(most, RETRIES_BEFORE_FALLBACK) : most;
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

const LOOK_MS = 1_000;

const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  // By the clock on the wall: a timer alone would go on where it stood when the machine fell asleep.
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const until = Date.now() + ms;
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const look = () => {
        const left = until - Date.now();
        if (left <= 0) end();
        else timer = setTimeout(look, Math.min(left, LOOK_MS));
      };
      let timer: NodeJS.Timeout | undefined;
      signal.addEventListener('abort', end);
      look();
    }),
};
