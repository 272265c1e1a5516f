// What each message of the page does.
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Attachment, ServedPrompt } from '../contracts/message.ts';
import type { FromWebview, Snapshot, ToWebview } from '../protocol.ts';
import { readableError } from '../util/readableError.ts';
import { type Banner, banner, bannerOf, logAction } from './banners.ts';
import { changeMode } from './changeMode.ts';
import { chooseModel } from './chooseModel.ts';
import { openFile, openLink } from './links.ts';
import type { Open } from './openConversations.ts';
import { isOwn } from './ownQuestions.ts';
import { wholeOutput } from './pageEvents.ts';
import type { PageParts } from './pageParts.ts';
import { pendingReview } from './pendingState.ts';
import { fetchTyped, type TypedPrompt } from './serverPrompts.ts';

/** The page as messages act on it. */
export type ActedPage = {
  /** What it shows; undefined where there is no folder for a conversation. */
  readonly open: Open | undefined;
  /** The page has loaded and listens. */
  begin(): Promise<void>;
  post(message: ToWebview): Promise<void>;
  /** Puts text at the cursor of the composer. */
  insert(text: string, attachments?: Attachment[]): Promise<void>;
  setDraft(text: string): void;
  setView(view: Snapshot['view']): Promise<void>;
  postSelection(): Promise<void>;
  /** Starts a search; the function says whether it is still the newest. */
  newSearch(): () => boolean;
  notify(added: Banner): Promise<void>;
  dismiss(notice: string): Promise<void>;
  /** What a button of a banner does. */
  runBanner(button: string): Promise<void>;
};

type Send = Extract<FromWebview, { type: 'send' }>;

/** Rejects with a readable reason when it cannot be done. */
export async function actOn(message: FromWebview, page: ActedPage, parts: PageParts): Promise<void> {
  const open = page.open;
  const conversation = open?.conversation;
  if (!isOwn(message, conversation?.state)) return;
  switch (message.type) {
    case 'ready':
      return page.begin();
    case 'focus':
      return parts.focused(message.focused);
    case 'send':
      return send(message, page, parts);
    case 'stop':
      return conversation?.stop();
    case 'unqueue': {
      const prompt = conversation?.unqueue(message.id);
      if (prompt !== undefined) await page.insert(prompt.text, prompt.attachments);
      return;
    }
    case 'answer':
      conversation?.answer(message.question, parts.review.answerWith(message.question, message.answer));
      return;
    case 'openReview':
      return conversation !== undefined && message.review === pendingReview(conversation.id)
        ? parts.pending.open(conversation.id, message.path)
        : parts.review.open(message.review, message.path);
    case 'reviewVerdict':
      return conversation !== undefined && message.review === pendingReview(conversation.id)
        ? parts.pending.answer(conversation.id, message.answers)
        : parts.review.decide(message.review, message.answers);
    case 'openPlan': {
      const question = conversation?.state.questions.find((one) => one.id === message.question);
      if (open !== undefined && question?.type === 'plan') await parts.openPlan(open, question.plan);
      return;
    }
    case 'setMode':
      return open && changeMode(open, message.mode);
    case 'setModel':
      return open && chooseModel(open, message.model, page);
    case 'setEffort': {
      const { type: _, ...wish } = message;
      return conversation?.setEffort(wish);
    }
    case 'keepModel':
      return open?.project.keepModel(open.conversation.state);
    case 'lookForModels':
      return open?.project.lookForModels();
    case 'retryNow':
      return conversation?.retryNow();
    case 'retry':
      conversation?.retry();
      return;
    case 'mentionQuery':
      return findMentions(message.query, page, parts);
    case 'commandQuery': {
      const items = await open?.project.serverOffers.commands(message.query);
      if (items !== undefined) await page.post({ type: 'commands', query: message.query, items });
      return;
    }
    case 'openFile': {
      if (open === undefined) return;
      const { root, settings } = open.project;
      return openFile(message.path, message.line, [root, ...settings().additionalDirectories]);
    }
    case 'openLink':
      return open && openLink(message.href, open.project.root);
    case 'copy':
      return vscode.env.clipboard.writeText(message.text);
    case 'toolOutput': {
      const text = conversation && wholeOutput(conversation.events, message.call);
      if (text !== undefined) await page.post({ type: 'toolOutput', call: message.call, text });
      return;
    }
    case 'killRun':
      await conversation?.killRun(message.id);
      return;
    case 'explainCall':
      if (conversation === undefined) return;
      await vscode.commands.executeCommand('assent.explainPermission', {
        session: conversation.id,
        call: message.call,
      });
      return;
    case 'rewind':
      if (conversation === undefined) return;
      await vscode.commands.executeCommand('assent.rewind', { session: conversation.id, id: message.prompt });
      return;
    case 'undoCall':
      if (conversation === undefined) return;
      await vscode.commands.executeCommand('assent.undoAction', { session: conversation.id, id: message.call });
      return;
    case 'setSelectionOn':
      parts.selection.on = message.on;
      return page.postSelection();
    case 'draft':
      return page.setDraft(message.text);
    case 'compact':
      return conversation?.compact(message.focus);
    case 'showHistory':
      return showHistory(page);
    case 'closeHistory':
      return page.setView('conversation');
    case 'resume':
      return parts.resume(message.session);
    case 'renameSession':
      await open?.project.transcripts.rename(open.project.root, message.session, message.title);
      return sendHistory(page);
    case 'removeSession':
      return removeSession(message.session, page, parts);
    case 'newConversation':
      return parts.startNew();
    case 'command': {
      const notice = bannerOf(message.command);
      return notice === undefined ? parts.runCommand(message.command) : page.runBanner(notice);
    }
    case 'signIn':
      return parts.runCommand('assent.signIn', message.way);
    case 'dismissNotice':
      return page.dismiss(message.id);
    case 'pageError':
      parts.log.error(`The chat page failed: ${message.message}\n${message.stack}`);
      return page.notify(banner('pageError', 'error', { code: 'host.pageFailed', args: {} }, logAction(parts.log)));
    default:
      return message satisfies never;
  }
}

