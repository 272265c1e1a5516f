// Edits of files that are open in other ways than one text editor.
import assert from 'node:assert/strict';
import { link, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Change } from '../../src/contracts/edit.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { createWorkspace } from '../../src/host/workspace.ts';
import { until, untilFollowed } from './fakes.ts';

const FIVE = 'one\ntwo\nthree\nfour\nfive\n';
const UTF8 = { name: 'utf-8', bom: false };
const NOTEBOOK = `${JSON.stringify(
  {
    cells: [
      {
        cell_type: 'code',
        execution_count: 1,
        id: 'a1',
        metadata: {},
        outputs: [{ name: 'stdout', output_type: 'stream', text: ['kept\n'] }],
        source: ["print('one')"],
      },
      { cell_type: 'markdown', id: 'b2', metadata: {}, source: ['# Title'] },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  },
  undefined,
  1,
)}\n`;

suite('workspace editors', () => {
  const workspace = createWorkspace({ edits: editFunctions, writeAtomically });
  const global = vscode.ConfigurationTarget.Global;
  const files = () => vscode.workspace.getConfiguration('files');
  let folder = '';
  let count = 0;

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'assent-editors-'));
    await files().update('autoSave', 'off', global);
  });
  teardown(async () => {
    for (let n = 0; n < 10 && vscode.window.tabGroups.activeTabGroup.activeTab !== undefined; n++) {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  suiteTeardown(async () => {
    await files().update('autoSave', undefined, global);
    await rm(folder, { recursive: true, force: true });
  });

  async function file(content: string, extension = 'txt'): Promise<string> {
    const name = path.join(folder, `file-${count++}.${extension}`);
    await writeFile(name, content);
    return name;
  }
  const show = (name: string, options: vscode.TextDocumentShowOptions = {}) =>
    vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false, ...options });
  const change = (name: string, before: string | undefined, after: string): Change =>
    editFunctions.change(name, before, after, UTF8, '0');
  const text = (name: string) => readFile(name, 'utf8');

  test('split editors show the change, keep their places, and one undo takes it back from both', async () => {
    const name = await file(FIVE);
    const left = await show(name);
    const right = await show(name, { viewColumn: vscode.ViewColumn.Beside });
    left.selection = new vscode.Selection(3, 2, 3, 2);
    right.selection = new vscode.Selection(4, 1, 4, 1);
    await workspace.write(change(name, FIVE, FIVE.replace('two', 'TWO\nTWO')));
    assert.equal(await text(name), FIVE.replace('two', 'TWO\nTWO'));
    assert.deepEqual([left.selection.active.line, right.selection.active.line], [4, 5]);
    assert.equal(vscode.window.activeTextEditor, right);
    await vscode.commands.executeCommand('undo');
    assert.equal(left.document.getText(), FIVE);
    assert.equal(right.document, left.document);
  });

  test('a diff that is left open is no obstacle and follows the file', async () => {
    const name = await file(FIVE);
    const other = await file('other\n');
    await vscode.commands.executeCommand('vscode.diff', vscode.Uri.file(other), vscode.Uri.file(name), 'left open');
    const written = await workspace.write(change(name, FIVE, FIVE.replace('two', 'TWO')));
    assert.equal(written.target, 'disk');
    assert.equal(await text(name), FIVE.replace('two', 'TWO'));
    const document = vscode.workspace.textDocuments.find(({ uri }) => uri.fsPath === name);
    await untilFollowed(name, () => document?.getText() === FIVE.replace('two', 'TWO'));
    assert.equal(document?.isDirty, false);
  });

  test('text that was never saved is read and changed where it is, unsaved', async () => {
    const name = path.join(folder, `untitled-${count++}.txt`);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(name).with({ scheme: 'untitled' }));
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'mine\n'));
    assert.deepEqual(await workspace.readText(name), { text: 'mine\n', encoding: UTF8, dirty: true });
    await assert.rejects(workspace.write(change(name, undefined, 'theirs\n')), /exists by now/);
    const written = await workspace.write(change(name, 'mine\n', 'mine\nours\n'));
    assert.equal(written.target, 'buffer');
    assert.equal(document.getText(), 'mine\nours\n');
    await assert.rejects(stat(name), /ENOENT/);
  });

  test('a document of another scheme with the same path is another document', async () => {
    const name = await file(FIVE);
    const provider = { provideTextDocumentContent: () => 'elsewhere\n' };
    const registration = vscode.workspace.registerTextDocumentContentProvider('assent-elsewhere', provider);
    try {
      const uri = vscode.Uri.file(name).with({ scheme: 'assent-elsewhere' });
      const editor = await vscode.window.showTextDocument(uri, { preview: false });
      assert.deepEqual(await workspace.readText(name), { text: FIVE, encoding: UTF8, dirty: false });
      const written = await workspace.write(change(name, FIVE, FIVE.replace('two', 'TWO')));
      assert.equal(written.target, 'disk');
      assert.equal(await text(name), FIVE.replace('two', 'TWO'));
      assert.equal(editor.document.getText(), 'elsewhere\n');
    } finally {
      registration.dispose();
    }
  });

  test('an open notebook without unsaved cells follows the file, and its outputs stay', async () => {
    const name = await file(NOTEBOOK, 'ipynb');
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(name));
    await vscode.window.showNotebookDocument(notebook, { preview: false });
    await workspace.write(change(name, NOTEBOOK, NOTEBOOK.replace("'one'", "'two'")));
    assert.equal(await text(name), NOTEBOOK.replace("'one'", "'two'"));
    await untilFollowed(name, () => notebook.cellAt(0).document.getText() === "print('two')");
    const output = notebook.cellAt(0).outputs[0]?.items[0];
    assert.equal(output && Buffer.from(output.data).toString('utf8'), 'kept\n');
    assert.equal(notebook.isDirty, false);
  });

  test('a notebook with unsaved cells is refused with a choice; cells, outputs and file stay', async () => {
    const name = await file(NOTEBOOK, 'ipynb');
    const notebook = await vscode.workspace.openNotebookDocument(vscode.Uri.file(name));
    await vscode.window.showNotebookDocument(notebook, { preview: false });
    const edit = new vscode.WorkspaceEdit();
    edit.insert(notebook.cellAt(0).document.uri, new vscode.Position(0, 0), '# mine\n');
    await vscode.workspace.applyEdit(edit);
    await until(() => notebook.isDirty, 'the notebook has unsaved cells');
    await assert.rejects(
      workspace.write(change(name, NOTEBOOK, NOTEBOOK.replace("'one'", "'two'"))),
      /notebook .* unsaved changes.*Save or revert/,
    );
    const read = await workspace.readText(name);
    assert.equal('text' in read && read.text, NOTEBOOK);
    assert.equal('viewOnly' in read && read.viewOnly?.code, 'edits.shownAsSaved');
    assert.equal(notebook.cellAt(0).document.getText(), "# mine\nprint('one')");
    assert.equal(notebook.cellAt(0).outputs.length, 1);
    assert.equal(await text(name), NOTEBOOK);
  });

  test('a file deleted or renamed while it is open: the edit says so, and unsaved text is still changed', async () => {
    const name = await file(FIVE);
    await show(name);
    const moved = `${name}.moved`;
    await rename(name, moved);
    await assert.rejects(workspace.write(change(name, FIVE, FIVE.replace('two', 'TWO'))), /does not exist any more/);
    assert.equal(await text(moved), FIVE);
    const other = await file(FIVE);
    const editor = await show(other);
    await editor.edit((edit) => edit.insert(new vscode.Position(4, 0), 'mine '));
    await rm(other);
    const written = await workspace.write(change(other, FIVE, FIVE.replace('two', 'TWO')));
    assert.deepEqual([written.target, written.merged], ['buffer', true]);
    assert.equal(editor.document.getText(), 'one\nTWO\nthree\nfour\nmine five\n');
    await assert.rejects(stat(other), /ENOENT/);
  });

  test('a file that is set read-only is not changed, open or not', async () => {
    const name = await file(FIVE);
    const made = change(name, FIVE, FIVE.replace('two', 'TWO'));
    await files().update('readonlyInclude', { [`**/${path.basename(name)}`]: true }, global);
    try {
      await assert.rejects(workspace.write(made), /read-only by the setting/);
      const editor = await show(name);
      await assert.rejects(workspace.write(made), /read-only by the setting/);
      assert.deepEqual([editor.document.getText(), editor.document.isDirty], [FIVE, false]);
      await files().update('readonlyExclude', { [`${folder}/**`]: true }, global);
      await workspace.write(made);
      assert.equal(await text(name), made.after);
    } finally {
      for (const one of ['readonlyInclude', 'readonlyExclude']) await files().update(one, undefined, global);
    }
  });

  test('a file with several names stays one: the editor saves it under all of them', async () => {
    const name = await file(FIVE);
    await link(name, `${name}.too`);
    await assert.rejects(workspace.write(change(name, FIVE, FIVE.replace('two', 'TWO'))), /hard links/);
    await show(name);
    await workspace.write(change(name, FIVE, FIVE.replace('two', 'TWO')));
    assert.equal(await text(`${name}.too`), FIVE.replace('two', 'TWO'));
    assert.equal((await stat(name)).nlink, 2);
  });

  test('a path that leads elsewhere than it was judged is refused, open or not', async () => {
    const name = await file(FIVE);
    const judged = path.join(folder, 'elsewhere.txt');
    const made = change(name, FIVE, FIVE.replace('two', 'TWO'));
    await assert.rejects(workspace.write(made, judged), /leads somewhere else/);
    await show(name);
    await assert.rejects(workspace.write(made, judged), /leads somewhere else/);
    assert.equal(await text(name), FIVE);
    await workspace.write(made, name);
    assert.equal(await text(name), FIVE.replace('two', 'TWO'));
  });

  test('a file goes away only as it was read', async () => {
    const name = await file(FIVE);
    const gone: Change = { ...change(name, FIVE, ''), kind: 'delete' };
    await writeFile(name, `${FIVE}mine\n`);
    await assert.rejects(workspace.write(gone), /changed since it was read/);
    await writeFile(name, FIVE);
    await workspace.write(gone);
    await assert.rejects(stat(name), /ENOENT/);
  });

  test('10 MB are changed, open or not', async function () {
    this.timeout(60_000);
    const large = 'a line of text that is long enough\n'.repeat(299_000);
    const name = await file(large);
    const read = await workspace.readText(name);
    assert.ok('text' in read);
    const at = large.lastIndexOf('a line', 5_000_000);
    const first = `${large.slice(0, at)}A LINE${large.slice(at + 6)}`;
    await workspace.write(change(name, large, first));
    assert.ok((await text(name)) === first);
    const editor = await show(name);
    await until(() => editor.document.getText().length === first.length, 'the editor has the file');
    await workspace.write(change(name, first, large));
    assert.ok((await text(name)) === large);
    assert.equal(editor.document.isDirty, false);
  });
});
