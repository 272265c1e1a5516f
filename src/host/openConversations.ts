// The conversations that are open in this window, shown or not. One that nobody shows goes on while it works or waits
// for an answer, and is closed afterwards.
import * as vscode from 'vscode';
import type { Conversation } from '../contracts/conversation.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { Log } from './log.ts';
import type { OpenProject, Project } from './project.ts';

export type Open = { readonly conversation: Conversation; readonly project: Project };

export class OpenConversations {
  readonly #entries = new Map<string, { open: Open; holders: Set<object>; stopListening: () => void }>();
  /** A resume under way: two pages that ask for the same session get the same conversation. */
  readonly #resuming = new Map<string, Promise<Open | undefined>>();
  readonly #happened = new vscode.EventEmitter<{ open: Open; event: AgentEvent }>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #openProject: OpenProject;
  readonly #log: Log;

  /** Every event of every open conversation. */
  readonly onEvent = this.#happened.event;
  /** The set of open conversations changed. */
  readonly onChanged = this.#changed.event;

  constructor(openProject: OpenProject, log: Log) {
    this.#openProject = openProject;
    this.#log = log;
  }

  all(): Open[] {
    return [...this.#entries.values()].map((entry) => entry.open);
  }

  get(id: string): Open | undefined {
    return this.#entries.get(id)?.open;
  }

  /** With an `id` the new conversation takes the place of one that was never stored. */
  async start(root: string, holder: object, id?: string): Promise<Open> {
    const project = await this.#openProject(root);
    return this.#add(project, await project.start(id === undefined ? undefined : { id }), holder);
  }

  /** Undefined when the root has no such session. */
  async resume(root: string, id: string, holder: object): Promise<Open | undefined> {
    const pending = this.#resuming.get(id);
    const open = this.get(id) ?? (await (pending ?? this.#load(root, id, holder)));
    if (open !== undefined) this.#entries.get(open.conversation.id)?.holders.add(holder);
    return open;
  }

  /** The holder shows this conversation no more. */
  release(id: string, holder: object): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    entry.holders.delete(holder);
    this.#closeIfIdle(id);
  }

  /**
   * Closes a conversation for `work` on what is stored of it, and opens it again for those who held it, with the rules and
   * the mode it had. `work` must not reject.
   */
  reopen({ conversation, project }: Open, work: () => Promise<void>): Promise<Open> {
    const { id } = conversation;
    const entry = this.#entries.get(id);
    const reopening = (async () => {
      this.#entries.delete(id);
      entry?.stopListening();
      await conversation.dispose();
      await work();
      const from = (await project.transcripts.load(project.root, id)) ?? { id };
      const open = this.#add(project, await project.start(from), ...(entry?.holders ?? []));
      if (open.conversation.state.mode !== conversation.state.mode) open.conversation.setMode(conversation.state.mode);
      for (const rule of conversation.sessionRules()) open.conversation.setSessionRule(rule, true);
      return open;
    })().finally(() => this.#resuming.delete(id));
    this.#resuming.set(id, reopening);
    return reopening;
  }

  async dispose(): Promise<void> {
    const open = [...this.#entries.values()];
    this.#entries.clear();
    for (const entry of open) entry.stopListening();
    await Promise.allSettled(open.map((entry) => entry.open.conversation.dispose()));
    this.#happened.dispose();
    this.#changed.dispose();
  }

  #load(root: string, id: string, holder: object): Promise<Open | undefined> {
    const loading = (async () => {
      const project = await this.#openProject(root);
      const restored = await project.transcripts.load(root, id);
      return restored === undefined ? undefined : this.#add(project, await project.start(restored), holder);
    })().finally(() => this.#resuming.delete(id));
    this.#resuming.set(id, loading);
    return loading;
  }

  #add(project: Project, conversation: Conversation, ...holders: object[]): Open {
    const open: Open = { conversation, project };
    const stopListening = conversation.listen((event) => {
      this.#happened.fire({ open, event });
      if (event.type === 'finished') setImmediate(() => this.#closeIfIdle(conversation.id));
    });
    this.#entries.set(conversation.id, { open, holders: new Set(holders), stopListening });
    this.#changed.fire();
    return open;
  }

  #closeIfIdle(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.holders.size > 0) return;
    const { state } = entry.open.conversation;
    if (state.running || state.questions.length > 0 || state.queue.length > 0) return;
    this.#entries.delete(id);
    entry.stopListening();
    entry.open.conversation
      .dispose()
      .catch((cause) => this.#log.error(`Conversation ${id} did not close cleanly`, cause));
    this.#changed.fire();
  }
}
