// The status page: one tab that shows what is in use to reach a model, and walks the way there step by step.
import * as vscode from 'vscode';
import type { Because } from '../contracts/permission.ts';
import type { Check, CheckedHop, FromStatus, Remedy, StatusFact, ToStatus } from '../statusProtocol.ts';
import { readableError } from '../util/readableError.ts';
import { redact } from '../util/redact.ts';
import { fromStatus } from './fromStatus.ts';
import { STATUS_TYPE } from './ids.ts';
import type { Log } from './log.ts';
import { oneAtATime } from './oneAtATime.ts';
import { type Asked, PagePanel } from './pagePanel.ts';
import { say } from './say.ts';
import { statusReport } from './statusReport.ts';

/** `cost` once the model has answered. */
export type CheckEvent = { type: 'hop'; hop: CheckedHop } | { type: 'cost'; cost: Because };

/** How a model is reached from one folder. */
export type FolderStatus = {
  facts(model: string): Promise<StatusFact[]>;
  /** Every hop once. Ends early when it is stopped. */
  check(model: string, signal: AbortSignal): AsyncIterable<CheckEvent>;
};

export type StatusParts = {
  extension: vscode.Uri;
  log: Log;
  /** Of the conversation a person looks at, or else of the first folder; undefined where none is open. */
  current(): Promise<{ status: FolderStatus; model: string } | undefined>;
  /** Settings, trust or an account changed. */
  onChanged: vscode.Event<unknown>;
  /** The person's own settings file. */
  userSettings: string;
  home: string;
};

export class StatusView {
  readonly #parts: StatusParts;
  readonly #panel: PagePanel<FromStatus, ToStatus>;
  #facts: StatusFact[] = [];
  #check: Check | undefined;
  #running: AbortController | undefined;
  readonly #refresh = oneAtATime(() => this.#read());
  readonly #watching: vscode.Disposable;

  constructor(parts: StatusParts) {
    this.#parts = parts;
    this.#panel = new PagePanel(parts, {
      type: STATUS_TYPE,
      bundle: 'status',
      name: 'status',
      title: () => vscode.l10n.t('Status'),
      read: fromStatus,
      refused: 'status.messageRefused',
      draw: () => this.#draw(),
      act: (asked) => this.#act(asked),
      failure: cannotRead,
      // Nobody sees what a check would find, and a page that is opened again begins anew.
      closed: () => {
        this.#running?.abort();
        this.#running = undefined;
        this.#check = undefined;
      },
    });
    this.#watching = parts.onChanged(() => this.#panel.drawLater());
  }

  /** Shows the page and walks to the model. */
  async show(): Promise<void> {
    await this.#panel.open();
    this.#panel.reveal();
    await this.#refresh();
    await this.#run();
  }

  /** A tab that VS Code brought back after a reload; nobody asked for the walk to the model, which costs. */
  restore(panel: vscode.WebviewPanel): void {
    this.#panel.restore(panel);
  }

  dispose(): void {
    this.#running?.abort();
    this.#watching.dispose();
    this.#panel.dispose();
  }

  async #draw(): Promise<void> {
    await this.#panel.post({ type: 'facts', facts: this.#facts });
    if (this.#check !== undefined) await this.#panel.post({ type: 'check', check: this.#check });
    await this.#refresh();
  }

  async #act(message: Asked<FromStatus>): Promise<void> {
    switch (message.type) {
      case 'run':
        return this.#run();
      case 'cancel':
        this.#running?.abort();
        return;
      case 'copy':
        return this.#copy();
      case 'open':
        return this.#open(this.#facts[message.fact]);
      case 'remedy':
        return this.#remedy(message.remedy);
      default:
        return message satisfies never;
    }
  }

  async #read(): Promise<void> {
    if (!this.#panel.isOpen) return;
    try {
      const current = await this.#parts.current();
      if (current === undefined) return await this.#panel.fail({ code: 'status.noFolder', args: {} });
      this.#facts = await current.status.facts(current.model);
      await this.#panel.post({ type: 'facts', facts: this.#facts });
    } catch (error) {
      this.#parts.log.error('What is in use could not be found out', error);
      await this.#panel.fail(cannotRead(error));
    }
  }

  async #run(): Promise<void> {
    if (this.#running !== undefined) return;
    const running = new AbortController();
    this.#running = running;
    try {
      const current = await this.#parts.current();
      if (current === undefined) return;
      const { status, model } = current;
      let check: Check = { state: 'running', atMs: Date.now(), model, hops: [] };
      const set = async (next: Check) => {
        check = next;
        if (this.#running !== running) return;
        this.#check = next;
        await this.#panel.post({ type: 'check', check });
      };
      await set(check);
      try {
        for await (const event of status.check(model, running.signal)) {
          if (event.type === 'cost') await set({ ...check, cost: event.cost });
          else await set({ ...check, hops: [...check.hops, event.hop] });
        }
        await set({ ...check, state: running.signal.aborted ? 'cancelled' : 'done' });
      } catch (error) {
        await set({ ...check, state: 'cancelled' });
        this.#parts.log.error('The check of the way to the model broke', error);
        await this.#panel.fail({ code: 'status.checkBroke', args: { reason: reasonOf(error) } });
      }
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }

  async #copy(): Promise<void> {
    const text = statusReport({ facts: this.#facts, check: this.#check, say, home: this.#parts.home });
    await vscode.env.clipboard.writeText(text);
    await this.#panel.post({ type: 'copied' });
  }

  async #open(fact: Pick<StatusFact, 'file' | 'line'> | undefined): Promise<void> {
    if (fact?.file === undefined) return;
    const at = new vscode.Position((fact.line ?? 1) - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(fact.file), { selection: new vscode.Range(at, at) });
  }

  async #remedy(remedy: Remedy): Promise<void> {
    const { log } = this.#parts;
    switch (remedy) {
      case 'settings':
        return await this.#openSettings();
      case 'editorSettings':
        return await vscode.commands.executeCommand('workbench.action.openSettings', '@id:http.proxy*');
      case 'signIn':
        return await vscode.commands.executeCommand('assent.signIn');
      case 'model':
        return await vscode.commands.executeCommand('assent.selectModel');
      case 'usage':
        return await vscode.commands.executeCommand('assent.usage');
      case 'log':
        return log.show();
      default:
        return remedy satisfies never;
    }
  }

  /** Of the step that failed, or the person's own, which may have to be made first. */
  async #openSettings(): Promise<void> {
    const file = this.#check?.hops.find(({ state }) => state === 'failed')?.file ?? this.#parts.userSettings;
    const uri = vscode.Uri.file(file);
    try {
      await vscode.workspace.fs.stat(uri);
    } catch (error) {
      if (!(error instanceof vscode.FileSystemError) || error.code !== 'FileNotFound') throw error;
      await vscode.workspace.fs.writeFile(uri, Buffer.from('{\n  "env": {}\n}\n'));
    }
    await this.#open({ file });
  }
}

function cannotRead(error: unknown): Because {
  return { code: 'status.cannotRead', args: { reason: reasonOf(error) } };
}

function reasonOf(error: unknown): string {
  return redact(readableError(error));
}
