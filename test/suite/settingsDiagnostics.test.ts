// Findings about rules in an open settings file, their repair, and that they go when the rule is mended.
import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import { until } from './fakes.ts';

suite('diagnostics of settings files', () => {
  const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  const file = path.join(root, '.claude', 'settings.json');
  const uri = vscode.Uri.file(file);
  const codes = () =>
    vscode.languages
      .getDiagnostics(uri)
      .filter(({ source }) => source === 'Assent')
      .map(({ code }) => String(code));
  const TEXT = `{
  "permissions": {
    "allow": ["Bash(npm test)", "Write(src/a.ts)", "Bash(npm test)"],
    "deny": ["Read(/etc/passwd)"]
  }
}
`;

  setup(async () => {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, TEXT);
  });
  teardown(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await rm(file, { force: true });
  });

  test('are drawn where the rule stands, repaired by quick fixes, and follow what is typed', async () => {
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await until(() => codes().length === 3, 'three findings');
    assert.deepEqual(codes(), ['permissions.rule.useInstead', 'policy.duplicate', 'policy.anchor']);
    const [first] = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Assent');
    assert.equal(first && document.getText(first.range), '"Write(src/a.ts)"');
    assert.match(first?.message ?? '', /Edit\(src\/a\.ts\)/);

    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    let ours: vscode.CodeAction[] = [];
    const ask = async () => {
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        whole,
        vscode.CodeActionKind.QuickFix.value,
      );
      ours = actions.filter(({ title }) => /^(Write "|Remove this rule)/.test(title));
    };
    // VS Code's own side of an editor that was opened just now may come later than its text.
    for (const end = Date.now() + 20_000; ours.length === 0 && Date.now() < end; ) await ask();
    assert.equal(ours.length, 3);
    const all = new vscode.WorkspaceEdit();
    all.set(
      uri,
      ours.flatMap(({ edit }) => edit?.get(uri) ?? []),
    );
    await vscode.workspace.applyEdit(all);
    assert.deepEqual(JSON.parse(document.getText()), {
      permissions: { allow: ['Bash(npm test)', 'Edit(src/a.ts)'], deny: ['Read(//etc/passwd)'] },
    });
    await until(() => codes().length === 0, 'no finding');

    const broad = new vscode.WorkspaceEdit();
    broad.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), '{"permissions":{"allow":["Bash(python3:*)"]}}');
    await vscode.workspace.applyEdit(broad);
    await until(() => codes().join() === 'policy.runsAnything', 'a finding about an interpreter');
    await document.save();
  });

  test('expected decisions of the team that are not met stand at the case and at the rule', async () => {
    const cases = vscode.Uri.file(path.join(root, '.claude', 'policy.jsonl'));
    const call = { tool: 'Bash', input: { command: 'npm test' } };
    const lines = [
      { ...call, expect: 'allow' },
      { ...call, name: 'tests are shown first', expect: 'ask' },
    ];
    await writeFile(file, '{"permissions":{"allow":["Bash(npm test)"]}}');
    await writeFile(cases.fsPath, lines.map((line) => JSON.stringify(line)).join('\n'));
    try {
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(cases));
      const found = () => vscode.languages.getDiagnostics(cases).filter(({ source }) => source === 'Assent');
      // The text of the editor that was closed last may count for a moment.
      await until(
        () => found().length === 1 && found()[0]?.range.start.line === 1 && codes().length === 1,
        'one finding in each file',
      );
      assert.match(found()[0]?.message ?? '', /tests are shown first: expected ask, but the rule Bash\(npm test\)/);
      assert.deepEqual(codes(), ['policy.unexpectedRule']);
    } finally {
      await rm(cases.fsPath, { force: true });
    }
  });
});
