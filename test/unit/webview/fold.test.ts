// What a conversation looks like after its events, without a browser.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Message, ToolCall } from '../../../src/contracts/message.ts';
import type { Decision } from '../../../src/contracts/permission.ts';
import type { Question } from '../../../src/contracts/question.ts';
import { changeCall, fold, prepend } from '../../../webview/fold.ts';
import { type Folded, NOTHING_FOLDED } from '../../../webview/foldDraft.ts';
import type { Item } from '../../../webview/items.ts';

const NOW = 1_000_000;
const prompted = (text: string): AgentEvent => ({
  type: 'prompted',
  prompt: { id: text, text, attachments: [], atMs: 0 },
});
const delta = (text: string): AgentEvent => ({ type: 'textDelta', text });
const thought = (text: string): AgentEvent => ({ type: 'thinkingDelta', text });
const assistant = (...blocks: Message['blocks']): AgentEvent => ({
  type: 'message',
  message: { role: 'assistant', blocks },
});
const text = (words: string) => ({ type: 'text' as const, text: words });
const bash = (id: string, command = 'ls'): ToolCall => ({ type: 'toolUse', id, name: 'Bash', input: { command } });
const done: AgentEvent = { type: 'finished', finish: { reason: 'done' } };
const finished = (call: ToolCall, status: 'done' | 'failed' | 'denied' | 'cancelled' = 'done'): AgentEvent => ({
  type: 'toolFinished',
  call,
  output: { content: [{ type: 'text', text: 'out' }], isError: status !== 'done' },
  status,
  durationMs: 5,
});
const decision: Decision = {
  kind: 'ask',
  because: { code: 'x', args: {} },
  record: {
    tool: 'Bash',
    mode: 'default',
    trusted: true,
    cwd: '/',
    actions: [],
    step: 'mode',
    safety: [],
    matches: [],
    smallestChange: { kind: 'none', because: { code: 'x', args: {} } },
  },
};
const permission = (call: ToolCall): Question => ({
  type: 'permission',
  id: `q-${call.id}`,
  call,
  subject: 'ls',
  decision,
});
const review: Question = {
  type: 'review',
  id: 'q-r',
  calls: [],
  review: { id: 'r', calls: [], changes: [] },
  decisions: [],
};

function live(events: AgentEvent[], before: Folded = NOTHING_FOLDED, nowMs = NOW): Folded {
  return fold(before, events, nowMs, true);
}
function shape(folded: Folded): string[] {
  return folded.items.map(oneLine);
}
function oneLine(item: Item): string {
  switch (item.kind) {
    case 'prompt':
      return `prompt ${item.prompt.text}`;
    case 'text':
    case 'thinking':
      return `${item.kind}${item.open ? ' open' : ''} ${item.text}`;
    case 'tool':
      return `tool ${item.call.id} ${item.status}`;
    case 'finish':
      return `finish ${item.finish.reason}`;
    case 'notice':
      return `notice ${item.because.code}`;
    default:
      return item.kind;
  }
}

it('a call that asks while it runs goes on with the answer, and stays where it is with a no', () => {
  const call: ToolCall = { type: 'toolUse', id: 'f1', name: 'WebFetch', input: { url: 'https://a.example/' } };
  const statusAfter = (...events: AgentEvent[]) => {
    const item = live([prompted('go'), assistant(call), ...events]).items.at(-1);
    return item?.kind === 'tool' ? item.status : undefined;
  };
  const question = permission(call);
  const yes: AgentEvent = { type: 'answered', question, answer: { type: 'allow' } };
  const started: AgentEvent = { type: 'toolStarted', call };
  assert.equal(statusAfter({ type: 'asked', question }, yes), 'waiting');
  assert.equal(statusAfter(started, { type: 'asked', question }), 'waiting');
  assert.equal(statusAfter(started, { type: 'asked', question }, yes), 'running');
  assert.equal(statusAfter(started, { type: 'asked', question }, { ...yes, answer: { type: 'deny' } }), 'waiting');
});

