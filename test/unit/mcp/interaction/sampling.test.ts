// A server asks the model: never without a yes, never beyond what the yes was for, and counted like everything else.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Block } from '../../../../src/contracts/message.ts';
import type { Behavior, Judge, Rule } from '../../../../src/contracts/permission.ts';
import type { Answer, Question } from '../../../../src/contracts/question.ts';
import type { ToolContext } from '../../../../src/contracts/tool.ts';
import { createOpenCalls } from '../../../../src/mcp/interaction/openCalls.ts';
import { createSampling } from '../../../../src/mcp/interaction/sampling.ts';
import { createServerTools } from '../../../../src/mcp/tools/serverTools.ts';
import { createJudge } from '../../../../src/permissions/judge.ts';
import { connectionTo, raw } from '../../../support/mcp/connections.ts';
import { call, events, failed, text } from '../../../support/scriptedProvider.ts';
import { decision, fakeTool, makeKit, ok, ROOT, resultsIn, run } from '../../agent/kit.ts';

type Sample = Extract<Question, { type: 'sample' }>;
const line = (id: string, params: object) =>
  `${JSON.stringify({ jsonrpc: '2.0', id, method: 'sampling/createMessage', params })}\n`;
const HI = { messages: [{ role: 'user', content: { type: 'text', text: 'Sum it up' } }], maxTokens: 100 };

async function sample(
  t: TestContext,
  requests: object[],
  answer: (question: Sample) => Answer | undefined,
  { judged = 'ask', answers = [] }: { judged?: Behavior | Judge; answers?: Block[][] } = {},
) {
  let ids = 0;
  const judge: Judge = typeof judged === 'string' ? async (one) => decision(judged, one.tool) : judged;
  const newId = () => `s-${++ids}`;
  const calls = createOpenCalls({ newId, openAddress: async () => false, log: () => {} });
  const lines = requests.map((params, at) => line(`r${at}`, params));
  const { connection } = connectionTo(raw({ at: { 'tools/call': { raw: lines, collect: lines.length } } }), {
    sample: createSampling({ calls, newId }),
  });
  t.after(() => connection.dispose());
  await connection.connect();
  const tools = createServerTools({ all: () => [connection] }, { env: () => ({}), save: async () => '/saved' });
  const kit = await makeKit(t.after.bind(t), {
    script: [[call('c1', 'mcp__probe__echo', {})], ...answers, [text('ok')]],
    tools: () => tools.all().map((offered) => calls.watched(offered, judge).tool),
    smallModel: () => 'small-model',
  });
  const asked: Sample[] = [];
  kit.conversation.listen((event) => {
    if (event.type !== 'asked' || event.question.type !== 'sample') return;
    asked.push(event.question);
    const given = answer(event.question);
    if (given !== undefined) assert.equal(kit.conversation.answer(event.question.id, given), true);
  });
  const finish = await run(kit.conversation, 'go');
  const result = resultsIn(kit.provider)['c1'] ?? '';
  const collected = JSON.parse(/\[\{.*\}\]/s.exec(result)?.[0] ?? '[]') as Array<{
    id: string;
    result?: { model: string; stopReason: string; content: { text: string } };
    error?: { message: string };
  }>;
  const sent = kit.provider.requests.filter(({ purpose }) => purpose === 'sampling');
  return { kit, asked, finish, collected, sent };
}

const allow = (how: 'once' | 'more' | 'no') => (): Answer => ({ type: 'sample', allow: how });

test('with a yes the model answers: what was shown is what is sent, without tools, and it is counted', async (t) => {
  const request = { ...HI, systemPrompt: 'Be brief', modelPreferences: { hints: [{ name: 'claude-haiku' }] } };
  const { asked, collected, sent, kit } = await sample(t, [request], allow('once'), { answers: [[text('Short.')]] });
  const [question] = asked;
  assert.deepEqual(question?.messages, [{ role: 'user', text: 'Sum it up', pictures: 0 }]);
  assert.deepEqual(
    [question?.server, question?.system, question?.model, question?.maxTokens],
    ['probe', 'Be brief', 'small-model', 100],
  );
  assert.equal(sent.length, 1);
  assert.deepEqual(
    [sent[0]?.model, sent[0]?.system, sent[0]?.tools, sent[0]?.maxTokens],
    ['small-model', 'Be brief', [], 100],
  );
  assert.deepEqual(sent[0]?.messages, [{ role: 'user', blocks: [{ type: 'text', text: 'Sum it up' }] }]);
  assert.deepEqual(collected[0]?.result, {
    model: 'small-model',
    role: 'assistant',
    content: { type: 'text', text: 'Short.' },
    stopReason: 'endTurn',
  });
  const used = kit.conversation.events.filter((event) => event.type === 'usage' && event.purpose === 'sampling');
  assert.equal(used.length, 1);
  // The conversation itself knows nothing of it.
  assert.ok(!JSON.stringify(kit.provider.requests.at(-1)?.messages.slice(0, 2)).includes('Be brief'));
});

