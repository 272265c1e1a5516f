// Reads a conversation back from its lines: what the model was sent, and what the page draws.
import * as z from 'zod/mini';
import type { Settled } from '../contracts/edit.ts';
import type { AgentEvent, Finish } from '../contracts/event.ts';
import type { Block, Message, ToolCall } from '../contracts/message.ts';
import { type Decision, MODES, type Mode } from '../contracts/permission.ts';
import type { AnswerFacts } from '../contracts/provider.ts';
import type { Answer, Question } from '../contracts/question.ts';
import type { Restored } from '../contracts/transcript.ts';
import { addMessage, withoutThinking } from '../util/history.ts';
import { titleOf } from '../util/title.ts';
import { fromMessageContent } from './content.ts';
import { isChained, type Line, lastBranch } from './line.ts';
import { OWN_LINE, type OwnLine, type StoredQuestion } from './ownLines.ts';
import { exact, factsOf, promptOf, resultOf } from './storedParts.ts';

const SYNTHETIC = '<synthetic>';
// Made once: making a schema takes longer than checking a line with it.
const MALFORMED = z.object({ malformed: z.string() });
const MODE = z.enum(MODES);
const COMPACTION = z.object({ trigger: z.optional(z.string()), preTokens: z.optional(z.number()) });
const SUMMARY = z.object({ summary: z.string() });

export function restore(id: string, root: string, all: readonly Line[]): Restored {
  const reader = new Reader();
  for (const line of lastBranch(all)) reader.read(line);
  reader.end();
  const { history: messages, events, context, contextTokens, mode, model } = reader;
  return {
    id,
    root: all.find((line) => line.cwd !== undefined)?.cwd ?? root,
    title: titleIn(all) ?? titleOf(reader.firstPrompt ?? ''),
    messages,
    events,
    mode,
    contextTokens,
    ...(context === undefined ? {} : { context }),
    ...(model === undefined ? {} : { model }),
  };
}

/** The last title anyone gave; of any branch. */
export function titleIn(lines: readonly Line[]): string | undefined {
  const titled = lines.findLast((line) => titleOfLine(line) !== undefined);
  return titled && titleOfLine(titled);
}

function titleOfLine(line: Line): string | undefined {
  const title = { 'custom-title': line['customTitle'], 'ai-title': line['aiTitle'], summary: line['summary'] }[
    line.type
  ];
  return typeof title === 'string' && title !== '' ? title : undefined;
}

class Reader {
  history: Message[] = [];
  readonly events: AgentEvent[] = [];
  context: string | undefined;
  contextTokens = 0;
  mode: Mode = 'default';
  model: string | undefined;
  firstPrompt: string | undefined;
  readonly #calls = new Map<string, ToolCall>();
  readonly #questions = new Map<string, Question>();
  /** Asked, and not answered so far. */
  readonly #waiting = new Set<string>();
  /** The answer whose lines are being read, one a block. */
  #answer: { id: string | undefined; blocks: Block[]; facts: AnswerFacts | undefined } | undefined;
  /** Stored on a line of its own, in front of the message that held it. */
  #pendingContext: string | undefined;
  #boundary: { trigger: 'manual' | 'automatic'; beforeTokens: number } | undefined;
  #requested: string | undefined;
  #answeredBy: string | undefined;
  #turnOpen = false;

  read(line: Line): void {
    if (line.type === 'assistant' && isChained(line)) {
      this.#assistant(line);
      return;
    }
    this.#endAnswer();
    if (line.type === 'user') this.#user(line);
    else if (line.type === 'system' && line.subtype === 'compact_boundary') this.#compacted(line);
    else if (line.type.startsWith('assent-')) {
      const own = OWN_LINE.safeParse(line);
      if (own.success) this.#own(own.data);
    }
  }

  end(): void {
    this.#endAnswer();
    this.#closeTurn();
  }

  #assistant(line: Line): void {
    const { message } = line;
    if (message?.model === SYNTHETIC) {
      this.#endAnswer();
      const said = fromMessageContent(message.content).map((block) => (block.type === 'text' ? block.text : ''));
      this.events.push({
        type: 'notice',
        kind: 'error',
        because: { code: 'transcript.apiError', args: { text: said.join(' ') } },
      });
      return;
    }
    if (this.#answer && (message?.id === undefined || this.#answer.id !== message.id)) this.#endAnswer();
    if (line['entrypoint'] !== 'assent' && message?.model !== undefined) {
      if (this.#answeredBy !== undefined && this.#answeredBy !== message.model)
        this.history = withoutThinking(this.history);
      this.#answeredBy = message.model;
    }
    this.#answer ??= { id: message?.id, blocks: [], facts: factsOf(line) };
    const own = line['assent'] === undefined ? undefined : MALFORMED.safeParse(line['assent']).data;
    for (const block of fromMessageContent(message?.content)) {
      const whole = block.type === 'toolUse' && own ? { ...block, malformed: own.malformed } : block;
      this.#answer.blocks.push(whole);
      if (whole.type === 'toolUse') this.#calls.set(whole.id, whole);
    }
  }

  #endAnswer(): void {
    const answer = this.#answer;
    this.#answer = undefined;
    if (!answer || answer.blocks.length === 0) return;
    const message: Message = { role: 'assistant', blocks: answer.blocks };
    addMessage(this.history, message);
    const { facts } = answer;
    this.events.push(facts ? { type: 'message', message, facts } : { type: 'message', message });
    if (facts) {
      const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = facts.usage;
      this.contextTokens = inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens;
    }
  }

