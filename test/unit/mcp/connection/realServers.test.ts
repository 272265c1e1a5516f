// Servers that people use, from npm, through the whole client.
import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { complete, getPrompt, readResource, subscribe, unsubscribe } from '../../../../src/mcp/connection/offers.ts';
import type { ServerConnection } from '../../../../src/mcp/connection/serverConnection.ts';
import { nameTools } from '../../../../src/mcp/tools/toolNames.ts';
import { CallResult } from '../../../../src/mcp/tools/toolResult.ts';
import { usableSchema } from '../../../../src/mcp/tools/toolSchema.ts';
import { connectionTo, stdio } from '../../../support/mcp/connections.ts';

const OFFICIAL = 'node_modules/@modelcontextprotocol';
const EVERYTHING = stdio(`${OFFICIAL}/server-everything/dist/index.js`, 'stdio');

async function folder(t: TestContext): Promise<string> {
  const made = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-mcp-')));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function opened(t: TestContext, ...args: Parameters<typeof connectionTo>) {
  const { connection, states } = connectionTo(...args);
  t.after(() => connection.dispose());
  await connection.connect();
  const { tools } = connection.catalog();
  for (const tool of tools) assert.ok('schema' in usableSchema(tool.inputSchema), tool.name);
  assert.deepEqual(nameTools('server', tools).problems, []);
  const call = async (name: string, input: Record<string, unknown>, options = {}) =>
    JSON.stringify(await connection.request('tools/call', { name, arguments: input }, CallResult, options));
  return { connection, states, call };
}

/** Resolves at an event that is looked for. */
const when = (connection: ServerConnection, is: (event: { type: string }) => boolean) =>
  new Promise<void>((resolve) => {
    connection.on((event) => is(event) && resolve());
  });

test('everything: tools and progress, prompts and their completion, resources and their changes', async (t) => {
  const { connection, call } = await opened(t, EVERYTHING);
  const { prompts, resources, templates } = connection.catalog();
  assert.ok(prompts.length > 0 && resources.length > 0 && templates.length > 0);
  assert.ok((connection.info()?.protocolVersion ?? '') >= '2025-06-18');
  assert.match(await call('echo', { message: 'héllo' }), /héllo/);
  assert.match(await call('get-tiny-image', {}), /"type":"image"/);
  const heard: number[] = [];
  const onProgress = ({ progress }: { progress: number }) => heard.push(progress);
  await call('trigger-long-running-operation', { duration: 0.2, steps: 2 }, { onProgress });
  assert.ok(heard.length > 0);
  const [message] = await getPrompt(connection, 'args-prompt', { city: 'Seoul' });
  assert.match(JSON.stringify(message), /Seoul/);
  const argument = { name: 'department', value: 'E' };
  assert.deepEqual(await complete(connection, { prompt: 'completable-prompt' }, argument, {}), ['Engineering']);
  const [content] = await readResource(connection, resources[0]?.uri ?? '');
  assert.ok(content && 'text' in content && content.text.length > 0);
  await assert.rejects(readResource(connection, 'demo://no/such'), /answered with an error/);
  const uri = 'demo://resource/dynamic/text/1';
  assert.equal(await subscribe(connection, uri), true);
  const updated = when(connection, ({ type }) => type === 'updated');
  await call('toggle-subscriber-updates', {});
  await updated;
  await call('toggle-subscriber-updates', {});
  await unsubscribe(connection, uri);
});

test('filesystem: works in the folders that it is told of, and learns of new ones', async (t) => {
  const first = await folder(t);
  const second = await folder(t);
  await writeFile(path.join(first, 'a.txt'), 'text of a\n');
  await writeFile(path.join(second, 'b.txt'), 'text of b\n');
  let roots = [first];
  const { connection, call } = await opened(t, stdio(`${OFFICIAL}/server-filesystem/dist/index.js`), {
    roots: () => roots,
  });
  const until = async (folderName: string) => {
    while (!(await call('list_allowed_directories', {})).includes(folderName)) await new Promise(setImmediate);
  };
  await until(first);
  assert.match(await call('read_text_file', { path: path.join(first, 'a.txt') }), /text of a/);
  assert.match(await call('read_text_file', { path: path.join(second, 'b.txt') }), /Access denied/);
  roots = [first, second];
  connection.rootsChanged();
  await until(second);
  assert.match(await call('read_text_file', { path: path.join(second, 'b.txt') }), /text of b/);
});

test('memory: what is told is found again by another process', async (t) => {
  const file = path.join(await folder(t), 'memory.jsonl');
  const transport = stdio(`${OFFICIAL}/server-memory/dist/index.js`);
  assert.ok(transport.type === 'stdio');
  const { connection, call } = await opened(t, { ...transport, env: { MEMORY_FILE_PATH: file } });
  const entities = [{ name: 'Ada', entityType: 'person', observations: ['likes engines'] }];
  await call('create_entities', { entities });
  await connection.reconnect();
  assert.match(await call('search_nodes', { query: 'Ada' }), /likes engines/);
});

test('sequential thinking: structured answers', async (t) => {
  const { call } = await opened(t, stdio(`${OFFICIAL}/server-sequential-thinking/dist/index.js`));
  const thought = { thought: 'first', thoughtNumber: 1, totalThoughts: 1, nextThoughtNeeded: false };
  assert.match(await call('sequentialthinking', thought), /"structuredContent":\{/);
});

test('playwright: the large one, its tools are taken as they are; no browser is started for that', async (t) => {
  const cwd = await folder(t);
  const { connection } = await opened(t, stdio('node_modules/@playwright/mcp/cli.js', '--headless'), { root: cwd });
  assert.ok(connection.catalog().tools.length >= 20, String(connection.catalog().tools.length));
});
