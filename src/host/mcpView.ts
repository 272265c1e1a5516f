// The page of servers: one tab, for one folder at a time. It shows what has become of each server, and follows it.
import path from 'node:path';
import * as vscode from 'vscode';
import type { ServerEntry } from '../contracts/mcp.ts';
import type { Because } from '../contracts/permission.ts';
import type { EditableScope, FromMcp, ToMcp } from '../mcpProtocol.ts';
import { fromMcp } from './fromMcp.ts';
import { MCP_TYPE } from './ids.ts';
import type { Log } from './log.ts';
import { editorToolsShown, mcpState } from './mcpState.ts';
import type { Open } from './openConversations.ts';
import { type Asked, PagePanel } from './pagePanel.ts';
import type { OpenProject, Project } from './project.ts';
import { chooseRoot, fileRoots, rootOfTab } from './roots.ts';

/** The setting that offers the tools of other extensions. */
const EDITOR_TOOLS = 'assent.mcp.editorTools';

export type McpParts = {
  extension: vscode.Uri;
  log: Log;
  openProject: OpenProject;
  /** The conversation a person looks at. */
  current(): Open | undefined;
  /** What would be wrong with an entry in the file of a scope. */
  faultOf(scope: EditableScope, name: string, entry: ServerEntry): Because | undefined;
};

export class McpView {
  readonly #parts: McpParts;
  readonly #panel: PagePanel<FromMcp, ToMcp>;
  #project: Project | undefined;
  #ofProject: { dispose(): void } | undefined;
  /** A sign-in that a person is at; it ends with the page. */
  #ends = new AbortController();
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: McpParts) {
    this.#parts = parts;
    this.#panel = new PagePanel(parts, {
      type: MCP_TYPE,
      bundle: 'mcp',
      name: 'servers',
      title: () => this.#title(),
      read: fromMcp,
      refused: 'mcp.config.messageRefused',
      draw: () => this.#refresh(),
      act: (asked) => this.#act(asked),
      closed: () => {
        this.#ends.abort();
        this.#ends = new AbortController();
      },
    });
    this.#subscriptions = [
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#panel.drawLater()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#panel.drawLater()),
      vscode.extensions.onDidChange(() => this.#panel.drawLater()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(EDITOR_TOOLS)) this.#panel.drawLater();
      }),
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
    await this.#panel.open();
    await this.#open(wanted);
    this.#panel.reveal();
  }

  /** A tab that VS Code brought back after a reload. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (!this.#panel.restore(panel)) return;
    const wanted = rootOfTab(state);
    if (wanted === undefined) panel.dispose();
    else await this.#open(wanted);
  }

  dispose(): void {
    this.#ends.abort();
    this.#ofProject?.dispose();
    for (const one of this.#subscriptions) one.dispose();
    this.#panel.dispose();
  }

  #title(): string {
    return vscode.l10n.t('Servers of tools');
  }

  async #open(root: string): Promise<void> {
    if (this.#project?.root !== root) {
      const project = await this.#parts.openProject(root);
      this.#ofProject?.dispose();
      this.#project = project;
      this.#ofProject = project.servers.onChanged(() => this.#panel.drawLater());
    }
    await this.#refresh();
  }

  async #act(message: Asked<FromMcp>): Promise<void> {
    const project = this.#project;
    switch (message.type) {
      case 'manageTrust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
      case 'openEditorToolsSetting':
        await vscode.commands.executeCommand('workbench.action.openSettings', `@id:${EDITOR_TOOLS}`);
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
        return this.#panel.post({ type: 'entry', name: listed.name, scope: listed.scope, entry: listed.entry });
      }
      case 'save': {
        const { scope, name, entry, replaces } = message;
        const because = this.#parts.faultOf(scope, name, entry);
        if (because !== undefined) return this.#panel.post({ type: 'failed', because });
        await servers.save(scope, name, entry, replaces);
        return this.#panel.post({ type: 'saved', name });
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
      ...(servers?.all() ?? []).flatMap(({ listed: { files = [] } }) =>
        files.map((one) => path.resolve(this.#project?.root ?? '', one.path)),
      ),
    ];
    if (!known.includes(path.resolve(file))) return;
    const at = new vscode.Position(line - 1, 0);
    await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
  }

  async #refresh(): Promise<void> {
    const project = this.#project;
    if (project === undefined || !this.#panel.isReady) return;
    const { servers, editorTools } = project;
    const place = { root: project.root, several: fileRoots().length > 1, trusted: vscode.workspace.isTrusted };
    const state = { ...mcpState(servers, place), editorTools: editorToolsShown(editorTools.listed()) };
    await this.#panel.post({ type: 'state', state });
  }
}
