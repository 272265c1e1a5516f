// Lines as the existing client writes them, and a store in a temporary folder.
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AgentEvent } from '../../../src/contracts/event.ts';
import type { TranscriptStore } from '../../../src/contracts/transcript.ts';
import { projectSlug } from '../../../src/transcript/slug.ts';
import { createTranscriptStore } from '../../../src/transcript/store.ts';

export type Place = {
  store: TranscriptStore;
  configDir: string;
  root: string;
  folder: string;
  newStore(env?: Record<string, string>): TranscriptStore;
};

export async function place(after: (done: () => Promise<void>) => void): Promise<Place> {
  const base = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-transcript-')));
  after(() => rm(base, { recursive: true, force: true }));
  const [configDir, root] = [path.join(base, 'config'), path.join(base, 'my project')];
  await mkdir(root);
  let ids = 0;
  let clock = Date.UTC(2026, 10, 23);
  const newStore = (env: Record<string, string> = {}) =>
    createTranscriptStore({
      configDir,
      version: '1.2.3',
      env: () => env,
      now: () => ++clock,
      newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    });
  return { store: newStore(), configDir, root, folder: path.join(configDir, 'projects', projectSlug(root)), newStore };
}

type Fields = Record<string, unknown>;

/** A session of the existing client: prompt, call, result, answer. Each line names the one before. */
export function foreignLines(root: string): Fields[] {
  const common = (uuid: string, parentUuid: string | null, at: number) => ({
    parentUuid,
    isSidechain: false,
    userType: 'external',
    cwd: root,
    sessionId: 'theirs',
    version: '2.1.197',
    gitBranch: 'main',
    uuid,
    timestamp: new Date(Date.UTC(2026, 10, 1, 0, 0, at)).toISOString(),
  });
  const answer = (id: string, content: unknown, stop: string) => ({
    message: {
      id,
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [content],
      stop_reason: stop,
      stop_sequence: null,
      usage: { input_tokens: 3, cache_creation_input_tokens: 10, cache_read_input_tokens: 100, output_tokens: 7 },
    },
    requestId: 'req_1',
  });
  return [
    {
      type: 'queue-operation',
      operation: 'enqueue',
      timestamp: '2026-11-01T00:00:00.000Z',
      sessionId: 'theirs',
      content: 'List it',
    },
    {
      ...common('u1', null, 1),
      type: 'user',
      message: { role: 'user', content: 'List it' },
      promptId: 'p1',
      permissionMode: 'default',
    },
    { ...common('x1', 'u1', 2), type: 'attachment', attachment: { type: 'skill_listing', content: 'none' } },
    {
      ...common('a1', 'x1', 3),
      type: 'assistant',
      ...answer('msg_1', { type: 'thinking', thinking: 'hm', signature: 'sig' }, 'tool_use'),
    },
    { ...common('a2', 'a1', 4), type: 'assistant', ...answer('msg_1', { type: 'text', text: 'I list.' }, 'tool_use') },
    {
      ...common('a3', 'a2', 5),
      type: 'assistant',
      ...answer('msg_1', { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'ls' } }, 'tool_use'),
    },
    {
      ...common('r1', 'a3', 6),
      type: 'user',
      message: {
        role: 'user',
        content: [{ tool_use_id: 't1', type: 'tool_result', content: 'a.txt', is_error: false }],
      },
      toolUseResult: { stdout: 'a.txt', stderr: '', interrupted: false, isImage: false, noOutputExpected: false },
      sourceToolAssistantUUID: 'a3',
    },
    {
      ...common('a4', 'r1', 7),
      type: 'assistant',
      ...answer('msg_2', { type: 'text', text: 'One file.' }, 'end_turn'),
    },
    { type: 'last-prompt', lastPrompt: 'List it', leafUuid: 'a4', sessionId: 'theirs' },
  ];
}

export async function putSession(target: Place, id: string, lines: ReadonlyArray<Fields | string>): Promise<string> {
  await mkdir(target.folder, { recursive: true });
  const file = path.join(target.folder, `${id}.jsonl`);
  await writeFile(file, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return file;
}

/** The events of a short turn of ours. */
export function turn(words: string, number = 1): AgentEvent[] {
  const usage = { inputTokens: 1, cacheWriteTokens: 2, cacheReadTokens: 3, outputTokens: 4 };
  return [
    { type: 'prompted', prompt: { id: `p${number}`, text: words, attachments: [], atMs: 5 } },
    { type: 'message', message: { role: 'user', blocks: [{ type: 'text', text: words }] } },
    {
      type: 'message',
      message: { role: 'assistant', blocks: [{ type: 'text', text: `answer to ${words}` }] },
      facts: { messageId: `m${number}`, model: 'claude-y', usage, stop: 'endTurn' },
    },
    { type: 'finished', finish: { reason: 'done' } },
  ];
}
