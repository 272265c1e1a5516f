// Calls of one server in two conversations: what it asks in one of them is nothing to the other.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Question } from '../../../../src/contracts/question.ts';
import { createOpenCalls } from '../../../../src/mcp/interaction/openCalls.ts';
import { judgeBy } from '../../agent/kit.ts';

const SCHEMA = { type: 'object', properties: { name: { type: 'string' } } };
type Elicit = Extract<Question, { type: 'elicit' }>;

test('a question that is open in one conversation holds up none of another; within one they wait', async () => {
  const { newest, asked, begin, request } = bare();
  const endHere = begin('here');
  const [first, second] = [request('one'), request('two')];
  await settled();
  const endThere = begin('there');
  const third = request('three');
  await settled();
  assert.deepEqual(asked(), ['here one', 'there three']);
  newest('there').answer('decline');
  assert.deepEqual(await third, { action: 'decline' });
  endThere();
  newest('here').answer('decline');
  await settled();
  assert.deepEqual(asked(), ['here one', 'there three', 'here two']);
  // What belongs to one conversation is never asked in another.
  begin('there');
  const fourth = request('four');
  await settled();
  assert.deepEqual(asked().at(-1), 'there four');
  endHere();
  assert.deepEqual([await first, await second], [{ action: 'decline' }, { action: 'cancel' }]);
  newest('there').answer('decline');
  assert.deepEqual(await fourth, { action: 'decline' });
});

test('a question that waits in a conversation goes with its last call there, whatever runs elsewhere', async () => {
  const { newest, asked, begin, request } = bare();
  const end = begin('here');
  const [first, waiting] = [request('one'), request('two')];
  await settled();
  begin('there');
  end();
  assert.deepEqual([await first, await waiting], [{ action: 'cancel' }, { action: 'cancel' }]);
  assert.deepEqual(asked(), ['here one']);
  assert.equal(newest('there'), undefined);
});

/** What was to be asked by now is asked. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Calls of two conversations without any conversation: `begin` starts one and gives its end. */
function bare() {
  const calls = createOpenCalls({ newId: () => 'x', openAddress: async () => true, log: () => {} });
  const states: Record<string, object> = { here: {}, there: {} };
  const seen: Array<{ where: string; message: string; answer(action: 'decline'): void }> = [];
  return {
    request: (message: string) =>
      calls.elicit('probe', { mode: 'form', message, schema: SCHEMA }, new AbortController().signal),
    asked: () => seen.map(({ where, message }) => `${where} ${message}`),
    newest: (where: string) => seen.findLast((one) => one.where === where) as (typeof seen)[number],
    begin(where: string): () => void {
      let end = () => {};
      const tool = { name: 't', run: () => new Promise<void>((resolve) => (end = resolve)) };
      const ask = (question: Elicit, signal: AbortSignal) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => resolve({ type: 'deny' }));
          const { message } = question.request;
          seen.push({ where, message, answer: (action) => resolve({ type: 'elicit', action }) });
        });
      const watched = calls.watched({ tool, server: 'probe' } as never, judgeBy({}));
      void watched.tool.run({}, { state: states[where], call: { id: where }, ask } as never, []);
      return () => end();
    },
  };
}
