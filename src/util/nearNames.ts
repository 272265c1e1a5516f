// Finds names that look like a misspelt one.

/** Up to `limit` candidates that differ from `name` in case, extension or a few letters, nearest first. */
export function nearNames(name: string, candidates: readonly string[], limit = 3): string[] {
  const wanted = name.toLowerCase();
  const stem = stemOf(wanted);
  const scored: Array<{ candidate: string; score: number }> = [];
  for (const candidate of candidates) {
    const lower = candidate.toLowerCase();
    if (lower === wanted) scored.push({ candidate, score: 0 });
    else if (stem.length > 1 && stemOf(lower) === stem) scored.push({ candidate, score: 1 });
    else {
      const allowed = Math.min(3, Math.floor(wanted.length / 3));
      const distance = Math.abs(lower.length - wanted.length) > allowed ? Infinity : editDistance(wanted, lower);
      if (distance <= allowed) scored.push({ candidate, score: 1 + distance });
    }
  }
  return scored
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, limit)
    .map((entry) => entry.candidate);
}

const stemOf = (name: string) => name.replace(/\.[^.]*$/, '');

/** Letters to insert, delete or replace to get from one text to the other. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
