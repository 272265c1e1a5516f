// VS Code checks and completes settings files by the schema that we contribute.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from './fakes.ts';

suite('the schema of settings files', () => {
  let folder = '';
  setup(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'assent-schema-'));
  });
  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(folder, { recursive: true, force: true });
  });

  async function shown(name: string, text: string): Promise<vscode.TextDocument> {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    return document;
  }

  const WRONG =
    '{\n  "permissions": { "defaultMode": "yolo", "deny": "Bash" },\n  "cleanupPeriodDays": 0,\n  "model": 5\n}\n';
  for (const name of [
    '.claude/settings.json',
    '.claude/settings.local.json',
    'managed-settings.json',
    'managed-settings.d/10-team.json',
  ]) {
    test(`wrong values are marked in ${name}`, async () => {
      const document = await shown(name, WRONG);
      const lines = () => vscode.languages.getDiagnostics(document.uri).map((one) => one.range.start.line);
      await until(() => [1, 2, 3].every((line) => lines().includes(line)), `marks on each line of ${name}`, 20_000);
    });
  }

  test('keys and values are offered, with what they are for', async () => {
    const text = '{\n  "permissions": { "defaultMode": "" },\n  \n}\n';
    const document = await shown('.claude/settings.json', text);
    const at = async (line: number, column: number) => {
      const position = new vscode.Position(line, column);
      const list = await vscode.commands.executeCommand<vscode.CompletionList>(
        'vscode.executeCompletionItemProvider',
        document.uri,
        position,
      );
      return list.items.map((item) => (typeof item.label === 'string' ? item.label : item.label.label));
    };
    let keys: string[] = [];
    for (let tries = 0; tries < 40 && !keys.includes('allowManagedPermissionRulesOnly'); tries++) {
      keys = await at(2, 2);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.ok(keys.includes('allowManagedPermissionRulesOnly') && keys.includes('env'), keys.join(' '));
    assert.ok(!keys.includes('permissions'), 'a key that stands there is not offered again');
    const modes = await at(1, text.split('\n')[1]?.indexOf('""') ?? 0);
    assert.ok(
      modes.some((mode) => mode.includes('acceptEdits')),
      modes.join(' '),
    );
  });
});
