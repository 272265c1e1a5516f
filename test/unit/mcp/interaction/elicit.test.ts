// A server asks a person while one of its calls runs: through a real server, a real conversation and its events.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AgentEvent } from '../../../../src/contracts/event.ts';
import type { Answer, Question } from '../../../../src/contracts/question.ts';
import type { ToolContext } from '../../../../src/contracts/tool.ts';
import { createOpenCalls, type OpenCalls } from '../../../../src/mcp/interaction/openCalls.ts';
import { createServerTools } from '../../../../src/mcp/tools/serverTools.ts';
import { connectionTo, raw, stateOf } from '../../../support/mcp/connections.ts';
import { call, text } from '../../../support/scriptedProvider.ts';
import { fakeTool, judgeBy, makeKit, ok, resultsIn, run } from '../../agent/kit.ts';

const SCHEMA = {
  type: 'object',
  properties: { name: { type: 'string' }, size: { type: 'integer', minimum: 1 } },
  required: ['name'],
};
const line = (message: object) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
const asks = (id: string, params: object) => line({ id, method: 'elicitation/create', params });
const form = (id: string, schema: object = SCHEMA) => asks(id, { message: `Who? ${id}`, requestedSchema: schema });
const page = (id: string, url: string) =>
  asks(id, { mode: 'url', message: 'Open this', url, elicitationId: `e-${id}` });

type Elicit = Extract<Question, { type: 'elicit' }>;

/** What the tool of the server said in the end, with the answers that it got; and what was asked. */
async function ask(
  t: TestContext,
  script: Record<string, unknown>,
  answer: (question: Elicit, stop: () => void, late: (question: Elicit, answer: Answer) => void) => Answer | undefined,
  cause: { opens?: boolean; timeoutMs?: number } = {},
) {
  const opened: string[] = [];
  const logged: string[] = [];
  let ids = 0;
  const calls: OpenCalls = createOpenCalls({
    newId: () => `elicit-${++ids}`,
    openAddress: async (url) => {
      opened.push(url);
      return cause.opens !== false;
    },
    log: (text) => logged.push(text),
  });
  const { connection } = connectionTo(
    raw({ at: { 'tools/call': script } }),
    { elicit: calls.elicit },
    cause.timeoutMs === undefined ? {} : { timeoutMs: cause.timeoutMs },
  );
  t.after(() => connection.dispose());
  await connection.connect();
  await stateOf(connection, 'connected');
  const tools = createServerTools({ all: () => [connection] }, { env: () => ({}), save: async () => '/saved' });
  const kit = await makeKit(t.after.bind(t), {
    script: [[call('c1', 'mcp__probe__echo', {})], [text('ok')]],
    tools: () => tools.all().map((offered) => calls.watched(offered, judgeBy({})).tool),
  });
  const asked: Elicit[] = [];
  kit.conversation.listen((event) => {
    if (event.type !== 'asked' || event.question.type !== 'elicit') return;
    const { question } = event;
    asked.push(question);
    const given = answer(
      question,
      () => kit.conversation.stop(),
      (late, words) => assert.equal(kit.conversation.answer(late.id, words), true),
    );
    if (given !== undefined) assert.equal(kit.conversation.answer(question.id, given), true);
  });
  const finish = await run(kit.conversation, 'go');
  return { kit, asked, opened, logged, finish, calls, result: resultsIn(kit.provider)['c1'] ?? '' };
}

const collected = (result: string): Array<{ id: string; result: unknown }> =>
  JSON.parse(/\[\{.*\}\]/s.exec(result)?.[0].replaceAll('&lt;', '<') ?? '[]');

