// Hundreds of tools of servers in a conversation: what requests look like, byte by byte, and that calls are what they are.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AgentEvent } from '../../../../src/contracts/event.ts';
import type { AnyTool } from '../../../../src/contracts/tool.ts';
import { createConversationTools } from '../../../../src/mcp/search/toolSearch.ts';
import type { OfferedTool } from '../../../../src/mcp/tools/serverTools.ts';
import { createProvider } from '../../../../src/providers/index.ts';
import { searchesTools } from '../../../../src/providers/searchesTools.ts';
import { type Script, startRehearsal } from '../../../support/rehearsal/server.ts';
import { vendorParts } from '../../../support/vendorParts.ts';
import { fakeTool, judgeBy, type Kit, makeKit, ok, run, TOOLS } from '../../agent/kit.ts';

type Wire = Record<string, unknown>;
type Body = { tools: Wire[]; system: Wire[]; messages: Array<{ role: string; content: Wire[] }> };

/** 20 servers with 25 tools each; `ran` names what was called. */
function offers(ran: string[] = []): OfferedTool[] {
  return Array.from({ length: 20 }, (_, s) =>
    Array.from({ length: 25 }, (_, t): OfferedTool => {
      const name = `mcp__server${s}__tool_${t}`;
      const tool: AnyTool = {
        ...fakeTool(name, 'effect', (input) => {
          ran.push(`${name} ${JSON.stringify(input)}`);
          return ok(`${name} did it`);
        }),
        description: `Number ${t} of server ${s}. ${'It does what its name says, and says so at length. '.repeat(8)}`,
      };
      return { tool, server: `server${s}`, alwaysLoad: false };
    }),
  ).flat();
}

type Started = Kit & { bodies(): Body[]; setOffers(now: OfferedTool[]): void; ran: string[] };

async function start(
  t: TestContext,
  turns: Script['turns'],
  {
    model = 'assent-rehearsal',
    env = {},
    judge = judgeBy({}),
  }: { model?: string; env?: Record<string, string>; judge?: ReturnType<typeof judgeBy> } = {},
): Promise<Started> {
  const rehearsal = await startRehearsal({ script: { turns } });
  t.after(() => rehearsal.close());
  const settings = { ANTHROPIC_BASE_URL: rehearsal.url, ANTHROPIC_API_KEY: 'sk-test-0123456789', ...env };
  const real = createProvider({ env: () => settings, ...vendorParts() });
  const ran: string[] = [];
  let now = offers(ran);
  const made = (history: Parameters<typeof createConversationTools>[1]['history']) => {
    const served = createConversationTools(real, {
      env: () => settings,
      searches: (asked) => real.has?.('toolSearch') === true && searchesTools(asked),
      window: () => 200_000,
      setUp: () => true,
      offered: () => now,
      beside: [fakeTool('ListMcpResourcesTool', 'read', () => ok('none'))],
      instructions: (server) => (server === 'server1' ? 'Begin with tool_0.' : undefined),
      servers: () => [...new Set(now.map(({ server }) => server))],
      history,
    });
    return {
      provider: served.provider,
      tools: () => [...TOOLS, ...served.tools()],
      notes: async () => [served.news.take() ?? []].flat(),
      judge,
    };
  };
  const kit = await makeKit(t.after.bind(t), { ...made([]), start: { model } });
  return {
    ...kit,
    reopen: async () => {
      const restored = await kit.store.load('/project', kit.conversation.id);
      return kit.reopen(made(restored?.messages ?? []));
    },
    bodies: () =>
      rehearsal.requests().map((entry) => {
        assert.equal(entry.status, 200, entry.error);
        return entry.body as Body;
      }),
    setOffers: (next) => {
      now = next;
    },
    ran,
  };
}

/** The bytes of a request without the marks of the cache, which move on. */
function bytes(body: Body | undefined, deferred = true): string {
  const tools = body?.tools.filter((tool) => deferred || tool['defer_loading'] !== true);
  return JSON.stringify({ tools, system: body?.system, messages: body?.messages }, (key, value: unknown) =>
    key === 'cache_control' ? undefined : value,
  );
}
const begins = (longer: string, shorter: string) => longer.startsWith(shorter.replace(/\]\}$/, ''));
const names = (body: Body | undefined) => body?.tools.map((tool) => tool['name']);
const decided = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === 'toolDecided' ? [event.call] : []));

