// The usage page: one tab that shows what requests cost, of all windows and folders, and follows what is spent here.
import * as vscode from 'vscode';
import type { UsageRange, UsageReport } from '../contracts/usage.ts';
import type { ToUsage } from '../usageProtocol.ts';
import { becauseOf } from './becauseOf.ts';
import { fromUsage } from './fromUsage.ts';
import { USAGE_TYPE } from './ids.ts';
import type { Log } from './log.ts';
import { oneAtATime } from './oneAtATime.ts';
import type { Open } from './openConversations.ts';
import { pageHtml, pageRoots } from './pageHtml.ts';

export type UsageParts = {
  extension: vscode.Uri;
  log: Log;
  /** Where the ledger is kept. */
  folder: string;
  /** Rejects with a readable reason. */
  report(wish: { range: UsageRange; root?: string; current: Open | undefined }): Promise<UsageReport>;
  /** Every row, as a table for other programs. Rejects with a readable reason. */
  csv(): Promise<string>;
  /** The conversation a person looks at. */
  current(): Open | undefined;
  onChanged: vscode.Event<void>;
};

/** Spending comes in showers: of a turn with many requests. */
const SETTLE_MS = 150;

export class UsageView {
  readonly #parts: UsageParts;
  #panel: vscode.WebviewPanel | undefined;
  #ready = false;
  #wish: { range: UsageRange; root?: string } = { range: 'week' };
  #timer: NodeJS.Timeout | undefined;
  /** Something changed while nobody could see the page. */
  #missed = false;
  readonly #refresh = oneAtATime(() => this.#read());
  readonly #watching: vscode.Disposable;

  constructor(parts: UsageParts) {
    this.#parts = parts;
    this.#watching = parts.onChanged(() => this.#later());
  }

  async show(): Promise<void> {
    if (this.#panel === undefined) {
      this.#attach(
        vscode.window.createWebviewPanel(USAGE_TYPE, this.#title(), vscode.ViewColumn.Active, {
          retainContextWhenHidden: true,
          enableFindWidget: true,
        }),
      );
    }
    this.#panel?.reveal();
    await this.#refresh();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watching.dispose();
    this.#panel?.dispose();
  }

  #title(): string {
    return vscode.l10n.t('Usage');
  }

  #attach(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#ready = false;
    const { extension } = this.#parts;
    panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'icon.png');
    panel.webview.options = { enableScripts: true, localResourceRoots: pageRoots(extension) };
    const ofPanel = [
      panel.webview.onDidReceiveMessage((message) => void this.#receive(message)),
      panel.onDidChangeViewState(() => {
        if (!panel.visible || !this.#missed) return;
        this.#missed = false;
        this.#later();
      }),
    ];
    panel.onDidDispose(() => {
      for (const one of ofPanel) one.dispose();
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, extension, vscode.l10n.bundle ?? {}, {
      bundle: 'usage',
      title: this.#title(),
    });
  }

  async #post(message: ToUsage): Promise<void> {
    if (this.#ready) await this.#panel?.webview.postMessage(message);
  }

  async #receive(value: unknown): Promise<void> {
    const message = fromUsage(value);
    try {
      switch (message?.type) {
        case undefined:
          return await this.#post({ type: 'failed', because: { code: 'usage.messageRefused', args: {} } });
        case 'ready':
          this.#ready = true;
          return await this.#refresh();
        case 'show':
          this.#wish = { range: message.range, ...(message.root === undefined ? {} : { root: message.root }) };
          return await this.#refresh();
        case 'export':
          return await this.#export();
        case 'openFolder':
          return await this.#openFolder();
        case 'openSettings':
          await vscode.commands.executeCommand('workbench.action.openSettings', 'assent.costCap');
          return;
        case 'pageError':
          this.#parts.log.error(`The usage page broke: ${message.message}\n${message.stack}`);
          return;
        default:
          return message satisfies never;
      }
    } catch (error) {
      this.#parts.log.error('The usage page could not do what it was asked', error);
      await this.#post({ type: 'failed', because: becauseOf(error) });
    }
  }

  /** Where there is no window of the system to open, the path is what helps. */
  async #openFolder(): Promise<void> {
    const { folder } = this.#parts;
    const local = vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
    if (local) return await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(folder));
    await vscode.env.clipboard.writeText(folder);
    void vscode.window.showInformationMessage(vscode.l10n.t('The path was copied: {0}', folder));
  }

  async #export(): Promise<void> {
    const text = await this.#parts.csv();
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t('Export usage'),
      filters: { CSV: ['csv'] },
      defaultUri: vscode.Uri.file('assent-usage.csv'),
    });
    if (target === undefined) return;
    try {
      await vscode.workspace.fs.writeFile(target, Buffer.from(text));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.#post({ type: 'failed', because: { code: 'usage.exportFailed', args: { reason } } });
    }
  }

  async #read(): Promise<void> {
    if (!this.#ready) return;
    try {
      const report = await this.#parts.report({ ...this.#wish, current: this.#parts.current() });
      await this.#post({ type: 'report', report });
    } catch (error) {
      this.#parts.log.error('What requests cost could not be read', error);
      const reason = error instanceof Error ? error.message : String(error);
      const args = { reason, folder: this.#parts.folder };
      await this.#post({ type: 'failed', because: { code: 'usage.cannotRead', args } });
    }
  }

  #later(): void {
    if (this.#panel === undefined) return;
    if (!this.#panel.visible) {
      this.#missed = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#refresh(), SETTLE_MS);
  }
}
