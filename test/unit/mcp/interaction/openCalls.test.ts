// Which call a server's question belongs to, and when it is withdrawn.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judge } from '../../../../src/contracts/permission.ts';
import type { Answer, Question } from '../../../../src/contracts/question.ts';
import type { AnyTool, ToolContext } from '../../../../src/contracts/tool.ts';
import { createOpenCalls } from '../../../../src/mcp/interaction/openCalls.ts';
import type { OfferedTool } from '../../../../src/mcp/tools/serverTools.ts';

const judge = (() => Promise.reject(new Error('not asked'))) as Judge;
const never = new AbortController().signal;
const question = (id: string): Question => ({
  type: 'elicit',
  id,
  call: { type: 'toolUse', id: 'c', name: 'mcp__s__t', input: {} },
  server: 's',
  request: { mode: 'form', message: '', schema: {} },
});
const YES: Answer = { type: 'elicit', action: 'accept', content: {} };

function world() {
  const calls = createOpenCalls({ newId: () => 'q', openAddress: async () => true, log: () => {} });
  const ends: Array<() => void> = [];
  const state = {};
  const run: AnyTool['run'] = () => new Promise((resolve) => ends.push(() => resolve({ content: [], isError: false })));
  const offered: OfferedTool = {
    tool: { name: 'mcp__s__t', run } as unknown as AnyTool,
    server: 's',
    alwaysLoad: false,
  };
  const begin = (name: string, ask: ToolContext['ask'] = async () => YES) => {
    const context = { name, ask, state } as unknown as ToolContext;
    const done = calls.watched(offered, judge).tool.run({}, context, []);
    return { done, end: ends.at(-1) ?? (() => {}), context };
  };
  return { calls, offered, begin };
}

test('the newest call that runs is the one that is asked through; after the last there is none', async () => {
  const { calls, begin } = world();
  const first = begin('first');
  const second = begin('second');
  assert.equal(calls.of('s')?.context, second.context);
  second.end();
  await second.done;
  assert.equal(calls.of('s')?.context, first.context);
  first.end();
  await first.done;
  assert.equal(calls.of('s'), undefined);
  assert.equal(calls.of('other'), undefined);
});

test('the same tool is the same object each time', () => {
  const { calls, offered } = world();
  assert.equal(calls.watched(offered, judge), calls.watched(offered, judge));
});

test('a question that was withdrawn is not asked, and an answer that comes after that is none', async () => {
  const { calls, begin } = world();
  let asked = 0;
  let until: AbortSignal | undefined;
  let give = (_answer: Answer) => {};
  const call = begin('first', (_question, signal) => {
    asked++;
    until = signal;
    return new Promise((resolve) => {
      give = resolve;
    });
  });
  const running = calls.of('s');
  const through = () => running ?? assert.fail('no call runs');
  assert.equal(await calls.ask('s', through(), () => question('a'), AbortSignal.abort()), undefined);
  assert.equal(asked, 0);
  const stop = new AbortController();
  const late = calls.ask('s', through(), () => question('b'), stop.signal);
  stop.abort();
  assert.ok(until?.aborted);
  give(YES);
  assert.equal(await late, undefined);
  // The call ends after what it asks is withdrawn, and waits for that.
  const open = calls.ask('s', through(), () => question('c'), never);
  call.end();
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(until?.aborted);
  let over = false;
  void call.done.then(() => {
    over = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(over, false);
  give(YES);
  assert.equal(await open, undefined);
  await call.done;
});
