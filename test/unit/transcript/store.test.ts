import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { projectSlug } from '../../../src/transcript/slug.ts';
import { foreignLines, place, putSession, turn } from './fixtures.ts';

const texts = (messages: ReadonlyArray<{ blocks: ReadonlyArray<{ type: string }> }> | undefined) =>
  messages?.map((message) => message.blocks.map((block) => ('text' in block ? block.text : block.type)).join('+'));

test('the folder of a project: every unit that is no letter or digit is a dash, a long name is cut and hashed', () => {
  assert.equal(projectSlug('/home/jo/My_App.v2'), '-home-jo-My-App-v2');
  assert.equal(projectSlug('/x/한글😀'), '-x-----');
  const long = projectSlug(`/${'a'.repeat(250)}`);
  assert.match(long, /^-a{199}-[a-z0-9]+$/);
  assert.notEqual(long, projectSlug(`/${'a'.repeat(251)}`));
  assert.equal(projectSlug(`/${'a'.repeat(199)}`).length, 200);
});

test('a session of the existing client is listed, and read as messages and events', async (t) => {
  const at = await place(t.after.bind(t));
  await putSession(at, 'theirs', foreignLines(at.root));
  const [session, ...others] = await at.store.list(at.root);
  assert.equal(others.length, 0);
  assert.deepEqual(
    { ...session, file: '' },
    {
      id: 'theirs',
      title: 'List it',
      updatedAtMs: Date.UTC(2026, 10, 1, 0, 0, 7),
      messages: 1,
      root: at.root,
      file: '',
    },
  );
  const restored = await at.store.load(at.root, 'theirs');
  assert.deepEqual(restored?.messages, [
    { role: 'user', blocks: [{ type: 'text', text: 'List it' }] },
    {
      role: 'assistant',
      blocks: [
        { type: 'thinking', text: 'hm', signature: 'sig' },
        { type: 'text', text: 'I list.' },
        { type: 'toolUse', id: 't1', name: 'Bash', input: { command: 'ls' } },
      ],
    },
    {
      role: 'user',
      blocks: [{ type: 'toolResult', id: 't1', content: [{ type: 'text', text: 'a.txt' }], isError: false }],
    },
    { role: 'assistant', blocks: [{ type: 'text', text: 'One file.' }] },
  ]);
  assert.deepEqual(
    restored.events.map((event) => event.type),
    ['prompted', 'message', 'message', 'toolFinished', 'message', 'finished'],
  );
  const finished = restored.events.find((event) => event.type === 'toolFinished');
  assert.ok(
    finished?.type === 'toolFinished' &&
      finished.output.detail?.type === 'command' &&
      finished.output.detail.stdout === 'a.txt',
  );
  assert.equal(restored.contextTokens, 120);
});

