// Past decisions come from the transcripts; the index only spares reading them again.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Change } from '../../../src/contracts/edit.ts';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Decision, DecisionRecord, Rule } from '../../../src/contracts/permission.ts';
import type { Answer, Question } from '../../../src/contracts/question.ts';
import { createDecisionHistory } from '../../../src/transcript/decisionHistory.ts';
import { type Place, place } from './fixtures.ts';

const rule = (text: string, behavior: Rule['behavior'] = 'allow', file = '/s.json'): Rule => ({
  behavior,
  text,
  scope: 'user',
  file,
  line: 3,
});

function decisionOf(command: string, rules: Rule[], kind: Decision['kind'] = 'allow'): Decision {
  const record: DecisionRecord = {
    tool: 'Bash',
    mode: 'default',
    trusted: true,
    cwd: '/p',
    actions: [{ kind: 'run', command, cwd: '/p', argv: command.split(' ') }],
    step: kind === 'allow' ? 'allow' : 'mode',
    safety: [],
    matches: rules.map((one) => ({ rule: one, action: 0 })),
    smallestChange: { kind: 'none', because: { code: 'x', args: {} } },
  };
  return { kind, because: { code: 'x', args: {} }, record };
}

const decide = (id: string, command: string, rules: Rule[], kind?: Decision['kind']) => ({
  type: 'toolDecided' as const,
  call: { type: 'toolUse' as const, id, name: 'Bash', input: { command } },
  decision: decisionOf(command, rules, kind),
});
const message = (id: string, command: string) => ({
  type: 'message' as const,
  message: {
    role: 'assistant' as const,
    blocks: [{ type: 'toolUse' as const, id, name: 'Bash', input: { command } }],
  },
});

async function record(at: Place, session: string, events: AgentEvent[]) {
  const writer = await at.store.open(at.root, session);
  for (const event of events) await writer.record(event);
  await writer.flush();
  await writer.close();
  return writer.file;
}

const historyOf = ({ configDir, root }: Place, problems: string[] = []) =>
  createDecisionHistory({ configDir, root, log: (text) => problems.push(text) });
const indexOf = async ({ configDir }: Place) => {
  const folder = path.join(configDir, 'assent/decisions');
  const names = await readdir(folder);
  assert.equal(names.length, 1, 'one index, and no draft left behind');
  return path.join(folder, names[0] ?? '');
};

test('the last calls, the newest first, with what was shown and the rules that matched', async (t) => {
  const at = await place(t.after.bind(t));
  await record(at, 'one', [
    message('c1', 'npm test && x'),
    decide('c1', 'npm test', [rule('Bash(npm test:*)')]),
    decide('c2', 'rm a', [], 'ask'),
  ]);
  await record(at, 'two', [decide('c3', 'git push', [rule('Bash(git push)', 'deny')], 'deny')]);
  const history = historyOf(at);
  const calls = await history.recent(200);
  assert.deepEqual(
    calls.map(({ call, session, subject, decision, rules }) => [call, session, subject, decision, rules.length]),
    [
      ['c3', 'two', 'git push', 'deny', 1],
      ['c2', 'one', 'rm a', 'ask', 0],
      ['c1', 'one', 'npm test && x', 'allow', 1],
    ],
  );
  assert.equal((await history.recent(1)).length, 1);
  assert.deepEqual(
    history.known(2).map((call) => call.call),
    ['c3', 'c2'],
  );
});

test('each rule has its last use, how often, and its calls; a rule of another file is another', async (t) => {
  const at = await place(t.after.bind(t));
  const tests = rule('Bash(npm test:*)');
  await record(
    at,
    'one',
    Array.from({ length: 25 }, (_, index) => decide(`c${index}`, `npm test ${index}`, [tests])),
  );
  const [use, elsewhere, never] = await historyOf(at).uses([
    tests,
    rule(tests.text, 'allow', '/other.json'),
    rule('Read'),
  ]);
  assert.equal(use?.count, 25);
  assert.equal(use.calls.length, 20);
  assert.equal(use.calls[0]?.subject, 'npm test 24');
  assert.equal(use.lastUsed, use.calls[0].at);
  assert.deepEqual([elsewhere?.count, elsewhere?.lastUsed, never?.count], [0, undefined, 0]);
});

