// Signing in without a credential of one's own: one of VS Code's language models is chosen, and stays the person's default.
import * as vscode from 'vscode';
import type { Conversation } from '../contracts/conversation.ts';
import type { EditorModels } from './editorModels.ts';

type Parts = {
  models: Pick<EditorModels, 'find'>;
  /** Keeps the model in the person's own settings. */
  setDefault(id: string): Promise<unknown>;
  current(): Pick<Conversation, 'setModel'> | undefined;
};

export function editorModelsWay({ models, setDefault, current }: Parts) {
  return {
    available: async (): Promise<boolean> => (await models.find()).length > 0,
    choose: async (): Promise<void> => {
      const items = (await models.find()).map(({ id, name, vendor, contextWindow }) => ({
        label: name,
        description: vendor,
        detail: vscode.l10n.t('{0} k tokens of context', Math.round(contextWindow / 1_000)),
        id,
      }));
      const title = vscode.l10n.t('Language models of VS Code');
      const placeHolder = vscode.l10n.t(
        'VS Code asks once whether Assent may use it. What it costs is not known here.',
      );
      const choice = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDescription: true });
      if (choice === undefined) return;
      await setDefault(choice.id);
      current()?.setModel(choice.id);
    },
  };
}
