// A review in the diff editor: open, change, answer.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Change, HunkAnswer } from '../../src/contracts/edit.ts';
import type { Answer } from '../../src/contracts/question.ts';
import { editFunctions } from '../../src/edits/functions.ts';
import { createReviewEditor, type ReviewEditor, type ReviewQuestion } from '../../src/host/review.ts';

const BEFORE = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const AFTER = 'ONE\ntwo\nthree\nfour\nfive\nSIX\nseven\n';
const schemes = { before: 'assent-test-before', proposed: 'assent-test-review' };
const A = '/project/a.ts';
const B = '/project/b.ts';

suite('review', () => {
  let storage = '';
  let review: ReviewEditor;
  let answers: Array<{ conversation: string; question: string; answer: Answer }> = [];
  let errors: unknown[] = [];

  suiteSetup(async () => {
    storage = await mkdtemp(path.join(os.tmpdir(), 'assent-review-'));
  });
  // In a browser VS Code saves by itself after a second, unless told not to.
  const saving = vscode.workspace.getConfiguration('files');
  suiteSetup(() => saving.update('autoSave', 'off', vscode.ConfigurationTarget.Global));
  suiteTeardown(() => saving.update('autoSave', undefined, vscode.ConfigurationTarget.Global));
  suiteTeardown(() => rm(storage, { recursive: true, force: true }));
  setup(async () => {
    await closeAll();
    answers = [];
    errors = [];
    review = start();
  });
  teardown(async () => {
    for (const id of ['r1', 'r2']) await review.settled(id);
    review.dispose();
    await closeAll();
    assert.deepEqual(errors, []);
  });

  function start(): ReviewEditor {
    return createReviewEditor({
      edits: editFunctions,
      storage,
      schemes,
      seen: () => 'c1',
      answer: (conversation, question, answer) => answers.push({ conversation, question, answer }) > 0,
      log: { error: (text, cause) => errors.push([text, cause]) },
    });
  }

  function question(id = 'r1', paths = [A], after = AFTER): ReviewQuestion {
    const changes = paths.map((name, index) =>
      editFunctions.change(name, BEFORE, after, { name: 'utf-8', bom: false }, String(index)),
    );
    return { type: 'review', id: `q-${id}`, calls: [], decisions: [], review: { id, calls: ['call-1'], changes } };
  }
  const command = (id: string, ...args: unknown[]) => {
    const run = review.commands[id];
    assert.ok(run, id);
    return run(...args);
  };
  const sent = (): HunkAnswer[] => {
    const last = answers.at(-1)?.answer;
    assert.ok(last?.type === 'review', JSON.stringify(answers));
    return last.hunks;
  };
  const settledText = (asked: ReviewQuestion, index = 0) => {
    const change = asked.review.changes[index];
    assert.ok(change);
    return editFunctions.settle(change, sent()).change?.after;
  };
  async function proposed(): Promise<vscode.TextEditor> {
    await until(() => vscode.window.activeTextEditor?.document.uri.scheme === schemes.proposed);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    return editor;
  }
  const at = (editor: vscode.TextEditor, line: number) => {
    editor.selection = new vscode.Selection(line - 1, 0, line - 1, 0);
  };

  test('the diff has the file at its left, read-only, and the proposal at its right in the language of the file', async () => {
    await review.show('c1', question());
    await review.open('r1', A);
    const editor = await proposed();
    assert.equal(editor.document.getText(), AFTER);
    assert.equal(editor.document.languageId, 'typescript');
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    assert.ok(tab?.input instanceof vscode.TabInputTextDiff);
    assert.equal(tab.label, 'a.ts (proposed by Assent)');
    const left = await vscode.workspace.openTextDocument(tab.input.original);
    assert.equal(left.getText(), BEFORE);
    assert.equal(vscode.workspace.fs.isWritableFileSystem(schemes.before), false);
  });

  test('opened without being asked for, it leaves the focus where it is', async () => {
    const mine = await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ content: 'I type here' }),
      { preview: false },
    );
    await review.show('c1', question());
    assert.equal(vscode.window.activeTextEditor, mine);
    await review.open('r1', A, { focus: false });
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(await shown(A), AFTER);
    assert.equal(mine.document.getText(), 'xI type here');
  });

  test('what the person writes is told, is part of what the page answers, and is exactly what is written', async () => {
    const asked = question();
    await review.show('c1', asked);
    await review.open('r1', A);
    const editor = await proposed();
    const told: Change[] = [];
    review.onChanged((_, change) => told.push(change));
    await editor.edit((edit) => {
      edit.replace(new vscode.Range(5, 0, 5, 3), 'Six!');
      edit.replace(new vscode.Range(3, 0, 3, 4), 'FOUR');
    });
    await until(() => told.length > 0);
    const mine = 'ONE\ntwo\nthree\nFOUR\nfive\nSix!\nseven\n';
    assert.equal(told.at(-1)?.after, mine);
    assert.deepEqual(
      told.at(-1)?.hunks.map((hunk) => [hunk.id, hunk.after]),
      [
        ['0.0', 'ONE\n'],
        ['0.1', 'Six!\n'],
      ],
    );
    const fromPage = review.answerWith('q-r1', {
      type: 'review',
      hunks: [
        { hunk: '0.0', verdict: 'accepted' },
        { hunk: '0.1', verdict: 'accepted' },
      ],
    });
    assert.ok(fromPage.type === 'review');
    const [change] = asked.review.changes;
    assert.ok(change);
    assert.equal(editFunctions.settle(change, fromPage.hunks).change?.after, mine);
    assert.equal(answers.length, 0);
  });

  test('accepting the file answers with what the person made of it', async () => {
    const asked = question();
    await review.show('c1', asked);
    await review.open('r1', A);
    const editor = await proposed();
    await editor.edit((edit) => edit.replace(new vscode.Range(5, 0, 5, 3), 'Six!'));
    await until(() => review.currentChange('r1', A)?.after.includes('Six!') ?? false);
    await command('assent.acceptFile', editor.document.uri);
    assert.deepEqual(
      answers.map(({ conversation, question: id }) => [conversation, id]),
      [['c1', 'q-r1']],
    );
    assert.equal(settledText(asked), 'ONE\ntwo\nthree\nfour\nfive\nSix!\nseven\n');
  });

  test('hunks are answered at the cursor, and the last verdict sends the answer', async () => {
    const asked = question();
    await review.show('c1', asked);
    await review.open('r1', A);
    const editor = await proposed();
    const told: HunkAnswer[][] = [];
    review.onVerdicts((_, given) => told.push(given));
    at(editor, 3);
    await command('assent.acceptHunk');
    assert.deepEqual(told, []);
    at(editor, 1);
    await command('assent.rejectHunk');
    assert.deepEqual(told.at(-1), [{ hunk: '0.0', verdict: 'rejected' }]);
    assert.equal(answers.length, 0);
    await command('assent.acceptHunk', { uri: editor.document.uri, lineNumber: 6 });
    assert.equal(settledText(asked), BEFORE.replace('six', 'SIX'));
  });

  test('verdicts of the page and of the editor are one; the page’s do not send by themselves', async () => {
    const asked = question();
    await review.show('c1', asked);
    review.decide('r1', [
      { hunk: '0.0', verdict: 'rejected', comment: 'keep one' },
      { hunk: '0.1', verdict: 'accepted' },
    ]);
    assert.equal(answers.length, 0);
    assert.deepEqual(review.verdicts('r1'), [
      { hunk: '0.0', verdict: 'rejected', comment: 'keep one' },
      { hunk: '0.1', verdict: 'accepted' },
    ]);
    review.decide('r1', [{ hunk: '0.1', verdict: 'edited', text: 'Sechs\n' }]);
    await review.acceptAll('r1');
    assert.deepEqual(sent(), [
      { hunk: '0.0', verdict: 'rejected', comment: 'keep one' },
      { hunk: '0.1', verdict: 'edited', text: 'Sechs\n' },
    ]);
  });

  test('taking a hunk back in the editor rejects it', async () => {
    await review.show('c1', question());
    await review.open('r1', A);
    const editor = await proposed();
    await editor.edit((edit) => edit.replace(new vscode.Range(0, 0, 0, 3), 'one'));
    await until(() => review.verdicts('r1').length > 0);
    assert.deepEqual(review.verdicts('r1'), [{ hunk: '0.0', verdict: 'rejected' }]);
    await vscode.commands.executeCommand('undo');
    await until(() => review.verdicts('r1').length === 0);
  });

  test('rejecting all answers every file, and the remaining hunks alone', async () => {
    const asked = question('r1', [A, B]);
    await review.show('c1', asked);
    review.decide('r1', [{ hunk: '1.1', verdict: 'accepted' }]);
    await command('assent.rejectAll');
    assert.equal(settledText(asked, 0), undefined);
    assert.equal(settledText(asked, 1), BEFORE.replace('six', 'SIX'));
  });

  test('next and previous go through the open hunks of all files', async () => {
    await review.show('c1', question('r1', [A, B]));
    const place = async () => {
      const editor = await proposed();
      return [path.basename(editor.document.uri.path), editor.selection.active.line + 1];
    };
    const steps: Array<[string, Array<string | number>]> = [
      ['assent.nextHunk', ['a.ts', 1]],
      ['assent.nextHunk', ['a.ts', 6]],
      ['assent.nextHunk', ['b.ts', 1]],
      ['assent.previousHunk', ['a.ts', 6]],
    ];
    for (const [id, expected] of steps) {
      await command(id);
      await until(async () => JSON.stringify(await place()) === JSON.stringify(expected), `${id} to ${expected}`);
    }
    await command('assent.acceptHunk');
    await command('assent.nextHunk');
    await until(async () => (await place())[0] === 'b.ts');
  });

  test('a proposal with several kinds of line ending keeps them through the editor', async () => {
    const mixed = 'a\r\nb\nc\r\nd\n';
    const asked = question('r1', [A], mixed);
    await review.show('c1', asked);
    await review.open('r1', A);
    const editor = await proposed();
    await editor.edit((edit) => edit.replace(new vscode.Range(1, 0, 1, 1), 'B'));
    await until(() => review.currentChange('r1', A)?.after.includes('B') ?? false);
    await review.acceptAll('r1');
    assert.equal(settledText(asked), 'a\r\nB\r\nc\r\nd\n');
  });

  test('saving the proposal accepts nothing, and a formatter on the way does not alter it', async () => {
    const asked = question();
    await review.show('c1', asked);
    await review.open('r1', A);
    const editor = await proposed();
    const formatter = vscode.languages.registerDocumentFormattingEditProvider(
      { scheme: schemes.proposed },
      {
        provideDocumentFormattingEdits: () => [vscode.TextEdit.insert(new vscode.Position(0, 0), '// formatted\n')],
      },
    );
    const settings = vscode.workspace.getConfiguration('editor');
    await settings.update('formatOnSave', true, vscode.ConfigurationTarget.Global);
    try {
      await editor.edit((edit) => edit.replace(new vscode.Range(5, 0, 5, 3), 'Six!'));
      assert.equal(await editor.document.save(), true);
      const mine = 'ONE\ntwo\nthree\nfour\nfive\nSix!\nseven\n';
      await until(() => editor.document.getText() === mine, 'the text is the person’s again');
      await until(() => review.currentChange('r1', A)?.after === mine);
      assert.equal(editor.document.isDirty, false);
      assert.equal(answers.length, 0);
    } finally {
      formatter.dispose();
      await settings.update('formatOnSave', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test('the view of all files closes with the review', async () => {
    await review.show('c1', question('r1', [A, B]));
    const picking = command('assent.reviewChanges');
    await pause(500);
    await vscode.commands.executeCommand('workbench.action.quickOpenSelectPrevious');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await picking;
    const labels = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).map((tab) => tab.label);
    await until(() => labels().some((label) => label.startsWith('Proposed by Assent')), 'the view opens');
    await review.settled('r1');
    assert.deepEqual(labels(), []);
  });

  test('an answered review closes its tabs without a question and is forgotten', async () => {
    await review.show('c1', question());
    await review.open('r1', A);
    const editor = await proposed();
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// mine\n'));
    assert.equal(editor.document.isDirty, true);
    await review.settled('r1');
    assert.deepEqual(tabs(), []);
    assert.deepEqual(await readdir(storage), []);
    assert.equal(review.currentChange('r1', A), undefined);
    const gone = vscode.Uri.file(A).with({ scheme: schemes.proposed, query: 'r1' });
    const text = Buffer.from(await vscode.workspace.fs.readFile(gone)).toString();
    assert.match(text, /was answered/);
  });

  test('after a reload the diff has its text, and the same proposal asked anew takes up what was done', async () => {
    await review.show('c1', question());
    await review.open('r1', A);
    const editor = await proposed();
    await editor.edit((edit) => edit.replace(new vscode.Range(5, 0, 5, 3), 'Six!'));
    await editor.document.save();
    review.decide('r1', [{ hunk: '0.0', verdict: 'rejected', comment: 'why' }]);
    await until(async () => (await readdir(storage)).includes('r1.json'));
    await pause(300);

    // The window that comes back knows nothing but what is on disk.
    review.dispose();
    review = start();
    const uri = vscode.Uri.file(A).with({ scheme: schemes.proposed, query: 'r1' });
    const mine = AFTER.replace('SIX', 'Six!');
    assert.equal(Buffer.from(await vscode.workspace.fs.readFile(uri)).toString(), mine);

    const again = question('r2');
    await review.show('c1', again);
    assert.deepEqual(review.verdicts('r2'), [{ hunk: '0.0', verdict: 'rejected', comment: 'why' }]);
    assert.equal(review.currentChange('r2', A)?.after, mine);
    await until(() => tabs().length === 1 && tabs()[0]?.query === 'r2', 'the tab shows the new review');
    await until(
      async () => (await readdir(storage)).join() === 'r2.json',
      'the new review is kept in place of the old',
    );
    await review.acceptAll('r2');
    assert.equal(settledText(again), BEFORE.replace('six', 'Six!'));
  });

  test('another proposal takes up nothing', async () => {
    await review.show('c1', question());
    review.decide('r1', [{ hunk: '0.0', verdict: 'rejected' }]);
    await until(async () => (await readdir(storage)).includes('r1.json'));
    await pause(300);
    review.dispose();
    review = start();
    await review.show('c1', question('r2', [A], BEFORE.replace('one', 'uno')));
    assert.deepEqual(review.verdicts('r2'), []);
  });
});

function tabs(): vscode.Uri[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .flatMap(({ input }) => (input instanceof vscode.TabInputTextDiff ? [input.modified] : []))
    .filter((uri) => uri.scheme === schemes.proposed);
}

async function shown(name: string): Promise<string | undefined> {
  const find = () =>
    vscode.window.visibleTextEditors.find(
      ({ document }) => document.uri.scheme === schemes.proposed && document.uri.path === name,
    );
  await until(() => find() !== undefined);
  return find()?.document.getText();
}

async function closeAll(): Promise<void> {
  for (const document of vscode.workspace.textDocuments) {
    if (!document.isDirty || ![schemes.proposed, 'untitled'].includes(document.uri.scheme)) continue;
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  }
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

async function until(condition: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (await condition()) return;
    await pause(50);
  }
  assert.fail(`${what} did not happen within five seconds`);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