test('reading on comes to the same as building the index anew, also after it was deleted or broken', async (t) => {
  const at = await place(t.after.bind(t));
  const rules = [rule('Bash(a:*)'), rule('Bash(b:*)')];
  const step = (from: number, count: number) =>
    Array.from({ length: count }, (_, index) => [
      message(`c${from + index}`, `a ${from + index}`),
      decide(`c${from + index}`, `a ${from + index}`, rules.slice(0, 1 + ((from + index) % 2))),
    ]).flat();
  const kept = historyOf(at);
  for (const [from, session] of [
    [0, 'one'],
    [700, 'two'],
    [1400, 'one'],
    [2100, 'two'],
  ] as const) {
    await record(at, session, step(from, 700));
    await kept.recent(200);
  }
  const seen = async (history: ReturnType<typeof historyOf>) => ({
    recent: await history.recent(5000),
    uses: await history.uses(rules),
  });
  const incremental = await seen(kept);
  assert.equal(incremental.uses[0]?.count, 2800);
  assert.equal(incremental.uses[1]?.count, 1400);
  assert.ok(incremental.recent.length < 2800, 'bounded');
  assert.equal(incremental.recent[0]?.call, 'c2799');
  const index = await indexOf(at);
  const stored = await readFile(index, 'utf8');
  assert.deepEqual(await seen(historyOf(at)), incremental, 'from the index');
  await rm(index);
  assert.deepEqual(await seen(historyOf(at)), incremental, 'without the index');
  assert.equal(await readFile(index, 'utf8'), stored, 'the same index again');
  for (const broken of ['{', '{"version":3,"files":{"x":1}}', '[]', stored.slice(0, 500)]) {
    await writeFile(index, broken);
    assert.deepEqual(await seen(historyOf(at)), incremental, broken.slice(0, 30));
  }
});

test('broken lines cost themselves alone, a line that is being written counts once it is whole', async (t) => {
  const at = await place(t.after.bind(t));
  const file = await record(at, 'one', [decide('c1', 'a', [])]);
  const [line = ''] = (await readFile(file, 'utf8')).split('\n').filter((one) => one.includes('assent-decision'));
  const other = (id: string) => line.replace('"c1"', `"${id}"`);
  const history = historyOf(at);
  const ids = async () => (await history.recent(9)).map((call) => call.call).sort();
  await appendFile(
    file,
    `{"type":"assent-decision","call":\n${other('c2')}\nnull\n[]\n{"type":"assent-decision"}\n\u0000\n`,
  );
  assert.deepEqual(await ids(), ['c1', 'c2']);
  const whole = `${other('c3')}\n`;
  await appendFile(file, whole.slice(0, 100));
  assert.deepEqual(await ids(), ['c1', 'c2']);
  await appendFile(file, whole.slice(100));
  assert.deepEqual(await ids(), ['c1', 'c2', 'c3']);
  assert.deepEqual((await historyOf(at).recent(9)).map((call) => call.call).sort(), ['c1', 'c2', 'c3']);
});

test('a file that was cut, replaced or removed is not counted on', async (t) => {
  const at = await place(t.after.bind(t));
  const file = await record(at, 'one', [decide('c1', 'a', [rule('Bash(a)')]), decide('c2', 'b', [])]);
  const history = historyOf(at);
  assert.equal((await history.recent(9)).length, 2);
  const text = await readFile(file, 'utf8');
  await truncate(file, text.lastIndexOf('\n', text.length - 2) + 1);
  assert.deepEqual(
    (await history.recent(9)).map((call) => call.call),
    ['c1'],
  );
  await writeFile(file, text.replaceAll('"c1"', '"d1"').replaceAll('"c2"', '"d2"').repeat(2));
  assert.deepEqual((await history.recent(9)).map((call) => call.call).sort(), ['d1', 'd2']);
  await rm(file);
  assert.deepEqual(await history.recent(9), []);
  assert.equal((await history.uses([rule('Bash(a)')]))[0]?.count, 0);
});

