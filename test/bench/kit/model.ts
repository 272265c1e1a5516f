// Starts the model of the figures and writes its answers.
import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { ROOT } from '../../support/vscode/root.ts';

/** The bytes of a whole answer, or events sent so many a second. */
export type Answer = string | { head: string; events: string[]; tail: string; perSecond: number };
/** Times are milliseconds of the wall clock. `arrivedAt` is when the headers of the request were there. */
export type Answered = { arrivedAt: number; startedAt: number; endedAt: number; body: string };
export type Model = {
  url: string;
  /** Answers in this order from now on, and begins anew after the last. Forgets what was answered. */
  setAnswers(answers: Answer[]): Promise<void>;
  answered: Answered[];
  /** Resolves with the `count`th answer since `setAnswers`, counted from 1. */
  answeredTo(count: number): Promise<Answered>;
  close(): Promise<void>;
};

export async function startModel(answers: Answer[] = [textAnswer('Done.')]): Promise<Model> {
  const worker = new Worker(path.join(ROOT, 'test/bench/kit/model.mjs'), { workerData: { answers } });
  const [{ port }] = (await once(worker, 'message')) as [{ port: number }];
  const model: Model = {
    url: `http://127.0.0.1:${port}`,
    answered: [],
    async setAnswers(list) {
      const ready = new Promise<void>((resolve) => {
        const listener = (message: object) => {
          if (!('ready' in message)) return;
          worker.off('message', listener);
          resolve();
        };
        worker.on('message', listener);
      });
      worker.postMessage({ answers: list });
      await ready;
      model.answered = [];
    },
    async answeredTo(count) {
      for (const giveUpAt = Date.now() + 30_000; Date.now() < giveUpAt; ) {
        const answered = model.answered[count - 1];
        if (answered !== undefined) return answered;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      throw new Error(`The model was asked ${model.answered.length} times, not ${count}`);
    },
    async close() {
      await worker.terminate();
    },
  };
  worker.on('message', (message: object) => {
    if ('arrivedAt' in message) model.answered.push(message as Answered);
  });
  return model;
}

export function textAnswer(text: string): string {
  return [START, ...textBlock([text]), ...end('end_turn')].join('');
}

export function callAnswer(id: string, name: string, input: unknown): string {
  const start = { index: 0, content_block: { type: 'tool_use', id, name, input: {} } };
  const delta = { index: 0, delta: { type: 'input_json_delta', partial_json: JSON.stringify(input) } };
  return [
    START,
    event('content_block_start', start),
    event('content_block_delta', delta),
    event('content_block_stop', { index: 0 }),
    ...end('tool_use'),
  ].join('');
}

/** `pieces` are sent one by one, `perSecond` of them. */
export function streamedAnswer(pieces: string[], perSecond: number): Answer {
  const [first = '', ...rest] = textBlock(pieces);
  return {
    head: START + first,
    events: rest.slice(0, -1),
    tail: [rest.at(-1), ...end('end_turn')].join(''),
    perSecond,
  };
}

const USAGE = { input_tokens: 10, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 10 };
const START = event('message_start', {
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'assent-rehearsal',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: USAGE,
  },
});

function textBlock(pieces: string[]): string[] {
  return [
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...pieces.map((text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
    event('content_block_stop', { index: 0 }),
  ];
}

function end(reason: string): string[] {
  const delta = { stop_reason: reason, stop_sequence: null };
  return [event('message_delta', { delta, usage: USAGE }), event('message_stop', {})];
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
