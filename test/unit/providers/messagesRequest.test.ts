// What a request looks like on the wire, for each kind of model and block.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Block, Message } from '../../../src/contracts/message.ts';
import type { ModelRequest } from '../../../src/contracts/provider.ts';
import { buildRequest } from '../../../src/providers/messagesRequest.ts';
import { requestOf, result, user } from './providerKit.ts';

type Row = [
  model: string,
  wish: ModelRequest['thinking'],
  effort: string | undefined,
  env: Record<string, string>,
  thinking: unknown,
  effortSent: string | undefined,
];
const ADAPTIVE = { type: 'adaptive', display: 'summarized' };
const rows: Row[] = [
  ['claude-fable-5', 'adaptive', 'max', {}, ADAPTIVE, 'max'],
  ['claude-fable-5', 'off', undefined, {}, undefined, undefined],
  ['claude-opus-5', 'adaptive', 'xhigh', {}, ADAPTIVE, 'xhigh'],
  ['claude-opus-5', { budgetTokens: 5000 }, undefined, {}, ADAPTIVE, undefined],
  ['claude-opus-5', 'off', 'max', {}, { type: 'disabled' }, 'high'],
  ['claude-opus-5', 'adaptive', undefined, { MAX_THINKING_TOKENS: '0' }, { type: 'disabled' }, undefined],
  ['claude-opus-5', 'adaptive', undefined, { MAX_THINKING_TOKENS: '9000' }, ADAPTIVE, undefined],
  ['claude-sonnet-5', 'off', undefined, {}, { type: 'disabled' }, undefined],
  ['claude-opus-4-8', 'off', undefined, {}, undefined, undefined],
  ['claude-opus-4-8', 'adaptive', 'low', {}, ADAPTIVE, 'low'],
  ['claude-opus-4-6', 'adaptive', 'xhigh', {}, ADAPTIVE, 'high'],
  [
    'claude-sonnet-4-6',
    { budgetTokens: 3000 },
    'max',
    { CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING: '1' },
    { type: 'enabled', budget_tokens: 3000 },
    'max',
  ],
  ['claude-opus-4-5-20251101', 'adaptive', 'max', {}, { type: 'enabled', budget_tokens: 16_000 }, 'high'],
  ['claude-haiku-4-5-20251001', { budgetTokens: 100 }, 'high', {}, { type: 'enabled', budget_tokens: 1024 }, undefined],
  ['claude-haiku-4-5', { budgetTokens: 999_999 }, undefined, {}, { type: 'enabled', budget_tokens: 19_999 }, undefined],
  [
    'claude-haiku-4-5',
    'adaptive',
    undefined,
    { MAX_THINKING_TOKENS: '2048' },
    { type: 'enabled', budget_tokens: 2048 },
    undefined,
  ],
  ['claude-haiku-4-5', 'adaptive', undefined, { CLAUDE_CODE_DISABLE_THINKING: '1' }, undefined, undefined],
  ['somebody/else', 'adaptive', 'high', {}, undefined, undefined],
  ['somebody/else', { budgetTokens: 4000 }, undefined, {}, { type: 'enabled', budget_tokens: 4000 }, undefined],
  ['claude-opus-5', 'adaptive', 'low', { CLAUDE_CODE_EFFORT_LEVEL: 'max' }, ADAPTIVE, 'max'],
];
for (const [model, wish, effort, env, thinking, effortSent] of rows) {
  test(`${model}, thinking ${JSON.stringify(wish)}, effort ${effort}, ${JSON.stringify(env)}`, () => {
    const request = requestOf([user('Hi')], { model, thinking: wish, maxTokens: 20_000 });
    const { body } = buildRequest(effort === undefined ? request : { ...request, effort }, env);
    assert.deepEqual(body.thinking, thinking);
    assert.equal(body.output_config?.effort, effortSent);
  });
}

test('the answer is limited by the model, the request and the environment', () => {
  const limit = (model: string, maxTokens: number, env = {}) =>
    buildRequest(requestOf([user('Hi')], { model, maxTokens }), env).body.max_tokens;
  assert.equal(limit('claude-opus-5', 1_000_000), 128_000);
  assert.equal(limit('claude-haiku-4-5', 1_000_000), 64_000);
  assert.equal(limit('somebody/else', 1_000_000), 32_000);
  assert.equal(limit('claude-opus-5', 500), 500);
  assert.equal(limit('claude-opus-5', 1_000_000, { CLAUDE_CODE_MAX_OUTPUT_TOKENS: '9000' }), 9000);
  assert.equal(limit('claude-opus-5', 1_000_000, { CLAUDE_CODE_MAX_OUTPUT_TOKENS: 'many' }), 128_000);
});

