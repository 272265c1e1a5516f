// The work of a turn: a prompt, or what an earlier turn left, goes to the loop; what the loop tells is taken in.
import type { Finish, LoopEvent } from '../contracts/event.ts';
import type { Block, Message, Prompt } from '../contracts/message.ts';
import type { Mode, Rule } from '../contracts/permission.ts';
import type { Answer, Question } from '../contracts/question.ts';
import type { ToolState } from '../contracts/tool.ts';
import { titleOf } from '../util/title.ts';
import type { ConversationParts } from './conversationParts.ts';
import type { EventOutlet } from './eventOutlet.ts';
import { runLoop } from './loop.ts';
import type { LoopParts, Reopened } from './loopParts.ts';
import type { ModelContext } from './modelContext.ts';
import type { OpenQuestions } from './openQuestions.ts';
import { planNote, toldPlan } from './planNote.ts';
import { promptBlocks } from './promptBlocks.ts';
import { takeOffer } from './remembered.ts';
import { BROKEN_OFF, toText } from './results.ts';
import type { Resumed } from './resume.ts';
import { Resumption } from './resumption.ts';
import { promptContext } from './runTool.ts';

const CONCURRENCY = 10;
const GRACE_MS = 2000;

/** What a turn works with; all of it outlives the turn. */
export type TurnWorkParts = {
  conversation: ConversationParts;
  id: string;
  root: string;
  outlet: EventOutlet;
  context: ModelContext;
  tools: ToolState;
  questions: OpenQuestions;
  /** The rules of this conversation alone; rules of an offer come to them. */
  rules: Rule[];
  mode(): Mode;
  /** A plan was approved. */
  setMode(mode: Mode): void;
};

export class TurnWork {
  readonly #parts: TurnWorkParts;
  readonly #resumption: Resumption;
  #title: string;
  /** The prompt that is being answered. */
  #prompt: string;
  /** A prompt that did not become part of history, because its turn failed before. */
  #unsent: Prompt | undefined;
  #toldPlan: boolean;
  #shownTodos: string;
  /** Ends the wait before a request is repeated. */
  #goOn: () => void = () => {};

