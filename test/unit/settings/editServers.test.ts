// A server that is edited: what is the same of its entry, and all around it, stays as somebody wrote it.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { writeChoice, writeServer } from '../../../src/settings/editServers.ts';
import { SettingsFault } from '../../../src/settings/fault.ts';

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

test('a file of the repository that leads out of it is not written, neither an entry nor a choice', async () => {
  const project = path.join(root, 'proj');
  const outside = path.join(root, 'outside');
  for (const folder of [project, outside]) await mkdir(folder);
  const text = '{ "mcpServers": {} }\n';
  const leadsOut = (error: unknown) => error instanceof SettingsFault && error.because.code === 'settings.leadsOut';
  await writeFile(path.join(outside, 'mcp.json'), text);
  for (const [name, target] of [
    ['.mcp.json', path.join(outside, 'mcp.json')],
    ['.new.json', path.join(outside, 'new.json')],
  ] as const) {
    const file = path.join(project, name);
    await symlink(target, file);
    const place = { file, scope: 'project', name: 'tickets', root: project } as const;
    await assert.rejects(writeServer(place, { command: 'x' }), leadsOut);
    await assert.rejects(writeServer(place, undefined), leadsOut);
  }
  assert.equal(await readFile(path.join(outside, 'mcp.json'), 'utf8'), text);
  await symlink(outside, path.join(project, '.claude'));
  for (const choice of ['approve', 'approveAll', 'reject'] as const)
    await assert.rejects(writeChoice(project, 'tickets', choice), leadsOut);
  await assert.rejects(readFile(path.join(outside, 'settings.local.json')), { code: 'ENOENT' });
  await assert.rejects(readFile(path.join(outside, 'new.json')), { code: 'ENOENT' });
  // A person's own file may stand wherever they keep it.
  const own = path.join(root, 'own.json');
  await symlink(path.join(outside, 'mcp.json'), own);
  await writeServer({ file: own, scope: 'user', name: 'mine', root: project }, { command: 'x' });
  assert.match(await readFile(path.join(outside, 'mcp.json'), 'utf8'), /"mine"/);
});
