// What one page is sent and what its messages do, with a conversation that does what the test says.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { ChatPage } from '../../src/host/chatPage.ts';
import { OpenConversations } from '../../src/host/openConversations.ts';
import type { PageParts } from '../../src/host/pageParts.ts';
import { watchSelection } from '../../src/host/selection.ts';
import { FakeConversation, FakeWebview, fakeProject, permission, quietLog, until } from './fakes.ts';

suite('chat page', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const made: Array<{ dispose(): unknown }> = [];
  teardown(() => {
    for (const one of made.splice(0)) one.dispose();
  });

  function parts(): PageParts & { ran: string[] } {
    const project = fakeProject(root);
    const conversations = new OpenConversations(async () => project, quietLog);
    const selection = watchSelection();
    made.push(conversations, selection);
    const ran: string[] = [];
    const nothing = () => new vscode.Disposable(() => {});
    return {
      ran,
      conversations,
      selection,
      review: {
        open: async () => {},
        currentChange: () => undefined,
        answerWith: (_question, answer) => answer,
        decide: () => {},
        verdicts: () => [],
        onChanged: nothing,
        onVerdicts: nothing,
      },
      pending: { open: async () => {}, answer: async () => {}, views: async () => [], onChanged: nothing },
      log: quietLog,
      platform: 'other',
      onSpent: nothing,
      onProjectChanged: nothing,
      used: () => {},
      focused: () => {},
      findMentions: async (_project, query) => [{ kind: 'file', path: `${root}/a`, label: query, detail: '' }],
      openPlan: async () => {},
      resume: async () => {},
      startNew: async () => {},
      runCommand: async (command) => {
        ran.push(command);
      },
    };
  }

  async function shown(): Promise<{
    parts: PageParts & { ran: string[] };
    page: ChatPage;
    webview: FakeWebview;
    conversation: FakeConversation;
    surface: { visible: boolean };
  }> {
    const given = parts();
    const page = new ChatPage(given);
    made.push(page);
    const webview = new FakeWebview();
    const surface = { visible: true };
    page.attach({ webview, visible: () => surface.visible, reveal: () => {} });
    const open = await given.conversations.start(root, page);
    await page.show(open);
    const { conversation } = open;
    assert.ok(conversation instanceof FakeConversation);
    return { parts: given, page, webview, conversation, surface };
  }

  test('nothing is sent before the page listens, then one snapshot says it all', async () => {
    const { webview, conversation } = await shown();
    conversation.happen({ type: 'title', title: 'T' });
    assert.deepEqual(webview.messages, []);
    webview.say({ type: 'ready' });
    await until(() => webview.of('snapshot').length === 1, 'a snapshot');
    const [first] = webview.of('snapshot');
    assert.equal(first?.snapshot.state.id, conversation.id);
    assert.deepEqual(first?.snapshot.events, [{ type: 'title', title: 'T' }]);
    assert.deepEqual(first?.snapshot.config.modes, ['default', 'plan']);
    assert.deepEqual(first?.snapshot.account, { state: 'rehearsal' });
  });

  test('the deltas of a frame travel as one message', async () => {
    const { webview, conversation } = await shown();
    webview.say({ type: 'ready' });
    await until(() => webview.of('snapshot').length === 1, 'a snapshot');
    for (let i = 0; i < 500; i++) conversation.happen({ type: 'textDelta', text: 'x' });
    const text = () =>
      webview
        .of('events')
        .flatMap((one) => one.events)
        .map((event) => (event.type === 'textDelta' ? event.text : ''))
        .join('');
    await until(() => text().length >= 500, 'all of the text');
    const messages = webview.of('events');
    assert.ok(messages.length <= 2, `${messages.length} messages`);
    assert.equal(text().length, 500);
  });

  test('a page that missed something while it was hidden gets a new snapshot when it is shown', async () => {
    const { page, webview, conversation, surface } = await shown();
    webview.say({ type: 'ready' });
    await until(() => webview.of('snapshot').length === 1, 'a snapshot');
    webview.reachable = false;
    surface.visible = false;
    conversation.ask(permission('q1'));
    await until(() => webview.missed > 0, 'a message that the page misses');
    webview.reachable = true;
    surface.visible = true;
    page.shown();
    await until(() => webview.of('snapshot').length === 2, 'a second snapshot');
    assert.deepEqual(
      webview.of('snapshot')[1]?.snapshot.state.questions.map((question) => question.id),
      ['q1'],
    );
  });

  test('a message that is none of the protocol does nothing and is said', async () => {
    const { webview, conversation, parts: given } = await shown();
    webview.say({ type: 'ready' });
    await until(() => webview.of('snapshot').length === 1, 'a snapshot');
    webview.say({ type: 'answer', question: 'q', answer: { type: 'allow', rules: ['Bash'] } });
    await until(() => webview.of('notices').length > 0, 'a notice');
    assert.equal(webview.of('notices').at(-1)?.notices[0]?.because.code, 'host.messageRefused');
    assert.deepEqual(conversation.answers, []);
    assert.deepEqual(given.ran, []);
  });

  test('a prompt takes the selection along only when it is asked to', async () => {
    const { webview, conversation, parts: given } = await shown();
    webview.say({ type: 'ready' });
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(`${root}/package.json`));
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 1, 1);
    await until(() => webview.of('selection').some((one) => one.selection !== undefined), 'the selection');
    webview.say({ type: 'send', text: 'with', attachments: [], withSelection: true });
    webview.say({ type: 'send', text: 'without', attachments: [], withSelection: false });
    await until(() => conversation.sent.length === 2, 'two prompts');
    const kinds = (text: string) =>
      conversation.sent.find((prompt) => prompt.text === text)?.attachments.map((one) => one.type);
    assert.deepEqual(kinds('with'), ['selection']);
    assert.deepEqual(kinds('without'), []);
    given.selection.on = false;
    webview.say({ type: 'send', text: 'off', attachments: [], withSelection: true });
    await until(() => conversation.sent.length === 3, 'a third prompt');
    assert.deepEqual(kinds('off'), []);
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });

  test('a prompt for a folder that is gone comes back with what to do', async () => {
    const given = parts();
    const gone = fakeProject('/no/such/folder');
    const conversations = new OpenConversations(async () => gone, quietLog);
    made.push(conversations);
    const page = new ChatPage({ ...given, conversations });
    made.push(page);
    const webview = new FakeWebview();
    page.attach({ webview, visible: () => true, reveal: () => {} });
    await page.show(await conversations.start(gone.root, page));
    webview.say({ type: 'ready' });
    webview.say({ type: 'send', text: 'hello', attachments: [], withSelection: false });
    await until(() => webview.of('notices').length > 0, 'a notice');
    assert.equal(webview.of('notices').at(-1)?.notices.at(-1)?.because.code, 'host.folderGone');
    assert.equal(webview.of('insert')[0]?.text, 'hello');
    assert.deepEqual(gone.made[0]?.sent, []);
  });

  test('several pages show one conversation; it closes with the last one, but not while it works', async () => {
    const { parts: given, page, conversation } = await shown();
    const second = new ChatPage(given);
    made.push(second);
    await second.show(await given.conversations.resume(root, conversation.id, second));
    assert.equal(second.open?.conversation, conversation);
    page.dispose();
    assert.equal(conversation.disposed, false);
    conversation.ask(permission('q1'));
    second.dispose();
    assert.equal(conversation.disposed, false, 'a question waits');
    conversation.end();
    await until(() => conversation.disposed, 'the conversation closes after its turn');
  });
});
