// The smaller parts of the VS Code side: the page's document, links, plans, mentions, the selection, the mirror terminal.
import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { createFileList } from '../../src/host/fileList.ts';
import { openLink } from '../../src/host/links.ts';
import { findMentions } from '../../src/host/mentions.ts';
import { pageHtml } from '../../src/host/pageHtml.ts';
import { createPlanDocuments } from '../../src/host/planDocument.ts';
import { watchSelection } from '../../src/host/selection.ts';
import { createTerminalMirror } from '../../src/host/terminalMirror.ts';
import { findRipgrep } from '../../src/util/ripgrep.ts';
import { FakeWebview, judgeThatDenies, until } from './fakes.ts';

suite('parts of the host', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  teardown(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  test('the page may load our own files and nothing else', () => {
    const html = pageHtml(new FakeWebview(), vscode.Uri.file('/ext'), { hi: '</script><script>alert(1)</script>' });
    const policy = /Content-Security-Policy" content="([^"]+)"/.exec(html)?.[1] ?? '';
    assert.match(policy, /^default-src 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*|http:|connect-src/);
    const nonce = /script-src 'nonce-([^']+)'/.exec(policy)?.[1] ?? '-';
    const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map((match) => match[0]);
    assert.equal(scripts.length, 2);
    for (const script of scripts) assert.ok(script.includes(nonce), script);
    const again = pageHtml(new FakeWebview(), vscode.Uri.file('/ext'), {});
    assert.ok(!again.includes(nonce), 'each page has a nonce of its own');
  });

  test('a link to a line of a file opens it there', async () => {
    await openLink('package.json#L2', root);
    await until(() => vscode.window.activeTextEditor?.document.fileName.endsWith('package.json') ?? false, 'the file');
    assert.equal(vscode.window.activeTextEditor?.selection.active.line, 1);
  });

  test('a link to a command or a script opens nothing', async () => {
    for (const href of [
      'command:workbench.action.closeAllEditors',
      'javascript:alert(1)',
      'vscode://x/y',
      'data:text/html,x',
    ]) {
      await openLink(href, root);
    }
    assert.equal(vscode.window.activeTextEditor, undefined);
  });

  test('a plan opens as Markdown and follows the model', async () => {
    const plans = createPlanDocuments();
    await plans.open('c1', '# One');
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.getText(), '# One');
    assert.equal(document?.languageId, 'markdown');
    plans.update('c1', '# Two');
    await until(() => document?.getText() === '# Two', 'the new plan');
    plans.dispose();
  });

  test('mentions find files and folders, and none that is denied', async () => {
    const places = {
      appRoot: vscode.env.appRoot,
      platform: process.platform,
      arch: process.arch,
      searchPath: process.env['PATH'] ?? '',
    };
    const list = createFileList(
      root,
      () => findRipgrep(places),
      () => true,
    );
    const find = (query: string, ...denied: string[]) =>
      findMentions(query, { root, list, judge: judgeThatDenies(...denied), current: () => true });
    const found = await find('package');
    assert.deepEqual(found[0], {
      kind: 'file',
      path: path.join(root, 'package.json'),
      label: 'package.json',
      detail: '',
    });
    assert.deepEqual(
      (await find('package', 'package.json')).filter((one) => one.label === 'package.json'),
      [],
    );
    const folders = await find('src/');
    assert.ok(folders.some((one) => one.kind === 'folder' && one.label === 'src/'));
    assert.ok(folders.every((one) => one.kind === 'folder'));
    assert.ok((await find('')).every((one) => !one.label.startsWith('.git/')));
    list.dispose();
  });

  test('the selection is told with its lines, and excluded when a rule forbids to read the file', async () => {
    const watch = watchSelection();
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path.join(root, 'package.json')));
    const editor = await vscode.window.showTextDocument(document);
    const changed = new Promise((resolve) => watch.onChanged(() => resolve(undefined)));
    editor.selection = new vscode.Selection(0, 0, 2, 0);
    await changed;
    const open = judgeThatDenies();
    assert.deepEqual(await watch.info(open, root), {
      path: document.fileName,
      label: 'package.json:1-2',
      lines: [1, 2],
      excluded: false,
    });
    const attachment = await watch.attachment(open, root);
    assert.ok(attachment?.type === 'selection' && attachment.text === document.getText(editor.selection));
    const denies = judgeThatDenies('package.json');
    assert.equal((await watch.info(denies, root))?.excluded, true);
    assert.equal(await watch.attachment(denies, root), undefined);
    watch.dispose();
  });

  test('the mirror terminal opens with the first command, and only when it is wanted', async () => {
    const call = { type: 'toolUse' as const, id: 'c', name: 'Bash', input: { command: 'ls' } };
    const count = () => vscode.window.terminals.filter((terminal) => terminal.name === 'Assent').length;
    const off = createTerminalMirror(() => false);
    off.show({ type: 'toolStarted', call });
    const on = createTerminalMirror(() => true);
    on.show({ type: 'toolStarted', call: { ...call, name: 'Read' } });
    assert.equal(count(), 0);
    on.show({ type: 'toolStarted', call });
    await until(() => count() === 1, 'a terminal');
    on.dispose();
    await until(() => count() === 0, 'the terminal is gone');
  });
});
