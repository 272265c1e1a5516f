// Names that every object has a member of: of servers, of tools, of values that are asked for. They are names like any other.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { knownServer } from '../../../src/compose/knownServer.ts';
import { createToolStore } from '../../../src/compose/mcpToolStore.ts';
import type { ListedServer, ServerTool } from '../../../src/contracts/mcp.ts';
import { mcpState } from '../../../src/host/mcpState.ts';
import { createToolVersions } from '../../../src/mcp/config/toolVersions.ts';
import { EMPTY_CATALOG } from '../../../src/mcp/connection/catalog.ts';
import { editJson } from '../../../src/settings/editServers.ts';
import { definitionOf } from '../../support/mcp/connections.ts';
import { call } from '../permissions/call.ts';
import { approve, CHANGED, NEW, open, type Place, project, raw, standing } from './serversKit.ts';

const NAMES = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf', 'prototype'];
/** An object with a member of its own for each. */
const each = (value: (name: string) => unknown) => Object.fromEntries(NAMES.map((name) => [name, value(name)]));
const row = (place: Place, name: string) =>
  mcpState(place.servers, { root: place.root, several: false, trusted: true }).servers.find((one) => one.name === name);

test('servers with such names are listed, approved, changed, rejected and switched off each by itself', async () => {
  const place = await open(project(each((name) => ({ command: `run-${name}` }))));
  assert.deepEqual(
    place.servers.all().map(({ listed }) => listed.name),
    NAMES,
  );
  for (const name of NAMES) {
    assert.equal(standing(place, name), NEW, name);
    assert.deepEqual(place.servers.entryOf(name), { command: `run-${name}` });
    await approve(place, name);
    assert.equal(standing(place, name), 'ready', name);
    assert.equal(place.servers.connections.get(name)?.definition.name, name);
    // Of no other.
    assert.equal(
      place.servers.all().filter(({ listed }) => listed.standing === 'ready').length,
      NAMES.indexOf(name) + 1,
    );
  }
  assert.deepEqual(JSON.parse(place.read('proj/.claude/settings.local.json')), { enabledMcpjsonServers: NAMES });
  place.write('proj/.mcp.json', { mcpServers: each((name) => ({ command: `other-${name}` })) });
  await place.reload();
  for (const name of NAMES) {
    assert.equal(standing(place, name), CHANGED, name);
    assert.deepEqual(row(place, name)?.before, [{ name: 'command', text: `run-${name}` }]);
    await place.servers.reject(name);
    assert.equal(standing(place, name), 'rejected mcp.server.rejected', name);
    await approve(place, name);
    await place.servers.enable(name, false);
    assert.equal(standing(place, name), 'disabled mcp.config.disabled', name);
    await place.servers.enable(name, true);
    assert.equal(standing(place, name), 'ready', name);
    await place.servers.remove(name);
    assert.equal(standing(place, name), undefined);
  }
  assert.deepEqual(JSON.parse(place.read('proj/.mcp.json')), { mcpServers: {} });
});

test('none of them stands in for a server, a file or a list that is not there', async () => {
  const place = await open({
    'proj/.mcp.json': '{ "__proto__": { "mcpServers": { "a": { "command": "x" } } } }',
    'proj/.vscode/mcp.json': '{ // VS Code’s\n "__proto__": { "servers": { "b": { "command": "x" } } } }',
    'home/.claude.json': '{ "__proto__": { "mcpServers": { "c": { "command": "x" } } } }',
    'proj/.claude/settings.local.json': '{ "__proto__": { "enabledMcpjsonServers": ["evil"] } }',
  });
  assert.deepEqual(place.servers.all(), []);
  for (const name of NAMES) {
    assert.equal(place.servers.entryOf(name), undefined);
    assert.equal(place.servers.connections.get(name), undefined);
    await assert.rejects(place.servers.approve(name, '', false));
  }
  await editJson(`${place.root}/.claude/settings.local.json`, (value) => {
    assert.equal(value['enabledMcpjsonServers'], undefined);
    return [];
  });
  await place.servers.save('project', 'mine', { command: 'x' });
  assert.deepEqual(
    place
      .read('proj/.claude/settings.local.json')
      .match(/"mine"|"evil"/g)
      ?.sort(),
    ['"evil"', '"mine"'],
  );
});

test('entries whose own members are called so say nothing by them', async () => {
  const entry = JSON.parse('{ "__proto__": { "command": "evil", "type": "stdio" }, "constructor": { "x": 1 } }');
  const place = await open(project({ docs: entry, other: JSON.parse('{"command":"x","env":{"__proto__":"y"}}') }));
  assert.equal(standing(place), 'invalid mcp.config.noCommand');
  // A change of it is a change all the same.
  await approve(place, 'other');
  place.write('proj/.mcp.json', '{"mcpServers":{"other":{"command":"x","env":{"__proto__":"z"}}}}');
  await place.reload();
  assert.equal(standing(place, 'other'), CHANGED);
  assert.deepEqual(row(place, 'other')?.before?.at(-1), { name: 'env.__proto__', text: 'y' });
  assert.deepEqual(row(place, 'other')?.fields.at(-1), { name: 'env.__proto__', text: 'z' });
});

