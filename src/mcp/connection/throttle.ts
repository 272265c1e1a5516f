// Holds up whoever reads too much too fast: a server that never stops writing waits for us, and we do not work for it alone.
import { setTimeout as pause } from 'node:timers/promises';
import type { Limits } from './limits.ts';

/** Undefined: read on. Otherwise after so many ms. */
export type Throttle = (bytes: number) => number | undefined;

export function createThrottle(
  { bytesASecond, bytesAtOnce }: Pick<Limits, 'bytesASecond' | 'bytesAtOnce'>,
  now: () => number,
): Throttle {
  let room = bytesAtOnce;
  let filledAt = now();
  return (bytes) => {
    const at = now();
    room = Math.min(bytesAtOnce, room + ((at - filledAt) / 1000) * bytesASecond) - bytes;
    filledAt = at;
    return room >= 0 ? undefined : Math.ceil((-room / bytesASecond) * 1000);
  };
}

/** The same as a wait. */
export async function throttled(throttle: Throttle, bytes: number): Promise<void> {
  const ms = throttle(bytes);
  // A connection that ends does not wait for it, so it must not keep the process.
  if (ms !== undefined) await pause(ms, undefined, { ref: false });
}
