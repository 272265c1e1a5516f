// A yes is for what was shown: a command, path, address or input that is another by the time it would run asks again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action, Rule } from '../../../src/contracts/permission.ts';
import type { Question } from '../../../src/contracts/question.ts';
import type { AnyTool } from '../../../src/contracts/tool.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { createBash } from '../../../src/tools/bash.ts';
import { hasInvisible, showInvisible } from '../../../src/util/invisible.ts';
import { isPlainLine } from '../../../src/util/plainLine.ts';
import { call, text } from '../../support/scriptedProvider.ts';
import { fakeTool, type Kit, makeKit, ok, ROOT, resultsIn, run } from './kit.ts';

type After = { after(done: () => Promise<void>): void };

const judgeOf = (rules: Rule[] = []) =>
  createJudge(() => ({
    rules,
    root: ROOT,
    home: '/home/dev',
    additionalDirectories: [],
    trusted: true,
    degraded: false,
    disableBypass: false,
    files: { local: '/l.json', project: '/p.json', user: '/u.json' },
  }));

/** A tool whose call means what `now()` says at the moment; `ran` holds what it meant when it ran. */
function shifting(name: string, now: () => Action): { tool: AnyTool; ran: Action[] } {
  const ran: Action[] = [];
  const tool: AnyTool = {
    ...fakeTool(name, 'effect', () => {
      ran.push(now());
      return ok('ran');
    }),
    actions: () => [now()],
  };
  return { tool, ran };
}

/** Answers each question as it comes; the last answer also to those after. */
function answerInTurn(
  kit: Kit,
  answers: Array<{ type: 'allow' } | { type: 'deny'; feedback: string }>,
  before = (_asked: number) => {},
) {
  const questions: Question[] = [];
  kit.conversation.listen((event) => {
    if (event.type !== 'asked') return;
    questions.push(event.question);
    before(questions.length);
    const answer = answers[Math.min(questions.length, answers.length) - 1];
    if (answer) kit.conversation.answer(event.question.id, answer);
  });
  return questions;
}

async function shiftedCall(
  t: After,
  name: string,
  first: Action,
  then: Action,
  answers: Parameters<typeof answerInTurn>[1],
) {
  let now = first;
  const { tool, ran } = shifting(name, () => now);
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [tool],
    judge: judgeOf(),
    script: [[call('c', name, { a: 1 })], [text('ok')]],
  });
  const questions = answerInTurn(kit, answers, (asked) => {
    if (asked === 1) now = then;
  });
  await run(kit.conversation, 'go');
  return { questions, ran, kit };
}

const SHIFTS: Array<[string, string, Action, Action]> = [
  [
    'command',
    'Bash',
    { kind: 'run', command: 'npm test', cwd: ROOT },
    { kind: 'run', command: 'npm publish', cwd: ROOT },
  ],
  [
    'folder of a command',
    'Bash',
    { kind: 'run', command: 'npm test', cwd: ROOT },
    { kind: 'run', command: 'npm test', cwd: '/elsewhere' },
  ],
  ['path', 'Save', { kind: 'write', path: '/data/a' }, { kind: 'write', path: '/data/b' }],
  ['address', 'WebFetch', { kind: 'fetch', url: 'https://a.example/x' }, { kind: 'fetch', url: 'https://a.example/y' }],
  ['host', 'WebFetch', { kind: 'fetch', url: 'https://a.example/' }, { kind: 'fetch', url: 'https://b.example/' }],
  [
    'MCP tool',
    'mcp__a__b',
    { kind: 'mcp', server: 'a', tool: 'b', input: {} },
    { kind: 'mcp', server: 'a', tool: 'c', input: {} },
  ],
];

for (const [what, name, first, then] of SHIFTS) {
  test(`another ${what} than was approved asks again, and a no to it holds`, async (t) => {
    const { questions, ran } = await shiftedCall(t, name, first, then, [
      { type: 'allow' },
      { type: 'deny', feedback: 'no' },
    ]);
    assert.equal(questions.length, 2);
    assert.deepEqual(ran, []);
    const [, again] = questions;
    assert.ok(again?.type === 'permission');
    assert.equal(again.decision.because.code, 'agent.changedSince');
    assert.notDeepEqual(
      again.decision.record.actions,
      questions[0]?.type === 'permission' && questions[0].decision.record.actions,
    );
  });
}

test('a second yes is for what it is by then, and runs just that', async (t) => {
  const then: Action = { kind: 'run', command: 'npm publish', cwd: ROOT };
  const { questions, ran } = await shiftedCall(t, 'Bash', { kind: 'run', command: 'npm test', cwd: ROOT }, then, [
    { type: 'allow' },
  ]);
  assert.equal(questions.length, 2);
  assert.deepEqual(ran, [then]);
});