  constructor(parts: TurnWorkParts, title: string, { history, interrupted, prompt }: Resumed) {
    const { outlet, context, tools, conversation } = parts;
    this.#parts = parts;
    this.#title = title;
    this.#prompt = prompt ?? '';
    this.#shownTodos = JSON.stringify(tools.todos);
    this.#toldPlan = toldPlan(
      history.flatMap((message) => message.blocks.map((block) => (block.type === 'text' ? block.text : ''))),
    );
    this.#resumption = new Resumption(interrupted, {
      context,
      tools,
      workspace: conversation.workspace,
      emit: (event) => outlet.emit(event),
      add: (message) => this.#add(message),
    });
  }

  /** Empty before the first prompt. */
  get title(): string {
    return this.#title;
  }

  get unsent(): Prompt | undefined {
    return this.#unsent;
  }

  /** A request waits to be repeated: it is, at once. */
  retryNow(): void {
    this.#goOn();
  }

  async answer(prompt: Prompt, signal: AbortSignal): Promise<Finish> {
    const { conversation, id, outlet, context, mode } = this.#parts;
    this.#unsent = prompt;
    outlet.emit({ type: 'prompted', prompt });
    this.#prompt = prompt.id;
    await conversation.recorder?.prompted(id, prompt.id);
    if (this.#title === '') {
      this.#title = titleOf(prompt.text);
      if (this.#title !== '') outlet.emit({ type: 'title', title: this.#title });
    }
    this.#resumption.settle();
    const note = planNote(mode(), this.#toldPlan);
    this.#toldPlan = mode() === 'plan';
    const attached = await promptBlocks(prompt, {
      tools: conversation.tools,
      judge: conversation.judge,
      mode: mode(),
      context: promptContext(this.#loopParts(signal), signal),
    });
    const notes = [...(note === undefined ? [] : [note]), ...(await this.#notes())];
    const noted: Block[] = notes.map(toText);
    const blocks = [...(await context.open()), ...noted, ...attached];
    if (blocks.length > 0) this.#add({ role: 'user', blocks });
    this.#unsent = undefined;
    if (signal.aborted) return { reason: 'cancelled' };
    return await this.#run(context.history, signal);
  }

  /** What was asked stands in history already. A model does not take its own words as the last: it is told to go on. */
  async goOn(signal: AbortSignal): Promise<Finish> {
    const { context } = this.#parts;
    this.#resumption.settle();
    if (context.history.at(-1)?.role === 'assistant') this.#add({ role: 'user', blocks: [toText(BROKEN_OFF)] });
    return await this.#run(context.history, signal);
  }

  /** Asks anew what an earlier session left open. */
  async reopen(reopened: NonNullable<Resumed['reopened']>, signal: AbortSignal): Promise<Finish> {
    await this.#resumption.reopen(reopened);
    return await this.#run(reopened.history, signal, reopened);
  }

  async shorten(focus: string | undefined, signal: AbortSignal): Promise<Finish> {
    this.#resumption.settle();
    const end = await this.#parts.context.compact('manual', focus, signal);
    if (signal.aborted) return { reason: 'cancelled' };
    if (end === 'nothing') this.#parts.outlet.tell('info', { code: 'agent.nothingToCompact', args: {} });
    return { reason: 'done' };
  }

  /** What happened outside of the conversation since the last request. */
  async #notes(): Promise<string[]> {
    const { conversation, id } = this.#parts;
    try {
      return (await conversation.notes?.(id)) ?? [];
    } catch (error) {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      conversation.log(`What the person did to edits meanwhile could not be told: ${detail}`);
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

  /** Takes an event of the loop in. The loop goes on when this resolves. */
  async #accept(event: Exclude<LoopEvent, { type: 'finished' }>): Promise<void> {
    const { context, questions, outlet } = this.#parts;
    if (event.type === 'message') {
      context.append(event.message);
      this.#resumption.answered();
    }
    if (event.type === 'asked') questions.add(event.question);
    outlet.emit(event);
    if (event.type === 'answered') await this.#applyAnswer(event.question, event.answer);
    if (event.type === 'toolFinished') this.#noticeTodos();
    await outlet.settle(event);
  }

  async #applyAnswer(question: Question, answer: Answer): Promise<void> {
    const { conversation, rules, outlet, setMode } = this.#parts;
    if (answer.type === 'plan') {
      this.#toldPlan = false;
      setMode(answer.mode);
    }
    const failed = await takeOffer(question, answer, rules, conversation);
    if (failed) outlet.tell('error', failed);
  }

  #noticeTodos(): void {
    const { todos } = this.#parts.tools;
    const now = JSON.stringify(todos);
    if (now === this.#shownTodos) return;
    this.#shownTodos = now;
    this.#parts.outlet.emit({ type: 'todos', todos: structuredClone(todos) });
  }

  #loopParts(signal: AbortSignal): LoopParts {
    const { conversation, id, root, tools, context, questions, outlet, mode } = this.#parts;
    return {
      ...conversation,
      root,
      state: tools,
      mode,
      cause: (call) => ({
        session: id,
        message: this.#prompt,
        call,
        tell: (because) => outlet.tell('warning', because),
      }),
      ask: (question, until) =>
        questions.ask(question, until === undefined ? signal : AbortSignal.any([signal, until])),
      request: (history) => context.request(history),
      fit: (_history, why, stop) => context.fit(why, stop),
      leaveOut: (failure) => context.leaveOut(failure),
      fallback: (failure) => context.fallback(failure),
      waits: (goOn) => {
        this.#goOn = goOn;
      },
      used: (facts) => context.used(facts, 'main'),
      notes: () => this.#notes(),
      askModel: (request, stop) => context.askAside(request, stop),
      sideModel: (model) => context.sideModel(model),
      concurrency: Math.floor(Number(conversation.env()['CLAUDE_CODE_MAX_TOOL_USE_CONCURRENCY'])) || CONCURRENCY,
      graceMs: conversation.graceMs ?? GRACE_MS,
    };
  }

  #add(message: Message): void {
    this.#parts.context.append(message);
    this.#parts.outlet.emit({ type: 'message', message });
  }
}
