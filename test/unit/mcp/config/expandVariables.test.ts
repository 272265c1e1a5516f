// Variables of entries: what is set is filled in, and nothing else is.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandVariables } from '../../../../src/mcp/config/expandVariables.ts';
import { fillIn } from '../../../../src/mcp/config/fillIn.ts';

const $ = (name: string) => `\u0024{${name}}`;

test('a variable that is called like a member of every object is one that is not set', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    assert.deepEqual(expandVariables(`a ${$(name)} ${$(`${name}:-x`)}`, { A: '1' }), {
      text: `a ${$(name)} x`,
      missing: [name],
    });
    const shape = { type: 'stdio', command: `a${$(`env:${name}`)}`, args: [], env: {}, alwaysLoad: false } as const;
    const filled = fillIn({ ...shape, args: [] }, { A: '1' }, { root: '/', home: '/', inputs: {} }).transport;
    assert.ok(filled.type === 'stdio' && filled.command === 'a', JSON.stringify(filled));
  }
});
