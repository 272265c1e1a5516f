// A conversation: owns the queue, the open questions and the turn that runs, and tells what happens.
import { setMaxListeners } from 'node:events';
import type { Conversation, ConversationState } from '../contracts/conversation.ts';
import type { AgentEvent, Finish, LoopEvent } from '../contracts/event.ts';
import type { Block, Message, Prompt } from '../contracts/message.ts';
import type { Because, Mode, Rule } from '../contracts/permission.ts';
import type { Answer, Question } from '../contracts/question.ts';
import type { ToolState } from '../contracts/tool.ts';
import { readableError } from '../util/readableError.ts';
import { titleOf } from '../util/title.ts';
import type { ConversationParts, ConversationStart } from './conversationParts.ts';
import { EventLog } from './eventLog.ts';
import { Listeners } from './listeners.ts';
import { runLoop } from './loop.ts';
import type { LoopParts, Reopened } from './loopParts.ts';
import { ModelContext, type Wish } from './modelContext.ts';
import { OpenQuestions } from './openQuestions.ts';
import { planNote, toldPlan } from './planNote.ts';
import { promptBlocks } from './promptBlocks.ts';
import { takeOffer } from './remembered.ts';
import { BROKEN_OFF, toText } from './results.ts';
import { type Resumed, resume } from './resume.ts';
import { Resumption } from './resumption.ts';
import { promptContext } from './runTool.ts';
import { TranscriptFeed } from './transcriptFeed.ts';

