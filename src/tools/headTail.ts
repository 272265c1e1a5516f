// Keeps the first and the last part of a text of any length in bounded memory.
import { cutEnd, cutStart, gap } from '../util/truncate.ts';

export class HeadTail {
  readonly #half: number;
  #head = '';
  #tail = '';
  #total = 0;

  /** `limit` is the number of characters that `text` may give back. */
  constructor(limit: number) {
    this.#half = Math.max(1, Math.ceil(limit / 2));
  }

  get total(): number {
    return this.#total;
  }

  append(text: string): void {
    this.#total += text.length;
    const room = this.#half - this.#head.length;
    if (room > 0) this.#head += text.slice(0, room);
    this.#tail += room > 0 ? text.slice(room) : text;
    // Cut seldom: each cut copies.
    if (this.#tail.length > this.#half * 4) this.#tail = this.#tail.slice(-this.#half);
  }

  /** All of it when it has at most `limit` characters, else both ends around a line that says how much is missing. */
  text(limit: number): string {
    if (this.#total <= limit && this.#total === this.#head.length + this.#tail.length) return this.#head + this.#tail;
    // Both were cut where they happened to be full, perhaps within a character.
    const head = cutEnd(this.#head, Math.ceil(limit / 2)).replace(/[\ud800-\udbff]$/, '');
    const tail = cutStart(this.#tail, Math.min(this.#half, Math.floor(limit / 2))).replace(/^[\udc00-\udfff]/, '');
    return head + gap(this.#total - head.length - tail.length) + tail;
  }

  clear(): void {
    this.#head = '';
    this.#tail = '';
    this.#total = 0;
  }
}
