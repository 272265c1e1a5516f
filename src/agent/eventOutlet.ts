// Where the events of a conversation go: into what a page can draw it from, onto the transcript, to whoever listens.
import type { AgentEvent, Finish } from '../contracts/event.ts';
import type { Because } from '../contracts/permission.ts';
import { EventLog } from './eventLog.ts';
import { Listeners } from './listeners.ts';
import { type FeedParts, TranscriptFeed } from './transcriptFeed.ts';

export class EventOutlet {
  readonly #log: EventLog;
  readonly #listeners: Listeners;
  readonly #feed: TranscriptFeed;
  #closing = false;

  /** `past`: what happened before, in a conversation that goes on. */
  constructor(past: readonly AgentEvent[], feed: Omit<FeedParts, 'tell'>, log: (text: string) => void) {
    this.#log = new EventLog(past);
    this.#listeners = new Listeners(log);
    this.#feed = new TranscriptFeed({ ...feed, tell: (because) => this.tell('warning', because) });
  }

  get events(): readonly AgentEvent[] {
    return this.#log.events;
  }

  /** The session of the transcript; undefined until something was written. */
  get session(): string | undefined {
    return this.#feed.session;
  }

  /** Returns the function that ends it. */
  listen(listener: (event: AgentEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  emit(event: AgentEvent): void {
    this.#feed.record(event);
    this.show(event);
  }

  tell(kind: 'info' | 'warning' | 'error', because: Because): void {
    this.emit({ type: 'notice', kind, because });
  }

  /** Without the transcript. What happens while the conversation is being closed is nobody's news. */
  show(event: AgentEvent): void {
    this.#log.add(event);
    if (!this.#closing) this.#listeners.tell(event);
  }

  /** Resolves when the turn may go on after the event: what an effect depends on is on the disk by then. Never rejects. */
  settle(event: AgentEvent): Promise<void> {
    return this.#feed.settle(event);
  }

  /** Resolves when the end of a turn, and all before it, is on the disk; to be shown after that. Never rejects. */
  async storeEnd(finish: Finish): Promise<void> {
    this.#feed.record({ type: 'finished', finish });
    await this.#feed.flush();
  }

  /** From now on nobody is told, and only what truly happened is stored. */
  closing(): void {
    this.#closing = true;
    this.#feed.closing();
  }

  async close(): Promise<void> {
    await this.#feed.close();
    this.#listeners.clear();
  }
}
