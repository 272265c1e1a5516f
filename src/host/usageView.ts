// The usage page: one tab that shows what requests cost, of all windows and folders, and follows what is spent here.
import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { UsageRange, UsageReport } from '../contracts/usage.ts';
import type { FromUsage, ToUsage } from '../usageProtocol.ts';
import { fromUsage } from './fromUsage.ts';
import { USAGE_TYPE } from './ids.ts';
import type { Log } from './log.ts';
import { oneAtATime } from './oneAtATime.ts';
import type { Open } from './openConversations.ts';
import { type Asked, PagePanel } from './pagePanel.ts';

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

export class UsageView {
  readonly #parts: UsageParts;
  readonly #panel: PagePanel<FromUsage, ToUsage>;
  #wish: { range: UsageRange; root?: string } = { range: 'week' };
  readonly #refresh = oneAtATime(() => this.#read());
  readonly #watching: vscode.Disposable;

  constructor(parts: UsageParts) {
    this.#parts = parts;
    this.#panel = new PagePanel(parts, {
      type: USAGE_TYPE,
      bundle: 'usage',
      name: 'usage',
      title: () => vscode.l10n.t('Usage'),
      read: fromUsage,
      refused: 'usage.messageRefused',
      draw: () => this.#refresh(),
      act: (asked) => this.#act(asked),
    });
    this.#watching = parts.onChanged(() => this.#panel.drawLater());
  }

  async show(): Promise<void> {
    await this.#panel.open();
    this.#panel.reveal();
    await this.#refresh();
  }

  /** A tab that VS Code brought back after a reload. */
  restore(panel: vscode.WebviewPanel): void {
    this.#panel.restore(panel);
  }

  dispose(): void {
    this.#watching.dispose();
    this.#panel.dispose();
  }

  async #act(message: Asked<FromUsage>): Promise<void> {
    switch (message.type) {
      case 'show':
        this.#wish = { range: message.range, ...(message.root === undefined ? {} : { root: message.root }) };
        return this.#refresh();
      case 'export':
        return this.#export();
      case 'openFolder':
        return this.#openFolder();
      case 'openSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'assent.costCap');
        return;
      default:
        return message satisfies never;
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
      // Not beside the code: what a person spends is committed by nobody.
      defaultUri: vscode.Uri.file(path.join(homedir(), 'assent-usage.csv')),
    });
    if (target === undefined) return;
    try {
      await vscode.workspace.fs.writeFile(target, Buffer.from(text));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      await this.#panel.fail({ code: 'usage.exportFailed', args: { reason } });
    }
  }

  async #read(): Promise<void> {
    if (!this.#panel.isReady) return;
    try {
      const report = await this.#parts.report({ ...this.#wish, current: this.#parts.current() });
      await this.#panel.post({ type: 'report', report });
    } catch (error) {
      this.#parts.log.error('What requests cost could not be read', error);
      const reason = error instanceof Error ? error.message : String(error);
      const args = { reason, folder: this.#parts.folder };
      await this.#panel.fail({ code: 'usage.cannotRead', args });
    }
  }
}
