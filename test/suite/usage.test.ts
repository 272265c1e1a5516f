// What requests cost, in the running extension: the page's one tab, caps in VS Code's settings, the ledger's place.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { openUsage } from '../../src/compose/openUsage.ts';
import type { ModelEvent, Provider } from '../../src/contracts/provider.ts';
import type { Settings } from '../../src/contracts/settings.ts';
import type { ToUsage } from '../../src/usageProtocol.ts';
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
    const { folder, ask, end } = await metered();
    try {
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
      await end();
    }
  });

  test('every row is exported to the file that was chosen; a file that cannot be written is told on the page', async () => {
    const { folder, usage, ask, end } = await metered();
    const asked: vscode.SaveDialogOptions[] = [];
    const targets: Array<vscode.Uri | undefined> = [];
    const posted: ToUsage[] = [];
    const { createWebviewPanel, showSaveDialog } = vscode.window;
    const stub = (name: string, value: unknown) =>
      Object.defineProperty(vscode.window, name, { configurable: true, value });
    const said = new vscode.EventEmitter<unknown>();
    // A page that nobody draws, and a dialog that answers: all between them is real.
    stub('createWebviewPanel', () => {
      const webview = {
        onDidReceiveMessage: said.event,
        postMessage: async (message: ToUsage) => posted.push(message),
        asWebviewUri: (uri: vscode.Uri) => uri,
        cspSource: 'https://test',
      };
      const none = () => ({ dispose: () => {} });
      return {
        webview,
        visible: true,
        onDidChangeViewState: none,
        onDidDispose: none,
        reveal: () => {},
        dispose: () => {},
      };
    });
    stub('showSaveDialog', async (options: vscode.SaveDialogOptions) => {
      asked.push(options);
      return targets.shift();
    });
    try {
      await ask();
      await ask();
      const view = usage.view(() => undefined);
      await view.show();
      said.fire({ type: 'ready' });
      await until(() => posted.some(({ type }) => type === 'report'), 'the report');

      const file = path.join(folder, 'usage.csv');
      targets.push(vscode.Uri.file(file));
      said.fire({ type: 'export' });
      let text = '';
      await until(() => {
        void readFile(file, 'utf8').then(
          (read) => (text = read),
          () => {},
        );
        return text.split('\r\n').length === 4;
      }, 'two rows, and the line of names');
      const [names, first] = text.split('\r\n').map((line) => line.split(','));
      assert.equal(names?.[0], 'time');
      const cell = (name: string) => first?.[names?.indexOf(name) ?? -1];
      assert.deepEqual([cell('session'), cell('model'), cell('source')], ['s', 'claude-opus-5', 'main']);
      assert.deepEqual([cell('input_tokens'), cell('output_tokens')], ['10', '10']);
      assert.equal(asked[0]?.defaultUri?.fsPath, path.join(homedir(), 'assent-usage.csv'));

      said.fire({ type: 'export' });
      await until(() => asked.length === 2, 'the second question');
      targets.push(vscode.Uri.file(path.join(file, 'below-a-file.csv')));
      said.fire({ type: 'export' });
      await until(() => posted.some(({ type }) => type === 'failed'), 'the failure');
      const failures = posted.flatMap((one) => (one.type === 'failed' ? [one.because.code] : []));
      assert.deepEqual(failures, ['usage.exportFailed']);
      view.dispose();
    } finally {
      stub('createWebviewPanel', createWebviewPanel);
      stub('showSaveDialog', showSaveDialog);
      await end();
    }
  });
});

/** A ledger in a folder of its own, and a way to ask whose answers it counts: undefined, or why it was stopped. */
async function metered() {
  const folder = await mkdtemp(path.join(tmpdir(), 'assent-usage-'));
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? folder;
  const context = { globalStorageUri: vscode.Uri.file(folder), extensionUri: vscode.Uri.file(folder) };
  const usage = openUsage(context as unknown as vscode.ExtensionContext, quietLog);
  const own: Settings = fakeProject(root).settings();
  const provider = usage.meter({ root, settings: () => own, env: () => ({}) }).metered(answering, () => 'anthropic');
  const ask = async () => {
    const request = { model: 'claude-opus-5', system: '', tools: [], maxTokens: 4000, thinking: 'off' as const };
    const messages = [{ role: 'user' as const, blocks: [{ type: 'text' as const, text: 'Hi' }] }];
    const sent = { ...request, messages, purpose: 'main' as const, session: 's' };
    for await (const event of provider.stream(sent, new AbortController().signal))
      if (event.type === 'failed') return event.failure.because;
    return undefined;
  };
  const end = async () => {
    usage.dispose();
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, usage, ask, end };
}
