// The page of servers: one tab, for one folder at a time. It shows what has become of each server, and follows it.
import * as vscode from 'vscode';
import type { FromMcp, ToMcp } from '../mcpProtocol.ts';
import { becauseOf } from './becauseOf.ts';
import { fromMcp } from './fromMcp.ts';
import { MCP_TYPE } from './ids.ts';
import type { Log } from './log.ts';
import { mcpState } from './mcpState.ts';
import type { Open } from './openConversations.ts';
import { pageHtml, pageRoots } from './pageHtml.ts';
import type { OpenProject, Project } from './project.ts';
import { chooseRoot, fileRoots } from './roots.ts';

export type McpParts = {
  extension: vscode.Uri;
  log: Log;
  openProject: OpenProject;
  /** The conversation a person looks at. */
  current(): Open | undefined;
};

/** Servers tell their states in showers. */
const SETTLE_MS = 60;

export class McpView {
  readonly #parts: McpParts;
  #panel: vscode.WebviewPanel | undefined;
  #project: Project | undefined;
  #ofProject: { dispose(): void } | undefined;
  #ready = false;
  #missed = false;
  #timer: NodeJS.Timeout | undefined;
  /** A sign-in that a person is at; it ends with the page. */
  #ends = new AbortController();
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: McpParts) {
    this.#parts = parts;
    this.#subscriptions = [
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#later()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#later()),
    ];
  }

  /** Brings the page up, for the folder of the conversation in front of the person unless it shows another already. */
  async show(): Promise<void> {
    const wanted = this.#project?.root ?? this.#parts.current()?.project.root ?? (await chooseRoot(this.#title()));
    if (wanted === undefined) {
      if (fileRoots().length === 0)
        void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder to see its servers of tools.'));
      return;
    }
    if (this.#panel === undefined) {
      this.#attach(
        vscode.window.createWebviewPanel(MCP_TYPE, this.#title(), vscode.ViewColumn.Active, {
          retainContextWhenHidden: true,
          enableFindWidget: true,
        }),
      );
    }
    await this.#open(wanted);
    this.#panel?.reveal();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#ends.abort();
    this.#ofProject?.dispose();
    for (const one of this.#subscriptions) one.dispose();
    this.#panel?.dispose();
  }

  #title(): string {
    return vscode.l10n.t('Servers of tools');
  }

  async #open(root: string): Promise<void> {
    if (this.#project?.root !== root) {
      const project = await this.#parts.openProject(root);
      this.#ofProject?.dispose();
      this.#project = project;
      this.#ofProject = project.servers.onChanged(() => this.#later());
    }
    await this.#refresh();
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
      this.#ends.abort();
      this.#ends = new AbortController();
      if (this.#panel === panel) this.#panel = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, extension, vscode.l10n.bundle ?? {}, {
      bundle: 'mcp',
      title: this.#title(),
    });
  }

  async #post(message: ToMcp): Promise<void> {
    if (this.#ready) await this.#panel?.webview.postMessage(message);
  }

  async #receive(value: unknown): Promise<void> {
    const message = fromMcp(value);
    try {
      if (message === undefined)
        return await this.#post({ type: 'failed', because: { code: 'mcp.config.messageRefused', args: {} } });
      await this.#act(message);
    } catch (error) {
      this.#parts.log.error('The page of servers could not do what it was asked', error);
      await this.#post({ type: 'failed', because: becauseOf(error) });
    }
  }

  async #act(message: FromMcp): Promise<void> {
    const project = this.#project;
    switch (message.type) {
      case 'ready':
        this.#ready = true;
        return this.#refresh();
      case 'pageError':
        this.#parts.log.error(`The page of servers broke: ${message.message}\n${message.stack}`);
        return;
      case 'manageTrust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
      case 'chooseRoot': {
        const root = await chooseRoot(this.#title(), project?.root);
        if (root !== undefined) await this.#open(root);
        return;
      }
    }
    if (project === undefined) return;
    const { servers } = project;
    switch (message.type) {
      case 'approve':
        return servers.approve(message.name, message.fingerprint, message.all);
      case 'enable':
        return servers.enable(message.name, message.on);
      case 'reject':
        return servers.reject(message.name);
      case 'reconnect':
        // Its end is told as a state.
        return servers.reconnect(message.name).catch(() => {});
      case 'authenticate':
        return servers.authenticate(message.name, this.#ends.signal);
      case 'clearAuthentication':
        return servers.clearAuthentication(message.name);
      case 'askInputs':
        return servers.askInputs(message.name);
      case 'remove':
        return servers.remove(message.name);
      case 'edit': {
        const listed = servers.all().find((one) => one.listed.name === message.name)?.listed;
        if (listed === undefined || listed.scope === 'managed') return;
        return this.#post({ type: 'entry', name: listed.name, scope: listed.scope, entry: listed.entry });
      }
      case 'save': {
        const { scope, name, entry, replaces } = message;
        await servers.save(scope, name, entry, replaces);
        return this.#post({ type: 'saved', name });
      }
      case 'openFile':
        return this.#openFile(message.file, message.line);
      default:
        return message satisfies never;
    }
  }

  /** Of the files that the page shows, and no other. */
  async #openFile(file: string, line = 1): Promise<void> {
    const servers = this.#project?.servers;
    const known = [
      ...(servers?.all() ?? []).map((one) => one.listed.file),
      ...(servers?.problems() ?? []).map((one) => one.file),
    ];
    if (!known.includes(file)) return;
    const at = new vscode.Position(line - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
  }

  async #refresh(): Promise<void> {
    const project = this.#project;
    if (project === undefined || !this.#ready) return;
    const place = { root: project.root, several: fileRoots().length > 1, trusted: vscode.workspace.isTrusted };
    await this.#post({ type: 'state', state: mcpState(project.servers, place) });
  }

  #later(): void {
    if (this.#panel === undefined) return;
    if (!this.#panel.visible) {
      this.#missed = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () =>
        this.#refresh().catch((cause: unknown) => this.#parts.log.error('The page of servers was not drawn', cause)),
      SETTLE_MS,
    );
  }
}
