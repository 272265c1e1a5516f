import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Block } from '../../../src/contracts/message.ts';
import { call, events, failed, text } from '../../support/scriptedProvider.ts';
import {
  answering,
  fakeTool,
  judgeBy,
  type Kit,
  makeKit,
  ok,
  prompt,
  ROOT,
  resultsIn,
  run,
  TOOLS,
  until,
} from './kit.ts';

/** The messages of each request, as bytes. */
const sent = (kit: Kit) => kit.provider.requests.map((request) => JSON.stringify(request.messages));

/** Each request begins with the bytes of the one before it, but for what closes the last message: a prompt may join it. */
function assertStable(requests: string[]): void {
  for (const [index, request] of requests.entries()) {
    const before = requests[index - 1];
    if (before !== undefined)
      assert.ok(request.startsWith(before.slice(0, -']}]'.length)), `request ${index} changes what was sent before`);
  }
}

test('over 50 turns of calls, and a resume, the messages stay the same bytes', async (t) => {
  let n = 0;
  const look = fakeTool('Look', 'read', (input) => ok(`seen ${input['n']} 한글 \u2028 \ud83d\ude00`));
  const act = fakeTool('Act', 'effect', (_input, { state }) => {
    state.todos = [{ content: `step ${n}`, activeForm: 'working', status: 'pending' }];
    return n % 7 === 0
      ? {
          content: [
            { type: 'text', text: 'no' },
            { type: 'image', mediaType: 'image/png', data: 'AAAA' },
          ],
          isError: true,
        }
      : ok('made');
  });
  const turns = Array.from({ length: 50 }, (_, index): Block[] => {
    n = index;
    const thinking: Block = { type: 'thinking', text: `thought ${index}`, signature: `sig${index}` };
    const opaque: Block = { type: 'opaque', raw: { type: 'redacted_thinking', data: 'x' } };
    const calls = [
      call(`l${index}a`, 'Look', { n: index, 10: 'ten', b: { z: 1, a: [null, 1.5e10] } }),
      call(`l${index}b`, 'Look', { n: -index }),
    ];
    return index % 3 === 0
      ? [thinking, opaque, text(`Looking ${index}`), ...calls]
      : [thinking, call(`a${index}`, 'Act', { index })];
  });
  const kit = await makeKit(t.after.bind(t), { tools: () => [look, act], script: [...turns, [text('Done.')]] });
  assert.deepEqual(
    await run(kit.conversation, 'Go', [
      { type: 'media', name: 'x.png', media: { type: 'image', mediaType: 'image/png', data: 'BBBB' } },
    ]),
    { reason: 'done' },
  );
  await kit.conversation.dispose();

  const again = await kit.reopen();
  kit.provider.push([text('Still here.')]);
  assert.deepEqual(await run(again, 'And now?'), { reason: 'done' });
  await again.dispose();
  const third = await kit.reopen();
  kit.provider.push([text('Yes.')]);
  await run(third, 'Still?');
  assert.equal(sent(kit).length, 53);
  assertStable(sent(kit));
  const [first] = kit.provider.requests;
  for (const request of kit.provider.requests) {
    assert.equal(request.system, first?.system);
    assert.equal(JSON.stringify(request.tools), JSON.stringify(first?.tools));
  }
});

test('what was cut off, refused, declined or stopped is read back as it was sent', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('made'));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: judgeBy({ Act: 'ask' }),
    script: [
      { events: events([text('Too lo')], 1, 'maxTokens') },
      [text('ng.')],
      { events: events([text('never')], 3, 'refusal') },
      [
        text('Both:'),
        call('a', 'Act'),
        call('b', 'Act'),
        { type: 'toolUse', id: 'm', name: 'Act', input: {}, malformed: '{"x' },
      ],
      async function* (_request, signal) {
        setImmediate(() => kit.conversation.stop());
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        yield* failed(
          { code: 'cancelled', detail: '', retryable: false },
          { role: 'assistant', blocks: [text('Half'), call('c', 'Act')] },
        );
      },
      [text('ok')],
    ],
  });
  await run(kit.conversation, 'one');
  await run(kit.conversation, 'two');
  const stop = answering(kit.conversation, { type: 'deny' });
  await run(kit.conversation, 'three');
  stop();
  await run(kit.conversation, 'four');
  await run(kit.conversation, 'five');
  await kit.conversation.dispose();
  const again = await kit.reopen();
  kit.provider.push([text('fine')]);
  await run(again, 'six');
  assertStable(sent(kit));
  assert.equal(again.state.title, 'one');
});

