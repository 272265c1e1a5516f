// One page and the conversation it shows. The page may come and go (a view that is hidden, moved, closed); this stays.
import * as vscode from 'vscode';
import type { Review } from '../contracts/edit.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { Attachment } from '../contracts/message.ts';
import type { Account, PageConfig, Snapshot, ToWebview } from '../protocol.ts';
import { actOf, type Banner, banner, folderBanner, logAction, settingsBanners } from './banners.ts';
import { fromWebview } from './fromWebview.ts';
import { limitBanners } from './limitBanner.ts';
import { serverBanners } from './mcpBanner.ts';
import type { Open } from './openConversations.ts';
import { Outbox, pageState } from './outbox.ts';
import { type ActedPage, actOn } from './pageActions.ts';
import { cutChange, cutForPage, splitTurns } from './pageEvents.ts';
import type { PageParts } from './pageParts.ts';
import { pendingReview } from './pendingState.ts';

/** Events a page gets at once; the older ones follow. */
const FIRST_EVENTS = 200;

/** Where a page is drawn. */
export type Surface = { readonly webview: vscode.Webview; visible(): boolean; reveal(): void };

export class ChatPage implements ActedPage {
  readonly #parts: PageParts;
  readonly #changed = new vscode.EventEmitter<void>();
  #surface: Surface | undefined;
  #outbox: Outbox | undefined;
  #open: Open | undefined;
  /** It is known what to show: a conversation, or that there is no folder for one. */
  #settled = false;
  #ready = false;
  #focusWanted = false;
  /** The page missed something while it was hidden. */
  #stale = false;
  #view: Snapshot['view'] = 'conversation';
  #draft = '';
  #pendingShown = false;
  #search = 0;
  #banners: Banner[] = [];
  readonly #dismissed = new Set<string>();
  #subscriptions: vscode.Disposable[] = [];

  /** Another conversation is shown, or the page came or went. */
  readonly onChanged = this.#changed.event;

