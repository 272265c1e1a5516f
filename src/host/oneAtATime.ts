// Work that must not overlap itself, for whatever is asked for in showers.

/** While it is under way, any number of further calls make it run once more afterwards. `work` must not reject. */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running = false;
  let again = false;
  return async () => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    try {
      do {
        again = false;
        await work();
      } while (again);
    } finally {
      running = false;
    }
  };
}
