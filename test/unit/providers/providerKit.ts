// What the tests of providers share: requests, and the whole of what a provider said.
import assert from 'node:assert/strict';
import type { Block, Message } from '../../../src/contracts/message.ts';
import type { ModelEvent, ModelRequest, Provider } from '../../../src/contracts/provider.ts';
import { createProvider, type ProviderOptions } from '../../../src/providers/index.ts';
import type { Rehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';

export function user(...blocks: Array<Block | string>): Message {
  return { role: 'user', blocks: blocks.map((b) => (typeof b === 'string' ? { type: 'text', text: b } : b)) };
}

export function result(id: string, text: string, isError = false): Block {
  return { type: 'toolResult', id, content: [{ type: 'text', text }], isError };
}

export function requestOf(messages: Message[], more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'assent-rehearsal',
    system: 'You help in a repository.',
    tools: [
      {
        name: 'Read',
        description: 'Reads a file.',
        inputSchema: { type: 'object', properties: { file_path: { type: 'string' } } },
      },
      {
        name: 'Bash',
        description: 'Runs a command.',
        inputSchema: { type: 'object', properties: { command: { type: 'string' } } },
      },
    ],
    messages,
    maxTokens: 4096,
    thinking: 'off',
    purpose: 'main',
    ...more,
  };
}

/** A provider for the server, with no wait between tries unless `clock` says so. */
export function providerFor(
  rehearsal: { url: string },
  env: Record<string, string> = {},
  more: Partial<ProviderOptions> = {},
): Provider {
  return createProvider({
    env: () => ({ ANTHROPIC_BASE_URL: rehearsal.url, ANTHROPIC_API_KEY: 'sk-test-0123456789', ...env }),
    ...vendorParts(),
    clock: { now: () => 0, random: () => 0, sleep: async () => {} },
    ...more,
  });
}

/** Everything until the end; checks the promise of the contract that there is exactly one, and that it is last. */
export async function collect(
  provider: Provider,
  request: ModelRequest,
  signal = new AbortController().signal,
): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of provider.stream(request, signal)) events.push(event);
  const ends = events.filter((event) => event.type === 'done' || event.type === 'failed');
  assert.equal(ends.length, 1);
  assert.equal(ends[0], events.at(-1));
  return events;
}

export async function answerOf(provider: Provider, request: ModelRequest) {
  const last = (await collect(provider, request)).at(-1);
  assert.equal(last?.type, 'done', JSON.stringify(last));
  return last as Extract<ModelEvent, { type: 'done' }>;
}

export async function failureOf(provider: Provider, request: ModelRequest, signal?: AbortSignal) {
  const last = (await collect(provider, request, signal)).at(-1);
  assert.equal(last?.type, 'failed', JSON.stringify(last));
  return last as Extract<ModelEvent, { type: 'failed' }>;
}

export function textOf(message: Message | undefined): string {
  return (message?.blocks ?? []).map((block) => (block.type === 'text' ? block.text : '')).join('');
}

export function bodyOf(rehearsal: Rehearsal, index = -1): Record<string, unknown> {
  return rehearsal.requests().at(index)?.body as Record<string, unknown>;
}
