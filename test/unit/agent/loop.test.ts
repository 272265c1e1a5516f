import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/contracts/message.ts';
import { call, events, facts, failed, text } from '../../support/scriptedProvider.ts';
import { answering, bad, fakeTool, judgeBy, makeKit, ok, resultsIn, run, until } from './kit.ts';

const failure = { code: 'network', detail: 'the line is dead', retryable: true } as const;

test('an answer without calls ends the turn, and is history', async (t) => {
  const kit = await makeKit(t.after.bind(t), { script: [[text('Hello.')], [text('Again.')]] });
  assert.deepEqual(await run(kit.conversation, 'Hi'), { reason: 'done' });
  await run(kit.conversation, 'More');
  assert.deepEqual(
    kit.provider.requests[1]?.messages.map((message) =>
      message.blocks.map((block) => (block.type === 'text' ? block.text : block.type)),
    ),
    [['<environment>\nthe context\n</environment>', 'Hi'], ['Hello.'], ['More']],
  );
});

test('reads of a message run side by side, at most as many as allowed', async (t) => {
  let running = 0;
  let most = 0;
  const waiting: Array<() => void> = [];
  const look = fakeTool('Look', 'read', async () => {
    most = Math.max(most, ++running);
    // A barrier: nobody goes on before three are inside, so that one after the other would never end.
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 3) for (const go of waiting.splice(0)) go();
    });
    running--;
    return ok('seen');
  });
  const calls = ['1', '2', '3', '4', '5', '6'].map((id) => call(id, 'Look', { id }));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [look],
    env: () => ({ CLAUDE_CODE_MAX_TOOL_USE_CONCURRENCY: '3' }),
    script: [calls, [text('ok')]],
  });
  await run(kit.conversation, 'go');
  assert.equal(most, 3);
  assert.deepEqual(Object.keys(resultsIn(kit.provider)), ['1', '2', '3', '4', '5', '6']);
});

test('effects run one after the other, in order', async (t) => {
  const order: string[] = [];
  const act = fakeTool('Act', 'effect', async (input) => {
    order.push(`begin ${input['n']}`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`end ${input['n']}`);
    return ok('');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    script: [[call('a', 'Act', { n: 1 }), call('b', 'Act', { n: 2 })], [text('ok')]],
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(order, ['begin 1', 'end 1', 'begin 2', 'end 2']);
  assert.deepEqual(resultsIn(kit.provider), { a: '(no output)', b: '(no output)' });
});

test('every call has one result: unknown tool, bad input, malformed input, throw, denied', async (t) => {
  const act = fakeTool('Act', 'effect', () => {
    throw new Error('it broke');
  });
  const secret = fakeTool('Secret', 'read', () => ok('never'));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act, secret],
    judge: judgeBy({ Secret: 'deny' }),
    script: [
      [
        call('unknown', 'Nope'),
        call('invalid', 'Act', { bad: 1 }),
        { type: 'toolUse', id: 'malformed', name: 'Act', input: {}, malformed: '{"a": ' },
        call('throws', 'Act'),
        call('denied', 'Secret'),
      ],
      [text('ok')],
    ],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  const results = resultsIn(kit.provider);
  assert.match(results['unknown'] ?? '', /no tool named Nope.*Act, Secret/);
  assert.match(results['invalid'] ?? '', /bad: unknown field/);
  assert.match(results['malformed'] ?? '', /not valid JSON.*\{"a": /s);
  assert.equal(results['throws'], 'it broke');
  assert.match(results['denied'] ?? '', /^Denied: /);
  const ended = kit.conversation.events.flatMap((event) =>
    event.type === 'toolFinished' ? [`${event.call.id} ${event.status}`] : [],
  );
  assert.deepEqual(ended, ['unknown failed', 'invalid failed', 'malformed failed', 'throws failed', 'denied denied']);
});

test('a judge that breaks its promise stops the call, not the turn', async (t) => {
  let ran = false;
  const act = fakeTool('Act', 'effect', () => {
    ran = true;
    return ok('done');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: () => Promise.reject(new Error('no rules')),
    script: [[call('a', 'Act')], [text('ok')]],
  });
  await run(kit.conversation, 'go');
  assert.equal(ran, false);
  assert.match(resultsIn(kit.provider)['a'] ?? '', /no rules/);
});

test('what was asked about is what runs, and nothing can change it in between', async (t) => {
  const ran: unknown[] = [];
  const act = fakeTool('Act', 'effect', (input) => {
    ran.push(input);
    return ok('done');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: judgeBy({ Act: 'ask' }),
    script: [[call('a', 'Act', { command: 'ls', list: ['x'] })], [text('ok')]],
  });
  kit.conversation.listen((event) => {
    if (event.type !== 'asked' || event.question.type !== 'permission') return;
    assert.equal(event.question.subject, '{"command":"ls","list":["x"]}');
    const { input } = event.question.call as { input: { command: string; list: string[] } };
    assert.throws(() => {
      input.command = 'rm';
    }, TypeError);
    assert.throws(() => input.list.push('y'), TypeError);
    kit.conversation.answer(event.question.id, { type: 'allow' });
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(ran, [{ command: 'ls', list: ['x'] }]);
});

test('whoever judges a call cannot change it', async (t) => {
  const ran: unknown[] = [];
  const act = fakeTool('Act', 'effect', (input) => {
    ran.push(input);
    return ok('done');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: async (asked) => {
      (asked.input as { command: string }).command = 'rm';
      return judgeBy({})(asked);
    },
    script: [[call('a', 'Act', { command: 'ls' })], [text('ok')]],
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(ran, []);
});

test('a bare no ends the turn; the calls after it do not run', async (t) => {
  const ran: unknown[] = [];
  const act = fakeTool('Act', 'effect', (input) => {
    ran.push(input['n']);
    return ok('done');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: async (asked) => judgeBy({ Act: (asked.input as { n: number }).n === 2 ? 'ask' : 'allow' })(asked),
    script: [[call('a', 'Act', { n: 1 }), call('b', 'Act', { n: 2 }), call('c', 'Act', { n: 3 })], [text('later')]],
  });
  const stop = answering(kit.conversation, { type: 'deny' });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'declined' });
  assert.deepEqual(ran, [1]);
  assert.equal(kit.provider.requests.length, 1);
  stop();
  await run(kit.conversation, 'next');
  assert.deepEqual(Object.keys(resultsIn(kit.provider)), ['a', 'b', 'c']);
  assert.match(resultsIn(kit.provider)['c'] ?? '', /turn ended/);
});

test('a no with words goes to the model, and the turn goes on', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('done'));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: judgeBy({ Act: 'ask' }),
    script: [[call('a', 'Act')], [text('Then not.')]],
  });
  answering(kit.conversation, { type: 'deny', feedback: 'use the other one' });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.match(resultsIn(kit.provider)['a'] ?? '', /use the other one/);
});

