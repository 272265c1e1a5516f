// Every message between the extension and the webview, both directions. Nothing here that JSON cannot carry.
import type { ConversationState } from './contracts/conversation.ts';
import type { Change, HunkAnswer, Review } from './contracts/edit.ts';
import type { AgentEvent } from './contracts/event.ts';
import type { Attachment } from './contracts/message.ts';
import type { Because, Mode } from './contracts/permission.ts';
import type { CredentialSource, Effort, VendorId } from './contracts/provider.ts';
import type { Answer } from './contracts/question.ts';
import type { Spending } from './contracts/usage.ts';

/** How the extension reaches a model, as the page says it. */
export type Account =
  /** `host`: where requests would go, if not to the vendor. `because`: what keeps the one there is from being used. */
  | { state: 'none'; host?: string; because?: Because; ways?: SignInWay[] }
  /** `name`: the variable, the setting, or how the person called it. */
  | { state: 'ready'; source: CredentialSource; vendor: VendorId; host?: string; name?: string }
  /** The bundled rehearsal model answers, not a real one. */
  | { state: 'rehearsal' };

/** `login`: the identity provider of the team. `team`: settings of the repository, once it is trusted. */
export const SIGN_IN_WAYS = ['login', 'key', 'gateway', 'cloud', 'team'] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

/** A model to choose. `name` of a choice that stands for others is its id; `stands` names those. */
export type ModelChoice = {
  id: string;
  name: string;
  /** `choice`: stands for another by rule. `listed`: only the service knows it. `editor`: of VS Code itself. */
  group: 'choice' | 'model' | 'listed' | 'editor';
  stands?: string[];
  /** Words of its own, from settings. */
  description?: string;
  contextWindow: number;
  /** USD per million tokens; left out where it is not known. */
  price?: { input: number; output: number };
  /** The id as the service knows it, where it is another. */
  sentAs?: string;
  efforts: Effort[];
  thinking: 'switch' | 'always' | 'never';
  /** Why it cannot be chosen. */
  unavailable?: Because;
};
/** How hard the model tries where a conversation wants nothing of its own, and the variables that hold whatever it wants. */
export type ReasoningDefaults = {
  effort?: Effort;
  thinking: boolean;
  effortByEnv?: { variable: string; effort: Effort };
  thinkingByEnv?: { variable: string; on: boolean };
};
export type HistoryItem = { id: string; title: string; updatedAtMs: number; messages: number };
export type Mention =
  | { kind: 'file' | 'folder'; path: string; label: string; detail: string }
  /** Of a server; `path` is its address. `open`: it is to be gone on with, and names nothing yet. */
  | { kind: 'resource'; server: string; path: string; label: string; detail: string; open?: true };
/** What a server has for a text that begins with a slash. `text` takes the place of all that was typed. */
export type CommandSuggestion = { name: string; text: string; description: string; argument?: string };
/** The editor's selection as it would be sent; `excluded` when a rule forbids reading the file. */
export type SelectionInfo = { path: string; label: string; lines: [number, number]; excluded: boolean };
/** A banner. `action` is a command id of ours with its label code. */
export type Notice = {
  id: string;
  kind: 'info' | 'warning' | 'error';
  because: Because;
  /** It goes by itself at this time, and `{time}` in its words is this time. */
  untilMs?: number;
  action?: { command: string; label: Because };
  second?: { command: string; label: Because };
};
export type PageConfig = {
  useCtrlEnterToSend: boolean;
  trusted: boolean;
  modes: Mode[];
  locale: string;
  platform: 'mac' | 'other';
};

/** Everything the page needs to draw itself anew. `events` is the newest part, starting at a prompt; `earlier` more follow. */
export type Snapshot = {
  state: ConversationState;
  events: AgentEvent[];
  earlier: number;
  account: Account;
  models: ModelChoice[];
  reasoning: ReasoningDefaults;
  notices: Notice[];
  selection: SelectionInfo | undefined;
  selectionOn: boolean;
  config: PageConfig;
  /** Text put back into the composer: a draft, or a prompt that could not be sent. */
  draft: string;
  /** Drawn instead of the conversation when history was asked for. */
  view: 'conversation' | 'history';
};

