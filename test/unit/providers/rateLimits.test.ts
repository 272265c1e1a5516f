// What the headers of an answer say of limits, and what of it a person is told.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RateLimits } from '../../../src/contracts/provider.ts';
import { createLimitsEar, nearLimit, rateLimitsOf, tellingLimits } from '../../../src/providers/rateLimits.ts';
import { startRehearsal } from '../../support/rehearsal/server.ts';
import { facts } from '../../support/scriptedProvider.ts';
import { answerOf, collect, providerFor, requestOf, user } from './providerKit.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const SOON = '2026-11-23T10:00:30Z';
const headers = (kind: string, limit: string, remaining: string, reset = SOON) => ({
  [`anthropic-ratelimit-${kind}-limit`]: limit,
  [`anthropic-ratelimit-${kind}-remaining`]: remaining,
  [`anthropic-ratelimit-${kind}-reset`]: reset,
});
const near = (status: number, all: Record<string, string>) => {
  const limits = rateLimitsOf(status, new Headers(all), NOW);
  return limits && nearLimit(limits, NOW);
};

test('plenty is not worth a word', () => {
  assert.equal(
    near(200, { ...headers('requests', '50', '49'), ...headers('input-tokens', '30000', '3000') }),
    undefined,
  );
});

test('little of one of them is, with when it is over', () => {
  const all = { ...headers('requests', '50', '49'), ...headers('input-tokens', '30000', '1234') };
  assert.deepEqual(near(200, all), { reached: false, percent: 4, untilMs: Date.parse(SOON) });
});

test('what is over already is over', () => {
  assert.equal(near(200, headers('tokens', '30000', '0', '2026-11-23T09:59:59Z')), undefined);
});

test('a 429 says until when: as it asks, or else as the scarcest limit does', () => {
  assert.deepEqual(near(429, { 'retry-after': '90' }), { reached: true, percent: 0, untilMs: NOW + 90_000 });
  const all = { ...headers('requests', '50', '20', '2026-11-23T11:00:00Z'), ...headers('output-tokens', '8000', '0') };
  assert.deepEqual(near(429, all), { reached: true, percent: 0, untilMs: Date.parse(SOON) });
  assert.equal(near(429, {}), undefined, 'a limit of money has no time at which it ends');
});

test('figures that are none, and services that say nothing, do no harm', () => {
  assert.equal(rateLimitsOf(200, new Headers(), NOW), undefined);
  assert.deepEqual(rateLimitsOf(429, new Headers(headers('tokens', 'many', '-1', 'soon')), NOW), {
    limited: true,
    limits: [],
  });
  assert.equal(rateLimitsOf(200, new Headers(headers('tokens', '0', '0')), NOW), undefined);
});

test('the ear does not touch the answer', async () => {
  const heard: RateLimits[] = [];
  const response = new Response('body', { headers: headers('tokens', '100', '1') });
  const fetch = tellingLimits(
    async () => response,
    (limits) => heard.push(limits),
    () => NOW,
  );
  assert.equal(await fetch('http://localhost/'), response);
  assert.equal(await response.text(), 'body');
  assert.deepEqual(heard, [
    { limited: false, limits: [{ kind: 'tokens', limit: 100, remaining: 1, resetMs: Date.parse(SOON) }] },
  ]);
});

test('an answer without a word about limits ends what was told before; one that was asked for earlier does not', async () => {
  const heard: RateLimits[] = [];
  let status = 429;
  const ear = createLimitsEar(
    async () => new Response('', { status, headers: status === 429 ? { 'retry-after': '600' } : {} }),
    (limits) => heard.push(limits),
  );
  let release = () => {};
  const provider = ear.around({
    id: 'p',
    async *stream({ model }) {
      if (model === 'slow') await new Promise<void>((resolve) => (release = resolve));
      const { ok } = await ear.fetch('http://localhost/');
      if (ok || model === 'slow')
        yield { type: 'done', message: { role: 'assistant', blocks: [] }, facts: facts(1, 'endTurn') };
      else yield { type: 'failed', failure: { code: 'rateLimit', detail: '', retryable: true } };
    },
  });
  const ask = (model: string) => collect(provider, requestOf([user('hi')], { model }));
  await ask('quick');
  assert.deepEqual(
    heard.map(({ limited }) => limited),
    [true],
  );
  status = 200;
  await ask('quick');
  assert.deepEqual(heard.slice(1), [{ limited: false, limits: [] }]);
  assert.equal(nearLimit({ limited: false, limits: [] }, NOW), undefined);
  const slow = ask('slow');
  status = 429;
  await ask('quick');
  status = 200;
  release();
  await slow;
  assert.deepEqual(
    heard.slice(2).map(({ limited }) => limited),
    [true],
    'what is newer stays',
  );
});

test('a whole provider: the warning goes with the next answer of a service that says nothing', async () => {
  const rehearsal = await startRehearsal({
    script: { turns: [{ status: 429, headers: { 'retry-after': '1' } }, [{ text: 'ok' }]] },
  });
  const heard: RateLimits[] = [];
  await answerOf(providerFor(rehearsal, {}, { onLimits: (limits) => heard.push(limits) }), requestOf([user('hi')]));
  await rehearsal.close();
  assert.equal(heard[0]?.limited, true);
  assert.equal(heard.at(-1)?.limited, false);
});
