// What a look at the rules alone tells their author, without any call.
import type { Because, Rule } from './permission.ts';

/** `error`: the rule does not do what it says. `warning`: it does more, or nothing. `info`: worth knowing. */
export type FindingLevel = 'error' | 'warning' | 'info';

export type Finding = {
  level: FindingLevel;
  /** What is wrong, and what to do. */
  because: Because;
  rule: Rule;
  /** Only where it is sure that this was meant. */
  fix?: { kind: 'replace'; text: string } | { kind: 'remove' };
};
