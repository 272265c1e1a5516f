// A real server's tools in a conversation whose rules change: what the model is told, what it can find, what it can call.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { serversInConversation } from '../../../src/compose/serversInConversation.ts';
import type { Rule } from '../../../src/contracts/permission.ts';
import { createConnections } from '../../../src/mcp/connection/connections.ts';
import { createOpenCalls } from '../../../src/mcp/interaction/openCalls.ts';
import { createResourceWatch } from '../../../src/mcp/interaction/resourceWatch.ts';
import { createSampling } from '../../../src/mcp/interaction/sampling.ts';
import { createServerTools } from '../../../src/mcp/tools/serverTools.ts';
import { nameTools } from '../../../src/mcp/tools/toolNames.ts';
import { deniedOutright } from '../../../src/permissions/deniedOutright.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { createProvider } from '../../../src/providers/index.ts';
import { connectionParts, definitionOf, raw, stateOf } from '../../support/mcp/connections.ts';
import { type Script, startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { answering, makeKit, ROOT, run, TOOLS } from '../agent/kit.ts';

type Wire = Record<string, unknown>;
type Body = { tools: Wire[]; messages: Array<{ role: string; content: Wire[] }> };

const LONG = `copy_${'x'.repeat(80)}`;
const tool = (name: string) => ({ name, description: `Does ${name}.`, inputSchema: { type: 'object' } });
const SHORT = nameTools('srv', [tool(LONG)]).tools[0]?.name ?? '';
const allow: Rule = { behavior: 'allow', text: 'mcp__srv', scope: 'user' };
const deny = (text: string): Rule => ({ behavior: 'deny', text, scope: 'session' });

async function start(
  t: TestContext,
  turns: Script['turns'],
  { model = 'assent-rehearsal', search = 'true', script = {} } = {},
) {
  const rehearsal = await startRehearsal({ script: { turns } });
  t.after(() => rehearsal.close());
  const env = {
    ANTHROPIC_BASE_URL: rehearsal.url,
    ANTHROPIC_API_KEY: 'sk-test-0123456789',
    ENABLE_TOOL_SEARCH: search,
  };
  const calls = createOpenCalls({ newId: () => 'id', openAddress: async () => false, log: () => {} });
  const connections = createConnections(connectionParts({ sample: createSampling({ calls, newId: () => 'q' }) }));
  t.after(() => connections.dispose());
  connections.update([
    definitionOf(raw({ tools: [tool('one'), tool('two'), tool(LONG)], ...script }), { name: 'srv' }),
  ]);
  connections.start();
  const [connection] = connections.all();
  assert.ok(connection);
  await stateOf(connection, 'connected');

  const watch = createResourceWatch(connections, () => {});
  t.after(() => watch.dispose());
  const rules: Rule[] = [allow];
  const denied = (name: string) => deniedOutright(name, rules);
  const judge = createJudge(() => ({
    rules,
    root: ROOT,
    additionalDirectories: [],
    trusted: true,
    degraded: false,
    disableBypass: false,
  }));
  const served = serversInConversation({
    provider: createProvider({ env: () => env, ...vendorParts() }),
    servers: { all: () => [], connections },
    calls,
    watch,
    offered: createServerTools(connections, { env: () => ({}), save: async () => '' }).all,
    judge,
    denied,
    env: () => env,
    window: () => 200_000,
    save: async () => '',
    history: [],
  });
  const kit = await makeKit(t.after.bind(t), {
    provider: served.provider,
    tools: () => [...TOOLS, ...served.tools().filter(({ name }) => !denied(name))],
    notes: async () => served.notes(),
    judge,
    start: { model },
  });
  const bodies = () => rehearsal.requests().map(({ body }) => body as Body);
  return { ...kit, rules, bodies };
}

/** The bytes of requests without the marks of the cache; those that are searched for stand outside of what is cached. */
function bytes(body: Body | undefined): string {
  const tools = body?.tools.filter((one) => one['defer_loading'] !== true);
  const kept = JSON.stringify({ tools, messages: body?.messages }, (key, value: unknown) =>
    key === 'cache_control' ? undefined : value,
  );
  return kept.replace(/\]\}$/, '');
}
function prefixesHold(bodies: Body[]): void {
  const sent = bodies.map(bytes);
  for (let at = 1; at < sent.length; at++) assert.ok(sent[at]?.startsWith(sent[at - 1] ?? '?'), `request ${at + 1}`);
}
const names = (body: Body | undefined) => (body?.tools ?? []).map((one) => one['name']);
const lastOf = (body: Body | undefined) => JSON.stringify(body?.messages.at(-1));
const search = (query: string) => [{ tool: 'ToolSearch', input: { query } }];
const callOf = (name: string) => [{ tool: 'CallTool', input: { tool: name, input: {} } }];

