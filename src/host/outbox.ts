// What one page is sent: events batched for a frame, and a new snapshot whenever a message could not be delivered.
import type * as vscode from 'vscode';
import type { Conversation } from '../contracts/conversation.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { ToWebview } from '../protocol.ts';
import { cutForPage, cutQuestion, joinDeltas } from './pageEvents.ts';

/** One frame: each message costs the page about a millisecond. */
const FRAME_MS = 16;

export class Outbox {
  readonly #webview: vscode.Webview;
  readonly #lost: () => void;
  #events: AgentEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
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
    this.#timer ??= setTimeout(() => this.#flush(conversation), FRAME_MS);
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
    void this.post({ type: 'events', events, state: pageState(conversation) });
  }
}

/** The state without what is too large to travel with every frame. */
export function pageState(conversation: Conversation): Conversation['state'] {
  const { state } = conversation;
  return { ...state, questions: state.questions.map(cutQuestion) };
}
