// Three-way merge by lines.
import { differingRuns, type Run, splitLines } from './lines.ts';

export type Side = { lines: string[]; runs: Run[] };
export type Region = { start: number; end: number; ours: boolean; theirs: boolean };

/**
 * `base` with the changes of both sides; undefined when they changed the same lines, or lines that touch, in different
 * ways. Every byte of the result comes from one of the three.
 */
export function merge(base: string, ours: string, theirs: string): string | undefined {
  if (ours === theirs || theirs === base) return ours;
  if (ours === base) return theirs;
  const baseLines = splitLines(base);
  const our = side(baseLines, ours);
  const their = side(baseLines, theirs);
  const out: string[] = [];
  let next = 0;
  for (const region of regions(our.runs, their.runs)) {
    const oursHere = textOf(our, region);
    const theirsHere = textOf(their, region);
    if (region.ours && region.theirs && oursHere !== theirsHere) return undefined;
    out.push(baseLines.slice(next, region.start).join(''), region.ours ? oursHere : theirsHere);
    next = region.end;
  }
  out.push(baseLines.slice(next).join(''));
  return out.join('');
}

export function side(base: string[], text: string): Side {
  const lines = splitLines(text);
  return { lines, runs: differingRuns(base, lines) };
}

/** Runs of either side that overlap, or touch unless those are kept `apart`, as one stretch of the base each. */
export function regions(ours: Run[], theirs: Run[], touching: 'joined' | 'apart' = 'joined'): Region[] {
  const all = [
    ...ours.map((run) => ({ start: run.beforeStart, end: run.beforeEnd, ours: true, theirs: false })),
    ...theirs.map((run) => ({ start: run.beforeStart, end: run.beforeEnd, ours: false, theirs: true })),
  ].sort((a, b) => a.start - b.start || a.end - b.end);
  const merged: Region[] = [];
  for (const next of all) {
    const last = merged.at(-1);
    if (last === undefined || next.start > last.end || (touching === 'apart' && next.start === last.end)) {
      merged.push(next);
    } else {
      last.end = Math.max(last.end, next.end);
      last.ours ||= next.ours;
      last.theirs ||= next.theirs;
    }
  }
  return merged;
}

/** What a side has in place of a stretch of the base whose ends lie between its runs. */
function textOf({ lines, runs }: Side, region: Region): string {
  return lines.slice(position(runs, region.start, 'start'), position(runs, region.end, 'end')).join('');
}

/** Where a line of the base stands on the side; at an insertion, 'start' is before the inserted lines, 'end' behind. */
function position(runs: Run[], baseLine: number, edge: 'start' | 'end'): number {
  let shift = 0;
  for (const run of runs) {
    if (edge === 'start' ? run.beforeStart >= baseLine : run.beforeStart > baseLine) break;
    if (run.beforeEnd > baseLine) break;
    shift = run.afterEnd - run.beforeEnd;
  }
  return baseLine + shift;
}
