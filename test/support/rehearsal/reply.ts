// Turns the steps of one turn into the events of a stream, as the service sends them.
import { randomUUID } from 'node:crypto';
import type { Fields } from './messagesRequest.ts';
import type { Step, Turn } from './script.ts';
import { signThinking } from './validate.ts';

/** What happens next: an event to send, a number of tokens' worth of time, or a fixed silence. */
export type Action = { type: 'event'; name: string; data: Fields; tokens: number } | { type: 'stall'; ms: number };

export type ReplyFacts = {
  messageId: string;
  model: string;
  usage: { inputTokens: number; cacheReadTokens: number; cacheWriteTokens: number };
  maxTokens: number;
  /** Fewer, larger pieces when nobody watches the clock; one token a piece when a rate is set. */
  pieceLength: number;
};

/** What was answered, once `actions` has run to its end. */
export type Reply = { actions: Generator<Action, void>; content: Fields[]; stop(): string; outputTokens(): number };

export const CHARACTERS_PER_TOKEN = 4;

export function replyOf(turn: Turn, facts: ReplyFacts): Reply {
  const content: Fields[] = [];
  let outputTokens = 0;
  let cut = false;

  const event = (name: string, data: Fields, tokens = 0): Action => ({
    type: 'event',
    name,
    data: { type: name, ...data },
    tokens,
  });

  /** The pieces of a text until the limit of the answer is reached. */
  function* pieces(text: string): Generator<{ text: string; tokens: number }> {
    for (const piece of split(text, facts.pieceLength)) {
      const tokens = Math.max(1, Math.ceil(piece.length / CHARACTERS_PER_TOKEN));
      if (outputTokens + tokens > facts.maxTokens) {
        cut = true;
        return;
      }
      outputTokens += tokens;
      yield { text: piece, tokens };
    }
  }

  function* block(step: Step, index: number): Generator<Action> {
    if (step.type === 'text') {
      const made = { type: 'text', text: '' };
      content.push(made);
      yield event('content_block_start', { index, content_block: { type: 'text', text: '' } });
      for (const piece of pieces(step.text)) {
        made.text += piece.text;
        yield event('content_block_delta', { index, delta: { type: 'text_delta', text: piece.text } }, piece.tokens);
      }
    } else if (step.type === 'thinking') {
      const made = { type: 'thinking', thinking: '', signature: '' };
      content.push(made);
      yield event('content_block_start', { index, content_block: { type: 'thinking', thinking: '', signature: '' } });
      for (const piece of pieces(step.text)) {
        made.thinking += piece.text;
        const delta = { type: 'thinking_delta', thinking: piece.text };
        yield event('content_block_delta', { index, delta }, piece.tokens);
      }
      made.signature = signThinking(made.thinking);
      const delta = { type: 'signature_delta', signature: made.signature };
      yield event('content_block_delta', { index, delta });
    } else if (step.type === 'tool') {
      const id = step.id ?? `toolu_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
      content.push({ type: 'tool_use', id, name: step.name });
      const start = { type: 'tool_use', id, name: step.name, input: {} };
      yield event('content_block_start', { index, content_block: start });
      yield event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json: '' } });
      for (const piece of pieces(step.json)) {
        const delta = { type: 'input_json_delta', partial_json: piece.text };
        yield event('content_block_delta', { index, delta }, piece.tokens);
      }
    } else if (step.type === 'block') {
      content.push(step.block);
      yield event('content_block_start', { index, content_block: step.block });
    }
    yield event('content_block_stop', { index });
  }

  const stop = () =>
    turn.stop ?? (cut ? 'max_tokens' : content.some((made) => made['type'] === 'tool_use') ? 'tool_use' : 'end_turn');

  function* actions(): Generator<Action, void> {
    const input = {
      input_tokens: facts.usage.inputTokens,
      cache_creation_input_tokens: facts.usage.cacheWriteTokens,
      cache_read_input_tokens: facts.usage.cacheReadTokens,
    };
    yield event('message_start', {
      message: {
        id: facts.messageId,
        type: 'message',
        role: 'assistant',
        model: facts.model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...input, output_tokens: 1 },
      },
    });
    yield event('ping', {});
    let index = 0;
    for (const step of turn.steps) {
      if (step.type === 'stall') yield { type: 'stall', ms: step.ms };
      else if (step.type === 'error') {
        yield event('error', { error: step.error });
        return;
      } else {
        yield* block(step, index++);
        if (cut) break;
      }
    }
    const details = stop() === 'refusal' ? { stop_details: { category: null, explanation: 'Rehearsed refusal' } } : {};
    yield event('message_delta', {
      delta: { stop_reason: stop(), stop_sequence: null, ...details },
      // Cumulative, as the service counts.
      usage: { ...input, output_tokens: Math.max(1, outputTokens) },
    });
    yield event('message_stop', {});
  }

  return { actions: actions(), content, stop, outputTokens: () => outputTokens };
}

/** Pieces of about `length` characters; never inside a surrogate pair. */
function* split(text: string, length: number): Generator<string> {
  let piece = '';
  for (const character of text) {
    piece += character;
    if (piece.length >= length) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}

export function sse(name: string, data: Fields): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
