// What the model is sent: the history, the context in front of it, how full its window is, and how that is kept in bounds.
import type { AgentEvent } from '../contracts/event.ts';
import type { Block, Message } from '../contracts/message.ts';
import type {
  AnswerFacts,
  Effort,
  Failure,
  FailureCode,
  ModelInfo,
  ModelRequest,
  Purpose,
} from '../contracts/provider.ts';
import type { SideRequest } from '../contracts/tool.ts';
import { appendMessage, withoutThinking } from '../util/history.ts';
import { failureInEnglish } from '../util/phrases.ts';
import { inNotice } from '../util/plainLine.ts';
import { readableError } from '../util/readableError.ts';
import { askAside } from './askAside.ts';
import { compactionIsOff, estimateTokens, split, summarise, summaryText, threshold } from './compaction.ts';
import type { ConversationParts } from './conversationParts.ts';
import { suspects, withoutLeftOut } from './leftOut.ts';
import { SYSTEM_PROMPT } from './systemPrompt.ts';

type Stored = {
  history: readonly Message[];
  context: string | undefined;
  tokens: number;
  model: string | undefined;
  leftOut: ReadonlySet<string>;
};
/** What a conversation wants for itself; the rest is as settings say. */
export type Wish = { effort?: Effort; thinking?: boolean };
/** What another model may not suffer from. */
const ANOTHER_MODEL_HELPS: ReadonlySet<FailureCode> = new Set(['overloaded', 'server']);
/** What pictures and documents in the history may be the cause of; the next request would be refused for them as well. */
const MEDIA_MAY_BE_THE_CAUSE: ReadonlySet<FailureCode> = new Set(['mediaRefused', 'tooLarge']);
/** Of what was left out at once, in a notice. */
const NAMED = 5;
/** What became of a wish to shorten. */
export type Shortened = 'done' | 'nothing' | Failure;

export class ModelContext {
  readonly #parts: ConversationParts;
  readonly #emit: (event: AgentEvent) => void;
  readonly #recentFiles: () => string[];
  #history: readonly Message[];
  #context: string | undefined;
  /** As the last answer counted them, and an estimate of what came since. */
  #counted: number;
  #since = 0;
  /** The model the history was made with, and the one of the turn. */
  #last: string | undefined;
  #model = '';
  #wish: Wish = {};
  /** Pictures and documents that the service cannot take. */
  readonly #leftOut: Set<string>;
  /** What is left of the models that may stand in during this turn. */
  #fallbacks: string[] = [];

  constructor(
    parts: ConversationParts,
    emit: (event: AgentEvent) => void,
    recentFiles: () => string[],
    stored?: Stored,
  ) {
    this.#parts = parts;
    this.#emit = emit;
    this.#recentFiles = recentFiles;
    this.#history = stored?.history ?? [];
    this.#context = stored?.context;
    this.#counted = stored?.tokens ?? 0;
    this.#last = stored?.model;
    this.#leftOut = new Set(stored?.leftOut);
  }

  get history(): readonly Message[] {
    return this.#history;
  }

  /** Something of the conversation is in the service's cache by now, as far as anyone knows. */
  get sent(): boolean {
    return this.#counted > 0;
  }

