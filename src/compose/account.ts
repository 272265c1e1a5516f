// Which models there are to choose from, as the page shows them.
import * as vscode from 'vscode';
import type { EditorModel } from '../host/editorModels.ts';
import type { ModelChoice } from '../protocol.ts';
import { listModels, modelInfo } from '../providers/models.ts';

/** The known models, those in use that are not among them, and those of VS Code. */
export function modelChoices(inUse: readonly string[], ofEditor: readonly EditorModel[] = []): ModelChoice[] {
  const known = [...listModels(), ...ofEditor];
  const others = [...new Set(inUse)].filter((id) => !known.some((model) => model.id === id)).map((id) => modelInfo(id));
  return [...others, ...known].map(({ id, name, contextWindow }) => ({
    id,
    name,
    description: vscode.l10n.t('{0} k tokens of context', Math.round(contextWindow / 1_000)),
  }));
}
