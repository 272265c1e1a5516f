// Lets code that runs beside a generator hand it events: what is pushed is read in order until the channel closes.

export type Channel<T> = { push(item: T): void; close(): void; read(): AsyncGenerator<T, void> };

export function createChannel<T>(): Channel<T> {
  const items: T[] = [];
  let closed = false;
  let wake: () => void = () => {};
  return {
    push(item) {
      if (closed) return; // a tool that goes on after it was given up has nobody left to tell
      items.push(item);
      wake();
    },
    close() {
      closed = true;
      wake();
    },
    async *read() {
      for (;;) {
        const batch = items.splice(0);
        yield* batch;
        if (items.length > 0) continue;
        if (closed) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
