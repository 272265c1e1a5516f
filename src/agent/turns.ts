// The turns of a conversation, one after the other: the one that runs, what waits for its end, and what sets the next going.
import { setMaxListeners } from 'node:events';
import type { Finish } from '../contracts/event.ts';
import type { Prompt } from '../contracts/message.ts';
import type { Because } from '../contracts/permission.ts';
import { readableError } from '../util/readableError.ts';

export type TurnsParts = {
  /** Why nothing may be sent; undefined when something may. */
  blocked(): Because | undefined;
  /** A turn is about to begin. */
  begins(): void;
  answer(prompt: Prompt, signal: AbortSignal): Promise<Finish>;
  shorten(focus: string | undefined, signal: AbortSignal): Promise<Finish>;
  /** Resolves when the end of the turn is stored. Never rejects. */
  storeEnd(finish: Finish): Promise<void>;
  /** The turn is over. */
  over(finish: Finish): void;
  queued(prompts: Prompt[]): void;
  /** What was asked for is not done. */
  refused(because: Because): void;
  log(text: string): void;
};

type Work = (signal: AbortSignal) => Promise<Finish>;

export class Turns {
  readonly #parts: TurnsParts;
  readonly #queue: Prompt[] = [];
  /** How many were waiting when it was last told. */
  #toldQueue = 0;
  /** The turn that runs: what stops it, and whether it only asks anew what an earlier session left open. */
  #turn: { controller: AbortController; reopened: boolean } | undefined;
  #work: Promise<void> | undefined;
  #begun = 0;
  /** Something waits that is to start whatever the end of the turn. */
  #wanted = false;
  #compactNext: { focus: string | undefined } | undefined;
  #closed = false;

  constructor(parts: TurnsParts) {
    this.#parts = parts;
  }

  get running(): boolean {
    return this.#turn !== undefined;
  }

  get queue(): Prompt[] {
    return [...this.#queue];
  }

  /** After a turn that was stopped, declined or failed the queue waits; the next prompt sets it going again. */
  send(prompt: Prompt): void {
    const empty = prompt.text.trim() === '' && prompt.attachments.length === 0;
    if (this.#closed || empty) return;
    this.#queue.push(prompt);
    // Meant for now: the turn is over already, or only asks anew what the person now passes over.
    if (!this.#turn || this.#turn.reopened) this.#wanted = true;
    if (this.#turn?.reopened) this.stop();
    if (this.#work) this.#tellQueue();
    else this.#next();
  }

  unqueue(id: string): Prompt | undefined {
    const at = this.#queue.findIndex((prompt) => prompt.id === id);
    if (at < 0) return undefined;
    const [prompt] = this.#queue.splice(at, 1);
    this.#tellQueue();
    return prompt;
  }

  compact(focus: string | undefined): void {
    if (this.#closed) return;
    this.#compactNext = { focus };
    this.#wanted = true;
    if (!this.#work) this.#next();
  }

  /** Does the work of a turn that no prompt asked for, or answers this prompt once more; false when that cannot be now. */
  again(work: Prompt | Work): boolean {
    if (this.#closed || this.#work || this.#parts.blocked()) return false;
    this.#begin(typeof work === 'function' ? work : this.#answering(work), false);
    return true;
  }

  /** In a moment, so that whoever made the conversation listens by then. A prompt that is quicker comes instead. */
  reopen(work: Work): void {
    setImmediate(() => {
      if (this.#begun > 0) return;
      const blocked = this.#parts.blocked();
      if (blocked) this.#parts.refused(blocked);
      else this.#begin(work, true);
    });
  }

  stop(): void {
    this.#turn?.controller.abort();
  }

  /** Resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.stop();
    await this.#work;
  }

  /** Starts what waits: first a wish to shorten, then the next prompt. */
  #next(): void {
    if (this.#work || this.#closed) return;
    this.#wanted = false;
    const compact = this.#compactNext;
    if (!compact && this.#queue.length === 0) return;
    this.#compactNext = undefined;
    const blocked = this.#parts.blocked();
    if (blocked) {
      this.#tellQueue();
      this.#parts.refused(blocked);
      return;
    }
    if (compact) {
      this.#begin((signal) => this.#parts.shorten(compact.focus, signal), false);
      return;
    }
    const prompt = this.#queue.shift();
    if (prompt) this.#begin(this.#answering(prompt), false);
  }

  #answering(prompt: Prompt): Work {
    return (signal) => {
      this.#tellQueue();
      return this.#parts.answer(prompt, signal);
    };
  }

  #begin(work: Work, reopened: boolean): void {
    if (this.#closed || this.#work) return;
    this.#begun++;
    const controller = new AbortController();
    // Every call of a turn may listen for its end.
    setMaxListeners(0, controller.signal);
    this.#turn = { controller, reopened };
    this.#parts.begins();
    this.#work = this.#run(work, controller.signal).then((finish) => {
      this.#work = undefined;
      if (this.#wanted || !['cancelled', 'declined', 'failed'].includes(finish.reason)) this.#next();
    });
  }

  /** Whatever happens in it, the turn ends with 'finished' and everything on the disk. Never rejects. */
  async #run(work: Work, signal: AbortSignal): Promise<Finish> {
    let finish: Finish;
    try {
      finish = await work(signal);
    } catch (error) {
      this.#parts.log(`A turn broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const detail = readableError(error);
      finish = signal.aborted
        ? { reason: 'cancelled' }
        : { reason: 'failed', failure: { code: 'interrupted', detail, retryable: true } };
    }
    await this.#parts.storeEnd(finish);
    this.#turn = undefined;
    this.#parts.over(finish);
    return finish;
  }

  #tellQueue(): void {
    if (this.#queue.length === 0 && this.#toldQueue === 0) return;
    this.#toldQueue = this.#queue.length;
    this.#parts.queued(this.queue);
  }
}
