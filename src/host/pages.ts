// All pages of the window: the view's and those of the tabs. Which one a command is meant for, and what each shows.
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { banner, logAction } from './banners.ts';
import { ChatPage } from './chatPage.ts';
import { type ChatPanel, createPanel, showInPanel } from './chatPanel.ts';
import { type ChatView, createChatView } from './chatView.ts';
import { VIEW_ID } from './ids.ts';
import type { Open } from './openConversations.ts';
import type { PageParts } from './pageParts.ts';
import type { Waiting } from './questions.ts';
import { chooseRoot, fileRoots } from './roots.ts';

/** What the page itself keeps in its tab. */
const panelState = z.object({ conversation: z.uuid() });
const viewState = z.object({ session: z.uuid() });
/** Where the view's conversation is remembered between windows. */
const VIEW_SESSION = 'assent.viewSession';

/** What all pages are given alike. */
type Shared = Omit<PageParts, 'used' | 'focused' | 'resume' | 'startNew'>;

export class ChatPages {
  readonly view: ChatView;
  readonly #parts: Shared;
  readonly #context: vscode.ExtensionContext;
  readonly #panels = new Set<ChatPanel>();
  #lastUsed: ChatPage | undefined;
  #focused: ChatPage | undefined;
  #viewStarted: Promise<void> | undefined;

