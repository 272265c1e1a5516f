// The permissions page: one tab, for one folder at a time. It shows what the settings, the conversations and the
// transcripts of the folder say, and follows them.
import * as vscode from 'vscode';
import * as z from 'zod/mini';
import type { Action, Because, Mode, Rule } from '../contracts/permission.ts';
import type { ToPermissions } from '../permissionsProtocol.ts';
import { becauseOf } from './becauseOf.ts';
import { closeUndrawn } from './closeUndrawn.ts';
import type { ExplainWish } from './explainCall.ts';
import { fromPermissions } from './fromPermissions.ts';
import { PERMISSIONS_TYPE } from './ids.ts';
import type { Log } from './log.ts';
import { oneAtATime } from './oneAtATime.ts';
import type { Open, OpenConversations } from './openConversations.ts';
import { pageHtml, pageRoots } from './pageHtml.ts';
import { actOnPermissions, grant, PAST } from './permissionsActions.ts';
import { type Entry, pastRow, permissionsState, useRows } from './permissionsState.ts';
import type { OpenProject, Project } from './project.ts';
import { type PlanRemoval, Removals } from './removals.ts';
import { chooseRoot, fileRoots } from './roots.ts';
import { RuleFindings } from './ruleFindings.ts';

export type PermissionsParts = {
  extension: vscode.Uri;
  log: Log;
  openProject: OpenProject;
  conversations: OpenConversations;
  /** The conversation a person looks at. */
  current(): Open | undefined;
  /** What a call would touch; throws when the input lacks what the tool needs. */
  actionsOf(tool: string, input: unknown, cwd: string): Action[];
  planRemoval: PlanRemoval;
};

/** Changes come in showers: of a turn, of a checkout. */
const SETTLE_MS = 60;
const panelState = z.object({ root: z.string() });

