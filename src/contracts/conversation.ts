// What the chat view sees of the agent.
import type { AgentEvent } from './event.ts';
import type { Prompt } from './message.ts';
import type { Mode, Rule } from './permission.ts';
import type { Effort } from './provider.ts';
import type { Answer, Question } from './question.ts';

export type ConversationState = {
  id: string;
  title: string;
  root: string;
  mode: Mode;
  model: string;
  /** This conversation's own wishes; left out: the settings count. */
  effort?: Effort;
  thinking?: boolean;
  running: boolean;
  /** Questions without an answer, oldest first. */
  questions: Question[];
  queue: Prompt[];
};

export interface Conversation {
  readonly id: string;
  readonly state: ConversationState;
  /** All that happened, deltas of finished messages left out; folding it redraws the page. */
  readonly events: readonly AgentEvent[];
  /** Starts a turn, or queues behind the running one. */
  send(prompt: Prompt): void;
  /** Takes a queued prompt back; undefined when it was sent already. */
  unqueue(id: string): Prompt | undefined;
  stop(): void;
  /** False when the question was answered before or is unknown. */
  answer(question: string, answer: Answer): boolean;
  /** Ends a command that runs in the background; false when there is none of this id. */
  killRun(id: string): Promise<boolean>;
  setMode(mode: Mode): void;
  setModel(model: string): void;
  /** Both count from the next turn; a wish that is left out goes back to the settings. */
  setEffort(wish: { effort?: Effort; thinking?: boolean }): void;
  /** Ends the wait before a request is repeated. */
  retryNow(): void;
  /** Goes on with a turn that failed, from where it stood. False when there is nothing to go on with. */
  retry(): boolean;
  /** Rules the person allowed for this conversation alone. */
  sessionRules(): Rule[];
  /** Takes such a rule away, or puts it back; it counts from the next call on. */
  setSessionRule(rule: Rule, on: boolean): void;
  /** Replaces history by a summary; `focus` is the person's wish what to keep. */
  compact(focus?: string): void;
  /** Returns the function that ends it. A listener that throws harms nobody else. */
  listen(listener: (event: AgentEvent) => void): () => void;
  /** Ends the turn and every process it started. */
  dispose(): Promise<void>;
}