export async function showHistory(page: ActedPage): Promise<void> {
  if (page.open === undefined) return;
  await page.setView('history');
  await sendHistory(page);
}

async function sendHistory(page: ActedPage): Promise<void> {
  const project = page.open?.project;
  if (project === undefined) return;
  const sessions = await project.transcripts.list(project.root);
  const items = sessions.map(({ id, title, updatedAtMs, messages }) => ({ id, title, updatedAtMs, messages }));
  await page.post({ type: 'history', items });
}

async function send(message: Send, page: ActedPage, parts: PageParts): Promise<void> {
  const open = page.open;
  // What cannot be sent goes back into the composer.
  const giveBack = () => page.insert(message.text, message.attachments);
  if (open === undefined) return giveBack();
  const { root, judge } = open.project;
  const folder = await stat(root).catch(() => undefined);
  if (!folder?.isDirectory()) {
    await giveBack();
    return page.notify(banner('folderGone', 'error', { code: 'host.folderGone', args: { folder: root } }));
  }
  const attachments = [...message.attachments];
  if (message.withSelection && parts.selection.on) {
    const selection = await parts.selection.attachment(judge, root);
    if (selection !== undefined) attachments.push(selection);
  }
  const typed = open.project.serverOffers.prompt(message.text);
  const fromServer = typed && (await fromServerOf(typed, page));
  if (typed !== undefined && fromServer === undefined) return giveBack();
  page.setDraft('');
  const made = fromServer === undefined ? {} : { fromServer };
  open.conversation.send({ id: randomUUID(), text: message.text, attachments, atMs: Date.now(), ...made });
}

/** Undefined when there is none: the person gave up, or was told why. */
async function fromServerOf(typed: TypedPrompt, page: ActedPage): Promise<ServedPrompt | undefined> {
  try {
    return await fetchTyped(typed);
  } catch (error) {
    const { server, prompt } = typed;
    const because = { code: 'mcp.prompt.failed', args: { server, prompt, reason: readableError(error) } };
    page.notify(banner('serverPrompt', 'error', because));
    return undefined;
  }
}

async function findMentions(query: string, page: ActedPage, parts: PageParts): Promise<void> {
  const project = page.open?.project;
  if (project === undefined) return;
  const current = page.newSearch();
  const items = await parts.findMentions(project, query, current);
  if (current()) await page.post({ type: 'mentions', query, items });
}

async function removeSession(session: string, page: ActedPage, parts: PageParts): Promise<void> {
  const project = page.open?.project;
  if (project === undefined) return;
  const running = parts.conversations.get(session)?.conversation.state.running;
  if (running) return page.notify(banner('removeRunning', 'warning', { code: 'host.removeRunning', args: {} }));
  if (page.open?.conversation.id === session) await parts.startNew();
  await project.transcripts.remove(project.root, session);
  await showHistory(page);
}
