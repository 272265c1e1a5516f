// Where a waiting question is announced, and that no key answers what cannot be seen.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { OpenConversations } from '../../src/host/openConversations.ts';
import { announcement, watchQuestions } from '../../src/host/questions.ts';
import { FakeConversation, fakeProject, permission, quietLog, until } from './fakes.ts';

suite('questions', () => {
  async function watching(visible: boolean) {
    const project = fakeProject('/w');
    const conversations = new OpenConversations(async () => project, quietLog);
    const open = await conversations.start('/w', {});
    const seen = { visible, revealed: 0, waiting: 0, running: 0 };
    const questions = watchQuestions({
      conversations,
      isVisible: () => seen.visible,
      reveal: async () => {
        seen.revealed += 1;
        seen.visible = true;
      },
      current: () => open,
      acceptAll: async () => {},
      changed: ({ waiting, running }) => {
        seen.waiting = waiting.length;
        seen.running = running;
      },
    });
    const { conversation } = open;
    assert.ok(conversation instanceof FakeConversation);
    const end = async () => {
      questions.dispose();
      await conversations.dispose();
    };
    return { conversation, questions, seen, end };
  }

  test('a question that waits is counted until it is answered, wherever that happens', async () => {
    const { conversation, seen, end } = await watching(true);
    conversation.ask(permission('q1'));
    await until(() => seen.waiting === 1, 'one question waits');
    assert.equal(seen.running, 1);
    conversation.answer('q1', { type: 'allow' });
    conversation.happen({ type: 'answered', question: permission('q1'), answer: { type: 'allow' } });
    await until(() => seen.waiting === 0, 'none waits');
    await end();
  });

  test('a question that comes while its page is being hidden is announced all the same', async () => {
    const { conversation, seen, end } = await watching(true);
    const { showInformationMessage } = vscode.window;
    const shown: string[] = [];
    Object.defineProperty(vscode.window, 'showInformationMessage', {
      configurable: true,
      value: async (text: string) => void shown.push(text),
    });
    try {
      conversation.ask(permission('q1'));
      await until(() => seen.waiting === 1, 'one question waits');
      // VS Code has not told yet that nobody sees the page.
      assert.deepEqual(shown, []);
      seen.visible = false;
      await until(() => shown.length === 1, 'it is announced');
    } finally {
      Object.defineProperty(vscode.window, 'showInformationMessage', {
        configurable: true,
        value: showInformationMessage,
      });
      await end();
    }
  });

  test('the key answers a question on screen', async () => {
    const { conversation, questions, seen, end } = await watching(true);
    conversation.ask(permission('q1'));
    await questions.allow();
    assert.deepEqual(conversation.answers, [{ question: 'q1', answer: { type: 'allow' } }]);
    assert.equal(seen.revealed, 0);
    await end();
  });

  test('a question that is not on screen is shown first, and answered by a second press only', async () => {
    const { conversation, questions, seen, end } = await watching(false);
    conversation.ask(permission('q1'));
    await questions.allow();
    assert.equal(seen.revealed, 1);
    assert.deepEqual(conversation.answers, []);
    await questions.deny();
    assert.deepEqual(conversation.answers, [{ question: 'q1', answer: { type: 'deny' } }]);
    await end();
  });

  test('a key that is held down does not say yes to the question after', async () => {
    const { conversation, questions, end } = await watching(true);
    conversation.ask(permission('q1'));
    await questions.allow();
    conversation.ask(permission('q2'));
    for (let repeats = 0; repeats < 5; repeats += 1) await questions.allow();
    assert.deepEqual(
      conversation.answers.map((answer) => answer.question),
      ['q1'],
    );
    await end();
  });

  test('a notification offers to allow only what it shows whole', () => {
    assert.deepEqual(announcement(permission('q', 'npm test')), {
      text: 'Assent asks to use Bash: npm test',
      mayAllow: true,
      mayDeny: true,
    });
    for (const subject of ['a\nb', 'x'.repeat(121), 'rm \u202e', '[ok](command:workbench.action.quit)']) {
      const said = announcement(permission('q', subject));
      assert.equal(said.mayAllow, false, subject);
      assert.ok(!said.text.includes(subject), subject);
    }
  });
});
