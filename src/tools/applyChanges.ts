// What the edit tools share after a review: writing what was approved, and telling the model what became of its proposal.
import type { Change, Settled, Written } from '../contracts/edit.ts';
import type { ToolContext, ToolOutput } from '../contracts/tool.ts';
import type { Diagnostic } from '../contracts/workspace.ts';
import { quote, span } from '../util/quoteLines.ts';
import { readableError } from '../util/readableError.ts';
import { errorOutput, textOutput } from './output.ts';
import { sayDiagnostic } from './sayDiagnostic.ts';

const SHOWN_PROBLEMS = 20;

/**
 * Writes the approved changes. `file` is the one the call is about; `asProposed` tells, for a change that went through no
 * review, whether it is what the call asked for.
 */
export async function applyChanges(
  file: string,
  context: ToolContext,
  changes: Change[],
  asProposed: (change: Change) => boolean,
): Promise<ToolOutput> {
  const settled = context.settled?.find((one) => one.path === file);
  const detail = { type: 'edit' as const, changes, userModified: (settled?.edited.length ?? 0) > 0 };
  if (changes.length === 0) {
    if (settled?.change)
      return textOutput(
        [`${file} was written together with another edit of the same message.`, ...sayReview(settled)].join('\n'),
        detail,
      );
    const why = sayNothingWritten(settled);
    return errorOutput([`Nothing was written to ${file}: ${why}.`, ...sayReview(settled)].join('\n'), detail);
  }
  const paths = changes.map((change) => change.path);
  const before = await problemsIn(paths, context, false);
  const lines: string[] = [];
  for (const change of changes) {
    const written = await context.workspace.write(change, realPathOf(change, context));
    context.state.seen.set(change.path, knownAfter(change, written, context));
    const review = context.settled?.find((one) => one.path === change.path);
    lines.push(
      `${change.path} ${change.kind === 'create' ? 'was created' : 'was updated'}${review?.asProposed ? ' as proposed' : ''}.`,
    );
    lines.push(...sayReview(review));
    if (!review && !asProposed(change))
      lines.push(...change.hunks.map((hunk) => quote(`It now reads, ${span(hunk)}:`, hunk.after)));
    lines.push(...sayWritten(written));
  }
  const after = await problemsIn(paths, context, true);
  lines.push(...sayNewProblems(before, after));
  return textOutput(lines.join('\n'), detail);
}

/** What others wrote meanwhile the model has not seen: who then writes the whole file has to read it first. */
function knownAfter(change: Change, written: Written, { state, edits }: ToolContext): string {
  const seen = state.seen.get(change.path) ?? change.before;
  if (change.kind === 'create' || seen === change.before) return written.merged ? change.after : written.after;
  return edits.merge(change.before, seen, change.after) ?? seen;
}

/** Where the path led when the call was decided: the write must not go anywhere else. */
function realPathOf(change: Change, { decision }: ToolContext): string | undefined {
  const actions = decision?.record.actions ?? [];
  return actions.flatMap((one) => (one.kind === 'write' && one.path === change.path ? [one.realPath] : []))[0];
}

function sayNothingWritten(settled: Settled | undefined): string {
  if (!settled) return 'no part of this change was approved. Read the file to see what it says now';
  if (settled.rejected.length === 0) return 'after the changes of the person it is what the file says already';
  return 'the person rejected the change';
}

function sayReview(settled: Settled | undefined): string[] {
  if (!settled) return [];
  const remark = (comment: string | undefined) => (comment ? ` The comment: ${comment}` : '');
  return [
    ...settled.rejected.map(({ hunk, comment }) =>
      quote(
        `The person rejected this part of the proposal (${span(hunk)}); it was not written.${remark(comment)}`,
        hunk.after || hunk.before,
        hunk.after ? '' : ' (to be removed)',
      ),
    ),
    ...settled.edited.map(({ hunk, text, comment }) =>
      quote(
        hunk.after === hunk.before
          ? `The person also changed ${span(hunk)} of the old text, where nothing was proposed.${remark(comment)} It now reads:`
          : `The person changed this part before accepting it (${span(hunk)} of the proposal).${remark(comment)} It now reads:`,
        text,
      ),
    ),
  ];
}

function sayWritten(written: Written): string[] {
  return [
    ...(written.merged
      ? ['It was changed by someone else meanwhile; those changes were kept. Read it again before you edit near them.']
      : []),
    ...(written.changedOnSave
      ? ['Saving changed it further, probably by a formatter. Read it again before you edit it further.']
      : []),
    ...(written.target === 'buffer'
      ? [
          'It is open with unsaved changes, so the edit is in the editor and not on disk yet: commands do not see it until the person saves.',
        ]
      : []),
  ];
}

type Problems = { found: Diagnostic[] } | { failed: string };

/** An edit that is written stays a success when the editor cannot say what it thinks of it. */
async function problemsIn(paths: string[], context: ToolContext, settle: boolean): Promise<Problems> {
  try {
    return { found: await context.workspace.diagnostics(paths, settle) };
  } catch (error) {
    return { failed: readableError(error) };
  }
}

/** Lines move with an edit, so a problem counts as known by its words, as often as it was there before. */
function sayNewProblems(before: Problems, after: Problems): string[] {
  if ('failed' in after) return [`(The editor's problems could not be read: ${after.failed})`];
  const known = new Map<string, number>();
  const key = (one: Diagnostic) => JSON.stringify([one.path, one.severity, one.source, one.message]);
  if ('found' in before) for (const one of before.found) known.set(key(one), (known.get(key(one)) ?? 0) + 1);
  const fresh = after.found.filter((one) => {
    const left = known.get(key(one)) ?? 0;
    known.set(key(one), left - 1);
    return left <= 0 && (one.severity === 'error' || one.severity === 'warning');
  });
  if (fresh.length === 0) return [];
  const more = fresh.length > SHOWN_PROBLEMS ? [`… and ${fresh.length - SHOWN_PROBLEMS} more.`] : [];
  return ['The editor reports new problems:', ...fresh.slice(0, SHOWN_PROBLEMS).map(sayDiagnostic), ...more];
}
