// What a call would touch, what was decided about it, and why.

/** What a tool call would touch outside the conversation; 'nothing' must be said, not left out. Paths are absolute. */
export type Action =
  | { kind: 'read' | 'write' | 'delete' | 'search'; path: string }
  | { kind: 'run'; command: string; cwd: string }
  | { kind: 'fetch'; url: string }
  /**
   * Names as they stand in the tool's. `full`: the tool's own name, where `tool` is a short form of it; rules for it hold as
   * well. `ask`: a person is asked whatever rules and mode say. `destructive`, `openWorld`: the server says so of the tool.
   */
  | ({ kind: 'mcp'; server: string; tool: string; input: unknown; full?: string; ask?: Because } & ToolHints)
  | { kind: 'webSearch'; query: string }
  | { kind: 'agent' | 'skill'; name: string }
  /** Needs the person, whatever the mode: a plan to approve, a question to answer. */
  | { kind: 'interact' }
  | { kind: 'nothing' };

/** What a server says of its tool: it may destroy data, it reaches what is not the server's own. Nothing is allowed by it. */
export type ToolHints = { destructive?: true; openWorld?: true };

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
      /** The shell opens it for a command: no rule for commands covers it. */
      redirect?: true;
      /** This conversation made what would be deleted. */
      created?: true;
    }
  /** `effect` 'none': it only reads the paths that follow; 'files': it only makes them; absent: it may do anything. */
  | { kind: 'run'; command: string; cwd: string; argv: string[]; effect?: 'none' | 'files' }
  | {
      kind: 'run';
      command: string;
      cwd: string;
      notUnderstood: Because;
      /** The character that was not understood, from 1, where one can be named. */
      at?: number;
    }
  | { kind: 'fetch'; url: string; host: string }
  /** `destructive`: an allow rule covers it only by its whole name. */
  | ({ kind: 'mcp'; server: string; tool: string; full?: string } & ToolHints)
  | { kind: 'webSearch'; query: string }
  | { kind: 'agent' | 'skill'; name: string }
  | { kind: 'interact' }
  | { kind: 'nothing' };

export type RuleMatch = { rule: Rule /** Index into `actions`; -1 for the call as a whole. */; action: number };
/**
 * The rule that came closest without deciding: what both share in front, and where they part. Asked or refused it is an
 * allow rule, allowed it is the deny or ask rule that would have stopped the call.
 */
export type NearMiss = {
  rule: Rule;
  action: number;
  /** Words or folders that both begin with. */
  shared: string;
  /** What the call has next; empty when it has no more. */
  partsAt: string;
  /** What the rule has next; empty when it has no more. */
  rulePartsAt: string;
  /** Why it did not decide, where the words alone do not say so: it does not count here, or a link leads elsewhere. */
  because?: Because;
};
/** The smallest change that would alter the result. */
export type SmallestChange =
  /** `also`: the call has several parts, and each needs a rule of its own. */
  | { kind: 'addRule'; rule: string; also?: string[] }
  | { kind: 'removeRule'; rule: Rule }
  | { kind: 'changeMode'; mode: Mode }
  /** `at`: the character that was not understood, from 1. */
  | { kind: 'none'; because: Because; at?: number };

/** Made before anyone is asked; plain data, alone enough to reproduce the verdict. */
export type DecisionRecord = {
  tool: string;
  mode: Mode;
  trusted: boolean;
  cwd: string;
  actions: CanonicalAction[];
  step: DecisionStep;
  /** Safety results: `critical` holds in every mode, `protected` is lifted by bypass alone. */
  safety: Array<{
    action: number;
    class: 'critical' | 'protected';
    because: Because;
    /** It is denied, and not even asked about. */
    refused?: true;
  }>;
  matches: RuleMatch[];
  /** The rule that decided, if a rule did. */
  winner?: Rule;
  nearest?: NearMiss;
  smallestChange: SmallestChange;
  /** Parts left out of `actions` because there are very many: each is covered by itself and changes nothing. */
  omitted?: number;
  /** The same for the same parts left out, so that another look can tell whether they are. */
  omittedDigest?: string;
};

export type OfferScope = 'session' | 'local' | 'project' | 'user';
/** A line for the person's own list of what git leaves out everywhere, `file`. */
export type IgnoreLine = { file: string; line: string };
/** A way to remember a yes: the rules it would add, and the file they go to. */
export type Offer = {
  rules: string[];
  scope: OfferScope;
  file?: string;
  /** `calls` of the last `of` calls on record would have met one of the rules; absent while the record is not read. */
  wouldHaveMatched?: { calls: number; of: number };
  /** Git would take the file into a commit: what to add so that it does not. */
  ignore?: IgnoreLine;
};

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
  /** Real paths of the files that this conversation made. */
  created?: ReadonlySet<string>;
}) => Promise<Decision>;
