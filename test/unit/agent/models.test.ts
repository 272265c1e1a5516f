// What becomes of a turn when its model cannot answer, and what a conversation wants of its model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Block } from '../../../src/contracts/message.ts';
import type { Failure, FailureCode } from '../../../src/contracts/provider.ts';
import { call, failed, text } from '../../support/scriptedProvider.ts';
import { fakeTool, makeKit, ok, run, SETTINGS, until } from './kit.ts';

const THINKING: Block = { type: 'thinking', text: 'deep', signature: 's' };
const look = fakeTool('Look', 'read', async () => ok('seen'));
const fails = (code: FailureCode, ...partial: Block[]) =>
  async function* () {
    const failure: Failure = { code, detail: 'it says so', retryable: false };
    yield* failed(failure, partial.length > 0 ? { role: 'assistant', blocks: partial } : undefined);
  };
const notices = (events: readonly AgentEvent[]) =>
  events.flatMap((event) =>
    event.type === 'notice' ? [`${event.because.code} ${event.because.args['to'] ?? ''}`] : [],
  );

test('an overloaded model is stood in for, for the rest of the turn, without its thinking', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [look],
    fallbackModels: (model) => (model === 'model-1' ? ['model-2', 'model-3'] : []),
    script: [
      [THINKING, call('a', 'Look')],
      fails('overloaded'),
      fails('server'),
      [call('b', 'Look')],
      [text('done')],
      [text('again')],
    ],
  });
  assert.equal((await run(kit.conversation, 'one')).reason, 'done');
  await run(kit.conversation, 'two');
  const { requests } = kit.provider;
  assert.deepEqual(
    requests.map((request) => [request.model, request.hasFallback ?? false]),
    [
      ['model-1', true],
      ['model-1', true],
      ['model-2', true],
      ['model-3', false],
      ['model-3', false],
      ['model-1', true],
    ],
  );
  assert.ok(JSON.stringify(requests[1]?.messages).includes('deep'));
  assert.ok(!JSON.stringify(requests[2]?.messages).includes('deep'));
  assert.deepEqual(notices(kit.conversation.events), [
    'providers.fallback.overloaded model-2',
    'providers.fallback.server model-3',
  ]);
});

for (const code of [
  'authentication',
  'billing',
  'rateLimit',
  'tooLarge',
  'network',
  'timeout',
  'modelExcluded',
] as const) {
  test(`${code} is nothing that another model would mend`, async (t) => {
    const kit = await makeKit(t.after.bind(t), { fallbackModels: () => ['model-2'], script: [fails(code)] });
    const finish = await run(kit.conversation, 'one');
    assert.equal(finish.reason === 'failed' && finish.failure.code, code);
    assert.equal(kit.provider.requests.length, 1);
  });
}

test('what came of an answer is not written a second time by another model', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    fallbackModels: () => ['model-2'],
    script: [fails('overloaded', text('I begin'))],
  });
  assert.equal((await run(kit.conversation, 'one')).reason, 'failed');
  assert.equal(kit.provider.requests.length, 1);
});

test('a turn that failed goes on from where it stood: no prompt twice, no call twice', async (t) => {
  let looks = 0;
  const count = fakeTool('Look', 'read', async () => ok(`seen ${++looks}`));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [count],
    script: [[call('a', 'Look')], fails('network'), [text('done')]],
  });
  const { conversation } = kit;
  assert.equal(conversation.retry(), false, 'nothing was asked yet');
  assert.equal((await run(conversation, 'one')).reason, 'failed');
  const end = until(conversation, 'finished');
  assert.equal(conversation.retry(), true);
  assert.equal(conversation.retry(), false, 'it runs already');
  assert.equal((await end).finish.reason, 'done');
  assert.equal(looks, 1);
  assert.equal(conversation.events.filter((event) => event.type === 'prompted').length, 1);
  assert.deepEqual(kit.provider.requests[2]?.messages, kit.provider.requests[1]?.messages);
});

test('an answer that broke off is kept, and the model is told to go on', async (t) => {
  const kit = await makeKit(t.after.bind(t), { script: [fails('interrupted', text('I begin')), [text(' and end')]] });
  await run(kit.conversation, 'one');
  const end = until(kit.conversation, 'finished');
  kit.conversation.retry();
  assert.equal((await end).finish.reason, 'done');
  const messages = kit.provider.requests[1]?.messages ?? [];
  assert.deepEqual(
    messages.map(({ role }) => role),
    ['user', 'assistant', 'user'],
  );
  assert.match(JSON.stringify(messages[2]), /broke while you were answering/);
});

test('a wait ends when the person would rather go on', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [
      async function* () {
        let goOn = () => {};
        const wait = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        yield { type: 'retrying', because: { code: 'x', args: {} }, attempt: 1, of: 2, atMs: 9e15, goOn } as const;
        await wait;
        yield* failed({ code: 'billing', detail: 'went on', retryable: false });
      },
    ],
  });
  const retrying = until(kit.conversation, 'retrying');
  const end = run(kit.conversation, 'one');
  // The page gets it, so it has to be data.
  assert.equal(JSON.stringify(structuredClone(await retrying)).includes('"atMs":9000000000000000'), true);
  kit.conversation.retryNow();
  const finish = await end;
  assert.equal(finish.reason === 'failed' && finish.failure.detail, 'went on');
});

test('effort and thinking are the conversation’s own, count from the next turn, and come back with it', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [look],
    settings: () => ({ ...SETTINGS, effort: 'medium', thinking: false }),
    script: [
      async function* () {
        kit.conversation.setEffort({ effort: 'low', thinking: true });
        yield {
          type: 'done',
          message: { role: 'assistant', blocks: [call('a', 'Look')] },
          facts: {
            messageId: 'm',
            model: 'model-1',
            stop: 'toolUse',
            usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
          },
        } as const;
      },
      [text('a')],
      [text('b')],
      [text('c')],
      [text('d')],
    ],
  });
  const wishes = () => kit.provider.requests.map(({ effort, thinking }) => `${effort} ${thinking}`);
  await run(kit.conversation, 'one');
  await run(kit.conversation, 'two');
  assert.deepEqual(wishes(), ['medium off', 'medium off', 'low adaptive']);
  await kit.conversation.dispose();
  const again = await kit.reopen();
  assert.deepEqual([again.state.effort, again.state.thinking], ['low', true]);
  await run(again, 'three');
  again.setEffort({});
  await run(again, 'four');
  assert.deepEqual(wishes().slice(3), ['low adaptive', 'medium off']);
});

test('a change of model or effort says once that it costs the cache, and nothing before there is one', async (t) => {
  const kit = await makeKit(t.after.bind(t), { script: [[text('a')], [text('b')]] });
  const { conversation } = kit;
  conversation.setModel('model-2');
  assert.deepEqual(notices(conversation.events), []);
  await run(conversation, 'one');
  conversation.setModel('model-3');
  conversation.setEffort({ effort: 'high' });
  assert.deepEqual(notices(conversation.events), ['providers.cacheLost ']);
  await run(conversation, 'two');
  conversation.setEffort({});
  assert.equal(notices(conversation.events).length, 2);
});
