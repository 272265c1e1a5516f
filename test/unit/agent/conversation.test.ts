import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SYSTEM_PROMPT } from '../../../src/agent/systemPrompt.ts';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Answer } from '../../../src/contracts/question.ts';
import type { BackgroundRun } from '../../../src/contracts/tool.ts';
import { call, failed, text } from '../../support/scriptedProvider.ts';
import { answering, fakeTool, judgeBy, makeKit, ok, prompt, resultsIn, run, SETTINGS, TOOLS, until } from './kit.ts';

test('prompts sent while a turn runs wait in line, and can be taken back', async (t) => {
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const look = fakeTool('Look', 'read', async () => {
    await gate;
    return ok('seen');
  });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [look],
    script: [[call('a', 'Look')], [text('first')], [text('third')]],
  });
  const { conversation } = kit;
  const [first, second, third] = [prompt('one'), prompt('two'), prompt('three')];
  conversation.send(first);
  await until(conversation, 'toolStarted');
  conversation.send(second);
  conversation.send(third);
  assert.deepEqual(conversation.state.queue, [second, third]);
  assert.equal(conversation.unqueue(second.id), second);
  assert.equal(conversation.unqueue(second.id), undefined);
  const ends: string[] = [];
  const both = new Promise<void>((resolve) => {
    conversation.listen((event) => {
      if (event.type === 'finished') ends.push(event.finish.reason);
      if (ends.length === 2) resolve();
    });
  });
  go();
  await both;
  assert.deepEqual(ends, ['done', 'done']);
  const prompted = conversation.events.flatMap((event) => (event.type === 'prompted' ? [event.prompt.text] : []));
  assert.deepEqual(prompted, ['one', 'three']);
  const waiting = conversation.events.flatMap((event) => (event.type === 'queued' ? [event.prompts.length] : []));
  assert.deepEqual(waiting, [1, 2, 1, 0], 'the last one is told to be gone too');
});

test('an empty prompt is no prompt', async (t) => {
  const kit = await makeKit(t.after.bind(t));
  kit.conversation.send(prompt(' \n'));
  assert.equal(kit.conversation.state.running, false);
  assert.deepEqual(kit.conversation.events, []);
});

test('a stop leaves the queue waiting; the next prompt sets it going', async (t) => {
  const failure = { code: 'network', detail: 'x', retryable: true } as const;
  const kit = await makeKit(t.after.bind(t), {
    script: [
      async function* () {
        kit.conversation.send(prompt('queued'));
        yield* failed(failure);
      },
      [text('a')],
      [text('b')],
    ],
  });
  assert.equal((await run(kit.conversation, 'first')).reason, 'failed');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(kit.provider.requests.length, 1);
  assert.equal(kit.conversation.state.queue.length, 1);
  await run(kit.conversation, 'new');
  await until(kit.conversation, 'finished');
  const prompted = kit.conversation.events.flatMap((event) => (event.type === 'prompted' ? [event.prompt.text] : []));
  assert.deepEqual(prompted, ['first', 'queued', 'new']);
});

test('a listener that throws harms neither the turn nor other listeners', async (t) => {
  const kit = await makeKit(t.after.bind(t), { script: [[text('ok')]] });
  const seen: AgentEvent['type'][] = [];
  kit.conversation.listen(() => {
    throw new Error('broken page');
  });
  kit.conversation.listen((event) => seen.push(event.type));
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.ok(seen.includes('finished'));
  assert.match(kit.logged[0] ?? '', /broken page/);
});

test('events hold whole messages, not the pieces they came in', async (t) => {
  const kit = await makeKit(t.after.bind(t), { script: [[text('Hello there.')]] });
  const live: AgentEvent['type'][] = [];
  kit.conversation.listen((event) => live.push(event.type));
  await run(kit.conversation, 'go');
  assert.ok(live.includes('textDelta'));
  assert.deepEqual(
    kit.conversation.events.map((event) => event.type),
    ['prompted', 'title', 'context', 'message', 'usage', 'message', 'finished'],
  );
});

test('progress of a call is dropped once the call has its output', async (t) => {
  const act = fakeTool('Act', 'effect', (_input, context) => {
    context.progress('line 1');
    context.progress('line 2');
    return ok('all');
  });
  const kit = await makeKit(t.after.bind(t), { tools: () => [act], script: [[call('a', 'Act')], [text('ok')]] });
  let progress = 0;
  kit.conversation.listen((event) => {
    if (event.type === 'toolProgress') progress++;
  });
  await run(kit.conversation, 'go');
  assert.equal(progress, 2);
  assert.ok(!kit.conversation.events.some((event) => event.type === 'toolProgress'));
});

