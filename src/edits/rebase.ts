// What of a change still waits for an answer after others went on writing in the file.
import { type Run, splitLines } from './lines.ts';
import { regions, type Side, side } from './merge.ts';

type Stretch = { start: number; end: number };

/**
 * `before` with what others made of `written` outside of its changes. Where they changed lines of a change, `before` stays
 * as it was: that change now includes theirs. What merely touches a change is theirs alone. `takenBack`: the changes, by
 * their place in order, that `now` does not have any more.
 */
export function rebase(before: string, written: string, now: string): { before: string; takenBack: number[] } {
  if (written === now) return { before, takenBack: [] };
  const base = splitLines(written);
  const ours = side(base, before);
  const theirs = side(base, now);
  const out: string[] = [];
  const takenBack: number[] = [];
  let next = 0;
  const all = regions(ours.runs, theirs.runs, 'apart');
  for (const [index, region] of all.entries()) {
    out.push(base.slice(next, region.start).join(''));
    next = region.end;
    const insertion = region.start === region.end;
    const neighbour = all[index + 1];
    if (insertion && region.ours && neighbour?.start === region.start && neighbour.end === region.end) {
      // Lines were removed, and others inserted some at this place: perhaps the very same ones.
      const mine = inside(base, ours, region);
      if (inside(base, theirs, region).includes(mine)) takenBack.push(...indexes(ours, region));
      else out.push(mine);
      continue;
    }
    const here = inside(base, region.ours ? ours : theirs, region);
    if (region.ours && region.theirs && here === inside(base, theirs, region)) {
      takenBack.push(...indexes(ours, region));
    }
    out.push(here);
  }
  out.push(base.slice(next).join(''));
  return { before: out.join(''), takenBack };
}

/** An insertion at the edge of a stretch of lines is not in it. */
function isInside(run: Run, { start, end }: Stretch): boolean {
  if (run.beforeStart < start || run.beforeEnd > end) return false;
  return run.beforeStart < run.beforeEnd || start === end || (run.beforeStart > start && run.beforeStart < end);
}

function inside(base: string[], { lines, runs }: Side, stretch: Stretch): string {
  const parts: string[] = [];
  let next = stretch.start;
  for (const run of runs.filter((one) => isInside(one, stretch))) {
    parts.push(...base.slice(next, run.beforeStart), ...lines.slice(run.afterStart, run.afterEnd));
    next = run.beforeEnd;
  }
  return [...parts, ...base.slice(next, stretch.end)].join('');
}

function indexes({ runs }: Side, stretch: Stretch): number[] {
  return runs.flatMap((run, index) => (isInside(run, stretch) ? [index] : []));
}