test('the same call failing the same way three times in a row stops the run', async (t) => {
  const act = fakeTool('Act', 'effect', () => bad('no such file'));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    script: [1, 2, 3, 4].map((n) => [call(`c${n}`, 'Act', { same: true })]),
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'looping', tool: 'Act' });
  assert.equal(kit.provider.requests.length, 3);
});

test('a failing call with another call in between, or another result, is no loop', async (t) => {
  let count = 0;
  const act = fakeTool('Act', 'effect', (input) => (input['good'] ? ok('fine') : bad(`try ${count++ % 2}`)));
  const script = [1, 2, 3, 4].map((n) => [call(`c${n}`, 'Act', {})]);
  const kit = await makeKit(t.after.bind(t), { tools: () => [act], script: [...script, [text('enough')]] });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
});

test('max_tokens: the truncated call never runs, one automatic continuation, then the turn ends so', async (t) => {
  let ran = 0;
  const act = fakeTool('Act', 'effect', () => {
    ran++;
    return ok('done');
  });
  const cut: Message = {
    role: 'assistant',
    blocks: [text('Half a'), { type: 'toolUse', id: 'x', name: 'Act', input: {}, malformed: '{"comm' }],
  };
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    script: [
      { events: [{ type: 'done', message: cut, facts: facts(1, 'maxTokens') }] },
      { events: events([text('Still too long')], 2, 'maxTokens') },
      [text('fresh')],
    ],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'maxTokens' });
  assert.equal(ran, 0);
  assert.equal(kit.provider.requests.length, 2);
  const continued = kit.provider.requests[1]?.messages.at(-1)?.blocks.at(-1);
  assert.match(continued?.type === 'text' ? continued.text : '', /cut off/);
  await run(kit.conversation, 'next');
});

test('a refusal leaves nothing of the answer in history', async (t) => {
  const refused = events([text('I was about to')], 1, 'refusal').map((event) =>
    event.type === 'done' ? { ...event, facts: { ...event.facts, refusal: 'cyber' } } : event,
  );
  const kit = await makeKit(t.after.bind(t), { script: [{ events: refused }, [text('ok')]] });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'refusal', detail: 'cyber' });
  assert.ok(!kit.conversation.events.some((event) => event.type === 'textDelta'));
  await run(kit.conversation, 'next');
  assert.ok(!JSON.stringify(kit.provider.requests[1]).includes('about to'));
  assert.equal(
    kit.conversation.events.filter((event) => event.type === 'usage').length,
    2,
    'refused answers are paid for too',
  );
});

test('pause_turn: the answer is sent back until the model is done', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [
      { events: events([text('one ')], 1, 'pauseTurn') },
      { events: events([text('two ')], 2, 'pauseTurn') },
      [text('three')],
    ],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  const last = kit.provider.requests[2]?.messages.at(-1);
  assert.deepEqual(last, { role: 'assistant', blocks: [text('one '), text('two ')] });
});

