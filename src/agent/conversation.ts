// A conversation: what a person says to it and chooses for it, and what it tells.
import type { Conversation, ConversationState } from '../contracts/conversation.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { Prompt } from '../contracts/message.ts';
import type { Mode, Rule } from '../contracts/permission.ts';
import type { Answer } from '../contracts/question.ts';
import type { ToolState } from '../contracts/tool.ts';
import type { ConversationParts, ConversationStart } from './conversationParts.ts';
import { EventOutlet } from './eventOutlet.ts';
import { ModelContext, type Wish } from './modelContext.ts';
import { OpenQuestions } from './openQuestions.ts';
import { type Resumed, resume } from './resume.ts';
import { Turns } from './turns.ts';
import { TurnWork } from './turnWork.ts';

const RECENT_FILES = 5;

/** A conversation with what only the one who composes it needs. */
export type AgentConversation = Conversation & {
  /** The session its transcript is in; another than `id` once the transcript had to go on in a file of its own. */
  readonly session: string;
};

/** Starts or goes on with a conversation. When it was restored with a question open, that question is asked anew at once. */
export function createConversation(parts: ConversationParts, start: ConversationStart): AgentConversation {
  return new RunningConversation(parts, start);
}

class RunningConversation implements AgentConversation {
  readonly id: string;
  readonly #parts: ConversationParts;
  readonly #root: string;
  readonly #outlet: EventOutlet;
  readonly #context: ModelContext;
  readonly #tools: ToolState;
  readonly #questions = new OpenQuestions();
  readonly #rules: Rule[] = [];
  readonly #work: TurnWork;
  readonly #turns: Turns;
  #mode: Mode;
  #model: string;
  #wish: Wish;
  /** It was said that a change costs what the service has cached. */
  #toldCache = false;
  #disposed = false;

