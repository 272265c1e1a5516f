// Line and column of an offset in a text: the lines are looked for once, so that a long file with many entries is quick.

/** More brackets inside one another than any of these files needs; far fewer than what exhausts a reader of them. */
const DEEPEST = 100;

/** Where a text opens one bracket too many inside the others; undefined when it does not. */
export function tooDeepAt(text: string): number | undefined {
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (found === '[' || found === '{') depth++;
    else if (found === ']' || found === '}') depth--;
    if (depth > DEEPEST) return index;
  }
  return undefined;
}

/** Both count from 1; columns are UTF-16 units, as editors count. */
export type Place = { line: number; column: number };

export function placesIn(text: string): (offset: number) => Place {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\r|\n/g)) starts.push(match.index + match[0].length);
  return (offset) => {
    let low = 0;
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
