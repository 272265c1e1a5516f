// What the agent waits for, and what a person can say to it.
import type { HunkAnswer, Review } from './edit.ts';
import type { ElicitAnswer, ElicitRequest } from './mcp.ts';
import type { ToolCall } from './message.ts';
import type { Decision } from './permission.ts';

export type ChoiceQuestion = {
  question: string;
  header: string;
  options: Array<{ label: string; description: string }>;
  multiSelect: boolean;
};

/** `id` is unique in the conversation and is what an answer names. */
export type Question =
  | {
      type: 'permission';
      id: string;
      call: ToolCall;
      /** Byte for byte what will run, be read, fetched or called. */
      subject: string;
      /** The model's own words about the call; shown as such. */
      description?: string;
      decision: Decision;
    }
  | { type: 'review'; id: string; calls: ToolCall[]; review: Review; decisions: Decision[] }
  | { type: 'plan'; id: string; call: ToolCall; plan: string }
  | { type: 'choice'; id: string; call: ToolCall; questions: ChoiceQuestion[] }
  /** A server of tools asks while the call runs; everything in the request is its words. Never stored. */
  | { type: 'elicit'; id: string; call: ToolCall; server: string; request: ElicitRequest }
  /** A server wants an answer of a model. `model` is its name; `more`: how far a yes for the conversation goes. Never stored. */
  | {
      type: 'sample';
      id: string;
      call: ToolCall;
      server: string;
      system?: string;
      messages: Array<{ role: 'user' | 'assistant'; text: string; pictures: number }>;
      model: string;
      maxTokens: number;
      more: { requests: number; tokens: number };
    };

export type Answer =
  /** `remember` is an index into the offers of the decision; with `ignore` git is told to leave its file out, as it says. */
  | { type: 'allow'; remember?: number; ignore?: true }
  /** Every hunk of every file. */
  | { type: 'review'; hunks: HunkAnswer[] }
  /** The plan as the person left it, and the mode to go on in. */
  | { type: 'plan'; mode: 'default' | 'acceptEdits'; plan: string }
  /** For each question the chosen labels, or the person's own text. */
  | { type: 'choice'; answers: string[][] }
  /** `content` goes to the server, and nowhere else. */
  | ({ type: 'elicit' } & ElicitAnswer)
  /** `more`: and whatever the server asks in this conversation, within the limits that were shown. */
  | { type: 'sample'; allow: 'once' | 'more' | 'no' }
  /** With feedback the model goes on, with the words as reason; without, the turn ends (decisions 18). */
  | { type: 'deny'; feedback?: string };
