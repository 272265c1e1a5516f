// The walk-through without a script, on real files: what a newcomer sees must fit their workspace.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Block, Message, ToolCall, ToolResult } from '../../../src/contracts/message.ts';
import { type Rehearsal, startRehearsal } from '../../support/rehearsal/server.ts';
import { answerOf, providerFor, requestOf, textOf, user } from '../providers/providerKit.ts';

const ROOT = process.env['ASSENT_ROOT'] ?? '.';
const TOOLS = ['Glob', 'Read', 'AskUserQuestion', 'Bash', 'Edit', 'Write', 'ExitPlanMode'];
/** What stands for a tool: the words of its result, or an error. */
type Hands = Record<string, (input: Record<string, string>, folder: string) => { text: string; isError?: boolean }>;

const hands: Hands = {
  Glob: (_input, folder) => ({
    text: readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => /\.\w+$/.test(name))
      .join('\n'),
  }),
  Read: ({ file_path: file = '' }, folder) => ({
    text: readFileSync(path.resolve(folder, file), 'utf8')
      .split('\n')
      .map((line, index) => `${String(index + 1).padStart(6)}\t${line}`)
      .join('\n'),
  }),
  AskUserQuestion: () => ({ text: 'Next step: Improve it' }),
  Bash: () => ({ text: 'v20.19.0' }),
  Edit: ({ file_path: file = '', old_string: before = '', new_string: after = '' }, folder) => {
    const full = path.resolve(folder, file);
    const text = readFileSync(full, 'utf8');
    assert.equal(text.split(before).length, 2, 'the text to replace must be there exactly once');
    assert.notEqual(before, after);
    writeFileSync(
      full,
      text.replace(before, () => after),
    );
    return { text: 'Accepted.' };
  },
  Write: ({ file_path: file = '', content = '' }, folder) => {
    writeFileSync(path.resolve(folder, file), content);
    return { text: 'Accepted.' };
  },
  ExitPlanMode: () => ({ text: 'The plan is approved.' }),
};

function inputOf(call: ToolCall | undefined): { file_path?: string; command?: string; plan?: string } {
  return (call?.input ?? {}) as { file_path?: string; command?: string; plan?: string };
}

