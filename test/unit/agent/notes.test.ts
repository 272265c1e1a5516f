// What happened outside of the conversation reaches the model once, with its next request.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause, Recorder } from '../../../src/contracts/journal.ts';
import type { Message } from '../../../src/contracts/message.ts';
import { call, text } from '../../support/scriptedProvider.ts';
import { judgeBy, makeKit, run } from './kit.ts';

const FILE = '/project/a.txt';
const edit = (id: string, from: string, to: string) =>
  call(id, 'Edit', { file_path: FILE, old_string: from, new_string: to });
const read = (id: string) => call(id, 'Read', { file_path: FILE });

/** What the newest message of a request says in plain text, in order with the results in it. */
function newest(messages: readonly Message[] | undefined): string[] {
  return (messages?.at(-1)?.blocks ?? []).map((block) => (block.type === 'text' ? block.text : block.type));
}

test('with the results of the calls under way, after them; with a prompt, before it', async (t) => {
  const waiting: string[] = [];
  const asked: string[] = [];
  const kit = await makeKit(t.after.bind(t), {
    files: { [FILE]: 'x\n' },
    script: [[read('r')], [text('ok')], [text('again')]],
    notes: async (conversation) => {
      asked.push(conversation);
      return waiting.splice(0);
    },
  });
  kit.conversation.listen((event) => {
    if (event.type === 'toolStarted') waiting.push('Taken back meanwhile.');
  });
  await run(kit.conversation, 'go');
  assert.deepEqual(newest(kit.provider.requests[1]?.messages), ['toolResult', 'Taken back meanwhile.']);
  waiting.push('Taken back afterwards.');
  await run(kit.conversation, 'and now?');
  assert.deepEqual(newest(kit.provider.requests[2]?.messages), ['Taken back afterwards.', 'and now?']);
  assert.ok(asked.every((conversation) => conversation === kit.conversation.id));

  // It is part of the history, and of no prompt, in a second life too.
  const again = await kit.reopen();
  assert.deepEqual(
    again.events.flatMap((event) => (event.type === 'prompted' ? [event.prompt.text] : [])),
    ['go', 'and now?'],
  );
});

test('a note that cannot be had stops nobody', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    script: [[text('ok')]],
    notes: () => Promise.reject(new Error('broken')),
  });
  assert.deepEqual(await run(kit.conversation, 'go'), { reason: 'done' });
  assert.match(kit.logged.join('\n'), /broken/);
});

test('whoever records writes is told which of them a person reviewed', async (t) => {
  const causes: Cause[] = [];
  const recorder: Recorder = {
    prompted: async () => {},
    workspace: (files, cause) => ({
      ...files,
      write: (...args) => {
        causes.push(cause);
        return files.write(...args);
      },
    }),
    command: async () => ({ end: async () => {} }),
  };
  for (const kind of ['allow', 'ask'] as const) {
    const kit = await makeKit(t.after.bind(t), {
      files: { [FILE]: 'x\n' },
      judge: judgeBy({ Edit: kind }),
      recorder,
      script: [[read('r')], [edit(kind, 'x', 'y')], [text('ok')]],
    });
    kit.conversation.listen((event) => {
      if (event.type === 'asked') kit.conversation.answer(event.question.id, { type: 'allow' });
    });
    await run(kit.conversation, 'go');
  }
  assert.deepEqual(
    causes.map(({ call: id, reviewed }) => [id, reviewed]),
    [
      ['allow', undefined],
      ['ask', true],
    ],
  );
});
