// Every message between the extension and the permissions page, both directions. Rules and decisions travel to the page
// only: what it sends back is ids, and what a person typed to have explained.
import type { Because, Behavior, Decision, Mode, Rule, SettingsScope } from './contracts/permission.ts';
import type { PastCall } from './contracts/ruleUse.ts';
import type { Loosening } from './contracts/trust.ts';

/** What the person said; absent: nobody was asked, or no answer is on record. */
export type PastAnswer = NonNullable<PastCall['answer']>;
/** A call of the past. `id` names its session and call. */
export type PastRow = {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  tool: string;
  /** The command, path, URL or name, as it was shown. */
  subject: string;
  decision: Behavior;
  answer?: PastAnswer;
};

export type RuleUseRow = { lastUsed?: number; count: number /** The newest first. */; calls: PastRow[] };

export type RuleRow = {
  id: string;
  rule: Rule;
  /** The title of the conversation that a session rule belongs to. */
  conversation?: string;
  /** Why it cannot be removed here; absent: it can. */
  fixed?: Because;
};

export type SourceRow = {
  scope: SettingsScope;
  file: string;
  state: 'found' | 'missing' | 'fault';
};

/** Something about the rules or the files that a person should look at. */
export type FindingRow = {
  id: string;
  severity: 'error' | 'warning' | 'info';
  because: Because;
  /** The text of the rule it is about. */
  rule?: string;
  file?: string;
  line?: number;
};

export type PermissionsState = {
  root: string;
  /** There are other folders to choose from. */
  several: boolean;
  mode: Mode;
  /** The title of the conversation whose mode and rules count; absent: none is open, and a new one's do. */
  conversation?: string;
  trusted: boolean;
  /** 'locked': settings forbid the mode. */
  bypass: 'locked' | 'offered' | 'off';
  /** Where the organisation's settings come from; absent: there are none. */
  policySource?: string;
  /** Only the organisation's allow rules count. */
  managedRulesOnly: boolean;
  /** A file is broken: nothing but reads is allowed without a question. */
  degraded: boolean;
  /** The organisation's settings cannot be read: no turn starts. */
  blocked?: Because;
  sources: SourceRow[];
  findings: FindingRow[];
  loosening: Loosening[];
  rules: RuleRow[];
};

/** What can be asked about by typing. */
export const EXPLAINED_TOOLS = ['Bash', 'Read', 'Edit', 'WebFetch', 'mcp'] as const;
export type ExplainedTool = (typeof EXPLAINED_TOOLS)[number];

export type Explained = {
  tool: string;
  subject: string;
  decision: Decision;
  /** A call of the past, with the time where it is on record; absent: decided just now, and nothing ran. */
  past?: { at?: number; answer?: PastAnswer };
};

type NumberedLine = { line: number; text: string };
/** One file that a removal changes: its lines as they stand, and those that stand there instead. */
export type RemovedLines = { file: string; removed: NumberedLine[]; added: NumberedLine[] };

export type ToPermissions =
  | { type: 'state'; state: PermissionsState }
  /** What the transcripts say; comes after the state, since reading them takes longer. Rule id → use. */
  | { type: 'uses'; uses: Record<string, RuleUseRow>; past: PastRow[] }
  /** What removing a rule would do; no files: the rule is kept in memory only. `elsewhere`: files where the same rule stands too, and goes on to hold. */
  | { type: 'removal'; rule: string; files: RemovedLines[]; elsewhere: string[] }
  | { type: 'removed'; removal: string; text: string; file?: string }
  | { type: 'undone'; removal: string }
  /** What a look at the rules found, beside what is in the state; takes a moment. */
  | { type: 'linted'; findings: FindingRow[] }
  | { type: 'explained'; explained: Explained }
  /** Opens the box: for what is typed next, or with a text in it. */
  | { type: 'focusExplain'; tool?: ExplainedTool; text?: string }
  | { type: 'failed'; because: Because };

export type FromPermissions =
  | { type: 'ready' }
  | { type: 'chooseRoot' }
  | { type: 'manageTrust' }
  | { type: 'openFile'; path: string; line?: number }
  | { type: 'acceptLoosening'; ids: string[] }
  /** Asks what removing it would do. */
  | { type: 'askRemove'; rule: string }
  /** Does what was shown last for this rule. */
  | { type: 'remove'; rule: string }
  | { type: 'undo'; removal: string }
  /** Nothing runs and nobody is asked. */
  | { type: 'explain'; tool: ExplainedTool; text: string }
  | { type: 'explainPast'; past: string }
  /** Something broke in the page; goes to the log. */
  | { type: 'pageError'; message: string; stack: string };
