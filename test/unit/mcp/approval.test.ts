// What a yes to a server or a tool covers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  approvalOf,
  definitionFingerprint,
  entryFingerprint,
  filesChanged,
  type Server,
  type ServerApprovals,
  sameNamedServers,
  serverOfTool,
  whyAskAgain,
} from '../../../src/mcp/approval.ts';

const FILE = '/proj/.mcp.json';
const entry = { command: 'npx', args: ['docs'], env: { KEY: '\u0024{DOCS_KEY}' } };
const server: Server = { name: 'docs', scope: 'project', file: FILE, entry };
const none: ServerApprovals = { trusted: true, approved: [], enabled: [], disabled: [] };
const approved = { ...none, approved: [{ name: 'docs', file: FILE, fingerprint: entryFingerprint(entry) }] };
const kindOf = (approvals: ServerApprovals, of: Partial<Server> = {}) =>
  approvalOf({ ...server, ...of }, approvals).kind;

test('the fingerprint is of the whole entry, whatever the order of its keys', () => {
  assert.equal(entryFingerprint({ env: entry.env, args: entry.args, command: 'npx' }), entryFingerprint(entry));
  for (const other of [
    { ...entry, command: 'node' },
    { ...entry, args: ['docs', '--x'] },
    { ...entry, args: ['x', 'docs'] },
    { ...entry, env: { KEY: '\u0024{OTHER}' } },
    { ...entry, env: {} },
    { ...entry, headers: { A: 'b' } },
    { ...entry, headersHelper: './h.sh' },
    { url: 'https://docs.example/mcp' },
    { ...entry, args: [['docs']] },
  ]) {
    assert.notEqual(entryFingerprint(other), entryFingerprint(entry), JSON.stringify(other));
    assert.equal(kindOf(approved, { entry: other }), 'ask');
  }
  // The order of arguments counts, and a list of pairs is no object.
  const two = { command: 'npx', args: ['b', 'a'] };
  assert.notEqual(entryFingerprint({ ...two, args: ['a', 'b'] }), entryFingerprint(two));
  assert.notEqual(
    entryFingerprint({ ...two, oauth: [['scopes', 'x']] }),
    entryFingerprint({ ...two, oauth: { scopes: 'x' } }),
  );
  assert.notEqual(
    definitionFingerprint({ name: 'a', description: 'x' }),
    definitionFingerprint({ name: 'a', description: 'y' }),
  );
});

test('an approval is for this name in this file, after trust', () => {
  assert.equal(kindOf(approved), 'start');
  assert.equal(kindOf(none), 'ask');
  assert.equal(kindOf({ ...approved, trusted: false }), 'ask');
  assert.equal(kindOf(approved, { name: 'Docs' }), 'ask');
  assert.equal(kindOf(approved, { file: '/proj/sub/.mcp.json' }), 'ask');
  assert.equal(kindOf({ ...approved, disabled: ['docs'] }), 'refused');
  assert.equal(kindOf({ ...none, trusted: false }, { scope: 'user' }), 'start');
  assert.equal(kindOf({ ...none, disabled: ['docs'] }, { scope: 'user' }), 'refused');
  assert.equal(kindOf({ ...none, trusted: false }, { scope: 'local' }), 'ask');
});

test('a name in the settings approves what it is met with first, and no other entry later', () => {
  {
    const named = { enabled: ['docs'] };
    const first = approvalOf(server, { ...none, ...named });
    assert.equal(first.kind, 'start');
    const remembered = first.kind === 'start' ? first.remember : undefined;
    assert.deepEqual(remembered, { ...approved.approved[0], files: [] });
    assert.equal(kindOf({ ...none, ...named, approved: remembered ? [remembered] : [] }), 'start');
    assert.equal(kindOf({ ...approved, ...named }, { entry: { ...entry, args: ['evil'] } }), 'ask');
    // The settings speak of `.mcp.json`; a file of another program needs a yes of its own.
    assert.equal(kindOf({ ...none, ...named }, { scope: 'editor', file: '/proj/.vscode/mcp.json' }), 'ask');
  }
});

test('of files that changed five are named, and more are hinted at', () => {
  const named = (count: number) => {
    const files = Array.from({ length: count }, (_, at) => ({ path: `f${at}`, version: 'x' }));
    return filesChanged({ name: 'docs', files }).args['files'];
  };
  assert.equal(named(5), 'f0, f1, f2, f3, f4');
  assert.equal(named(6), 'f0, f1, f2, f3, f4, …');
});

test('a tool that is described differently, or by another server, is asked about', () => {
  const code = (facts: Omit<Parameters<typeof whyAskAgain>[0], 'tool'>) =>
    whyAskAgain({ tool: 'mcp__a__b', ...facts })?.code;
  assert.equal(code({}), undefined);
  assert.equal(code({ definition: { approved: 'x', current: 'x' }, texts: ['Searches.'] }), undefined);
  assert.equal(code({ definition: { approved: 'x', current: 'y' } }), 'mcp.tool.changed');
  assert.equal(code({ definition: { current: 'y' } }), 'mcp.tool.changed');
  assert.equal(
    code({ definition: { approved: 'x', current: 'x' }, texts: ['Sear\u{e0041}ch'] }),
    'mcp.tool.hiddenText',
  );
  assert.equal(code({ server: { approved: 'x', current: 'y' } }), 'mcp.tool.serverChanged');
});

test('a tool belongs to one server, and two names that come out alike are one too many', () => {
  assert.equal(serverOfTool('mcp__docs__search', ['docs', 'db']), 'docs');
  assert.equal(serverOfTool('mcp__my_docs__search', ['my docs']), 'my docs');
  for (const [tool, servers] of [
    ['mcp__docs__', ['docs']],
    ['mcp____search', ['']],
    ['search', ['docs']],
    ['mcp__other__search', ['docs']],
    ['mcp__a__b__c', ['a', 'a__b']],
    ['mcp__Docs__search', ['docs']],
  ] as const)
    assert.equal(serverOfTool(tool, servers), undefined, tool);
  assert.deepEqual(sameNamedServers(['my docs', 'db', 'my_docs', 'my.docs']), ['my_docs', 'my.docs']);
});
