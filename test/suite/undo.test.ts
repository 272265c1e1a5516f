// Undo and rewind in VS Code: the look before anything happens, and a conversation that is opened anew at another place.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { UndoPlan } from '../../src/contracts/journal.ts';
import type { Restored, Rewound } from '../../src/contracts/transcript.ts';
import { OpenConversations } from '../../src/host/openConversations.ts';
import { rewindConversation } from '../../src/host/rewindConversation.ts';
import { createUndoDocuments } from '../../src/host/undoDocuments.ts';
import { previewUndo } from '../../src/host/undoPreview.ts';
import { FakeConversation, fakeProject, quietLog, until } from './fakes.ts';

const ROOT = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const ENCODING = { name: 'utf-8', bom: false };

suite('undo and rewind', () => {
  const made: Array<{ dispose(): unknown }> = [];
  teardown(async () => {
    for (const one of made.splice(0)) await one.dispose();
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  const PLAN: UndoPlan = {
    session: 's',
    source: 'undo',
    message: 'm',
    files: [
      {
        path: `${ROOT}/a.txt`,
        entries: [],
        outcome: 'change',
        change: {
          path: `${ROOT}/a.txt`,
          kind: 'modify',
          before: 'now\n',
          after: 'then\n',
          encoding: ENCODING,
          hunks: [],
        },
        merged: false,
        buffer: false,
      },
    ],
  };
  const words = { title: 'Undo', yes: 'Undo it', nothing: 'Nothing' };
  const preview = (plan: UndoPlan) => {
    const documents = createUndoDocuments();
    made.push(documents);
    const { journal } = fakeProject(ROOT);
    const answer: { given?: Awaited<ReturnType<typeof previewUndo>>; ended: boolean } = { ended: false };
    void previewUndo({ journal, documents }, plan, words, { back: false, into: false }).then((given) => {
      if (given !== undefined) answer.given = given;
      answer.ended = true;
    });
    return { documents, answer };
  };
  const diffs = () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .flatMap(({ input }) => (input instanceof vscode.TabInputTextDiff ? [input] : []));
  /** The list needs a moment to come. */
  const press = async (command: string, done: () => boolean) => {
    for (let tries = 0; tries < 100 && !done(); tries++) {
      await vscode.commands.executeCommand(command);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(done(), command);
  };

  test('a yes is for the plan that was shown', async () => {
    const { answer } = preview(PLAN);
    await press('workbench.action.acceptSelectedQuickOpenItem', () => answer.ended);
    assert.deepEqual(answer.given, { plan: PLAN });
  });

  test('whoever leaves has said no', async () => {
    const { answer } = preview(PLAN);
    await press('workbench.action.closeQuickOpen', () => answer.ended);
    assert.equal(answer.given, undefined);
  });

  test('where nothing can go back there is nothing to say yes to', async () => {
    const because = { code: 'journal.changedInSamePlace', args: { path: `${ROOT}/a.txt` } };
    const { answer } = preview({
      ...PLAN,
      files: [{ path: `${ROOT}/a.txt`, entries: [], outcome: 'conflict', because }],
    });
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    }
    assert.equal(answer.ended, false);
    await press('workbench.action.closeQuickOpen', () => answer.ended);
    assert.equal(answer.given, undefined);
  });

  test('the diff shows what is and what would be, read-only, and goes when all is done', async () => {
    const { documents } = preview(PLAN);
    const [file] = PLAN.files;
    assert.ok(file?.outcome === 'change');
    await documents.show(file);
    await until(() => diffs().length === 1, 'the diff');
    const [diff] = diffs();
    assert.ok(diff);
    assert.equal((await vscode.workspace.openTextDocument(diff.original)).getText(), 'now\n');
    assert.equal((await vscode.workspace.openTextDocument(diff.modified)).getText(), 'then\n');
    await documents.close();
    await until(() => diffs().length === 0, 'no diff');
  });

  /** A conversation that a page holds, with a transcript that does what `rewind` says. */
  async function held(rewind: () => Promise<Rewound | undefined>) {
    const stored: Restored = {
      ...{ id: 'conversation-0', root: ROOT, title: '', messages: [], mode: 'default', contextTokens: 0 },
      events: [{ type: 'prompted', prompt: { id: 'p1', text: 'Hello', attachments: [], atMs: 0 } }],
    };
    const project = fakeProject(ROOT);
    const transcripts = { ...project.transcripts, load: async () => stored, rewind };
    const conversations = new OpenConversations(async () => ({ ...project, transcripts }), quietLog);
    const page = {};
    const open = await conversations.start(ROOT, page);
    const shown: string[] = [];
    const pages = {
      replace: async (before: unknown, after: unknown) => {
        shown.push(before === open && after !== open ? 'anew' : 'other');
      },
    };
    made.push(conversations);
    return { conversations, pages, open, shown, page, project };
  }

  test('a conversation that went back is open for the same page, with the same rules and mode', async () => {
    const { conversations, pages, open, shown, page, project } = await held(async () => ({ from: 'line' }));
    open.conversation.setMode('plan');
    const rule = { text: 'Bash(npm test)' } as never;
    open.conversation.setSessionRule(rule, true);
    const gone = await rewindConversation({ conversations, pages }, open, { prompt: 'p1' });
    assert.deepEqual(gone.rewound, { from: 'line' });
    assert.notEqual(gone.open, open);
    assert.deepEqual(shown, ['anew']);
    assert.deepEqual(
      project.made.map((one) => one.disposed),
      [true, false],
    );
    assert.equal(conversations.get(open.conversation.id), gone.open);
    assert.equal(gone.open.conversation.state.mode, 'plan');
    assert.deepEqual(gone.open.conversation.sessionRules(), [rule]);
    // The page lets go of it: nobody else holds it.
    conversations.release(open.conversation.id, page);
    assert.equal(conversations.get(open.conversation.id), undefined);
  });

  test('a place that the transcript does not have closes nothing', async () => {
    const { conversations, pages, open, shown } = await held(async () => undefined);
    const stayed = await rewindConversation({ conversations, pages }, open, { prompt: 'unknown' });
    assert.deepEqual(stayed, { open });
    assert.deepEqual(shown, []);
    assert.ok(open.conversation instanceof FakeConversation && !open.conversation.disposed);
  });

  test('a transcript that cannot be written is said, and the conversation is open again', async () => {
    const { conversations, pages, open, shown } = await held(async () => {
      throw new Error('the disk is full');
    });
    await assert.rejects(rewindConversation({ conversations, pages }, open, { prompt: 'p1' }), /the disk is full/);
    assert.deepEqual(shown, ['anew']);
    assert.ok(conversations.get(open.conversation.id));
  });
});
