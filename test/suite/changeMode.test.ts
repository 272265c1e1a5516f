// The mode without questions is entered only where it is offered, and after its warning was accepted once.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { changeMode } from '../../src/host/changeMode.ts';
import { FakeConversation, fakeProject } from './fakes.ts';

suite('Changing the mode', () => {
  const shown: unknown[][] = [];
  let choice: string | undefined;
  const real = vscode.window.showWarningMessage;
  setup(() => {
    shown.length = 0;
    choice = undefined;
    Object.defineProperty(vscode.window, 'showWarningMessage', {
      configurable: true,
      value: async (...args: unknown[]) => {
        shown.push(args);
        return choice;
      },
    });
  });
  teardown(() => {
    Object.defineProperty(vscode.window, 'showWarningMessage', { configurable: true, value: real });
  });

  const open = (offered = true) => {
    let accepted = false;
    const project = {
      ...fakeProject('/r'),
      modes: () =>
        offered ? (['default', 'bypassPermissions'] as const).slice() : (['default', 'plan'] as const).slice(),
      bypass: {
        accepted: () => accepted,
        accept: async () => {
          accepted = true;
        },
      },
    };
    return { project, conversation: new FakeConversation('c', '/r') };
  };

  test('asks first, in a dialog that cannot be overlooked; a no leaves the mode', async () => {
    const one = open();
    await changeMode(one, 'bypassPermissions');
    assert.equal(shown.length, 1);
    const [, options, ...buttons] = shown[0] ?? [];
    assert.equal((options as vscode.MessageOptions).modal, true);
    assert.match((options as vscode.MessageOptions).detail ?? '', /without asking/);
    assert.equal(buttons.length, 1);
    assert.equal(one.conversation.state.mode, 'default');
    assert.equal(one.project.bypass.accepted(), false);
  });

  test('a yes is kept, and asked for once', async () => {
    const one = open();
    choice = vscode.l10n.t('I accept the risk');
    await changeMode(one, 'bypassPermissions');
    assert.equal(one.conversation.state.mode, 'bypassPermissions');
    await changeMode(one, 'default');
    await changeMode(one, 'bypassPermissions');
    assert.equal(one.conversation.state.mode, 'bypassPermissions');
    assert.equal(shown.length, 1);
  });

  test('where it is not offered nothing happens, whoever asks for it', async () => {
    const one = open(false);
    choice = vscode.l10n.t('I accept the risk');
    await changeMode(one, 'bypassPermissions');
    assert.equal(one.conversation.state.mode, 'default');
    assert.equal(shown.length, 0);
  });
});
