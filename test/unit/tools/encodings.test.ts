// Read, Edit and Write of files whose encoding is set, or not known.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, test } from 'node:test';
import type { Decision } from '../../../src/contracts/permission.ts';
import type { Workspace } from '../../../src/contracts/workspace.ts';
import { editFunctions } from '../../../src/edits/functions.ts';
import { diskWorkspace, fixture, tempFolder, textOf } from './fixture.ts';

const KOREAN = '// 한글 주석\nint main;\n';
const korean = (text: string) => Buffer.from(editFunctions.encode(text, { name: 'euckr', bom: false }));
before(() => editFunctions.prepare('euckr'));

/** The disk, read as an editor with these settings would. */
function workspaceWith(preferred: string[]): Workspace {
  return {
    ...diskWorkspace,
    async readText(file) {
      const bytes = await readFile(file).catch(() => undefined);
      if (bytes === undefined) return { problem: 'missing', encoding: { name: preferred[0] ?? 'utf-8', bom: false } };
      const found = await editFunctions.recognise(bytes, preferred);
      return found === undefined ? { problem: 'binary' } : { ...found, dirty: false };
    },
  };
}

test('a file of a set encoding is read, edited and made in it, and what it lacks is named', async (t) => {
  const root = await tempFolder(t);
  const made = fixture(root, { workspace: workspaceWith(['euckr']) });
  await writeFile(path.join(root, 'a.c'), korean(KOREAN));
  assert.equal(textOf(await made.run('Read', { file_path: 'a.c' })), '1\t// 한글 주석\n2\tint main;\n[encoding euckr]');
  await made.run('Edit', { file_path: 'a.c', old_string: 'main', new_string: '주' });
  assert.deepEqual(await readFile(path.join(root, 'a.c')), korean(KOREAN.replace('main', '주')));
  await made.run('Write', { file_path: 'new.c', content: '// 새 파일\n' });
  assert.deepEqual(await readFile(path.join(root, 'new.c')), korean('// 새 파일\n'));
  await assert.rejects(
    made.run('Edit', { file_path: 'a.c', old_string: '주;', new_string: '👩;' }),
    /EUC-KR has no 👩/,
  );
});

test('an unclear encoding is shown with its choices, and every edit of it is refused with them', async (t) => {
  const root = await tempFolder(t);
  const made = fixture(root, { workspace: workspaceWith([]) });
  await writeFile(path.join(root, 'a.c'), korean(KOREAN));
  const shown = textOf(await made.run('Read', { file_path: 'a.c' }));
  assert.match(shown, /^1\t\/\/ 한글 주석\n2\tint main;\n\[.*may be EUC-KR \("euckr"\).*files\.encoding/);
  const choices = /may be EUC-KR \("euckr"\).*Reopen with Encoding/;
  await assert.rejects(made.run('Edit', { file_path: 'a.c', old_string: 'main', new_string: 'x' }), choices);
  await assert.rejects(made.run('Write', { file_path: 'a.c', content: 'x' }), choices);
  assert.deepEqual(await readFile(path.join(root, 'a.c')), korean(KOREAN));
});

test('a write is told where the path led when it was decided', async (t) => {
  const root = await tempFolder(t);
  const file = path.join(root, 'a.txt');
  await writeFile(file, 'old\n');
  const told: Array<string | undefined> = [];
  const workspace: Workspace = {
    ...diskWorkspace,
    write: (change, realPath) => {
      told.push(realPath);
      return diskWorkspace.write(change);
    },
  };
  const action = { kind: 'write', path: file, realPath: '/judged/a.txt', insideWorkingDirectories: true } as const;
  const decision: Decision = {
    kind: 'allow',
    because: { code: 'x', args: {} },
    record: {
      tool: 'Edit',
      mode: 'default',
      trusted: true,
      cwd: root,
      actions: [{ ...action, path: path.join(root, 'other.txt'), realPath: '/other' }, action],
      step: 'mode',
      safety: [],
      matches: [],
      smallestChange: { kind: 'changeMode', mode: 'default' },
    },
  };
  const made = fixture(root, { workspace, decision });
  await made.run('Read', { file_path: 'a.txt' });
  await made.run('Edit', { file_path: 'a.txt', old_string: 'old', new_string: 'new' });
  assert.deepEqual(told, ['/judged/a.txt']);
});
