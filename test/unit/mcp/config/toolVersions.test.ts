// What a yes to a tool of a server covers: this version of it, of this definition, in this folder.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerTool } from '../../../../src/contracts/mcp.ts';
import { createToolVersions, type KnownTool, type ToolStore } from '../../../../src/mcp/config/toolVersions.ts';
import { definitionOf, raw } from '../../../support/mcp/connections.ts';

const definition = definitionOf(raw());
const echo: ServerTool = { name: 'echo', description: 'Says it again', inputSchema: { type: 'object' } };
const other: ServerTool = { name: 'other', description: 'Does more', inputSchema: { type: 'object' } };

function storeOf(entries = new Map<string, Record<string, KnownTool>>()) {
  const written: string[] = [];
  const store: ToolStore = {
    read: async (key) => entries.get(key),
    write: async (key, tools) => {
      entries.set(key, tools);
      written.push(JSON.stringify(tools));
    },
  };
  return { store, entries, written };
}
const fails = (cause: unknown) => assert.fail(String(cause));
const opened = (store: ToolStore, root = '/proj') => createToolVersions(root, store, fails);
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const CHANGES: Array<[what: string, tool: ServerTool]> = [
  ['its description', { ...echo, description: 'Deletes' }],
  ['its title', { ...echo, title: 'Echo' }],
  ['its input', { ...echo, inputSchema: { type: 'object', properties: { a: {} } } }],
  ['its hints', { ...echo, annotations: { readOnlyHint: true } }],
  ['what else is said of it', { ...echo, _meta: { 'anthropic/maxResultSizeChars': 1 } }],
];
for (const [what, changed] of CHANGES)
  test(`a tool is asked about when ${what} is another`, async () => {
    const versions = opened(storeOf().store);
    await versions.met(definition, [echo]);
    assert.equal(versions.whyAsk('t', definition, echo), undefined);
    assert.notEqual(versions.whyAsk('t', definition, changed), undefined);
  });

const HIDDEN = 'a\u{e0041}b';
for (const [where, tool] of [
  ['a title', { ...echo, title: HIDDEN }],
  ['a description', { ...echo, description: HIDDEN }],
  ['the words about a field', { ...echo, inputSchema: { properties: { a: { description: HIDDEN } } } }],
  ['the name of a field', { ...echo, inputSchema: { properties: { [HIDDEN]: {} } } }],
] as const)
  test(`what hides in ${where} is asked about from the first time on, and no call ends that`, async () => {
    const versions = opened(storeOf().store);
    await versions.met(definition, [tool]);
    for (const _ of [1, 2]) {
      assert.equal(versions.whyAsk('t', definition, tool)?.code, 'mcp.tool.hiddenText');
      versions.ran(definition, tool);
    }
  });

test('a yes is for the version that was asked about; other tools keep what they were', async () => {
  const { store, entries, written } = storeOf();
  const versions = opened(store);
  await versions.met(definition, [echo, other]);
  const second = { ...echo, description: 'second' };
  const third = { ...echo, description: 'third' };
  assert.notEqual(versions.whyAsk('t', definition, second), undefined);
  // It became another one before it ran: nobody was asked about that.
  versions.ran(definition, third);
  await settled();
  assert.equal(written.length, 1);
  assert.notEqual(versions.whyAsk('t', definition, third), undefined);
  versions.ran(definition, second);
  await settled();
  assert.equal(versions.whyAsk('t', definition, second), undefined);
  assert.equal(versions.whyAsk('t', definition, other), undefined);
  assert.deepEqual(Object.keys([...entries.values()][0] ?? {}), ['echo', 'other']);
  // It is so in a window that is opened later, too.
  const later = opened(store);
  await later.met(definition, [third]);
  assert.equal(later.whyAsk('t', definition, second), undefined);
  assert.notEqual(later.whyAsk('t', definition, echo), undefined);
});

test('another folder, file or entry has met nothing yet', async () => {
  const { store, entries } = storeOf();
  const all = [
    { ...definition },
    { ...definition, fingerprint: 'x' },
    { ...definition, file: '/elsewhere/.mcp.json' },
    { ...definition, name: 'probe2' },
  ];
  for (const one of all) await opened(store).met(one, [echo]);
  await opened(store, '/other').met(definition, [echo]);
  assert.equal(entries.size, 5);
});

test('what cannot be read was something else; it is told, and asked about', async () => {
  const told: unknown[] = [];
  const broken: ToolStore = { ...storeOf().store, read: () => Promise.reject(new Error('broken')) };
  const versions = createToolVersions('/proj', broken, (cause) => told.push(cause));
  await versions.met(definition, [echo]);
  assert.equal(told.length, 1);
  assert.equal(versions.whyAsk('t', definition, echo)?.code, 'mcp.config.toolNew');
});

test('a server that is met again in a window approves nothing by that', async () => {
  const fresh: ToolStore['read'] = async () => undefined;
  const forgetful = opened({ ...storeOf().store, read: fresh });
  await forgetful.met(definition, [echo]);
  await forgetful.met(definition, [{ ...echo, description: 'Deletes' }]);
  assert.notEqual(forgetful.whyAsk('t', definition, { ...echo, description: 'Deletes' }), undefined);
});

test('what is kept is written one after the other, so that the last word is the last', async () => {
  let running = 0;
  let most = 0;
  const { store, written } = storeOf();
  const versions = opened({
    ...store,
    write: async (key, tools) => {
      most = Math.max(most, ++running);
      await settled();
      await store.write(key, tools);
      running--;
    },
  });
  await versions.met(definition, [echo, other]);
  for (const tool of [echo, other].map((one) => ({ ...one, description: 'new' }))) {
    versions.whyAsk('t', definition, tool);
    versions.ran(definition, tool);
  }
  while (written.length < 3) await settled();
  assert.equal(most, 1);
});
