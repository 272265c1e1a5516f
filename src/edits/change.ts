// Works out a change: the hunks between a file as it is and as proposed.
import type { Change, Encoding, Hunk } from '../contracts/edit.ts';
import { differingRuns, splitLines } from './lines.ts';

/** `before` undefined: the file is new. A new file always has one hunk, an empty one too, so that it can be answered. */
export function change(
  path: string,
  before: string | undefined,
  after: string,
  encoding: Encoding,
  ids: string,
): Change {
  const base = before ?? '';
  const hunks = hunksBetween(base, after, ids);
  if (before === undefined && hunks.length === 0) {
    hunks.push({
      id: `${ids}.0`,
      beforeStart: 1,
      beforeCount: 0,
      afterStart: 1,
      afterCount: 0,
      before: '',
      after: '',
    });
  }
  return { path, kind: before === undefined ? 'create' : 'modify', before: base, after, encoding, hunks };
}

function hunksBetween(before: string, after: string, ids: string): Hunk[] {
  const beforeLines = splitLines(before);
  const afterLines = splitLines(after);
  return differingRuns(beforeLines, afterLines).map((run, index) => ({
    id: `${ids}.${index}`,
    beforeStart: run.beforeStart + 1,
    beforeCount: run.beforeEnd - run.beforeStart,
    afterStart: run.afterStart + 1,
    afterCount: run.afterEnd - run.afterStart,
    before: beforeLines.slice(run.beforeStart, run.beforeEnd).join(''),
    after: afterLines.slice(run.afterStart, run.afterEnd).join(''),
  }));
}
