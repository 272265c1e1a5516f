// Feeds a transcript from a conversation: in order, without the pieces of what streams, and never in the way of a turn.
import type { AgentEvent } from '../contracts/event.ts';
import type { ToolCall } from '../contracts/message.ts';
import type { Because } from '../contracts/permission.ts';
import type { ToolKind } from '../contracts/tool.ts';
import type { TranscriptWriter } from '../contracts/transcript.ts';
import { callsOf } from '../util/history.ts';
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

/** What nothing depends on yet may wait for so long: each append costs several trips to the disk. */
const TOGETHER_MS = 20;

export type FeedParts = {
  open(): Promise<TranscriptWriter>;
  tell(because: Because): void;
  kindOf(call: ToolCall): ToolKind | undefined;
  /** What a conversation starts with, stored in front of its first prompt. */
  start(): AgentEvent[];
  /** A restored conversation is stored already. */
  begun: boolean;
};

export class TranscriptFeed {
  readonly #parts: FeedParts;
  /** Calls that may have done something, if the program were to end now. */
  readonly #started = new Set<string>();
  #writer: Promise<TranscriptWriter | undefined> | undefined;
  #session: string | undefined;
  #flushed: Promise<void> = Promise.resolve();
  #begun: boolean;
  #closing = false;
  #told = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#begun = parts.begun;
  }

  /** Undefined until something was written. */
  get session(): string | undefined {
    return this.#session;
  }

  record(event: AgentEvent): void {
    if (PASSING.has(event.type) || (this.#closing && !this.#happened(event))) return;
    if (event.type === 'toolStarted') {
      const kind = this.#parts.kindOf(event.call);
      if (kind === 'read') return;
      if (kind !== 'interact') this.#started.add(event.call.id);
    }
    // Before the first prompt there is no conversation to store.
    if (!this.#begun && event.type !== 'prompted') return;
    if (!this.#begun) for (const first of this.#parts.start()) this.#write(first);
    this.#begun = true;
    this.#write(event);
  }

  /**
   * Resolves when the turn may go on after the event. One trip to the disk a step: reads change nothing and run
   * meanwhile, anything else starts only when its call and its decision are there. Never rejects.
   */
  async settle(event: AgentEvent): Promise<void> {
    if (event.type === 'message') {
      const calls = callsOf(event.message);
      const reads = calls.length > 0 && calls.every((call) => this.#parts.kindOf(call) === 'read');
      if (reads) this.#flushed = this.flush();
      if (event.message.role === 'user') await this.#flushed;
    }
    if (event.type === 'toolStarted' && this.#parts.kindOf(event.call) !== 'read') await this.flush();
  }

  /** Resolves when everything recorded so far is on the disk, or could not be put there, which is said once. Never rejects. */
  async flush(): Promise<void> {
    try {
      const writer = await this.#writer;
      if (!writer) return;
      for (const because of await writer.flush()) this.#parts.tell(because);
      this.#session = writer.session;
    } catch (error) {
      this.#failed(error);
    }
  }

  /**
   * From now on only what truly happened is stored: a call that did nothing yet stays open, so that its question comes
   * back when the conversation does.
   */
  closing(): void {
    this.#closing = true;
  }

  async close(): Promise<void> {
    await (await this.#writer)?.close();
  }

  #happened(event: AgentEvent): boolean {
    if (event.type === 'toolFinished') return this.#started.has(event.call.id);
    return event.type === 'message' && event.message.role === 'assistant';
  }

  #write(event: AgentEvent): void {
    this.#writer ??= this.#begin();
    this.#writer.then((writer) => writer?.record(event, TOGETHER_MS)).catch((error) => this.#failed(error));
  }

  async #begin(): Promise<TranscriptWriter | undefined> {
    try {
      const writer = await this.#parts.open();
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
    this.#parts.tell({ code: 'agent.noTranscript', args: { reason: readableError(error) } });
  }
}
