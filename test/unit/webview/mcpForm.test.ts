// The form of a server: what it does not know or nobody touches comes back as it was; what is wrong is told by its field.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entryFault } from '../../../src/mcp/entryFault.ts';
import { fieldOf, formFaults } from '../../../webview/mcp/formFaults.ts';
import { entryOf, pairsOf, type Values, valuesOf } from '../../../webview/mcp/formValues.ts';

const token = '$'.concat('{TOKEN}');
const text = (entry: Record<string, unknown>, more: Partial<Values> = {}, scope: 'project' | 'editor' = 'project') =>
  JSON.stringify(entryOf(entry, { ...valuesOf(entry), ...more }, scope));

const FULL = {
  type: 'streamable-http',
  url: 'https://a.example/mcp',
  dev: { watch: ['a', null] },
  headers: { Authorization: `Bearer ${token}`, 'X-Odd': ' two\nlines ', 'X-Empty': '', 'X-Quoted': '"q"' },
  headersHelper: './token.sh',
  oauth: { scopes: 'read write', clientId: 'c', later: true, callbackPort: 8123 },
  timeout: 5000,
  alwaysLoad: true,
};
const PROGRAM = { command: 'npx', args: ['', ' x ', 'a\nb', '"', '-y'], env: { A: 'b=c', N: 5, Z: null }, cwd: 'x' };

test('an entry that is only looked at stays the same text, whatever is in it', () => {
  const odd = [
    FULL,
    PROGRAM,
    { type: 'stdio', command: 5, args: 'x', env: [] },
    { url: 'x', oauth: 'y', timeout: '9' },
  ];
  for (const entry of odd) assert.equal(text(entry, {}, 'editor'), JSON.stringify(entry));
});

test('one change changes one value', () => {
  assert.equal(text(FULL, { url: 'https://b.example' }), JSON.stringify({ ...FULL, url: 'https://b.example' }));
  assert.equal(text(FULL, { alwaysLoad: false }), JSON.stringify({ ...FULL, alwaysLoad: undefined }));
  assert.equal(
    text(FULL, { callbackPort: '9000', scopes: '' }),
    JSON.stringify({ ...FULL, oauth: { clientId: 'c', later: true, callbackPort: 9000 } }),
  );
  const { args, env } = valuesOf(PROGRAM);
  assert.equal(text(PROGRAM, { args: `${args}\nnew` }), JSON.stringify({ ...PROGRAM, args: [...PROGRAM.args, 'new'] }));
  assert.equal(
    text(PROGRAM, { env: `${env}\nB="1 "` }),
    JSON.stringify({ ...PROGRAM, env: { ...PROGRAM.env, B: '1 ' } }),
  );
});

test('what belongs to the other kind of server goes, the rest of the entry stays', () => {
  const { headers: _h, headersHelper: _hh, oauth: _o, type: _t, url: _u, ...rest } = FULL;
  assert.deepEqual(JSON.parse(text(FULL, { type: 'stdio', command: 'npx' })), { ...rest, command: 'npx' });
  assert.deepEqual(JSON.parse(text({ ...PROGRAM, x: 1 }, { type: 'ws', url: 'wss://a' })), {
    ...{ x: 1, type: 'ws', url: 'wss://a' },
  });
  assert.deepEqual(JSON.parse(text({ url: 'https://a' }, {}, 'project')), { type: 'http', url: 'https://a' });
});

test('lines that are no pairs, and names that are there twice, are told by their number', () => {
  assert.equal(pairsOf('A=1\n\nB', '=').wrong, 3);
  assert.equal(pairsOf('A=1\nA=2', '=').wrong, 2);
  assert.equal(pairsOf('=1', '=').wrong, 1);
  assert.deepEqual(pairsOf(' A = b = c \nE=""', '='), { pairs: { A: 'b = c', E: '' } });
  assert.deepEqual(pairsOf('X-A: https://b:1', ':'), { pairs: { 'X-A': 'https://b:1' } });
});

test('each fault stands at its field', () => {
  const faulty = (more: Partial<Values>, name = 'tickets', known?: string, entry: Record<string, unknown> = {}) =>
    Object.keys(formFaults(name, { ...valuesOf(entry), ...more }, 'project', known));
  assert.deepEqual(faulty({}), ['command']);
  assert.deepEqual(faulty({ command: 'npx -y @corp/server' }), ['command']);
  for (const command of ['npx', ' npx ', '/opt/My Tools/server', 'C:\\Program Files\\server.exe', `${token} x`])
    assert.deepEqual(faulty({ command }), [], command);
  assert.deepEqual(faulty({ command: 'x' }, ''), ['name']);
  assert.deepEqual(faulty({ command: 'x' }, 'two words'), ['name']);
  assert.deepEqual(faulty({ command: 'x' }, 'two words', 'two words'), []);
  assert.deepEqual(faulty({ command: 'x' }, 'n'.repeat(48)), ['name']);
  assert.deepEqual(faulty({ command: 'x', env: 'A' }), ['env']);
  assert.deepEqual(faulty({ command: 'x', timeout: '10' }), ['timeout']);
  assert.deepEqual(faulty({ command: 'x', timeout: 'soon' }), ['timeout']);
  const address = { type: 'http', url: 'https://a.example' } as const;
  assert.deepEqual(faulty(address), []);
  assert.deepEqual(faulty({ ...address, url: 'a.example' }), ['url']);
  assert.deepEqual(faulty({ ...address, url: `${token}/mcp` }), []);
  assert.deepEqual(faulty({ ...address, type: 'ws' }), ['url']);
  assert.deepEqual(faulty({ ...address, headers: 'a b: c' }), ['headers']);
  assert.deepEqual(faulty({ ...address, callbackPort: '0' }), ['callbackPort']);
  assert.deepEqual(faulty({ ...address, authServerMetadataUrl: 'http://a' }), ['authServerMetadataUrl']);
});

test('what the form accepts the reader accepts', () => {
  const forms: Array<Partial<Values>> = [
    { command: 'npx', args: '-y\nx', env: `K=${token}`, cwd: 'sub', timeout: '1000', alwaysLoad: true },
    { type: 'http', url: 'https://a', headers: `A: Bearer ${token}`, headersHelper: 'x', clientId: 'c', scopes: 'a b' },
    { type: 'sse', url: 'http://a', callbackPort: '65535', authServerMetadataUrl: 'https://a/b' },
    { type: 'ws', url: 'wss://a', headers: 'A: b' },
  ];
  for (const more of forms) {
    const values = { ...valuesOf({}), ...more };
    assert.deepEqual(formFaults('tickets', values, 'project', undefined), {});
    assert.equal(entryFault('project', 'tickets', entryOf({}, values, 'project')), undefined);
  }
});

test('what the reader refuses is told at the field that it speaks of', () => {
  const of = (code: string, args = {}) => fieldOf({ code: `mcp.config.${code}`, args });
  assert.equal(of('reserved'), 'name');
  assert.equal(of('nameTaken'), 'name');
  assert.equal(of('secretInFile', { field: 'env.API_KEY' }), 'env');
  assert.equal(of('secretInFile', { field: 'args[2]' }), 'args');
  assert.equal(of('field.oauth'), 'clientId');
  assert.equal(of('field.cwd'), 'cwd');
  assert.equal(of('notWritten'), undefined);
});
