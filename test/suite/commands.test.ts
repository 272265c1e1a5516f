// Our commands in the running extension.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { until } from './fakes.ts';

suite('commands', () => {
  const ours = () =>
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith('assent.chat'));
  teardown(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  test('each "open in tab" is a tab of its own', async () => {
    await vscode.commands.executeCommand('assent.openInTab');
    await vscode.commands.executeCommand('assent.openInTab');
    await until(() => ours().length === 2, 'two tabs');
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
    await until(() => ours().length === 1, 'one tab');
  });

  test('commands that need a question or a turn fail with no error without one', async () => {
    for (const command of ['assent.allow', 'assent.deny', 'assent.stop', 'assent.cycleMode', 'assent.acceptAll']) {
      await assert.doesNotReject(async () => vscode.commands.executeCommand(command), command);
    }
  });
});