test('values that VS Code’s file wants are asked for, whatever they are called', async () => {
  const env = Object.fromEntries(NAMES.map((name, index) => [`V${index}`, `\u0024{input:${name}}`]));
  const place = await open({ 'proj/.vscode/mcp.json': { servers: { ed: { command: 'x', env } } } });
  await approve(place, 'ed');
  assert.equal(standing(place, 'ed'), 'notConfigured mcp.config.inputs');
  await place.servers.askInputs('ed');
  const listed = place.servers.all()[0]?.listed;
  assert.ok(listed?.standing === 'ready' && listed.definition.transport.type === 'stdio');
  assert.deepEqual(
    listed.definition.transport.env,
    Object.fromEntries(NAMES.map((name, index) => [`V${index}`, `value of ${name}`])),
  );
});

test('tools with such names: shown, asked about when they are new, kept once they ran', async () => {
  const definition = definitionOf({ type: 'stdio', command: 'x', args: [], env: {} });
  const tool = (name: string): ServerTool => ({ name, description: 'One.', inputSchema: { type: 'object' } });
  const folder = mkdtempSync(path.join(tmpdir(), 'assent-tools-'));
  try {
    const written: Array<Promise<void>> = [];
    const store = createToolStore(folder);
    const opened = async (tools: readonly ServerTool[]) => {
      const versions = createToolVersions(
        '/proj',
        {
          read: store.read,
          write: (key, kept) => {
            const done = store.write(key, kept);
            written.push(done);
            return done;
          },
        },
        (cause) => assert.fail(String(cause)),
      );
      await versions.met(definition, tools);
      return versions;
    };
    const first = await opened([tool('search'), tool('valueOf')]);
    for (const name of NAMES) {
      const code = first.whyAsk(`mcp__docs__${name}`, definition, tool(name))?.code;
      assert.equal(code, name === 'valueOf' ? undefined : 'mcp.config.toolNew', name);
      first.ran(definition, tool(name));
      assert.equal(first.whyAsk(`mcp__docs__${name}`, definition, tool(name)), undefined, name);
    }
    // One that was known, and one a name: they are written one after the other.
    while (written.length < NAMES.length) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all(written);
    const second = await opened([]);
    for (const name of ['search', ...NAMES])
      assert.equal(second.whyAsk(`mcp__docs__${name}`, definition, tool(name)), undefined, name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const place = await open({
    'home/.claude.json': {
      mcpServers: {
        docs: raw({ at: { 'tools/list': { result: { tools: [...NAMES, 'to.String', 'to:String'].map(tool) } } } }),
      },
    },
  });
  await place.servers.reconnect('docs');
  // The last one is left out: it would be called like the one before it.
  assert.deepEqual(
    row(place, 'docs')?.tools.map(({ name, rule }) => [name, rule]),
    [
      ...NAMES.map((name) => [name, `mcp__docs__${name}`]),
      ['to.String', 'mcp__docs__to_String'],
      ['to:String', undefined],
    ],
  );
});

test('of a tool that is left out no name is made up', () => {
  const connection = {
    catalog: () => ({ ...EMPTY_CATALOG, tools: [] }),
    info: () => undefined,
    state: () => ({ state: 'idle' }),
  };
  const listed = {
    name: 'docs',
    scope: 'user',
    file: 'f',
    entry: {},
    warnings: [],
    standing: 'invalid',
    because: { code: 'x', args: {} },
  };
  const known = knownServer(listed as ListedServer, { connection: connection as never, notices: [], signedIn: false });
  for (const name of NAMES) assert.equal(known.toolNames[name], undefined, name);
});

test('rules speak of servers and tools with such names as of others', async () => {
  for (const name of NAMES.filter((one) => one !== '__proto__')) {
    const tool = `mcp__${name}__${name}`;
    assert.equal((await call(tool, {})).kind, 'ask', name);
    assert.equal((await call(tool, {}, { rules: [`allow mcp__${name}`] })).kind, 'allow', name);
    assert.equal((await call(tool, {}, { rules: [`allow ${tool}`] })).kind, 'allow', name);
    assert.equal((await call(tool, {}, { rules: ['allow mcp__docs', `deny mcp__${name}`] })).kind, 'deny', name);
    assert.equal((await call(`mcp__docs__${name}`, {}, { rules: [`allow mcp__${name}`] })).kind, 'ask', name);
    assert.equal((await call(tool, JSON.parse('{"__proto__":"x"}'), { rules: [`allow mcp__${name}`] })).kind, 'allow');
  }
  // Whose name begins like the end of the mark before it: no rule for all of it allows, a rule that denies it does.
  for (const rules of [['allow mcp____proto__'], ['allow mcp__']])
    assert.equal((await call('mcp____proto____x', {}, { rules })).kind, 'ask', String(rules));
  const denied = { rules: ['allow mcp____proto____x', 'deny mcp____proto__'] };
  assert.equal((await call('mcp____proto____x', {}, denied)).kind, 'deny');
});