  constructor(parts: PageParts) {
    this.#parts = parts;
    this.#subscriptions.push(
      parts.conversations.onEvent(({ open, event }) => {
        if (open === this.#open && this.#ready) this.#outbox?.event(open.conversation, event);
        if (open === this.#open && (event.type === 'title' || event.type === 'finished')) this.#changed.fire();
      }),
      parts.selection.onChanged(() => void this.postSelection()),
      parts.review.onChanged((review, change) =>
        this.#postOfReview(review, { type: 'reviewChanged', review, change: cutChange(change) }),
      ),
      parts.review.onVerdicts((review, answers) =>
        this.#postOfReview(review, { type: 'reviewVerdicts', review, answers }),
      ),
      parts.pending.onChanged(() => void this.#sendPending()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('assent')) void this.post({ type: 'config', config: this.#config() });
      }),
      parts.onSpent(() => void this.#postSpending()),
      parts.onProjectChanged((root) => {
        if (root === this.#open?.project.root) void this.#postProject();
      }),
    );
  }

  get open(): Open | undefined {
    return this.#open;
  }

  get visible(): boolean {
    return this.#surface?.visible() ?? false;
  }

  reveal(): void {
    this.#surface?.reveal();
  }

  /** Draws in this surface from now on; the returned object ends it. */
  attach(surface: Surface): vscode.Disposable {
    this.#surface = surface;
    this.#ready = false;
    const outbox = new Outbox(surface.webview, () => {
      this.#stale = true;
    });
    this.#outbox = outbox;
    const listening = surface.webview.onDidReceiveMessage((message) => this.#receive(message));
    this.#changed.fire();
    return new vscode.Disposable(() => {
      listening.dispose();
      outbox.close();
      if (this.#surface !== surface) return;
      this.#parts.focused(false);
      this.#surface = undefined;
      this.#outbox = undefined;
      this.#ready = false;
      this.#changed.fire();
    });
  }

  /** The surface came into view or went out of it. */
  shown(): void {
    this.#changed.fire();
    if (!this.visible) this.#parts.focused(false);
    if (this.#stale && this.visible) void this.#sendSnapshot();
  }

  /** Shows a conversation, or none when there is no folder to work in or it could not be opened. */
  async show(open: Open | undefined, banners: Banner[] = []): Promise<void> {
    const before = this.#open;
    this.#open = open;
    this.#settled = true;
    this.#view = 'conversation';
    this.#banners = banners;
    if (before !== undefined && before !== open) {
      this.#draft = '';
      // The same one may have been opened anew.
      const { id } = before.conversation;
      if (id !== open?.conversation.id) this.#parts.conversations.release(id, this);
    }
    this.#changed.fire();
    await this.#sendSnapshot();
  }

  /** Puts text at the cursor of the composer. */
  async insert(text: string, attachments: Attachment[] = []): Promise<void> {
    if (this.#ready) return this.post({ type: 'insert', text, attachments });
    this.#draft += text;
  }

  async focus(): Promise<void> {
    this.reveal();
    await this.focusComposer();
  }

  /** A page that is still loading gets the focus with its first snapshot. */
  async focusComposer(): Promise<void> {
    this.#focusWanted = true;
    await this.#giveFocus();
  }

  async #giveFocus(): Promise<void> {
    if (!this.#focusWanted || !this.#ready || !this.#settled) return;
    this.#focusWanted = false;
    await this.post({ type: 'focusComposer' });
  }

  async setView(view: Snapshot['view']): Promise<void> {
    this.#view = view;
    await this.post({ type: 'view', view });
  }

  setDraft(text: string): void {
    this.#draft = text;
  }

  /** Starts a search; the function says whether it is still the newest. */
  newSearch(): () => boolean {
    const search = ++this.#search;
    return () => search === this.#search;
  }

  /** The page has loaded and listens. */
  async begin(): Promise<void> {
    this.#ready = true;
    await this.#sendSnapshot();
  }

  /** Nothing is sent before the page listens: its first snapshot says it all. */
  async post(message: ToWebview): Promise<void> {
    if (this.#ready) await this.#outbox?.post(message);
  }

  /** Shows a banner until it is dismissed or another conversation is shown. */
  async notify(added: Banner): Promise<void> {
    this.#banners = [...this.#banners.filter((one) => one.notice.id !== added.notice.id), added];
    this.#dismissed.delete(added.notice.id);
    await this.#postNotices();
  }

  async dismiss(notice: string): Promise<void> {
    this.#dismissed.add(notice);
    await this.#postNotices();
  }

  /** What a button of a banner does. */
  async runBanner(button: string): Promise<void> {
    for (const one of this.#allBanners()) await actOf(one, button)?.();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
    this.#outbox?.close();
    if (this.#open !== undefined) this.#parts.conversations.release(this.#open.conversation.id, this);
    this.#open = undefined;
    this.#changed.dispose();
  }

  #receive(value: unknown): void {
    const message = fromWebview(value);
    if (message === undefined) {
      this.#parts.log.warn('A message of the chat page was refused: it is not one of the protocol');
      void this.notify(banner('refused', 'error', { code: 'host.messageRefused', args: {} }));
      return;
    }
    if (message.type !== 'ready' && message.type !== 'draft' && message.type !== 'focus') this.#parts.used();
    actOn(message, this, this.#parts).catch((cause: unknown) => {
      this.#parts.log.error(`The chat page's “${message.type}” failed`, cause);
      const reason = cause instanceof Error ? cause.message : String(cause);
      void this.notify(
        banner('failed', 'error', { code: 'host.actionFailed', args: { reason } }, logAction(this.#parts.log)),
      );
    });
  }

  async #sendSnapshot(): Promise<void> {
    if (!this.#ready || !this.#settled) return;
    const open = this.#open;
    this.#stale = false;
    const account: Account =
      open === undefined ? { state: 'ready', source: 'stored', vendor: 'anthropic' } : await open.project.account();
    const selection = await this.#selection();
    if (open !== this.#open) return;
    this.#outbox?.clear();
    const { newest, older } = splitTurns(open?.conversation.events ?? [], FIRST_EVENTS);
    const snapshot: Snapshot = {
      state: open === undefined ? EMPTY : pageState(open.conversation),
      events: newest.map(cutForPage),
      earlier: older.reduce((sum, chunk) => sum + chunk.length, 0),
      account,
      models: open?.project.models() ?? [],
      reasoning: open?.project.reasoning() ?? { thinking: true },
      notices: this.#notices(),
      selection,
      selectionOn: this.#parts.selection.on,
      config: this.#config(),
      draft: this.#draft,
      view: this.#view,
    };
    await this.post({ type: 'snapshot', snapshot });
    await this.#giveFocus();
    await this.#postSpending();
    await this.#sendReviews();
    await this.#sendPending();
    await this.#sendEarlier(older, open);
  }

  /** What was decided or changed in the diff editor while no page was there to hear it. */
  async #sendReviews(): Promise<void> {
    for (const question of this.#open?.conversation.state.questions ?? []) {
      if (question.type !== 'review') continue;
      const review = question.review.id;
      for (const { path, after } of question.review.changes) {
        const change = this.#parts.review.currentChange(review, path);
        if (change === undefined || change.after === after) continue;
        await this.post({ type: 'reviewChanged', review, change: cutChange(change) });
      }
      const answers = this.#parts.review.verdicts(review);
      if (answers.length > 0) await this.post({ type: 'reviewVerdicts', review, answers });
    }
  }

  /** What is written and waits; the page is told once when that is nothing any more. */
  async #sendPending(): Promise<void> {
    const open = this.#open;
    if (open === undefined || !this.#ready) return;
    const views = await this.#parts.pending.views(open.conversation.id);
    if (open !== this.#open || (views.length === 0 && !this.#pendingShown)) return;
    this.#pendingShown = views.length > 0;
    const review: Review = {
      id: pendingReview(open.conversation.id),
      calls: [...new Set(views.map(({ file }) => file.call))],
      changes: views.map(({ change }) => cutChange(change)),
    };
    const edited = views.flatMap((view) => [...view.edited]);
    await this.post({ type: 'pending', ...(views.length > 0 ? { review } : {}), edited });
  }

  async #sendEarlier(chunks: AgentEvent[][], open: Open | undefined): Promise<void> {
    for (const chunk of chunks) {
      if (this.#open !== open || !this.#ready) return;
      await this.post({ type: 'earlier', events: chunk.map(cutForPage) });
    }
  }

  async postSelection(): Promise<void> {
    const selection = await this.#selection();
    await this.post({ type: 'selection', selection, on: this.#parts.selection.on });
  }

  async #postProject(): Promise<void> {
    const project = this.#open?.project;
    if (project === undefined) return;
    await this.#postNotices();
    await this.post({ type: 'config', config: this.#config() });
    await this.post({ type: 'models', models: project.models(), reasoning: project.reasoning() });
    await this.post({ type: 'account', account: await project.account() });
    await this.#postSpending();
  }

  async #postSpending(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    await this.post({ type: 'spending', spending: open.project.spending(open.conversation.id) });
  }

  #postNotices(): Promise<void> {
    return this.post({ type: 'notices', notices: this.#notices() });
  }

  #postOfReview(review: string, message: ToWebview): void {
    const questions = this.#open?.conversation.state.questions ?? [];
    if (questions.some((one) => one.type === 'review' && one.review.id === review)) void this.post(message);
  }

  #allBanners(): Banner[] {
    const project = this.#open?.project;
    if (project !== undefined) {
      const helper = project.helperSays();
      const helpers = helper === undefined ? [] : [banner('helper', 'info', helper)];
      return [
        ...settingsBanners(project.settings(), vscode.workspace.isTrusted),
        ...helpers,
        ...serverBanners(project.servers),
        ...limitBanners(project.rateLimit()),
        ...this.#banners,
      ];
    }
    return vscode.workspace.workspaceFolders?.length ? this.#banners : [folderBanner(), ...this.#banners];
  }

  #notices(): Snapshot['notices'] {
    return this.#allBanners()
      .map((one) => one.notice)
      .filter((notice) => !this.#dismissed.has(notice.id));
  }

  async #selection(): Promise<Snapshot['selection']> {
    const project = this.#open?.project;
    return project === undefined ? undefined : this.#parts.selection.info(project.judge, project.root);
  }

  #config(): PageConfig {
    return {
      useCtrlEnterToSend: vscode.workspace.getConfiguration('assent').get('useCtrlEnterToSend', false),
      trusted: vscode.workspace.isTrusted,
      modes: this.#open?.project.modes() ?? ['default'],
      locale: vscode.env.language,
      platform: this.#parts.platform,
    };
  }
}

/** Before a folder is open. */
const EMPTY: Snapshot['state'] = {
  id: '',
  title: '',
  root: '',
  mode: 'default',
  model: '',
  running: false,
  questions: [],
  queue: [],
};
