// Settings as the parts receive them: merged, checked, each rule with its source.
import type { Because, Mode, Rule, SettingsScope } from './permission.ts';

/** A fault in a file: which key, where. `line` and `column` count from 1. */
export type SettingsProblem = { file: string; scope: SettingsScope; line?: number; column?: number; because: Because };
export type SettingsSource = { scope: SettingsScope; file: string; exists: boolean };

export type Settings = {
  rules: Rule[];
  additionalDirectories: string[];
  /** From managed or user settings only (`spec/permissions.md` §3.2). */
  defaultMode?: Mode;
  disableBypass: boolean;
  model?: string;
  env: Record<string, string>;
  effort?: string;
  thinking?: boolean;
  cleanupPeriodDays: number;
  autoCompact: boolean;
  /** Tokens to count on instead of the model's whole window. */
  autoCompactWindow?: number;
  includeGitInstructions: boolean;
  respectGitignore: boolean;
  language?: string;
  claudeMdExcludes: string[];
  /** Files that were looked at, highest precedence first. */
  sources: SettingsSource[];
  problems: SettingsProblem[];
  /** Set when a managed file cannot be read: no turn may start. */
  blocked?: SettingsProblem;
  /** A file below managed is broken: nothing but reads is auto-allowed (decisions 1). */
  degraded: boolean;
  /** Only the organisation's allow rules count: nothing is offered to be remembered. */
  managedRulesOnly?: boolean;
};
