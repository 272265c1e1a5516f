import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, Question } from '../../../src/contracts/question.ts';
import { memoryWorkspace } from '../../support/memoryWorkspace.ts';
import { fixture, textOf } from './fixture.ts';

/** A person who gives one answer, and what they were asked. */
function person(answer: Answer) {
  const asked: Question[] = [];
  const made = fixture('/w', {
    ask: async (question) => {
      asked.push(question);
      return answer;
    },
  });
  return { ...made, asked };
}

const CHOICE = {
  questions: [
    {
      question: 'Which database?',
      header: 'Database',
      options: [
        { label: 'SQLite', description: 'a file' },
        { label: 'Postgres', description: 'a server' },
      ],
    },
    {
      question: 'Which extras?',
      header: 'Extras',
      multiSelect: true,
      options: [
        { label: 'A', description: 'a' },
        { label: 'B', description: 'b' },
      ],
    },
  ],
};

test('a choice is put to the person, and the model reads the answers beside the questions', async () => {
  const { run, asked, tool } = person({ type: 'choice', answers: [['Postgres'], ['A', 'something of my own']] });
  const output = await run('AskUserQuestion', CHOICE);
  assert.equal(
    textOf(output),
    'The user answered:\nWhich database?\n→ Postgres\nWhich extras?\n→ A, something of my own',
  );
  const [question] = asked;
  assert.ok(question?.type === 'choice');
  assert.deepEqual(
    question.questions.map((one) => one.multiSelect),
    [false, true],
  );
  assert.deepEqual(tool('AskUserQuestion').actions(CHOICE, '/w'), [{ kind: 'interact' }]);
});

test('a refused choice is an error that carries the words', async () => {
  const output = await person({ type: 'deny', feedback: 'ask me later' }).run('AskUserQuestion', CHOICE);
  assert.equal(output.isError, true);
  assert.match(textOf(output), /ask me later/);
  assert.equal((await person({ type: 'deny' }).run('AskUserQuestion', CHOICE)).isError, true);
  await assert.rejects(person({ type: 'allow' }).run('AskUserQuestion', CHOICE), /answer is of type allow/);
});

test('a choice has one to four questions of two to four options', () => {
  const { parse } = fixture('/w').tool('AskUserQuestion').input;
  assert.throws(() => parse({ questions: [] }), /^Error: questions: expected at least 1 in the list$/);
  const [first] = CHOICE.questions;
  assert.throws(
    () => parse({ questions: [{ ...first, options: first?.options.slice(1) }] }),
    /questions\[0\]\.options: expected at least 2 in the list/,
  );
  assert.throws(() => parse({ questions: Array(5).fill(first) }), /at most 4 in the list/);
});

test('an approved plan starts the work, as it was or as the person left it', async () => {
  const asProposed = await person({ type: 'plan', mode: 'default', plan: '# Do it' }).run('ExitPlanMode', {
    plan: '# Do it',
  });
  assert.equal(textOf(asProposed), 'The user approved the plan. Each edit is reviewed by the user. Start now.');
  const changed = await person({ type: 'plan', mode: 'acceptEdits', plan: '# Do less' }).run('ExitPlanMode', {
    plan: '# Do it',
  });
  assert.match(
    textOf(changed),
    /changed the plan and approved it as follows\. Edits are accepted without asking\. Start now\.\n\n# Do less$/,
  );
  const kept = await person({ type: 'deny', feedback: 'what of the tests?' }).run('ExitPlanMode', { plan: '# Do it' });
  assert.equal(kept.isError, true);
  assert.match(textOf(kept), /keep planning; change nothing yet\. Their comments:\nwhat of the tests\?/);
});

test('the to-do list replaces the one before', async () => {
  const { run, context } = fixture('/w');
  const todos = [
    { content: 'Read', activeForm: 'Reading', status: 'completed' },
    { content: 'Write', activeForm: 'Writing', status: 'in_progress' },
  ];
  const output = await run('TodoWrite', { todos });
  assert.deepEqual(context.state.todos, todos);
  assert.deepEqual(output.detail, { type: 'todos', todos });
  assert.equal(textOf(output), 'The list is updated: 1 of 2 done.');
});

test('problems of a file are read by path or URI, and of all files seen so far', async () => {
  const workspace = memoryWorkspace({ '/w/a b.ts': 'x', '/w/c.ts': 'y' });
  workspace.problems = [
    { path: '/w/a b.ts', line: 1, column: 2, severity: 'error', message: 'bad', source: 'ts' },
    { path: '/w/c.ts', line: 3, column: 4, severity: 'warning', message: 'odd' },
  ];
  const { run, tool } = fixture('/w', { workspace });
  const name = 'mcp__ide__getDiagnostics';
  assert.equal(textOf(await run(name, { uri: 'file:///w/a%20b.ts' })), '/w/a b.ts:1:2 error: bad [ts]');
  assert.equal(textOf(await run(name, { uri: 'c.ts' })), '/w/c.ts:3:4 warning: odd');
  assert.match(textOf(await run(name, {})), /No file was read/);
  await run('Read', { file_path: '/w/c.ts' });
  assert.equal(textOf(await run(name, {})), '/w/c.ts:3:4 warning: odd');
  workspace.problems = [];
  assert.match(textOf(await run(name, {})), /reports no problems in \/w\/c\.ts/);
  assert.deepEqual(tool(name).actions({ uri: 'file:///etc/x' }, '/w'), [{ kind: 'read', path: '/etc/x' }]);
  assert.deepEqual(tool(name).actions({}, '/w'), [{ kind: 'nothing' }]);
  assert.throws(() => tool(name).input.parse({ uri: 'https://example.com/' }), /^Error: uri: /);
  assert.throws(() => tool(name).input.parse({ uri: 'file://host/x' }), /^Error: uri: not a usable file URI/);
});
