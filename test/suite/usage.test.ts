// What requests cost, in the running extension: the page's one tab, caps in VS Code's settings, the ledger's place.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { openUsage } from '../../src/compose/openUsage.ts';
import type { ModelEvent, Provider } from '../../src/contracts/provider.ts';
import type { Settings } from '../../src/contracts/settings.ts';
import { fakeProject, quietLog, until } from './fakes.ts';

const answering: Provider = {
  id: 'answering',
  async *stream(): AsyncGenerator<ModelEvent> {
    const usage = { inputTokens: 10, cacheWriteTokens: 0, cacheReadTokens: 0, outputTokens: 10 };
    const facts = { messageId: 'm', model: 'claude-opus-5', usage, stop: 'endTurn' as const };
    yield { type: 'done', message: { role: 'assistant', blocks: [{ type: 'text', text: 'Yes' }] }, facts };
  },
};

suite('usage', () => {
  const settings = () => vscode.workspace.getConfiguration('assent.costCap');
  const set = (name: string, usd: number | undefined, target = vscode.ConfigurationTarget.Global) =>
    settings().update(name, usd, target);
  teardown(async () => {
    await set('session', undefined);
    await set('session', undefined, vscode.ConfigurationTarget.Workspace);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  test('the command opens one tab', async () => {
    const ours = () =>
      vscode.window.tabGroups.all
        .flatMap((group) => group.tabs)
        .filter((tab) => tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith('assent.usage'));
    await vscode.commands.executeCommand('assent.usage');
    await vscode.commands.executeCommand('assent.usage');
    await until(() => ours().length === 1, 'one tab');
  });

  test('a cap in the settings of VS Code stops a request; the workspace may lower it and not raise it', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'assent-usage-'));
    const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? folder;
    const context = { globalStorageUri: vscode.Uri.file(folder), extensionUri: vscode.Uri.file(folder) };
    const usage = openUsage(context as unknown as vscode.ExtensionContext, quietLog);
    try {
      const own: Settings = fakeProject(root).settings();
      const meter = usage.meter({ root, settings: () => own, env: () => ({}) });
      const metered = meter.metered(answering, () => 'anthropic');
      const ask = async () => {
        const request = { model: 'claude-opus-5', system: '', tools: [], maxTokens: 4000, thinking: 'off' as const };
        const messages = [{ role: 'user' as const, blocks: [{ type: 'text' as const, text: 'Hi' }] }];
        const sent = { ...request, messages, purpose: 'main' as const, session: 's' };
        for await (const event of metered.stream(sent, new AbortController().signal))
          if (event.type === 'failed') return event.failure.because;
        return undefined;
      };
      assert.equal(await ask(), undefined);
      assert.match((await readdir(path.join(folder, 'usage'))).join(), /^usage-\d{4}-\d\d\.jsonl$/);

      await set('session', 0.01);
      const stopped = await ask();
      assert.equal(stopped?.code, 'usage.cap.session');
      assert.equal(stopped?.args['from'], 'assent.costCap.session');
      await set('session', 5, vscode.ConfigurationTarget.Workspace);
      assert.equal((await ask())?.code, 'usage.cap.session');
      await set('session', 10);
      assert.equal(await ask(), undefined);
      await set('session', 0.02, vscode.ConfigurationTarget.Workspace);
      assert.equal((await ask())?.code, 'usage.cap.session');
    } finally {
      usage.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
