// Keeping the local settings file out of git: what git says of it, and what cannot be done is said.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { addIgnoreLine, ignoreLineOf } from '../../../src/compose/ignoreLines.ts';

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
