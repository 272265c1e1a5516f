// What is kept of tools and of approved servers, in files of the profile.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { createToolStore } from '../../../src/compose/mcpToolStore.ts';
import { approve, open, project } from './serversKit.ts';

test('tools that were never kept are none; a file that is broken is no first meeting', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assent-tools-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const store = createToolStore(folder);
  assert.equal(await store.read('a'), undefined);
  const kept = { echo: { fingerprint: 'x', description: 'd', input: '{}', hints: '{}' } };
  await store.write('a', kept);
  assert.deepEqual(await store.read('a'), kept);
  for (const broken of ['', '{"echo":{}}', 'null']) {
    writeFileSync(path.join(folder, 'a.json'), broken);
    await assert.rejects(store.read('a'), broken);
  }
});

test('no secret of an approved entry is in any file that is kept of it', async () => {
  const SECRET = 'sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789';
  const place = await open(
    project({ docs: { command: 'x', args: ['--api-key', SECRET], env: { API_TOKEN: SECRET } } }),
  );
  await approve(place);
  const folder = path.join(place.folder, 'approved');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  assert.ok(files.length > 1);
  for (const one of files)
    assert.ok(!readFileSync(path.join(one.parentPath, one.name), 'utf8').includes(SECRET), one.name);
  assert.ok(!place.state.stored().includes(SECRET));
});
