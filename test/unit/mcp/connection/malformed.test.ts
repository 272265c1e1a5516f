// A hundred ways to speak wrong: each is contained, each has a cause that can be read, and what can go on goes on.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Limits } from '../../../../src/mcp/connection/limits.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import { createServerTools } from '../../../../src/mcp/tools/serverTools.ts';
import { CallResult } from '../../../../src/mcp/tools/toolResult.ts';
import { connectionTo, raw } from '../../../support/mcp/connections.ts';
import { text, call as toolCall } from '../../../support/scriptedProvider.ts';
import { makeKit, run } from '../../agent/kit.ts';

const LIMITS: Partial<Limits> = {
  messageBytes: 200_000,
  nesting: 30,
  messagesASecond: 50,
  messagesAtOnce: 100,
  dropped: 500,
  faults: 40,
  pages: 5,
  items: 50,
};

type Expected =
  /** The call answers as if nothing had been. */
  | { goesOn: true }
  /** The call fails with this; the connection stays, and the next call succeeds. */
  | { callFails: RegExp }
  /** Connecting fails with this. */
  | { notConnected: RegExp }
  /** The connection ends with this, and comes again. */
  | { lost: RegExp };
type Case = { name: string; script: Record<string, unknown>; expected: Expected; env?: Record<string, string> };

const good = '{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"good"}]}}\n';
const onCall = (reply: unknown) => ({ at: { 'tools/call': reply } });
const goesOn: Expected = { goesOn: true };