test('the wider window is asked for only where it is not there anyway', () => {
  const built = (model: string) => buildRequest(requestOf([user('Hi')], { model }), {});
  assert.deepEqual(built('claude-opus-5[1m]').betas, []);
  assert.equal(built('claude-opus-5[1m]').body.model, 'claude-opus-5');
  assert.deepEqual(built('claude-sonnet-4-5-20250929[1m]').betas, ['context-1m-2025-08-07']);
});

test('thinking between calls needs a beta on the older models, unless it is switched off', () => {
  const betas = (model: string, env = {}) =>
    buildRequest(requestOf([user('Hi')], { model, thinking: { budgetTokens: 2000 } }), env).betas;
  assert.deepEqual(betas('claude-sonnet-4-5-20250929'), ['interleaved-thinking-2025-05-14']);
  assert.deepEqual(betas('claude-sonnet-4-5-20250929', { DISABLE_INTERLEAVED_THINKING: '1' }), []);
  assert.deepEqual(betas('claude-haiku-4-5'), []);
});

test('blocks on the wire', () => {
  const image = { type: 'image', mediaType: 'image/png', data: 'QUJD' } as const;
  const { body } = buildRequest(
    requestOf([
      user(image, 'What is this?', '  '),
      {
        role: 'assistant',
        blocks: [
          { type: 'text', text: '' },
          { type: 'toolUse', id: 't1', name: 'Read', input: { b: 1, a: 2 } },
        ],
      },
      user({ type: 'toolResult', id: 't1', content: [{ type: 'text', text: '' }, image], isError: false }),
    ]),
    { DISABLE_PROMPT_CACHING: '1' },
  );
  const source = { type: 'base64', media_type: 'image/png', data: 'QUJD' };
  assert.equal(
    JSON.stringify(body.messages),
    JSON.stringify([
      {
        role: 'user',
        content: [
          { type: 'image', source },
          { type: 'text', text: 'What is this?' },
        ],
      },
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'Read', input: { b: 1, a: 2 } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'image', source }] }] },
    ]),
  );
});

test('half of a character that was cut in two is replaced: a service refuses a request that holds one', () => {
  const { body } = buildRequest(requestOf([user('cut \ud83d', result('t1', 'and \ude00 here'), 'whole 😀')]), {});
  assert.doesNotMatch(JSON.stringify(body), /\\ud[89a-f]/);
  assert.match(JSON.stringify(body), /cut \ufffd.*whole 😀/s);
});

test('a message of which nothing is left is not sent', () => {
  const { body } = buildRequest(
    requestOf([user('Hi'), { role: 'assistant', blocks: [{ type: 'text', text: '' }] }, user('So?')]),
    {},
  );
  assert.deepEqual(
    body.messages.map((message) => message.role),
    ['user', 'user'],
  );
});

// What each model answers with a 400: whatever a person, settings and variables say, none of it is sent.
const REFUSES: ReadonlyArray<
  [models: string[], refused: (thinking: string | undefined, effort: string | undefined) => boolean]
