// What a tool is, and what it is given to work with.
import type { Change, EditFunctions, Settled } from './edit.ts';
import type { RunningRecord } from './journal.ts';
import type { Media, Message, Text, ToolCall } from './message.ts';
import type { Action, Decision } from './permission.ts';
import type { Purpose, StopReason, WebSearchLimits } from './provider.ts';
import type { Answer, Question } from './question.ts';
import type { Workspace } from './workspace.ts';

/** One schema: what the model is shown, and the check of what comes back. `parse` throws with a readable message. */
export type Schema<T> = { json: Record<string, unknown>; parse(value: unknown): T };

/** What the page needs to draw a call beyond its input; each tool that has more to show than text names it here. */
export type ToolDetail =
  | {
      type: 'command';
      stdout: string;
      stderr: string;
      exitCode: number | undefined;
      interrupted: boolean;
      truncated: boolean;
      backgroundId?: string;
    }
  | { type: 'file'; path: string; startLine: number; lines: number; totalLines: number }
  | { type: 'edit'; changes: Change[]; userModified: boolean }
  | { type: 'todos'; todos: Todo[] }
  /** Of a server's tool. `content` is for the person alone; `tokens`: what the model was given has about so many, which is much. */
  | { type: 'server'; content: Array<Text | Media>; tokens?: number };
export type ToolOutput = { content: Array<Text | Media>; isError: boolean; detail?: ToolDetail };

export type Todo = { content: string; activeForm: string; status: 'pending' | 'in_progress' | 'completed' };

/** A command that goes on after its call returned. */
export type BackgroundRun = {
  id: string;
  command: string;
  startedAtMs: number;
  status: 'running' | 'exited' | 'killed';
  exitCode: number | undefined;
  /** Output since the last read, cut at the output cap. */
  readNew(): string;
  kill(): Promise<void>;
};

/** What tools remember between the calls of one conversation. Owned by the conversation. */
export type ToolState = {
  /** Where the next command starts; always inside the working directories. */
  cwd: string;
  /** The text of each file as the model last saw it. */
  seen: Map<string, string>;
  todos: Todo[];
  background: Map<string, BackgroundRun>;
  /** Real paths of files that this conversation made and that were not there before; only these may be removed unasked. */
  created: Set<string>;
};

/** Something to ask a model apart from the conversation: it sees this text alone, and has no tools of ours. */
export type SideRequest = {
  purpose: Exclude<Purpose, 'main' | 'summary' | 'check'>;
  /** `small`: where settings name a small model, that one; otherwise the conversation's. */
  model: 'small' | 'main';
  system: string;
  text: string;
  /** In the place of `text`; the last one is the user's. */
  messages?: Message[];
  maxTokens: number;
  webSearch?: WebSearchLimits;
  /** Why the answer ended, before it is given. */
  stopped?(stop: StopReason): void;
};

export type ToolContext = {
  call: ToolCall;
  /** The root of the conversation. */
  root: string;
  /** Folders in which commands may leave the current folder: the root and the additional directories, real paths. */
  workingDirectories: string[];
  state: ToolState;
  workspace: Workspace;
  edits: EditFunctions;
  signal: AbortSignal;
  /** Text to append to the card while the tool runs. */
  progress(text: string): void;
  /** Asks the person; resolves to 'deny' when the turn is stopped, or the question is withdrawn by `until`. */
  ask(question: Question, until?: AbortSignal): Promise<Answer>;
  /** The answer, whole; its usage is counted. Rejects with a readable reason, also when `until` ends it. */
  askModel(request: SideRequest, until?: AbortSignal): Promise<Message>;
  /** Which model that would be. Absent where nobody would be asked. */
  sideModel?(model: SideRequest['model']): { id: string; name: string };
  /** By which the call runs; what a person was shown stands in it. Absent where there is no call. */
  decision?: Decision;
  /** The environment of child processes. */
  env: Record<string, string | undefined>;
  /** To be called before a command starts, and ended when it has ended: what it changes is recorded. Never rejects. */
  recordCommand?(): Promise<RunningRecord>;
  /** For an edit that went through a review: what became of each file of it. The result tells the model from this. */
  settled?: readonly Settled[];
};

/** How the loop may run a call: side by side with its neighbours, in order, or as part of a review. */
export type ToolKind = 'read' | 'effect' | 'edit' | 'interact';

export interface Tool<Input = unknown> {
  name: string;
  description: string;
  kind: ToolKind;
  input: Schema<Input>;
  /** What the call would touch; an empty list asks. `cwd` is where commands run. */
  actions(input: Input, cwd: string): Action[];
  /** Exactly what a person is asked about; the command, the path, the URL. */
  subject(input: Input, cwd: string): string;
  /** The model's own words about this call, if the input has them. */
  describe?(input: Input): string | undefined;
  /**
   * Only 'edit' tools: works the change out on top of `overlay` (path → proposed text), without making it. `before` is the
   * file as it is now and `after` holds the overlay's text too, so the last change of a path stands for all before it.
   * Throws with a reason the model can read.
   */
  preview?(input: Input, context: ToolContext, overlay: ReadonlyMap<string, string>): Promise<Change[]>;
  /**
   * `changes` is what was approved; a file that several calls of a review touched is given to one of them, the others get
   * none for it. May throw; the loop turns that into an error result.
   */
  run(input: Input, context: ToolContext, changes: Change[]): Promise<ToolOutput>;
}
/** A tool with its input type forgotten, as lists hold it. `parse` stands between. */
// biome-ignore lint/suspicious/noExplicitAny: a list of tools has no one input type; every input passes `input.parse` first.
export type AnyTool = Tool<any>;
