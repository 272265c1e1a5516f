// Keeping the local settings file out of git: what git says of it, and what cannot be done is said.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { addIgnoreLine, createIgnoreOffer, ignoreLineOf } from '../../../src/compose/ignoreLines.ts';
import type { Because, IgnoreLine } from '../../../src/contracts/permission.ts';

const base = realpathSync(mkdtempSync(path.join(tmpdir(), 'assent-ignore-')));
after(() => rmSync(base, { recursive: true, force: true }));
const quiet = { error: (what: string, cause: unknown) => assert.fail(`${what}: ${cause}`) };

test('where there is no repository nothing is offered', async () => {
  assert.equal(await ignoreLineOf(path.join(base, '.claude/settings.local.json'), base, quiet), undefined);
});

test('the line is added, and a list that cannot be written is named', async () => {
  const line = { file: path.join(base, 'git/ignore'), line: '**/.claude/settings.local.json' };
  assert.equal(await addIgnoreLine(line), undefined);
  assert.equal(readFileSync(line.file, 'utf8'), '**/.claude/settings.local.json\n');
  writeFileSync(path.join(base, 'file'), '');
  mkdirSync(path.join(base, 'taken/ignore'), { recursive: true });
  for (const file of ['file/ignore', 'taken/ignore'].map((name) => path.join(base, name))) {
    const failed = await addIgnoreLine({ ...line, file });
    assert.equal(failed?.code, 'settings.notIgnored');
    assert.equal(failed?.args['file'], file);
  }
});

test('once something was written a person is asked, once for each file, and git leaves it out after a yes alone', async () => {
  const root = path.join(base, 'repository');
  mkdirSync(path.join(root, '.claude'), { recursive: true });
  execFileSync('git', ['init', '-q'], { cwd: root });
  const file = path.join(root, '.claude/settings.local.json');
  writeFileSync(file, '{}');
  const home = path.join(base, 'home');
  // Where git itself looks.
  const before = process.env['XDG_CONFIG_HOME'];
  process.env['XDG_CONFIG_HOME'] = path.join(home, '.config');
  after(() => {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
    else process.env['XDG_CONFIG_HOME'] = before;
  });
  const asked: Array<[file: string, line: IgnoreLine]> = [];
  const told: Because[] = [];
  const offerOf = (yes: boolean, trusted = true, meanwhile = () => {}) =>
    createIgnoreOffer({
      home,
      trusted: () => trusted,
      ask: async (...all) => {
        asked.push(all);
        meanwhile();
        return yes;
      },
      tell: (because) => told.push(because),
      log: quiet,
    });
  // Git is not run in a folder that is not trusted.
  await offerOf(true, false)(file);
  assert.equal(asked.length, 0);
  const no = offerOf(false);
  await Promise.all([no(file), no(file)]);
  await no(file);
  assert.equal(asked.length, 1);
  const line = asked[0]?.[1];
  assert.deepEqual([asked[0]?.[0], line?.line], [file, '**/.claude/settings.local.json']);
  assert.ok(line !== undefined && !existsSync(line.file));
  await offerOf(true)(file);
  assert.equal(asked.length, 2);
  assert.equal(readFileSync(line.file, 'utf8'), '**/.claude/settings.local.json\n');
  // It is left out now.
  await offerOf(true)(file);
  assert.equal(asked.length, 2);
  // While the person thinks it becomes one that cannot be written.
  rmSync(line.file);
  const unwritable = offerOf(true, true, () => mkdirSync(line.file));
  await unwritable(file);
  assert.deepEqual(
    told.map(({ code }) => code),
    ['settings.notIgnored'],
  );
});