test('a deny rule that writes a shortened name whole takes the tool out of the list and refuses it', async (t) => {
  const kit = await start(t, [[{ tool: SHORT, input: {} }], 'None.'], { search: 'false' });
  kit.rules.push(deny(`mcp__srv__${LONG}`));
  await run(kit.conversation, 'go');
  assert.match(lastOf(kit.bodies()[1]), new RegExp(`no tool named ${SHORT}`));
  assert.deepEqual(
    names(kit.bodies()[0]).filter((name) => String(name).startsWith('mcp__')),
    ['mcp__srv__one', 'mcp__srv__two'],
  );
});

test('a rule for another whole name leaves it', async (t) => {
  const kit = await start(t, ['Hi.'], { search: 'false' });
  kit.rules.push(deny(`mcp__srv__${LONG.slice(0, -1)}`), deny('mcp__srv__copy'));
  await run(kit.conversation, 'go');
  assert.ok(names(kit.bodies()[0]).includes(SHORT));
});

test('what is denied in the middle of a conversation is neither found nor called from then on, and that is told once', async (t) => {
  const kit = await start(t, [
    search(`select:mcp__srv__one`),
    callOf('mcp__srv__one'),
    'Done.',
    search('copy one two'),
    callOf('mcp__srv__one'),
    callOf('mcp__srv__two'),
    'Done.',
    'Again.',
  ]);
  await run(kit.conversation, 'go');
  assert.match(lastOf(kit.bodies()[2]), /one 1 |tool_result/);
  kit.rules.push(deny('mcp__srv__one'), deny(`mcp__srv__${LONG}`));
  await run(kit.conversation, 'again');
  const [, , , told, found, refused, ran] = kit.bodies();
  assert.match(lastOf(told), new RegExp(`deny these tools, and calls to them are refused: ${SHORT}, mcp__srv__one\\.`));
  assert.match(lastOf(found), /mcp__srv__two/);
  assert.doesNotMatch(lastOf(found), /mcp__srv__one|copy_x/);
  assert.match(lastOf(refused), /no tool named mcp__srv__one\..*or a rule denies it/);
  assert.doesNotMatch(lastOf(ran), /no tool named/);
  prefixesHold(kit.bodies());
  // Lifted, it is told of again; denied once more, that is told once more.
  kit.rules.splice(1);
  await run(kit.conversation, 'and now');
  assert.match(lastOf(kit.bodies().at(-1)), /- mcp__srv__ \(3 tools, [0-9a-f]{8}\): copy_x+_[0-9a-f]{8}, one\b/);
  assert.equal(JSON.stringify(kit.bodies().at(-1)).match(/<denied-tools>/g)?.length, 1);
});

test('a server that is denied as a whole is gone, its resources too', async (t) => {
  const kit = await start(t, ['Hi.', search('one two copy resource'), 'Done.']);
  await run(kit.conversation, 'go');
  kit.rules.push(deny('mcp__srv'));
  await run(kit.conversation, 'again');
  const found = lastOf(kit.bodies().at(-1));
  assert.doesNotMatch(found, /mcp__srv__/);
});

