// What a run of the loop is given. It keeps nothing of it when the run ends.
import type { EditFunctions } from '../contracts/edit.ts';
import type { Cause, Recorder } from '../contracts/journal.ts';
import type { Message } from '../contracts/message.ts';
import type { Judge, Mode } from '../contracts/permission.ts';
import type { AnswerFacts, Failure, ModelRequest, Provider } from '../contracts/provider.ts';
import type { Answer, Question } from '../contracts/question.ts';
import type { AnyTool, SideRequest, ToolState } from '../contracts/tool.ts';
import type { Workspace } from '../contracts/workspace.ts';
import type { Outcome } from './results.ts';

export type LoopParts = {
  provider: Provider;
  /** The tools as the model is shown them; denied ones are left out already. */
  tools(): readonly AnyTool[];
  judge: Judge;
  mode(): Mode;
  /** Resolves to a bare deny when the turn is stopped or `until` is; that too is announced as the answer. */
  ask(question: Question, until?: AbortSignal): Promise<Answer>;
  request(history: readonly Message[]): ModelRequest;
  /**
   * The history as it can be sent: shortened when it has to be. 'request' comes before every request and usually gives
   * the same history back; 'overflow' when the model had no room. Undefined: nothing could be done.
   */
  fit(
    history: readonly Message[],
    why: 'request' | 'overflow',
    signal: AbortSignal,
  ): Promise<readonly Message[] | undefined>;
  /** The history for another model that the turn goes on with; undefined when none stands ready for this failure. */
  fallback(failure: Failure): readonly Message[] | undefined;
  /** The history without what the service could not take; undefined when that was not it. */
  leaveOut(failure: Failure): readonly Message[] | undefined;
  /** A request is about to be repeated; `goOn` ends the wait. */
  waits(goOn: () => void): void;
  /** Called once for every answer that was paid for, kept or not. */
  used(facts: AnswerFacts): void;
  /** What the model is to be told with the next request, each thing once. Never rejects. */
  notes(): Promise<string[]>;
  /** Asks a model apart from the conversation; rejects with a readable reason. */
  askModel(request: SideRequest, signal: AbortSignal): Promise<Message>;
  sideModel?(model: SideRequest['model']): { id: string; name: string };
  edits: EditFunctions;
  workspace: Workspace;
  recorder?: Recorder;
  /** Where effects of the call belong. */
  cause(call: string): Cause;
  root: string;
  workingDirectories(): string[];
  state: ToolState;
  env(): Record<string, string | undefined>;
  newId(): string;
  now(): number;
  /** How many reading calls run side by side. */
  concurrency: number;
  /** How long a tool may take to end after the turn was stopped, ms. */
  graceMs: number;
};

/** Where a run starts when an earlier one ended in the middle of a message's calls. */
export type Reopened = {
  /** What is known already: results that were stored, and calls that must not run again. */
  outcomes: Outcome[];
};
