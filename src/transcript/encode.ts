// Events of a conversation as lines of its file: the kinds that the existing client knows, and kinds of our own beside them.
import type { Change, Settled } from '../contracts/edit.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { Block, Message, Prompt, ToolResult } from '../contracts/message.ts';
import type { AnswerFacts, StopReason } from '../contracts/provider.ts';
import type { Question } from '../contracts/question.ts';
import type { ToolDetail } from '../contracts/tool.ts';
import { wordsServed } from '../util/servedText.ts';
import { toContent, toMessageContent } from './content.ts';
import { toolUseResult } from './toolUseResult.ts';

export const STOPS: Readonly<Record<StopReason, string>> = {
  endTurn: 'end_turn',
  toolUse: 'tool_use',
  maxTokens: 'max_tokens',
  stopSequence: 'stop_sequence',
  pauseTurn: 'pause_turn',
  refusal: 'refusal',
  contextWindow: 'model_context_window_exceeded',
};

/** Where the file stands: what the next line hangs on, and what is written already. */
export type Place = { leaf: string | null; results: Set<string>; callLines: Map<string, string> };
export type EncodeOptions = { session(): string; cwd: string; version: string; now(): number; newId(): string };
type Fields = Record<string, unknown>;
type ToolFinished = Extract<AgentEvent, { type: 'toolFinished' }>;

/** `encode` gives the lines of an event, without line ends; most events have one, passing ones none. */
export class Encoder {
  readonly #options: EncodeOptions;
  readonly #place: Place;
  #mode = 'default';
  #model = 'unknown';
  /** Announced, and still to be stored with the message that holds them. */
  #prompt: Prompt | undefined;
  #lastPrompt: string | undefined;
  #context: string | undefined;
  #summary = false;

  constructor(options: EncodeOptions, place: Place) {
    this.#options = options;
    this.#place = place;
  }

  encode(event: AgentEvent): string[] {
    return this.#fields(event).map((fields) => JSON.stringify(fields));
  }

