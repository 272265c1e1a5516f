// Where a text differs from another one: what both begin and end with, and what is between. Words are never cut.

export function changedParts(text: string, other: string): { lead: string; changed: string; trail: string } {
  const most = Math.min(text.length, other.length);
  let from = 0;
  while (from < most && text[from] === other[from]) from++;
  if (from === text.length && from === other.length) return { lead: text, changed: '', trail: '' };
  while (from > 0 && !isBlank(text[from - 1])) from--;
  let end = 0;
  while (end < most - from && text[text.length - 1 - end] === other[other.length - 1 - end]) end++;
  while (end > 0 && !isBlank(text[text.length - end])) end--;
  return {
    lead: text.slice(0, from),
    changed: text.slice(from, text.length - end),
    trail: text.slice(text.length - end),
  };
}

const isBlank = (character: string | undefined) => character !== undefined && /\s/.test(character);
