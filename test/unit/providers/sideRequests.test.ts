import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProvider } from '../../../src/providers/index.ts';
import { createAssembler } from '../../../src/providers/messageAssembler.ts';
import { buildRequest } from '../../../src/providers/messagesRequest.ts';
import { modelInfo, smallModel } from '../../../src/providers/models.ts';
import { estimateCost } from '../../../src/usage/cost.ts';
import { startRehearsal } from '../../support/rehearsal/server.ts';
import { vendorParts } from '../../support/vendorParts.ts';
import { collect, providerFor, requestOf, user } from './providerKit.ts';

test('a request that may search names the search of the service, with its limits, and nothing is cached for once', () => {
  const { body } = buildRequest(
    requestOf([user('Search')], {
      tools: [],
      purpose: 'webSearch',
      webSearch: { maxUses: 8, blockedDomains: ['b.example'] },
    }),
    {},
  );
  assert.deepEqual(body.tools, [
    { type: 'web_search_20250305', name: 'web_search', max_uses: 8, blocked_domains: ['b.example'] },
  ]);
  assert.doesNotMatch(JSON.stringify(body), /cache_control/);
  const page = buildRequest(requestOf([user('Read')], { tools: [], purpose: 'webFetch' }), {});
  assert.equal('tools' in page.body, false);
  assert.match(JSON.stringify(buildRequest(requestOf([user('Work')]), {}).body), /cache_control/);
});

test('a service accepts such a request, and its answer comes as any other', async (t) => {
  const rehearsal = await startRehearsal({ script: { turns: [[{ text: 'Found.' }]] } });
  t.after(() => rehearsal.close());
  const request = requestOf([user('Search')], { tools: [], purpose: 'webSearch', webSearch: { maxUses: 1 } });
  const last = (await collect(providerFor(rehearsal), request)).at(-1);
  assert.equal(last?.type, 'done');
});

test('searches are counted and paid for', () => {
  const assembler = createAssembler('claude-haiku-4-5');
  const usage = { input_tokens: 0, output_tokens: 0, server_tool_use: { web_search_requests: 3 } };
  assembler.push({ type: 'message_start', message: { id: 'm', usage: { input_tokens: 0, output_tokens: 0 } } });
  assembler.push({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage });
  const counted = assembler.facts(undefined)?.usage;
  assert.equal(counted?.webSearches, 3);
  assert.equal(counted && estimateCost(counted, modelInfo('claude-haiku-4-5')), 0.03);
});

test('the small model is the one that settings name; at the vendor itself there is one, elsewhere nobody knows', () => {
  assert.equal(smallModel({}), 'claude-haiku-4-5-20251001');
  for (const elsewhere of [
    { ANTHROPIC_BASE_URL: 'https://gateway.example.com' },
    { ANTHROPIC_BASE_URL: 'https://anthropic.com.example.org' },
    { CLAUDE_CODE_USE_BEDROCK: '1' },
    { CLAUDE_CODE_USE_VERTEX: '1' },
    { CLAUDE_CODE_USE_FOUNDRY: '1' },
  ]) {
    assert.equal(smallModel(elsewhere), undefined);
  }
  assert.equal(smallModel({ ANTHROPIC_DEFAULT_HAIKU_MODEL: 'my-haiku' }), 'my-haiku');
  assert.equal(
    smallModel({ ANTHROPIC_DEFAULT_HAIKU_MODEL: 'my-haiku', ANTHROPIC_SMALL_FAST_MODEL: 'haiku' }),
    'my-haiku',
  );
  assert.equal(smallModel({ ANTHROPIC_SMALL_FAST_MODEL: 'claude-tiny-1' }), 'claude-tiny-1');
});

test('only a vendor whose service searches is said to have it', () => {
  const has = (env: Record<string, string>) => createProvider({ env: () => env, ...vendorParts() }).has?.('webSearch');
  assert.equal(has({}), true);
  assert.equal(has({ CLAUDE_CODE_USE_BEDROCK: '1' }), false);
});
