import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Block } from '../../../src/contracts/message.ts';
import { call, text } from '../../support/scriptedProvider.ts';
import { decision, judgeBy, makeKit, run } from './kit.ts';

const FILE = '/project/src/a.ts';

/** The blocks of the first request after the context. */
async function sent(
  t: { after(done: () => Promise<void>): void },
  attachments: Parameters<typeof run>[2],
  change: Parameters<typeof makeKit>[1] = {},
): Promise<Block[]> {
  const kit = await makeKit(t.after.bind(t), {
    files: { [FILE]: 'one\ntwo\nthree\nfour\n', '/project/.env': 'SECRET=1\n' },
    script: [[text('ok')]],
    ...change,
  });
  await run(kit.conversation, 'Look', attachments);
  return kit.provider.requests[0]?.messages[0]?.blocks.slice(1) ?? [];
}

test('a file, whole and by lines, as the Read tool gives it; the text comes last', async (t) => {
  const blocks = await sent(t, [
    { type: 'file', path: FILE },
    { type: 'file', path: FILE, lines: [2, 3] },
  ]);
  const words = blocks.map((block) => (block.type === 'text' ? block.text : ''));
  assert.match(words[0] ?? '', /<file name="src\/a\.ts">\n.*1\tone.*4\tfour/s);
  assert.match(words[1] ?? '', /<file name="src\/a\.ts:2-3">\n *2\ttwo\n *3\tthree/);
  assert.doesNotMatch(words[1] ?? '', /one|four/);
  assert.equal(words[2], 'Look');
});

test('a file that was attached counts as read: it may be edited', async (t) => {
  const kit = await makeKit(t.after.bind(t), {
    files: { [FILE]: 'one\n' },
    script: [[call('e', 'Edit', { file_path: FILE, old_string: 'one', new_string: 'uno' })], [text('ok')]],
  });
  await run(kit.conversation, 'Change it', [{ type: 'file', path: FILE }]);
  assert.equal(kit.workspace.text(FILE), 'uno\n');
});

test('what a rule denies is said, not sent: file, selection, folder', async (t) => {
  const blocks = await sent(
    t,
    [
      { type: 'file', path: '/project/.env' },
      { type: 'selection', path: '/project/.env', lines: [1, 1], text: 'SECRET=1' },
      { type: 'folder', path: '/project/secrets' },
    ],
    { judge: judgeBy({ Read: 'deny', Glob: 'deny' }) },
  );
  assert.equal(blocks.length, 4);
  assert.doesNotMatch(JSON.stringify(blocks), /SECRET/);
  for (const block of blocks.slice(0, 3)) assert.match(block.type === 'text' ? block.text : '', /was not sent/);
});

test('the decision is asked for as for a read of that path', async (t) => {
  const asked: unknown[] = [];
  await sent(t, [{ type: 'file', path: FILE }], {
    judge: async ({ tool, actions, mode }) => {
      asked.push([tool, actions]);
      return decision('ask', tool, mode);
    },
  });
  assert.deepEqual(asked[0], ['Read', [{ kind: 'read', path: FILE }]]);
});

test('with the Read tool denied outright nothing is read', async (t) => {
  const blocks = await sent(t, [{ type: 'file', path: FILE }], { tools: () => [] });
  assert.match(JSON.stringify(blocks[0]), /was not sent: reading files is denied/);
});

test('a folder is its listing, a missing file is said, a picture is sent as it is', async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-folder-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await mkdir(path.join(folder, 'sub'));
  await writeFile(path.join(folder, 'b.txt'), '');
  const image = { type: 'image' as const, mediaType: 'image/png', data: 'AAAA' };
  const blocks = await sent(t, [
    { type: 'folder', path: folder },
    { type: 'file', path: '/project/none.ts' },
    { type: 'media', name: 'p.png', media: image },
  ]);
  assert.match(JSON.stringify(blocks[0]), /b\.txt\\nsub\/\\n/);
  assert.match(JSON.stringify(blocks[1]), /none\.ts was not sent/);
  assert.deepEqual(blocks[2], image);
});
