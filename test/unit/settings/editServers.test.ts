// A server that is edited: what is the same of its entry, and all around it, stays as somebody wrote it.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { writeServer } from '../../../src/settings/editServers.ts';

let root = '';
before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'assent-servers-'));
});
after(() => rm(root, { recursive: true, force: true }));

async function edited(text: string, entry: Record<string, unknown>): Promise<string> {
  const file = path.join(root, 'mcp.json');
  await writeFile(file, text);
  await writeServer({ file, scope: 'editor', name: 'tickets', root }, entry);
  return readFile(file, 'utf8');
}

const TEXT = `{
  // ours
  "servers": {
    "tickets": {
      "command": "npx", // pinned below
      "args": ["-y",   "tickets@1.2.0"],
      "dev": { "watch": "src/**" }, /* theirs */
      "timeout": 5000
    },
    "other": {"command":"x"}
  }
}
`;
const ENTRY = { command: 'npx', args: ['-y', 'tickets@1.2.0'], dev: { watch: 'src/**' }, timeout: 5000 };

test('an entry that is the same is not written at all', async () => {
  assert.equal(await edited(TEXT, ENTRY), TEXT);
});

test('one value is changed, added or taken out, and not a byte else', async () => {
  assert.equal(await edited(TEXT, { ...ENTRY, timeout: 9000 }), TEXT.replace('5000', '9000'));
  assert.equal(
    await edited(TEXT, { ...ENTRY, alwaysLoad: true }),
    TEXT.replace('5000\n', '5000,\n      "alwaysLoad": true\n'),
  );
  const { timeout: _timeout, ...rest } = ENTRY;
  const without = await edited(TEXT, rest);
  assert.doesNotMatch(without, /timeout/);
  for (const part of ['// ours', '// pinned below', '["-y",   "tickets@1.2.0"]', '{"command":"x"}'])
    assert.ok(without.includes(part), part);
});