test('a form is filled in, and the server gets what was entered', async (t) => {
  const { asked, result, kit } = await ask(t, { raw: form('q1'), collect: 1 }, () => ({
    type: 'elicit',
    action: 'accept',
    content: { name: 'Ada', size: 2 },
  }));
  assert.deepEqual(asked[0], {
    type: 'elicit',
    id: 'elicit-1',
    call: asked[0]?.call,
    server: 'probe',
    request: { mode: 'form', message: 'Who? q1', schema: { ...SCHEMA } },
  });
  assert.equal(asked[0]?.call.id, 'c1');
  assert.deepEqual(collected(result)[0]?.result, { action: 'accept', content: { name: 'Ada', size: 2 } });
  // What was entered is nobody else's: no line of the transcript has it.
  await kit.conversation.dispose();
  const files = (await readdir(kit.configDir, { recursive: true })).filter((file) => file.endsWith('.jsonl'));
  assert.equal(files.length, 1);
  const stored = await readFile(path.join(kit.configDir, files[0] ?? ''), 'utf8');
  assert.ok(stored.includes('mcp__probe__echo'));
  assert.ok(!stored.includes('"elicit"') && !stored.includes('Who? q1\\"'), 'a question was stored');
});

test('declining and putting off are told as such, and the turn goes on', async (t) => {
  for (const action of ['decline', 'cancel'] as const) {
    const { result, finish } = await ask(t, { raw: form('q1'), collect: 1 }, () => ({ type: 'elicit', action }));
    assert.deepEqual(collected(result)[0]?.result, { action });
    assert.equal(finish.reason, 'done');
  }
});

test('what the form could not have given goes nowhere', async (t) => {
  const { result } = await ask(t, { raw: form('q1'), collect: 1 }, () => ({
    type: 'elicit',
    action: 'accept',
    content: { name: 'Ada', size: 0 },
  }));
  assert.deepEqual(collected(result)[0]?.result, { action: 'cancel' });
});

test('an address is opened after a yes alone', async (t) => {
  const url = 'https://example.com/connect?to=probe';
  const yes = await ask(t, { raw: page('q1', url), collect: 1 }, () => ({ type: 'elicit', action: 'accept' }));
  assert.deepEqual(yes.opened, [url]);
  assert.deepEqual(collected(yes.result)[0]?.result, { action: 'accept' });
  const no = await ask(t, { raw: page('q1', url), collect: 1 }, () => ({ type: 'elicit', action: 'decline' }));
  assert.deepEqual(no.opened, []);
  assert.deepEqual(collected(no.result)[0]?.result, { action: 'decline' });
  const failed = await ask(t, { raw: page('q1', url), collect: 1 }, () => ({ type: 'elicit', action: 'accept' }), {
    opens: false,
  });
  assert.deepEqual(collected(failed.result)[0]?.result, { action: 'cancel' });
});

test('addresses that nobody should open, and forms that cannot be shown, are not asked about', async (t) => {
  const bad = ['http://example.com/', 'file:///etc/passwd', 'vscode://x.y/z', 'https://me:pw@example.com/'];
  const { asked, result, logged } = await ask(
    t,
    {
      raw: [...bad.map((url, at) => page(`u${at}`, url)), form('f', { type: 'object', properties: {} })],
      collect: bad.length + 1,
    },
    () => ({ type: 'elicit', action: 'accept' }),
  );
  assert.deepEqual(asked, []);
  // The fifth at the same time may be refused before.
  assert.ok(logged.filter((text) => text.includes('nobody was asked')).length >= 4);
  const told = JSON.stringify(collected(result));
  assert.equal(told.match(/cancel/g)?.length, 5, told);
  assert.ok(!logged.join().includes('pw'));
});

test('an address is shown as it is opened: no letter that looks like another, nothing hidden, no break', async (t) => {
  for (const [url, shown] of [
    ['https://\u0430pple.com/login', 'https://xn--pple-43d.com/login'],
    ['https://example.com/\u202e\u{e0041}', 'https://example.com/%E2%80%AE%F3%A0%81%81'],
    ['https:\\\\evil.example\\@example.com', 'https://evil.example/@example.com'],
    ['https://exam\nple.com/\t?a=%26b', 'https://example.com/?a=%26b'],
  ] as const) {
    const { asked, opened } = await ask(t, { raw: page('q1', url), collect: 1 }, () => ({
      type: 'elicit',
      action: 'accept',
    }));
    const [question] = asked;
    assert.equal(question?.request.mode === 'url' ? question.request.url : question, shown);
    assert.deepEqual(opened, [shown]);
  }
});

