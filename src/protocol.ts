// Every message between the extension and the webview, both directions. Nothing here that JSON cannot carry.
import type { ConversationState } from './contracts/conversation.ts';
import type { Change, HunkAnswer, Review } from './contracts/edit.ts';
import type { AgentEvent } from './contracts/event.ts';
import type { Attachment } from './contracts/message.ts';
import type { Because, Mode } from './contracts/permission.ts';
import type { CredentialSource, VendorId } from './contracts/provider.ts';
import type { Answer } from './contracts/question.ts';

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

export type ModelChoice = { id: string; name: string; description: string };
export type HistoryItem = { id: string; title: string; updatedAtMs: number; messages: number };
export type Mention = { kind: 'file' | 'folder'; path: string; label: string; detail: string };
/** The editor's selection as it would be sent; `excluded` when a rule forbids reading the file. */
export type SelectionInfo = { path: string; label: string; lines: [number, number]; excluded: boolean };
/** A banner. `action` is a command id of ours with its label code. */
export type Notice = {
  id: string;
  kind: 'info' | 'warning' | 'error';
  because: Because;
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
  | { type: 'models'; models: ModelChoice[] }
  | { type: 'notices'; notices: Notice[] }
  | { type: 'selection'; selection: SelectionInfo | undefined; on: boolean }
  | { type: 'config'; config: PageConfig }
  | { type: 'mentions'; query: string; items: Mention[] }
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
  | { type: 'mentionQuery'; query: string }
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