  #fields(event: AgentEvent): Fields[] {
    switch (event.type) {
      case 'prompted':
        this.#prompt = event.prompt;
        return [];
      case 'message':
        return event.message.role === 'assistant'
          ? this.#assistant(event.message, event.facts)
          : this.#user(event.message);
      case 'toolFinished':
        return [
          this.#result(
            { type: 'toolResult', id: event.call.id, content: event.output.content, isError: event.output.isError },
            event,
          ),
        ];
      case 'compacted':
        return [this.#boundary(event)];
      case 'context':
        this.#context = event.text;
        return [this.#own('context', { text: event.text })];
      case 'mode':
        this.#mode = event.mode;
        return [this.#own('mode', { mode: event.mode })];
      case 'model':
        this.#model = event.model;
        return [this.#own('model', { model: event.model })];
      case 'effort': {
        const { type: _, ...wish } = event;
        return [this.#own('effort', wish)];
      }
      case 'usage': {
        const { type: _, ...usage } = event;
        this.#model = event.model;
        return [this.#own('usage', usage)];
      }
      case 'title':
        return [titleLine(event.title, this.#options.session())];
      case 'toolDecided':
        return [this.#own('decision', { call: event.call.id, decision: event.decision })];
      case 'asked':
        // What a server asked, and what it was told, is between it and the person.
        if (event.question.type === 'elicit' || event.question.type === 'sample') return [];
        return [this.#own('question', { question: slimQuestion(event.question) })];
      case 'answered': {
        if (event.question.type === 'elicit' || event.question.type === 'sample') return [];
        const kind = event.question.type === 'review' ? 'review' : 'answer';
        const settled = event.settled === undefined ? {} : { settled: event.settled.map(slimSettled) };
        return [this.#own(kind, { question: event.question.id, answer: event.answer, ...settled })];
      }
      case 'toolStarted':
        return [this.#own('started', { call: event.call.id })];
      case 'todos':
        return [this.#own('todos', { todos: event.todos })];
      case 'leftOut':
        return [this.#own('leftout', { media: event.media })];
      case 'notice':
        return [this.#own('notice', { kind: event.kind, because: event.because })];
      case 'finished':
        return [this.#own('finished', { finish: event.finish }), ...this.#lastPromptLine()];
      default:
        return [];
    }
  }

  #assistant(message: Message, facts: AnswerFacts | undefined): Fields[] {
    const id = facts?.messageId ?? `msg_${this.#options.newId()}`;
    const usage = facts && {
      input_tokens: facts.usage.inputTokens,
      cache_creation_input_tokens: facts.usage.cacheWriteTokens,
      cache_read_input_tokens: facts.usage.cacheReadTokens,
      output_tokens: facts.usage.outputTokens,
    };
    return message.blocks.map((block) => {
      const line = this.#chained('assistant', {
        message: {
          id,
          type: 'message',
          role: 'assistant',
          model: facts?.model ?? this.#model,
          content: [toContent(block)],
          stop_reason: facts ? STOPS[facts.stop] : null,
          stop_sequence: null,
          ...(usage ? { usage } : {}),
        },
        ...(facts?.requestId === undefined ? {} : { requestId: facts.requestId }),
        ...(block.type === 'toolUse' && block.malformed !== undefined
          ? { assent: { malformed: block.malformed } }
          : {}),
      });
      if (block.type === 'toolUse') this.#place.callLines.set(block.id, String(line['uuid']));
      return line;
    });
  }

  #user(message: Message): Fields[] {
    const results = message.blocks.filter((block) => block.type === 'toolResult');
    const lines = results.filter((block) => !this.#place.results.has(block.id)).map((block) => this.#result(block));
    let rest: Block[] = message.blocks.filter((block) => block.type !== 'toolResult');
    // The context has a line of its own; the client gives its own context to a conversation that it goes on with.
    if (this.#context !== undefined) {
      const [first] = rest;
      if (first?.type === 'text' && first.text === this.#context) rest = rest.slice(1);
      if (results.length === 0 || rest.length > 0) this.#context = undefined;
    }
    if (rest.length > 0)
      lines.push(
        this.#chained('user', {
          ...this.#promptFields(rest),
          message: { role: 'user', content: toMessageContent(rest) },
        }),
      );
    return lines;
  }

  #promptFields(blocks: readonly Block[]): Fields {
    if (this.#summary) {
      this.#summary = false;
      return { isCompactSummary: true };
    }
    const prompt = this.#prompt;
    if (!prompt) return { isMeta: true };
    this.#prompt = undefined;
    this.#lastPrompt = prompt.text;
    const attachments = prompt.attachments.map((one) => {
      if (one.type !== 'media') return one;
      const block = blocks.findIndex((block) => 'data' in block && block.data === one.media.data);
      return { type: 'media', name: one.name, block };
    });
    return {
      promptId: prompt.id,
      permissionMode: this.#mode,
      assent: { prompt: { text: prompt.text, atMs: prompt.atMs, attachments, ...storedServed(prompt, blocks) } },
    };
  }

  #result(block: ToolResult, event?: ToolFinished): Fields {
    const source = this.#place.callLines.get(block.id);
    this.#place.results.add(block.id);
    const detail = event?.output.detail && slimDetail(event.output.detail);
    return this.#chained('user', {
      message: { role: 'user', content: [toContent(block)] },
      toolUseResult: toolUseResult(block, event),
      ...(source === undefined ? {} : { sourceToolAssistantUUID: source }),
      ...(event
        ? { assent: { status: event.status, durationMs: event.durationMs, ...(detail ? { detail } : {}) } }
        : {}),
    });
  }

  #boundary(event: Extract<AgentEvent, { type: 'compacted' }>): Fields {
    const logicalParentUuid = this.#place.leaf;
    this.#place.leaf = null;
    this.#summary = true;
    return this.#chained('system', {
      logicalParentUuid,
      subtype: 'compact_boundary',
      content: 'Conversation compacted',
      level: 'info',
      isMeta: false,
      compactMetadata: { trigger: event.trigger === 'manual' ? 'manual' : 'auto', preTokens: event.beforeTokens },
      assent: { summary: event.summary },
    });
  }

  #lastPromptLine(): Fields[] {
    if (this.#lastPrompt === undefined) return [];
    const { session } = this.#options;
    return [{ type: 'last-prompt', lastPrompt: this.#lastPrompt, leafUuid: this.#place.leaf, sessionId: session() }];
  }

  #chained(type: string, fields: Fields): Fields {
    const { session, cwd, version, now, newId } = this.#options;
    const uuid = newId();
    const parentUuid = this.#place.leaf;
    this.#place.leaf = uuid;
    const timestamp = new Date(now()).toISOString();
    return {
      parentUuid,
      isSidechain: false,
      type,
      ...fields,
      uuid,
      timestamp,
      userType: 'external',
      entrypoint: 'assent',
      cwd,
      sessionId: session(),
      version,
    };
  }

  #own(kind: string, fields: Fields): Fields {
    const { session, now } = this.#options;
    return {
      type: `assent-${kind}`,
      parentUuid: this.#place.leaf,
      ...fields,
      timestamp: new Date(now()).toISOString(),
      sessionId: session(),
    };
  }
}

/** Its words stand in the message: only who said which of its blocks is kept beside it. */
function storedServed({ fromServer }: Prompt, blocks: readonly Block[]): Fields {
  if (fromServer === undefined) return {};
  const texts = blocks.flatMap((block, at) =>
    block.type === 'text' && wordsServed(block.text) !== undefined ? [at] : [],
  );
  const messages = fromServer.messages.map((message) => ({
    role: message.role,
    blocks: message.blocks.map((one) =>
      one.type === 'text' ? texts.shift() : blocks.findIndex((block) => 'data' in block && block.data === one.data),
    ),
  }));
  return { fromServer: { ...fromServer, messages } };
}

/** The client's own kind, so that both show the same title. */
export function titleLine(title: string, session: string): Fields {
  return { type: 'custom-title', customTitle: title, sessionId: session };
}

/** From here on the conversation goes on behind another line; the other client follows once there is one more. */
export function rewindLine(leafUuid: string | null, sessionId: string, atMs: number): Fields {
  return { type: 'assent-rewind', leafUuid, timestamp: new Date(atMs).toISOString(), sessionId };
}

/** Calls stand in the assistant's lines already; whole texts of files would be there many times over. */
function slimQuestion(question: Question): Fields {
  if (question.type !== 'review') return { ...question, call: question.call.id };
  return {
    ...question,
    calls: question.calls.map((call) => call.id),
    review: { ...question.review, changes: question.review.changes.map(slimChange) },
  };
}

function slimChange(change: Change): Change {
  return { ...change, before: '', after: '' };
}

function slimSettled(settled: Settled): Settled {
  return settled.change ? { ...settled, change: slimChange(settled.change) } : settled;
}

function slimDetail(detail: ToolDetail): ToolDetail {
  return detail.type === 'edit' ? { ...detail, changes: detail.changes.map(slimChange) } : detail;
}