test('a conversation that went on in a file of its own is counted once', async (t) => {
  const at = await place(t.after.bind(t));
  const used = rule('Bash(a)');
  const file = await record(at, 'one', [decide('c1', 'a', [used])]);
  const text = await readFile(file, 'utf8');
  await writeFile(path.join(path.dirname(file), 'fork.jsonl'), text.replaceAll('"one"', '"fork"'));
  const history = historyOf(at);
  assert.equal((await history.recent(9)).length, 1);
  assert.equal((await history.uses([used]))[0]?.count, 1);
});

test('a rule was used by what it decided: an allow rule that covers a part of what is asked about let nothing through', async (t) => {
  const at = await place(t.after.bind(t));
  const [allow, ask] = [rule('Bash(a)'), rule('Bash(b)', 'ask')];
  await record(at, 'one', [
    message('c1', 'a && b'),
    decide('c1', 'a && b', [allow, ask], 'ask'),
    message('c2', 'a'),
    decide('c2', 'a', [allow], 'allow'),
  ]);
  const uses = await historyOf(at).uses([allow, ask]);
  assert.deepEqual(
    uses.map(({ count, calls }) => [count, calls.map(({ call }) => call)]),
    [
      [1, ['c2']],
      [1, ['c1']],
    ],
  );
});

test('a call that is decided anew counts once, with the last verdict', async (t) => {
  const at = await place(t.after.bind(t));
  const used = rule('Bash(a)');
  await record(at, 'one', [
    message('c1', 'a; b'),
    decide('c1', 'a', [used], 'ask'),
    decide('c1', 'a', [used], 'allow'),
  ]);
  const history = historyOf(at);
  assert.deepEqual(
    (await history.recent(9)).map(({ decision, subject }) => [decision, subject]),
    [['allow', 'a; b']],
  );
  assert.equal((await history.uses([used]))[0]?.count, 1);
});

const permission = (id: string): Question => {
  const { call, decision } = decide(id, id, [], 'ask');
  return { type: 'permission', id: `q-${id}`, call, subject: id, decision };
};
const asked = (question: Question): AgentEvent => ({ type: 'asked', question });
const answered = (question: Question, answer: Answer): AgentEvent => ({ type: 'answered', question, answer });

test('what the person answered stands with the call, however the lines came in', async (t) => {
  const at = await place(t.after.bind(t));
  const answers: Array<[string, Answer?]> = [
    ['yes', { type: 'allow', remember: 0 }],
    ['no', { type: 'deny', feedback: 'not that' }],
    ['open'],
  ];
  const history = historyOf(at);
  for (const [id, answer] of answers) {
    await record(at, 'one', [decide(id, id, [], 'ask'), asked(permission(id))]);
    await history.recent(9);
    if (answer) await record(at, 'one', [answered(permission(id), answer)]);
  }
  await record(at, 'one', [
    decide('again', 'again', [], 'ask'),
    asked(permission('again')),
    answered(permission('again'), { type: 'allow' }),
    decide('again', 'again', [], 'ask'),
  ]);
  const expected = { yes: 'allowed', no: 'denied', open: undefined, again: undefined };
  for (const one of [history, historyOf(at)]) {
    const calls = await one.recent(9);
    assert.deepEqual(Object.fromEntries(calls.map(({ call, answer }) => [call, answer])), expected);
  }
  await rm(await indexOf(at));
  const anew = await historyOf(at).recent(9);
  assert.deepEqual(Object.fromEntries(anew.map(({ call, answer }) => [call, answer])), expected);
});

