// A cloud's own sign-in is used: what Assent needs besides are variables, which are put into the person's settings to fill in.
import * as vscode from 'vscode';
import type { SignInParts } from './signInParts.ts';

export type Cloud = 'bedrock' | 'vertex' | 'foundry';

const VARIABLES: Readonly<Record<Cloud, Readonly<Record<string, string>>>> = {
  bedrock: { CLAUDE_CODE_USE_BEDROCK: '1', AWS_REGION: '', AWS_PROFILE: '' },
  vertex: { CLAUDE_CODE_USE_VERTEX: '1', CLOUD_ML_REGION: 'global', ANTHROPIC_VERTEX_PROJECT_ID: '' },
  foundry: { CLAUDE_CODE_USE_FOUNDRY: '1', ANTHROPIC_FOUNDRY_RESOURCE: '', ANTHROPIC_DEFAULT_SONNET_MODEL: '' },
};

export async function signInToCloud(cloud: Cloud, parts: SignInParts): Promise<void> {
  const uri = vscode.Uri.file(parts.userSettings);
  const document = await vscode.workspace.openTextDocument(
    (await exists(uri)) ? uri : uri.with({ scheme: 'untitled' }),
  );
  const before = document.getText();
  const after = parts.withEnv(before, VARIABLES[cloud]);
  const editor = await vscode.window.showTextDocument(document);
  if (after === undefined) {
    const names = Object.keys(VARIABLES[cloud]).join(', ');
    void vscode.window.showWarningMessage(
      vscode.l10n.t('This file is not valid JSON. Correct it, and set {0} in its “env”.', names),
    );
    return;
  }
  if (after !== before) {
    const whole = new vscode.Range(document.positionAt(0), document.positionAt(before.length));
    await editor.edit((builder) => builder.replace(whole, after));
  }
  const at = after.indexOf('""', Math.max(after.indexOf(Object.keys(VARIABLES[cloud])[0] ?? ''), 0));
  if (at >= 0) {
    const position = document.positionAt(at + 1);
    editor.selection = new vscode.Selection(position, position);
    editor.revealRange(editor.selection);
  }
  // A message without a button would be cut after its first line.
  const save = vscode.l10n.t('Save');
  void vscode.window
    .showInformationMessage(explanation(cloud), save)
    .then((choice) => (choice === save ? document.save() : undefined));
}

function explanation(cloud: Cloud): string {
  switch (cloud) {
    case 'bedrock':
      return vscode.l10n.t(
        'Fill in the region, and the profile if you use one, and save. Assent takes the credentials of the AWS command line; AWS_BEARER_TOKEN_BEDROCK works as well.',
      );
    case 'vertex':
      return vscode.l10n.t(
        'Fill in the project and save. Assent takes the application default credentials: run “gcloud auth application-default login” once.',
      );
    case 'foundry':
      return vscode.l10n.t(
        'Fill in the resource and the name of your deployment, and save. Assent takes your Entra sign-in, or ANTHROPIC_FOUNDRY_API_KEY.',
      );
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
