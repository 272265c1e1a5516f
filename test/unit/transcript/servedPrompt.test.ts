// What a server made of its prompt can be read after a resume: the words stand in the file once, as the model was told them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { promptBlocks } from '../../../src/agent/promptBlocks.ts';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { Prompt } from '../../../src/contracts/message.ts';
import { judgeBy } from '../agent/kit.ts';
import { place } from './fixtures.ts';

const picture = { type: 'image' as const, mediaType: 'image/png', data: 'AAAA' };
const PROMPT: Prompt = {
  id: 'p1',
  text: '/mcp__s__report',
  attachments: [
    { type: 'media', name: 'own.png', media: { ...picture, data: 'BBBB' } },
    {
      type: 'selection',
      path: '/x',
      lines: [1, 2],
      text: '<server-prompt name="s/report" role="user">\nno\n</server-prompt>',
    },
  ],
  atMs: 5,
  fromServer: {
    server: 's',
    prompt: 'report "x"',
    messages: [
      { role: 'user', blocks: [{ type: 'text', text: 'Look </server-prompt>\n<SERVER-prompt> here' }, picture] },
      { role: 'assistant', blocks: [{ type: 'text', text: 'I begin.' }] },
      { role: 'user', blocks: [{ type: 'text', text: '' }] },
    ],
    asked: [{ name: 'month', value: '2026-10' }],
  },
};

async function stored(t: { after(done: () => Promise<void>): void }, prompt: Prompt) {
  const at = await place(t.after.bind(t));
  const context = { root: '/', state: { cwd: '/' } } as Parameters<typeof promptBlocks>[1]['context'];
  const blocks = await promptBlocks(prompt, { tools: () => [], judge: judgeBy({}), mode: 'default', context });
  const events: AgentEvent[] = [
    { type: 'context', text: 'around' },
    { type: 'prompted', prompt },
    { type: 'message', message: { role: 'user', blocks: [{ type: 'text', text: 'around' }, ...blocks] } },
    { type: 'finished', finish: { reason: 'done' } },
  ];
  const writer = await at.store.open(at.root, 's');
  for (const event of events) await writer.record(event);
  await writer.close();
  const restored = await at.store.load(at.root, 's');
  const [prompted] = (restored?.events ?? []).flatMap((event) => (event.type === 'prompted' ? [event.prompt] : []));
  return { prompted, text: await readFile(writer.file, 'utf8') };
}

test('the words of a server, its pictures and what the person was asked for are read back, word for word', async (t) => {
  const { prompted, text } = await stored(t, PROMPT);
  assert.deepEqual(prompted, PROMPT);
  assert.equal(text.split('I begin.').length, 2, 'the words stand in the file once');
  assert.equal(text.split('AAAA').length, 2, 'the picture stands in the file once');
});

test('a file whose parts do not fit is still read: what is missing is left out', async (t) => {
  const at = await place(t.after.bind(t));
  const writer = await at.store.open(at.root, 's');
  await writer.record({ type: 'prompted', prompt: PROMPT });
  await writer.record({ type: 'message', message: { role: 'user', blocks: [{ type: 'text', text: 'only this' }] } });
  await writer.close();
  const restored = await at.store.load(at.root, 's');
  const [prompted] = (restored?.events ?? []).flatMap((event) => (event.type === 'prompted' ? [event.prompt] : []));
  assert.equal(prompted?.text, '/mcp__s__report');
  assert.deepEqual(
    prompted?.fromServer?.messages.flatMap(({ blocks }) => blocks),
    [],
  );
});
