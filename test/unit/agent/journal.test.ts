// A conversation with its journal: whatever its calls do to real files is on record, and goes back.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { editFunctions } from '../../../src/edits/functions.ts';
import { createJournal } from '../../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../../src/edits/writeAtomically.ts';
import { createJudge } from '../../../src/permissions/judge.ts';
import { createTools } from '../../../src/tools/index.ts';
import { editorWorkspace } from '../../support/editorWorkspace.ts';
import { call, text } from '../../support/scriptedProvider.ts';
import { shellReader } from '../../support/shellReader.ts';
import { makeKit, prompt, run, until } from './kit.ts';

type Script = NonNullable<NonNullable<Parameters<typeof makeKit>[1]>['script']>;

async function journaled(t: TestContext, script: (root: string) => Script) {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-agent-journal-')));
  t.after(() => rm(base, { recursive: true, force: true }));
  const root = path.join(base, 'work');
  await mkdir(root);
  const workspace = editorWorkspace();
  const opened = createJournal({
    folder: path.join(base, 'journal'),
    edits: editFunctions,
    workspace,
    writeAtomically,
    env: () => process.env,
    trusted: () => true,
    enabled: () => true,
    openFiles: () => [],
    now: Date.now,
    log: assert.fail,
  });
  const shell = await shellReader();
  const kit = await makeKit(t.after.bind(t), {
    workspace,
    recorder: opened.recorder,
    tools: () =>
      createTools({ ripgrep: async () => 'rg', platform: process.platform, deniedForReading: () => new Set() }),
    env: () => process.env,
    workingDirectories: () => [root],
    judge: createJudge(() => ({
      rules: [],
      root,
      home: '/home/dev',
      additionalDirectories: [],
      trusted: true,
      degraded: false,
      disableBypass: false,
      shell: async () => shell,
    })),
    start: { root, mode: 'acceptEdits' },
    script: script(root),
  });
  kit.conversation.listen((event) => {
    if (event.type !== 'asked') return;
    setImmediate(() => kit.conversation.answer(event.question.id, { type: 'allow' }));
  });
  const at = (name: string) => path.join(root, name);
  const entries = () => opened.journal.entries(kit.conversation.id);
  const undo = async (message: string) => {
    const target = { type: 'message' as const, session: kit.conversation.id, message };
    return opened.journal.carryOut(await opened.journal.plan(target));
  };
  return { ...kit, ...opened, root, at, entries, undo };
}

const idOf = (one: { parts: unknown; conversation: { events: readonly unknown[] } }) =>
  (one.conversation.events as ReadonlyArray<{ type: string; prompt?: { id: string } }>).flatMap(
    (event) => event.prompt?.id ?? [],
  );

test('edits and commands of a turn are on record with their call and prompt, and a prompt is gone back to', async (t) => {
  const k = await journaled(t, (root) => [
    [call('r1', 'Read', { file_path: path.join(root, 'a.txt') })],
    [
      call('e1', 'Edit', { file_path: path.join(root, 'a.txt'), old_string: 'two', new_string: 'TWO' }),
      call('w1', 'Write', { file_path: path.join(root, 'new.txt'), content: 'new\n' }),
    ],
    [text('done')],
    [call('b1', 'Bash', { command: "sed -i 's/one/ONE/' a.txt; rm other.txt; echo x > made.txt" })],
    [text('done')],
  ]);
  await writeFile(k.at('a.txt'), 'one\n\ntwo\n');
  await writeFile(k.at('other.txt'), 'other\n');
  await run(k.conversation, 'first');
  await run(k.conversation, 'second');
  const [first, second] = idOf(k);
  assert.ok(first && second);
  assert.deepEqual(
    (await k.entries()).map(({ path: file, call: id, source, message, unconfirmed }) => [
      path.basename(file),
      id,
      source,
      message === first ? 1 : message === second ? 2 : 0,
      unconfirmed,
    ]),
    [
      ['a.txt', 'e1', 'edit', 1, undefined],
      ['new.txt', 'w1', 'edit', 1, undefined],
      ['a.txt', 'b1', 'command', 2, undefined],
      ['other.txt', 'b1', 'command', 2, undefined],
      ['made.txt', 'b1', 'command', 2, undefined],
    ],
  );
  assert.equal(await readFile(k.at('a.txt'), 'utf8'), 'ONE\n\nTWO\n');
  await k.undo(second);
  assert.equal(await readFile(k.at('a.txt'), 'utf8'), 'one\n\nTWO\n');
  assert.deepEqual((await readdir(k.root)).sort(), ['a.txt', 'new.txt', 'other.txt']);
  await k.undo(first);
  assert.equal(await readFile(k.at('a.txt'), 'utf8'), 'one\n\ntwo\n');
  assert.deepEqual((await readdir(k.root)).sort(), ['a.txt', 'other.txt']);
});

test('a command in the background is on record when it ends, with what it names', async (t) => {
  const k = await journaled(t, () => [
    [call('b1', 'Bash', { command: 'sleep 0.2; echo two > a.txt', run_in_background: true })],
    [text('done')],
  ]);
  await writeFile(k.at('a.txt'), 'one\n');
  await run(k.conversation, 'go');
  for (;;) {
    const [entry] = await k.entries();
    if (entry !== undefined && entry.unconfirmed === undefined) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const [message] = idOf(k);
  assert.ok(message);
  await k.undo(message);
  assert.equal(await readFile(k.at('a.txt'), 'utf8'), 'one\n');
});

test('a command that could not be started or that is stopped leaves nothing half told', async (t) => {
  const k = await journaled(t, () => [[call('b1', 'Bash', { command: 'echo two > a.txt; sleep 60' })], [text('done')]]);
  await writeFile(k.at('a.txt'), 'one\n');
  const started = until(k.conversation, 'toolStarted');
  const ended = until(k.conversation, 'finished');
  k.conversation.send(prompt('go'));
  await started;
  while ((await readFile(k.at('a.txt'), 'utf8')) !== 'two\n') await new Promise((resolve) => setTimeout(resolve, 20));
  k.conversation.stop();
  await ended;
  for (;;) {
    const [entry] = await k.entries();
    if (entry?.after.kind === 'content') break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const [message] = idOf(k);
  assert.ok(message);
  await k.undo(message);
  assert.equal(await readFile(k.at('a.txt'), 'utf8'), 'one\n');
});

test('after a resume what follows belongs to the last prompt, and all of it goes back', async (t) => {
  const k = await journaled(t, (root) => [
    [call('w1', 'Write', { file_path: path.join(root, 'new.txt'), content: 'new\n' })],
    [text('done')],
    [call('b1', 'Bash', { command: 'rm new.txt' })],
    [text('done')],
  ]);
  await run(k.conversation, 'first');
  await k.conversation.dispose();
  const again = await k.reopen();
  again.listen((event) => {
    if (event.type === 'asked') setImmediate(() => again.answer(event.question.id, { type: 'allow' }));
  });
  await run(again, 'second');
  const [first, second] = idOf({ ...k, conversation: again });
  assert.ok(first && second);
  await k.undo(second);
  assert.deepEqual(await readdir(k.root), ['new.txt']);
  await k.undo(first);
  assert.deepEqual(await readdir(k.root), []);
});
