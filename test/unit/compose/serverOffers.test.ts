// A prompt of a server that was typed: what was asked for beside it stays with what the server made of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServerOffers } from '../../../src/compose/serverOffers.ts';

function offers() {
  const asked: unknown[] = [];
  const prompts = [{ name: 'report', arguments: [{ name: 'city' }, { name: 'month', required: true }] }];
  const connection = {
    definition: { name: 'tickets' },
    catalog: () => ({ prompts, tools: [], resources: [], templates: [] }),
    request: async (_method: string, params: unknown, schema: { parse(value: unknown): unknown }) => {
      asked.push(params);
      return schema.parse({ messages: [{ role: 'user', content: { type: 'text', text: 'Report.' } }] });
    },
  };
  return { asked, offers: createServerOffers({ all: () => [connection] } as never, () => {}) };
}
const { signal } = new AbortController();
const MESSAGES = [{ role: 'user', blocks: [{ type: 'text', text: 'Report.' }] }];

test('a value that was missing is asked for, given to the server, and kept beside what it made', async () => {
  const { asked, offers: made } = offers();
  const typed = made.prompt('/mcp__tickets__report Bergen');
  assert.deepEqual(typed?.missing, [{ name: 'month' }]);
  assert.deepEqual(await typed?.fetch({ month: '2026-10' }, signal), {
    server: 'tickets',
    prompt: 'report',
    messages: MESSAGES,
    asked: [{ name: 'month', value: '2026-10' }],
  });
  assert.deepEqual(asked, [{ name: 'report', arguments: { city: 'Bergen', month: '2026-10' } }]);
});

test('what was typed stands in the text already', async () => {
  const typed = offers().offers.prompt('/mcp__tickets__report Bergen 2026-10');
  assert.deepEqual(typed?.missing, []);
  assert.deepEqual(await typed?.fetch({}, signal), { server: 'tickets', prompt: 'report', messages: MESSAGES });
});
