// Ranks paths by how well they fit what a person typed.

/**
 * Undefined when the letters of the query do not occur in this order. Higher fits better: runs of letters, starts of
 * names, hits in the last segment, short paths.
 */
export function fuzzyScore(query: string, path: string): number | undefined {
  if (query === '') return -path.length / 1_000;
  const wanted = query.toLowerCase();
  const text = path.toLowerCase();
  const name = text.lastIndexOf('/', text.length - 2) + 1;
  const whole = text.indexOf(wanted, name);
  if (whole >= 0) return 1_000 + (whole === name ? 100 : 0) + boundary(path, whole) - text.length / 100;
  const inPath = text.indexOf(wanted);
  if (inPath >= 0) return 500 + boundary(path, inPath) - text.length / 100;
  return scattered(wanted, text, path, name) ?? scattered(wanted, text, path, 0);
}

function scattered(wanted: string, text: string, path: string, from: number): number | undefined {
  let score = from > 0 ? 100 : 0;
  let at = from;
  let last = -2;
  for (const letter of wanted) {
    const found = text.indexOf(letter, at);
    if (found < 0) return undefined;
    score += found === last + 1 ? 10 : boundary(path, found) / 2 - Math.min(found - at, 10) / 5;
    last = found;
    at = found + 1;
  }
  return score - text.length / 100;
}

/** Whether a word starts here. */
function boundary(path: string, index: number): number {
  const before = path[index - 1];
  if (before === undefined || '/\\-_. '.includes(before)) return 20;
  const here = path[index] ?? '';
  return here !== here.toLowerCase() && before === before.toLowerCase() ? 15 : 0;
}
