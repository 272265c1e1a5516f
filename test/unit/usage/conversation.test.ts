// A whole conversation behind the meter: a cap ends its turn cleanly, and what is spent is told.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CostCap } from '../../../src/contracts/usage.ts';
import { createTranscriptStore } from '../../../src/transcript/store.ts';
import { scriptedProvider, text } from '../../support/scriptedProvider.ts';
import { fakeTool, makeKit, ok, ROOT, run, until } from '../agent/kit.ts';
import { cap, NO_USAGE, till } from './kit.ts';

const call = { type: 'toolUse' as const, id: 'c1', name: 'Look', input: {} };

/** A conversation whose answers cost a dollar each. */
async function capped(caps: CostCap[], ...turns: Parameters<typeof scriptedProvider>) {
  const one = till(undefined, { caps: () => caps, warns: () => true });
  const provider = scriptedProvider(...turns);
  const priced = {
    ...provider,
    async *stream(...args: Parameters<typeof provider.stream>) {
      for await (const event of provider.stream(...args))
        yield event.type === 'done'
          ? { ...event, facts: { ...event.facts, usage: { ...NO_USAGE, outputTokens: 100_000 } } }
          : event;
    },
  };
  const metered = one.meter.metered(priced, () => 'anthropic');
  const kit = await makeKit(after, {
    provider: { ...metered, stream: (request, signal) => metered.stream({ ...request, session: 's' }, signal) },
    tools: () => [fakeTool('Look', 'read', () => ok('seen'))],
  });
  kit.conversation.listen((event) => {
    if (event.type === 'finished') one.meter.turnEnded('s');
  });
  return { ...kit, ...one, provider };
}

test('a cap reached between two steps ends the turn; the history is whole, and a higher cap lets the next prompt go', async () => {
  const caps = [cap('session', 1.005)];
  const { conversation, provider, configDir } = await capped(caps, [text('I look.'), call], [text('Done.')]);
  const finish = await run(conversation, 'Go');
  assert.equal(finish.reason, 'failed');
  assert.equal(finish.reason === 'failed' && finish.failure.code, 'capReached');
  assert.equal(finish.reason === 'failed' && finish.failure.because?.code, 'usage.cap.session');
  assert.equal(provider.requests.length, 1);
  assert.equal(conversation.state.running, false);
  caps.splice(0, 1, cap('session', 100));
  // The scripted model fails the test when a call has no result.
  assert.equal((await run(conversation, 'Go on')).reason, 'done');
  assert.equal(provider.requests.length, 2);
  await conversation.dispose();
  const store = createTranscriptStore({ configDir, version: '0', env: () => ({}), now: Date.now, newId: () => 'x' });
  const restored = await store.load(ROOT, conversation.id);
  const usage = restored?.events.filter((event) => event.type === 'usage') ?? [];
  assert.deepEqual(
    usage.map((event) => event.type === 'usage' && event.costUsd),
    [1, 1],
  );
});

test('a cap of a turn counts from prompt to prompt', async () => {
  const { conversation } = await capped([cap('turn', 1.5)], [text('One.')], [text('Two.')], [text('Three.')]);
  for (const words of ['1', '2', '3']) assert.equal((await run(conversation, words)).reason, 'done', words);
});

test('a cap nearly reached is told in the conversation', async () => {
  const { conversation } = await capped([cap('session', 1.2)], [text('One.')]);
  const told = until(conversation, 'notice');
  await run(conversation, 'Hi');
  assert.equal((await told).because.code, 'usage.near.session');
});

test('a summary that a cap stops leaves the conversation as it was', async () => {
  const { conversation, provider } = await capped([cap('session', 1.005)], [text('One.')], [text('Summary.')]);
  await run(conversation, 'Hi');
  const notice = until(conversation, 'notice', ({ because }) => because.code === 'agent.compactFailed');
  conversation.compact();
  assert.match((await notice).because.args['reason'] ?? '', /\$1\.01|\$1\.00/);
  assert.equal(provider.requests.length, 1);
});
