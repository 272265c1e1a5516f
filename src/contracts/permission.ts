// What a call would touch, what was decided about it, and why.

/** What a tool call would touch outside the conversation; 'nothing' must be said, not left out. Paths are absolute. */
export type Action =
  | { kind: 'read' | 'write' | 'delete' | 'search'; path: string }
  | { kind: 'run'; command: string; cwd: string }
  | { kind: 'fetch'; url: string }
  | { kind: 'mcp'; server: string; tool: string; input: unknown }
  | { kind: 'agent' | 'skill'; name: string }
  /** Needs the person, whatever the mode: a plan to approve, a question to answer. */
  | { kind: 'interact' }
  | { kind: 'nothing' };

export const MODES = ['default', 'acceptEdits', 'plan', 'dontAsk', 'bypassPermissions'] as const;
export type Mode = (typeof MODES)[number];

/** Where a value of settings came from; `managed` is the one the others cannot loosen. */
export type SettingsScope = 'managed' | 'session' | 'local' | 'project' | 'user' | 'builtin';

export type Behavior = 'allow' | 'ask' | 'deny';
/** One rule as it stands in a settings file. `line` counts from 1; session and built-in rules have neither. */
export type Rule = {
  behavior: Behavior;
  /** The text of the entry, `Bash(npm run test:*)`. */
  text: string;
  scope: SettingsScope;
  file?: string;
  line?: number;
  /** The folder that `/path` rules of this source start from. */
  anchor?: string;
};

/** A code and its arguments; `util/phrases.ts` holds the sentences, each surface says them in its language. */
export type Because = { code: string; args: Record<string, string> };

/** The step of the order of evaluation that decided. */
export type DecisionStep =
  | 'trust'
  | 'deny'
  | 'ask'
  | 'critical'
  | 'protected'
  | 'allow'
  | 'builtin'
  | 'mode'
  | 'notUnderstood';

/**
 * One part of an action as the engine understood it: a path after links, the words of one simple command. The paths that
 * a command names follow it as parts of their own; `of` is then the index of the command.
 */
export type CanonicalAction =
  | {
      kind: 'read' | 'write' | 'delete' | 'search';
      path: string;
      realPath: string;
      insideWorkingDirectories: boolean;
      /** Absent where nobody looked. */
      exists?: boolean;
      of?: number;
    }
  /** `effect` 'none': it only reads the paths that follow; 'files': it only makes them; absent: it may do anything. */
  | { kind: 'run'; command: string; cwd: string; argv: string[]; effect?: 'none' | 'files' }
  | { kind: 'run'; command: string; cwd: string; notUnderstood: Because }
  | { kind: 'fetch'; url: string; host: string }
  | { kind: 'mcp'; server: string; tool: string }
  | { kind: 'agent' | 'skill'; name: string }
  | { kind: 'interact' }
  | { kind: 'nothing' };

export type RuleMatch = { rule: Rule /** Index into `actions`; -1 for the call as a whole. */; action: number };
/** The rule that came closest without matching: what both share, and where they part. */
export type NearMiss = { rule: Rule; action: number; shared: string; partsAt: string };
/** The smallest change that would alter the result. */
export type SmallestChange =
  | { kind: 'addRule'; rule: string }
  | { kind: 'removeRule'; rule: Rule }
  | { kind: 'changeMode'; mode: Mode }
  | { kind: 'none'; because: Because };

/** Made before anyone is asked; plain data, alone enough to reproduce the verdict. */
export type DecisionRecord = {
  tool: string;
  mode: Mode;
  trusted: boolean;
  cwd: string;
  actions: CanonicalAction[];
  step: DecisionStep;
  /** Safety results: `critical` holds in every mode, `protected` is lifted by bypass alone. */
  safety: Array<{ action: number; class: 'critical' | 'protected'; because: Because }>;
  matches: RuleMatch[];
  /** The rule that decided, if a rule did. */
  winner?: Rule;
  nearest?: NearMiss;
  smallestChange: SmallestChange;
};

export type OfferScope = 'session' | 'local' | 'project' | 'user';
/** A way to remember a yes: the rules it would add, and the file they go to. */
export type Offer = { rules: string[]; scope: OfferScope; file?: string };

export type Decision = {
  kind: Behavior;
  because: Because;
  record: DecisionRecord;
  /** Only with 'ask', and only rules that would really have allowed this call. */
  offers?: Offer[];
};

/** Looks up the facts of a call and decides. Never throws: what cannot be looked up asks. */
export type Judge = (call: {
  tool: string;
  input: unknown;
  actions: Action[];
  mode: Mode;
  cwd: string;
}) => Promise<Decision>;
