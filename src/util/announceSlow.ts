// Tells of a helper command that takes long, since it may wait for the person in another window.
import type { RunHelper } from '../contracts/helper.ts';
import type { Because } from '../contracts/permission.ts';

const EVERY_MS = 10_000;

/** `show` gets what to say, anew with the time that went by, and undefined each time the last helper has ended. */
export function announceSlow(
  run: RunHelper,
  show: (because: Because | undefined) => void,
  everyMs = EVERY_MS,
): RunHelper {
  let running = 0;
  return async (helper, signal) => {
    let steps = 0;
    const timer = setInterval(() => {
      steps += 1;
      const seconds = String(Math.round((steps * everyMs) / 1000));
      show(
        helper.name === undefined
          ? { code: 'credentials.helper.slowUnnamed', args: { seconds } }
          : { code: 'credentials.helper.slow', args: { name: helper.name, seconds } },
      );
    }, everyMs);
    running += 1;
    try {
      return await run(helper, signal);
    } finally {
      clearInterval(timer);
      running -= 1;
      if (running === 0) show(undefined);
    }
  };
}
