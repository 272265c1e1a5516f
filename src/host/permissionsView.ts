// The permissions page: one tab, for one folder at a time. It shows what the settings, the conversations and the
// transcripts of the folder say, and follows them.
import * as vscode from 'vscode';
import type { Action, Because, Mode, Rule } from '../contracts/permission.ts';
import type { FromPermissions, ToPermissions } from '../permissionsProtocol.ts';
import { becauseOf } from './becauseOf.ts';
import type { ExplainWish } from './explainCall.ts';
import { fromPermissions } from './fromPermissions.ts';
import { PERMISSIONS_TYPE } from './ids.ts';
import type { Log } from './log.ts';
import { oneAtATime } from './oneAtATime.ts';
import type { Open, OpenConversations } from './openConversations.ts';
import { PagePanel } from './pagePanel.ts';
import { actOnPermissions, grant, PAST, type ShownPermissions } from './permissionsActions.ts';
import { type Entry, pastRow, permissionsState, useRows } from './permissionsState.ts';
import type { OpenProject, Project } from './project.ts';
import { type PlanRemoval, Removals } from './removals.ts';
import { chooseRoot, fileRoots, rootOfTab } from './roots.ts';
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

export class PermissionsView implements ShownPermissions {
  readonly parts: PermissionsParts;
  readonly removals: Removals;
  readonly #panel: PagePanel<FromPermissions, ToPermissions>;
  #project: Project | undefined;
  #entries: ReadonlyMap<string, Entry> = new Map();
  readonly #readOn = oneAtATime(() => this.#read());
  readonly #findings = new RuleFindings();
  #ofProject: { dispose(): void } | undefined;
  readonly #subscriptions: vscode.Disposable[];

  constructor(parts: PermissionsParts) {
    this.parts = parts;
    this.removals = new Removals(parts.planRemoval, parts.conversations);
    this.#panel = new PagePanel(parts, {
      type: PERMISSIONS_TYPE,
      bundle: 'permissions',
      name: 'permissions',
      title: () => this.#title(),
      read: fromPermissions,
      refused: 'permissionsView.messageRefused',
      draw: () => this.refresh(),
      act: (asked) => actOnPermissions(this, asked),
      closed: () => {
        this.#findings.keepTo(undefined);
        this.#ofProject?.dispose();
        this.#ofProject = undefined;
        this.#project = undefined;
      },
    });
    this.#subscriptions = [
      parts.conversations.onEvent(({ open, event }) => {
        if (open.project.root !== this.#project?.root) return;
        if (event.type === 'mode' || event.type === 'title' || event.type === 'answered' || event.type === 'finished')
          this.#panel.drawLater();
      }),
      parts.conversations.onChanged(() => this.#panel.drawLater()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#panel.drawLater()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#panel.drawLater()),
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
    await this.#panel.open();
    await this.#open(wanted);
    this.#panel.reveal();
  }

  /** Brings the page up and explains there. */
  async explain(wish: ExplainWish): Promise<void> {
    const open = wish.kind === 'past' && wish.session ? this.parts.conversations.get(wish.session) : undefined;
    await this.show(open?.project.root);
    // No folder, or none was chosen.
    if (!this.#panel.isOpen) return;
    await this.#panel.whenReady(() => grant(this, wish));
  }

  /** A tab that VS Code brought back after a reload; it goes when the page was brought up by then. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (!this.#panel.restore(panel)) return;
    const wanted = rootOfTab(state);
    if (wanted === undefined) panel.dispose();
    else await this.#open(wanted);
  }

  async post(message: ToPermissions): Promise<void> {
    await this.#panel.post(message);
  }

  /** Another folder, chosen by the person. */
  async chooseAnother(): Promise<void> {
    const root = await chooseRoot(this.#title(), this.#project?.root);
    if (root !== undefined) await this.#open(root);
  }

  /** Sends the state as it is now; what takes reading follows. */
  async refresh(): Promise<void> {
    const project = this.#project;
    if (project === undefined || !this.#panel.isReady) return;
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
    await this.#panel.fail(because);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#ofProject?.dispose();
    this.#panel.dispose();
  }

  #title(): string {
    return vscode.l10n.t('Permissions');
  }

  #openHere(): Open[] {
    return this.parts.conversations.all().filter((open) => open.project.root === this.#project?.root);
  }

  async #open(root: string): Promise<void> {
    if (this.#project?.root === root) return this.refresh();
    let project: Project;
    try {
      project = await this.parts.openProject(root);
    } catch (error) {
      this.parts.log.error(`The permissions of ${root} could not be shown`, error);
      return this.#panel.whenReady(() => this.fail(becauseOf(error)));
    }
    this.#ofProject?.dispose();
    this.#findings.forget();
    this.#project = project;
    this.#ofProject = project.onChanged(() => this.#panel.drawLater());
    await this.refresh();
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
