// Changes that are written and wait, in the editors of their files.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Recorder } from '../../src/contracts/journal.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { writeAtomically } from '../../src/edits/writeAtomically.ts';
import { createPendingEditor, type PendingEditor } from '../../src/host/pending.ts';
import { createPendingChanges, type PendingChanges } from '../../src/host/pendingChanges.ts';
import { createPendingStore } from '../../src/host/pendingStore.ts';
import { createWorkspace } from '../../src/host/workspace.ts';
import { until } from './fakes.ts';

const BEFORE = 'one\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\nseven';
const AFTER = 'ONE\r\ntwo\r\nthree\r\nfour\r\nfive\r\nSIX\r\nseven';
const UTF8 = { name: 'utf-8', bom: false };
const recorder: Recorder = {
  prompted: async () => {},
  workspace: (files) => files,
  command: async () => ({ end: async () => {} }),
};

suite('pending', () => {
  const workspace = createWorkspace({ edits: editFunctions, writeAtomically });
  const saving = vscode.workspace.getConfiguration('files');
  let folder = '';
  let count = 0;
  let pending: PendingChanges;
  let editor: PendingEditor;
  let notes: string[] = [];
  let passedOn: string[] = [];

  suiteSetup(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'assent-pending-'));
    await saving.update('autoSave', 'off', vscode.ConfigurationTarget.Global);
  });
  suiteTeardown(async () => {
    await saving.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
    await rm(folder, { recursive: true, force: true });
  });
  setup(() => {
    notes = [];
    passedOn = [];
    const log = { error: (text: string, cause?: unknown) => assert.fail(`${text} ${String(cause)}`) };
    pending = createPendingChanges({
      edits: editFunctions,
      workspace,
      store: createPendingStore(path.join(folder, 'store')),
      recorder: async () => recorder,
      note: (_, text) => notes.push(text),
      log,
    });
    const pass = (id: string) => async () => void passedOn.push(id);
    const reviews = Object.fromEntries(
      ['assent.acceptHunk', 'assent.nextHunk', 'assent.rejectAll'].map((id) => [id, pass(id)]),
    );
    editor = createPendingEditor({
      pending,
      log,
      reviews,
      reviewWaits: () => false,
      seen: () => 'c1',
      scheme: 'assent-test-pending',
    });
  });
  teardown(async () => {
    for (const conversation of pending.conversations()) {
      const views = await pending.ofConversation(conversation);
      const hunks = views.flatMap(({ change }) =>
        change.hunks.map(({ id }) => ({ hunk: id, verdict: 'accepted' as const })),
      );
      await pending.answer(conversation, hunks);
    }
    editor.dispose();
    for (let n = 0; n < 10 && vscode.window.tabGroups.activeTabGroup.activeTab !== undefined; n++) {
      await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    }
  });

  async function written(text = AFTER): Promise<string> {
    const name = path.join(folder, `file-${count++}.txt`);
    await writeFile(name, BEFORE);
    await writes(name, text);
    return name;
  }
  async function writes(name: string, text: string): Promise<void> {
    const now = await workspace.readText(name);
    assert.ok('text' in now);
    const change = editFunctions.change(name, now.text, text, UTF8, '0');
    const cause = { session: 'c1', message: 'm1', call: 'call-1', tell: () => {} };
    await pending.recorder(recorder, folder).workspace(workspace, cause).write(change);
  }
  const show = async (name: string) => vscode.window.showTextDocument(vscode.Uri.file(name), { preview: false });
  const disk = async (name: string) => (await readFile(name)).toString();
  const hunks = async () => (await pending.ofConversation('c1')).flatMap(({ change }) => change.hunks);
  const at = (shown: vscode.TextEditor, line: number) => {
    shown.selection = new vscode.Selection(line - 1, 0, line - 1, 0);
  };
  async function lenses(name: string): Promise<vscode.Command[]> {
    const uri = vscode.Uri.file(name);
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri);
    return found.flatMap(({ command }) => (command?.command.startsWith('assent.') ? [command] : []));
  }
  async function run(id: string, ...args: unknown[]): Promise<void> {
    const command = editor.commands[id];
    assert.ok(command, id);
    await command(...args);
  }

  test('nothing opens and the focus stays when something is written', async () => {
    const mine = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'mine' }));
    await written();
    assert.equal(vscode.window.activeTextEditor, mine);
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 1);
  });

  test('each hunk has its code lenses; rejecting by one takes it back and saves what had been saved', async () => {
    const name = await written();
    await show(name);
    const all = await lenses(name);
    assert.deepEqual(
      all.map(({ command }) => command),
      [
        'assent.acceptHunk',
        'assent.rejectHunk',
        'assent.commentHunk',
        'assent.acceptHunk',
        'assent.rejectHunk',
        'assent.commentHunk',
      ],
    );
    const reject = all[4];
    assert.ok(reject);
    await run(reject.command, ...(reject.arguments ?? []));
    assert.equal(await disk(name), AFTER.replace('SIX', 'six'));
    assert.equal((await lenses(name)).length, 3);
    // A code lens that is there no more does nothing.
    await run(reject.command, ...(reject.arguments ?? []));
    assert.equal(await disk(name), AFTER.replace('SIX', 'six'));
    assert.match(notes.join('\n'), /rejected this part .* \(line 6\)/);
  });

  test('at the cursor: accepted, and rejected on top of unsaved text, which stays unsaved; one undo brings it back', async () => {
    const name = await written();
    const shown = await show(name);
    await shown.edit((edit) => edit.insert(new vscode.Position(2, 0), 'mine '));
    at(shown, 1);
    await run('assent.rejectHunk');
    assert.equal(shown.document.getText(), AFTER.replace('three', 'mine three').replace('ONE', 'one'));
    assert.equal(shown.document.isDirty, true);
    assert.equal(await disk(name), AFTER);
    at(shown, 6);
    await run('assent.acceptHunk');
    assert.deepEqual(await hunks(), []);
    await vscode.commands.executeCommand('undo');
    assert.equal(shown.document.getText(), AFTER.replace('three', 'mine three'));
  });

  test('a file that is in no editor is changed back on disk, and no tab opens', async () => {
    const name = await written();
    await run('assent.rejectFile', vscode.Uri.file(name));
    assert.equal(await disk(name), BEFORE);
    assert.equal(vscode.window.tabGroups.all.flatMap((group) => group.tabs).length, 0);
  });

  test('the diff has the text before at its left; a revert there counts as taken back', async () => {
    const name = await written();
    await editor.open('c1', name);
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
    const left = await vscode.workspace.openTextDocument(tab.input.original);
    assert.equal(left.getText(), BEFORE);
    await until(() => vscode.window.activeTextEditor?.document.uri.fsPath === name, 'the file is in front');
    const right = vscode.window.activeTextEditor;
    assert.ok(right);
    await right.edit((edit) => edit.replace(new vscode.Range(5, 0, 5, 3), 'six'));
    assert.deepEqual(
      (await hunks()).map(({ after }) => after),
      ['ONE\r\n'],
    );
    await pending.tellTakenBack('c1');
    assert.match(notes.join('\n'), /took back this part .* \(line 6\)/);
  });

  test('the peek view of a change, the line number menu and the list of files name what they mean', async () => {
    const name = await written();
    await show(name);
    const uri = vscode.Uri.file(name);
    const change = {
      originalStartLineNumber: 6,
      originalEndLineNumber: 6,
      modifiedStartLineNumber: 6,
      modifiedEndLineNumber: 6,
    };
    await run('assent.rejectHunk', uri, [{}, change], 1);
    assert.equal(await disk(name), AFTER.replace('SIX', 'six'));
    await run('assent.acceptHunk', { uri, lineNumber: 1 });
    assert.deepEqual(await hunks(), []);
    const other = await written();
    await run('assent.rejectFile', { resourceUri: vscode.Uri.file(other) });
    assert.equal(await disk(other), BEFORE);
  });

  test('next and previous go from hunk to hunk, on to the next file', async () => {
    const first = await written();
    const second = await written();
    const shown = await show(first);
    at(shown, 3);
    await run('assent.nextHunk');
    const place = () => {
      const active = vscode.window.activeTextEditor;
      return [active?.document.uri.fsPath, (active?.selection.active.line ?? -1) + 1];
    };
    assert.deepEqual(place(), [first, 6]);
    await run('assent.nextHunk');
    assert.deepEqual(place(), [second, 1]);
    await run('assent.previousHunk');
    assert.deepEqual(place(), [first, 6]);
  });

  test('all of the conversation at once; elsewhere the commands are those of the review', async () => {
    const names = [await written(), await written()];
    await run('assent.rejectAll');
    for (const name of names) assert.equal(await disk(name), BEFORE);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ content: 'mine' }));
    await run('assent.acceptHunk');
    await run('assent.nextHunk');
    assert.deepEqual(passedOn, ['assent.acceptHunk', 'assent.nextHunk']);
  });

  test('what cannot be taken back is said, and waits on', async () => {
    const name = await written();
    await rm(name);
    await writeFile(name, Buffer.from([0, 1, 2, 255]));
    await run('assent.rejectFile', vscode.Uri.file(name));
    assert.deepEqual(await readFile(name), Buffer.from([0, 1, 2, 255]));
    await writeFile(name, AFTER);
    assert.equal((await hunks()).length, 2);
  });
});