test('without one nothing is sent, and the turn goes on', async (t) => {
  const { collected, sent, finish } = await sample(t, [HI], allow('no'));
  assert.equal(sent.length, 0);
  assert.match(collected[0]?.error?.message ?? '', /did not allow/);
  assert.equal(finish.reason, 'done');
});

test('policy that denies is not asked about', async (t) => {
  const { asked, collected, sent } = await sample(t, [HI], allow('once'), { judged: 'deny' });
  assert.equal(asked.length + sent.length, 0);
  assert.match(collected[0]?.error?.message ?? '', /denied/);
});

for (const scope of ['managed', 'session', 'local', 'project', 'user'] as const) {
  for (const text of ['mcp__probe__sampling', 'mcp__probe__*', 'mcp__probe', 'mcp__*']) {
    test(`deny ${text} from ${scope} refuses it unasked, whatever else allows`, async (t) => {
      const rules: Rule[] = [
        { behavior: 'allow', text: 'mcp__probe', scope: 'managed' },
        { behavior: 'deny', text, scope },
      ];
      const judged = createJudge(() => ({
        rules,
        root: ROOT,
        additionalDirectories: [],
        trusted: true,
        degraded: false,
        disableBypass: false,
      }));
      const { asked, collected, sent } = await sample(t, [HI], allow('more'), { judged });
      assert.deepEqual([asked, sent], [[], []]);
      assert.match(collected[0]?.error?.message ?? '', new RegExp(`denied here: .*${text.replaceAll('*', '\\*')}`));
    });
  }
}

test('a rule that allows the server does not pay for it', async (t) => {
  const { asked, sent } = await sample(t, [HI], allow('no'), { judged: 'allow' });
  assert.equal(asked.length, 1);
  assert.equal(sent.length, 0);
});

test('a yes for the conversation has the next one, too', async (t) => {
  const large = { ...HI, maxTokens: 8_000 };
  const { asked, sent } = await sample(t, [large, large], allow('more'), { answers: [[text('a')], [text('b')]] });
  assert.equal(sent.length, 2);
  assert.equal(asked.length, 1);

  const one = await sample(t, [HI, HI, HI], allow('once'), { answers: [[text('a')], [text('b')], [text('c')]] });
  assert.equal(one.asked.length, 3);
});

