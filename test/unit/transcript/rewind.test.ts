import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import { foreignLines, type Place, place, putSession, turn } from './fixtures.ts';

async function say(at: Place, events: AgentEvent[]): Promise<void> {
  const writer = await at.store.open(at.root, 's');
  for (const event of events) await writer.record(event);
  assert.deepEqual(await writer.flush(), []);
  await writer.close();
}

/** What the conversation is, as somebody who opens it anew sees it. */
async function prompts(at: Place): Promise<string[]> {
  const restored = await at.newStore().load(at.root, 's');
  assert.ok(restored);
  const asked = restored.events.flatMap((event) => (event.type === 'prompted' ? [event.prompt.text] : []));
  const said = restored.messages.flatMap((message) =>
    message.blocks.map((block) => ('text' in block ? block.text : '')),
  );
  assert.deepEqual(
    said,
    asked.flatMap((text) => [text, `answer to ${text}`]),
  );
  return asked;
}

test('a conversation goes on before a prompt, what came after stays in the file, and that is taken back', async (t) => {
  const at = await place(t.after.bind(t));
  await say(at, [...turn('one', 1), ...turn('two', 2), ...turn('three', 3)]);
  const before = await readFile(`${at.folder}/s.jsonl`, 'utf8');
  const rewound = await at.store.rewind(at.root, 's', { prompt: 'p2' });
  assert.deepEqual(rewound?.prompt, { id: 'p2', text: 'two', attachments: [], atMs: 5 });
  assert.deepEqual(await prompts(at), ['one']);
  const after = await readFile(`${at.folder}/s.jsonl`, 'utf8');
  assert.ok(after.startsWith(before), 'only added to');
  assert.ok(rewound);
  const back = await at.store.rewind(at.root, 's', { place: rewound.from });
  assert.deepEqual(await prompts(at), ['one', 'two', 'three']);
  assert.ok(back);
  await at.store.rewind(at.root, 's', { place: back.from });
  await say(at, turn('other', 4));
  assert.deepEqual(await prompts(at), ['one', 'other']);
  assert.equal(await at.store.rewind(at.root, 's', { prompt: 'p3' }), undefined, 'of another branch');
});

test('before the first prompt there is nothing, and what follows is a conversation of its own', async (t) => {
  const at = await place(t.after.bind(t));
  await say(at, [{ type: 'mode', mode: 'acceptEdits' }, { type: 'context', text: 'the context' }, ...turn('one', 1)]);
  await at.store.rewind(at.root, 's', { prompt: 'p1' });
  const restored = await at.newStore().load(at.root, 's');
  assert.deepEqual([restored?.messages, restored?.context, restored?.mode], [[], undefined, 'acceptEdits']);
  await say(at, turn('again', 2));
  assert.deepEqual(await prompts(at), ['again']);
  assert.equal((await at.store.list(at.root)).length, 1);
});

test('the line says nothing to whoever does not know it, and one that leads nowhere counts as not there', async (t) => {
  const at = await place(t.after.bind(t));
  const lines = foreignLines(at.root);
  await putSession(at, 's', [...lines, { type: 'assent-rewind', leafUuid: 'gone', sessionId: 's' }]);
  assert.equal((await at.store.load(at.root, 's'))?.messages.length, 4);
  assert.equal((await at.store.rewind(at.root, 's', { prompt: 'p1' }))?.from, 'a4');
  const [session] = await at.store.list(at.root);
  assert.deepEqual([session?.title, session?.messages], ['List it', 1]);
});

test('while it is open it is not gone back in', async (t) => {
  const at = await place(t.after.bind(t));
  await say(at, turn('one', 1));
  const writer = await at.store.open(at.root, 's');
  await assert.rejects(at.store.rewind(at.root, 's', { prompt: 'p1' }), /still open/);
  await writer.close();
  assert.equal(await at.store.rewind(at.root, 's', { prompt: 'unknown' }), undefined);
  assert.equal(await at.store.rewind(at.root, 'nobody', { prompt: 'p1' }), undefined);
});