  /** Model, effort and thinking stay the same for a whole turn: thinking must not change inside a loop of calls. */
  startTurn(model: string, wish: Wish): void {
    const { effort, thinking } = this.#parts.settings();
    this.#wish = {
      ...(effort === undefined ? {} : { effort }),
      ...(thinking === undefined ? {} : { thinking }),
      ...wish,
    };
    this.#fallbacks = this.#parts.fallbackModels?.(model) ?? [];
    this.#ask(model);
  }

  /** The history for the next of the models that may stand in, for the rest of the turn; undefined when there is none. */
  fallback(failure: Failure): readonly Message[] | undefined {
    const next = ANOTHER_MODEL_HELPS.has(failure.code) ? this.#fallbacks.shift() : undefined;
    if (next === undefined) return undefined;
    const args = { from: this.#info().name, to: this.#parts.modelInfo(next).name, detail: failure.detail };
    this.#emit({ type: 'notice', kind: 'warning', because: { code: `providers.fallback.${failure.code}`, args } });
    this.#ask(next);
    return this.#history;
  }

  /**
   * The history with a line in the place of what the service could not take; undefined when that was not it, or nothing of
   * the kind is left.
   */
  leaveOut(failure: Failure): readonly Message[] | undefined {
    if (!MEDIA_MAY_BE_THE_CAUSE.has(failure.code)) return undefined;
    const found = suspects(this.#history, this.#parts.tools(), this.#parts.workingDirectories()[0] ?? '');
    if (found.length === 0) return undefined;
    const media = [...new Set(found.map(({ digest }) => digest))];
    const what = [...new Set(found.map(({ from }) => inNotice(from)))].slice(0, NAMED).join(', ');
    for (const digest of media) this.#leftOut.add(digest);
    this.#emit({ type: 'leftOut', media });
    const because = { code: 'agent.leftOut', args: { what, detail: failure.detail } };
    this.#emit({ type: 'notice', kind: 'warning', because });
    this.#history = this.#history.map((message) => withoutLeftOut(message, this.#leftOut));
    return this.#history;
  }

  #ask(model: string): void {
    this.#model = model;
    if (this.#last !== undefined && this.#last !== model) this.#history = withoutThinking(this.#history);
    this.#last = model;
  }

  /** To the calls whose results a reopened turn gives anew, all of them together. */
  stepBack(history: readonly Message[]): void {
    this.#history = history;
  }

  append(message: Message): void {
    this.#history = appendMessage(this.#history, withoutLeftOut(message, this.#leftOut));
    if (message.role === 'user') this.#since += estimateTokens(message.blocks);
  }

  /** The blocks in front of the first prompt; none when the model has them already. */
  async open(): Promise<Block[]> {
    if (this.#context !== undefined) return [];
    return this.#readContext();
  }

  used(facts: AnswerFacts, purpose: Purpose, model = this.#model): void {
    const { usage } = facts;
    const contextTokens = usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens + usage.outputTokens;
    if (purpose === 'main') {
      this.#counted = contextTokens;
      this.#since = 0;
    }
    const costUsd = facts.costUsd ?? this.#parts.estimateCost(usage, this.#parts.modelInfo(model));
    const { contextWindow } = this.#info();
    const event = {
      type: 'usage' as const,
      usage,
      model,
      purpose,
      contextTokens: this.#counted,
      contextWindow,
    };
    this.#emit(costUsd === undefined ? event : { ...event, costUsd });
    for (const because of facts.notices ?? []) this.#emit({ type: 'notice', kind: 'warning', because });
  }

  /** Nothing of it becomes part of history. Rejects with a readable reason. */
  askAside(request: SideRequest, signal: AbortSignal): Promise<Message> {
    const model = this.sideModel(request.model).id;
    const maxTokens = Math.min(request.maxTokens, this.#parts.modelInfo(model).maxOutput);
    const used = (facts: AnswerFacts) => this.used(facts, request.purpose, model);
    return askAside(this.#parts.provider, { ...request, model, maxTokens }, used, signal);
  }

  sideModel(which: SideRequest['model']): { id: string; name: string } {
    const id = (which === 'small' ? this.#parts.smallModel?.() : undefined) ?? this.#model;
    return { id, name: this.#parts.modelInfo(id).name };
  }

  request(history: readonly Message[]): ModelRequest {
    return {
      model: this.#model,
      system: SYSTEM_PROMPT,
      tools: this.#parts
        .tools()
        .map(({ name, description, input }) => ({ name, description, inputSchema: input.json })),
      messages: [...history],
      maxTokens: this.#info().maxOutput,
      thinking: this.#wish.thinking === false ? 'off' : 'adaptive',
      ...(this.#wish.effort === undefined ? {} : { effort: this.#wish.effort }),
      ...(this.#fallbacks.length > 0 ? { hasFallback: true } : {}),
      purpose: 'main',
    };
  }

  async fit(why: 'request' | 'overflow', signal: AbortSignal): Promise<readonly Message[] | undefined> {
    if (why === 'request') {
      const limit = threshold(this.#info(), this.#parts.settings(), this.#parts.env());
      // A history that was just shortened and is still over the limit would only be shortened again and again.
      if (limit === undefined || this.#counted + this.#since <= limit || this.#history.length < 3) return this.#history;
    }
    const end = await this.compact('automatic', undefined, signal);
    return end === 'done' || why === 'request' ? this.#history : undefined;
  }

  /** Puts a summary in the place of the history. If that fails, history stays as it was. */
  async compact(trigger: 'manual' | 'automatic', focus: string | undefined, signal: AbortSignal): Promise<Shortened> {
    const { old, kept, working } = split(this.#history, this.#context);
    if (old.length === 0 || compactionIsOff(this.#parts.env())) return 'nothing';
    const beforeTokens = this.#counted + this.#since;
    this.#emit({ type: 'compacting' });
    const summary = await summarise(this.#parts.provider, (history) => this.request(history), old, focus, signal);
    if ('failure' in summary) {
      if (!signal.aborted && this.leaveOut(summary.failure)) return this.compact(trigger, focus, signal);
      if (!signal.aborted) {
        const reason = failureInEnglish(summary.failure);
        this.#emit({ type: 'notice', kind: 'warning', because: { code: 'agent.compactFailed', args: { reason } } });
      }
      return summary.failure;
    }
    this.used(summary.facts, 'summary');
    this.#emit({ type: 'compacted', summary: summary.text, trigger, beforeTokens });
    this.#history = [];
    this.#counted = 0;
    this.#since = 0;
    const context = await this.#readContext();
    const text = summaryText(summary.text, this.#recentFiles(), working);
    const message: Message = { role: 'user', blocks: [...context, { type: 'text', text }, ...kept] };
    this.append(message);
    this.#emit({ type: 'message', message });
    return 'done';
  }

  async #readContext(): Promise<Block[]> {
    let text = '';
    try {
      const context = await this.#parts.context();
      text = context.text;
      for (const because of context.notices) this.#emit({ type: 'notice', kind: 'warning', because });
    } catch (error) {
      this.#emit({
        type: 'notice',
        kind: 'warning',
        because: { code: 'agent.noContext', args: { reason: readableError(error) } },
      });
    }
    this.#context = text;
    this.#emit({ type: 'context', text });
    return text === '' ? [] : [{ type: 'text', text }];
  }

  #info(): ModelInfo {
    return this.#parts.modelInfo(this.#model);
  }
}
