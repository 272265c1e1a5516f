// Which models there are to choose from, as the page shows them.
import * as vscode from 'vscode';
import type { ModelChoice } from '../protocol.ts';
import { listModels, modelInfo } from '../providers/models.ts';

/** The known models, and those in use that are not among them. */
export function modelChoices(inUse: readonly string[]): ModelChoice[] {
  const known = listModels();
  const others = [...new Set(inUse)].filter((id) => !known.some((model) => model.id === id)).map((id) => modelInfo(id));
  return [...others, ...known].map(({ id, name, contextWindow }) => ({
    id,
    name,
    description: vscode.l10n.t('{0} k tokens of context', Math.round(contextWindow / 1_000)),
  }));
}
