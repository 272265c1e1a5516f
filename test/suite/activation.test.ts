// The extension is there, awake, and has what VS Code was told of it.
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

suite('activation', () => {
  const extension = vscode.extensions.getExtension('assent.assent');

  test('activates without an error', async () => {
    assert.ok(extension, 'assent.assent is not installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test('registers every command that the manifest contributes', async () => {
    const contributed: Array<{ command: string }> = extension?.packageJSON.contributes.commands;
    assert.ok(contributed.length > 10);
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      contributed.map((entry) => entry.command).filter((command) => !registered.has(command)),
      [],
    );
  });

  test('its view can be focused', async () => {
    await vscode.commands.executeCommand('assent.chat.focus');
  });
});
