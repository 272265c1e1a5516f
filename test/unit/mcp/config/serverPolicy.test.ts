// The organisation's lists, row by row.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerTransport } from '../../../../src/contracts/mcp.ts';
import { serverPolicyOf, whyNotAllowed } from '../../../../src/mcp/config/serverPolicy.ts';

const http = (url: string): ServerTransport => ({ type: 'http', url, headers: {} });
const ws = (url: string): ServerTransport => ({ type: 'ws', url, headers: {} });
const program = (command: string, ...args: string[]): ServerTransport => ({ type: 'stdio', command, args, env: {} });
const ENV = { HOST: 'tools.corp', BIN: '/opt/bin' };
const $ = (name: string) => `\u0024{${name}}`;
const p = program('npx', '-y', 'p');
const corp = [{ serverUrl: 'https://*.corp/*' }];
const mixed = [{ serverName: 'gh' }, { serverCommand: ['npx', '-y', 'p'] }];

type Row = [allowed: unknown[] | undefined, denied: unknown[], name: string, transport: ServerTransport, load: boolean];
const ROWS: Row[] = [
  [undefined, [], 'a', p, true],
  [[], [], 'a', p, false],
  [[], [], 'a', http('https://a.corp/x'), false],
  [corp, [], 'a', http('https://a.corp/x'), true],
  [corp, [], 'a', p, false],
  [corp, [], 'a', http('https://a.corp.evil.example/x'), false],
  [corp, [], 'a', http('http://a.corp/x'), false],
  [corp, [], 'a', http('https://A.CORP./x'), true],
  [corp, [], 'a', http('https://a.corp:8443/x'), false],
  [corp, [], 'a', http('https://evil.example/.corp/x'), false],
  [corp, [], 'a', http('https://a.corp@evil.example/x'), false],
  [mixed, [], 'gh', p, true],
  [mixed, [], 'gh', program('node', 'x'), false],
  [mixed, [], 'gh', program('npx', '-y', 'p', '--more'), false],
  [mixed, [], 'gh', program('npx', '-y', 'q'), false],
  [mixed, [], 'other', p, true],
  [mixed, [], 'gh', http('https://gh.example'), true],
  [mixed, [], 'other', http('https://gh.example'), false],
  [[{ serverUrl: '*.ex.com' }], [{ serverUrl: 'staging.ex.com' }], 's', http('https://staging.ex.com/x'), false],
  [[{ serverUrl: '*.ex.com' }], [{ serverUrl: 'staging.ex.com' }], 's', http('https://live.ex.com/x'), true],
  [undefined, [{ serverUrl: 'staging.ex.com' }], 's', http('https://staging.ex.com:444/x'), false],
  [undefined, [{ serverUrl: 'ex.com/admin*' }], 's', http('https://ex.com/a/../admin'), false],
  [undefined, [{ serverUrl: 'ex.com/admin*' }], 's', http('https://ex.com/Admin'), true],
  [[{ serverUrl: 'https://ex.com:8443' }], [], 's', http('https://ex.com:8443/any?x=1'), true],
  [[{ serverUrl: 'http://[::1]:3000/*' }], [], 's', http('http://[::1]:3000/mcp'), true],
  // What is denied is so in every spelling; what is allowed is as it is written.
  [undefined, [{ serverUrl: 'ex.com/mcp' }], 's', http('https://ex.com/mcp?x=1'), false],
  [undefined, [{ serverUrl: 'ex.com/mcp' }], 's', http('https://ex.com/mcp/'), false],
  [undefined, [{ serverUrl: 'ex.com/mcp/' }], 's', http('https://ex.com/mcp/?x=1'), false],
  [undefined, [{ serverUrl: 'https://me:pw@ex.com/mcp' }], 's', http('https://ex.com/mcp'), false],
  [undefined, [{ serverUrl: 'ex.com/admin*' }], 's', http('https://ex.com/%61dmin'), false],
  [undefined, [{ serverUrl: 'ex.com/admin*' }], 's', http('https://ex.com//admin'), false],
  [undefined, [{ serverUrl: 'bücher.example' }], 's', http('https://bücher.example/x'), false],
  [undefined, [{ serverUrl: '*.bücher.example' }], 's', http('https://a.xn--bcher-kva.example/x'), false],
  [[{ serverUrl: 'ex.com/mcp' }], [], 's', http('https://ex.com/mcp?x=1'), false],
  [[{ serverUrl: 'ex.com/admin*' }], [], 's', http('https://ex.com/%61dmin'), false],
  // A server may read the path once more before it looks at it: an allowed folder is not left by that.
  [[{ serverUrl: 'https://ex.com/api/*' }], [], 's', http('https://ex.com/api/x%20y'), true],
  [[{ serverUrl: 'https://ex.com/api/*' }], [], 's', http('https://ex.com/api/..%2fadmin'), false],
  [[{ serverUrl: 'https://ex.com/api/*' }], [], 's', http('https://ex.com/api/..%5Cadmin'), false],
  [[{ serverUrl: 'https://ex.com/api/*' }], [], 's', http('https://ex.com/api/%252e%252e/admin'), false],
  [[{ serverUrl: 'https://ex.com/api/*' }], [], 's', http('https://ex.com/api/a%2fb'), true],
  [undefined, [{ serverUrl: 'ex.com/admin*' }], 's', http('https://ex.com/api/..%2fadmin'), false],
  [undefined, [{ serverUrl: 'ex.com/admin*' }], 's', http('https://ex.com/%2561dmin'), false],
  // The same host and port, spoken to in another way.
  [undefined, [{ serverUrl: 'https://ex.com/*' }], 's', ws('wss://ex.com/x'), false],
  [undefined, [{ serverUrl: 'wss://ex.com/*' }], 's', http('https://ex.com/x'), false],
  [undefined, [{ serverUrl: 'https://ex.com/*' }], 's', http('http://ex.com/x'), true],
  [[{ serverUrl: 'https://ex.com/*' }], [], 's', ws('wss://ex.com/x'), false],
  [undefined, [{ serverUrl: '[0:0:0:0:0:0:0:1]' }], 's', http('http://[::1]:3000/x'), false],
  [undefined, [{ serverUrl: '127.0.0.1' }], 's', http('http://2130706433/x'), false],
  [undefined, [{ serverUrl: '127.0.0.1' }], 's', http('http://[::ffff:127.0.0.1]/x'), false],
  // An entry that says nothing, or two things, allows nothing.
  [[{ serverNames: 'a' }], [], 'a', p, false],
  [[{ serverName: 'a', serverUrl: '*' }], [], 'a', p, false],
  [['a'], [], 'a', p, false],
  [undefined, [{ serverName: 'a' }], 'a', p, false],
  [undefined, [{ serverName: 'A' }], 'a', p, true],
  [undefined, [{ serverCommand: ['npx', '-y', 'p'] }], 'x', p, false],
  [[{ serverName: 'a' }], [{ serverName: 'a' }], 'a', p, false],
  // The lists' own variables, from where the organisation has a say.
  [[{ serverUrl: `https://${$('HOST')}/*` }], [], 's', http('https://tools.corp/x'), true],
  [[{ serverCommand: [`${$('BIN')}/tool`] }], [], 's', program('/opt/bin/tool'), true],
  [[{ serverCommand: [`${$('OTHER')}/tool`] }], [], 's', program('/opt/bin/tool'), false],
];
for (const [allowed, denied, name, transport, load] of ROWS) {
  const of = transport.type === 'stdio' ? [transport.command, ...transport.args].join(' ') : transport.url;
  const lists = JSON.stringify({ allowed, denied });
  test(`${name} (${of}) with ${lists} is ${load ? 'loaded' : 'blocked'}`, () => {
    const policy = { denied, env: ENV, ...(allowed === undefined ? {} : { allowed }) };
    const because = whyNotAllowed(name, transport, policy);
    assert.equal(because === undefined, load, JSON.stringify(because));
  });
}

test('the lists’ variables are the organisation’s own where it gives any', () => {
  const { env } = serverPolicyOf({ values: {}, managedEnv: { HOST: 'corp' } }, { HOST: 'mine', BIN: '/opt/bin' });
  assert.deepEqual(env, { HOST: 'corp', BIN: '/opt/bin' });
});
