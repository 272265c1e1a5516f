// What the decisions on disk say about rules: when each was last used, and what it let through.
import type { Behavior, CanonicalAction, DecisionStep, Rule } from './permission.ts';

/** A call of the past, from the decision lines of the transcripts. */
export type PastCall = {
  /** Milliseconds since the epoch. */
  at: number;
  session: string;
  call: string;
  tool: string;
  /** The command, path, URL or name, as it was shown. */
  subject: string;
  decision: Behavior;
  /** What the person said when asked; 'partly': to some of the hunks. Absent: nobody was asked, or no answer is on record. */
  answer?: 'allowed' | 'partly' | 'denied' | 'answered';
  step: DecisionStep;
  actions: CanonicalAction[];
  /** The rules that matched and say what was decided, by text and file: those that let an allowed call through. */
  rules: Array<{ text: string; behavior: Behavior; file?: string }>;
};

export type RuleUse = {
  rule: Rule;
  /** Milliseconds since the epoch; absent: no decision on record names it. */
  lastUsed?: number;
  count: number;
  /** The newest first, at most 20. */
  calls: PastCall[];
};

/** Read from an index that can be deleted and is built again from the transcripts. */
export interface DecisionHistory {
  /** The newest first. */
  recent(limit: number): Promise<PastCall[]>;
  uses(rules: readonly Rule[]): Promise<RuleUse[]>;
  /** What is in memory, at once: for whoever must not wait. Reads on behind the scenes. */
  known(limit: number): readonly PastCall[];
}