test('everything the page draws comes back', async (t) => {
  const act = fakeTool('Act', 'effect', () => ({
    ...ok('made'),
    detail: { type: 'command', stdout: 'made', stderr: '', exitCode: 0, interrupted: false, truncated: false },
  }));
  const todos = [{ content: 'Write it', activeForm: 'Writing it', status: 'in_progress' as const }];
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [...TOOLS, act],
    judge: judgeBy({ Act: 'ask', Write: 'ask' }, [{ rules: ['Act'], scope: 'session' }]),
    script: [
      [
        { type: 'thinking', text: 'hm', signature: 's' },
        text('I start.'),
        call('t', 'TodoWrite', { todos }),
        call('a', 'Act', { x: 1 }),
      ],
      [call('w', 'Write', { file_path: '/project/n.txt', content: 'new\n' })],
      [text('Done.')],
    ],
  });
  kit.conversation.listen((event) => {
    if (event.type !== 'asked') return;
    const { question } = event;
    if (question.type !== 'review') kit.conversation.answer(question.id, { type: 'allow', remember: 0 });
    else
      kit.conversation.answer(question.id, {
        type: 'review',
        hunks: question.review.changes.flatMap((change) =>
          change.hunks.map((hunk) => ({ hunk: hunk.id, verdict: 'accepted' as const })),
        ),
      });
  });
  await run(kit.conversation, 'Go', [
    { type: 'selection', path: '/project/s.ts', lines: [1, 2], text: 'const a = 1;' },
    { type: 'media', name: 'x.png', media: { type: 'image', mediaType: 'image/png', data: 'BBBB' } },
  ]);
  const before = kit.conversation.events;
  await kit.conversation.dispose();
  const restored = await kit.store.load(ROOT, kit.conversation.id);
  // Told by lines of their own at the start, or not drawn: the results are, with their calls.
  const drawn = (list: readonly AgentEvent[]) =>
    list
      .filter((event) => event.type !== 'mode' && event.type !== 'model' && event.type !== 'title')
      .filter(
        (event) => event.type !== 'message' || !event.message.blocks.some((block) => block.type === 'toolResult'),
      );
  assert.deepEqual(drawn(restored?.events ?? []), withoutTexts(drawn(before)));
  const again = await kit.reopen();
  assert.deepEqual(again.state.title, 'Go');
});

/** Whole texts of files are not stored, their hunks are. */
function withoutTexts(events: AgentEvent[]): unknown {
  return JSON.parse(JSON.stringify(events), (_key, value) =>
    value?.hunks === undefined || value.path === undefined ? value : { ...value, before: '', after: '' },
  );
}

