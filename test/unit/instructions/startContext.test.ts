import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { SYSTEM_PROMPT } from '../../../src/agent/systemPrompt.ts';
import { type StartContextOptions, startContext } from '../../../src/instructions/startContext.ts';
import { createTools } from '../../../src/tools/index.ts';

async function options(t: { after(done: () => Promise<void>): void }): Promise<StartContextOptions> {
  const root = await realpath(await mkdtemp(path.join(tmpdir(), 'assent-context-')));
  t.after(() => rm(root, { recursive: true, force: true }));
  await mkdir(path.join(root, '.git'));
  await writeFile(path.join(root, 'CLAUDE.md'), 'Use tabs.');
  return {
    root,
    home: path.join(root, 'nobody'),
    configDir: path.join(root, 'nobody/.claude'),
    managedDir: path.join(root, 'nobody/managed'),
    excludes: [],
    env: process.env,
    isDenied: async () => false,
    workingDirectories: [root, '/more'],
    trusted: true,
    includeGit: true,
    platform: 'linux 6.1',
    now: new Date(2026, 10, 23, 12).getTime(),
  };
}

test('where the agent is, and what memory says', async (t) => {
  const given = await options(t);
  const { text, notices } = await startContext({ ...given, language: 'Korean' });
  assert.deepEqual(notices, []);
  for (const part of [
    `Project folder: ${given.root}`,
    'Further folders: /more',
    'Platform: linux 6.1',
    'Date: 2026-11-23',
    'Korean',
    'Use tabs.',
    `file="${given.root}/CLAUDE.md"`,
  ]) {
    assert.ok(text.includes(part), part);
  }
});

test('before a folder is trusted no git runs in it', async (t) => {
  const given = await options(t);
  const bin = await mkdtemp(path.join(tmpdir(), 'assent-bin-'));
  t.after(() => rm(bin, { recursive: true, force: true }));
  await writeFile(path.join(bin, 'git'), '#!/bin/sh\necho "## ran"\n', { mode: 0o755 });
  const env = { PATH: bin };
  assert.match((await startContext({ ...given, env })).text, /Branch: ran/);
  const untrusted = (await startContext({ ...given, env, trusted: false })).text;
  assert.doesNotMatch(untrusted, /ran/);
  assert.match(untrusted, /not trusted/);
  assert.doesNotMatch((await startContext({ ...given, env, includeGit: false })).text, /ran/);
});

test('the first request is small: what the model is told, all tools and the context', async (t) => {
  const tools = createTools({ ripgrep: async () => 'rg', platform: 'linux', deniedForReading: async () => new Set() });
  const specs = tools.map(({ name, description, input }) => ({ name, description, input_schema: input.json }));
  const { text } = await startContext(await options(t));
  const bytes = Buffer.byteLength(
    JSON.stringify({ system: SYSTEM_PROMPT, tools: specs, messages: [{ role: 'user', content: text }] }),
  );
  assert.ok(bytes <= 20_000, `${bytes} bytes`);
});