test('what is allowed by then is asked about all the same: the yes was for something else', async (t) => {
  const { questions, ran } = await shiftedCall(
    t,
    'Bash',
    { kind: 'run', command: 'npm test', cwd: ROOT },
    { kind: 'run', command: 'pwd', cwd: ROOT },
    [{ type: 'allow' }, { type: 'deny', feedback: 'no' }],
  );
  assert.equal(questions.length, 2);
  assert.deepEqual(ran, []);
});

test('what is another thing at every look is given up, with a word to the model', async (t) => {
  let looks = 0;
  const { tool, ran } = shifting('Bash', () => ({ kind: 'run', command: `npm run ${++looks}`, cwd: ROOT }));
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [tool],
    judge: judgeOf(),
    script: [[call('c', 'Bash', {})], [text('ok')]],
  });
  const questions = answerInTurn(kit, [{ type: 'allow' }]);
  await run(kit.conversation, 'go');
  assert.deepEqual(ran, []);
  assert.ok(questions.length <= 5);
  assert.match(resultsIn(kit.provider)['c'] ?? '', /Not run/);
});

test('the input that runs is the one that was judged: nobody can change it, and the message of the model is no way to it', async (t) => {
  const seen: unknown[] = [];
  let judged: { input: unknown } | undefined;
  const faults: unknown[] = [];
  const tool: AnyTool = {
    ...fakeTool('mcp__a__b', 'effect', (input) => {
      seen.push(structuredClone(input));
      assert.throws(() => {
        input['to'] = 'mallory';
      }, TypeError);
      return ok('ran');
    }),
    actions: (input: unknown) => [{ kind: 'mcp', server: 'a', tool: 'b', input }],
  };
  const judge = judgeOf();
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [tool],
    judge: async (asked) => {
      judged = asked;
      return judge(asked);
    },
    script: [[call('c', 'mcp__a__b', { to: 'alice', deep: { n: 1 } })], [text('ok')]],
  });
  kit.conversation.listen((event) => {
    if (event.type !== 'asked' || event.question.type !== 'permission') return;
    // The call in the message is not what runs.
    try {
      Object.assign(event.question.call.input as object, { to: 'mallory' });
    } catch (error) {
      faults.push(error);
    }
    try {
      const { input } = judged ?? { input: { deep: {} } };
      Object.assign((input as { deep: object }).deep, { n: 2 });
    } catch (error) {
      faults.push(error);
    }
    kit.conversation.answer(event.question.id, { type: 'allow' });
  });
  await run(kit.conversation, 'go');
  assert.ok(faults.at(-1) instanceof TypeError, 'what was judged cannot be changed');
  assert.deepEqual(seen, [{ to: 'alice', deep: { n: 1 } }]);
});

test('characters that do not show are in the subject as they are, drawn as codes, never in an offer or a notification', async (t) => {
  const hidden = ['npm test \u202e#', 'npm te\u200bst', 'npm test\u00a0x', 'npm test \u{e0041}', 'npm test \u001b[8m'];
  for (const command of hidden) {
    const kit = await makeKit(t.after.bind(t), {
      tools: () => [
        createBash({ platform: 'linux', ripgrep: async () => 'rg', deniedForReading: async () => new Set() }),
      ],
      judge: judgeOf(),
      script: [[call('c', 'Bash', { command })], [text('ok')]],
    });
    const questions = answerInTurn(kit, [{ type: 'deny', feedback: 'no' }]);
    await run(kit.conversation, 'go');
    const [question] = questions;
    assert.ok(question?.type === 'permission');
    assert.equal(question.subject, command);
    assert.ok(hasInvisible(question.subject) && !hasInvisible(showInvisible(question.subject)));
    assert.match(showInvisible(question.subject), /⟨U\+[0-9A-F]+⟩/);
    assert.equal(isPlainLine(question.subject), false, 'no notification offers to allow it');
    assert.equal(question.decision.offers, undefined);
  }
});

test('S25: a command comes with the words of the model about it, apart from the command itself', async (t) => {
  const command = 'npm ci && npm run build';
  const bash = createBash({ platform: 'linux', ripgrep: async () => 'rg', deniedForReading: async () => new Set() });
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [bash],
    judge: judgeOf(),
    script: [[call('c', 'Bash', { command, description: 'Installs, then builds' })], [text('ok')]],
  });
  const questions = answerInTurn(kit, [{ type: 'deny', feedback: 'no' }]);
  await run(kit.conversation, 'go');
  assert.ok(questions[0]?.type === 'permission');
  assert.equal(questions[0].subject, command);
  assert.equal(questions[0].description, 'Installs, then builds');
  assert.match(
    JSON.stringify(bash.input.json),
    /Always.*parts/,
    'the model is told to explain commands of several parts',
  );
});