test('a question is one that a person can read', async (t) => {
  const [words, name] = ['x'.repeat(20_000), 'x'.repeat(70_000)];
  const { asked, logged } = await ask(
    t,
    {
      raw: [
        asks('q1', { message: words, requestedSchema: SCHEMA }),
        form('q2', { type: 'object', properties: { [name]: { type: 'string' } } }),
        page('q3', `https://example.com/${words}`),
      ],
      collect: 3,
    },
    () => ({ type: 'elicit', action: 'decline' }),
  );
  assert.deepEqual(
    asked.map(({ request }) => request.message.length),
    [10_000],
  );
  assert.match(logged.join(), /no form can be made.*its address is too long/);
});

test('a server asks one thing at a time, and not without end', async (t) => {
  const ids = Array.from({ length: 4 }, (_, n) => `q${n}`);
  let open = 0;
  const { asked, result } = await ask(t, { raw: ids.map((id) => form(id)), collect: 4 }, (question, _stop, answer) => {
    assert.equal(++open, 1, 'two questions are open');
    setTimeout(() => {
      open--;
      answer(question, { type: 'elicit', action: 'decline' });
    }, 5);
    return undefined;
  });
  assert.equal(asked.length, 4);
  assert.equal(collected(result).length, 4);
});

test('with its call a question goes', async (t) => {
  // The call has a second, and nobody answers.
  const late = await ask(t, { raw: form('q1'), collect: 1 }, () => undefined, { timeoutMs: 1000 });
  assert.equal(late.asked.length, 1);
  assert.match(late.result, /did not/i);
  const answers = late.kit.conversation.events.flatMap((event: AgentEvent) =>
    event.type === 'answered' ? [event.answer.type] : [],
  );
  assert.deepEqual(answers, ['deny']);
  assert.deepEqual(late.kit.conversation.state.questions, []);
  assert.equal(late.finish.reason, 'done');
  assert.equal(late.calls.of('probe'), undefined);

  const stopped = await ask(t, { raw: form('q1'), collect: 1 }, (_question, stop) => {
    setImmediate(stop);
    return undefined;
  });
  assert.equal(stopped.finish.reason, 'cancelled');
});

test('where no call runs, nobody is asked', async () => {
  const calls = createOpenCalls({ newId: () => 'x', openAddress: async () => true, log: () => {} });
  const request = { mode: 'form' as const, message: 'Now?', schema: SCHEMA };
  assert.deepEqual(await calls.elicit('probe', request, new AbortController().signal), { action: 'cancel' });
});

test('ten questions in one call are asked, the others cancelled; the next call may ask again', async () => {
  const logged: string[] = [];
  const calls = createOpenCalls({ newId: () => 'x', openAddress: async () => true, log: (text) => logged.push(text) });
  const request = { mode: 'form' as const, message: 'Again?', schema: SCHEMA };
  const answers: string[] = [];
  const tool = fakeTool('mcp__probe__echo', 'effect', async () => {
    for (let n = 0; n < 12; n++)
      answers.push((await calls.elicit('probe', request, new AbortController().signal)).action);
    return ok('done');
  });
  const { tool: watched } = calls.watched({ tool, server: 'probe', alwaysLoad: false }, judgeBy({}));
  const context = {
    state: {},
    call: { id: 'c1' },
    ask: async (): Promise<Answer> => ({ type: 'elicit', action: 'decline' }),
  } as unknown as ToolContext;
  for (let n = 0; n < 2; n++) await watched.run({}, context, []);
  const one = [...Array.from({ length: 10 }, () => 'decline'), 'cancel', 'cancel'];
  assert.deepEqual(answers, [...one, ...one]);
  assert.equal(logged.filter((text) => /probe asked for something, .*too often in one call/.test(text)).length, 4);
});