  constructor(parts: ConversationParts, start: ConversationStart) {
    const { restored, root } = start;
    this.#parts = parts;
    this.#root = root;
    this.id = restored?.id ?? start.id ?? parts.newId();
    this.#mode = start.mode;
    this.#model = start.model;
    const resumed: Resumed = restored
      ? resume(restored, parts.tools())
      : { history: [], interrupted: [], events: [], wish: {}, leftOut: new Set() };
    this.#wish = resumed.wish;
    this.#tools = {
      cwd: root,
      seen: new Map(),
      todos: resumed.todos ?? [],
      background: new Map(),
      created: new Set(),
    };
    this.#outlet = new EventOutlet(
      resumed.events,
      {
        open: () => parts.openTranscript(this.id),
        kindOf: (call) => parts.tools().find((tool) => tool.name === call.name)?.kind,
        start: () => [
          { type: 'mode', mode: this.#mode },
          { type: 'model', model: this.#model },
          ...(Object.keys(this.#wish).length > 0 ? [{ type: 'effort' as const, ...this.#wish }] : []),
        ],
        begun: restored !== undefined,
      },
      parts.log,
    );
    this.#context = new ModelContext(
      parts,
      (event) => this.#outlet.emit(event),
      () => [...this.#tools.seen.keys()].slice(-RECENT_FILES),
      restored && {
        history: resumed.history,
        context: restored.context,
        tokens: restored.contextTokens,
        model: resumed.model,
        leftOut: resumed.leftOut,
      },
    );
    this.#work = new TurnWork(
      {
        conversation: parts,
        id: this.id,
        root,
        outlet: this.#outlet,
        context: this.#context,
        tools: this.#tools,
        questions: this.#questions,
        rules: this.#rules,
        mode: () => this.#mode,
        setMode: (mode) => this.setMode(mode),
      },
      restored?.title ?? '',
      resumed,
    );
    this.#turns = new Turns({
      blocked: () => parts.settings().blocked?.because,
      begins: () => {
        this.#toldCache = false;
        this.#context.startTurn(parts.resolveModel(this.#model, this.#mode), this.#wish);
      },
      answer: (prompt, signal) => this.#work.answer(prompt, signal),
      shorten: (focus, signal) => this.#work.shorten(focus, signal),
      storeEnd: (finish) => this.#outlet.storeEnd(finish),
      over: (finish) => this.#outlet.show({ type: 'finished', finish }),
      queued: (prompts) => this.#outlet.emit({ type: 'queued', prompts }),
      refused: (because) => this.#outlet.tell('error', because),
      log: parts.log,
    });
    // Shown alone: it is no news of the conversation that is stored.
    if (start.warning) this.#outlet.show({ type: 'notice', kind: 'warning', because: start.warning });
    const { reopened } = resumed;
    if (reopened) this.#turns.reopen((signal) => this.#work.reopen(reopened, signal));
  }

  get session(): string {
    return this.#outlet.session ?? this.id;
  }

  get state(): ConversationState {
    return {
      id: this.id,
      title: this.#work.title,
      root: this.#root,
      mode: this.#mode,
      model: this.#model,
      ...this.#wish,
      running: this.#turns.running,
      questions: this.#questions.list(),
      queue: this.#turns.queue,
    };
  }

  get events(): readonly AgentEvent[] {
    return this.#outlet.events;
  }

  sessionRules(): Rule[] {
    return [...this.#rules];
  }

  setSessionRule(rule: Rule, on: boolean): void {
    const others = this.#rules.filter((one) => one.behavior !== rule.behavior || one.text !== rule.text);
    this.#rules.splice(0, this.#rules.length, ...others, ...(on ? [rule] : []));
  }

  listen(listener: (event: AgentEvent) => void): () => void {
    return this.#outlet.listen(listener);
  }

  send(prompt: Prompt): void {
    this.#turns.send(prompt);
  }

  unqueue(id: string): Prompt | undefined {
    return this.#turns.unqueue(id);
  }

  stop(): void {
    this.#turns.stop();
  }

  answer(question: string, answer: Answer): boolean {
    return this.#questions.answer(question, answer);
  }

  async killRun(id: string): Promise<boolean> {
    const run = this.#tools.background.get(id);
    if (run?.status !== 'running') return false;
    await run.kill();
    return true;
  }

  setMode(mode: Mode): void {
    if (mode === this.#mode) return;
    if (mode === 'bypassPermissions' && this.#parts.settings().disableBypass) {
      this.#outlet.tell('warning', { code: 'agent.bypassDisabled', args: {} });
      return;
    }
    this.#mode = mode;
    this.#outlet.emit({ type: 'mode', mode });
  }

  /** Counts from the next turn. */
  setModel(model: string): void {
    if (model === this.#model) return;
    this.#model = model;
    this.#outlet.emit({ type: 'model', model });
    this.#tellCache();
  }

  setEffort(wish: Wish): void {
    if (wish.effort === this.#wish.effort && wish.thinking === this.#wish.thinking) return;
    this.#wish = { ...wish };
    this.#outlet.emit({ type: 'effort', ...wish });
    this.#tellCache();
  }

  retryNow(): void {
    this.#work.retryNow();
  }

  retry(): boolean {
    const { unsent } = this.#work;
    if (!unsent && this.#context.history.length === 0) return false;
    return this.#turns.again(unsent ?? ((signal) => this.#work.goOn(signal)));
  }

  compact(focus?: string): void {
    this.#turns.compact(focus);
  }

  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      this.#outlet.closing();
      await this.#turns.close();
      await Promise.allSettled([...this.#tools.background.values()].map((run) => run.kill()));
    }
    await this.#outlet.close();
  }

  /** Once between two turns, however often a person changes their mind. */
  #tellCache(): void {
    if (this.#toldCache || !this.#context.sent) return;
    this.#toldCache = true;
    this.#outlet.tell('info', { code: 'providers.cacheLost', args: {} });
  }
}