const CALL = { tool: 'CallTool', input: { tool: 'mcp__server3__tool_7', input: { path: 'a' } } };

test('with 500 tools of 20 servers the first request stays small, and names where to search', async (t) => {
  const kit = await start(t, ['Hello.']);
  await run(kit.conversation, 'hi');
  const [body] = kit.bodies();
  const plain = JSON.stringify(kit.bodies()[0]);
  assert.ok(JSON.stringify(offers().map(({ tool }) => tool.description)).length > 200_000, 'the tools are large');
  assert.ok(plain.length < 40_000, `the request has ${plain.length} characters`);
  assert.deepEqual(names(body), [...TOOLS.map(({ name }) => name), 'ToolSearch', 'CallTool']);
  assert.match(plain, /- mcp__server7__ \(25 tools, [0-9a-f]{8}\): tool_0, tool_1, /);
  assert.match(plain, /Begin with tool_0\./);
});

test('a search shows how tools are called; the call is judged, shown, run and stored by its real name', async (t) => {
  const asked: string[] = [];
  const kit = await start(
    t,
    [[{ tool: 'ToolSearch', input: { query: 'select:mcp__server3__tool_7' } }], [CALL], 'Done.'],
    {
      judge: async (call) => {
        asked.push(`${call.tool} ${JSON.stringify(call.input)}`);
        return judgeBy({})(call);
      },
    },
  );
  assert.equal((await run(kit.conversation, 'go')).reason, 'done');
  assert.deepEqual(kit.ran, ['mcp__server3__tool_7 {"path":"a"}']);
  assert.ok(asked.includes('mcp__server3__tool_7 {"path":"a"}'), asked.join());
  assert.deepEqual(
    decided(kit.conversation.events).map(({ name, input }) => [name, input]),
    [
      ['ToolSearch', { query: 'select:mcp__server3__tool_7' }],
      ['mcp__server3__tool_7', { path: 'a' }],
    ],
  );
  const [, second, third] = kit.bodies();
  assert.match(JSON.stringify(second?.messages.at(-1)), /Number 7 of server 3\..*input_schema/);
  // The model sees what it wrote.
  const sent = third?.messages.findLast(({ role }) => role === 'assistant')?.content.at(-1);
  assert.deepEqual([sent?.['name'], sent?.['input']], [CALL.tool, CALL.input]);
  // A second life reads the real name from the transcript, and sends the same bytes.
  const again = await kit.reopen();
  assert.ok(decided(again.events).some(({ name }) => name === 'mcp__server3__tool_7'));
});

test('what requests begin with is the same when servers come, go, change places or the conversation is taken up', async (t) => {
  const kit = await start(t, [[CALL], 'One.', 'Two.', 'Three.', 'Four.']);
  const all = offers(kit.ran);
  kit.setOffers([]);
  const first = run(kit.conversation, 'go');
  // Servers are there while the turn runs.
  kit.setOffers(all);
  await first;
  kit.setOffers([...all].reverse());
  await run(kit.conversation, 'reordered');
  kit.setOffers(all.filter(({ server }) => server !== 'server3'));
  await run(kit.conversation, 'one is gone');
  kit.setOffers(all);
  const again = await kit.reopen();
  await run(again, 'taken up');
  const sent = kit.bodies().map((body) => bytes(body));
  assert.equal(sent.length, 5);
  for (let at = 1; at < sent.length; at++)
    assert.ok(begins(sent[at] ?? '', sent[at - 1] ?? '?'), `request ${at + 1} does not begin as request ${at} did`);
  // Each server was told of once.
  assert.equal(sent.at(-1)?.match(/- mcp__server5__ /g)?.length, 1);
});