test('an open question comes back, is decided anew, and its answer goes on with the turn', async (t) => {
  let ran = 0;
  let done = 0;
  const look = fakeTool('Look', 'read', () => ok('seen'));
  const first = fakeTool('First', 'effect', () => {
    done++;
    return ok('first made');
  });
  const act = fakeTool('Act', 'effect', () => {
    ran++;
    return ok('made');
  });
  const judged: string[] = [];
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [look, first, act],
    judge: async (asked) => {
      judged.push(asked.tool);
      return judgeBy({ Act: 'ask' })(asked);
    },
    script: [[call('l', 'Look'), call('f', 'First'), call('a', 'Act', { x: 1 }), call('z', 'First')], [text('Done.')]],
  });
  const asked = until(kit.conversation, 'asked');
  kit.conversation.send(prompt('go'));
  const old = (await asked).question;
  await kit.conversation.dispose();
  assert.equal(ran, 0);
  judged.length = 0;

  const again = await kit.reopen();
  const { question } = await until(again, 'asked');
  assert.notEqual(question.id, old.id);
  assert.equal(again.state.running, true);
  assert.equal(again.state.questions.length, 1);
  assert.ok(
    !again.events.some((event) => event.type === 'asked' && event.question.id === old.id),
    'the old question is not drawn',
  );
  assert.deepEqual(judged, ['Act'], 'what has a result is not decided again');
  const finished = until(again, 'finished');
  assert.equal(again.answer(old.id, { type: 'allow' }), false);
  assert.equal(again.answer(question.id, { type: 'allow' }), true);
  // What comes after it would be allowed; begun by a reopening it is asked about all the same.
  const { question: last } = await until(again, 'asked');
  again.answer(last.id, { type: 'allow' });
  assert.deepEqual((await finished).finish, { reason: 'done' });
  assert.deepEqual([ran, done], [1, 2]);
  assert.deepEqual(resultsIn(kit.provider), { l: 'seen', f: 'first made', a: 'made', z: 'first made' });
  await again.dispose();
  const third = await kit.reopen();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(third.state.running, false);
  kit.provider.push([text('ok')]);
  await run(third, 'next');
  assertStable(sent(kit));
});

test('a prompt sent instead of an answer cancels what was open', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('made'));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: judgeBy({ Act: 'ask' }),
    script: [[call('a', 'Act')], [text('Something else then.')]],
  });
  const asked = until(kit.conversation, 'asked');
  kit.conversation.send(prompt('go'));
  await asked;
  await kit.conversation.dispose();
  const again = await kit.reopen();
  await until(again, 'asked');
  const done = until(again, 'finished', (event) => event.finish.reason === 'done');
  again.send(prompt('never mind'));
  await done;
  assert.match(resultsIn(kit.provider)['a'] ?? '', /^Cancelled/);
  assert.deepEqual(again.state.questions, []);
});

test('a question of the model and a plan are asked again too', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [[call('p', 'ExitPlanMode', { plan: 'First this' })], [text('ok')]],
    start: { mode: 'plan' },
  });
  const asked = until(kit.conversation, 'asked');
  kit.conversation.send(prompt('go'));
  await asked;
  await kit.conversation.dispose();
  const again = await kit.reopen();
  const { question } = await until(again, 'asked');
  assert.ok(question.type === 'plan' && question.plan === 'First this');
  const finished = until(again, 'finished');
  again.answer(question.id, { type: 'plan', mode: 'acceptEdits', plan: question.plan });
  assert.deepEqual((await finished).finish, { reason: 'done' });
  assert.equal(again.state.mode, 'acceptEdits');
});

test('a review is worked out anew from the files as they are now', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    judge: judgeBy({ Write: 'ask' }),
    script: [[call('w', 'Write', { file_path: '/project/n.txt', content: 'new\n' })], [text('ok')]],
  });
  const asked = until(kit.conversation, 'asked');
  kit.conversation.send(prompt('go'));
  await asked;
  await kit.conversation.dispose();
  const again = await kit.reopen();
  const { question } = await until(again, 'asked');
  assert.ok(question.type === 'review');
  assert.equal(question.review.changes[0]?.after, 'new\n');
  const finished = until(again, 'finished');
  again.answer(question.id, { type: 'allow' });
  await finished;
  assert.equal(kit.workspace.text('/project/n.txt'), 'new\n');
});