describe('fold', () => {
  it('grows one open text from its deltas, and closes it when the message is whole', () => {
    const streaming = live([prompted('hi'), delta('Hel'), delta('lo')]);
    assert.deepEqual(shape(streaming), ['prompt hi', 'text open Hello']);
    const whole = live([assistant(text('Hello.')), done], streaming);
    assert.deepEqual(shape(whole), ['prompt hi', 'text Hello.']);
    assert.equal(whole.items[1]?.seq, streaming.items[1]?.seq);
  });

  it('closes the thinking with its time when the text begins', () => {
    const start = live([prompted('hi'), thought('Hm.')]);
    const after = live([delta('Yes')], start, NOW + 4200);
    assert.deepEqual(shape(after), ['prompt hi', 'thinking Hm.', 'text open Yes']);
    const item = after.items[1];
    assert.equal(item?.kind === 'thinking' && item.durationMs, 4200);
    const whole = live([assistant({ type: 'thinking', text: 'Hm.' }, text('Yes'))], after, NOW + 9000);
    const kept = whole.items[1];
    assert.equal(kept?.kind === 'thinking' && kept.durationMs, 4200);
  });

  it('drops what a failed try streamed, and says when the next one comes', () => {
    const call = bash('a');
    const failed = live([
      prompted('hi'),
      delta('Half'),
      { type: 'toolDelta', call: 'a', tool: 'Bash', bytes: 10 },
      { type: 'retrying', because: { code: 'r', args: {} }, attempt: 1, of: 3, atMs: NOW + 500 },
    ]);
    assert.deepEqual(shape(failed), ['prompt hi']);
    assert.equal(failed.retry?.attempt, 1);
    const again = live([delta('Full'), assistant(text('Full'), call)], failed);
    assert.deepEqual(shape(again), ['prompt hi', 'text Full', 'tool a waiting']);
    assert.equal(again.retry, undefined);
  });

  it('keeps a notice that came while an answer was streaming when that answer is void', () => {
    const folded = live([
      prompted('hi'),
      delta('Half'),
      { type: 'notice', kind: 'info', because: { code: 'n', args: {} } },
      { type: 'retrying', because: { code: 'r', args: {} }, attempt: 1, of: 3, atMs: NOW },
    ]);
    assert.deepEqual(shape(folded), ['prompt hi', 'notice n']);
    assert.deepEqual(
      folded.items.map((item) => item.seq),
      [0, 1],
    );
  });

  it('follows a call from writing to its result, in one card', () => {
    const call = bash('a');
    const writing = live([prompted('hi'), { type: 'toolDelta', call: 'a', tool: 'Bash', bytes: 7 }]);
    assert.deepEqual(shape(writing), ['prompt hi', 'tool a waiting']);
    const question = permission(call);
    const asked = live(
      [assistant(call), { type: 'toolDecided', call, decision }, { type: 'asked', question }],
      writing,
    );
    assert.equal(asked.items.length, 2);
    const card = asked.items[1];
    assert.ok(card?.kind === 'tool' && card.question?.id === 'q-a' && card.decision && card.writing === undefined);
    const ran = live(
      [
        { type: 'answered', question, answer: { type: 'allow' } },
        { type: 'toolStarted', call },
        { type: 'toolProgress', call: 'a', text: 'one\n' },
        { type: 'toolProgress', call: 'a', text: 'two\n' },
      ],
      asked,
    );
    const running = ran.items[1];
    assert.ok(running?.kind === 'tool' && running.status === 'running' && running.progress === 'one\ntwo\n');
    assert.equal(running.startedAtMs, NOW);
    const end = live([finished(call)], ran);
    assert.deepEqual(shape(end), ['prompt hi', 'tool a done']);
    assert.equal(end.items[1]?.seq, writing.items[1]?.seq);
  });

  it('makes a card for a question whose call it never saw', () => {
    const folded = live([{ type: 'asked', question: permission(bash('z')) }]);
    assert.deepEqual(shape(folded), ['tool z waiting']);
  });

  it('shows no card for a to-do list that was written, and one for a list that failed', () => {
    const call: ToolCall = { type: 'toolUse', id: 't', name: 'TodoWrite', input: {} };
    const events: AgentEvent[] = [
      { type: 'toolDelta', call: 't', tool: 'TodoWrite', bytes: 3 },
      assistant(call),
      { type: 'todos', todos: [{ content: 'a', activeForm: 'b', status: 'pending' }] },
    ];
    const fine = live([...events, finished(call)]);
    assert.deepEqual(shape(fine), []);
    assert.equal(fine.todos?.length, 1);
    assert.deepEqual(shape(live([...events, finished(call, 'failed')])), ['tool t failed']);
  });

  it('takes results from the messages of another client', () => {
    const folded = live([
      prompted('hi'),
      assistant(bash('a'), bash('b')),
      {
        type: 'message',
        message: {
          role: 'user',
          blocks: [
            { type: 'toolResult', id: 'a', content: [text('fine')], isError: false },
            { type: 'toolResult', id: 'b', content: [text('bad')], isError: true },
          ],
        },
      },
    ]);
    assert.deepEqual(shape(folded), ['prompt hi', 'tool a done', 'tool b failed']);
  });

  it('leaves no card waiting when the turn is over, and closes an open text', () => {
    const folded = live([
      prompted('hi'),
      assistant(bash('a')),
      delta('Then'),
      { type: 'finished', finish: { reason: 'cancelled' } },
    ]);
    assert.deepEqual(shape(folded), ['prompt hi', 'tool a cancelled', 'text Then', 'finish cancelled']);
    assert.equal(folded.openFrom, undefined);
  });

  it('keeps the answer to a review and what was settled', () => {
    const asked = live([{ type: 'asked', question: review }]);
    const folded = live(
      [{ type: 'answered', question: review, answer: { type: 'review', hunks: [] }, settled: [] }],
      asked,
    );
    assert.equal(folded.items.length, 1);
    const item = folded.items[0];
    assert.ok(item?.kind === 'review' && item.answer?.type === 'review' && item.settled?.length === 0);
  });

  it('adds up costs and says when a price is not known', () => {
    const usage = (costUsd?: number): AgentEvent => ({
      type: 'usage',
      usage: { inputTokens: 1, cacheWriteTokens: 0, cacheReadTokens: 0, outputTokens: 1 },
      model: 'm',
      purpose: 'main',
      contextTokens: 50,
      contextWindow: 200,
      ...(costUsd === undefined ? {} : { costUsd }),
    });
    const folded = live([usage(0.25), usage(0.5)]);
    assert.deepEqual(folded.costs, { usd: 0.75, unpriced: false, requests: 2 });
    assert.deepEqual(folded.context, { tokens: 50, window: 200 });
    assert.equal(live([usage()], folded).costs.unpriced, true);
  });

  it('leaves every item that did not change the same object', () => {
    const before = live([prompted('hi'), assistant(text('One'), bash('a')), delta('T')]);
    const after = live([delta('wo')], before);
    assert.equal(after.items[0], before.items[0]);
    assert.equal(after.items[1], before.items[1]);
    assert.equal(after.items[2], before.items[2]);
    assert.notEqual(after.items[3], before.items[3]);
    assert.equal(oneLine(before.items[3] as Item), 'text open T');
  });

  it('starts no clock for what is only drawn again', () => {
    const call = bash('a');
    const folded = fold(NOTHING_FOLDED, [prompted('hi'), thought('x'), { type: 'toolStarted', call }], NOW, false);
    assert.equal(folded.lastDataMs, undefined);
    assert.ok(folded.items.every((item) => !('startedAtMs' in item)));
  });
});