test('pause_turn does not go on for ever', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: Array.from({ length: 15 }, (_, n) => ({ events: events([text('more ')], n, 'pauseTurn') })),
  });
  const finish = await run(kit.conversation, 'go');
  assert.equal(finish.reason, 'failed');
  assert.equal(kit.provider.requests.length, 11);
});

test('an empty answer to results is asked once to go on, an empty answer to that ends the turn', async (t) => {
  const look = fakeTool('Look', 'read', () => ok('seen'));
  const kit = await makeKit(t.after.bind(t), { tools: () => [look], script: [[call('a', 'Look')], [], []] });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.equal(kit.provider.requests.length, 3);
});

test('a failure keeps the text that came, and says what failed', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [() => failing(failure, { role: 'assistant', blocks: [text('So far')] }), [text('ok')]],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'failed', failure });
  await run(kit.conversation, 'go on');
  assert.deepEqual(kit.provider.requests[1]?.messages.at(-2), { role: 'assistant', blocks: [text('So far')] });
});

test('whole calls of an answer that broke off are run; the turn ends as failed', async (t) => {
  let ran = 0;
  const act = fakeTool('Act', 'effect', () => {
    ran++;
    return ok('made');
  });
  const partial: Message = {
    role: 'assistant',
    blocks: [
      { type: 'thinking', text: 'unsigned' },
      text('Doing'),
      call('a', 'Act'),
      { type: 'toolUse', id: 'b', name: 'Act', input: {}, malformed: '{' },
    ],
  };
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    script: [() => failing(failure, partial), [text('ok')]],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'failed', failure });
  assert.equal(ran, 1);
  await run(kit.conversation, 'go on');
  assert.deepEqual(resultsIn(kit.provider), { a: 'made' });
  assert.ok(!JSON.stringify(kit.provider.requests[1]).includes('unsigned'));
});

test('a provider that throws, or ends without an end, fails the turn in words', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [
      // biome-ignore lint/correctness/useYield: it breaks before it says anything
      async function* () {
        throw new Error('broken provider');
      },
      { events: [{ type: 'textDelta', text: 'half' }] },
      [text('ok')],
    ],
  });
  const first = await run(kit.conversation, 'go');
  assert.equal(first.reason === 'failed' && first.failure.detail, 'broken provider');
  const second = await run(kit.conversation, 'go');
  assert.equal(second.reason === 'failed' && second.failure.code, 'interrupted');
  await run(kit.conversation, 'go');
  assert.ok(JSON.stringify(kit.provider.requests[2]?.messages).includes('half'));
});

test('retries pass through, and void what had streamed', async (t) => {
  const because = { code: 'test.retry', args: {} };
  const kit = await makeKit(t.after.bind(t), {
    script: [
      {
        events: [
          { type: 'textDelta', text: 'void' },
          { type: 'retrying', because, attempt: 1, of: 10, atMs: 5 },
          ...events([text('real')], 1),
        ],
      },
    ],
  });
  await run(kit.conversation, 'go');
  const kinds = kit.conversation.events.map((event) => event.type);
  assert.ok(kinds.includes('retrying'));
  assert.ok(!kinds.includes('textDelta'));
});

test('a question of a tool is asked through the conversation, and a bare no to it ends the turn', async (t) => {
  const questions = {
    questions: [
      {
        question: 'Which?',
        header: 'Pick',
        options: [
          { label: 'A', description: 'a' },
          { label: 'B', description: 'b' },
        ],
        multiSelect: false,
      },
    ],
  };
  const kit = await makeKit(t.after.bind(t), {
    script: [[call('q', 'AskUserQuestion', questions)], [text('B then')], [call('r', 'AskUserQuestion', questions)]],
  });
  const stop = answering(kit.conversation, { type: 'choice', answers: [['B']] });
  await run(kit.conversation, 'go');
  assert.match(resultsIn(kit.provider)['q'] ?? '', /B/);
  stop();
  answering(kit.conversation, { type: 'deny' });
  assert.deepEqual(await run(kit.conversation, 'again'), { reason: 'declined' });
});

test('an answer must fit its question, and counts once', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('done'));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: judgeBy({ Act: 'ask' }),
    script: [[call('a', 'Act')], [text('ok')]],
  });
  const asked = until(kit.conversation, 'asked');
  const done = run(kit.conversation, 'go');
  const { question } = await asked;
  const { conversation } = kit;
  assert.equal(conversation.state.questions.length, 1);
  assert.equal(conversation.answer('other', { type: 'allow' }), false);
  assert.equal(conversation.answer(question.id, { type: 'plan', mode: 'acceptEdits', plan: '' }), false);
  assert.equal(conversation.answer(question.id, { type: 'allow', remember: 0 }), false, 'nothing was offered');
  assert.equal(conversation.answer(question.id, { type: 'allow' }), true);
  assert.equal(conversation.answer(question.id, { type: 'deny' }), false);
  assert.deepEqual(await done, { reason: 'done' });
  assert.deepEqual(conversation.state.questions, []);
});

async function* failing(...args: Parameters<typeof failed>) {
  yield* failed(...args);
}
