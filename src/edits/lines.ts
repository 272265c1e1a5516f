// Texts as lists of lines that keep their endings, and the runs in which two such lists differ.
import { diffArrays } from 'diff';

/** Lines with their endings (`\r\n`, `\n`, `\r`); joined they are the text again. An empty text has no line. */
export function splitLines(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

/** Lines `[beforeStart, beforeEnd)` became lines `[afterStart, afterEnd)`. Indexes count from 0. */
export type Run = { beforeStart: number; beforeEnd: number; afterStart: number; afterEnd: number };

/** More differing lines than this are one run: the search grows with the square of the distance. */
const MAX_DISTANCE = 2000;

/** The differing runs in order; two of them always have equal lines between them. */
export function differingRuns(before: readonly string[], after: readonly string[]): Run[] {
  const prefix = commonPrefix(before, after);
  const suffix = commonSuffix(before, after, prefix);
  const middle = {
    beforeStart: prefix,
    beforeEnd: before.length - suffix,
    afterStart: prefix,
    afterEnd: after.length - suffix,
  };
  const beforeCount = middle.beforeEnd - middle.beforeStart;
  const afterCount = middle.afterEnd - middle.afterStart;
  if (beforeCount === 0 && afterCount === 0) return [];
  if (beforeCount === 0 || afterCount === 0 || Math.abs(beforeCount - afterCount) > MAX_DISTANCE) return [middle];
  const parts = diffArrays(before.slice(prefix, middle.beforeEnd), after.slice(prefix, middle.afterEnd), {
    maxEditLength: MAX_DISTANCE,
  });
  if (parts === undefined) return [middle];

  const runs: Run[] = [];
  let open: Run | undefined;
  let b = prefix;
  let a = prefix;
  for (const part of parts) {
    if (!part.added && !part.removed) {
      open = undefined;
      b += part.count;
      a += part.count;
      continue;
    }
    if (open === undefined) {
      open = { beforeStart: b, beforeEnd: b, afterStart: a, afterEnd: a };
      runs.push(open);
    }
    if (part.removed) b += part.count;
    else a += part.count;
    open.beforeEnd = b;
    open.afterEnd = a;
  }
  return runs;
}

function commonPrefix(a: readonly string[], b: readonly string[]): number {
  const most = Math.min(a.length, b.length);
  let n = 0;
  while (n < most && a[n] === b[n]) n++;
  return n;
}

function commonSuffix(a: readonly string[], b: readonly string[], prefix: number): number {
  const most = Math.min(a.length, b.length) - prefix;
  let n = 0;
  while (n < most && a[a.length - 1 - n] === b[b.length - 1 - n]) n++;
  return n;
}
