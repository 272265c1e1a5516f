// The journal with a real editor: unsaved text, formatters on save, open files that are made and removed.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { PlannedFile } from '../../src/contracts/journal.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { createJournal } from '../../src/edits/journal/journal.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { createWorkspace } from '../../src/host/workspace.ts';

const SESSION = 'suite';
const SEVEN = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';

suite('journal', () => {
  const workspace = createWorkspace({ edits: editFunctions, writeAtomically });
  let base = '';
  let opened: ReturnType<typeof createJournal>;
  let calls = 0;

  const saving = vscode.workspace.getConfiguration('files');
  suiteSetup(async () => {
    await saving.update('autoSave', 'off', vscode.ConfigurationTarget.Global);
    base = await realpath(await mkdtemp(path.join(os.tmpdir(), 'assent-suite-journal-')));
    opened = createJournal({
      folder: path.join(base, 'journal'),
      edits: editFunctions,
      workspace,
      writeAtomically,
      env: () => process.env,
      trusted: () => true,
      enabled: () => true,
      openFiles: () => [],
      now: Date.now,
      log: assert.fail,
    });
  });
  suiteTeardown(async () => {
    await saving.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
    await closeAll();
    await rm(base, { recursive: true, force: true });
  });
  setup(closeAll);

  const at = (name: string) => path.join(base, name);
  const text = (name: string) => readFile(at(name), 'utf8');
  const show = (name: string) => vscode.window.showTextDocument(vscode.Uri.file(at(name)), { preview: false });

  /** Resolves to the call that did it. */
  async function edit(name: string, make: (text: string) => string): Promise<string> {
    const call = `call-${calls++}`;
    const read = await workspace.readText(at(name));
    const encoding = 'text' in read ? read.encoding : { name: 'utf-8', bom: false };
    const before = 'text' in read ? read.text : undefined;
    const change = editFunctions.change(at(name), before, make(before ?? ''), encoding, '0');
    const cause = { session: SESSION, message: 'm', call, tell: () => assert.fail('not recorded') };
    await opened.recorder.workspace(workspace, cause).write(change);
    return call;
  }

  async function undo(call: string): Promise<PlannedFile[]> {
    const plan = await opened.journal.plan({ type: 'call', session: SESSION, call });
    assert.deepEqual((await opened.journal.carryOut(plan)).failed, []);
    return plan.files;
  }

  test('an edit of unsaved text is taken back in the editor, nothing is saved, and one undo brings it back', async () => {
    await writeFile(at('a.txt'), SEVEN);
    const editor = await show('a.txt');
    await editor.edit((builder) => builder.insert(new vscode.Position(6, 0), 'mine\n'));
    const mine = editor.document.getText();
    const call = await edit('a.txt', (now) => now.replace('two', 'TWO'));
    assert.equal(editor.document.getText(), mine.replace('two', 'TWO'));
    const [file] = await undo(call);
    assert.ok(file?.outcome === 'change' && file.buffer);
    assert.equal(editor.document.getText(), mine);
    assert.deepEqual([editor.document.isDirty, await text('a.txt')], [true, SEVEN]);
    await vscode.commands.executeCommand('undo');
    assert.equal(editor.document.getText(), mine.replace('two', 'TWO'));
  });

  test('what a formatter does on save goes by itself, or with the edit', async () => {
    await writeFile(at('b.txt'), SEVEN);
    const editor = await show('b.txt');
    const formatting = vscode.workspace.onWillSaveTextDocument((event) => {
      if (event.document !== editor.document) return;
      event.waitUntil(Promise.resolve([vscode.TextEdit.insert(new vscode.Position(6, 0), 'formatted\n')]));
    });
    const call = await edit('b.txt', (now) => now.replace('two', 'TWO'));
    formatting.dispose();
    assert.match(await text('b.txt'), /TWO.*formatted/s);
    const entries = (await opened.journal.entries(SESSION)).filter((entry) => entry.call === call);
    assert.deepEqual(
      entries.map(({ source }) => source),
      ['edit', 'onSave'],
    );
    await undo(call);
    assert.deepEqual([await text('b.txt'), editor.document.isDirty], [SEVEN, false]);
  });

  test('a file that was made and is open is removed while nobody changed it, and left when somebody did', async () => {
    const call = await edit('new.txt', () => 'made\n');
    const editor = await show('new.txt');
    await editor.edit((builder) => builder.insert(new vscode.Position(1, 0), 'mine\n'));
    const plan = await opened.journal.plan({ type: 'call', session: SESSION, call });
    assert.deepEqual(
      plan.files.map(({ outcome }) => outcome),
      ['conflict'],
    );
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await undo(call);
    assert.equal(existsSync(at('new.txt')), false);
  });

  test('an older encoding stays what it is, open or not', async () => {
    await vscode.workspace.getConfiguration('files').update('encoding', 'euckr', vscode.ConfigurationTarget.Global);
    try {
      await editFunctions.prepare('euckr');
      const bytes = editFunctions.encode('가나다\r\n라마바\r\n', { name: 'euckr', bom: false });
      await writeFile(at('ko.txt'), bytes);
      const call = await edit('ko.txt', (now) => now.replace('라마바', '하하하'));
      assert.notDeepEqual(await readFile(at('ko.txt')), Buffer.from(bytes));
      await show('ko.txt');
      await undo(call);
      assert.deepEqual(await readFile(at('ko.txt')), Buffer.from(bytes));
    } finally {
      await vscode.workspace.getConfiguration('files').update('encoding', undefined, vscode.ConfigurationTarget.Global);
    }
  });
});

async function closeAll(): Promise<void> {
  // Unsaved text would ask.
  for (const document of vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty)) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}
