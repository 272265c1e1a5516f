// Settings as the parts receive them: merged, checked, each rule with its source.
import type { LoginConfig } from './login.ts';
import type { Because, Mode, Rule, SettingsScope } from './permission.ts';
import type { Effort } from './provider.ts';
import type { Loosening } from './trust.ts';
import type { CostCap, Price } from './usage.ts';

/** A fault in a file: which key, where. `line` and `column` count from 1. */
export type SettingsProblem = { file: string; scope: SettingsScope; line?: number; column?: number; because: Because };
/** `file` is a path, but for the Windows registry, where it names the key. */
export type SettingsSource = { scope: SettingsScope; file: string; exists: boolean };

/** Where the organisation's settings came from; views show it in brackets as it is. */
export type PolicyLabel = 'plist' | 'HKLM' | 'file' | 'drop-ins' | 'file + drop-ins' | 'HKCU';
/** `keys` are those that the organisation set, `permissions.deny` with their object. */
export type Policy = { label: PolicyLabel; keys: string[] };

export type Settings = {
  rules: Rule[];
  additionalDirectories: string[];
  /** From managed or user settings only (`spec/permissions.md` §3.2). */
  defaultMode?: Mode;
  disableBypass: boolean;
  model?: string;
  env: Record<string, string>;
  /** Without what a repository sets and nobody was asked about: limits and switches, which count all the same. */
  acceptedEnv?: Readonly<Record<string, string>>;
  /** What of it the organisation sets. */
  managedEnv?: Readonly<Record<string, string>>;
  effort?: Effort;
  thinking?: boolean;
  cleanupPeriodDays: number;
  autoCompact: boolean;
  /** Tokens to count on instead of the model's whole window. */
  autoCompactWindow?: number;
  includeGitInstructions: boolean;
  respectGitignore: boolean;
  language?: string;
  /** Of the organisation, otherwise of the user; a repository has no say. */
  login?: LoginConfig;
  /** The address that describes this client to those who issue tokens for servers of tools. Not of a repository. */
  mcpClientMetadataUrl?: string;
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
  /** Set when the organisation has settings. */
  policy?: Policy;
  /** Of each kind the lowest amount that any file names. */
  costCaps?: CostCap[];
  /** Of the organisation and the person, by model id. */
  modelPrices?: Readonly<Record<string, Price>>;
  /** What the repository's files would loosen, in force or not. */
  loosening: Loosening[];
  /** Every known key but `permissions` and `env`, checked and merged: for what has no member of its own above. */
  values: Readonly<Record<string, unknown>>;
};
