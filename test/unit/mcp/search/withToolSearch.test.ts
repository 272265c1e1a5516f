// What becomes of one request: which tools it has and in which order, what of the history, for each way of searching.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block, Message } from '../../../../src/contracts/message.ts';
import type { ModelEvent, ModelRequest, Provider, Purpose, ToolSpec } from '../../../../src/contracts/provider.ts';
import { type ToolSearchParts, withToolSearch } from '../../../../src/mcp/search/withToolSearch.ts';

const spec = (name: string): ToolSpec => ({ name, description: name, inputSchema: { type: 'object' } });
const SERVED = new Map([
  ['mcp__s__b', 'searched'],
  ['mcp__s__a', 'searched'],
  ['mcp__s__z', 'always'],
  ['mcp__s__y', 'always'],
] as const);
const OWN = ['Read', 'ToolSearch', 'CallTool'];
const ALL = [...OWN, ...SERVED.keys()];
const calls = (name: string): Block => ({ type: 'toolUse', id: name, name, input: { p: 1 } });
const said = (...blocks: Block[]): Message => ({ role: 'assistant', blocks });
const prompt: Message = { role: 'user', blocks: [{ type: 'text', text: 'go' }] };
const opaque = (raw: Record<string, unknown>): Block => ({ type: 'opaque', raw }) as Block;
const SEARCH = opaque({ type: 'server_tool_use', id: 's1', name: 'tool_search_tool_bm25', input: {} });
const FOUND = (...tools: string[]) =>
  opaque({
    type: 'tool_search_tool_result',
    tool_use_id: 's1',
    content: { tool_references: tools.map((name) => ({ type: 'tool_reference', tool_name: name })) },
  });

function searching(parts: Partial<ToolSearchParts> = {}, answer?: ModelEvent) {
  const sent: ModelRequest[] = [];
  const inner: Provider = {
    id: 'fake',
    async *stream(request) {
      sent.push(request);
      if (answer !== undefined) yield answer;
    },
  };
  const provider = withToolSearch(inner, {
    env: () => ({}),
    standings: () => SERVED,
    searches: () => false,
    window: () => 200_000,
    ...parts,
  });
  return async (tools: string[], messages: Message[] = [prompt], purpose: Purpose = 'main') => {
    const base = { model: 'm', system: '', maxTokens: 1, thinking: 'off' as const };
    const request: ModelRequest = { ...base, tools: tools.map(spec), messages, purpose };
    const events: ModelEvent[] = [];
    for await (const event of provider.stream(request, new AbortController().signal)) events.push(event);
    const last = sent.at(-1);
    assert.ok(last);
    return { names: last.tools.map(({ name }) => name), messages: last.messages, events, same: last === request };
  };
}
const upfront = { env: () => ({ ENABLE_TOOL_SEARCH: 'false' }) };
const service = { searches: () => true };

test('requests that are not of the conversation stay as they are; that of its summary begins like its own', async () => {
  const ask = searching();
  const { names, same } = await ask(ALL);
  assert.equal(same, false);
  assert.deepEqual((await ask(ALL, [prompt], 'summary')).names, names);
  for (const purpose of ['webFetch', 'sampling', 'check'] as const)
    assert.ok((await ask(ALL, [prompt], purpose)).same, purpose);
});

for (const [way, parts, names] of [
  ['own', {}, [...OWN, 'mcp__s__y', 'mcp__s__z']],
  ['upfront', upfront, ['Read', 'mcp__s__y', 'mcp__s__z', 'mcp__s__a', 'mcp__s__b']],
  ['service', service, ['Read', 'mcp__s__y', 'mcp__s__z', 'mcp__s__a', 'mcp__s__b']],
] as const)
  test(`the order of tools is the same whichever server was quicker: ${way}`, async () => {
    for (const order of [ALL, [...OWN, ...[...SERVED.keys()].reverse()]])
      assert.deepEqual((await searching(parts)(order)).names, names);
  });

test('what the service found and is gone keeps its place and its words', async () => {
  const ask = searching(service);
  const history = [prompt, said(SEARCH, FOUND('mcp__s__a', 'mcp__gone__x')), prompt];
  const before = await ask(ALL, history);
  assert.deepEqual(before.names.slice(3), ['mcp__gone__x', 'mcp__s__a', 'mcp__s__b']);
  assert.deepEqual((await ask([...OWN, 'mcp__s__b', 'mcp__s__y', 'mcp__s__z'], history)).names, before.names);
});

test('calls of before stay what they were: round about, but for tools that are always there', async () => {
  const history = [prompt, said(calls('mcp__s__a')), prompt, said(calls('mcp__s__y')), prompt];
  const sent = async (tools: string[]) =>
    (await searching()(tools, history)).messages.flatMap(({ blocks }) =>
      blocks.flatMap((block) => (block.type === 'toolUse' ? [block.name] : [])),
    );
  assert.deepEqual(await sent(ALL), ['CallTool', 'mcp__s__y']);
  // All servers are gone, and with them the tools for searching.
  assert.deepEqual(await sent(['Read']), ['CallTool', 'CallTool']);
});

test('a history with searches goes whole to a service that searches, and without them to others', async () => {
  const kinds = ({ messages }: { messages: Message[] }) => messages.map(({ blocks }) => blocks.length);
  const history = [prompt, said(SEARCH, FOUND(), calls('mcp__s__a')), prompt, said(SEARCH, calls('Read')), prompt];
  assert.deepEqual(kinds(await searching(service)(ALL, history)), [1, 3, 1, 1, 1]);
  assert.deepEqual(kinds(await searching(upfront)(ALL, history)), [1, 1, 1, 1, 1]);
  assert.deepEqual(kinds(await searching()(ALL, history)), [1, 1, 1, 1, 1]);
});

test('an answer that broke off holds calls by their real names, too', async () => {
  const detour: Block = {
    type: 'toolUse',
    id: '1',
    name: 'CallTool',
    input: { tool: 'mcp__s__a', input: { p: 1 } },
  };
  const failure = { code: 'server' as const, detail: '', retryable: false };
  const { events } = await searching({}, { type: 'failed', failure, partial: said(detour) })(ALL);
  const [event] = events;
  assert.ok(event?.type === 'failed');
  assert.deepEqual(event.partial?.blocks[0], { type: 'toolUse', id: '1', name: 'mcp__s__a', input: { p: 1 } });
});