test('an approved plan switches the mode before the next call is judged', async (t) => {
  const modes: string[] = [];
  const act = fakeTool('Act', 'effect', () => ok('done'));
  const kit = await makeKit(t.after.bind(t), {
    start: { mode: 'plan' },
    tools: () => [...TOOLS, act],
    judge: async (asked) => {
      modes.push(`${asked.tool} ${asked.mode}`);
      return judgeBy({})(asked);
    },
    script: [[call('p', 'ExitPlanMode', { plan: 'Do it' }), call('a', 'Act')], [text('done')], [text('more')]],
  });
  answering(kit.conversation, { type: 'plan', mode: 'acceptEdits', plan: 'Do it well' });
  await run(kit.conversation, 'go');
  assert.deepEqual(modes, ['ExitPlanMode plan', 'Act acceptEdits']);
  assert.equal(kit.conversation.state.mode, 'acceptEdits');
  assert.match(resultsIn(kit.provider)['p'] ?? '', /Do it well/);
  await run(kit.conversation, 'next');
  const sent = kit.provider.requests.map(
    (request) => JSON.stringify(request.messages).match(/Plan mode is (on|off)/g)?.length ?? 0,
  );
  assert.deepEqual(sent, [1, 1, 1], 'told once that it is on; the approval itself says that it is over');
  assert.ok(kit.provider.requests.every((request) => request.system === SYSTEM_PROMPT));
});

test('leaving plan mode by hand is told with the next prompt', async (t) => {
  const kit = await makeKit(t.after.bind(t), { start: { mode: 'plan' }, script: [[text('a')], [text('b')]] });
  await run(kit.conversation, 'go');
  kit.conversation.setMode('default');
  await run(kit.conversation, 'next');
  assert.match(JSON.stringify(kit.provider.requests[1]?.messages.at(-1)), /Plan mode is off/);
});

test('“always” for this conversation is a rule of it; for a file it is handed on', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('done'));
  const offers = [
    { rules: ['Act(x)'], scope: 'session' as const },
    { rules: ['Act(y)'], scope: 'local' as const, file: '/project/.claude/settings.local.json' },
  ];
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: judgeBy({ Act: 'ask' }, offers),
    script: [[call('a', 'Act')], [call('b', 'Act')], [text('ok')]],
  });
  let next = 0;
  kit.conversation.listen((event) => {
    if (event.type === 'asked') kit.conversation.answer(event.question.id, { type: 'allow', remember: next++ });
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(kit.conversation.sessionRules(), [{ behavior: 'allow', text: 'Act(x)', scope: 'session' }]);
  assert.deepEqual(kit.remembered, [offers[1]]);
});

test('git is told of the file of a rule when the person wants it, and a failure of that is said', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('done'));
  const ignore = { file: '/home/me/.config/git/ignore', line: '**/s.json' };
  const offers = [
    { rules: ['Act(x)'], scope: 'local' as const, file: '/project/s.json', ignore },
    { rules: ['Act(y)'], scope: 'user' as const, file: '/home/me/s.json' },
  ];
  const told: unknown[] = [];
  const failure = { code: 'settings.notIgnored', args: { file: ignore.file, detail: 'read-only' } };
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: judgeBy({ Act: 'ask' }, offers),
    ignore: async (line) => {
      told.push(line);
      return told.length === 2 ? failure : undefined;
    },
    script: [...['a', 'b', 'c', 'd', 'e'].map((id) => [call(id, 'Act')]), [text('ok')]],
  });
  const answers: Answer[] = [
    { type: 'allow', remember: 0 },
    { type: 'allow', remember: 1, ignore: true },
    { type: 'allow', ignore: true },
    { type: 'allow', remember: 0, ignore: true },
    { type: 'allow', remember: 0, ignore: true },
  ];
  kit.conversation.listen((event) => {
    const answer = event.type === 'asked' ? answers.shift() : undefined;
    if (event.type === 'asked' && answer) kit.conversation.answer(event.question.id, answer);
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(told, [ignore, ignore]);
  assert.equal(kit.remembered.length, 4);
  const notices = kit.conversation.events.flatMap((event) => (event.type === 'notice' ? [event.because] : []));
  assert.deepEqual(notices, [failure]);
});

test('a rule that cannot be stored is said; the call was allowed all the same', async (t) => {
  const act = fakeTool('Act', 'effect', () => ok('done'));
  const offers = [{ rules: ['Act'], scope: 'local' as const, file: '/project/s.json' }];
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge: judgeBy({ Act: 'ask' }, offers),
    remember: () => Promise.reject(new Error('the file is broken')),
    script: [[call('a', 'Act')], [text('ok')]],
  });
  answering(kit.conversation, { type: 'allow', remember: 0 });
  await run(kit.conversation, 'go');
  assert.equal(resultsIn(kit.provider)['a'], 'done');
  const notice = kit.conversation.events.find((event) => event.type === 'notice');
  assert.deepEqual(notice?.type === 'notice' && notice.because, {
    code: 'agent.notRemembered',
    args: { file: '/project/s.json', reason: 'the file is broken' },
  });
});

