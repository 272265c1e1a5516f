// A call that is typed is decided with what its server says of the tool, as the real one would be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../../src/contracts/permission.ts';
import { withHints } from '../../../src/host/hintsOfTool.ts';

const tool = (name: string, destructiveHint?: boolean) => ({ name, inputSchema: {}, annotations: { destructiveHint } });
const server = {
  catalog: { tools: [tool('delete.all', true), tool('list', false)], prompts: [], resources: [], templates: [] },
  toolNames: { 'delete.all': 'mcp__docs__delete_all', list: 'mcp__docs__list' },
};
const call = (name: string): Action => ({ kind: 'mcp', server: 'docs', tool: name, input: {} });

test('by the name that rules use, and only what the server of that tool says', () => {
  assert.deepEqual(withHints([call('delete_all')], 'mcp__docs__delete_all', [server]), [
    { ...call('delete_all'), destructive: true },
  ]);
  assert.deepEqual(withHints([call('list')], 'mcp__docs__list', [server]), [call('list')]);
  assert.deepEqual(withHints([call('delete_all')], 'mcp__other__delete_all', [server]), [call('delete_all')]);
  assert.deepEqual(withHints([{ kind: 'nothing' }], 'mcp__docs__delete_all', [server]), [{ kind: 'nothing' }]);
});
