// The status page in the running extension: one tab, a check that ends with it, and that begins anew with the next.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { type FolderStatus, StatusView } from '../../src/host/statusView.ts';
import { quietLog, until } from './fakes.ts';

suite('the status', () => {
  teardown(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  test('one tab; who closes it ends the check, and who opens it again begins another', async () => {
    const changed = new vscode.EventEmitter<void>();
    const begun: AbortSignal[] = [];
    let asked = 0;
    const status: FolderStatus = {
      facts: async () => {
        asked++;
        return [];
      },
      check: async function* (_model, signal) {
        begun.push(signal);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
    };
    const view = new StatusView({
      extension: vscode.Uri.file('/'),
      log: quietLog,
      current: async () => ({ status, model: 'claude-opus-5' }),
      onChanged: changed.event,
      userSettings: '/nowhere/settings.json',
      home: '/home/dev',
    });
    const ours = () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith('assent.status'));
    const first = view.show();
    await until(() => begun.length === 1, 'the check');
    await view.show();
    await until(() => ours().length === 1, 'one tab');
    assert.equal(begun.length, 1, 'a second check beside the first');
    const before = asked;
    changed.fire();
    await until(() => asked > before, 'another look at what is in use');

    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until(() => begun[0]?.aborted === true, 'the end of the check');
    await first;
    const second = view.show();
    await until(() => begun.length === 2, 'another check');
    assert.equal(begun[1]?.aborted, false);
    view.dispose();
    await second;
    assert.equal(begun[1]?.aborted, true);
    changed.dispose();
  });
});