/** What stands before a good answer and must not hurt it. */
const NOISE: Array<[string, unknown]> = [
  ['a banner', 'Server is running!\n'],
  ['an empty line', '\n\n\r\n'],
  ['blanks', '   \t  \n'],
  ['half an object', '{"jsonrpc":"2.0",\n'],
  ['a text', '"hello"\n'],
  ['a number', '42\n'],
  ['null', 'null\n'],
  ['true', 'true\n'],
  ['an empty list', '[]\n'],
  ['a list of nothing', '[null,1,"a"]\n'],
  ['an empty object', '{}\n'],
  ['no version', '{"id":99,"result":{}}\n'],
  ['version 1.0', '{"jsonrpc":"1.0","id":99,"result":{}}\n'],
  ['an unknown id', '{"jsonrpc":"2.0","id":99999,"result":{}}\n'],
  ['an unknown id as text', '{"jsonrpc":"2.0","id":"nobody","result":{}}\n'],
  ['an id that is null', '{"jsonrpc":"2.0","id":null,"result":{}}\n'],
  ['an id that is an object', '{"jsonrpc":"2.0","id":{"a":1},"result":{}}\n'],
  ['an id with a fraction', '{"jsonrpc":"2.0","id":1.5,"result":{}}\n'],
  ['a negative id', '{"jsonrpc":"2.0","id":-1,"result":{}}\n'],
  ['an id beyond all numbers', '{"jsonrpc":"2.0","id":1e999,"result":{}}\n'],
  ['an error of an unknown id', '{"jsonrpc":"2.0","id":777,"error":{"code":-1,"message":"x"}}\n'],
  ['an error without a code', '{"jsonrpc":"2.0","id":777,"error":{"message":"x"}}\n'],
  ['an error that is a text', '{"jsonrpc":"2.0","id":777,"error":"bad"}\n'],
  ['result and error', '{"jsonrpc":"2.0","id":777,"result":{},"error":{"code":1,"message":"x"}}\n'],
  ['neither result nor error', '{"jsonrpc":"2.0","id":777}\n'],
  [
    'another answer to initialize',
    '{"jsonrpc":"2.0","id":0,"result":{"protocolVersion":"1","capabilities":{},"serverInfo":{"name":"x","version":"1"}}}\n',
  ],
  ['a notification nobody knows', '{"jsonrpc":"2.0","method":"notifications/whatever","params":{"a":[1]}}\n'],
  ['a notification without parameters', '{"jsonrpc":"2.0","method":"notifications/progress"}\n'],
  [
    'progress of nothing',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":12345,"progress":1}}\n',
  ],
  [
    'progress that is a text',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":0,"progress":"much"}}\n',
  ],
  [
    'progress of an object',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{},"progress":1}}\n',
  ],
  ['a cancellation of nothing', '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}\n'],
  ['a cancellation without an id', '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}\n'],
  ['a log line without a level', '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"x"}}\n'],
  [
    'a log line of an unknown level',
    '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"loud","data":"x"}}\n',
  ],
  [
    'a log line with an object',
    '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":{"a":{"b":1}}}}\n',
  ],
  ['a request nobody knows', '{"jsonrpc":"2.0","id":"s1","method":"make/coffee","params":{}}\n'],
  ['a request with the id of the call', '{"jsonrpc":"2.0","id":$ID,"method":"ping"}\n'],
  ['a request with parameters that are a list', '{"jsonrpc":"2.0","id":"s2","method":"ping","params":[1,2]}\n'],
  [
    'a request for a model, which was not offered',
    '{"jsonrpc":"2.0","id":"s3","method":"sampling/createMessage","params":{"messages":[],"maxTokens":5}}\n',
  ],
  [
    'a question to the person, which was not offered',
    '{"jsonrpc":"2.0","id":"s4","method":"elicitation/create","params":{"message":"?","requestedSchema":{"type":"object","properties":{}}}}\n',
  ],
  ['a method that is a number', '{"jsonrpc":"2.0","id":"s5","method":5}\n'],
  ['a method that is empty', '{"jsonrpc":"2.0","method":""}\n'],
  ['a method of the prototype', '{"jsonrpc":"2.0","id":"s6","method":"__proto__"}\n'],
  [
    'parameters of the prototype',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"__proto__":{"progressToken":0}}}\n',
  ],
  ['a key a thousand times', `{"jsonrpc":"2.0","method":"x",${'"a":1,'.repeat(1000)}"b":1}\n`],
  ['a byte order mark', '\uFEFF{"jsonrpc":"2.0","method":"notifications/x"}\n'],
  ['characters that turn text round', '{"jsonrpc":"2.0","method":"notifications/\u202Egnp"}\n'],
  ['colours of a terminal', '\u001b[31mred\u001b[0m\n'],
  ['NUL', '\u0000\u0000\u0000\n'],
  ['halves of characters', '{"jsonrpc":"2.0","method":"a\\ud800"}\n'],
  ['NaN', '{"jsonrpc":"2.0","id":NaN}\n'],
  ['a comment', '// nothing\n'],
  ['XML', '<?xml version="1.0"?><a/>\n'],
  ['a header as of HTTP', 'Content-Length: 120\r\n\r\n'],
  ['old line ends', '{"jsonrpc":"2.0","method":"notifications/x"}\r\n'],
  ['a batch', '[{"jsonrpc":"2.0","method":"notifications/a"},{"jsonrpc":"2.0","method":"notifications/b"}]\n'],
];

const call = (answer: string) => onCall({ raw: answer });
const ANSWERS: Case[] = [
  ['a result that is a text', '"x"'],
  ['a result that is a list', '[1]'],
  ['a result that is null', 'null'],
  ['content that is a text', '{"content":"x"}'],
  ['content that is an object', '{"content":{"type":"text"}}'],
  ['isError that is a text', '{"content":[],"isError":"yes"}'],
].map(([name, result]) => ({
  name: `${name}`,
  script: call(`{"jsonrpc":"2.0","id":$ID,"result":${result}}\n`),
  expected: { callFails: /not of the protocol|not finish/ },
  env: { MCP_TOOL_TIMEOUT: '300' },
}));