test('of a review each call has the answer to its own files', async (t) => {
  const at = await place(t.after.bind(t));
  const edit = (id: string, path: string): AgentEvent & { type: 'toolDecided' } => {
    const decision = decisionOf(id, [], 'ask');
    decision.record.actions = [{ kind: 'write', path, realPath: path, insideWorkingDirectories: true }];
    return { type: 'toolDecided', call: { type: 'toolUse', id, name: 'Edit', input: { file_path: path } }, decision };
  };
  const change = (path: string, ...ids: string[]): Change => ({
    path,
    kind: 'modify',
    before: '',
    after: '',
    encoding: { name: 'utf8', bom: false },
    hunks: ids.map((id) => ({
      id,
      ...{ beforeStart: 1, beforeCount: 1, afterStart: 1, afterCount: 1, before: 'a', after: 'b' },
    })),
  });
  const edits = [edit('e1', '/p/a'), edit('e2', '/p/b'), edit('e3', '/p/c')];
  const calls = edits.map(({ call }) => call);
  const changes = [change('/p/a', 'h1', 'h2'), change('/p/b', 'h3'), change('/p/c', 'h4', 'h5')];
  const review = { id: 'r', calls: calls.map(({ id }) => id), changes };
  const question: Question = { type: 'review', id: 'q', calls, review, decisions: edits.map((one) => one.decision) };
  const verdicts = { h1: 'accepted', h2: 'edited', h3: 'rejected', h4: 'accepted', h5: 'rejected' } as const;
  const hunks = Object.entries(verdicts).map(([hunk, verdict]) => ({ hunk, verdict }));
  await record(at, 'one', [...edits, asked(question), answered(question, { type: 'review', hunks })]);
  const past = await historyOf(at).recent(9);
  assert.deepEqual(Object.fromEntries(past.map(({ call, answer }) => [call, answer])), {
    e1: 'allowed',
    e2: 'denied',
    e3: 'partly',
  });
});

test('a part of a kind that another version wrote costs itself alone', async (t) => {
  const at = await place(t.after.bind(t));
  const file = await record(at, 'one', [decide('c1', 'a', [])]);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"actions":[', '"actions":[{"kind":"teleport","to":"x"},'));
  const [call] = await historyOf(at).recent(9);
  assert.equal(call?.subject, 'a');
  assert.equal(call.actions.length, 1);
});

test('two windows read and write side by side and both are right', async (t) => {
  const at = await place(t.after.bind(t));
  const [first, second] = [historyOf(at), historyOf(at)];
  await record(at, 'one', [decide('c1', 'a', [])]);
  const both = await Promise.all([first.recent(9), second.recent(9), first.recent(9), second.uses([])]);
  assert.equal(both[0].length, 1);
  assert.equal(both[1].length, 1);
  await record(at, 'one', [decide('c2', 'a', [])]);
  assert.equal((await first.recent(9)).length, 2);
  assert.equal((await second.recent(9)).length, 2);
  await indexOf(at);
});

test('an index that cannot be written is said and harms nothing; no transcripts are no calls', async (t) => {
  const at = await place(t.after.bind(t));
  assert.deepEqual(await historyOf(at).recent(9), []);
  await record(at, 'one', [decide('c1', 'a', [])]);
  await rm(path.join(at.configDir, 'assent'), { recursive: true, force: true });
  await mkdir(at.configDir, { recursive: true });
  await writeFile(path.join(at.configDir, 'assent'), '');
  const problems: string[] = [];
  const history = historyOf(at, problems);
  assert.equal((await history.recent(9)).length, 1);
  assert.match(problems.join(), /could not be written/);
});

test('a look at what is in memory is followed by a reading, which meets what is written a moment later', async (t) => {
  const at = await place(t.after.bind(t));
  const history = historyOf(at);
  assert.deepEqual(history.known(9), []);
  // As a question looks, and its decision goes to the disk together with what else is recorded.
  await delay(25);
  await record(at, 'one', [message('c1', 'ls'), decide('c1', 'ls', [])]);
  const folder = path.join(at.configDir, 'assent/decisions');
  // Nobody looks meanwhile: the index says that the reading is over.
  const names = () => (existsSync(folder) ? readdir(folder) : Promise.resolve<string[]>([]));
  for (let n = 0; n < 500 && !(await names()).some((name) => name.endsWith('.json')); n++) await delay(10);
  assert.deepEqual(
    history.known(9).map(({ call }) => call),
    ['c1'],
  );
});
