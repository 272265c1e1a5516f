import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTools } from '../../../src/tools/index.ts';

const web = {
  fetchPage: () => Promise.reject(new Error('nothing is fetched here')),
  judge: () => Promise.reject(new Error('nothing is judged here')),
};
const tools = createTools({ ripgrep: async () => 'rg', platform: 'linux', deniedForReading: () => new Set(), web });
const tool = (name: string) => {
  const found = tools.find((one) => one.name === name);
  assert.ok(found, name);
  return found;
};

test('the tools stand in one order, which every request repeats', () => {
  assert.deepEqual(
    tools.map((one) => one.name),
    [
      'Read',
      'Glob',
      'Grep',
      'Edit',
      'Write',
      'NotebookEdit',
      'Bash',
      'BashOutput',
      'KillShell',
      'TodoWrite',
      'AskUserQuestion',
      'ExitPlanMode',
      'mcp__ide__getDiagnostics',
      'WebFetch',
      'WebSearch',
    ],
  );
});

test('all that the model is told of the tools fits in 11 kB and is the same each time', () => {
  const told = (all: typeof tools) =>
    JSON.stringify(all.map((one) => ({ name: one.name, description: one.description, input_schema: one.input.json })));
  assert.ok(Buffer.byteLength(told(tools)) < 11_000, `${Buffer.byteLength(told(tools))} bytes`);
  assert.equal(
    told(tools),
    told(createTools({ ripgrep: async () => 'other', platform: 'darwin', deniedForReading: () => new Set(), web })),
  );
});

test('parameters have the names that hooks and rules know', () => {
  const fields = (name: string) => Object.keys(tool(name).input.json['properties'] as object);
  assert.deepEqual(fields('Read'), ['file_path', 'offset', 'limit', 'pages']);
  assert.deepEqual(fields('Glob'), ['pattern', 'path']);
  assert.deepEqual(fields('Grep'), [
    'pattern',
    'path',
    'glob',
    'type',
    'output_mode',
    '-i',
    '-n',
    '-A',
    '-B',
    '-C',
    'multiline',
    'head_limit',
    'offset',
  ]);
  assert.deepEqual(fields('Edit'), ['file_path', 'old_string', 'new_string', 'replace_all']);
  assert.deepEqual(fields('Write'), ['file_path', 'content']);
  assert.deepEqual(fields('NotebookEdit'), ['notebook_path', 'cell_id', 'new_source', 'cell_type', 'edit_mode']);
  assert.deepEqual(fields('Bash'), ['command', 'description', 'timeout', 'run_in_background']);
  assert.deepEqual(fields('BashOutput'), ['bash_id', 'filter']);
  assert.deepEqual(fields('KillShell'), ['shell_id']);
  assert.deepEqual(fields('WebFetch'), ['url', 'prompt']);
  assert.deepEqual(fields('WebSearch'), ['query', 'allowed_domains', 'blocked_domains']);
});

test('every schema is closed, and says what it requires', () => {
  for (const one of tools) {
    assert.equal(one.input.json['type'], 'object', one.name);
    assert.equal(one.input.json['additionalProperties'], false, one.name);
    assert.throws(() => one.input.parse({ nonsense: 1 }), /unknown field nonsense/, one.name);
  }
});

test('a wrong input is explained in words, one line a fault', () => {
  const message = (name: string, input: unknown) => {
    try {
      tool(name).input.parse(input);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    return 'taken';
  };
  assert.equal(message('Bash', { command: 1 }), 'command: expected a string');
  assert.equal(message('Bash', {}), 'command: expected a string, but it is missing');
  assert.equal(
    message('Bash', { command: 'ls', cwd: '/' }),
    'input: unknown field cwd; the fields are command, description, timeout, run_in_background',
  );
  assert.equal(message('Bash', { command: 'ls', timeout: 1.5 }), 'timeout: expected a whole number');
  assert.equal(message('Bash', { command: 'ls', timeout: 0 }), 'timeout: expected at least 1');
  assert.equal(
    message('Grep', { pattern: 'x', output_mode: 'all' }),
    'output_mode: expected one of "content", "files_with_matches", "count"',
  );
  assert.equal(
    message('Read', { file_path: 'a', offset: '1', limit: true }),
    'offset: expected a number\nlimit: expected a number',
  );
  assert.equal(message('Read', 'x'), 'input: expected an object');
  assert.equal(message('Read', { file_path: 'file:///etc/passwd' }), 'file_path: expected a file path, not a URL');
  assert.equal(
    message('Write', { file_path: 'a\0b', content: '' }),
    'file_path: a path cannot contain a NUL character',
  );
  assert.equal(
    message('TodoWrite', { todos: [{ content: 'a', activeForm: 'b', status: 'done' }] }),
    'todos[0].status: expected one of "pending", "in_progress", "completed"',
  );
});

test('no tool leaves out what it touches', () => {
  const inputs: Record<string, object> = {
    Read: { file_path: 'a' },
    Glob: { pattern: '*' },
    Grep: { pattern: 'x' },
    Edit: { file_path: 'a', old_string: '', new_string: 'b' },
    Write: { file_path: 'a', content: '' },
    NotebookEdit: { notebook_path: 'a.ipynb', new_source: '' },
    Bash: { command: 'ls' },
    BashOutput: { bash_id: 'x' },
    KillShell: { shell_id: 'x' },
    TodoWrite: { todos: [] },
    ExitPlanMode: { plan: 'x' },
    WebFetch: { url: 'https://a.example/', prompt: 'x' },
    WebSearch: { query: 'xy' },
  };
  for (const [name, input] of Object.entries(inputs))
    assert.notEqual(tool(name).actions(tool(name).input.parse(input), '/w').length, 0, name);
});

test('only tools that change files have a preview, and all of them do', () => {
  for (const one of tools) assert.equal(one.preview !== undefined, one.kind === 'edit', one.name);
});