  #user(line: Line): void {
    const blocks = fromMessageContent(line.message?.content);
    if (blocks.length === 0) return;
    if (blocks.some((block) => block.type === 'toolResult')) {
      this.#results(line, blocks);
      return;
    }
    if (line.isCompactSummary) this.#summary(blocks);
    else if (!line.isMeta) this.#prompt(line, blocks);
    const context = this.#pendingContext;
    this.#pendingContext = undefined;
    if (context !== undefined) this.events.push({ type: 'context', text: context });
    const front: Block[] = context ? [{ type: 'text', text: context }] : [];
    this.#add({ role: 'user', blocks: [...front, ...blocks] });
  }

  #add(message: Message): void {
    addMessage(this.history, message);
    this.events.push({ type: 'message', message });
  }

  #prompt(line: Line, blocks: Block[]): void {
    const prompt = promptOf(line, blocks);
    this.#closeTurn();
    this.#turnOpen = true;
    this.firstPrompt ??= prompt.text;
    const mode = MODE.safeParse(line['permissionMode']);
    if (mode.success) this.mode = mode.data;
    this.events.push({ type: 'prompted', prompt });
  }

  #results(line: Line, blocks: Block[]): void {
    addMessage(this.history, { role: 'user', blocks });
    for (const block of blocks) {
      const call = block.type === 'toolResult' ? this.#calls.get(block.id) : undefined;
      if (!call || block.type !== 'toolResult') continue;
      const { content, isError } = block;
      const { status, durationMs, detail } = resultOf(line, isError);
      const output = { content, isError, ...(detail ? { detail } : {}) };
      this.events.push({ type: 'toolFinished', call, output, status, durationMs });
    }
  }

  #compacted(line: Line): void {
    const meta = COMPACTION.safeParse(line['compactMetadata']);
    const trigger = meta.success && meta.data.trigger === 'manual' ? 'manual' : 'automatic';
    const beforeTokens = (meta.success ? meta.data.preTokens : undefined) ?? 0;
    this.history = [];
    this.contextTokens = 0;
    const own = SUMMARY.safeParse(line['assent']);
    if (own.success) this.events.push({ type: 'compacted', summary: own.data.summary, trigger, beforeTokens });
    else this.#boundary = { trigger, beforeTokens };
  }

  #summary(blocks: readonly Block[]): void {
    if (!this.#boundary) return;
    const summary = blocks.map((block) => (block.type === 'text' ? block.text : '')).join('');
    this.events.push({ type: 'compacted', summary, ...this.#boundary });
    this.#boundary = undefined;
  }

  #own(line: OwnLine): void {
    switch (line.type) {
      case 'assent-context':
        this.context = line.text;
        this.#pendingContext = line.text;
        return;
      case 'assent-mode':
        this.mode = line.mode;
        this.events.push({ type: 'mode', mode: line.mode });
        return;
      case 'assent-model':
        this.model = line.model;
        this.events.push({ type: 'model', model: line.model });
        return;
      case 'assent-effort': {
        const { type: _, ...wish } = line;
        this.events.push(exact<AgentEvent>({ type: 'effort', ...wish }));
        return;
      }
      case 'assent-usage': {
        const { type: _, ...usage } = line;
        if (line.purpose === 'main') {
          if (this.#requested !== undefined && this.#requested !== line.model)
            this.history = withoutThinking(this.history);
          this.#requested = line.model;
          this.contextTokens = line.contextTokens;
        }
        this.events.push(exact<AgentEvent>({ type: 'usage', ...usage }));
        return;
      }
      case 'assent-decision': {
        const call = this.#calls.get(line.call);
        if (call) this.events.push({ type: 'toolDecided', call, decision: exact<Decision>(line.decision) });
        return;
      }
      case 'assent-question': {
        const question = this.#question(line.question);
        if (!question) return;
        this.#questions.set(question.id, question);
        this.#waiting.add(question.id);
        this.events.push({ type: 'asked', question });
        return;
      }
      case 'assent-answer':
      case 'assent-review': {
        const question = this.#questions.get(line.question);
        if (!question) return;
        this.#waiting.delete(question.id);
        const settled = line.settled ? { settled: exact<Settled[]>(line.settled) } : {};
        this.events.push({ type: 'answered', question, answer: exact<Answer>(line.answer), ...settled });
        return;
      }
      case 'assent-started': {
        const call = this.#calls.get(line.call);
        if (call) this.events.push({ type: 'toolStarted', call });
        return;
      }
      case 'assent-finished':
        this.#turnOpen = false;
        this.events.push({ type: 'finished', finish: exact<Finish>(line.finish) });
        return;
      case 'assent-todos':
        this.events.push({ type: 'todos', todos: line.todos });
        return;
      case 'assent-leftout':
        this.events.push({ type: 'leftOut', media: line.media });
        return;
      case 'assent-notice':
        this.events.push({ type: 'notice', kind: line.kind, because: line.because });
    }
  }

  #question(stored: StoredQuestion): Question | undefined {
    if (stored.type === 'review') {
      const calls = stored.calls.flatMap((id) => this.#calls.get(id) ?? []);
      return calls.length === stored.calls.length ? exact<Question>({ ...stored, calls }) : undefined;
    }
    const call = this.#calls.get(stored.call);
    return call && exact<Question>({ ...stored, call });
  }

  /** The other client stores no end of a turn. One that waits for an answer has none yet. */
  #closeTurn(): void {
    if (this.#turnOpen && this.#waiting.size === 0) this.events.push({ type: 'finished', finish: { reason: 'done' } });
    this.#turnOpen = false;
  }
}
