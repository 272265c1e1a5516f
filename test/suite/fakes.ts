// A conversation and a project that do what a test says, and a webview that nobody draws.
import { utimes } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Conversation, ConversationState } from '../../src/contracts/conversation.ts';
import type { AgentEvent } from '../../src/contracts/event.ts';
import type { Prompt } from '../../src/contracts/message.ts';
import type { Decision, Judge, Mode, Rule } from '../../src/contracts/permission.ts';
import type { Answer, Question } from '../../src/contracts/question.ts';
import type { Log } from '../../src/host/log.ts';
import type { ProjectServers } from '../../src/host/mcpServers.ts';
import type { Project } from '../../src/host/project.ts';
import type { ToWebview } from '../../src/protocol.ts';
import { emptySettings } from '../support/emptySettings.ts';

export class FakeConversation implements Conversation {
  readonly id: string;
  readonly events: AgentEvent[] = [];
  readonly sent: Prompt[] = [];
  readonly answers: Array<{ question: string; answer: Answer }> = [];
  disposed = false;
  state: ConversationState;
  readonly #listeners = new Set<(event: AgentEvent) => void>();

  constructor(id: string, root: string) {
    this.id = id;
    this.state = { id, title: '', root, mode: 'default', model: 'm', running: false, questions: [], queue: [] };
  }