describe('walk-through', () => {
  let rehearsal: Rehearsal;
  let folder: string;
  before(async () => {
    rehearsal = await startRehearsal();
  });
  after(() => rehearsal.close());
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assent-walk-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function workspace(name: string, files: Record<string, string>): string {
    const made = path.join(folder, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(made, file)), { recursive: true });
      writeFileSync(path.join(made, file), text);
    }
    mkdirSync(made, { recursive: true });
    return made;
  }

  /** Goes on until the model calls no more tools. */
  async function run(
    at: string,
    prompt: Message,
    options: { hands?: Hands; tools?: string[]; history?: Message[] } = {},
  ) {
    const provider = providerFor(rehearsal);
    const messages = [...(options.history ?? []), prompt];
    const tools = (options.tools ?? TOOLS).map((name) => ({
      name,
      description: name,
      inputSchema: { type: 'object' },
    }));
    const calls: ToolCall[] = [];
    const said: string[] = [];
    for (let round = 0; round < 12; round++) {
      const { message } = await answerOf(
        provider,
        requestOf(messages, { tools, thinking: 'adaptive', maxTokens: 8000 }),
      );
      messages.push(message);
      said.push(textOf(message));
      assert.match(textOf(message), /Rehearsal/);
      const now = message.blocks.filter((block): block is ToolCall => block.type === 'toolUse');
      if (now.length === 0)
        return { calls, said, messages, names: calls.map((call) => call.name), last: said.at(-1) ?? '' };
      calls.push(...now);
      messages.push(user(...now.map((call): Block => answerTo(call, at, { ...hands, ...options.hands }))));
    }
    return assert.fail('the walk does not end');
  }

  function answerTo(call: ToolCall, at: string, by: Hands): ToolResult {
    const { text, isError = false } =
      by[call.name]?.(call.input as Record<string, string>, at) ?? assert.fail(call.name);
    return { type: 'toolResult', id: call.id, content: [{ type: 'text', text }], isError };
  }

  test('on the sample: read, question, command, edit, summary, and the failing test passes', async () => {
    const at = path.join(folder, 'sample');
    cpSync(path.join(ROOT, 'test/fixtures/sample'), at, { recursive: true });
    const { names, calls, last, said } = await run(at, user('context', 'Show me around.'));
    assert.deepEqual(names, ['Glob', 'Read', 'AskUserQuestion', 'Bash', 'Edit']);
    assert.deepEqual(calls[3]?.input, { command: 'node --test', description: 'Run the tests' });
    execFileSync(process.execPath, ['--test'], { cwd: at, env: { PATH: process.env['PATH'] ?? '' } });
    assert.match(said[0] ?? '', /## .*\n/);
    assert.match(last, /\| Edit \|.*\| done \|/);
    assert.match(last, /```js\n/);
  });

  for (const [name, files, file] of [
    ['python', { 'app/main.py': 'import os\n\n\ndef run(x):\n    return x\n' }, 'app/main.py'],
    ['readme alone', { 'README.md': '# Title\n\nWords.\n' }, 'README.md'],
    [
      'typescript, Windows line ends',
      {
        'src/a.ts': '// one\r\nexport async function load(a: string) {\r\n  return a;\r\n}\r\n',
        'test/a.test.ts': 'x',
      },
      'src/a.ts',
    ],
    ['no function', { 'index.js': 'const a = 1;\nconst b = 2;\n' }, 'index.js'],
  ] as const) {
    test(`elsewhere (${name}): an edit that fits the file`, async () => {
      const at = workspace(name, files);
      const before = readFileSync(path.join(at, file), 'utf8');
      const { names, calls } = await run(at, user('Hi'));
      assert.deepEqual(names, ['Glob', 'Read', 'AskUserQuestion', 'Bash', 'Edit']);
      assert.equal(inputOf(calls[4]).file_path, file);
      assert.notEqual(readFileSync(path.join(at, file), 'utf8'), before);
      assert.equal(inputOf(calls[3]).command, 'node --version');
    });
  }

  test('in an empty folder it proposes a new file', async () => {
    const at = workspace('empty', {});
    const { names } = await run(at, user('Hi'), { hands: { Glob: () => ({ text: 'No files found' }) } });
    assert.deepEqual(names, ['Glob', 'AskUserQuestion', 'Bash', 'Write']);
    assert.deepEqual(readdirSync(at), ['assent-rehearsal.md']);
  });

  test('a second walk finds something else to edit', async () => {
    const at = workspace('twice', { 'a.js': 'function one() {}\nfunction two() {}\n' });
    const first = await run(at, user('Hi'));
    const aside = await run(at, user('What is the weather?'), { history: first.messages });
    assert.deepEqual(aside.names, []);
    assert.match(aside.last, /walk again/);
    const second = await run(at, user('Please walk again'), { history: aside.messages });
    assert.equal(second.names.at(-1), 'Edit');
  });

  test('a command or an edit that is denied is accepted, with the words', async () => {
    const at = workspace('denied', { 'a.js': 'function one() {}\n' });
    const denied: Hands = {
      Bash: () => ({ text: 'The user denied this: not on my machine', isError: true }),
      Edit: () => ({ text: 'Rejected: leave it', isError: true }),
    };
    const { names, said, last } = await run(at, user('Hi'), { hands: denied });
    assert.deepEqual(names.slice(-2), ['Bash', 'Edit']);
    assert.match(said.at(-2) ?? '', /not on my machine/);
    assert.match(last, /leave it/);
    assert.match(last, /\| Edit \|.*\| not done \|/);
  });

  test('“only look around” ends without command and edit', async () => {
    const at = workspace('look', { 'a.js': 'function one() {}\n' });
    const looking: Hands = { AskUserQuestion: () => ({ text: 'Next step: Only look around' }) };
    const { names } = await run(at, user('Hi'), { hands: looking });
    assert.deepEqual(names, ['Glob', 'Read', 'AskUserQuestion']);
  });

  test('in plan mode it proposes first, again after a comment, and acts when approved', async () => {
    const at = workspace('plan', { 'a.js': 'function one() {}\n' });
    let asked = 0;
    const planning: Hands = {
      ExitPlanMode: () =>
        asked++ === 0 ? { text: 'Keep planning: mention tests', isError: true } : { text: 'Approved' },
    };
    const { names, calls } = await run(at, user('context', '(Plan mode is on. Look and think.)', 'Hi'), {
      hands: planning,
    });
    assert.deepEqual(names, ['Glob', 'Read', 'ExitPlanMode', 'ExitPlanMode', 'Bash', 'Edit']);
    assert.match(inputOf(calls[3]).plan ?? '', /mention tests/);
  });

  test('tools that are not offered are not called', async () => {
    const at = workspace('untrusted', { 'a.js': 'function one() {}\n' });
    const { names } = await run(at, user('Hi'), { tools: ['Glob', 'Read'] });
    assert.deepEqual(names, ['Glob', 'Read']);
  });
});
