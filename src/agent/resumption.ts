// What an earlier session left open in a conversation: calls without a result, and the question it waited at.
import type { AgentEvent } from '../contracts/event.ts';
import type { Message } from '../contracts/message.ts';
import type { ToolState } from '../contracts/tool.ts';
import type { Workspace } from '../contracts/workspace.ts';
import { openCalls } from '../util/history.ts';
import type { ModelContext } from './modelContext.ts';
import { recallSeen } from './recallSeen.ts';
import { CANCELLED, finished, type Outcome, outcome, toResult } from './results.ts';
import type { Resumed } from './resume.ts';

type Parts = {
  context: ModelContext;
  tools: ToolState;
  workspace: Workspace;
  emit(event: AgentEvent): void;
  /** Makes a message the last of history, and tells it. */
  add(message: Message): void;
};

export class Resumption {
  readonly #parts: Parts;
  #interrupted: Outcome[];
  /** Files that count as seen for the sake of a reopened proposal. */
  #recalled: string[] = [];

  constructor(interrupted: Outcome[], parts: Parts) {
    this.#interrupted = interrupted;
    this.#parts = parts;
  }

  /** Calls that an earlier end of the program left without a result get one, so that the history can be sent. */
  settle(): void {
    const { context, emit, add } = this.#parts;
    const interrupted = new Map(this.#takeInterrupted().map((one) => [one.call.id, one]));
    const open = openCalls(context.history);
    const outcomes = open.map((call) => interrupted.get(call.id) ?? outcome(call, 'cancelled', CANCELLED));
    for (const one of outcomes) emit(finished(one));
    if (outcomes.length > 0) add({ role: 'user', blocks: outcomes.map(toResult) });
  }

  /** Goes back to the calls that a question was open about, so that the loop can decide them anew. */
  async reopen({ history, changes }: NonNullable<Resumed['reopened']>): Promise<void> {
    const { context, tools, workspace, emit } = this.#parts;
    for (const one of this.#takeInterrupted()) emit(finished(one));
    this.#recalled = await recallSeen(changes, tools, workspace);
    context.stepBack(history);
  }

  /** The results of what was reopened are in history: from here on the model has to have read what it changes. */
  answered(): void {
    for (const path of this.#recalled.splice(0)) this.#parts.tools.seen.delete(path);
  }

  #takeInterrupted(): Outcome[] {
    const interrupted = this.#interrupted;
    this.#interrupted = [];
    return interrupted;
  }
}
