// What a conversation is made of, and where it starts.
import type { EditFunctions } from '../contracts/edit.ts';
import type { Recorder } from '../contracts/journal.ts';
import type { Because, IgnoreLine, Judge, Mode, Offer } from '../contracts/permission.ts';
import type { ModelInfo, Provider, Usage } from '../contracts/provider.ts';
import type { Settings } from '../contracts/settings.ts';
import type { AnyTool } from '../contracts/tool.ts';
import type { Restored, TranscriptWriter } from '../contracts/transcript.ts';
import type { Workspace } from '../contracts/workspace.ts';

/** Memory and environment as the model is given them, and what the person should know about how they were found. */
export type StartContext = { text: string; notices: Because[] };

export type ConversationParts = {
  provider: Provider;
  /** In a fixed order, without those that are denied outright. */
  tools(): readonly AnyTool[];
  /** Is to count `Conversation.sessionRules()` among its rules. */
  judge: Judge;
  /** Stores the rules of an offer in its file; the next decision knows them. Rejects with a readable reason. */
  remember(offer: Offer): Promise<void>;
  /** Has git leave a file out. Resolves to why that could not be done. */
  ignore?(line: IgnoreLine): Promise<Because | undefined>;
  workspace: Workspace;
  edits: EditFunctions;
  /** Keeps what calls change in files; absent where nobody wants to take anything back. */
  recorder?: Recorder;
  /** What the model of this conversation is to be told with its next request; each thing is given once. */
  notes?(conversation: string): Promise<string[]>;
  openTranscript(id: string): Promise<TranscriptWriter>;
  /** Read at the first prompt, and again after the conversation was shortened. */
  context(): Promise<StartContext>;
  /** The id on the wire for what a person chose. */
  resolveModel(choice: string, mode: Mode): string;
  modelInfo(id: string): ModelInfo;
  /** The ids to go on with, in order, when this model is overloaded or broken. */
  fallbackModels?(model: string): string[];
  /** The id of the model for small work, where settings name one. */
  smallModel?(): string | undefined;
  /** USD; undefined when the price is not known. */
  estimateCost(usage: Usage, model: ModelInfo): number | undefined;
  env(): Record<string, string | undefined>;
  /** The root and the additional directories, real paths. */
  workingDirectories(): string[];
  settings(): Settings;
  newId(): string;
  now(): number;
  /** For faults of the program itself; nothing a person typed. */
  log(text: string): void;
  /** How long a tool may take to end once the turn was stopped, ms; 2000 when left out. */
  graceMs?: number;
};

/** `id` of a new conversation is made when left out. A restored one brings its own id; mode and model are the caller's choice. */
export type ConversationStart = {
  root: string;
  mode: Mode;
  model: string;
  /** Why it is another model than the one that was chosen. */
  warning?: Because;
  id?: string;
  restored?: Restored;
};
