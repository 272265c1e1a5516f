// What one page is sent: events batched for a frame, and a new snapshot whenever a message could not be delivered.
import type * as vscode from 'vscode';
import type { Conversation } from '../contracts/conversation.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { ToWebview } from '../protocol.ts';
import { cutForPage, cutQuestion, joinDeltas } from './pageEvents.ts';

/** One frame: what happens together comes together. */
const FRAME_MS = 16;
/** While events keep coming: each message costs the page a new layout, and nobody reads faster than this. */
const PACE_MS = 40;

export class Outbox {
  readonly #webview: vscode.Webview;
  readonly #lost: () => void;
  #events: AgentEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  /** `lost` is told when the page did not get a message, as happens while it is hidden. */
  constructor(webview: vscode.Webview, lost: () => void) {
    this.#webview = webview;
    this.#lost = lost;
  }

  /** Resolves when VS Code has handed the message over. */
  async post(message: ToWebview): Promise<void> {
    if (this.#closed) return;
    const delivered = await this.#webview.postMessage(message).then(
      (done) => done,
      () => false,
    );
    if (!delivered && !this.#closed) this.#lost();
  }

  event(conversation: Conversation, event: AgentEvent): void {
    this.#events.push(event);
    const wait = Math.max(FRAME_MS, this.#flushedAt + PACE_MS - performance.now());
    this.#timer ??= setTimeout(() => this.#flush(conversation), wait);
  }

  /** Forgets what waits: a snapshot is about to say it all. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#events = [];
  }

  close(): void {
    this.#closed = true;
    this.clear();
  }

  #flush(conversation: Conversation): void {
    const events = joinDeltas(this.#events).map(cutForPage);
    this.clear();
    this.#flushedAt = performance.now();
    void this.post({ type: 'events', events, state: pageState(conversation) });
  }
}

/** The state without what is too large to travel with every frame. */
export function pageState(conversation: Conversation): Conversation['state'] {
  const { state } = conversation;
  return { ...state, questions: state.questions.map(cutQuestion) };
}