  happen(event: AgentEvent): void {
    this.events.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  ask(question: Question): void {
    this.state = { ...this.state, running: true, questions: [...this.state.questions, question] };
    this.happen({ type: 'asked', question });
  }

  end(): void {
    this.state = { ...this.state, running: false, questions: [] };
    this.happen({ type: 'finished', finish: { reason: 'done' } });
  }

  send(prompt: Prompt): void {
    this.sent.push(prompt);
  }
  unqueue(): undefined {}
  stop(): void {}
  answer(question: string, answer: Answer): boolean {
    if (!this.state.questions.some((one) => one.id === question)) return false;
    this.answers.push({ question, answer });
    this.state = { ...this.state, questions: this.state.questions.filter((one) => one.id !== question) };
    return true;
  }
  async killRun(): Promise<boolean> {
    return false;
  }
  setMode(mode: Mode): void {
    this.state = { ...this.state, mode };
  }
  setModel(): void {}
  setEffort(): void {}
  retryNow(): void {}
  retry(): boolean {
    return false;
  }
  compact(): void {}
  rules: Rule[] = [];
  sessionRules(): Rule[] {
    return [...this.rules];
  }
  setSessionRule(rule: Rule, on: boolean): void {
    this.rules = [...this.rules.filter((one) => one.text !== rule.text), ...(on ? [rule] : [])];
  }
  listen(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  async dispose(): Promise<void> {
    this.disposed = true;
  }
}

/** Denies reading what `denied` names; allows the rest. */
export function judgeThatDenies(...denied: string[]): Judge {
  return async ({ actions }) => {
    const hit = actions.some((action) => 'path' in action && denied.some((name) => action.path.endsWith(name)));
    return { kind: hit ? 'deny' : 'allow', because: { code: 'x', args: {} } } as Decision;
  };
}

export function fakeProject(root: string, judge: Judge = judgeThatDenies()): Project & { made: FakeConversation[] } {
  const made: FakeConversation[] = [];
  return {
    root,
    made,
    judge,
    judgeWith: () => judge,
    lint: async () => [],
    reload: async () => {},
    transcripts: {
      list: async () => [],
      load: async () => undefined,
      open: async () => {
        throw new Error('no transcript in this test');
      },
      rename: async () => {},
      rewind: async () => undefined,
      remove: async () => {},
    },
    decisions: { recent: async () => [], uses: async () => [], known: () => [] },
    servers: noServers(root),
    editorTools: { listed: () => ({ on: false, tools: [], leftOut: [] }) },
    serverOffers: { commands: async () => [], mentions: async () => [], prompt: () => undefined },
    journal: {
      entries: async () => [],
      hunks: async () => [],
      texts: async () => undefined,
      plan: async ({ session }) => ({ session, source: 'undo', message: '', files: [] }),
      carryOut: async () => ({ done: [], failed: [], entries: [] }),
    },
    settings: () => emptySettings(),
    spending: () => ({ session: { usd: 0, unpriced: 0 }, today: { usd: 0, unpriced: 0 }, caps: [] }),
    commandTool: 'Bash',
    acceptLoosening: async () => {},
    ruleRemoved: async () => {},
    account: async () => ({ state: 'rehearsal' }),
    tryCredential: async () => ({ state: 'accepted' }),
    forgetCredentials: () => {},
    modelAddress: () => 'https://api.anthropic.com',
    forcedLogin: () => undefined,
    helperSays: () => undefined,
    reasoning: () => ({ thinking: true }),
    refusedModel: () => undefined,
    lookForModels: async () => {},
    keepModel: async () => {},
    rateLimit: () => undefined,
    models: () => [],
    modes: () => ['default', 'plan'],
    startMode: () => 'default',
    bypass: { accepted: () => false, accept: async () => {} },
    start: async (from) => {
      const conversation = new FakeConversation(from?.id ?? `conversation-${made.length}`, root);
      made.push(conversation);
      return conversation;
    },
    onChanged: () => ({ dispose: () => {} }),
    dispose: () => {},
  };
}

/** Keeps what it is sent; `reachable` false is a page that is hidden. */
export class FakeWebview implements vscode.Webview {
  options: vscode.WebviewOptions = {};
  html = '';
  readonly cspSource = 'https://test';
  readonly messages: ToWebview[] = [];
  reachable = true;
  /** How many messages came while it was not. */
  missed = 0;
  readonly #received = new vscode.EventEmitter<unknown>();
  readonly onDidReceiveMessage = this.#received.event;

  asWebviewUri(uri: vscode.Uri): vscode.Uri {
    return uri;
  }
  async postMessage(message: ToWebview): Promise<boolean> {
    if (this.reachable) this.messages.push(message);
    else this.missed += 1;
    return this.reachable;
  }
  /** As if the page had posted it. */
  say(message: unknown): void {
    this.#received.fire(message);
  }
  of<T extends ToWebview['type']>(type: T): Array<Extract<ToWebview, { type: T }>> {
    return this.messages.filter((one): one is Extract<ToWebview, { type: T }> => one.type === type);
  }
}

export const quietLog: Log = {
  info: () => {},
  warn: () => {},
  error: () => {},
  show: () => {},
  hide: () => {},
  dispose: () => {},
};

/** Asks until `check` holds; rejects with what it says otherwise. */
export async function until(check: () => boolean, what: string, timeoutMs = 20_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    if (check()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`It did not happen: ${what}`);
}

/**
 * Waits for an editor to follow a change on the disk. VS Code begins to watch a file a moment after it opened it, so a
 * change that came before is made known again.
 */
export async function untilFollowed(file: string, check: () => boolean, timeoutMs = 15_000): Promise<void> {
  for (const end = Date.now() + timeoutMs; Date.now() < end; ) {
    const again = Date.now() + 1_000;
    while (Date.now() < again) {
      if (check()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const now = new Date();
    await utimes(file, now, now);
  }
  throw new Error(`The editor did not follow ${file}`);
}

export function permission(id: string, subject = 'npm test'): Question {
  const call = { type: 'toolUse' as const, id: `call-${id}`, name: 'Bash', input: { command: subject } };
  const decision = { kind: 'ask', because: { code: 'x', args: {} } } as Decision;
  return { type: 'permission', id, call, subject, decision };
}

function noServers(root: string): ProjectServers {
  const none = async () => {};
  return {
    all: () => [],
    problems: () => [],
    exclusive: () => false,
    fileOf: () => root,
    entryOf: () => undefined,
    approve: none,
    reject: none,
    enable: none,
    reconnect: none,
    authenticate: none,
    clearAuthentication: none,
    askInputs: none,
    save: none,
    remove: none,
    reload: none,
    onChanged: () => ({ dispose() {} }),
  };
}
