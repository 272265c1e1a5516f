// A signal that ends with another one, or when time is up.

export type Deadline = {
  signal: AbortSignal;
  /** Something came: the wait without an answer begins anew. */
  alive(): void;
  dispose(): void;
};

export type DeadlineTimes = {
  totalMs: number;
  idleMs?: number;
  /** The reason the signal is given. */
  late(which: 'total' | 'idle'): Error;
};

export function createDeadline({ totalMs, idleMs, late }: DeadlineTimes, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const stop = () => controller.abort(outer?.reason);
  const total = setTimeout(() => controller.abort(late('total')), totalMs);
  const startIdle = () => (idleMs === undefined ? undefined : setTimeout(() => controller.abort(late('idle')), idleMs));
  let idle = startIdle();
  if (outer?.aborted) stop();
  else outer?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    alive() {
      clearTimeout(idle);
      idle = startIdle();
    },
    dispose() {
      clearTimeout(total);
      clearTimeout(idle);
      outer?.removeEventListener('abort', stop);
    },
  };
}