test('where the service searches, what it found stays as it was for the cache, and is refused; the rest is gone', async (t) => {
  const found: Script['turns'][number] = [
    { block: { type: 'server_tool_use', id: 'srvtoolu_1', name: 'tool_search_tool_regex', input: { query: 'one' } } },
    {
      block: {
        type: 'tool_search_tool_result',
        tool_use_id: 'srvtoolu_1',
        content: {
          type: 'tool_search_tool_search_result',
          tool_references: [{ type: 'tool_reference', tool_name: 'mcp__srv__one' }],
        },
      },
    },
    { tool: 'mcp__srv__one', input: {} },
  ];
  const kit = await start(t, [found, 'Done.', [{ tool: 'mcp__srv__one', input: {} }], 'Refused.'], {
    model: 'claude-sonnet-5',
  });
  await run(kit.conversation, 'go');
  kit.rules.push(deny('mcp__srv__one'), deny(`mcp__srv__${LONG}`));
  await run(kit.conversation, 'again');
  const [first, , third, last] = kit.bodies();
  const one = (body: Body | undefined) => body?.tools.find(({ name }) => name === 'mcp__srv__one');
  assert.deepEqual(one(third), one(first), 'the service puts it where its search stands');
  assert.ok(names(first).includes(SHORT));
  assert.ok(!names(third).includes(SHORT));
  assert.match(lastOf(third), /deny these tools/);
  assert.match(lastOf(last), /no tool named mcp__srv__one/);
  prefixesHold(kit.bodies());
});

test('a tool that was shown whole stays where it stands, and is refused', async (t) => {
  const kit = await start(t, ['Hi.', [{ tool: 'mcp__srv__one', input: {} }], 'Refused.'], { search: 'false' });
  await run(kit.conversation, 'go');
  kit.rules.push(deny('mcp__srv__one'));
  await run(kit.conversation, 'again');
  const [first, second, third] = kit.bodies();
  assert.deepEqual(second?.tools, first?.tools);
  assert.match(lastOf(second), /deny these tools/);
  assert.match(lastOf(third), /no tool named mcp__srv__one/);
});

test('a rule of the conversation alone keeps its servers from asking a model', async (t) => {
  const params = { messages: [{ role: 'user', content: { type: 'text', text: 'Sum it up' } }], maxTokens: 100 };
  const line = `${JSON.stringify({ jsonrpc: '2.0', id: 'r0', method: 'sampling/createMessage', params })}\n`;
  const script = { at: { 'tools/call': { raw: [line], collect: 1 } } };
  const kit = await start(t, [[{ tool: 'mcp__srv__one', input: {} }], 'Done.'], { search: 'false', script });
  answering(kit.conversation, { type: 'deny' });
  kit.rules.push(deny('mcp__srv__sampling'));
  await run(kit.conversation, 'go');
  assert.equal(kit.bodies().length, 2);
  assert.ok(kit.conversation.events.every(({ type }) => type !== 'asked'));
  assert.match(lastOf(kit.bodies()[1]), /are denied here: .*mcp__srv__sampling/);
});

test('of a server whose resources are denied none is listed', async (t) => {
  const script = {
    capabilities: { tools: {}, resources: {} },
    at: {
      'resources/list': { result: { resources: [{ uri: 'note:1', name: 'The plan' }] } },
      'resources/templates/list': { result: { resourceTemplates: [] } },
    },
  };
  const turns = [callOf('ListMcpResourcesTool'), 'Done.'];
  const shown = await start(t, turns, { script });
  await run(shown.conversation, 'go');
  assert.match(lastOf(shown.bodies()[1]), /The plan/);
  const hidden = await start(t, turns, { script });
  hidden.rules.push(deny('mcp__srv__ReadMcpResourceTool'));
  await run(hidden.conversation, 'go');
  assert.doesNotMatch(lastOf(hidden.bodies()[1]), /The plan/);
  assert.match(lastOf(hidden.bodies()[1]), /There are no resources/);
});