test('a call to a tool that is gone is answered with what happened, and nothing asks', async (t) => {
  const kit = await start(t, [[CALL], 'Done.']);
  kit.setOffers([]);
  await run(kit.conversation, 'go');
  assert.match(
    JSON.stringify(kit.bodies()[1]?.messages.at(-1)),
    /no tool named mcp__server3__tool_7\. Its server may not/,
  );
  assert.deepEqual(kit.ran, []);
});

test('a denied tool stays denied by its real name', async (t) => {
  const kit = await start(t, [[CALL], 'Done.'], { judge: judgeBy({ mcp__server3__tool_7: 'deny' }) });
  await run(kit.conversation, 'go');
  assert.deepEqual(kit.ran, []);
  assert.match(JSON.stringify(kit.bodies()[1]?.messages.at(-1)), /Denied/);
});

test('calls that are written wrong say what is wrong', async (t) => {
  const kit = await start(t, [
    [
      { tool: 'CallTool', input: { tool: 'Read', input: { file_path: '/etc/passwd' } } },
      { tool: 'CallTool', input: { name: 'x' } },
      { tool: 'CallTool', json: '{"tool":' },
      { tool: 'CallTool', input: { tool: 'mcp__server3__tool_7', input: '{"path":"b"}' } },
    ],
    'Done.',
  ]);
  await run(kit.conversation, 'go');
  const results = kit
    .bodies()[1]
    ?.messages.at(-1)
    ?.content.map((block) => JSON.stringify(block['content']));
  assert.match(results?.[0] ?? '', /expected the whole name of a tool/);
  assert.match(results?.[1] ?? '', /expected the whole name of a tool/);
  assert.match(results?.[2] ?? '', /not valid JSON/);
  assert.deepEqual(kit.ran, ['mcp__server3__tool_7 {"path":"b"}']);
});

const SERVICE = { ENABLE_TOOL_SEARCH: 'true' };
const MODEL = 'claude-sonnet-5';
const SEARCH = (id: string, found: string): Script['turns'][number] => [
  { block: { type: 'server_tool_use', id, name: 'tool_search_tool_regex', input: { query: found } } },
  {
    block: {
      type: 'tool_search_tool_result',
      tool_use_id: id,
      content: {
        type: 'tool_search_tool_search_result',
        tool_references: [{ type: 'tool_reference', tool_name: found }],
      },
    },
  },
  { tool: found, input: { path: 'a' } },
];

