// A change as the person left it in an editor.
import type { Change } from '../contracts/edit.ts';
import { answersFor } from './answersFor.ts';
import { place } from './settle.ts';

/**
 * The same hunks with the same ids, each with its text and place as they are now; one that was taken back has its
 * `before`. Edits where nothing was proposed are part of `after` alone: `answersFor` tells them.
 */
export function withText(change: Change, text: string): Change {
  if (text === change.after) return change;
  const answers = answersFor(change, text);
  const own = answers.flatMap(({ lines, text: after }) =>
    lines === undefined ? [] : [{ id: '', beforeStart: lines[0], beforeCount: lines[1], after: after ?? '' }],
  );
  const hunks = change.hunks.map((hunk) => {
    const answer = answers.find((one) => one.hunk === hunk.id);
    const after = answer?.verdict === 'rejected' ? hunk.before : (answer?.text ?? hunk.after);
    return { ...hunk, after };
  });
  const all = [...hunks, ...own.map((edit) => ({ ...edit, afterStart: 0, afterCount: 0, before: '' }))].sort(
    (a, b) => a.beforeStart - b.beforeStart || a.beforeCount - b.beforeCount,
  );
  return { ...change, after: text, hunks: place(all).filter((hunk) => hunk.id !== '') };
}