  constructor(parts: Shared, context: vscode.ExtensionContext) {
    this.#context = context;
    this.#parts = parts;
    const page = this.#newPage();
    this.view = createChatView(page, context.extensionUri);
    page.onChanged(() => {
      const id = page.open?.conversation.id;
      if (id !== undefined) void context.workspaceState.update(VIEW_SESSION, { session: id });
    });
    context.subscriptions.push(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        if (page.open === undefined && this.#viewStarted !== undefined) void this.#begin(page, undefined);
      }),
    );
  }

  /**
   * The page a command is meant for: the one with the focus, else the active tab, else the one used last if it can be
   * seen, else the view's.
   */
  current(): ChatPage {
    if (this.#focused !== undefined) return this.#focused;
    const active = [...this.#panels].find((panel) => panel.active())?.page;
    if (active !== undefined) return active;
    return this.#lastUsed?.visible ? this.#lastUsed : this.view.page;
  }

  isVisible(conversation: string): boolean {
    return this.#all().some((page) => page.visible && page.open?.conversation.id === conversation);
  }

  /** The page that shows this conversation; one that can be seen, where there are several. */
  showing(conversation: string): ChatPage | undefined {
    const pages = this.#all().filter((page) => page.open?.conversation.id === conversation);
    return pages.find((page) => page.visible) ?? pages[0];
  }

  /** Every page that showed the one shows the other. */
  async replace(before: Open, after: Open): Promise<void> {
    for (const page of this.#all()) if (page.open === before) await page.show(after);
  }

  resolveView(view: vscode.WebviewView): void {
    this.view.resolve(view);
    const stored = viewState.safeParse(this.#context.workspaceState.get(VIEW_SESSION));
    this.#viewStarted ??= this.#begin(this.view.page, stored.data?.session);
  }

  /** A tab that VS Code brought back after a reload. */
  restorePanel(panel: vscode.WebviewPanel, state: unknown): void {
    const { data } = panelState.safeParse(state);
    void this.#begin(this.#addPanel(panel), data?.conversation);
  }

  async openTab(session?: string): Promise<ChatPage> {
    const page = this.#addPanel(createPanel());
    await this.#begin(page, session);
    return page;
  }

  /** Brings the page of a conversation on screen, with the focus; in the view when no page shows it. */
  async reveal(open: Open): Promise<ChatPage> {
    const showing = this.#all().find((page) => page.open === open);
    if (showing !== undefined && showing !== this.view.page) {
      await showing.focus();
      return showing;
    }
    await this.focusView();
    if (this.view.page.open !== open) await this.#resumeIn(this.view.page, open.conversation.id);
    return this.view.page;
  }

  async focusView(): Promise<void> {
    await vscode.commands.executeCommand(`${VIEW_ID}.focus`);
    await this.#viewStarted;
    await this.view.page.focus();
  }

  /** Shows a session in this page, or goes to the page that shows it already. */
  async resume(page: ChatPage, session: string): Promise<void> {
    const showing = this.#all().find((one) => one !== page && one.open?.conversation.id === session);
    if (showing !== undefined) {
      await page.setView('conversation');
      if (showing === this.view.page) return this.focusView();
      return showing.focus();
    }
    if (!(await this.#resumeIn(page, session))) {
      await this.#start(page, await this.#chooseRoot(page));
      await page.notify(banner('sessionGone', 'warning', { code: 'host.sessionGone', args: {} }));
    }
  }

  async startNew(page: ChatPage): Promise<void> {
    const root = await this.#chooseRoot(page);
    const now = page.open;
    if (root === undefined && vscode.workspace.workspaceFolders?.length) return;
    const unused = now !== undefined && now.project.root === root && now.conversation.events.length === 0;
    if (unused) await page.setView('conversation');
    else await this.#start(page, root);
    await page.post({ type: 'focusComposer' });
  }

  /** Marks tabs whose conversation waits, or finished unseen. */
  mark(waiting: Waiting[]): void {
    const ids = new Set(waiting.map((one) => one.open.conversation.id));
    this.view.setBadge(waiting.length);
    for (const panel of this.#panels) {
      const id = panel.page.open?.conversation.id;
      panel.mark(id !== undefined && ids.has(id) ? 'waiting' : 'none');
    }
  }

  finished(open: Open): void {
    for (const panel of this.#panels) if (panel.page.open === open && !panel.page.visible) panel.mark('finished');
  }

  dispose(): void {
    for (const page of this.#all()) page.dispose();
  }

  /** VS Code says of a view in the side bar not whether it has the focus, so the page itself does. */
  #setFocused(page: ChatPage, focused: boolean): void {
    if (focused) this.#lastUsed = page;
    else if (this.#focused !== page) return;
    this.#focused = focused ? page : undefined;
    void vscode.commands.executeCommand('setContext', 'assent.chatFocused', focused);
  }

  #all(): ChatPage[] {
    return [this.view.page, ...[...this.#panels].map((panel) => panel.page)];
  }

  #newPage(): ChatPage {
    const page: ChatPage = new ChatPage({
      ...this.#parts,
      used: () => {
        this.#lastUsed = page;
      },
      focused: (focused) => this.#setFocused(page, focused),
      resume: (session) => this.resume(page, session),
      startNew: () => this.startNew(page),
    });
    return page;
  }

  #addPanel(webviewPanel: vscode.WebviewPanel): ChatPage {
    const page = this.#newPage();
    const panel = showInPanel(webviewPanel, page, this.#context.extensionUri, () => {
      this.#panels.delete(panel);
      page.dispose();
    });
    this.#panels.add(panel);
    return page;
  }

  /** Fills a new page: with its session if that was stored, else with a new conversation of that name, whose draft the
   *  page still has. */
  async #begin(page: ChatPage, session: string | undefined): Promise<void> {
    try {
      if (session !== undefined && (await this.#resumeIn(page, session))) return;
      await this.#start(page, fileRoots()[0], session);
    } catch (cause) {
      this.#parts.log.error('A conversation could not be opened', cause);
      const reason = cause instanceof Error ? cause.message : String(cause);
      const because = { code: 'host.startFailed', args: { reason } };
      await page.show(undefined, [banner('startFailed', 'error', because, logAction(this.#parts.log))]);
    }
  }

  async #start(page: ChatPage, root: string | undefined, id?: string): Promise<void> {
    await page.show(root === undefined ? undefined : await this.#parts.conversations.start(root, page, id));
  }

  async #resumeIn(page: ChatPage, session: string): Promise<boolean> {
    for (const root of fileRoots()) {
      const open = await this.#parts.conversations.resume(root, session, page);
      if (open === undefined) continue;
      await page.show(open);
      return true;
    }
    return false;
  }

  #chooseRoot(page: ChatPage): Promise<string | undefined> {
    const title = vscode.l10n.t('Which folder is the new conversation about?');
    return chooseRoot(title, page.open?.project.root);
  }
}
