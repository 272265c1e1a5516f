import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Rule } from '../../../src/contracts/permission.ts';
import type { AnyTool } from '../../../src/contracts/tool.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { call, text } from '../../support/scriptedProvider.ts';
import { shellReader } from '../../support/shellReader.ts';
import { fakeTool, makeKit, ok, resultsIn, run, SETTINGS, TOOLS, until } from './kit.ts';

type After = { after(done: () => Promise<void>): void };

/** A real root with `src`, a folder outside of it, and a link in the root that leads to `src`. */
async function place(t: After) {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-recheck-')));
  t.after(() => rm(base, { recursive: true, force: true }));
  const root = path.join(base, 'root');
  const outside = path.join(base, 'outside');
  const link = path.join(root, 'link');
  await mkdir(path.join(root, 'src'), { recursive: true });
  await mkdir(outside);
  await symlink('src', link);
  const rules: Rule[] = [];
  const judge = createJudge(() => ({
    rules,
    root,
    home: path.join(base, 'home'),
    additionalDirectories: [],
    trusted: true,
    degraded: false,
    disableBypass: false,
    shell: shellReader,
  }));
  const swap = async () => {
    await unlink(link);
    await symlink(outside, link);
  };
  return { root, judge, rules, swap, file: path.join(link, 'a.txt') };
}

test('a link that leads elsewhere by the time of the yes: nothing is written through it', async (t) => {
  const { root, judge, swap, file } = await place(t);
  const kit = await makeKit(t.after.bind(t), {
    judge,
    start: { root },
    script: [[call('w', 'Write', { file_path: file, content: 'x' })], [text('ok')]],
  });
  kit.conversation.listen(async (event) => {
    if (event.type !== 'asked') return;
    await swap();
    kit.conversation.answer(event.question.id, { type: 'allow' });
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(kit.workspace.writes, []);
  assert.match(JSON.stringify(resultsIn(kit.provider)), /leads somewhere else/);
});

test('of a script with more parts than are listed, the others too must lead where they led', async (t) => {
  const { root, judge, swap } = await place(t);
  const names = [...Array.from({ length: 150 }, (_, index) => `f${index}`), 'link/f'];
  const command = names.map((name) => `echo x > ${name}`).join(';');
  const ran: unknown[] = [];
  const bash: AnyTool = {
    ...fakeTool('Bash', 'effect', (input) => {
      ran.push(input);
      return ok('ran');
    }),
    actions: () => [{ kind: 'run', command, cwd: root }],
  };
  const kit = await makeKit(t.after.bind(t), {
    judge,
    tools: () => [bash],
    start: { root },
    script: [[call('b', 'Bash', { command })], [text('ok')]],
  });
  let asked = 0;
  kit.conversation.listen(async (event) => {
    if (event.type !== 'asked') return;
    if (asked++ === 0) await swap();
    kit.conversation.answer(event.question.id, asked === 1 ? { type: 'allow' } : { type: 'deny', feedback: 'no' });
  });
  await run(kit.conversation, 'go');
  assert.deepEqual([asked, ran], [2, []]);
});

test('the same for a link that is changed between the decision and an edit that needs no question', async (t) => {
  const { root, judge, swap, file } = await place(t);
  let looked = 0;
  const kit = await makeKit(t.after.bind(t), {
    // The second look is the one right before the call.
    judge: async (asked) => {
      if (++looked === 2) await swap();
      return judge(asked);
    },
    start: { root, mode: 'acceptEdits' },
    script: [[call('w', 'Write', { file_path: file, content: 'x' })], [text('ok')]],
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(kit.workspace.writes, []);
  assert.equal(looked, 2);
});

test('reads that are allowed wait with one that is asked about, and are looked at again with it', async (t) => {
  const { root, judge, swap, file } = await place(t);
  const ran: string[] = [];
  const look = {
    ...fakeTool('Read', 'read', (input) => {
      ran.push(String(input['path']));
      return ok('read');
    }),
    actions: (input: { path: string }) => [{ kind: 'read' as const, path: input.path }],
  };
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [look],
    judge,
    start: { root },
    script: [[call('a', 'Read', { path: file }), call('b', 'Read', { path: '/etc/hosts' })], [text('ok')]],
  });
  let asked = 0;
  kit.conversation.listen(async (event) => {
    if (event.type !== 'asked') return;
    // The first question is about the other file; the second is the read that leads elsewhere by then.
    if (++asked === 1) await swap();
    kit.conversation.answer(event.question.id, asked === 1 ? { type: 'allow' } : { type: 'deny', feedback: 'no' });
  });
  await run(kit.conversation, 'go');
  assert.equal(asked, 2);
  assert.deepEqual(ran, ['/etc/hosts']);
});

test('a deny rule that came while the question waited holds', async (t) => {
  const { root, judge, rules } = await place(t);
  let ran = 0;
  const act = {
    ...fakeTool('Bash', 'effect', () => {
      ran += 1;
      return ok('ran');
    }),
    actions: (_: unknown, cwd: string) => [{ kind: 'run' as const, command: 'npm test', cwd }],
  };
  const kit = await makeKit(t.after.bind(t), {
    tools: () => [act],
    judge,
    start: { root },
    script: [[call('a', 'Bash', {})], [call('b', 'Bash', {})], [text('ok')]],
  });
  let asked = 0;
  kit.conversation.listen((event) => {
    if (event.type !== 'asked') return;
    if (++asked === 2) rules.push({ behavior: 'deny', text: 'Bash(npm:*)', scope: 'managed' });
    kit.conversation.answer(event.question.id, { type: 'allow' });
  });
  await run(kit.conversation, 'go');
  assert.deepEqual([asked, ran], [2, 1]);
});

test('while the settings of the organisation cannot be read, a question of an earlier session does not start a turn', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    judge: async (asked) => ({ ...(await (await place(t)).judge(asked)), kind: 'ask' }),
    tools: () => [...TOOLS, fakeTool('Act', 'effect', () => ok('acted'))],
    script: [[call('a', 'Act', {})], [text('ok')]],
  });
  const waits = until(kit.conversation, 'asked');
  kit.conversation.send({ id: 'p', text: 'go', attachments: [], atMs: 0 });
  await waits;
  await kit.conversation.dispose();

  const because = { code: 'settings.notJson', args: { file: '/etc/x.json', line: '1', column: '1' } };
  const blocked = { file: '/etc/x.json', scope: 'managed' as const, because };
  const again = await kit.reopen({ settings: () => ({ ...SETTINGS, blocked }) });
  const notice = await until(again, 'notice');
  assert.deepEqual(notice.because, because);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([again.state.running, again.state.questions], [false, []]);

  await again.dispose();
  const third = await kit.reopen();
  await until(third, 'asked');
});
