// In accept-edits mode a conversation removes what it made itself without a question, and nothing else.
import assert from 'node:assert/strict';
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Decision } from '../../../src/contracts/permission.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { writeFile as writeTool } from '../../../src/tools/writeFile.ts';
import { call, text } from '../../support/scriptedProvider.ts';
import { shellReader } from '../../support/shellReader.ts';
import { bad, fakeTool, makeKit, ok, run } from './kit.ts';

type Step = ['Write' | 'Bash', string];

/** Runs the steps one after another in a real folder that holds `old.txt`; gives the verdict of each. */
async function verdicts(t: { after(done: () => Promise<void>): void }, steps: Step[], fails: string[] = []) {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-created-')));
  t.after(() => rm(root, { recursive: true, force: true }));
  await writeFile(path.join(root, 'old.txt'), 'x');
  const shell = await shellReader();
  const judge = createJudge(() => ({
    rules: [],
    root,
    home: '/home/dev',
    additionalDirectories: [],
    trusted: true,
    degraded: false,
    disableBypass: false,
    shell: async () => shell,
  }));
  const bash = {
    ...fakeTool('Bash', 'effect', (input) => (fails.includes(String(input['command'])) ? bad('no') : ok('ran'))),
    actions: (input: { command: string }, cwd: string) => [{ kind: 'run' as const, command: input.command, cwd }],
  };
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [writeTool, bash],
    judge,
    files: { [path.join(root, 'old.txt')]: 'x' },
    start: { root, mode: 'acceptEdits' },
    script: [
      ...steps.map(([tool, what], index) => [
        tool === 'Write'
          ? call(`c${index}`, 'Write', { file_path: path.join(root, what), content: 'new\n' })
          : call(`c${index}`, 'Bash', { command: what }),
      ]),
      [text('ok')],
    ],
  });
  const decided = new Map<string, Decision['kind']>();
  kit.conversation.listen((event) => {
    if (event.type === 'toolDecided') decided.set(event.call.id, event.decision.kind);
    if (event.type === 'asked') kit.conversation.answer(event.question.id, { type: 'deny', feedback: 'no' });
  });
  await run(kit.conversation, 'go');
  return steps.map((_, index) => decided.get(`c${index}`));
}

test('a file that an edit made may be removed, one that was there may not', async (t) => {
  assert.deepEqual(
    await verdicts(t, [
      ['Write', 'new.txt'],
      ['Bash', 'rm new.txt'],
      ['Bash', 'rm old.txt'],
      ['Bash', 'rm never.txt'],
      ['Bash', 'rm new.txt old.txt'],
    ]),
    ['allow', 'allow', 'ask', 'ask', 'ask'],
  );
});

test('a command that surely made a file counts; one that failed, or one of several, does not', async (t) => {
  assert.deepEqual(
    await verdicts(
      t,
      [
        ['Bash', 'touch a'],
        ['Bash', 'rm a'],
        ['Bash', 'touch b'],
        ['Bash', 'rm b'],
        ['Bash', 'mkdir d && touch c'],
        ['Bash', 'rm c'],
      ],
      ['touch b'],
    ),
    ['allow', 'allow', 'allow', 'ask', 'allow', 'ask'],
  );
});
