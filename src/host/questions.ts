// Questions that wait for the person, over all open conversations: where they are announced, and the keys that answer them.
import * as vscode from 'vscode';
import type { Answer, Question } from '../contracts/question.ts';
import { isPlainLine } from '../util/plainLine.ts';
import type { Open, OpenConversations } from './openConversations.ts';

export type Waiting = { readonly open: Open; readonly question: Question };

export type QuestionParts = {
  conversations: OpenConversations;
  /** Whether a page that shows this conversation can be seen now. */
  isVisible(conversation: string): boolean;
  /** Brings the conversation on screen, with the focus. */
  reveal(open: Open): Promise<void>;
  /** The conversation a key press is meant for. */
  current(): Open | undefined;
  /** Answers the rest of a review with yes. */
  acceptAll(review: string): Promise<void>;
  changed(now: { waiting: Waiting[]; running: number }): void;
};

export type Questions = { allow(): Promise<void>; deny(): Promise<void>; dispose(): void };

/** A key that is held down repeats itself, first after up to this long: it must not say yes to the next question unread. */
const HELD_KEY_MS = 750;
/** VS Code tells a little later that a page was hidden. */
const HIDDEN_MS = 500;

export function watchQuestions(parts: QuestionParts): Questions {
  const { conversations } = parts;
  const announced = new Set<string>();
  const looks = new Set<NodeJS.Timeout>();
  let timer: NodeJS.Immediate | undefined;
  let lastAllowAt = Number.NEGATIVE_INFINITY;

  const waiting = (): Waiting[] =>
    conversations
      .all()
      .flatMap((open) => open.conversation.state.questions.map((question): Waiting => ({ open, question })));

  const refresh = () => {
    timer = undefined;
    const now = waiting();
    const running = conversations.all().filter((open) => open.conversation.state.running).length;
    void vscode.commands.executeCommand('setContext', 'assent.questionWaiting', now.length > 0);
    void vscode.commands.executeCommand('setContext', 'assent.running', running > 0);
    parts.changed({ waiting: now, running });
    for (const one of now) {
      if (announced.has(one.question.id)) continue;
      announced.add(one.question.id);
      announceUnseen(one);
    }
  };
  const announceUnseen = (one: Waiting) => {
    const isVisible = () => parts.isVisible(one.open.conversation.id);
    if (!isVisible()) return void announce(one);
    const again = setTimeout(() => {
      looks.delete(again);
      if (!isVisible() && waiting().some(({ question }) => question.id === one.question.id)) void announce(one);
    }, HIDDEN_MS);
    looks.add(again);
  };
  // After the conversation has taken its own event in.
  const later = () => {
    timer ??= setImmediate(refresh);
  };
  const subscriptions = [
    conversations.onEvent(({ event }) => {
      if (event.type === 'asked' || event.type === 'answered' || event.type === 'finished' || event.type === 'prompted')
        later();
    }),
    conversations.onChanged(later),
  ];

  const answer = (one: Waiting, text: Answer) => {
    if (one.open.conversation.answer(one.question.id, text)) return;
    void vscode.window.showInformationMessage(vscode.l10n.t('This question was already answered.'));
  };

  const announce = async (one: Waiting) => {
    const { text, mayAllow, mayDeny } = announcement(one.question);
    const allow = vscode.l10n.t('Allow');
    const show = vscode.l10n.t('Show');
    const deny = vscode.l10n.t('Deny and stop');
    const buttons = [...(mayAllow ? [allow] : []), show, ...(mayDeny ? [deny] : [])];
    const choice = await vscode.window.showInformationMessage(text, ...buttons);
    if (choice === allow) answer(one, { type: 'allow' });
    if (choice === deny) answer(one, { type: 'deny' });
    if (choice !== show) return;
    await parts.reveal(one.open);
    if (!one.open.conversation.state.questions.some((question) => question.id === one.question.id)) {
      void vscode.window.showInformationMessage(vscode.l10n.t('This question was already answered.'));
    }
  };

  /** Nothing is answered unseen: a question that is not on screen is shown first. */
  const seen = async (): Promise<Waiting | undefined> => {
    const all = waiting();
    const current = parts.current()?.conversation.id;
    const one = all.find((candidate) => candidate.open.conversation.id === current) ?? all[0];
    if (one === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t('No question is waiting.'));
      return undefined;
    }
    if (parts.isVisible(one.open.conversation.id)) return one;
    await parts.reveal(one.open);
    return undefined;
  };

  return {
    allow: async () => {
      const held = performance.now() - lastAllowAt < HELD_KEY_MS;
      lastAllowAt = performance.now();
      if (held) return;
      const one = await seen();
      if (one === undefined) return;
      if (one.question.type === 'permission') answer(one, { type: 'allow' });
      else if (one.question.type === 'review') await parts.acceptAll(one.question.review.id);
      else await parts.reveal(one.open);
    },
    deny: async () => {
      const one = await seen();
      if (one !== undefined) answer(one, { type: 'deny' });
    },
    dispose: () => {
      clearImmediate(timer);
      for (const look of looks) clearTimeout(look);
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

/** What a notification may say and offer: it is cut, cannot scroll and renders links (decisions 31). */
export function announcement(question: Question): { text: string; mayAllow: boolean; mayDeny: boolean } {
  switch (question.type) {
    case 'permission': {
      const tool = question.call.name;
      const mayAllow = isPlainLine(question.subject);
      const text = mayAllow
        ? vscode.l10n.t('Assent asks to use {0}: {1}', tool, question.subject)
        : vscode.l10n.t('Assent asks to use {0}. Show all of it before you answer.', isPlainLine(tool) ? tool : '…');
      return { text, mayAllow, mayDeny: true };
    }
    case 'review': {
      const files = question.review.changes.length;
      const text =
        files === 1
          ? vscode.l10n.t('Assent proposes a change to one file.')
          : vscode.l10n.t('Assent proposes changes to {0} files.', files);
      return { text, mayAllow: false, mayDeny: true };
    }
    case 'plan':
      return { text: vscode.l10n.t('Assent has a plan for you to look at.'), mayAllow: false, mayDeny: false };
    case 'choice':
      return { text: vscode.l10n.t('Assent has a question for you.'), mayAllow: false, mayDeny: false };
    case 'elicit':
    case 'sample':
      return { text: vscode.l10n.t('A server of tools has a question for you.'), mayAllow: false, mayDeny: false };
  }
}
