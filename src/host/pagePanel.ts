// The tab of a page beside the chat: one at a time, made when it is asked for, filled once it listens, and drawn anew
// after changes when a person can see it.
import * as vscode from 'vscode';
import type { Because } from '../contracts/permission.ts';
import { becauseOf } from './becauseOf.ts';
import { closeUndrawn } from './closeUndrawn.ts';
import type { PageType } from './ids.ts';
import type { Log } from './log.ts';
import { type PageBundle, pageHtml, pageRoots } from './pageHtml.ts';

/** What every page says, whatever else it says. */
type Ready = { type: 'ready' };
type PageError = { type: 'pageError'; message: string; stack: string };
type Failed = { type: 'failed'; because: Because };

/** What a page asks for. */
export type Asked<From extends { type: string }> = Exclude<From, { type: 'ready' | 'pageError' }>;

export type Page<From extends { type: string }> = {
  /** As VS Code knows the tab. */
  type: PageType;
  bundle: PageBundle;
  /** As the log calls it. */
  name: string;
  title(): string;
  /** Undefined for what is none of the page's messages. */
  read(message: unknown): Asked<From> | Ready | PageError | undefined;
  /** The code of what is said then. */
  refused: string;
  /** Fills the page: once it listens, and after changes. */
  draw(): Promise<void>;
  /** What fails is logged, and said on the page. */
  act(asked: Asked<From>): Promise<void>;
  /** What a failure says; its own words where this is left out. */
  failure?(error: unknown): Because;
  /** The person closed the tab, or the window ends. */
  closed?(): void;
};

/** Changes come in showers: of a turn, of a checkout, of servers that start. */
const SETTLE_MS = 60;

export class PagePanel<From extends { type: string }, To> {
  readonly #parts: { extension: vscode.Uri; log: Log };
  readonly #page: Page<From>;
  #panel: vscode.WebviewPanel | undefined;
  #ready = false;
  /** What the page is to do once it listens. */
  #wishes: Array<() => Promise<void>> = [];
  #timer: NodeJS.Timeout | undefined;
  /** Something changed while nobody could see the page. */
  #missed = false;

  constructor(parts: { extension: vscode.Uri; log: Log }, page: Page<From>) {
    this.#parts = parts;
    this.#page = page;
  }

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  /** The page listens. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** Makes the tab unless it is there, in the place of one that an earlier window left behind. */
  async open(): Promise<void> {
    if (this.#panel !== undefined) return;
    const column = (await closeUndrawn(this.#page.type)) ?? vscode.ViewColumn.Active;
    // Somebody else may have made it meanwhile.
    if (this.isOpen) return;
    this.#adopt(
      vscode.window.createWebviewPanel(this.#page.type, this.#page.title(), column, {
        retainContextWhenHidden: true,
        enableFindWidget: true,
      }),
    );
  }

  /** Takes a tab that VS Code brought back after a reload; it goes when the page was brought up by then. */
  restore(panel: vscode.WebviewPanel): boolean {
    if (this.isOpen) {
      panel.dispose();
      return false;
    }
    this.#adopt(panel);
    return true;
  }

  /** Fills a tab that is empty. */
  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#ready = false;
    const { extension } = this.#parts;
    const { bundle, title } = this.#page;
    panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'icon.png');
    panel.webview.options = { enableScripts: true, localResourceRoots: pageRoots(extension) };
    const ofPanel = [
      panel.webview.onDidReceiveMessage((message) => void this.#receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible || !this.#missed) return;
        this.#missed = false;
        this.drawLater();
      }),
    ];
    panel.onDidDispose(() => {
      for (const one of ofPanel) one.dispose();
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#ready = false;
      this.#wishes = [];
      this.#page.closed?.();
    });
    panel.webview.html = pageHtml(panel.webview, extension, vscode.l10n.bundle ?? {}, { bundle, title: title() });
  }

  reveal(): void {
    this.#panel?.reveal();
  }

  /** Nothing before the page listens: what it has to know then, `draw` tells. */
  async post(message: To | Failed): Promise<void> {
    if (this.#ready) await this.#panel?.webview.postMessage(message);
  }

  async fail(because: Because): Promise<void> {
    await this.post({ type: 'failed', because });
  }

  /** At once, or when the page listens. A failure is shown there. */
  async whenReady(wish: () => Promise<void>): Promise<void> {
    const safely = async () => {
      try {
        await wish();
      } catch (error) {
        await this.fail(this.#failure(error));
      }
    };
    if (this.#ready) await safely();
    else this.#wishes.push(safely);
  }

  /** Something changed. */
  drawLater(): void {
    if (this.#panel === undefined) return;
    if (!this.#panel.visible) {
      this.#missed = true;
      return;
    }
    const { draw, name } = this.#page;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      draw().catch((cause: unknown) => this.#parts.log.error(`The ${name} page was not drawn anew`, cause));
    }, SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#panel?.dispose();
  }

  async #receive(value: unknown): Promise<void> {
    const { name, read, refused, draw, act } = this.#page;
    const message = read(value);
    try {
      if (message === undefined) return await this.fail({ code: refused, args: {} });
      if (isReady(message)) {
        this.#ready = true;
        await draw();
        for (const wish of this.#wishes.splice(0)) await wish();
      } else if (isPageError(message)) {
        this.#parts.log.error(`The ${name} page broke: ${message.message}\n${message.stack}`);
      } else {
        await act(message);
      }
    } catch (error) {
      this.#parts.log.error(`The ${name} page could not do what it was asked`, error);
      await this.fail(this.#failure(error));
    }
  }

  #failure(error: unknown): Because {
    return (this.#page.failure ?? becauseOf)(error);
  }
}

function isReady(message: { type: string }): message is Ready {
  return message.type === 'ready';
}

function isPageError(message: { type: string }): message is PageError {
  return message.type === 'pageError';
}