export class PermissionsView {
  readonly parts: PermissionsParts;
  readonly removals: Removals;
  #panel: vscode.WebviewPanel | undefined;
  #project: Project | undefined;
  #entries: ReadonlyMap<string, Entry> = new Map();
  #ready = false;
  /** What the page is to do once it listens. */
  #wishes: Array<() => Promise<void>> = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #readOn = oneAtATime(() => this.#read());
  /** Something changed while nobody could see the page. */
  #missed = false;
  readonly #findings = new RuleFindings();
  #ofProject: { dispose(): void } | undefined;
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: PermissionsParts) {
    this.parts = parts;
    this.removals = new Removals(parts.planRemoval, parts.conversations);
    this.#subscriptions = [
      parts.conversations.onEvent(({ open, event }) => {
        if (open.project.root !== this.#project?.root) return;
        if (event.type === 'mode' || event.type === 'title' || event.type === 'answered' || event.type === 'finished')
          this.#later();
      }),
      parts.conversations.onChanged(() => this.#later()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#later()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#later()),
    ];
  }

  get project(): Project | undefined {
    return this.#project;
  }

  /** The rules behind the rows that were sent last. */
  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  /** Brings the page up, for the folder of the conversation in front of the person unless it shows another already. */
  async show(root?: string): Promise<void> {
    const wanted =
      root ?? this.#project?.root ?? this.parts.current()?.project.root ?? (await chooseRoot(this.#title()));
    if (wanted === undefined) {
      if (fileRoots().length === 0)
        void vscode.window.showInformationMessage(vscode.l10n.t('Open a folder to see its permissions.'));
      return;
    }
    const column = this.#panel === undefined ? await closeUndrawn(PERMISSIONS_TYPE) : undefined;
    if (this.#panel === undefined) {
      this.#attach(
        vscode.window.createWebviewPanel(PERMISSIONS_TYPE, this.#title(), column ?? vscode.ViewColumn.Active, {
          retainContextWhenHidden: true,
          enableFindWidget: true,
        }),
      );
    }
    await this.#open(wanted);
    this.#panel?.reveal();
  }

  /** Brings the page up and explains there. */
  async explain(wish: ExplainWish): Promise<void> {
    const open = wish.kind === 'past' && wish.session ? this.parts.conversations.get(wish.session) : undefined;
    await this.show(open?.project.root);
    // No folder, or none was chosen.
    if (this.#panel === undefined) return;
    await this.#whenReady(() => grant(this, wish));
  }

  /** A tab that VS Code brought back after a reload; it goes when the page was brought up by then. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (this.#panel !== undefined) {
      panel.dispose();
      return;
    }
    this.#attach(panel);
    const root = panelState.safeParse(state).data?.root;
    const known = fileRoots();
    const wanted = known.find((one) => one === root) ?? known[0];
    if (wanted === undefined) panel.dispose();
    else await this.#open(wanted);
  }

  async post(message: ToPermissions): Promise<void> {
    if (this.#ready) await this.#panel?.webview.postMessage(message);
  }

  /** Another folder, chosen by the person. */
  async chooseAnother(): Promise<void> {
    const root = await chooseRoot(this.#title(), this.#project?.root);
    if (root !== undefined) await this.#open(root);
  }

  /** Sends the state as it is now; what takes reading follows. */
  async refresh(): Promise<void> {
    const project = this.#project;
    if (project === undefined || !this.#ready) return;
    const open = this.#openHere();
    const current = this.parts.current();
    const shown = current?.project.root === project.root ? current.conversation.state : open[0]?.conversation.state;
    const modes = project.modes();
    this.#findings.keepTo(project.settings().rules);
    const { state, entries } = permissionsState({
      root: project.root,
      several: fileRoots().length > 1,
      settings: project.settings(),
      trusted: vscode.workspace.isTrusted,
      mode: this.mode(),
      modes,
      conversation: shown && { title: shown.title },
      open: open.map(({ conversation }) => ({
        id: conversation.id,
        title: conversation.state.title,
        rules: conversation.sessionRules(),
      })),
    });
    this.#entries = entries;
    await this.post({ type: 'state', state });
    void this.#readOn();
  }

  /** The mode of the conversation in front of the person, else the one that a new conversation begins in. */
  mode(): Mode {
    const current = this.parts.current();
    if (current !== undefined && current.project.root === this.#project?.root) return current.conversation.state.mode;
    const [first] = this.#openHere();
    return first?.conversation.state.mode ?? this.#project?.startMode() ?? 'default';
  }

  /** The rules of the conversation in front of the person. */
  sessionRules(): Rule[] {
    const current = this.parts.current();
    const open = current?.project.root === this.#project?.root ? current : this.#openHere()[0];
    return open?.conversation.sessionRules() ?? [];
  }

  async fail(because: Because): Promise<void> {
    await this.post({ type: 'failed', because });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#ofProject?.dispose();
    clearTimeout(this.#timer);
    this.#panel?.dispose();
  }

  #title(): string {
    return vscode.l10n.t('Permissions');
  }

  #openHere(): Open[] {
    return this.parts.conversations.all().filter((open) => open.project.root === this.#project?.root);
  }

  #attach(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    this.#ready = false;
    this.#findings.forget();
    const { extension } = this.parts;
    panel.iconPath = vscode.Uri.joinPath(extension, 'media', 'icon.png');
    panel.webview.options = { enableScripts: true, localResourceRoots: pageRoots(extension) };
    const listening = panel.webview.onDidReceiveMessage((message) => void this.receive(message));
    const shown = panel.onDidChangeViewState(() => {
      if (!panel.visible || !this.#missed) return;
      this.#missed = false;
      this.#later();
    });
    panel.onDidDispose(() => {
      listening.dispose();
      shown.dispose();
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#ready = false;
      this.#findings.keepTo(undefined);
      this.#wishes = [];
      this.#ofProject?.dispose();
      this.#ofProject = undefined;
      this.#project = undefined;
    });
    panel.webview.html = pageHtml(panel.webview, extension, vscode.l10n.bundle ?? {}, {
      bundle: 'permissions',
      title: this.#title(),
    });
  }

  async #open(root: string): Promise<void> {
    if (this.#project?.root === root) return this.refresh();
    let project: Project;
    try {
      project = await this.parts.openProject(root);
    } catch (error) {
      this.parts.log.error(`The permissions of ${root} could not be shown`, error);
      return this.#whenReady(() => this.fail(becauseOf(error)));
    }
    this.#ofProject?.dispose();
    this.#findings.forget();
    this.#project = project;
    this.#ofProject = project.onChanged(() => this.#later());
    await this.refresh();
  }

  /** A message of the page. Every failure is shown there. */
  async receive(value: unknown): Promise<void> {
    const message = fromPermissions(value);
    try {
      if (message === undefined) return await this.fail({ code: 'permissionsView.messageRefused', args: {} });
      if (message.type === 'ready') {
        this.#ready = true;
        await this.refresh();
        for (const wish of this.#wishes.splice(0)) await wish();
        return;
      }
      await actOnPermissions(this, message);
    } catch (error) {
      this.parts.log.error('The permissions page could not do what it was asked', error);
      await this.fail(becauseOf(error));
    }
  }

  async #whenReady(wish: () => Promise<void>): Promise<void> {
    const safely = async () => {
      try {
        await wish();
      } catch (error) {
        await this.fail(becauseOf(error));
      }
    };
    if (this.#ready) await safely();
    else this.#wishes.push(safely);
  }

  #later(): void {
    if (this.#panel === undefined) return;
    if (!this.#panel.visible) {
      this.#missed = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.refresh().catch((cause: unknown) => this.parts.log.error('The permissions page was not refreshed', cause));
    }, SETTLE_MS);
  }

  /** What takes reading: the findings about the rules, their uses, the past decisions. */
  async #read(): Promise<void> {
    const project = this.#project;
    if (project === undefined) return;
    try {
      const findings = await this.#findings.of(project);
      if (findings !== undefined && project === this.#project) await this.post({ type: 'linted', findings });
      const entries = this.#entries;
      const rules = [...entries.values()].map((entry) => entry.rule);
      const [uses, past] = [await project.decisions.uses(rules), await project.decisions.recent(PAST)];
      if (project === this.#project)
        await this.post({ type: 'uses', uses: useRows(uses, entries), past: past.map(pastRow) });
    } catch (error) {
      this.parts.log.error('The past decisions of a folder could not be read', error);
      await this.fail(becauseOf(error));
    }
  }
}