test('where the service searches, tools are left to it; what it found is sent back unchanged', async (t) => {
  const kit = await start(t, [SEARCH('srvtoolu_1', 'mcp__server3__tool_7'), 'Done.', 'Again.', 'Later.'], {
    model: MODEL,
    env: SERVICE,
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(kit.ran, ['mcp__server3__tool_7 {"path":"a"}']);
  const [first, second] = kit.bodies();
  const shown = first?.tools.filter((tool) => tool['defer_loading'] !== true).map((tool) => tool['name']);
  assert.deepEqual(shown, [...TOOLS.map(({ name }) => name), 'tool_search_tool_regex']);
  assert.equal(first?.tools.filter((tool) => tool['defer_loading'] === true).length, 501);
  const answer = second?.messages.findLast(({ role }) => role === 'assistant')?.content;
  assert.deepEqual(
    answer?.map((block) => block['type']),
    ['server_tool_use', 'tool_search_tool_result', 'tool_use'],
  );
  assert.deepEqual(answer?.[1], {
    type: 'tool_search_tool_result',
    tool_use_id: 'srvtoolu_1',
    content: {
      type: 'tool_search_tool_search_result',
      tool_references: [{ type: 'tool_reference', tool_name: 'mcp__server3__tool_7' }],
    },
  });
  // The server is lost: the history speaks of its tool, so it stays told of (the rehearsed service would refuse it).
  kit.setOffers([]);
  await run(kit.conversation, 'go on');
  assert.equal(kit.bodies()[2]?.tools.filter((tool) => tool['defer_loading'] === true).length, 2);
  kit.setOffers(offers().reverse());
  const again = await kit.reopen();
  await run(again, 'later');
  const sent = kit.bodies().map((body) => bytes(body, false));
  for (let at = 1; at < sent.length; at++) assert.ok(begins(sent[at] ?? '', sent[at - 1] ?? '?'), `request ${at + 1}`);
  // In whatever order they are offered, they are sent in one.
  assert.equal(JSON.stringify(kit.bodies()[3]?.tools), JSON.stringify(first?.tools));
});

test('a search that broke off is not sent again', async (t) => {
  const broken: Script['turns'][number] = [
    { text: 'I look.' },
    { block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'tool_search_tool_regex', input: { query: 'x' } } },
    { error: 'overloaded' },
  ];
  const kit = await start(t, [broken, 'Done.'], { model: MODEL, env: SERVICE });
  await run(kit.conversation, 'go');
  await run(kit.conversation, 'go on');
  const last = kit.bodies().at(-1);
  assert.ok(JSON.stringify(last).includes('I look.'));
  assert.ok(!JSON.stringify(last?.messages).includes('srvtoolu_1'));
});

test('a history with searches goes to a service that knows none of them', async (t) => {
  const kit = await start(t, [SEARCH('srvtoolu_1', 'mcp__server3__tool_7'), 'Done.', 'Here.'], {
    model: MODEL,
    env: SERVICE,
  });
  await run(kit.conversation, 'go');
  kit.conversation.setModel('assent-rehearsal');
  await run(kit.conversation, 'another model');
  const last = kit.bodies().at(-1);
  assert.ok(!JSON.stringify(last?.messages).includes('srvtoolu_1'));
  const call = last?.messages.flatMap(({ content }) => content).find((block) => block['type'] === 'tool_use');
  assert.equal(call?.['name'], 'CallTool');
});

test('ENABLE_TOOL_SEARCH: false sends all; auto sends all that is small, and what was too much stays searched for', async (t) => {
  const off = await start(t, ['Hi.'], { env: { ENABLE_TOOL_SEARCH: 'false' } });
  await run(off.conversation, 'hi');
  assert.equal(names(off.bodies()[0])?.filter((name) => String(name).startsWith('mcp__')).length, 500);
  assert.ok(!names(off.bodies()[0])?.includes('ToolSearch'));

  const auto = await start(t, ['Hi.', 'Hi.', 'Hi.'], { env: { ENABLE_TOOL_SEARCH: 'auto:5' } });
  const all = offers();
  auto.setOffers(all.slice(0, 3));
  await run(auto.conversation, 'few');
  auto.setOffers(all);
  await run(auto.conversation, 'many');
  auto.setOffers(all.slice(0, 3));
  await run(auto.conversation, 'few again');
  const [few, many, again] = auto.bodies().map(names);
  assert.ok(few?.includes('mcp__server0__tool_0'));
  assert.ok(many?.includes('ToolSearch') && !many.includes('mcp__server9__tool_9'));
  assert.ok(again?.includes('ToolSearch'));
});

test('tools that are always loaded stand behind the others, and stay when their server is lost', async (t) => {
  const kit = await start(t, ['Hi.', 'Hi.', 'Hi.']);
  const always = offers()
    .slice(0, 2)
    .map((one) => ({ ...one, alwaysLoad: true }));
  kit.setOffers([...always].reverse());
  await run(kit.conversation, 'hi');
  kit.setOffers([]);
  await run(kit.conversation, 'lost');
  kit.setOffers(always);
  await run(kit.conversation, 'back');
  const [first, second, third] = kit.bodies().map(names);
  assert.deepEqual(first?.slice(-4), ['ToolSearch', 'CallTool', 'mcp__server0__tool_0', 'mcp__server0__tool_1']);
  assert.deepEqual(second, first);
  assert.deepEqual(third, first);
});

test('from which models on the service searches', () => {
  const can = ['claude-sonnet-5', 'claude-opus-4-8', 'claude-haiku-4-5', 'claude-haiku-4-5-20251001'];
  for (const model of can) assert.equal(searchesTools(model), true, model);
  for (const model of ['claude-sonnet-4-20250514', 'claude-opus-4-1', 'assent-rehearsal', 'gpt'])
    assert.equal(searchesTools(model), false, model);
});
