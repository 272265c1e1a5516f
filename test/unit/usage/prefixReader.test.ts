// A turn hashes what is new in it and nothing else, and comes to the same as if it had hashed everything.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../../src/contracts/message.ts';
import type { ModelRequest, ToolSpec } from '../../../src/contracts/provider.ts';
import { buildRequest } from '../../../src/providers/messagesRequest.ts';
import { prefixOf } from '../../../src/usage/prefix.ts';
import { createPrefixReader } from '../../../src/usage/prefixReader.ts';
import { assistant, requestOf, user } from './kit.ts';

const tool = (name: string, description = `Does ${name}.`): ToolSpec => ({
  name,
  description,
  inputSchema: { type: 'object', properties: { path: { type: 'string' } } },
});
const call = (id: string, input: unknown): Message => ({
  role: 'assistant',
  blocks: [
    { type: 'text', text: `I look (${id}).` },
    { type: 'toolUse', id, name: 'Read', input },
  ],
});
const result = (id: string, text: string): Message => ({
  role: 'user',
  blocks: [{ type: 'toolResult', id, content: [{ type: 'text', text }], isError: false }],
});
const wire = (request: ModelRequest) => buildRequest(request, {}).body;

/** A reader, and the labels of what it hashed since the last time. */
function counted() {
  const hashed: string[] = [];
  const read = createPrefixReader(wire, (label, text) => {
    hashed.push(label);
    return `${label} ${text}`;
  });
  return { read, hashed: () => hashed.splice(0) };
}

const START = requestOf({ tools: [tool('Read'), tool('Bash')], messages: [user('Memory.'), user('Find it.')] });
const grown = (request: ModelRequest, ...more: Message[]): ModelRequest => ({
  ...request,
  messages: [...request.messages, ...more],
});

test('a turn hashes what it adds, however long the conversation is', () => {
  const one = counted();
  let request = START;
  one.read(request);
  assert.deepEqual(one.hashed(), ['tool', 'tool', 'system', 'user', 'user']);
  for (let turn = 0; turn < 200; turn++) {
    request = grown(request, call(`c${turn}`, { path: `/a/${turn}` }), result(`c${turn}`, 'text of a file'));
    one.read(request);
    assert.deepEqual(one.hashed(), ['assistant', 'assistant', 'user'], `turn ${turn}`);
  }
});

test('conversations side by side do not disturb each other, and the first message tells them apart', () => {
  const one = counted();
  const other = { ...START, messages: [user('Another conversation.')] };
  one.read(START);
  one.read(other);
  one.hashed();
  one.read(grown(START, assistant('Found.')));
  assert.deepEqual(one.hashed(), ['assistant']);
  one.read(grown(other, assistant('Found.')));
  assert.deepEqual(one.hashed(), ['assistant']);
});

/** What may happen to a conversation from one request to the next. */
const LONG = grown(
  START,
  call('c1', { path: '/a', limit: 1 }),
  result('c1', 'one'),
  call('c2', { path: '/b' }),
  result('c2', 'two'),
);
const replaced = (at: number, message: Message): ModelRequest => ({
  ...LONG,
  messages: LONG.messages.map((old, index) => (index === at ? message : old)),
});
const CHANGES: Array<[name: string, next: ModelRequest]> = [
  ['nothing', LONG],
  ['a message more', grown(LONG, assistant('Done.'))],
  ['two messages less', { ...LONG, messages: LONG.messages.slice(0, -2) }],
  ['a summary in front of the last', { ...LONG, messages: [user('Summary.'), ...LONG.messages.slice(-2)] }],
  ['another summary behind the same start', { ...LONG, messages: [...LONG.messages.slice(0, 2), user('Summary.')] }],
  ['another input', replaced(2, call('c1', { path: '/a', limit: 2 }))],
  ['the same input in another order', replaced(2, call('c1', { limit: 1, path: '/a' }))],
  ['an input that became a list', replaced(2, call('c1', ['/a', 1]))],
  ['an input with a field less', replaced(2, call('c1', { path: '/a' }))],
  ['another result', replaced(3, result('c1', 'One'))],
  ['a picture in a result', replaced(3, withPicture('QUJD'))],
  ['another speaker', replaced(2, { ...user('I look (c1).'), role: 'user' })],
  ['a block less', replaced(2, assistant('I look (c1).'))],
  ['a tool in between', { ...LONG, tools: [tool('Read'), tool('Grep'), tool('Bash')] }],
  ['a tool less', { ...LONG, tools: [tool('Bash')] }],
  ['another description', { ...LONG, tools: [tool('Read', 'Reads.'), tool('Bash')] }],
  [
    'a tool that is left to be searched for',
    { ...LONG, tools: [{ ...tool('Read'), deferLoading: true }, tool('Bash')] },
  ],
  ['another system prompt', { ...LONG, system: 'You help, too.' }],
  ['no system prompt', { ...LONG, system: '' }],
  ['another model', { ...LONG, model: 'claude-sonnet-5' }],
  ['thinking', { ...LONG, thinking: 'adaptive' }],
  ['a question aside, which is not kept', { ...LONG, purpose: 'webFetch' }],
];

function withPicture(data: string): Message {
  const content = [{ type: 'image' as const, mediaType: 'image/png', data }];
  return { role: 'user', blocks: [{ type: 'toolResult', id: 'c1', content, isError: false }] };
}

for (const [name, next] of CHANGES) {
  test(`the same as hashed anew: ${name}`, () => {
    const read = createPrefixReader(wire);
    read(LONG);
    assert.deepEqual(read(next), prefixOf(wire(next)));
    // And back again.
    assert.deepEqual(read(LONG), prefixOf(wire(LONG)));
  });
}

test('a text that is equal but not the same is compared, and not hashed', () => {
  const one = counted();
  one.read(LONG);
  one.hashed();
  one.read({ ...LONG, tools: structuredClone(LONG.tools), system: [...LONG.system].join('') });
  assert.deepEqual(one.hashed(), []);
});
