// One value is set, every other byte of the file stays.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setValue } from '../../../src/settings/setValue.ts';

test('a value is added or replaced, a missing file is made, a broken one is left alone', async (t) => {
  const base = await mkdtemp(path.join(tmpdir(), 'assent-set-'));
  t.after(() => rm(base, { recursive: true, force: true }));
  const file = path.join(base, 'new/settings.json');
  await setValue(file, 'a', true);
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), { a: true });
  await writeFile(file, '{\n  "x":   [1,2],\n  "a": false\n}\n');
  await setValue(file, 'a', true);
  assert.equal(await readFile(file, 'utf8'), '{\n  "x":   [1,2],\n  "a": true\n}\n');
  for (const broken of ['{ "x": 1, }', '[]', '{ // a\n}']) {
    await writeFile(file, broken);
    await assert.rejects(setValue(file, 'a', true));
    assert.equal(await readFile(file, 'utf8'), broken);
  }
});
