// Reading and writing files beside a person who has them open.
import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Change, Encoding } from '../../src/contracts/edit.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { createWorkspace } from '../../src/host/workspace.ts';
import { untilFollowed } from './fakes.ts';

const UTF8: Encoding = { name: 'utf-8', bom: false };
const FIVE = 'one\ntwo\nthree\nfour\nfive\n';

suite('workspace', () => {
  const workspace = createWorkspace({ edits: editFunctions, writeAtomically });
  let folder = '';
  let count = 0;

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'assent-workspace-'));
  });
  // In a browser VS Code saves by itself after a second, unless told not to.
  const saving = vscode.workspace.getConfiguration('files');
  suiteSetup(() => saving.update('autoSave', 'off', vscode.ConfigurationTarget.Global));
  suiteTeardown(() => saving.update('autoSave', undefined, vscode.ConfigurationTarget.Global));
  suiteTeardown(async () => {
    await closeAll();
    await rm(folder, { recursive: true, force: true });
  });
  setup(closeAll);

  async function file(content: string | Uint8Array, extension = 'txt'): Promise<string> {
    const name = path.join(folder, `file-${count++}.${extension}`);
    await writeFile(name, content);
    return name;
  }
  const show = async (name: string) => vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
  const change = (name: string, before: string | undefined, after: string, encoding = UTF8): Change =>
    editFunctions.change(name, before, after, encoding, '0');
  const text = (name: string) => readFile(name, 'utf8');

  async function proposal(name: string, edit: (text: string) => string): Promise<Change> {
    const read = await workspace.readText(name);
    assert.ok('text' in read, JSON.stringify(read));
    return change(name, read.text, edit(read.text), read.encoding);
  }

  test('a file that is not open is written byte for byte', async () => {
    const name = await file('\ufeffa\r\nb\nc\rd');
    const written = await workspace.write(await proposal(name, (now) => now.replace('b\n', 'B\n')));
    assert.deepEqual(written, { path: name, target: 'disk', merged: false, after: 'a\r\nB\nc\rd' });
    assert.equal(await text(name), '\ufeffa\r\nB\nc\rd');
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 0);
  });

  test('a clean open document is changed, saved, and one undo takes it back', async () => {
    const name = await file(FIVE.replaceAll('\n', '\r\n'));
    const editor = await show(name);
    const written = await workspace.write(await proposal(name, (now) => now.replace('two', 'TWO')));
    assert.equal(written.target, 'disk');
    assert.equal(await text(name), 'one\r\nTWO\r\nthree\r\nfour\r\nfive\r\n');
    assert.equal(editor.document.isDirty, false);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), FIVE.replaceAll('\n', '\r\n'));
  });

  for (const [name, bytes] of [
    ['UTF-8 with a byte order mark', Buffer.from('\ufeffone\ntwo 가\n')],
    ['UTF-16LE', Buffer.from('\ufeffone\ntwo 가\n', 'utf16le')],
    ['UTF-16BE', Buffer.from('\ufeffone\ntwo 가\n', 'utf16le').swap16()],
  ] as const) {
    test(`a clean open document in ${name} keeps it`, async () => {
      const opened = await file(bytes);
      await show(opened);
      await workspace.write(await proposal(opened, (now) => now.replace('one', 'ONE')));
      const before = editFunctions.decode(bytes);
      assert.ok(before);
      const expected = editFunctions.encode(before.text.replace('one', 'ONE'), before.encoding);
      assert.deepEqual(await readFile(opened), Buffer.from(expected));
    });
  }

  test('an open document in a legacy encoding keeps it, and refuses what it cannot hold', async () => {
    const korean = Buffer.from([0xb0, 0xa1, 0x0a, 0xb3, 0xaa, 0x0a]);
    const name = await file(korean);
    await show(name);
    await vscode.workspace.openTextDocument(vscode.Uri.file(name), { encoding: 'euckr' });
    await workspace.write(await proposal(name, (now) => now.replace('나', '가')));
    assert.deepEqual(await readFile(name), Buffer.from([0xb0, 0xa1, 0x0a, 0xb0, 0xa1, 0x0a]));
    await assert.rejects(workspace.write(await proposal(name, (now) => `${now}👩\n`)), /EUC-KR has no 👩/);
    assert.equal((await readFile(name)).length, 6);
  });

  test('unsaved text is kept, merged and left unsaved; the disk is not touched; one undo takes the change back', async () => {
    const name = await file(FIVE);
    const editor = await show(name);
    const made = await proposal(name, (now) => now.replace('two', 'TWO'));
    await editor.edit((edit) => edit.insert(new vscode.Position(4, 0), 'mine '));
    const written = await workspace.write(made);
    assert.deepEqual(written, { path: name, target: 'buffer', merged: true, after: editor.document.getText() });
    assert.equal(editor.document.getText(), 'one\nTWO\nthree\nfour\nmine five\n');
    assert.equal(editor.document.isDirty, true);
    assert.equal(await text(name), FIVE);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), 'one\ntwo\nthree\nfour\nmine five\n');
  });

  test('unsaved text is what is read, and an edit of it merges with nothing', async () => {
    const name = await file(FIVE);
    const editor = await show(name);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'mine '));
    assert.deepEqual(await workspace.readText(name), { text: `mine ${FIVE}`, encoding: UTF8, dirty: true });
    const written = await workspace.write(await proposal(name, (now) => now.replace('mine one', 'ours')));
    assert.equal(written.merged, false);
    assert.equal(editor.document.getText(), 'ours\ntwo\nthree\nfour\nfive\n');
  });

  test('unsaved text that the change would overwrite is refused', async () => {
    const name = await file(FIVE);
    const editor = await show(name);
    const made = await proposal(name, (now) => now.replace('two', 'TWO'));
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 3), 'zwei'));
    await assert.rejects(workspace.write(made), /changed since it was read.*Read the file again/);
    assert.equal(editor.document.getText(), 'one\nzwei\nthree\nfour\nfive\n');
    assert.equal(await text(name), FIVE);
  });

  test('unsaved text is found under another name of the same file', async () => {
    const name = await file(FIVE);
    const link = path.join(folder, 'link.txt');
    await symlink(name, link);
    const editor = await show(link);
    await editor.edit((edit) => edit.insert(new vscode.Position(4, 0), 'mine '));
    const written = await workspace.write(change(name, FIVE, FIVE.replace('two', 'TWO')));
    assert.equal(written.target, 'buffer');
    assert.equal(await text(name), FIVE);
    assert.equal(editor.document.getText(), 'one\nTWO\nthree\nfour\nmine five\n');
  });

  test('a clean open document with several kinds of line ending is written on disk and VS Code reloads it', async () => {
    const name = await file('a\r\nb\nc\r\n');
    const editor = await show(name);
    const written = await workspace.write(await proposal(name, (now) => now.replace('b\n', 'B\n')));
    assert.equal(written.target, 'disk');
    assert.equal(await text(name), 'a\r\nB\nc\r\n');
    await untilFollowed(name, () => editor.document.getText().includes('B'));
    assert.equal(editor.document.isDirty, false);
  });

  test('unsaved text in a file with several kinds of line ending is refused with a choice', async () => {
    const name = await file('a\r\nb\nc\r\n');
    const editor = await show(name);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'x'));
    await assert.rejects(workspace.write(change(name, 'a\r\nb\nc\r\n', 'a\r\nB\nc\r\n')), /Save or revert the file/);
    assert.equal(await text(name), 'a\r\nb\nc\r\n');
  });

  test('a file that another program changed is merged, or refused when it cannot be', async () => {
    const name = await file(FIVE);
    const made = await proposal(name, (now) => now.replace('two', 'TWO'));
    await writeFile(name, FIVE.replace('five', 'FIVE'));
    assert.deepEqual(await workspace.write(made), {
      path: name,
      target: 'disk',
      merged: true,
      after: 'one\nTWO\nthree\nfour\nFIVE\n',
    });
    assert.equal(await text(name), 'one\nTWO\nthree\nfour\nFIVE\n');
    await writeFile(name, FIVE.replace('two', 'zwei'));
    await assert.rejects(workspace.write(made), /changed since it was read/);
    await rm(name);
    await assert.rejects(workspace.write(made), /does not exist any more/);
  });

  test('a new file is made with its folders, and never over one that came first', async () => {
    const name = path.join(folder, 'a', 'b', `new-${count++}.txt`);
    await workspace.write(change(name, undefined, 'hello\n'));
    assert.equal(await text(name), 'hello\n');
    await assert.rejects(workspace.write(change(name, undefined, 'other\n')), /exists by now/);
    assert.equal(await text(name), 'hello\n');
  });

  test('what a formatter does on save is told', async () => {
    const name = await file(FIVE, 'assentfmt');
    const editor = await show(name);
    const listening = vscode.workspace.onWillSaveTextDocument((event) => {
      if (event.document === editor.document) {
        event.waitUntil(Promise.resolve([vscode.TextEdit.insert(new vscode.Position(0, 0), '// formatted\n')]));
      }
    });
    try {
      const written = await workspace.write(await proposal(name, (now) => now.replace('two', 'TWO')));
      assert.equal(written.changedOnSave, true);
      assert.equal(written.after, `// formatted\n${FIVE.replace('two', 'TWO')}`);
      assert.equal(await text(name), written.after);
    } finally {
      listening.dispose();
    }
  });

  test('no tab opens and the focus stays, also with a document that is loaded but not shown', async () => {
    const shown = await file('here I type\n');
    const other = await file(FIVE);
    const editor = await show(shown);
    await vscode.workspace.openTextDocument(vscode.Uri.file(other));
    await workspace.write(await proposal(other, (now) => now.replace('two', 'TWO')));
    await pause(1200);
    assert.equal(await text(other), FIVE.replace('two', 'TWO'));
    assert.equal(vscode.window.activeTextEditor, editor);
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 1);
  });

  test('binary, huge and missing files and folders are said to be so', async () => {
    assert.deepEqual(await workspace.readText(await file(Buffer.from([1, 0, 2]))), { problem: 'binary' });
    assert.deepEqual(await workspace.readText(await file(Buffer.alloc(10 * 1024 * 1024 + 1, 97))), {
      problem: 'tooLarge',
    });
    assert.deepEqual(await workspace.readText(path.join(folder, 'none.txt')), { problem: 'missing' });
    await mkdir(path.join(folder, 'sub'));
    assert.deepEqual(await workspace.readText(path.join(folder, 'sub')), { problem: 'folder' });
    await assert.rejects(workspace.write(change(path.join(folder, 'sub'), 'a', 'b')), /is a folder/);
  });

  test('a script stays executable', async () => {
    const name = await file('#!/bin/sh\n');
    await chmod(name, 0o755);
    await workspace.write(await proposal(name, (now) => `${now}true\n`));
    const { stat } = await import('node:fs/promises');
    assert.equal((await stat(name)).mode & 0o777, 0o755);
  });

  test('diagnostics are those of the file, with lines from 1, and late ones are waited for', async () => {
    const name = await file(FIVE);
    const collection = vscode.languages.createDiagnosticCollection('assent-test');
    const problem = new vscode.Diagnostic(new vscode.Range(1, 2, 1, 3), 'wrong', vscode.DiagnosticSeverity.Warning);
    problem.source = 'checker';
    try {
      setTimeout(() => collection.set(vscode.Uri.file(name), [problem]), 100);
      assert.deepEqual(await workspace.diagnostics([name], true), [
        { path: name, line: 2, column: 3, severity: 'warning', message: 'wrong', source: 'checker' },
      ]);
    } finally {
      collection.dispose();
    }
  });
});

async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty || !document.fileName.includes('assent-workspace-')) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
