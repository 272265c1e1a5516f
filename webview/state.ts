// All the page knows, and how each message from the extension changes it. Pure: the clock is a parameter.
import type { ConversationState } from '../src/contracts/conversation.ts';
import type { Change, HunkAnswer, Review } from '../src/contracts/edit.ts';
import type { Attachment } from '../src/contracts/message.ts';
import type { Spending } from '../src/contracts/usage.ts';
import type {
  Account,
  CommandSuggestion,
  HistoryItem,
  Mention,
  ModelChoice,
  Notice,
  PageConfig,
  ReasoningDefaults,
  SelectionInfo,
  ToWebview,
} from '../src/protocol.ts';
import { changeCall, fold, prepend } from './fold.ts';
import { type Folded, NOTHING_FOLDED } from './foldDraft.ts';

export type State = {
  /** Undefined until the first snapshot. */
  conversation: ConversationState | undefined;
  /** Counts snapshots: another conversation, or the same drawn anew. Nothing is announced for it. */
  generation: number;
  folded: Folded;
  account: Account;
  models: readonly ModelChoice[];
  reasoning: ReasoningDefaults;
  notices: readonly Notice[];
  /** Undefined until it was counted. */
  spending: Spending | undefined;
  selection: SelectionInfo | undefined;
  selectionOn: boolean;
  config: PageConfig;
  history: readonly HistoryItem[] | undefined;
  view: 'conversation' | 'history';
  mentions: { query: string; items: readonly Mention[] } | undefined;
  /** What servers have for a text that begins with a slash. */
  commands: { query: string; items: readonly CommandSuggestion[] } | undefined;
  /** Text put back into the composer by the last snapshot. */
  draft: string;
  /** What was last put at the cursor; `count` tells one from the next. */
  inserted: { count: number; text: string; attachments: readonly Attachment[] };
  /** Counts the requests to focus the composer. */
  focusRequests: number;
  /** Proposals as last left in the diff editor, by `reviewKey`. */
  reviewChanges: ReadonlyMap<string, Change>;
  /** The verdicts of each review so far, by review id, wherever they were given. */
  verdicts: ReadonlyMap<string, readonly HunkAnswer[]>;
  /** What is written and waits for an answer. */
  pending: { review: Review; edited: readonly string[] } | undefined;
};

const CONFIG: PageConfig = {
  useCtrlEnterToSend: false,
  trusted: true,
  modes: ['default'],
  locale: 'en',
  platform: 'other',
};

export const INITIAL: State = {
  conversation: undefined,
  generation: 0,
  folded: NOTHING_FOLDED,
  account: { state: 'ready', source: 'stored', vendor: 'anthropic' },
  models: [],
  reasoning: { thinking: true },
  notices: [],
  spending: undefined,
  selection: undefined,
  selectionOn: true,
  config: CONFIG,
  history: undefined,
  view: 'conversation',
  mentions: undefined,
  commands: undefined,
  draft: '',
  inserted: { count: 0, text: '', attachments: [] },
  focusRequests: 0,
  reviewChanges: new Map(),
  verdicts: new Map(),
  pending: undefined,
};

export function reduce(state: State, message: ToWebview, nowMs: number): State {
  switch (message.type) {
    case 'snapshot': {
      const { snapshot } = message;
      const folded = fold(NOTHING_FOLDED, snapshot.events, nowMs, false);
      const running = snapshot.state.running;
      return {
        ...state,
        conversation: snapshot.state,
        generation: state.generation + 1,
        folded: running ? { ...folded, lastDataMs: nowMs, turnStartedMs: nowMs } : folded,
        account: snapshot.account,
        models: snapshot.models,
        reasoning: snapshot.reasoning,
        notices: snapshot.notices,
        spending: undefined,
        selection: snapshot.selection,
        selectionOn: snapshot.selectionOn,
        config: snapshot.config,
        view: snapshot.view,
        draft: snapshot.draft,
        mentions: undefined,
        commands: undefined,
        reviewChanges: new Map(),
        verdicts: new Map(),
        pending: undefined,
      };
    }
    case 'earlier':
      return { ...state, folded: prepend(state.folded, message.events) };
    case 'events':
      return { ...state, conversation: message.state, folded: fold(state.folded, message.events, nowMs, true) };
    case 'account':
      return { ...state, account: message.account };
    case 'models':
      return { ...state, models: message.models, reasoning: message.reasoning };
    case 'notices':
      return { ...state, notices: message.notices };
    case 'spending':
      return { ...state, spending: message.spending };
    case 'selection':
      return { ...state, selection: message.selection, selectionOn: message.on };
    case 'config':
      return { ...state, config: message.config };
    case 'commands':
      return { ...state, commands: { query: message.query, items: message.items } };
    case 'mentions':
      return { ...state, mentions: { query: message.query, items: message.items } };
    case 'history':
      return { ...state, history: message.items };
    case 'view':
      return { ...state, view: message.view };
    case 'reviewChanged':
      return {
        ...state,
        reviewChanges: new Map(state.reviewChanges).set(reviewKey(message.review, message.change.path), message.change),
      };
    case 'reviewVerdicts':
      return { ...state, verdicts: new Map(state.verdicts).set(message.review, message.answers) };
    case 'pending':
      return { ...state, pending: message.review && { review: message.review, edited: message.edited } };
    case 'toolOutput':
      return { ...state, folded: changeCall(state.folded, message.call, { whole: message.text }) };
    case 'insert':
      return {
        ...state,
        inserted: { count: state.inserted.count + 1, text: message.text, attachments: message.attachments },
      };
    case 'focusComposer':
      return { ...state, focusRequests: state.focusRequests + 1 };
    default:
      return never(message, state);
  }
}

/** A message this page does not know changes nothing. */
function never(_: never, state: State): State {
  return state;
}

export function reviewKey(review: string, path: string): string {
  return `${review}\n${path}`;
}

/** True when a question of the conversation waits for the person. */
export function isOpen(state: State, question: string): boolean {
  return state.conversation?.questions.some((open) => open.id === question) ?? false;
}