const CONCURRENCY = 10;
const GRACE_MS = 2000;
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
  readonly #log: EventLog;
  readonly #context: ModelContext;
  readonly #feed: TranscriptFeed;
  readonly #tools: ToolState;
  readonly #questions = new OpenQuestions();
  readonly #listeners: Listeners;
  readonly #rules: Rule[] = [];
  readonly #queue: Prompt[] = [];
  /** How many were waiting when it was last told. */
  #toldQueue = 0;
  readonly #resumption: Resumption;
  #shownTodos: string;
  #title: string;
  /** The prompt that is being answered. */
  #prompt: string;
  #mode: Mode;
  #model: string;
  #wish: Wish;
  /** It was said that a change costs what the service has cached. */
  #toldCache = false;
  /** Ends the wait before a request is repeated. */
  #goOn: () => void = () => {};
  /** A prompt that did not become part of history, because its turn failed before. */
  #unsent: Prompt | undefined;
  #toldPlan: boolean;
  /** The turn that runs: what stops it, and whether it only asks anew what an earlier session left open. */
  #turn: { controller: AbortController; reopened: boolean } | undefined;
  #work: Promise<void> | undefined;
  #turns = 0;
  /** Something waits that is to start whatever the end of the turn. */
  #wanted = false;
  #compactNext: { focus: string | undefined } | undefined;
  #disposed = false;

  constructor(parts: ConversationParts, start: ConversationStart) {
    const { restored } = start;
    this.#parts = parts;
    this.#listeners = new Listeners((text) => parts.log(text));
    this.#root = start.root;
    this.id = restored?.id ?? start.id ?? parts.newId();
    this.#title = restored?.title ?? '';
    this.#mode = start.mode;
    this.#model = start.model;
    const resumed: Resumed = restored
      ? resume(restored, parts.tools())
      : { history: [], interrupted: [], events: [], wish: {}, leftOut: new Set() };
    this.#wish = resumed.wish;
    this.#prompt = resumed.prompt ?? '';
    this.#log = new EventLog(resumed.events);
    this.#toldPlan = toldPlan(
      resumed.history.flatMap((message) => message.blocks.map((block) => (block.type === 'text' ? block.text : ''))),
    );
    this.#tools = {
      cwd: start.root,
      seen: new Map(),
      todos: resumed.todos ?? [],
      background: new Map(),
      created: new Set(),
    };
    this.#shownTodos = JSON.stringify(this.#tools.todos);
    this.#feed = new TranscriptFeed({
      open: () => parts.openTranscript(this.id),
      tell: (because) => this.#tell('warning', because),
      kindOf: (call) => parts.tools().find((tool) => tool.name === call.name)?.kind,
      start: () => [
        { type: 'mode', mode: this.#mode },
        { type: 'model', model: this.#model },
        ...(Object.keys(this.#wish).length > 0 ? [{ type: 'effort' as const, ...this.#wish }] : []),
      ],
      begun: restored !== undefined,
    });
    this.#context = new ModelContext(
      parts,
      (event) => this.#emit(event),
      () => [...this.#tools.seen.keys()].slice(-RECENT_FILES),
      restored && {
        history: resumed.history,
        context: restored.context,
        tokens: restored.contextTokens,
        model: resumed.model,
        leftOut: resumed.leftOut,
      },
    );
    this.#resumption = new Resumption(resumed.interrupted, {
      context: this.#context,
      tools: this.#tools,
      workspace: parts.workspace,
      emit: (event) => this.#emit(event),
      add: (message) => this.#add(message),
    });
    // Shown alone: it is no news of the conversation that is stored.
    if (start.warning) this.#show({ type: 'notice', kind: 'warning', because: start.warning });
    const { reopened } = resumed;
    if (!reopened) return;
    // In a moment, so that whoever made this conversation listens by then. A prompt that is quicker comes instead.
    setImmediate(() => {
      if (this.#turns > 0) return;
      const { blocked } = parts.settings();
      if (blocked) this.#tell('error', blocked.because);
      else this.#begin((signal) => this.#reopen(reopened, signal), true);
    });
  }

  get session(): string {
    return this.#feed.session ?? this.id;
  }

  get state(): ConversationState {
    return {
      id: this.id,
      title: this.#title,
      root: this.#root,
      mode: this.#mode,
      model: this.#model,
      ...this.#wish,
      running: this.#turn !== undefined,
      questions: this.#questions.list(),
      queue: [...this.#queue],
    };
  }

  get events(): readonly AgentEvent[] {
    return this.#log.events;
  }

  sessionRules(): Rule[] {
    return [...this.#rules];
  }

  setSessionRule(rule: Rule, on: boolean): void {
    const others = this.#rules.filter((one) => one.behavior !== rule.behavior || one.text !== rule.text);
    this.#rules.splice(0, this.#rules.length, ...others, ...(on ? [rule] : []));
  }

  listen(listener: (event: AgentEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  /** After a turn that was stopped, declined or failed the queue waits; the next prompt sets it going again. */
  send(prompt: Prompt): void {
    const empty = prompt.text.trim() === '' && prompt.attachments.length === 0;
    if (this.#disposed || empty) return;
    this.#queue.push(prompt);
    // Meant for now: the turn is over already, or only asks anew what the person now passes over.
    if (!this.#turn || this.#turn.reopened) this.#wanted = true;
    if (this.#turn?.reopened) this.stop();
    if (this.#work) this.#tellQueue();
    else this.#next();
  }

  unqueue(id: string): Prompt | undefined {
    const at = this.#queue.findIndex((prompt) => prompt.id === id);
    if (at < 0) return undefined;
    const [prompt] = this.#queue.splice(at, 1);
    this.#tellQueue();
    return prompt;
  }

  stop(): void {
    this.#turn?.controller.abort();
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
      this.#tell('warning', { code: 'agent.bypassDisabled', args: {} });
      return;
    }
    this.#mode = mode;
    this.#emit({ type: 'mode', mode });
  }

  /** Counts from the next turn. */
  setModel(model: string): void {
    if (model === this.#model) return;
    this.#model = model;
    this.#emit({ type: 'model', model });
    this.#tellCache();
  }

  setEffort(wish: Wish): void {
    if (wish.effort === this.#wish.effort && wish.thinking === this.#wish.thinking) return;
    this.#wish = { ...wish };
    this.#emit({ type: 'effort', ...wish });
    this.#tellCache();
  }

  retryNow(): void {
    this.#goOn();
  }

  retry(): boolean {
    if (this.#disposed || this.#work || this.#parts.settings().blocked) return false;
    const unsent = this.#unsent;
    if (!unsent && this.#context.history.length === 0) return false;
    this.#begin((signal) => (unsent ? this.#answerPrompt(unsent, signal) : this.#goOnWithTurn(signal)), false);
    return true;
  }

  compact(focus?: string): void {
    if (this.#disposed) return;
    this.#compactNext = { focus };
    this.#wanted = true;
    if (!this.#work) this.#next();
  }

  async dispose(): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      this.#feed.closing();
      this.stop();
      await this.#work;
      await Promise.allSettled([...this.#tools.background.values()].map((run) => run.kill()));
    }
    await this.#feed.close();
    this.#listeners.clear();
  }

  /** Starts what waits: first a wish to shorten, then the next prompt. */
  #next(): void {
    if (this.#work || this.#disposed) return;
    this.#wanted = false;
    const compact = this.#compactNext;
    if (!compact && this.#queue.length === 0) return;
    const { blocked } = this.#parts.settings();
    if (blocked) {
      this.#compactNext = undefined;
      this.#tellQueue();
      this.#tell('error', blocked.because);
      return;
    }
    this.#compactNext = undefined;
    if (compact) {
      this.#begin((signal) => this.#shorten(compact.focus, signal), false);
      return;
    }
    const prompt = this.#queue.shift();
    if (prompt) this.#begin((signal) => this.#answerPrompt(prompt, signal), false);
  }

  #begin(work: (signal: AbortSignal) => Promise<Finish>, reopened: boolean): void {
    if (this.#disposed || this.#work) return;
    this.#turns++;
    const controller = new AbortController();
    // Every call of a turn may listen for its end.
    setMaxListeners(0, controller.signal);
    this.#turn = { controller, reopened };
    this.#toldCache = false;
    this.#context.startTurn(this.#parts.resolveModel(this.#model, this.#mode), this.#wish);
    this.#work = this.#runTurn(work, controller.signal).then((finish) => {
      this.#work = undefined;
      if (this.#wanted || !['cancelled', 'declined', 'failed'].includes(finish.reason)) this.#next();
    });
  }

  /** Whatever happens in it, the turn ends with 'finished' and everything on the disk. Never rejects. */
  async #runTurn(work: (signal: AbortSignal) => Promise<Finish>, signal: AbortSignal): Promise<Finish> {
    let finish: Finish;
    try {
      finish = await work(signal);
    } catch (error) {
      this.#parts.log(`A turn broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const detail = readableError(error);
      finish = signal.aborted
        ? { reason: 'cancelled' }
        : { reason: 'failed', failure: { code: 'interrupted', detail, retryable: true } };
    }
    this.#feed.record({ type: 'finished', finish });
    await this.#feed.flush();
    this.#turn = undefined;
    this.#show({ type: 'finished', finish });
    return finish;
  }

  async #answerPrompt(prompt: Prompt, signal: AbortSignal): Promise<Finish> {
    this.#tellQueue();
    this.#unsent = prompt;
    this.#emit({ type: 'prompted', prompt });
    this.#prompt = prompt.id;
    await this.#parts.recorder?.prompted(this.id, prompt.id);
    if (this.#title === '') {
      this.#title = titleOf(prompt.text);
      if (this.#title !== '') this.#emit({ type: 'title', title: this.#title });
    }
    this.#resumption.settle();
    const note = planNote(this.#mode, this.#toldPlan);
    this.#toldPlan = this.#mode === 'plan';
    const attached = await promptBlocks(prompt, {
      tools: () => this.#parts.tools(),
      judge: this.#parts.judge,
      mode: this.#mode,
      context: promptContext(this.#loopParts(signal), signal),
    });
    const notes = [...(note === undefined ? [] : [note]), ...(await this.#notes())];
    const noted: Block[] = notes.map(toText);
    const blocks = [...(await this.#context.open()), ...noted, ...attached];
    if (blocks.length > 0) this.#add({ role: 'user', blocks });
    this.#unsent = undefined;
    if (signal.aborted) return { reason: 'cancelled' };
    return await this.#run(this.#context.history, signal);
  }

  /** What was asked stands in history already. A model does not take its own words as the last: it is told to go on. */
  async #goOnWithTurn(signal: AbortSignal): Promise<Finish> {
    this.#resumption.settle();
    const { history } = this.#context;
    if (history.at(-1)?.role === 'assistant') this.#add({ role: 'user', blocks: [toText(BROKEN_OFF)] });
    return await this.#run(this.#context.history, signal);
  }

  async #reopen(reopened: NonNullable<Resumed['reopened']>, signal: AbortSignal): Promise<Finish> {
    await this.#resumption.reopen(reopened);
    return await this.#run(reopened.history, signal, reopened);
  }

  async #shorten(focus: string | undefined, signal: AbortSignal): Promise<Finish> {
    this.#resumption.settle();
    const end = await this.#context.compact('manual', focus, signal);
    if (signal.aborted) return { reason: 'cancelled' };
    if (end === 'nothing') this.#tell('info', { code: 'agent.nothingToCompact', args: {} });
    return { reason: 'done' };
  }

  /** What happened outside of the conversation since the last request. */
  async #notes(): Promise<string[]> {
    try {
      return (await this.#parts.notes?.(this.id)) ?? [];
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#parts.log(`What the person did to edits meanwhile could not be told: ${detail}`);
      return [];
    }
  }

  async #run(history: readonly Message[], signal: AbortSignal, reopened?: Reopened): Promise<Finish> {
    let finish: Finish = { reason: 'cancelled' };
    for await (const event of runLoop(this.#loopParts(signal), history, signal, reopened)) {
      if (event.type === 'finished') finish = event.finish;
      else await this.#accept(event);
    }
    return finish;
  }

  /** Takes an event of the loop in. The loop goes on when this resolves: what an effect depends on is on the disk by then. */
  async #accept(event: Exclude<LoopEvent, { type: 'finished' }>): Promise<void> {
    if (event.type === 'message') {
      this.#context.append(event.message);
      this.#resumption.answered();
    }
    if (event.type === 'asked') this.#questions.add(event.question);
    this.#emit(event);
    if (event.type === 'answered') await this.#applyAnswer(event.question, event.answer);
    if (event.type === 'toolFinished') this.#noticeTodos();
    await this.#feed.settle(event);
  }

  async #applyAnswer(question: Question, answer: Answer): Promise<void> {
    if (answer.type === 'plan') {
      this.#toldPlan = false;
      this.setMode(answer.mode);
    }
    const failed = await takeOffer(question, answer, this.#rules, this.#parts);
    if (failed) this.#tell('error', failed);
  }

  #noticeTodos(): void {
    const { todos } = this.#tools;
    const now = JSON.stringify(todos);
    if (now === this.#shownTodos) return;
    this.#shownTodos = now;
    this.#emit({ type: 'todos', todos: structuredClone(todos) });
  }

  #loopParts(signal: AbortSignal): LoopParts {
    const parts = this.#parts;
    return {
      ...parts,
      root: this.#root,
      state: this.#tools,
      mode: () => this.#mode,
      cause: (call) => ({
        session: this.id,
        message: this.#prompt,
        call,
        tell: (because) => this.#tell('warning', because),
      }),
      ask: (question, until) =>
        this.#questions.ask(question, until === undefined ? signal : AbortSignal.any([signal, until])),
      request: (history) => this.#context.request(history),
      fit: (_history, why, stop) => this.#context.fit(why, stop),
      leaveOut: (failure) => this.#context.leaveOut(failure),
      fallback: (failure) => this.#context.fallback(failure),
      waits: (goOn) => {
        this.#goOn = goOn;
      },
      used: (facts) => this.#context.used(facts, 'main'),
      notes: () => this.#notes(),
      askModel: (request, stop) => this.#context.askAside(request, stop),
      sideModel: (model) => this.#context.sideModel(model),
      concurrency: Math.floor(Number(parts.env()['CLAUDE_CODE_MAX_TOOL_USE_CONCURRENCY'])) || CONCURRENCY,
      graceMs: parts.graceMs ?? GRACE_MS,
    };
  }

  #add(message: Message): void {
    this.#context.append(message);
    this.#emit({ type: 'message', message });
  }

  /** Once between two turns, however often a person changes their mind. */
  #tellCache(): void {
    if (this.#toldCache || !this.#context.sent) return;
    this.#toldCache = true;
    this.#tell('info', { code: 'providers.cacheLost', args: {} });
  }

  #tellQueue(): void {
    if (this.#queue.length === 0 && this.#toldQueue === 0) return;
    this.#toldQueue = this.#queue.length;
    this.#emit({ type: 'queued', prompts: [...this.#queue] });
  }

  #tell(kind: 'info' | 'warning' | 'error', because: Because): void {
    this.#emit({ type: 'notice', kind, because });
  }

  #emit(event: AgentEvent): void {
    this.#feed.record(event);
    this.#show(event);
  }

  /** What happens while the conversation is being closed is nobody's news. */
  #show(event: AgentEvent): void {
    this.#log.add(event);
    if (!this.#disposed) this.#listeners.tell(event);
  }
}
