// What the tests of usage share: a meter over a real folder, and a provider that answers with the usage a test says.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import type { Message } from '../../../src/contracts/message.ts';
import type { Failure, ModelEvent, ModelRequest, Provider, Usage } from '../../../src/contracts/provider.ts';
import type { CostCap, UsageRow } from '../../../src/contracts/usage.ts';
import { buildRequest } from '../../../src/providers/messagesRequest.ts';
import { createLedger } from '../../../src/usage/ledger.ts';
import { createMeter, type MeterFolder } from '../../../src/usage/meter.ts';

const made: string[] = [];
after(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

export function freshFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'assent-usage-'));
  made.push(folder);
  return path.join(folder, 'usage');
}

/** A Monday, half past two in the afternoon here. */
export const MONDAY = new Date(2026, 10, 23, 14, 30).getTime();

export const NO_USAGE: Usage = { inputTokens: 0, cacheWriteTokens: 0, cacheReadTokens: 0, outputTokens: 0 };
/** At `PRICE` one dollar. */
export const DOLLAR: Usage = { ...NO_USAGE, outputTokens: 100_000 };
export const PRICE = { input: 1, output: 10 };

export function row(more: Partial<UsageRow> = {}): UsageRow {
  return {
    at: MONDAY,
    session: 's',
    root: '/project',
    vendor: 'anthropic',
    model: 'claude-opus-5',
    purpose: 'main',
    usage: DOLLAR,
    usd: 1,
    durationMs: 5,
    ...more,
  };
}

export const user = (text: string): Message => ({ role: 'user', blocks: [{ type: 'text', text }] });
export const assistant = (text: string): Message => ({ role: 'assistant', blocks: [{ type: 'text', text }] });

export function requestOf(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'claude-opus-5',
    system: 'You help.',
    tools: [],
    messages: [user('Hello')],
    maxTokens: 4096,
    thinking: 'off',
    purpose: 'main',
    session: 's',
    ...more,
  };
}

export type Answers = Provider & { requests: ModelRequest[]; next: Usage[]; failure?: Failure; hold?: Promise<void> };

/** Answers each request with the next usage; what is not written down is free. */
export function answers(...next: Usage[]): Answers {
  const provider: Answers = {
    id: 'answers',
    requests: [],
    next,
    async *stream(request): AsyncGenerator<ModelEvent> {
      provider.requests.push(request);
      await provider.hold;
      const usage = provider.next.shift() ?? NO_USAGE;
      const facts = { messageId: 'm', model: request.model, usage, stop: 'endTurn' as const, requestId: 'req_1' };
      yield { type: 'textDelta', text: 'Yes' };
      if (provider.failure) yield { type: 'failed', failure: provider.failure, facts };
      else yield { type: 'done', message: assistant('Yes'), facts };
    },
  };
  return provider;
}

export type Till = ReturnType<typeof till>;

/** One window. */
export function till(folder = freshFolder(), change: Partial<MeterFolder> & { caps?: () => CostCap[] } = {}) {
  const clock = { now: MONDAY };
  const ledger = createLedger(folder, () => clock.now);
  const meter = createMeter({ ledger, now: () => clock.now })({
    root: '/project',
    caps: () => [],
    price: () => PRICE,
    wire: (request) => buildRequest(request, {}).body,
    rebuildLimit: () => undefined,
    warns: () => false,
    ...change,
  });
  const provider = answers();
  const metered = meter.metered(provider, () => 'anthropic');
  /** The last event of an answer. */
  const ask = async (more: Partial<ModelRequest> = {}, signal = new AbortController().signal) => {
    let last: ModelEvent | undefined;
    for await (const event of metered.stream(requestOf(more), signal)) last = event;
    if (last?.type !== 'done' && last?.type !== 'failed') throw new Error('The answer had no end');
    return last;
  };
  return { clock, ledger, meter, provider, metered, ask, folder };
}

export const cap = (kind: CostCap['kind'], usd: number): CostCap => ({ kind, usd, from: '/home/me/settings.json' });

/** The code of what stopped a request; undefined when it went through. */
export function stoppedBy(event: ModelEvent): string | undefined {
  return event.type === 'failed' ? event.failure.because?.code : undefined;
}
