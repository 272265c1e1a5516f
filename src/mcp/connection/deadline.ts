// A signal that ends with another one, or when time is up.
import { ServerFault } from './serverFault.ts';

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
  let over = false;
  if (outer?.aborted) stop();
  else outer?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    alive() {
      clearTimeout(idle);
      // What comes late must not leave a timer behind.
      if (over) return;
      idle = startIdle();
    },
    dispose() {
      over = true;
      clearTimeout(total);
      clearTimeout(idle);
      outer?.removeEventListener('abort', stop);
    },
  };
}

/** What is told of a request that took too long. */
export function lateFault(server: string, method: string, times: Pick<DeadlineTimes, 'totalMs' | 'idleMs'>) {
  return (which: 'total' | 'idle'): ServerFault => {
    const seconds = inSeconds((which === 'idle' ? times.idleMs : undefined) ?? times.totalMs);
    return new ServerFault({ code: `mcp.connection.late.${which}`, args: { server, method, seconds } });
  };
}

/** For people: a whole number, and never none. */
export const inSeconds = (ms: number) => String(Math.max(1, Math.round(ms / 1000)));
