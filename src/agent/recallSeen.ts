// A proposal that waited when the program ended is worked out anew. What the model knew of the files is not stored, but
// the hunks it proposed are: where a file still says what they replace, the model has seen it.
import type { Change } from '../contracts/edit.ts';
import type { AgentEvent } from '../contracts/event.ts';
import type { ToolState } from '../contracts/tool.ts';
import type { Workspace } from '../contracts/workspace.ts';

/** The changes of reviews that were asked about and never answered. */
export function openChanges(events: readonly AgentEvent[]): Change[] {
  const answered = new Set(events.flatMap((event) => (event.type === 'answered' ? [event.question.id] : [])));
  return events.flatMap((event) =>
    event.type === 'asked' && event.question.type === 'review' && !answered.has(event.question.id)
      ? event.question.review.changes
      : [],
  );
}

/**
 * Resolves to the files that count as seen now. They may hold lines that are new to the model, so they must not count for
 * longer than the proposal takes. Never rejects: a file that cannot be read, or says something else now, has to be read
 * again by the model.
 */
export async function recallSeen(
  changes: readonly Change[],
  state: ToolState,
  workspace: Workspace,
): Promise<string[]> {
  const recalled: string[] = [];
  for (const change of changes) {
    if (change.kind !== 'modify') continue;
    const found = await workspace.readText(change.path).catch(() => undefined);
    if (found === undefined || !('text' in found) || !isBase(found.text, change)) continue;
    state.seen.set(change.path, found.text);
    recalled.push(change.path);
  }
  return recalled;
}

function isBase(text: string, change: Change): boolean {
  // Lines as hunks count them.
  const lines = text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
  return (
    change.hunks.length > 0 &&
    change.hunks.every((hunk) => {
      const start = hunk.beforeStart - 1;
      return lines.slice(start, start + hunk.beforeCount).join('') === hunk.before;
    })
  );
}