test('who asks first is asked about first, however long its decision takes', async (t) => {
  let calls = 0;
  const judged: Judge = async ({ tool }) => {
    if (tool.endsWith('sampling') && calls++ === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    return decision(tool.endsWith('sampling') ? 'ask' : 'allow', tool);
  };
  const requests = ['Friday', 'Saturday'].map((text) => ({
    ...HI,
    messages: [{ role: 'user', content: { type: 'text', text } }],
  }));
  const { asked } = await sample(t, requests, allow('no'), { judged });
  assert.deepEqual(
    asked.map(({ messages }) => messages[0]?.text),
    ['Friday', 'Saturday'],
  );
});

test('no answer is longer than our own limit, whatever is asked for', async (t) => {
  const { asked, sent } = await sample(t, [{ ...HI, maxTokens: 1_000_000 }], allow('once'), { answers: [[text('a')]] });
  assert.deepEqual([asked[0]?.maxTokens, sent[0]?.maxTokens], [8_192, 8_192]);
});

test('what cannot be passed on is said, and nobody is asked', async (t) => {
  const sound = { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' };
  for (const [messages, reason] of [
    [[{ role: 'user', content: sound }], /cannot listen/],
    [[{ role: 'user', content: { type: 'image', data: 'AAAA', mimeType: 'image/png' } }], /shown this picture/],
    [[{ role: 'assistant', content: { type: 'text', text: 'I am you' } }], /one of the user/],
  ] as const) {
    const { asked, collected } = await sample(t, [{ messages, maxTokens: 10 }], allow('once'));
    assert.equal(asked.length, 0);
    assert.match(collected[0]?.error?.message ?? '', reason);
  }
});

/** Without a server: one call that runs, and a person who allows for the conversation what they are asked first. */
function directly() {
  const asked: Question[] = [];
  const tokens: number[] = [];
  const untils: Array<AbortSignal | undefined> = [];
  const context = {
    state: { cwd: '/' },
    sideModel: () => ({ id: 'm', name: 'M' }),
    progress: () => {},
    askModel: async ({ maxTokens }: { maxTokens: number }, until?: AbortSignal) => {
      tokens.push(maxTokens);
      untils.push(until);
      return { role: 'assistant', blocks: [{ type: 'text', text: 'a' }] };
    },
    call: { id: 'c' },
  } as unknown as ToolContext;
  const judge: Judge = async ({ tool }) => decision('ask', tool);
  const open = { context, judge, ended: new AbortController().signal, questions: 0 };
  const ask = createSampling({
    calls: {
      of: () => open,
      inTurn: (_server, _call, work) => work(),
      ask: async (_server, _call, question) => {
        asked.push(question(open));
        return { type: 'sample', allow: asked.length === 1 ? 'more' : 'no' };
      },
    },
    newId: () => 'q',
  });
  const request = (maxTokens: number, text = 'hi') =>
    ask(
      'probe',
      { messages: [{ role: 'user', content: [{ type: 'text', text }] }], maxTokens, modelHints: [] },
      new AbortController().signal,
    );
  return { asked, tokens, untils, ask, request };
}

test('a yes for the conversation is for so many answers, and so many tokens', async () => {
  const byTokens = directly();
  for (let n = 0; n < 5; n++) await byTokens.request(8_000);
  await assert.rejects(byTokens.request(8_000), /did not allow/);
  assert.deepEqual([byTokens.asked.length, byTokens.tokens.length], [2, 5]);

  const byNumber = directly();
  for (let n = 0; n < 10; n++) await byNumber.request(10);
  await assert.rejects(byNumber.request(10), /did not allow/);
  assert.deepEqual([byNumber.asked.length, byNumber.tokens.length], [2, 10]);
});

test('an answer that its server no longer wants is ended, and the turn goes on', async (t) => {
  const { ask, untils } = directly();
  const wanted = new AbortController();
  const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hi' }] }];
  await ask('probe', { messages, maxTokens: 10, modelHints: [] }, wanted.signal);
  wanted.abort();
  assert.equal(untils[0]?.aborted, true);

  const until = new AbortController();
  const tool = fakeTool('Ask', 'effect', async (_input, { askModel }) => {
    const request = { purpose: 'sampling', model: 'main', system: '', text: 'hi', maxTokens: 10 } as const;
    await assert.rejects(askModel(request, until.signal), /could not be asked/);
    return ok('ended');
  });
  const { conversation, provider } = await makeKit(t.after.bind(t), {
    tools: () => [tool],
    script: [
      [call('c1', 'Ask', {})],
      async function* (_request, signal) {
        until.abort();
        if (signal.aborted) yield* failed({ code: 'network', detail: '', retryable: false });
        else yield* events([text('It was not stopped.')], 1);
      },
      [text('done')],
    ],
  });
  assert.equal((await run(conversation, 'go')).reason, 'done');
  assert.equal(resultsIn(provider)['c1'], 'ended');
});

test('a server that is told no does not ask for ever', async () => {
  const { asked, request } = directly();
  await Promise.allSettled(Array.from({ length: 30 }, () => request(8_000)));
  assert.equal(asked.length, 10);
});

test('of messages without words there are not so many that nobody can look through them', async () => {
  const { asked, ask } = directly();
  const messages = Array.from({ length: 5000 }, () => ({ role: 'user' as const, content: [] }));
  await assert.rejects(
    ask('probe', { messages, maxTokens: 10, modelHints: [] }, new AbortController().signal),
    /At most 500/,
  );
  assert.equal(asked.length, 0);
});

test('what is too long is not passed on', async () => {
  const { asked, request } = directly();
  await assert.rejects(request(10, 'x'.repeat(200_001)), /At most 200000 characters/);
  assert.equal(asked.length, 0);
});

test('of more pictures than are passed on nobody is asked', async () => {
  const { asked, ask } = directly();
  const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const pictures = (count: number) =>
    ask(
      'probe',
      {
        messages: [
          {
            role: 'user',
            content: Array.from({ length: count }, () => ({ type: 'image', data: picture, mimeType: 'image/png' })),
          },
        ],
        maxTokens: 10,
        modelHints: [],
      },
      new AbortController().signal,
    );
  await assert.rejects(pictures(11), /At most 200000 characters and 10 pictures/);
  assert.equal(asked.length, 0);
  assert.equal((await pictures(10)).text, 'a');
});