test('ours goes on in their file, hanging on their last line', async (t) => {
  const at = await place(t.after.bind(t));
  const file = await putSession(at, 'theirs', foreignLines(at.root));
  const writer = await at.store.open(at.root, 'theirs');
  for (const event of turn('More')) await writer.record(event);
  assert.deepEqual(await writer.flush(), []);
  await writer.close();
  const lines = (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const ours = lines.filter((line) => line.version === '1.2.3');
  assert.deepEqual(
    ours.map((line) => line.type),
    ['user', 'assistant'],
  );
  assert.equal(ours[0].parentUuid, 'a4');
  assert.equal(ours[1].parentUuid, ours[0].uuid);
  assert.deepEqual(texts((await at.store.load(at.root, 'theirs'))?.messages.slice(4)), ['More', 'answer to More']);
});

test('what we write has what the existing client needs', async (t) => {
  const at = await place(t.after.bind(t));
  const writer = await at.store.open(at.root, 'ours');
  const call = { type: 'toolUse' as const, id: 't1', name: 'Read', input: { file_path: '/x' } };
  const [prompted, prompt] = turn('Read it');
  const facts = {
    messageId: 'm1',
    model: 'claude-y',
    requestId: 'req_9',
    usage: { inputTokens: 1, cacheWriteTokens: 2, cacheReadTokens: 3, outputTokens: 4 },
    stop: 'toolUse' as const,
  };
  const output = {
    content: [{ type: 'text' as const, text: '1\tone' }],
    isError: false,
    detail: { type: 'file' as const, path: '/x', startLine: 1, lines: 1, totalLines: 9 },
  };
  for (const event of [
    prompted,
    prompt,
    {
      type: 'message' as const,
      message: { role: 'assistant' as const, blocks: [{ type: 'text' as const, text: 'I read.' }, call] },
      facts,
    },
    { type: 'toolFinished' as const, call, output, status: 'done' as const, durationMs: 3 },
    {
      type: 'message' as const,
      message: {
        role: 'user' as const,
        blocks: [{ type: 'toolResult' as const, id: 't1', content: output.content, isError: false }],
      },
    },
  ]) {
    if (event) await writer.record(event);
  }
  await writer.close();
  const lines = (await readFile(writer.file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map((line) => line.type),
    ['user', 'assistant', 'assistant', 'user'],
    'one line a block, one a result',
  );
  let parent: string | null = null;
  for (const line of lines) {
    assert.equal(line.parentUuid, parent);
    assert.match(line.timestamp, /^\d{4}-\d\d-\d\dT/);
    assert.equal(line.sessionId, 'ours');
    assert.equal(line.cwd, at.root);
    assert.equal(line.isSidechain, false);
    parent = line.uuid;
  }
  const [user, words, use, result] = lines;
  assert.deepEqual(user.message, { role: 'user', content: 'Read it' });
  for (const line of [words, use]) {
    assert.equal(line.message.id, 'm1');
    assert.equal(line.message.model, 'claude-y');
    assert.equal(line.message.stop_reason, 'tool_use');
    assert.deepEqual(line.message.usage, {
      input_tokens: 1,
      cache_creation_input_tokens: 2,
      cache_read_input_tokens: 3,
      output_tokens: 4,
    });
    assert.equal(line.requestId, 'req_9');
  }
  assert.deepEqual(use.message.content, [{ type: 'tool_use', id: 't1', name: 'Read', input: { file_path: '/x' } }]);
  assert.deepEqual(result.message.content, [{ tool_use_id: 't1', type: 'tool_result', content: '1\tone' }]);
  assert.equal(result.sourceToolAssistantUUID, use.uuid);
  assert.deepEqual(result.toolUseResult, {
    type: 'text',
    file: { filePath: '/x', content: 'one', numLines: 1, startLine: 1, totalLines: 9 },
  });
});

test('files are for their owner alone', async (t) => {
  const at = await place(t.after.bind(t));
  const writer = await at.store.open(at.root, 'ours');
  for (const event of turn('Hi')) await writer.record(event);
  await writer.close();
  assert.equal((await stat(writer.file)).mode & 0o777, 0o600);
  assert.equal((await stat(at.folder)).mode & 0o777, 0o700);
  assert.equal((await stat(path.dirname(at.folder))).mode & 0o777, 0o700);
});

test('a conversation that others could read is its owner’s alone once it goes on', async (t) => {
  const at = await place(t.after.bind(t));
  const first = await at.store.open(at.root, 'open');
  for (const event of turn('one')) await first.record(event);
  await first.close();
  await chmod(first.file, 0o644);
  const again = await at.newStore().open(at.root, 'open');
  for (const event of turn('two', 2)) await again.record(event);
  await again.close();
  assert.equal(again.file, first.file);
  assert.equal((await stat(first.file)).mode & 0o777, 0o600);
});

test('broken lines cost themselves alone: a cut last one, garbage in the middle, unknown kinds', async (t) => {
  const at = await place(t.after.bind(t));
  const lines = foreignLines(at.root);
  const file = await putSession(at, 's', [
    ...lines.slice(0, 3),
    '{"type":"user","uuid":',
    'garbage',
    '[1]',
    { type: 'from-the-future', uuid: 'f' },
    ...lines.slice(3),
  ]);
  await writeFile(file, `${await readFile(file, 'utf8')}{"parentUuid":"a4","type":"user","message":{"role":"us`);
  assert.equal((await at.store.load(at.root, 's'))?.messages.length, 4);
  assert.equal((await at.store.list(at.root))[0]?.messages, 1);
  const writer = await at.store.open(at.root, 's');
  for (const event of turn('After the crash')) await writer.record(event);
  await writer.close();
  assert.deepEqual(texts((await at.store.load(at.root, 's'))?.messages.slice(-2)), [
    'After the crash',
    'answer to After the crash',
  ]);
  assert.equal((await at.store.list(at.root))[0]?.messages, 2);
});

test('cut anywhere, a file still opens with all lines before the cut', async (t) => {
  const at = await place(t.after.bind(t));
  const file = await putSession(at, 's', foreignLines(at.root));
  const whole = await readFile(file);
  const all = (await at.store.load(at.root, 's'))?.events.length ?? 0;
  let last = 0;
  for (let length = 0; length <= whole.length; length += 97) {
    await writeFile(file, whole.subarray(0, length));
    const count = (await at.store.load(at.root, 's'))?.events.length ?? 0;
    assert.ok(count <= all && count >= last - 1, `${length} bytes: ${count} events`);
    last = count;
  }
  assert.ok(last >= 4);
});

test('of two branches the one that was written last counts', async (t) => {
  const at = await place(t.after.bind(t));
  const lines = foreignLines(at.root);
  const line = (uuid: string, parentUuid: string, content: string) => ({
    ...lines[1],
    uuid,
    parentUuid,
    message: { role: 'user', content },
    timestamp: '2026-11-01T01:00:00.000Z',
  });
  await putSession(at, 's', [...lines, line('b1', 'a4', 'left'), line('c1', 'a4', 'right')]);
  assert.deepEqual(texts((await at.store.load(at.root, 's'))?.messages.slice(-1)), ['right']);
});

test('results that hang beside each other all count, in the order of their calls', async (t) => {
  const at = await place(t.after.bind(t));
  const lines = foreignLines(at.root);
  const second = {
    ...lines[5],
    uuid: 'a3b',
    parentUuid: 'a3',
    message: {
      ...(lines[5]?.['message'] as object),
      content: [{ type: 'tool_use', id: 't2', name: 'Bash', input: {} }],
    },
  };
  const result = (uuid: string, parentUuid: string, id: string) => ({
    ...lines[6],
    uuid,
    parentUuid,
    message: { role: 'user', content: [{ tool_use_id: id, type: 'tool_result', content: id }] },
  });
  const end = { ...lines[7], parentUuid: 'r2' };
  await putSession(at, 's', [...lines.slice(0, 6), second, result('r2', 'a3b', 't2'), result('r1', 'a3', 't1'), end]);
  const results = (await at.store.load(at.root, 's'))?.messages[2]?.blocks.map((block) =>
    block.type === 'toolResult' ? block.id : block.type,
  );
  assert.deepEqual(results, ['t1', 't2']);
});

test('their compaction cuts what was before; the page keeps it', async (t) => {
  const at = await place(t.after.bind(t));
  const lines = foreignLines(at.root);
  const boundary = {
    type: 'system',
    subtype: 'compact_boundary',
    uuid: 'c1',
    parentUuid: null,
    logicalParentUuid: 'a4',
    compactMetadata: { trigger: 'auto', preTokens: 99 },
    timestamp: '2026-11-01T01:00:00.000Z',
  };
  const summary = {
    ...lines[1],
    uuid: 'c2',
    parentUuid: 'c1',
    isCompactSummary: true,
    message: { role: 'user', content: 'They listed files.' },
  };
  await putSession(at, 's', [...lines, boundary, summary]);
  const restored = await at.store.load(at.root, 's');
  assert.deepEqual(texts(restored?.messages), ['They listed files.']);
  assert.ok(restored?.events.some((event) => event.type === 'prompted' && event.prompt.text === 'List it'));
  assert.deepEqual(
    restored?.events.find((event) => event.type === 'compacted'),
    { type: 'compacted', summary: 'They listed files.', trigger: 'automatic', beforeTokens: 99 },
  );
});

test('an error that the other client noted is shown, and not sent to a model', async (t) => {
  const at = await place(t.after.bind(t));
  const lines = foreignLines(at.root);
  const error = {
    ...lines[7],
    uuid: 'e1',
    parentUuid: 'a4',
    message: { role: 'assistant', model: '<synthetic>', content: [{ type: 'text', text: 'API Error: 529' }] },
  };
  await putSession(at, 's', [...lines, error]);
  const restored = await at.store.load(at.root, 's');
  assert.equal(restored?.messages.length, 4);
  assert.ok(
    restored?.events.some((event) => event.type === 'notice' && event.because.args['text'] === 'API Error: 529'),
  );
});

test('a title given later wins, ours and theirs; the list is newest first', async (t) => {
  const at = await place(t.after.bind(t));
  await putSession(at, 'old', foreignLines(at.root));
  const writer = await at.store.open(at.root, 'new');
  for (const event of turn('New one')) await writer.record(event);
  await writer.record({ type: 'title', title: 'New one' });
  await at.store.rename(at.root, 'new', 'Renamed while open');
  for (const event of turn('And on', 2)) await writer.record(event);
  assert.deepEqual(await writer.flush(), [], 'our own title is no other program');
  await writer.close();
  await at.store.rename(at.root, 'old', 'Renamed while closed');
  assert.deepEqual(
    (await at.store.list(at.root)).map((one) => [one.id, one.title, one.messages]),
    [
      ['new', 'Renamed while open', 2],
      ['old', 'Renamed while closed', 1],
    ],
  );
  assert.equal((await at.store.load(at.root, 'old'))?.title, 'Renamed while closed');
  assert.equal((await readdir(at.folder)).length, 2, 'no lock stays behind');
});

test('what is removed goes to a dated trash, with what lies beside it', async (t) => {
  const at = await place(t.after.bind(t));
  await putSession(at, 's', foreignLines(at.root));
  await mkdir(path.join(at.folder, 's', 'subagents'), { recursive: true });
  await at.store.remove(at.root, 's');
  assert.deepEqual(await at.store.list(at.root), []);
  const trash = path.join(at.configDir, 'trash', '2026-11-23', path.basename(at.folder));
  assert.deepEqual((await readdir(trash)).sort(), ['s', 's.jsonl']);
  await putSession(at, 's', foreignLines(at.root));
  await at.store.remove(at.root, 's');
  assert.equal((await readdir(trash)).length, 3, 'nothing in the trash is replaced');
});

test('files without a prompt, side files and folders are no conversations', async (t) => {
  const at = await place(t.after.bind(t));
  const sidechain = foreignLines(at.root).map((line) => ({ ...line, isSidechain: true }));
  await putSession(at, 'agent-1', sidechain);
  await putSession(at, 'empty', []);
  await mkdir(path.join(at.folder, 'folder.jsonl'));
  assert.deepEqual(await at.store.list(at.root), []);
});

test('an id is a name, never a path', async (t) => {
  const at = await place(t.after.bind(t));
  await putSession(at, 's', foreignLines(at.root));
  await writeFile(path.join(at.configDir, 'projects', 'x.jsonl'), '{}');
  assert.equal(await at.store.load(at.root, '../x'), undefined);
});

test('a project reached by a link has the conversations of the real folder', async (t) => {
  const at = await place(t.after.bind(t));
  await putSession(at, 's', foreignLines(at.root));
  const link = path.join(path.dirname(at.root), 'link');
  await symlink(at.root, link);
  assert.equal((await at.store.list(link)).length, 1);
});

test('a long path finds the folder that the other client made, by what its lines say', async (t) => {
  const at = await place(t.after.bind(t));
  const root = path.join(at.root, 'd'.repeat(120), 'e'.repeat(120));
  await mkdir(root, { recursive: true });
  const theirs = path.join(at.configDir, 'projects', `${projectSlug(root).slice(0, 200)}-otherhash`);
  const other = path.join(at.configDir, 'projects', `${projectSlug(root).slice(0, 200)}-third`);
  await putSession({ ...at, folder: theirs }, 's', foreignLines(root));
  await putSession({ ...at, folder: other }, 'x', foreignLines(`${root}x`));
  assert.deepEqual(
    (await at.store.list(root)).map((one) => one.id),
    ['s'],
  );
  assert.ok(await at.store.load(root, 's'));
});

test('for people who want no history nothing is written', async (t) => {
  const at = await place(t.after.bind(t));
  const writer = await at.newStore({ CLAUDE_CODE_SKIP_PROMPT_HISTORY: '1' }).open(at.root, 'ours');
  for (const event of turn('Secret plan')) await writer.record(event);
  assert.deepEqual(await writer.flush(), []);
  await writer.close();
  await assert.rejects(stat(at.folder));
});
