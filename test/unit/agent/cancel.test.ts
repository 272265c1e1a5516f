import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelEvent } from '../../../src/contracts/provider.ts';
import type { ToolOutput } from '../../../src/contracts/tool.ts';
import { call, events, failed, text } from '../../support/scriptedProvider.ts';
import { fakeTool, judgeBy, type Kit, makeKit, ok, prompt, resultsIn, run, until } from './kit.ts';

/** After a stop: the turn ended as cancelled, and a next prompt is accepted by a model that checks its history. */
async function goesOn(kit: Kit): Promise<void> {
  kit.provider.push([text('fresh start')]);
  assert.deepEqual(await run(kit.conversation, 'next'), { reason: 'done' });
  assert.equal(kit.conversation.state.running, false);
  assert.deepEqual(kit.conversation.state.questions, []);
}

test('stopped before the request', async (t) => {
  const kit = await makeKit(t.after.bind(t));
  const finished = until(kit.conversation, 'finished');
  kit.conversation.send(prompt('go'));
  kit.conversation.stop();
  assert.deepEqual((await finished).finish, { reason: 'cancelled' });
  assert.equal(kit.provider.requests.length, 0);
  await goesOn(kit);
});

test('stopped before anything streamed', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [
      (_request, signal) => {
        kit.conversation.stop();
        return untilAborted([], signal);
      },
    ],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  await goesOn(kit);
});

test('stopped in the middle of text: what was said stays', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [(_request, signal) => untilAborted([{ type: 'textDelta', text: 'Half a sen' }], signal)],
  });
  void until(kit.conversation, 'textDelta').then(() => kit.conversation.stop());
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  await goesOn(kit);
  assert.deepEqual(kit.provider.requests.at(-1)?.messages.at(-2), { role: 'assistant', blocks: [text('Half a sen')] });
});

test('stopped with a whole call already there: it gets a result and never runs', async (t) => {
  let ran = false;
  const act = fakeTool('Act', 'effect', () => {
    ran = true;
    return ok('done');
  });
  const partial = { role: 'assistant' as const, blocks: [text('Now'), call('a', 'Act')] };
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    script: [(_request, signal) => untilAborted([{ type: 'textDelta', text: 'Now' }], signal, partial)],
  });
  void until(kit.conversation, 'textDelta').then(() => kit.conversation.stop());
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  await goesOn(kit);
  assert.equal(ran, false);
  assert.match(resultsIn(kit.provider)['a'] ?? '', /^Cancelled/);
});

test('stopped with a provider that does not listen', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [
      async function* (): AsyncGenerator<ModelEvent> {
        yield { type: 'textDelta', text: 'deaf' };
        await new Promise(() => {});
      },
    ],
  });
  void until(kit.conversation, 'textDelta').then(() => kit.conversation.stop());
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  await goesOn(kit);
});

test('stopped while a tool runs: its own last words count, calls after it do not run', async (t) => {
  const ran: unknown[] = [];
  const act = fakeTool('Act', 'effect', async (input, { signal }): Promise<ToolOutput> => {
    ran.push(input['n']);
    setImmediate(() => kit.conversation.stop());
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return { content: [{ type: 'text', text: 'killed after 3 lines' }], isError: true };
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    script: [[call('a', 'Act', { n: 1 }), call('b', 'Act', { n: 2 })]],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  assert.deepEqual(ran, [1]);
  await goesOn(kit);
  assert.deepEqual(Object.keys(resultsIn(kit.provider)), ['a', 'b']);
  assert.match(resultsIn(kit.provider)['a'] ?? '', /killed after 3 lines/);
  assert.match(resultsIn(kit.provider)['b'] ?? '', /^Cancelled/);
});

test('stopped while a tool runs that does not listen: given up after the grace', async (t) => {
  const deaf = fakeTool('Deaf', 'effect', () => {
    setImmediate(() => kit.conversation.stop());
    return new Promise(() => {});
  });
  const kit: Kit = await makeKit(t.after.bind(t), { tools: () => [deaf], script: [[call('a', 'Deaf')]] });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  await goesOn(kit);
});

test('stopped while reads run side by side', async (t) => {
  const look = fakeTool('Look', 'read', async (input, { signal }) => {
    if (input['n'] === 1) return ok('quick');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    throw new Error('gone');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [look],
    script: [[1, 2, 3].map((n) => call(`r${n}`, 'Look', { n }))],
  });
  void until(kit.conversation, 'toolFinished').then(() => kit.conversation.stop());
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  await goesOn(kit);
  assert.deepEqual(Object.keys(resultsIn(kit.provider)), ['r1', 'r2', 'r3']);
  assert.equal(resultsIn(kit.provider)['r1'], 'quick');
});

for (const [name, turn] of [
  ['a permission', [call('a', 'Act')]],
  ['a review', [call('w', 'Write', { file_path: '/project/new.txt', content: 'x' })]],
  ['a plan', [call('p', 'ExitPlanMode', { plan: 'First this' })]],
] as const) {
  test(`stopped while asking about ${name}: nothing ran, the question is gone`, async (t) => {
    let ran = false;
    const act = fakeTool('Act', 'effect', () => {
      ran = true;
      return ok('done');
    });
    const kit = await makeKit(t.after.bind(t), { judge: judgeBy({ Act: 'ask', Write: 'ask' }), script: [[...turn]] });
    const { tools } = kit.parts;
    kit.parts.tools = () => [...tools(), act];
    const asked = until(kit.conversation, 'asked');
    const done = run(kit.conversation, 'go');
    const { question } = await asked;
    kit.conversation.stop();
    assert.deepEqual(await done, { reason: 'cancelled' });
    assert.equal(kit.conversation.answer(question.id, { type: 'allow' }), false);
    assert.equal(ran, false);
    assert.equal(kit.workspace.writes.length, 0);
    await goesOn(kit);
  });
}

test('a question that comes up as the turn is stopped does not stay open', async (t) => {
  const asking = fakeTool('Asking', 'interact', async (_input, context) => {
    context.progress('about to ask');
    const answer = await context.ask({ type: 'plan', id: 'late', call: context.call, plan: '' });
    return ok(answer.type);
  });
  const kit = await makeKit(t.after.bind(t), { tools: () => [asking], script: [[call('a', 'Asking')]] });
  kit.conversation.listen((event) => {
    if (event.type === 'toolProgress') kit.conversation.stop();
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  await goesOn(kit);
});

test('stopped between the answer and the first call', async (t) => {
  let ran = false;
  const act = fakeTool('Act', 'effect', () => {
    ran = true;
    return ok('done');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    script: [{ events: events([call('a', 'Act')], 1) }],
  });
  kit.conversation.listen((event) => {
    if (event.type === 'toolDecided') kit.conversation.stop();
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'cancelled' });
  assert.equal(ran, false);
  await goesOn(kit);
});

/** Streams the events, then waits to be stopped and ends as a real provider does. */
async function* untilAborted(
  said: ModelEvent[],
  signal: AbortSignal,
  partial?: Parameters<typeof failed>[1],
): AsyncGenerator<ModelEvent> {
  yield* said;
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
  yield* failed({ code: 'cancelled', detail: '', retryable: false }, partial);
}