export type ToWebview =
  | { type: 'snapshot'; snapshot: Snapshot }
  /** The events before those of the snapshot, whole turns, oldest first. */
  | { type: 'earlier'; events: AgentEvent[] }
  /** What happened since, batched for one frame. */
  | { type: 'events'; events: AgentEvent[]; state: ConversationState }
  | { type: 'account'; account: Account }
  | { type: 'models'; models: ModelChoice[]; reasoning: ReasoningDefaults }
  | { type: 'notices'; notices: Notice[] }
  | { type: 'selection'; selection: SelectionInfo | undefined; on: boolean }
  | { type: 'config'; config: PageConfig }
  /** What the conversation and the day cost, and how far caps are used. */
  | { type: 'spending'; spending: Spending }
  | { type: 'mentions'; query: string; items: Mention[] }
  /** For the text `query` up to the cursor. */
  | { type: 'commands'; query: string; items: CommandSuggestion[] }
  | { type: 'history'; items: HistoryItem[] }
  | { type: 'view'; view: 'conversation' | 'history' }
  /** The proposed text of a file was changed in the diff editor. */
  | { type: 'reviewChanged'; review: string; change: Change }
  /** All verdicts of a review so far, wherever they were given; replaces what the page knew. */
  | { type: 'reviewVerdicts'; review: string; answers: HunkAnswer[] }
  /**
   * What is written and waits for an answer; nothing when there is no `review`. A verdict on one of its hunks is carried
   * out at once. `edited`: hunks in whose lines somebody else wrote.
   */
  | { type: 'pending'; review?: Review; edited: string[] }
  /** The whole output of a call whose card was cut. */
  | { type: 'toolOutput'; call: string; text: string }
  /** Put text at the cursor of the composer. */
  | { type: 'insert'; text: string; attachments: Attachment[] }
  | { type: 'focusComposer' };

export type FromWebview =
  | { type: 'ready' }
  /** The page got the keyboard focus, or lost it. */
  | { type: 'focus'; focused: boolean }
  | { type: 'send'; text: string; attachments: Attachment[]; withSelection: boolean }
  | { type: 'stop' }
  | { type: 'unqueue'; id: string }
  | { type: 'answer'; question: string; answer: Answer }
  /** Open the diff editor on a file of a review. */
  | { type: 'openReview'; review: string; path: string }
  /** Verdicts given in the page, one or more; comes back as 'reviewVerdicts'. A verdict given earlier is replaced. */
  | { type: 'reviewVerdict'; review: string; answers: HunkAnswer[] }
  /** Open the plan as a Markdown document. */
  | { type: 'openPlan'; question: string }
  | { type: 'setMode'; mode: Mode }
  | { type: 'setModel'; model: string }
  /** The wishes of this conversation, all of them. */
  | { type: 'setEffort'; effort?: Effort; thinking?: boolean }
  /** New conversations begin with the model and the wishes of this one. */
  | { type: 'keepModel' }
  /** Somebody looks for a model: services are asked what they have. Comes back as 'models'. */
  | { type: 'lookForModels' }
  /** Ends the wait before a request is repeated. */
  | { type: 'retryNow' }
  /** Goes on with a turn that failed. */
  | { type: 'retry' }
  | { type: 'mentionQuery'; query: string }
  /** A text up to the cursor that begins with a slash: what do servers have for it? Comes back as 'commands'. */
  | { type: 'commandQuery'; query: string }
  | { type: 'openFile'; path: string; line?: number }
  | { type: 'openLink'; href: string }
  | { type: 'copy'; text: string }
  | { type: 'toolOutput'; call: string }
  | { type: 'killRun'; id: string }
  /** Show the decision about a call in the permissions page. */
  | { type: 'explainCall'; call: string }
  /** Go back to before a prompt: asks what, shows what that means, and does it after a yes. */
  | { type: 'rewind'; prompt: string }
  /** The same for what one call changed. */
  | { type: 'undoCall'; call: string }
  | { type: 'setSelectionOn'; on: boolean }
  | { type: 'draft'; text: string }
  | { type: 'compact'; focus?: string }
  | { type: 'showHistory' }
  | { type: 'closeHistory' }
  | { type: 'resume'; session: string }
  | { type: 'renameSession'; session: string; title: string }
  | { type: 'removeSession'; session: string }
  | { type: 'newConversation' }
  /** Run a command of ours: `assent.signIn`, `assent.selectModel`, …; others are refused. */
  | { type: 'command'; command: string }
  /** Begin to sign in one way, or ask which one. */
  | { type: 'signIn'; way?: SignInWay }
  | { type: 'dismissNotice'; id: string }
  /** Something broke in the page; goes to the log. */
  | { type: 'pageError'; message: string; stack: string };
