// What the model is given of a resource: within bounds, saved where it is too much or no text, and why when it cannot be read.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerConnection } from '../../../../src/mcp/connection/serverConnection.ts';
import { ServerFault } from '../../../../src/mcp/connection/serverFault.ts';
import { createResourceTools } from '../../../../src/mcp/interaction/resourceTools.ts';

async function read(contents: unknown, { server = 'docs', env = {} } = {}) {
  const saved: Array<[extension: string, length: number]> = [];
  const connection = {
    definition: { name: 'docs' },
    catalog: () => ({ tools: [], prompts: [], resources: [], templates: [] }),
    request: async () => {
      if (contents instanceof Error) throw contents;
      return { contents };
    },
  } as unknown as ServerConnection;
  const { tools } = createResourceTools({
    connections: { all: () => [connection], get: (name) => (name === 'docs' ? connection : undefined) },
    env: () => env,
    save: async (_id, extension, data) => {
      saved.push([extension, data.length]);
      return `/saved/1.${extension}`;
    },
  });
  const [, tool] = tools;
  const context = { signal: new AbortController().signal, call: { id: 'c' } } as never;
  const { content } = await tool.run(tool.input.parse({ server, uri: 'a://1' }), context, []);
  return { text: content.map((one) => (one.type === 'text' ? one.text : `[${one.type}]`)).join('\n'), saved };
}

test('one that is too large is saved whole, and its beginning is shown', async () => {
  const long = `begins ${'x'.repeat(150_000)} ends`;
  const { text, saved } = await read([{ uri: 'a://1', text: long }]);
  assert.ok(text.length < 4000 && text.includes('begins'));
  assert.match(text, /saved as \/saved\/1\.txt: read or search/);
  assert.deepEqual(saved, [['txt', `a://1:\n${long}`.length]]);
  const small = await read([{ uri: 'a://1', text: 'x'.repeat(500) }], { env: { MAX_MCP_OUTPUT_TOKENS: '100' } });
  assert.deepEqual(small.saved, [['txt', 507]]);
});

test('what is no text is saved, and several contents are told one after the other', async () => {
  const { text, saved } = await read([
    { uri: 'a://1/a', text: 'first' },
    { uri: 'a://1/b', mimeType: 'application/zip', blob: 'AAAA' },
  ]);
  assert.match(text, /^<server-content source="docs:a:\/\/1">\na:\/\/1\/a:\nfirst\n<\/server-content>/);
  assert.match(text, /\(application\/zip\), 3 bytes, is saved as \/saved\/1\.zip\./);
  assert.deepEqual(saved, [['zip', 3]]);
});

test('why it cannot be read is said in our words; of a server that is not there which there are', async () => {
  const fault = new ServerFault({ code: 'mcp.connection.answered', args: { server: 'docs', reason: 'no such page' } });
  await assert.rejects(read(fault), /^Error: The server docs answered with an error: no such page$/);
  await assert.rejects(read([], { server: 'other' }), /There is no server other\. The servers are: docs\./);
});
