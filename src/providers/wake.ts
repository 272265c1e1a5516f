// Notices that the machine has slept: a stream that was open before it is dead, though nothing says so.
import type { ModelEvent, Provider } from '../contracts/provider.ts';
import { failure, Slept } from './failures.ts';

export type WakeDetector = {
  /** Calls `onWake` after each sleep until the returned function is called. Nothing ticks while nobody watches. */
  watch(onWake: () => void): () => void;
};
/** `every` returns the function that ends it. */
export type WakeClock = { now(): number; every(ms: number, tick: () => void): () => void };

const TICK_MS = 5_000;
/** More than a busy moment of this program can take. */
const GAP_MS = 20_000;

/** A tick that comes much too late by the wall clock: timers stand still in sleep, the clock on the wall does not. */
export function createWakeDetector(onWake: () => void = () => {}, clock: WakeClock = systemClock): WakeDetector {
  const watchers = new Set<() => void>();
  let stop: (() => void) | undefined;
  let last = 0;
  const tick = () => {
    const now = clock.now();
    const slept = now - last > TICK_MS + GAP_MS;
    last = now;
    if (!slept) return;
    // What is kept open is closed before anything is tried again.
    onWake();
    for (const watcher of [...watchers]) watcher();
  };
  return {
    watch: (watcher) => {
      watchers.add(watcher);
      if (stop === undefined) {
        last = clock.now();
        stop = clock.every(TICK_MS, tick);
      }
      return () => {
        watchers.delete(watcher);
        if (watchers.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}

/** Gives a stream up at once when the machine has slept; it fails as one that was cut off does. */
export function withWake(inner: Provider, detector: WakeDetector): Provider {
  return {
    ...inner,
    async *stream(request, signal) {
      const open = new AbortController();
      const unwatch = detector.watch(() => open.abort(new Slept()));
      try {
        for await (const event of inner.stream(request, AbortSignal.any([signal, open.signal]))) {
          yield open.signal.aborted && !signal.aborted ? asInterrupted(event) : event;
        }
      } finally {
        unwatch();
      }
    },
  };
}

/** For a provider that takes every end for the person's. */
function asInterrupted(event: ModelEvent): ModelEvent {
  if (event.type !== 'failed' || event.failure.code !== 'cancelled') return event;
  const retryable = event.partial === undefined;
  return { ...event, failure: failure('interrupted', new Slept().message, { retryable }) };
}

const systemClock: WakeClock = {
  now: () => Date.now(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    return () => clearInterval(timer);
  },
};
