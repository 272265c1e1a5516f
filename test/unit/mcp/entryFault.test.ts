// An entry that a person is about to write is refused for what the reader would refuse it for, and for nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerScope } from '../../../src/contracts/mcp.ts';
import { entryFault } from '../../../src/mcp/entryFault.ts';

const variable = (name: string) => `$\{${name}}`;
const cases: Array<[what: string, fault: string | undefined, entry: Record<string, unknown>, scope?: ServerScope]> = [
  ['a program', undefined, { command: 'npx', args: ['-y', 'x'], env: { A: variable('A') }, timeout: 1000 }],
  ['fields that nobody knows', undefined, { command: 'npx', other: { deep: [1] } }],
  ['no program', 'noCommand', { args: ['x'] }],
  ['an address', undefined, { type: 'http', url: 'https://a.example/mcp', headers: { 'X-A': 'b' } }],
  ['an address without a type', 'noType', { url: 'https://a.example/mcp' }],
  ['the same in VS Code’s file', undefined, { url: 'https://a.example/mcp' }, 'editor'],
  ['an address of another kind', 'scheme', { type: 'ws', url: 'https://a.example/mcp' }],
  ['a WebSocket', undefined, { type: 'ws', url: 'wss://a.example/mcp' }],
  ['no address at all', 'url', { type: 'http', url: 'a.example' }],
  ['an empty one', 'noUrl', { type: 'http', url: ' ' }],
  ['one that a variable holds', undefined, { type: 'http', url: `${variable('BASE')}/mcp` }],
  ['one with a default', undefined, { type: 'http', url: `${variable('BASE:-https://a.example')}/mcp` }],
  ['a header behind a variable', 'header', { type: 'http', url: variable('URL'), headers: { 'a b': 'c' } }],
  ['a port that is none', 'field.oauth', { type: 'http', url: 'https://a.example', oauth: { callbackPort: 70_000 } }],
  [
    'metadata in the open',
    'field.oauth',
    { type: 'http', url: 'https://a.example', oauth: { authServerMetadataUrl: 'http://a' } },
  ],
  ['a call without time', 'timeout', { command: 'npx', timeout: 10 }],
];

for (const [what, fault, entry, scope = 'project'] of cases)
  test(`${what}: ${fault ?? 'nothing'}`, () =>
    assert.equal(entryFault(scope, 'tickets', entry)?.code, fault && `mcp.config.${fault}`));

test('a name that is reserved', () =>
  assert.equal(entryFault('user', 'ide', { command: 'npx' })?.code, 'mcp.config.reserved'));