> = [
  [['claude-fable-5', 'claude-mythos-5'], (thinking) => thinking === 'enabled' || thinking === 'disabled'],
  [
    ['claude-opus-5', 'us.anthropic.claude-opus-5'],
    (thinking, effort) => thinking === 'enabled' || (thinking === 'disabled' && /xhigh|max/.test(effort ?? '')),
  ],
  [['claude-sonnet-5', 'claude-opus-4-8', 'claude-opus-4-7'], (thinking) => thinking === 'enabled'],
  [['claude-opus-4-6', 'claude-sonnet-4-6'], (_, effort) => effort === 'xhigh'],
  [['claude-opus-4-5-20251101'], (thinking, effort) => thinking === 'adaptive' || /xhigh|max/.test(effort ?? '')],
  [
    ['claude-sonnet-4-5-20250929', 'claude-haiku-4-5@20251001', 'claude-opus-4-1-20250805', 'claude-sonnet-4-20250514'],
    (thinking, effort) => thinking === 'adaptive' || effort !== undefined,
  ],
  [['claude-3-5-haiku-20241022'], (thinking, effort) => thinking !== undefined || effort !== undefined],
  [['somebody/else'], (thinking, effort) => thinking === 'adaptive' || effort !== undefined],
];
const ENVS = [
  {},
  { MAX_THINKING_TOKENS: '0' },
  { MAX_THINKING_TOKENS: '1' },
  { MAX_THINKING_TOKENS: '31999' },
  { MAX_THINKING_TOKENS: '999999' },
  { CLAUDE_CODE_DISABLE_THINKING: '1' },
  { CLAUDE_CODE_DISABLE_ADAPTIVE_THINKING: '1' },
  { CLAUDE_CODE_EFFORT_LEVEL: 'max' },
  { CLAUDE_CODE_EFFORT_LEVEL: 'xhigh', MAX_THINKING_TOKENS: '0' },
  { CLAUDE_CODE_EFFORT_LEVEL: 'nonsense' },
];
for (const [models, refused] of REFUSES) {
  for (const model of models) {
    test(`${model} is never asked for what it refuses`, () => {
      for (const env of ENVS) {
        for (const thinking of ['adaptive', 'off', { budgetTokens: 100 }, { budgetTokens: 50_000 }] as const) {
          for (const effort of [undefined, 'low', 'medium', 'high', 'xhigh', 'max']) {
            for (const maxTokens of [500, 1025, 20_000, 200_000]) {
              const request = requestOf([user('Hi')], { model, thinking, maxTokens });
              const { body } = buildRequest(effort === undefined ? request : { ...request, effort }, env);
              const sent = JSON.stringify([body.thinking, body.output_config, body.max_tokens]);
              assert.equal(refused(body.thinking?.type, body.output_config?.effort), false, sent);
              if (body.thinking?.type !== 'enabled') continue;
              const budget = body.thinking.budget_tokens;
              assert.ok(budget >= 1024 && budget < body.max_tokens, sent);
            }
          }
        }
      }
    });
  }
}

test('a loop of calls that was begun without thinking ends without it, where a budget would be refused', () => {
  const call = { type: 'toolUse', id: 't1', name: 'Read', input: {} } as const;
  const loop = (first: Block[]) => [
    user('Hi'),
    { role: 'assistant', blocks: [...first, call] } as Message,
    user({ type: 'toolResult', id: 't1', content: [], isError: false }),
  ];
  const sent = (messages: Message[], model: string) =>
    buildRequest(requestOf(messages, { model, thinking: 'adaptive', maxTokens: 20_000 }), {}).body.thinking?.type;
  const thought: Block = { type: 'thinking', text: 'hm', signature: 's' };
  assert.equal(sent(loop([]), 'claude-haiku-4-5'), undefined);
  assert.equal(sent(loop([thought]), 'claude-haiku-4-5'), 'enabled');
  assert.equal(sent([...loop([]), { role: 'assistant', blocks: [] }, user('And?')], 'claude-haiku-4-5'), 'enabled');
  assert.equal(sent(loop([]), 'claude-opus-5'), 'adaptive');
});

test('small work does not think, whatever is wished for the conversation', () => {
  const request = requestOf([user('Hi')], { model: 'claude-haiku-4-5', thinking: 'off', purpose: 'webFetch' });
  assert.equal(buildRequest(request, { MAX_THINKING_TOKENS: '4000' }).body.thinking, undefined);
  assert.equal(
    buildRequest({ ...request, purpose: 'main' }, { MAX_THINKING_TOKENS: '4000' }).body.thinking?.type,
    'enabled',
  );
});

test('an override is what is sent; thinking, limits and caching are those of the model it stands for', () => {
  const sendAs = 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/x';
  const { body } = buildRequest(
    requestOf([user('Hi')], { model: 'claude-opus-5', sendAs, thinking: 'adaptive', maxTokens: 1_000_000 }),
    { DISABLE_PROMPT_CACHING_OPUS: '1' },
  );
  assert.deepEqual([body.model, body.max_tokens, body.thinking?.type], [sendAs, 128_000, 'adaptive']);
  assert.doesNotMatch(JSON.stringify(body), /cache_control/);
});
