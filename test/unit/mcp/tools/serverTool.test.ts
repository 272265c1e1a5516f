// One call of a server's tool: what its card and the log are told while it runs and when it is done.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { ToolContext } from '../../../../src/contracts/tool.ts';
import { createServerTools } from '../../../../src/mcp/tools/serverTools.ts';
import { connectionTo, raw } from '../../../support/mcp/connections.ts';

async function call(
  t: TestContext,
  reply: object,
  definition: object = {},
  tools?: object[],
  env: Record<string, string> = {},
) {
  const { connection } = connectionTo(
    raw({ at: { 'tools/call': reply }, ...(tools === undefined ? {} : { tools }) }),
    {},
    definition,
  );
  t.after(() => connection.dispose());
  await connection.connect();
  const logged: string[] = [];
  const shown: string[] = [];
  const [offered] = createServerTools(
    { all: () => [connection] },
    { env: () => env, save: async () => '/saved', log: (text) => logged.push(text) },
  ).all();
  assert.ok(offered);
  const context = {
    call: { type: 'toolUse', id: 'c1', name: offered.tool.name, input: {} },
    signal: new AbortController().signal,
    progress: (text: string) => shown.push(text),
  } as unknown as ToolContext;
  const output = await offered.tool.run({}, context, []).catch((error: unknown) => error as Error);
  return { output, logged, shown, tool: offered.tool };
}

const progress = (more: object) =>
  `${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: '$ID', ...more } }).replace('"$ID"', '$ID')}\n`;
const DONE = { result: { content: [] } };

test('progress stands on the card, as a share where there is one, with nothing hidden in its words', async (t) => {
  const text = progress({ progress: 1, total: 4, message: 'reading\u202e' }) + progress({ progress: 7 });
  const { shown } = await call(t, { slowly: { text, times: 1, everyMs: 20 } });
  assert.deepEqual(shown, ['25 % reading⟨U+202E⟩\n', '7\n']);
});

test('progress that is no share of anything is a number', async (t) => {
  const [text, shown] = [
    [
      { progress: 1e308, total: 1e-9 },
      { progress: 1, total: 0 },
      { progress: -2, total: 4 },
      { progress: 9, total: 3 },
    ]
      .map(progress)
      .join(''),
    ['1e+308\n', '1\n', '-2\n', '9\n'],
  ];
  assert.deepEqual((await call(t, { slowly: { text, times: 1, everyMs: 20 } })).shown, shown);
});

test('a card has two hundred lines of progress and no more, however many come', async (t) => {
  const { shown } = await call(t, [{ repeat: { text: progress({ progress: 1 }), times: 1000 } }, DONE]);
  assert.equal(shown.length, 200);
});

test('a large result stands in the log by its size, a small one does not', async (t) => {
  const text = (length: number) => ({ result: { content: [{ type: 'text', text: 'x'.repeat(length) }] } });
  assert.deepEqual((await call(t, text(30_000))).logged, []);
  const [line, ...more] = (await call(t, text(80_000))).logged;
  assert.match(line ?? '', /^mcp__probe__echo returned about 20\d{3} tokens\.$/);
  assert.deepEqual(more, []);
});

test('what went wrong is told in our words, and those of the server as its own', async (t) => {
  const { output } = await call(t, { error: { code: -32000, message: 'no seats\u200b left' } });
  assert.ok(output instanceof Error);
  assert.equal(output.message, 'The server probe: no seats⟨U+200B⟩ left');
});

test('a tool without a description is described by its title, else by its name', async (t) => {
  const inputSchema = { type: 'object' };
  const described = async (tool: object) => (await call(t, DONE, {}, [{ inputSchema, ...tool }])).tool.description;
  assert.equal(await described({ name: 'seats', title: 'Free seats', description: '' }), 'Free seats');
  assert.equal(await described({ name: 'seats' }), 'seats');
});

test('a call that says nothing is ended after the time for that', async (t) => {
  const env = { CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: '50' };
  const { output } = await call(t, { nothing: true }, { timeoutMs: 20_000 }, undefined, env);
  assert.ok(output instanceof Error);
  assert.match(output.message, /neither an answer nor progress/);
});

test('what a tool is called with is an object', async (t) => {
  const { tool } = await call(t, DONE);
  assert.deepEqual(tool.input.parse({ a: 1 }), { a: 1 });
  for (const odd of [[], null, 'a', undefined]) assert.throws(() => tool.input.parse(odd), /expected an object/);
});
