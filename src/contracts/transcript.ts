// Conversations on disk.
import type { AgentEvent } from './event.ts';
import type { Message, Prompt } from './message.ts';
import type { Because, Mode } from './permission.ts';

export type SessionSummary = {
  id: string;
  title: string;
  updatedAtMs: number;
  messages: number;
  root: string;
  file: string;
};

/**
 * What a resume restores. `messages` may end with calls that have no result; `events` tell whether they had been started
 * or were waiting for an answer. Texts of whole files in reviews and results are not stored, their hunks are.
 */
export type Restored = {
  id: string;
  root: string;
  title: string;
  messages: Message[];
  /** The context text of the first prompt, if this client wrote it. */
  context?: string;
  events: AgentEvent[];
  mode: Mode;
  model?: string;
  /** Files as the model last saw them are not stored: it must read again before it edits. */
  contextTokens: number;
};

/** One open transcript. Appends in order; a failure never stops a turn, and what could not be written is tried again. */
export interface TranscriptWriter {
  readonly file: string;
  /** The id the file bears; another than was opened once the conversation had to go on in a file of its own. */
  readonly session: string;
  /**
   * Resolves when the operating system has it. So many milliseconds it may wait for others to be written together with them,
   * unless a flush comes first. Never rejects.
   */
  record(event: AgentEvent, withinMs?: number): Promise<void>;
  /** Everything recorded is on the disk. Resolves to what the person is to be told since the last time, each thing once. */
  flush(): Promise<Because[]>;
  close(): Promise<void>;
}

/** `prompt` is the one that was gone back to, as it was sent; `from` is the place to go back to where it was before. */
export type Rewound = { prompt?: Prompt; from: string | null };

export interface TranscriptStore {
  /** Newest first, from the files themselves. */
  list(root: string): Promise<SessionSummary[]>;
  load(root: string, id: string): Promise<Restored | undefined>;
  /** Opens for appending; creates the file at the first record. */
  open(root: string, id: string): Promise<TranscriptWriter>;
  rename(root: string, id: string, title: string): Promise<void>;
  /**
   * The conversation goes on before a prompt, or at a place that an earlier call told; what came after stays in the file,
   * as a branch of its own. Nobody may have it open. Undefined when there is no such prompt or place. Rejects with a
   * readable reason.
   */
  rewind(root: string, id: string, to: { prompt: string } | { place: string | null }): Promise<Rewound | undefined>;
  /** Moves to the trash below the config directory. */
  remove(root: string, id: string): Promise<void>;
}
