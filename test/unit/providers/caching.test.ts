// The bytes of a growing conversation only grow, and what the service cached of one request is read by the next.
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { Block, Message } from '../../../src/contracts/message.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { answerOf, providerFor, requestOf, result, user } from './providerKit.ts';

const CONTEXT = `Memory of the project. ${'Keep to the rules of the house. '.repeat(300)}`;

describe('prompt caching', () => {
  let rehearsal: Rehearsal;
  before(async () => {
    rehearsal = await startRehearsal();
  });
  beforeEach(() => rehearsal.reset());
  after(() => rehearsal.close());

  /** Runs a tool loop and returns the messages; each round asks for `calls` results at once. */
  async function loop(rounds: number, calls: number, model = 'assent-rehearsal'): Promise<Message[]> {
    const turn = Array.from({ length: calls }, (_, i) => ({
      tool: 'Read',
      input: { file_path: `src/${i}.ts`, offset: 1 },
    }));
    rehearsal.setScript({ turns: [[{ thinking: 'Look.' }, { text: 'I read.' }, ...turn]], loop: true });
    const provider = providerFor(rehearsal);
    let messages: Message[] = [user(CONTEXT, 'Find the mistake.')];
    for (let round = 0; round < rounds; round++) {
      const { message } = await answerOf(provider, requestOf(messages, { model, thinking: 'adaptive' }));
      const results = message.blocks.flatMap((block): Block[] =>
        block.type === 'toolUse' ? [result(block.id, `1\tline of round ${round}`)] : [],
      );
      messages = [...messages, message, user(...results)];
      // As after a restart: the same messages, read from a file.
      if (round === 20) messages = JSON.parse(JSON.stringify(messages)) as Message[];
    }
    return messages;
  }

  test('over 50 rounds each request begins with the bytes of the one before', async () => {
    await loop(50, 1);
    const bodies = rehearsal.requests().map((entry) => withoutMarkers(entry.body));
    assert.equal(bodies.length, 50);
    for (let i = 1; i < bodies.length; i++) {
      const earlier = bodies[i - 1]?.replace(/\]\}$/, '') ?? '?';
      assert.ok(bodies[i]?.startsWith(earlier), `request ${i + 1} does not begin as request ${i} did`);
    }
  });

  for (const [rounds, calls] of [
    [50, 1],
    [8, 30],
  ] as const) {
    test(`${rounds} rounds of ${calls} calls: each reads all that was written before`, async () => {
      await loop(rounds, calls);
      let cached = 0;
      for (const [index, entry] of rehearsal.requests().entries()) {
        assert.equal(entry.status, 200, entry.error);
        assert.equal(entry.cacheReadTokens, cached, `request ${index + 1}`);
        assert.equal(entry.inputTokens, 0, `request ${index + 1} has tokens behind the last marker`);
        assert.ok(entry.cacheWriteTokens > 0);
        cached = entry.cacheReadTokens + entry.cacheWriteTokens;
      }
    });
  }

  test('never more than four markers, and never on thinking', async () => {
    await loop(6, 2);
    for (const entry of rehearsal.requests()) {
      const marked = blocksWithMarker(entry.body);
      assert.ok(marked.length >= 2 && marked.length <= 4, String(marked.length));
      const first = (entry.body as { messages: Array<{ content: unknown[] }> }).messages[0]?.content.at(-1);
      assert.ok(
        marked.some((block) => block === first),
        'the end of memory and environment is always marked',
      );
      assert.ok(marked.every((block) => block['type'] === 'text' || block['type'] === 'tool_result'));
    }
  });

  test('a new conversation in the same place reads system and tools', async () => {
    const provider = providerFor(rehearsal);
    rehearsal.setScript({ turns: [[{ text: 'ok' }]], loop: true });
    const system = 'A long system prompt. '.repeat(400);
    await answerOf(provider, requestOf([user('one')], { system }));
    await answerOf(provider, requestOf([user('two')], { system }));
    const second = rehearsal.requests().at(-1);
    assert.ok((second?.cacheReadTokens ?? 0) > 2000);
  });

  test('switched off, as a whole or for a family; for an hour when asked', async () => {
    rehearsal.setScript({ turns: [[{ text: 'ok' }]], loop: true });
    const markersWith = async (env: Record<string, string>, model: string) => {
      await answerOf(providerFor(rehearsal, env), requestOf([user('Hi')], { model }));
      return blocksWithMarker(rehearsal.requests().at(-1)?.body);
    };
    assert.equal((await markersWith({ DISABLE_PROMPT_CACHING: '1' }, 'claude-opus-5')).length, 0);
    assert.equal((await markersWith({ DISABLE_PROMPT_CACHING_OPUS: '1' }, 'claude-opus-5')).length, 0);
    assert.notEqual((await markersWith({ DISABLE_PROMPT_CACHING_OPUS: '1' }, 'claude-sonnet-5')).length, 0);
    const hour = await markersWith({ ENABLE_PROMPT_CACHING_1H: '1' }, 'claude-opus-5');
    assert.ok(hour.length > 0 && hour.every((block) => (block['cache_control'] as { ttl?: string }).ttl === '1h'));
  });
});

function withoutMarkers(body: unknown): string {
  return JSON.stringify(body, (key, value: unknown) => (key === 'cache_control' ? undefined : value));
}

function blocksWithMarker(body: unknown): Array<Record<string, unknown>> {
  const found: Array<Record<string, unknown>> = [];
  JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'cache_control' in value)
      found.push(value as Record<string, unknown>);
    return value;
  });
  return found;
}
