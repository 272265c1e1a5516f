// Servers that people use, from npm, through the whole client.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod/mini';
import { connectionTo, stdio } from '../../../support/mcp/connections.ts';

const OFFICIAL = 'node_modules/@modelcontextprotocol';
const Answer = z.looseObject({ content: z.array(z.looseObject({ type: z.string(), text: z.optional(z.string()) })) });

test('everything: tools, prompts, resources, templates and progress', async () => {
  const { connection } = connectionTo(stdio(`${OFFICIAL}/server-everything/dist/index.js`, 'stdio'));
  try {
    await connection.connect();
    const { tools, prompts, resources, templates } = connection.catalog();
    assert.ok(
      tools.some(({ name }) => name === 'echo'),
      tools.map(({ name }) => name).join(),
    );
    assert.ok(prompts.length > 0 && resources.length > 0 && templates.length > 0);
    assert.ok((connection.info()?.protocolVersion ?? '') >= '2025-06-18');
    const echoed = await connection.request('tools/call', { name: 'echo', arguments: { message: 'héllo' } }, Answer);
    assert.match(echoed.content[0]?.text ?? '', /héllo/);
    const heard: number[] = [];
    await connection.request(
      'tools/call',
      { name: 'trigger-long-running-operation', arguments: { duration: 0.2, steps: 2 } },
      Answer,
      { onProgress: ({ progress }) => heard.push(progress) },
    );
    assert.ok(heard.length > 0);
  } finally {
    await connection.dispose();
  }
});
