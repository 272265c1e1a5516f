// All that happened in a conversation, as the page folds it: pieces of a text go once the whole of it is there.
import type { AgentEvent } from '../contracts/event.ts';

export class EventLog {
  readonly #events: AgentEvent[];
  /** Where the pieces of the answer that streams now begin. */
  #streamFrom: number | undefined;

  constructor(events: readonly AgentEvent[]) {
    this.#events = [...events];
  }

  get events(): readonly AgentEvent[] {
    return this.#events;
  }

  add(event: AgentEvent): void {
    if (isPiece(event)) {
      this.#addPiece(event);
      return;
    }
    if (endsStream(event)) this.#dropPieces();
    if (event.type === 'toolFinished') this.#dropProgress(event.call.id);
    this.#events.push(event);
  }

  #addPiece(event: AgentEvent): void {
    this.#streamFrom ??= this.#events.length;
    const last = this.#events.at(-1);
    const at = this.#events.length - 1;
    if (event.type === 'textDelta' && last?.type === 'textDelta')
      this.#events[at] = { type: 'textDelta', text: last.text + event.text };
    else if (event.type === 'thinkingDelta' && last?.type === 'thinkingDelta')
      this.#events[at] = { type: 'thinkingDelta', text: last.text + event.text };
    else if (event.type === 'toolDelta' && last?.type === 'toolDelta' && last.call === event.call)
      this.#events[at] = event;
    else this.#events.push(event);
  }

  #dropPieces(): void {
    if (this.#streamFrom === undefined) return;
    const rest = this.#events.splice(this.#streamFrom).filter((event) => !isPiece(event));
    this.#events.push(...rest);
    this.#streamFrom = undefined;
  }

  #dropProgress(call: string): void {
    for (let at = this.#events.length - 1; at >= 0; at--) {
      const event = this.#events[at];
      if (event?.type === 'toolProgress' && event.call === call) this.#events.splice(at, 1);
      if (event?.type === 'prompted' || (event?.type === 'toolStarted' && event.call.id === call)) return;
    }
  }
}

function isPiece(event: AgentEvent): boolean {
  return event.type === 'textDelta' || event.type === 'thinkingDelta' || event.type === 'toolDelta';
}

function endsStream(event: AgentEvent): boolean {
  return (
    event.type === 'retrying' ||
    event.type === 'finished' ||
    (event.type === 'message' && event.message.role === 'assistant')
  );
}
