// What a chat page is given to work with.
import type * as vscode from 'vscode';
import type { Change, HunkAnswer } from '../contracts/edit.ts';
import type { Answer } from '../contracts/question.ts';
import type { Mention } from '../protocol.ts';
import type { Log } from './log.ts';
import type { Open, OpenConversations } from './openConversations.ts';
import type { PendingView } from './pendingState.ts';
import type { Project } from './project.ts';
import type { SelectionWatch } from './selection.ts';

/** What the page needs of the diff editor. */
export type ReviewSide = {
  open(review: string, path: string): Promise<void>;
  /** The answer with what the person changed in the diff editor put in. */
  answerWith(question: string, answer: Answer): Answer;
  decide(review: string, answers: HunkAnswer[]): void;
  verdicts(review: string): HunkAnswer[];
  /** The change with what the person made of it in the diff editor. */
  currentChange(review: string, path: string): Change | undefined;
  onChanged(listener: (review: string, change: Change) => void): vscode.Disposable;
  onVerdicts(listener: (review: string, answers: HunkAnswer[]) => void): vscode.Disposable;
};

/** What the page needs of changes that are written and wait. */
export type PendingSide = {
  open(conversation: string, path: string): Promise<void>;
  answer(conversation: string, answers: HunkAnswer[]): Promise<void>;
  views(conversation: string): Promise<PendingView[]>;
  onChanged: vscode.Event<void>;
};

export type PageParts = {
  readonly conversations: OpenConversations;
  readonly selection: SelectionWatch;
  readonly review: ReviewSide;
  readonly pending: PendingSide;
  readonly log: Log;
  readonly platform: 'mac' | 'other';
  /** The root whose settings, trust or account changed. */
  onProjectChanged(listener: (root: string) => void): vscode.Disposable;
  /** Money was spent, or another cap counts. */
  onSpent: vscode.Event<void>;
  /** The person did something in this page. */
  used(): void;
  /** The page got the keyboard focus, or lost it. */
  focused(focused: boolean): void;
  findMentions(project: Project, query: string, current: () => boolean): Promise<Mention[]>;
  openPlan(open: Open, plan: string): Promise<void>;
  /** Shows a past conversation in this page. */
  resume(session: string): Promise<void>;
  /** Starts a conversation in this page; asks for the root when there are several. */
  startNew(): Promise<void>;
  /** Runs one of our own commands for this page; any other is refused. */
  runCommand(command: string, argument?: string): Promise<void>;
};