const CASES: Case[] = [
  ...NOISE.map(
    ([name, text]): Case => ({ name: `before the answer: ${name}`, script: call(`${text}${good}`), expected: goesOn }),
  ),
  ...ANSWERS,
  { name: 'the answer twice', script: call(good + good), expected: goesOn },
  { name: 'the answer a hundred times', script: onCall({ repeat: { text: good, times: 30 } }), expected: goesOn },
  { name: 'the answer in a batch', script: call(`[${good.trim()}]\n`), expected: goesOn },
  {
    name: 'an error as an answer',
    script: onCall({ error: { code: -32603, message: 'broken inside' } }),
    expected: { callFails: /answered with an error: broken inside/ },
  },
  {
    name: 'an error with a code that is none',
    script: onCall({ error: { code: 7, message: 'seven' } }),
    expected: { callFails: /seven/ },
  },
  {
    name: 'an error that holds a secret',
    script: onCall({ error: { code: -32603, message: 'key sk-ant-verysecret123' } }),
    expected: { callFails: /\[hidden\]/ },
  },
  {
    name: 'an error with colours',
    script: onCall({ error: { code: -32603, message: '\u001b[31mred\u202E' } }),
    expected: { callFails: /⟨U\+202E⟩/ },
  },
  {
    name: 'no answer to a call',
    script: onCall({ nothing: true }),
    expected: { callFails: /did not finish tools\/call within/ },
    env: { MCP_TOOL_TIMEOUT: '200' },
  },
  {
    name: 'no answer and no progress',
    script: onCall({ nothing: true }),
    expected: { callFails: /neither an answer nor progress/ },
    env: { CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: '200' },
  },
  {
    name: 'an answer that is too large',
    script: onCall([
      { raw: '{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"' },
      { bytes: 300_000 },
      { raw: '"}]}}\n' },
    ]),
    expected: { callFails: /larger than/ },
  },
  {
    name: 'a large answer with its id behind',
    script: onCall([
      { raw: '{"result":{"content":[{"type":"text","text":"' },
      { bytes: 300_000 },
      { raw: '"}]},"jsonrpc":"2.0","id":$ID}\n' },
    ]),
    expected: { callFails: /larger than/ },
  },
  { name: 'an answer that is too deep', script: onCall({ deep: 5000 }), expected: { callFails: /levels deep/ } },
  {
    name: 'a deep answer within the limits',
    script: onCall([
      { raw: '{"jsonrpc":"2.0","method":"notifications/x","params":{"a":[[[[[[[[[[1]]]]]]]]]]}}\n' },
      { raw: good },
    ]),
    expected: goesOn,
  },
  { name: 'a line without end', script: onCall({ bytes: 2_000_000 }), expected: { lost: /without end/ } },
  {
    name: 'binary bytes',
    script: onCall([{ binary: 50_000 }, { raw: `\n${good}` }]),
    expected: { lost: /no message/ },
  },
  { name: 'few binary bytes', script: onCall([{ binary: 300 }, { raw: `\n${good}` }]), expected: goesOn },
  {
    name: 'a thousand lines of nonsense',
    script: onCall({ repeat: { text: 'nonsense\n', times: 1000 } }),
    expected: { lost: /no message/ },
  },
  {
    name: 'some lines of nonsense',
    script: onCall([{ repeat: { text: 'nonsense\n', times: 20 } }, { raw: good }]),
    expected: goesOn,
  },
  {
    name: 'a flood of notifications',
    script: onCall({ repeat: { text: '{"jsonrpc":"2.0","method":"notifications/x"}\n', times: 5000 } }),
    expected: { lost: /far more messages/ },
  },
  {
    name: 'a flood of requests',
    script: onCall({ repeat: { text: '{"jsonrpc":"2.0","id":"f","method":"ping"}\n', times: 5000 } }),
    expected: { lost: /far more messages/ },
  },
  {
    name: 'a flood of answers',
    script: onCall({ repeat: { text: '{"jsonrpc":"2.0","id":4242,"result":{}}\n', times: 5000 } }),
    expected: { lost: /no message/ },
  },
  {
    name: 'a flood that is borne',
    script: onCall([{ repeat: { text: '{"jsonrpc":"2.0","method":"notifications/x"}\n', times: 300 } }, { raw: good }]),
    expected: goesOn,
  },
  {
    name: 'a flood of changes',
    script: onCall([
      { repeat: { text: '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n', times: 300 } },
      { raw: good },
    ]),
    expected: goesOn,
  },
  {
    name: 'a flood of progress',
    script: onCall([
      {
        repeat: {
          text: '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":$ID,"progress":1}}\n',
          times: 300,
        },
      },
      { raw: good },
    ]),
    expected: goesOn,
  },
  { name: 'a flood on stderr', script: onCall([{ stderr: 'e', times: 500_000 }, { raw: good }]), expected: goesOn },
  {
    name: 'lines on stderr',
    script: onCall([{ stderr: 'warning\n', times: 10_000 }, { raw: good }]),
    expected: goesOn,
  },
  { name: 'an end within the call', script: onCall({ exit: 3 }), expected: { lost: /status 3/ } },
  {
    name: 'an end with half an answer',
    script: onCall([{ raw: '{"jsonrpc":"2.0","id":$ID,"res' }, { exit: 0 }]),
    expected: { lost: /status 0/ },
  },
  { name: 'killed within the call', script: onCall({ kill: true }), expected: { lost: /SIGKILL/ } },
  {
    name: 'a program that ends at once',
    script: { at: { initialize: { exit: 9 } } },
    expected: { notConnected: /status 9/ },
  },
  {
    name: 'no answer to initialize',
    script: { at: { initialize: { nothing: true } } },
    expected: { notConnected: /not ready within/ },
    env: { MCP_TIMEOUT: '300' },
  },
  {
    name: 'no answer to the list of tools',
    script: { at: { 'tools/list': { nothing: true } } },
    expected: { notConnected: /not ready within/ },
    env: { MCP_TIMEOUT: '300' },
  },
  {
    name: 'an error to initialize',
    script: { at: { initialize: { error: { code: -1, message: 'go away' } } } },
    expected: { notConnected: /go away/ },
  },
  {
    name: 'an unknown version of the protocol',
    script: {
      at: {
        initialize: {
          result: { protocolVersion: '1999-01-01', capabilities: {}, serverInfo: { name: 'x', version: '1' } },
        },
      },
    },
    expected: { notConnected: /1999-01-01/ },
  },
  {
    name: 'capabilities that are a text',
    script: {
      at: {
        initialize: {
          result: { protocolVersion: '2025-06-18', capabilities: 'all', serverInfo: { name: 'x', version: '1' } },
        },
      },
    },
    expected: { notConnected: /not of the protocol/ },
  },
  {
    name: 'a server without a name',
    script: { at: { initialize: { result: { protocolVersion: '2025-06-18', capabilities: {} } } } },
    expected: { notConnected: /not of the protocol/ },
  },
  {
    name: 'initialize answered twice',
    script: { at: { initialize: [{ standard: 'initialize' }, { standard: 'initialize' }] } },
    expected: goesOn,
  },
  { name: 'noise before initialize', script: { startRaw: 'starting…\nready\n' }, expected: goesOn },
  {
    name: 'an error to the list of tools',
    script: { at: { 'tools/list': { error: { code: -32603, message: 'no list' } } } },
    expected: { notConnected: /no list/ },
  },
  {
    name: 'a list of tools that is a text',
    script: { at: { 'tools/list': { result: { tools: 'none' } } } },
    expected: { notConnected: /not of the protocol/ },
  },
  {
    name: 'a list of tools without end',
    script: {
      at: { 'tools/list': { raw: '{"jsonrpc":"2.0","id":$ID,"result":{"tools":[],"nextCursor":"again"}}\n' } },
    },
    expected: goesOn,
  },
  {
    name: 'tools of which one is none',
    script: { tools: [{ name: 'echo', inputSchema: { type: 'object' } }, { name: 5 }, null, 'x', { inputSchema: {} }] },
    expected: goesOn,
  },
  {
    name: 'no answer to the list of prompts',
    script: {
      capabilities: { tools: {}, prompts: {} },
      at: { 'prompts/list': { error: { code: -32601, message: 'none' } } },
    },
    expected: goesOn,
  },
];

