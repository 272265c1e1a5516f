// Files that a call made, where that is certain: accept-edits mode removes only those without a question.
import type { ToolOutput } from '../contracts/tool.ts';
import type { Ready } from './gate.ts';

/** Adds real paths. Of several commands any may not have run, so that only a lone one counts. */
export function noteCreated(created: Set<string>, { decision }: Pick<Ready, 'decision'>, output: ToolOutput): void {
  const { actions, omitted } = decision.record;
  const made = output.detail?.type === 'edit' ? output.detail.changes : [];
  const paths = new Set(made.filter((change) => change.kind === 'create').map((change) => change.path));
  const lone = omitted === undefined && actions.filter((action) => action.kind === 'run').length === 1;
  for (const action of actions) {
    if (action.kind !== 'write' || action.exists !== false) continue;
    if (action.of === undefined ? paths.has(action.path) : lone) created.add(action.realPath);
  }
}
