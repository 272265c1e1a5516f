// A model that says what a test wrote down, and fails the test when it is sent a history that no real one would accept.
import type { Block, Message } from '../../src/contracts/message.ts';
import type {
  AnswerFacts,
  Failure,
  ModelEvent,
  ModelRequest,
  Provider,
  StopReason,
} from '../../src/contracts/provider.ts';

/** What one request is answered with: blocks, events, or a generator for everything else. */
export type Turn =
  | Block[]
  | { events: ModelEvent[] }
  | ((request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>);

export type ScriptedProvider = Provider & {
  /** Every request, copied as it was sent. */
  readonly requests: ModelRequest[];
  /** Adds answers at the end. */
  push(...turns: Turn[]): void;
};

export function scriptedProvider(...turns: Turn[]): ScriptedProvider {
  const requests: ModelRequest[] = [];
  const script = [...turns];
  return {
    id: 'scripted',
    requests,
    push: (...more) => script.push(...more),
    async *stream(request, signal) {
      const fault = faultOf(request.messages);
      if (fault !== undefined) failTest(`${fault}\n${JSON.stringify(request.messages, null, 1)}`);
      requests.push(structuredClone(request));
      const turn = script.shift();
      if (!turn) return yield* failed({ code: 'badRequest', detail: 'the script is exhausted', retryable: false });
      if (typeof turn === 'function') return yield* turn(request, signal);
      yield* Array.isArray(turn) ? events(turn, requests.length) : turn.events;
    },
  };
}

/** The events of a whole answer: text in two pieces, then the message. */
export function events(blocks: Block[], number: number, stop?: StopReason): ModelEvent[] {
  const deltas = blocks.flatMap((block): ModelEvent[] => {
    if (block.type !== 'text') return [];
    const half = Math.ceil(block.text.length / 2);
    return [block.text.slice(0, half), block.text.slice(half)]
      .filter((text) => text !== '')
      .map((text) => ({ type: 'textDelta', text }));
  });
  const calls = blocks.some((block) => block.type === 'toolUse');
  return [
    ...deltas,
    {
      type: 'done',
      message: { role: 'assistant', blocks },
      facts: facts(number, stop ?? (calls ? 'toolUse' : 'endTurn')),
    },
  ];
}

export function facts(number: number, stop: StopReason): AnswerFacts {
  const usage = { inputTokens: 10, cacheWriteTokens: 20, cacheReadTokens: 100 * number, outputTokens: 5 };
  return { messageId: `msg_${number}`, model: 'scripted-1', usage, stop };
}

export const text = (words: string): Block => ({ type: 'text', text: words });
export const call = (id: string, name: string, input: unknown = {}): Block => ({ type: 'toolUse', id, name, input });

export function* failed(failure: Failure, partial?: Message): Generator<ModelEvent, void> {
  yield partial ? { type: 'failed', failure, partial } : { type: 'failed', failure };
}

/** Outside of any promise, so that nothing can swallow it. */
function failTest(why: string): void {
  setImmediate(() => {
    throw new Error(`A real model would refuse this history: ${why}`);
  });
}

function faultOf(messages: readonly Message[]): string | undefined {
  if (messages[0]?.role !== 'user') return 'it does not begin with a user message';
  let open: string[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role === messages[index - 1]?.role) return `message ${index} has the role of the one before it`;
    if (message.blocks.length === 0) return `message ${index} is empty`;
    if (message.blocks.some((block) => block.type === 'text' && block.text === ''))
      return `message ${index} has an empty text`;
    const results = message.blocks.flatMap((block) => (block.type === 'toolResult' ? [block.id] : []));
    if (message.role === 'user') {
      if ([...results].sort().join() !== [...open].sort().join())
        return `message ${index} has results [${results}] for calls [${open}]`;
      if (message.blocks.slice(0, results.length).some((block) => block.type !== 'toolResult'))
        return `message ${index} has text before results`;
      open = [];
    } else open = message.blocks.flatMap((block) => (block.type === 'toolUse' ? [block.id] : []));
  }
  return open.length > 0 ? `calls [${open}] have no result` : undefined;
}