const left: Array<Promise<void>> = [];
after(() => Promise.all(left));

test(`there are a hundred cases (${CASES.length})`, () => assert.ok(CASES.length >= 100));

for (const { name, script, expected, env = {} } of CASES) {
  test(name, { concurrency: true }, async () => {
    const all = { MCP_TIMEOUT: '20000', ...env };
    const { connection, states } = connectionTo(raw(script), { limits: LIMITS, env: () => all });
    const run = () =>
      connection.request('tools/call', { name: 'echo', arguments: {} }, CallResult, {
        totalMs: Number(env['MCP_TOOL_TIMEOUT'] ?? 20_000),
        ...(env['CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT']
          ? { idleMs: Number(env['CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT']) }
          : {}),
      });
    try {
      if ('goesOn' in expected) {
        const { content } = await run();
        assert.equal(content?.length, 1);
        assert.equal(connection.state().state, 'connected');
        assert.ok(!states.some(({ state }) => state === 'failed'));
      } else if ('notConnected' in expected) {
        await assert.rejects(connection.connect(), (error) => said(error, expected.notConnected));
        assert.equal(connection.state().state, 'failed');
      } else if ('callFails' in expected) {
        await assert.rejects(run(), (error) => said(error, expected.callFails));
        assert.equal(connection.state().state, 'connected');
        assert.equal(connection.catalog().tools.length, 1);
      } else {
        await assert.rejects(run(), (error) => said(error, expected.lost));
        await connection.connect();
        assert.equal(connection.state().state, 'connected');
        assert.ok(states.some(({ state }) => state === 'failed'));
      }
    } finally {
      left.push(connection.dispose());
    }
  });
}

