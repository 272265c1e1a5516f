// A message is built once however many requests it stands in; the bytes of each request are as if all of it were built anew.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block, Message } from '../../../src/contracts/message.ts';
import type { ModelRequest } from '../../../src/contracts/provider.ts';
import { buildRequest } from '../../../src/providers/messagesRequest.ts';
import { appendMessage, withoutThinking } from '../../../src/util/history.ts';
import { randomFrom } from '../edits/random.ts';
import { requestOf, result, user } from './providerKit.ts';

const bytes = (request: ModelRequest, env: Record<string, string>) => JSON.stringify(buildRequest(request, env).body);
/** Nobody has seen the messages of a copy. */
const anew = (request: ModelRequest, env: Record<string, string>) => bytes(structuredClone(request), env);

const BLOCKS: Array<(n: number) => Block> = [
  (n) => ({ type: 'text', text: `Words ${n}, ä 😀` }),
  () => ({ type: 'text', text: ' ' }),
  () => ({ type: 'text', text: 'cut \ud83d' }),
  (n) => ({ type: 'thinking', text: `Hm ${n}`, signature: `s${n}` }),
  () => ({ type: 'thinking', text: 'cut off' }),
  (n) => ({ type: 'opaque', raw: { type: 'redacted_thinking', data: `d${n}` } }),
  (n) => ({ type: 'image', mediaType: 'image/png', data: `QUJD${n}` }),
  (n) => ({ type: 'toolUse', id: `t${n}`, name: 'Read', input: { file_path: `/a/${n}`, more: [n, { deep: null }] } }),
  (n) => result(`t${n}`, `Result ${n}`, n % 3 === 0),
  (n) => ({ type: 'toolResult', id: `t${n}`, content: [], isError: false }),
];
const ENVS: Array<Record<string, string>> = [
  {},
  {},
  { ENABLE_PROMPT_CACHING_1H: '1' },
  { DISABLE_PROMPT_CACHING: '1' },
];
const MORE: Array<Partial<ModelRequest>> = [
  {},
  {},
  { system: '' },
  { system: '', tools: [] },
  { purpose: 'summary' },
  { purpose: 'webFetch' },
  { model: 'claude-opus-5', thinking: 'adaptive' },
  { model: 'claude-haiku-4-5', thinking: { budgetTokens: 2000 } },
];

test('the same bytes as built anew, whatever becomes of the conversation', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const { int, pick } = randomFrom(seed);
    const message = (): Message => ({
      role: pick(['user', 'assistant']),
      blocks: Array.from({ length: int(4) }, () => pick(BLOCKS)(int(1000))),
    });
    let history: Message[] = [user('Go on')];
    for (let step = 0; step < 40; step++) {
      const change = int(12);
      if (change === 0) history = withoutThinking(history);
      else if (change === 1) history = history.slice(0, int(history.length) + 1);
      else if (change === 2) history = [user('A summary'), ...history.slice(-2)];
      // The same message twice, and two of one role in a row.
      else if (change === 3) history = [...history, pick(history)];
      else history = appendMessage(history, message());
      const request = requestOf(history, pick(MORE));
      const env = pick(ENVS);
      assert.equal(bytes(request, env), anew(request, env), `seed ${seed}, step ${step}`);
    }
  }
});

test('a body that was built stays as it is when the conversation goes on', () => {
  let history: Message[] = [user('Begin')];
  const bodies: Array<{ body: unknown; was: string }> = [];
  for (let turn = 0; turn < 10; turn++) {
    const { body } = buildRequest(requestOf(history), {});
    bodies.push({ body, was: JSON.stringify(body) });
    history = appendMessage(history, { role: 'assistant', blocks: [{ type: 'text', text: `Answer ${turn}` }] });
    history = appendMessage(history, user(`Question ${turn}`));
  }
  for (const { body, was } of bodies) assert.equal(JSON.stringify(body), was);
});

test('two requests share what they have in common, and nothing of it can be changed behind their backs', () => {
  const call: Block = { type: 'toolUse', id: 't1', name: 'Read', input: { file_path: '/a' } };
  const history: Message[] = [user('Begin'), { role: 'assistant', blocks: [call] }, user(result('t1', 'one'))];
  const first = buildRequest(requestOf(history), {}).body.messages;
  const next = buildRequest(requestOf([...history, { role: 'assistant', blocks: [] }, user('Go on')]), {}).body
    .messages;
  assert.equal(next[1], first[1]);
  assert.throws(() => history[1]?.blocks.pop(), TypeError);
  assert.throws(() => Object.assign(call, { id: 't2' }), TypeError);
  assert.throws(() => Object.assign(call.input as object, { file_path: '/b' }), TypeError);
  assert.throws(() => Object.assign(first[1]?.content[0] ?? {}, { cache_control: { type: 'ephemeral' } }), TypeError);
});
