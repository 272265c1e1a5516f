// What the agent says while it works. Transcript, page and tests all read these.
import type { Settled } from './edit.ts';
import type { Message, Prompt, ToolCall } from './message.ts';
import type { Because, Decision, Mode } from './permission.ts';
import type { AnswerFacts, Effort, Failure, Purpose, Usage } from './provider.ts';
import type { Answer, Question } from './question.ts';
import type { Todo, ToolOutput } from './tool.ts';

export type Finish =
  | { reason: 'done' | 'cancelled' | 'maxTokens' }
  /** The person said a bare no. */
  | { reason: 'declined' }
  | { reason: 'refusal'; detail?: string }
  /** The same failing call three times. */
  | { reason: 'looping'; tool: string }
  | { reason: 'failed'; failure: Failure };

/** What one run of the loop yields. */
export type LoopEvent =
  | { type: 'textDelta' | 'thinkingDelta'; text: string }
  | { type: 'toolDelta'; call: string; tool: string; bytes: number }
  /** A whole message that is part of history from now on. `facts` with the assistant's own. */
  | { type: 'message'; message: Message; facts?: AnswerFacts }
  | { type: 'toolDecided'; call: ToolCall; decision: Decision }
  | { type: 'asked'; question: Question }
  /** `settled` with reviews: what became of each file. */
  | { type: 'answered'; question: Question; answer: Answer; settled?: Settled[] }
  | { type: 'toolStarted'; call: ToolCall }
  | { type: 'toolProgress'; call: string; text: string }
  /** `status` 'denied' when it did not run by decision or answer, 'cancelled' when the turn was stopped. */
  | {
      type: 'toolFinished';
      call: ToolCall;
      output: ToolOutput;
      status: 'done' | 'failed' | 'denied' | 'cancelled';
      durationMs: number;
    }
  | { type: 'retrying'; because: Because; attempt: number; of: number; atMs: number }
  | { type: 'finished'; finish: Finish };

/** What the conversation adds around its runs. */
export type AgentEvent =
  | LoopEvent
  | { type: 'prompted'; prompt: Prompt }
  | { type: 'queued'; prompts: Prompt[] }
  | {
      type: 'usage';
      usage: Usage;
      model: string;
      purpose: Purpose;
      contextTokens: number;
      contextWindow: number;
      costUsd?: number;
    }
  | { type: 'mode'; mode: Mode }
  | { type: 'model'; model: string }
  /** The wishes of this conversation, all of them. */
  | { type: 'effort'; effort?: Effort; thinking?: boolean }
  | { type: 'todos'; todos: Todo[] }
  | { type: 'title'; title: string }
  /** Context the model was given with the first prompt: memory, environment. Stored, so that the prefix survives a resume. */
  | { type: 'context'; text: string }
  /**
   * Pictures and documents that the model's service cannot take, by digests of their data: from here on the model is told a
   * line in their place, wherever they stand. What was said before stays as it is.
   */
  | { type: 'leftOut'; media: string[] }
  | { type: 'compacting' }
  /** What came before is now stood for by `summary`. */
  | { type: 'compacted'; summary: string; trigger: 'manual' | 'automatic'; beforeTokens: number }
  | { type: 'notice'; kind: 'info' | 'warning' | 'error'; because: Because };