test('the conversation goes on through all of it', async (t) => {
  // Every third of those that connect, in one conversation.
  const some = CASES.filter(({ expected }) => !('notConnected' in expected)).filter((_, index) => index % 3 === 0);
  const opened = some.map(({ script, env = {} }, index) => {
    const all = { MCP_TIMEOUT: '20000', ...env };
    return connectionTo(raw(script), { limits: LIMITS, env: () => all }, { name: `s${index}` }).connection;
  });
  t.after(() => Promise.all(opened.map((connection) => connection.dispose())));
  await Promise.all(opened.map((connection) => connection.connect()));
  const env = { MCP_TOOL_TIMEOUT: '5000', CLAUDE_CODE_MCP_TOOL_IDLE_TIMEOUT: '1000' };
  const tools = createServerTools({ all: () => opened }, { env: () => env, save: async () => '/saved' });
  const calls = some.map((_, index) => toolCall(`c${index}`, `mcp__s${index}__echo`));
  const half = Math.ceil(calls.length / 2);
  const kit = await makeKit(t.after.bind(t), {
    tools: () => tools.all().map(({ tool }) => tool),
    script: [calls.slice(0, half), calls.slice(half), [text('I am still here.')]],
  });
  // The provider fails the test when a call has no result.
  assert.deepEqual(await run(kit.conversation, 'Call them all'), { reason: 'done' });
  const results = (kit.provider.requests.at(-1)?.messages ?? [])
    .flatMap(({ blocks }) => blocks)
    .flatMap((block) => (block.type === 'toolResult' ? [block] : []));
  assert.equal(results.length, some.length);
  for (const [index, { name, expected }] of some.entries()) {
    const result = results.find((one) => one.id === `c${index}`);
    const words = JSON.stringify(result?.content);
    assert.equal(result?.isError, !('goesOn' in expected), `${name}: ${words}`);
    if ('lost' in expected) assert.match(words, expected.lost, name);
    if ('goesOn' in expected) assert.match(words, /server-content/, name);
    assert.ok(words.length < 20_000, name);
  }
});

function said(error: unknown, expected: RegExp): true {
  assert.ok(error instanceof ServerFault, String(error));
  assert.match(error.message, expected);
  assert.doesNotMatch(error.message, /[{}]|verysecret/, 'every argument is filled in, and no secret stands in it');
  return true;
}