test('lines that came while the program was away are not taken for read, once the reopened proposal is done', async (t) => {
  const file = '/project/a.txt';
  const kit = await makeKit(t.after.bind(t), {
    files: { [file]: 'one\ntwo\nthree\n' },
    judge: judgeBy({ Edit: 'ask' }),
    script: [
      [call('r', 'Read', { file_path: file })],
      [call('e', 'Edit', { file_path: file, old_string: 'one', new_string: 'ONE' })],
      [call('w', 'Write', { file_path: file, content: 'ONE\ntwo\nthree\n' })],
      [text('ok')],
    ],
  });
  const asked = until(kit.conversation, 'asked');
  kit.conversation.send(prompt('go'));
  await asked;
  await kit.conversation.dispose();
  kit.workspace.files.set(file, Buffer.from('one\ntwo\nthree\nof the person\n'));
  const again = await kit.reopen();
  const { question } = await until(again, 'asked');
  const finished = until(again, 'finished');
  again.answer(question.id, { type: 'allow' });
  await finished;
  assert.equal(kit.workspace.text(file), 'ONE\ntwo\nthree\nof the person\n');
  assert.match(resultsIn(kit.provider)['w'] ?? '', /read/i);
});

test('a call that was running when the program ended never runs again; the model learns why', async (t) => {
  let ran = 0;
  let isRunning = () => {};
  const running = new Promise<void>((resolve) => {
    isRunning = resolve;
  });
  const act = fakeTool('Act', 'effect', async () => {
    ran++;
    isRunning();
    await new Promise(() => {});
    return ok('never');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    graceMs: 5,
    script: [[call('a', 'Act'), call('b', 'Act')], [text('I look what happened.')]],
  });
  kit.conversation.send(prompt('go'));
  // That it starts is on disk by then, however slow the disk is.
  await running;
  // As after a kill: what is on disk now is all there is.
  const stored = await kit.store.load(ROOT, kit.conversation.id);
  assert.ok(stored);
  const again = await kit.reopen();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(again.state.running, false, 'nothing was asked, so nothing goes on by itself');
  await run(again, 'what now?');
  assert.equal(ran, 1);
  assert.match(resultsIn(kit.provider)['a'] ?? '', /^Interrupted.*may have done part/s);
  assert.match(resultsIn(kit.provider)['b'] ?? '', /^Cancelled/);
});

test('a resume that leaves plan mode tells the model so', async (t) => {
  const kit = await makeKit(t.after.bind(t), { start: { mode: 'plan' }, script: [[text('a')], [text('b')]] });
  await run(kit.conversation, 'go');
  await kit.conversation.dispose();
  const again = await kit.reopen();
  await run(again, 'next');
  assert.match(JSON.stringify(kit.provider.requests[1]?.messages.at(-1)), /Plan mode is off/);
});

test('thinking of another model is left out, in memory and read back alike', async (t) => {
  const thinking: Block = { type: 'thinking', text: 'deep', signature: 's' };
  const kit = await makeKit(t.after.bind(t), { script: [[thinking, text('a')], [thinking, text('b')], [text('c')]] });
  await run(kit.conversation, 'one');
  kit.conversation.setModel('model-2');
  await run(kit.conversation, 'two');
  assert.ok(!JSON.stringify(kit.provider.requests[1]?.messages).includes('deep'));
  await kit.conversation.dispose();
  const again = await kit.reopen();
  assert.equal(again.state.model, 'model-2');
  await run(again, 'three');
  assert.ok(sent(kit)[2]?.startsWith((sent(kit)[1] ?? '').slice(0, -1)));
});

test('one file holds it all, and nothing that passes', async (t) => {
  const kit = await makeKit(t.after.bind(t), { script: [[text('Hello.')]] });
  await run(kit.conversation, 'go');
  const [session] = await kit.store.list(ROOT);
  const lines = (await readFile(session?.file ?? '', 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type);
  assert.deepEqual(lines, [
    'assent-mode',
    'assent-model',
    'custom-title',
    'assent-context',
    'user',
    'assent-usage',
    'assistant',
    'assent-finished',
    'last-prompt',
  ]);
});
