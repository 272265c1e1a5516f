// Feeds a transcript from a conversation: in order, without the pieces of what streams, and never in the way of a turn.
import type { AgentEvent } from '../contracts/event.ts';
import type { Because } from '../contracts/permission.ts';
import type { TranscriptWriter } from '../contracts/transcript.ts';
import { readableError } from '../util/readableError.ts';

const PASSING = new Set<AgentEvent['type']>([
  'textDelta',
  'thinkingDelta',
  'toolDelta',
  'toolProgress',
  'queued',
  'compacting',
  'retrying',
]);

export class TranscriptFeed {
  readonly #open: () => Promise<TranscriptWriter>;
  readonly #tell: (because: Because) => void;
  #writer: Promise<TranscriptWriter | undefined> | undefined;
  #session: string | undefined;
  #told = false;

  constructor(open: () => Promise<TranscriptWriter>, tell: (because: Because) => void) {
    this.#open = open;
    this.#tell = tell;
  }

  /** Undefined until something was written. */
  get session(): string | undefined {
    return this.#session;
  }

  record(event: AgentEvent): void {
    if (PASSING.has(event.type)) return;
    this.#writer ??= this.#begin();
    this.#writer.then((writer) => writer?.record(event)).catch((error) => this.#failed(error));
  }

  /** Resolves when everything recorded so far is on the disk, or could not be put there, which is said once. Never rejects. */
  async flush(): Promise<void> {
    try {
      const writer = await this.#writer;
      if (!writer) return;
      for (const because of await writer.flush()) this.#tell(because);
      this.#session = writer.session;
    } catch (error) {
      this.#failed(error);
    }
  }

  async close(): Promise<void> {
    await (await this.#writer)?.close();
  }

  async #begin(): Promise<TranscriptWriter | undefined> {
    try {
      const writer = await this.#open();
      this.#session = writer.session;
      return writer;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  #failed(error: unknown): void {
    if (this.#told) return;
    this.#told = true;
    this.#tell({ code: 'agent.noTranscript', args: { reason: readableError(error) } });
  }
}