test('with a policy that cannot be read no turn starts, and the prompt is kept', async (t) => {
  const because = { code: 'settings.managedBroken', args: { file: '/etc/x.json' } };
  let blocked = true;
  const kit = await makeKit(t.after.bind(t), {
    settings: () => (blocked ? { ...SETTINGS, blocked: { file: '/etc/x.json', scope: 'managed', because } } : SETTINGS),
    script: [[text('ok')], [text('ok')]],
  });
  kit.conversation.send(prompt('go'));
  assert.equal(kit.provider.requests.length, 0);
  assert.equal(kit.conversation.state.running, false);
  assert.equal(kit.conversation.state.queue.length, 1);
  const notice = kit.conversation.events.find((event) => event.type === 'notice');
  assert.deepEqual(notice?.type === 'notice' && [notice.kind, notice.because], ['error', because]);
  blocked = false;
  assert.deepEqual(await run(kit.conversation, 'again'), { reason: 'done' });
});

test('bypass that the settings forbid is refused', async (t) => {
  const kit = await makeKit(t.after.bind(t), { settings: () => ({ ...SETTINGS, disableBypass: true }) });
  kit.conversation.setMode('bypassPermissions');
  assert.equal(kit.conversation.state.mode, 'default');
  assert.equal(kit.conversation.events[0]?.type, 'notice');
});

test('the title is the first prompt, on one line, cut at a word', async (t) => {
  const kit = await makeKit(t.after.bind(t), { script: [[text('ok')]] });
  await run(kit.conversation, `  Please rename\nthe function ${'very '.repeat(20)}carefully`);
  assert.equal(kit.conversation.state.title, 'Please rename the function very very very very very very…');
});

test('the to-do list is told when it changes, and only then', async (t) => {
  const todos = [{ content: 'Write it', activeForm: 'Writing it', status: 'in_progress' }];
  const kit = await makeKit(t.after.bind(t), {
    files: { '/project/a.txt': 'a\n' },
    script: [[call('t', 'TodoWrite', { todos })], [call('r', 'Read', { file_path: '/project/a.txt' })], [text('ok')]],
  });
  await run(kit.conversation, 'go');
  const told = kit.conversation.events.filter((event) => event.type === 'todos');
  assert.deepEqual(told, [{ type: 'todos', todos }]);
});

test('closing ends what runs in the background', async (t) => {
  const killed: string[] = [];
  const act = fakeTool('Act', 'effect', (_input, { state }) => {
    for (const id of ['one', 'two']) {
      const background: BackgroundRun = {
        id,
        command: 'sleep',
        startedAtMs: 0,
        status: 'running',
        exitCode: undefined,
        readNew: () => '',
        kill: async () => {
          killed.push(id);
        },
      };
      state.background.set(id, background);
    }
    return ok('started');
  });
  const kit = await makeKit(t.after.bind(t), { tools: () => [act], script: [[call('a', 'Act')], [text('ok')]] });
  await run(kit.conversation, 'go');
  assert.equal(await kit.conversation.killRun('one'), true);
  assert.equal(await kit.conversation.killRun('three'), false);
  await kit.conversation.dispose();
  assert.deepEqual(killed, ['one', 'one', 'two']);
});

test('a transcript that cannot be opened is said once and stops nothing', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    openTranscript: () => Promise.reject(new Error('no disk')),
    script: [[text('ok')], [text('ok')]],
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  const notices = kit.conversation.events.filter((event) => event.type === 'notice');
  assert.equal(notices.length, 1);
});

test('an effect starts only when its call and decision are on the disk', async (t) => {
  const order: string[] = [];
  const act = fakeTool('Act', 'effect', () => {
    order.push('effect');
    return ok('done');
  });
  const kit = await makeKit(t.after.bind(t), { tools: () => [act], script: [[call('a', 'Act')], [text('ok')]] });
  const { openTranscript } = kit.parts;
  kit.parts.openTranscript = async (id) => {
    const writer = await openTranscript(id);
    return {
      file: writer.file,
      session: writer.session,
      close: () => writer.close(),
      record: async (event) => {
        await writer.record(event);
        if (event.type === 'toolDecided' || event.type === 'toolStarted') order.push(event.type);
      },
      flush: async () => {
        // Slower than any effect would be.
        await new Promise((resolve) => setTimeout(resolve, 20));
        const told = await writer.flush();
        order.push('flushed');
        return told;
      },
    };
  };
  await run(kit.conversation, 'go');
  assert.deepEqual(order.slice(0, 4), ['toolDecided', 'toolStarted', 'flushed', 'effect']);
});

test('what the model is told about its work is short and the same for everyone', () => {
  assert.ok(Buffer.byteLength(SYSTEM_PROMPT) <= 3500);
  assert.doesNotMatch(SYSTEM_PROMPT, /20\d\d|\$\{|\/home|\/work/);
});

test('a conversation without a prompt leaves no file', async (t) => {
  const kit = await makeKit(t.after.bind(t), { script: [[text('ok')]] });
  kit.conversation.setMode('plan');
  await kit.conversation.dispose();
  assert.equal(await kit.store.load('/project', kit.conversation.id), undefined);
});
