// What the conversation is drawn from: one item a row. An item is never changed in place, so a row whose item is the
// same object need not be drawn again.
import type { Settled } from '../src/contracts/edit.ts';
import type { Finish } from '../src/contracts/event.ts';
import type { Prompt, ToolCall } from '../src/contracts/message.ts';
import type { Because, Decision } from '../src/contracts/permission.ts';
import type { Answer, Question } from '../src/contracts/question.ts';
import type { ToolOutput } from '../src/contracts/tool.ts';

export type ToolStatus = 'waiting' | 'running' | 'done' | 'failed' | 'denied' | 'cancelled';

/** `seq` is the item's place counted from the first item ever folded; earlier ones are negative. It never changes. */
type Base = { seq: number };

export type PromptItem = Base & { kind: 'prompt'; prompt: Prompt };
/** `open` while deltas may still come. */
export type TextItem = Base & { kind: 'text'; text: string; open: boolean };
export type ThinkingItem = Base & {
  kind: 'thinking';
  text: string;
  open: boolean;
  startedAtMs?: number;
  durationMs?: number;
};
export type ToolItem = Base & {
  kind: 'tool';
  call: ToolCall;
  status: ToolStatus;
  /** Bytes of the input so far, while the model is still writing the call. */
  writing?: number;
  decision?: Decision;
  question?: Question;
  answer?: Answer;
  output?: ToolOutput;
  progress: string;
  startedAtMs?: number;
  durationMs?: number;
  /** The whole output, once it was asked for. */
  whole?: string;
};
/** A review covers several calls, so it has a row of its own; other questions are part of their call's row. */
export type ReviewItem = Base & {
  kind: 'review';
  question: Extract<Question, { type: 'review' }>;
  answer?: Answer;
  settled?: Settled[];
};
export type NoticeItem = Base & { kind: 'notice'; severity: 'info' | 'warning' | 'error'; because: Because };
export type CompactedItem = Base & {
  kind: 'compacted';
  summary: string;
  trigger: 'manual' | 'automatic';
  beforeTokens: number;
};
/** How a turn ended, when that is worth a line: not for 'done'. */
export type FinishItem = Base & {
  kind: 'finish';
  finish: Exclude<Finish, { reason: 'done' }> | { reason: 'cancelled' | 'maxTokens' };
};

export type Item =
  | PromptItem
  | TextItem
  | ThinkingItem
  | ToolItem
  | ReviewItem
  | NoticeItem
  | CompactedItem
  | FinishItem;
