// Those who want to know what happens. One that throws harms neither the turn nor the others.
import type { AgentEvent } from '../contracts/event.ts';
import { readableError } from '../util/readableError.ts';

export class Listeners {
  readonly #listeners = new Set<(event: AgentEvent) => void>();
  readonly #log: (text: string) => void;

  constructor(log: (text: string) => void) {
    this.#log = log;
  }

  /** Returns the function that ends it. */
  add(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: AgentEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (error) {
        this.#log(`A listener failed on ${event.type}: ${readableError(error)}`);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
