// Long work in turns, so that whatever else waits in the same process is not kept waiting.

const TURN_MS = 10;

/**
 * To be awaited between the steps of long work: resolves at once or, when the turn has lasted long enough, in the next
 * turn of the event loop. Rejects with the reason of the signal once it is aborted.
 */
export function createTurns(signal?: AbortSignal): () => Promise<void> {
  let began = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - began < TURN_MS) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
    began = performance.now();
  };
}
