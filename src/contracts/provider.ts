// A way to reach a model.
import type { Message } from './message.ts';
import type { Because } from './permission.ts';

/** What the model is told about a tool. */
export type ToolSpec = {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
  /** The service shows it to the model only when it searched for it; only where the provider `has` that. */
  deferLoading?: true;
};

export type ModelRequest = {
  /** A model id, resolved from any alias. */
  model: string;
  system: string;
  tools: ToolSpec[];
  messages: Message[];
  maxTokens: number;
  thinking: 'adaptive' | 'off' | { budgetTokens: number };
  effort?: string;
  purpose: Purpose;
  /** The model may search the web by itself while it answers; only where the provider `has` it. */
  webSearch?: WebSearchLimits;
  /** What is known of the model, where that is more than the id says. */
  info?: ModelInfo;
  /** The id that the service knows it by, where settings name one (`modelOverrides`). */
  sendAs?: string;
  /** Another model stands ready: an overload is not waited out for long. */
  hasFallback?: true;
  /** The conversation it belongs to; gateways group requests by it. */
  session?: string;
};
/**
 * Whose usage a request is: of the conversation itself, of its summary, or of a tool that asked the model something. `sampling`:
 * of a server of tools, with a person's yes. `check`:
 * of a person who looks whether the model is reached.
 */
export type Purpose = 'main' | 'summary' | 'webFetch' | 'webSearch' | 'sampling' | 'check';
/** At most one of the lists of host names is given. */
export type WebSearchLimits = { maxUses: number; allowedDomains?: string[]; blockedDomains?: string[] };

/** Tokens of one request; the sum of the three inputs is what was sent. `cacheWrite1hTokens` is the part of the writes that is kept for an hour and costs more. */
export type Usage = {
  inputTokens: number;
  cacheWriteTokens: number;
  cacheReadTokens: number;
  outputTokens: number;
  cacheWrite1hTokens?: number;
  /** Searches of the web, which are paid for apart from tokens. */
  webSearches?: number;
  /** Counted here, because the service does not say. */
  estimated?: true;
};

export type StopReason =
  | 'endTurn'
  | 'toolUse'
  | 'maxTokens'
  | 'stopSequence'
  | 'pauseTurn'
  | 'refusal'
  | 'contextWindow';

export type FailureCode =
  | 'noCredential'
  | 'authentication'
  | 'billing'
  | 'permission'
  | 'notFound'
  | 'badRequest'
  | 'tooLarge'
  /** A picture or a document cannot be read, or not among so many: the same request would be refused for ever. */
  | 'mediaRefused'
  | 'contextOverflow'
  | 'rateLimit'
  | 'spendLimit'
  /** A cap of ours, on cost: nothing was sent. */
  | 'capReached'
  /** `availableModels` leaves the model out: nothing was sent. */
  | 'modelExcluded'
  | 'overloaded'
  | 'server'
  | 'timeout'
  | 'stalled'
  | 'network'
  | 'tls'
  | 'malformedStream'
  | 'interrupted'
  | 'cancelled';
/**
 * `detail` is the server's or the system's own message, without secrets. `because` is said in the place of the code's general
 * sentence where more is known.
 */
export type Failure = {
  code: FailureCode;
  detail: string;
  because?: Because;
  status?: number;
  retryAfterMs?: number;
  requestId?: string;
  retryable: boolean;
};

/** Facts about a finished answer that transcripts and usage records keep. */
export type AnswerFacts = {
  messageId: string;
  model: string;
  requestId?: string;
  usage: Usage;
  stop: StopReason;
  refusal?: string;
  /** The estimate of what it cost where it was sent; absent where the price is not known. */
  costUsd?: number;
  /** What the person should know about it; told once, not stored with it. */
  notices?: Because[];
};

