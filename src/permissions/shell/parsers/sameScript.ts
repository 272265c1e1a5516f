// Holds two readings of one text against each other: words, their places, and how commands hang together.

/** Undefined when they say the same; otherwise the place in the text from where they part. */
export function whereTheyPart(one: unknown, other: unknown, at = 0): number | undefined {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) {
    return one === other ? undefined : at;
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    for (const [index, item] of one.entries()) {
      const found = whereTheyPart(item, other[index], startOf(item) ?? at);
      if (found !== undefined) return found;
    }
    return one.length === other.length ? undefined : (startOf(other[one.length]) ?? at);
  }
  const left = one as Record<string, unknown>;
  const right = other as Record<string, unknown>;
  const here = startOf(one) ?? at;
  // Where a construct begins and ends is told differently; where a word does is not.
  const isWord = 'pieces' in left;
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (!isWord && (key === 'start' || key === 'end')) continue;
    const found = whereTheyPart(left[key], right[key], here);
    if (found !== undefined) return found;
  }
  return undefined;
}

function startOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('start' in value)) return undefined;
  return typeof value.start === 'number' ? value.start : undefined;
}
