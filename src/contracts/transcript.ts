// Conversations on disk.
import type { AgentEvent } from './event.ts';
import type { Message } from './message.ts';
import type { Mode } from './permission.ts';

export type SessionSummary = { id: string; title: string; updatedAtMs: number; messages: number; root: string; file: string };

/** What a resume restores. `open` are calls whose question had no answer when the session ended: they are decided anew. */
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

/** One open transcript. Appends in order, flushed before the promise resolves; a failure is said once and never stops a turn. */
export interface TranscriptWriter {
  readonly file: string;
  record(event: AgentEvent): Promise<void>;
  close(): Promise<void>;
}

export interface TranscriptStore {
  /** Newest first, from the files themselves. */
  list(root: string): Promise<SessionSummary[]>;
  load(root: string, id: string): Promise<Restored | undefined>;
  /** Opens for appending; creates the file at the first record. */
  open(root: string, id: string): Promise<TranscriptWriter>;
  rename(root: string, id: string, title: string): Promise<void>;
  /** Moves to the trash below the config directory. */
  remove(root: string, id: string): Promise<void>;
}