export type ModelEvent =
  | { type: 'textDelta' | 'thinkingDelta'; text: string }
  /** A call is being written; `bytes` of its input so far. */
  | { type: 'toolDelta'; id: string; name: string; bytes: number }
  /**
   * The request will be repeated at `atMs` (wall clock), or as soon as `goOn` is called; what streamed before belongs to
   * the failed try and is void.
   */
  | { type: 'retrying'; because: Because; attempt: number; of: number; atMs: number; goOn?: () => void }
  | { type: 'done'; message: Message; facts: AnswerFacts }
  /** `partial` holds the blocks that arrived: whole calls and thinking, and text as far as it came. */
  | { type: 'failed'; failure: Failure; partial?: Message; facts?: AnswerFacts };

export interface Provider {
  id: string;
  /** Ends with one 'done', which holds the whole message, or one 'failed'. Never throws. */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
  /** What not every service can do; left out: nothing of it. */
  has?(feature: Feature): boolean;
}

/** `toolSearch`: tools may be left to be searched for by the service itself. `countTokens`: it counts without answering. */
export type Feature = 'webSearch' | 'toolSearch' | 'countTokens';

/** How hard a model is to try, least first. */
export const EFFORT_LEVELS = ['low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORT_LEVELS)[number];

/** Whose service answers. `editor`: the language models of VS Code. */
export type VendorId = 'anthropic' | 'bedrock' | 'mantle' | 'vertex' | 'foundry' | 'editor';

/**
 * Where a credential came from; shown to the person, never the value. `login`: a team's own identity provider. `profile`: a
 * token that was exchanged for one of another identity. `cloud`: what the cloud's own tools and variables say. `none`: a
 * gateway adds it, so none is sent.
 */
export type CredentialSource =
  | 'login'
  | 'authToken'
  | 'apiKey'
  | 'helper'
  | 'oauthToken'
  | 'profile'
  | 'cloud'
  | 'none'
  | 'stored'
  | 'rehearsal';
/** How it is sent: as a key, as a bearer token, or as both. */
export type Credential = { source: CredentialSource; apiKey?: string; authToken?: string };
/** What a person typed in. `origin` is whom it was given for; it is sent nowhere else. */
export type StoredCredential = { label: string; origin: string; apiKey?: string; authToken?: string };
/** What a service says of a credential. `organization` is the id of whom it belongs to; `detail` has no secret in it. */
export type Trial =
  | { state: 'accepted'; organization?: string }
  | { state: 'refused'; detail: string }
  /** Nobody can say: the service was not reached, or has no such question. `because` says the same in the person's language. */
  | { state: 'untested'; detail: string; because?: Because };
/** Whom the organisation lets in. `file` is where it says so. */
export type ForcedLogin = {
  file: string;
  method?: 'claudeai' | 'console' | 'gateway';
  /** Ids of organisations; nobody's where the list is empty. */
  organizations?: string[];
  gatewayUrl?: string;
};

/**
 * What a service says of how much may still be sent. `limited`: this answer was a 429, and nothing may be sent until
 * `untilMs` where it says so. Times are of the wall clock.
 */
export type RateLimits = {
  limited: boolean;
  untilMs?: number;
  limits: Array<{
    kind: 'requests' | 'tokens' | 'inputTokens' | 'outputTokens';
    limit: number;
    remaining: number;
    resetMs: number;
  }>;
};

/** What is known of a model. Prices in USD per million tokens. */
export type ModelInfo = {
  id: string;
  name: string;
  contextWindow: number;
  maxOutput: number;
  cacheMinimum: number;
  /** `asked`: nobody knows, so only with a budget that somebody named. */
  thinking: 'adaptive' | 'enabled' | 'both' | 'always' | 'none' | 'asked';
  thinkingDefault: boolean;
  /** Least first. */
  efforts: Effort[];
  price?: { input: number; output: number };
  /** What other vendors call it, before regions and versions; left out where it is not known to be there. */
  ids?: { bedrock?: string; vertex?: string };
  /** The suffix `[1m]` of its id asks for a window of a million tokens. */
  largeWindow?: true;
  /** Not offered any more. */
  retired?: true;
  description?: string;
};