describe('prepend', () => {
  it('puts earlier turns first and keeps finding the calls of both', () => {
    const later = live([prompted('two'), assistant(bash('b'))]);
    const joined = prepend(later, [prompted('one'), assistant(bash('a')), finished(bash('a'))]);
    assert.deepEqual(shape(joined), ['prompt one', 'tool a done', 'prompt two', 'tool b waiting']);
    assert.deepEqual(
      joined.items.map((item) => item.seq),
      [-2, -1, 0, 1],
    );
    assert.equal(joined.items[2], later.items[0]);
    const more = prepend(joined, [prompted('zero')]);
    assert.equal(more.first, -3);
    const end = live([finished(bash('b'))], more);
    assert.deepEqual(shape(end), ['prompt zero', 'prompt one', 'tool a done', 'prompt two', 'tool b done']);
  });

  it('does not bring back what is past: to-dos and context of the present stay', () => {
    const todo = (content: string): AgentEvent => ({
      type: 'todos',
      todos: [{ content, activeForm: '', status: 'pending' }],
    });
    assert.equal(prepend(live([todo('new')]), [todo('old')]).todos?.[0]?.content, 'new');
    assert.equal(prepend(live([prompted('x')]), [todo('old')]).todos?.[0]?.content, 'old');
  });
});

describe('changeCall', () => {
  it('changes the card of a call, and nothing for a call that is not there', () => {
    const folded = live([assistant(bash('a'))]);
    const item = changeCall(folded, 'a', { whole: 'everything' }).items[0];
    assert.ok(item?.kind === 'tool' && item.whole === 'everything');
    assert.equal(changeCall(folded, 'nope', { whole: '' }), folded);
  });
});

describe('long conversations', () => {
  it('copies neither an item nor the index of calls for a delta more', () => {
    const turns = (count: number) =>
      Array.from({ length: count }, (_, i) => [
        prompted(`p${i}`),
        assistant(text('x'), bash(`c${i}`)),
        finished(bash(`c${i}`)),
        done,
      ]).flat();
    const many = turns(5000);
    const folded = live(many);
    assert.equal(folded.items.length, 15_000);
    const oneMore = live([delta('x')], folded);
    assert.equal(oneMore.calls, folded.calls);
    assert.ok(oneMore.items.slice(0, -1).every((item, i) => item === folded.items[i]));
  });
});
