// Exact replacement in a text whose line endings stay as they are, and the reasons why one cannot be made.

export type Replaced = { after: string; places: number } | { fault: string };

/**
 * Replaces `oldText` by `newText`. The model writes LF; where the text has CRLF the endings are matched loosely, the new
 * lines take the ending of their surroundings, and lines that are the same before and after keep their bytes.
 */
export function replaceText(text: string, oldText: string, newText: string, all: boolean): Replaced {
  const exact = oldText.includes('\r') || !text.includes('\r\n') ? occurrences(text, oldText) : [];
  const ranges =
    exact.length > 0 ? exact.map((at) => ({ start: at, end: at + oldText.length })) : looseRanges(text, oldText);
  if (ranges.length === 0) return { fault: explainMissing(text, oldText) };
  if (ranges.length > 1 && !all) {
    const lines = ranges.slice(0, 10).map((range) => lineAt(text, range.start));
    return {
      fault: `old_string occurs ${ranges.length} times (lines ${lines.join(', ')}${ranges.length > 10 ? ', …' : ''}). Add lines around it until it is unique, or set replace_all to change every place.`,
    };
  }
  let after = '';
  let from = 0;
  for (const { start, end } of ranges) {
    after += text.slice(from, start);
    after += exact.length > 0 ? newText : withEndings(text, start, end, newText);
    from = end;
  }
  return { after: after + text.slice(from), places: ranges.length };
}

/** The first and last line (from 1) that differ between two texts, in the second one; undefined when they are equal. */
export function changedLines(before: string, after: string): [number, number] | undefined {
  if (before === after) return undefined;
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return [head + 1, Math.max(head + 1, b.length - tail)];
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) found.push(at);
  return found;
}

type Range = { start: number; end: number };

/** Looks in the text with every CRLF read as LF, and leads back to the places in the text itself. */
function looseRanges(text: string, part: string): Range[] {
  if (!text.includes('\r\n') && !part.includes('\r\n')) return [];
  const view = text.replaceAll('\r\n', '\n');
  const wanted = part.replaceAll('\r\n', '\n');
  // Offsets in the view of the line feeds that lost their carriage return, ascending.
  const dropped: number[] = [];
  for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', at + 2)) dropped.push(at - dropped.length);
  let passed = 0;
  const toText = (offset: number) => {
    while (passed < dropped.length && (dropped[passed] ?? Infinity) < offset) passed++;
    return offset + passed;
  };
  return occurrences(view, wanted).map((at) => ({ start: toText(at), end: toText(at + wanted.length) }));
}

function withEndings(text: string, start: number, end: number, newText: string): string {
  const old = text.slice(start, end).split(/(?<=\n)/);
  const lines = newText.replaceAll('\r\n', '\n').split(/(?<=\n)/);
  const same = (a: string | undefined, b: string | undefined) => a !== undefined && a.replace(/\r\n$/, '\n') === b;
  let head = 0;
  while (head < lines.length && same(old[head], lines[head])) head++;
  let tail = 0;
  while (tail < Math.min(lines.length, old.length) - head && same(old.at(-1 - tail), lines.at(-1 - tail))) tail++;
  const ending = endingNear(text, start);
  const middle = lines.slice(head, lines.length - tail).map((line) => line.replace(/\n$/, ending));
  return [...old.slice(0, head), ...middle, ...(tail === 0 ? [] : old.slice(-tail))].join('');
}

/** The line ending of the line at `offset`, of the line before it at the end of the text. */
export function endingNear(text: string, offset: number): '\r\n' | '\n' {
  const next = text.indexOf('\n', offset);
  const at = next === -1 ? text.lastIndexOf('\n') : next;
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

function explainMissing(text: string, oldText: string): string {
  const start = 'old_string does not occur in the file.';
  const wanted = oldText.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  if (wanted.every((line) => /^\s*\d+\t/.test(line))) {
    return `${start} It carries the line numbers that Read puts before each line; leave the number and the tab out.`;
  }
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const squeeze = (line: string) => line.replace(/\s+/g, ' ').trim();
  const keys = wanted.map(squeeze);
  if (keys.every((key) => key === '')) return start;
  const squeezed = lines.map(squeeze);
  const at = squeezed.findIndex((_, i) => keys.every((key, k) => squeezed[i + k] === key));
  if (at !== -1) {
    const there = lines.slice(at, at + wanted.length).join('\n');
    const shown = there.length > 1500 ? '' : ` They read exactly:\n${there}`;
    return `${start} Lines ${at + 1}–${at + wanted.length} are the same but for white space.${shown}`;
  }
  const first = keys.find((key) => key.length > 3);
  const near = first === undefined ? -1 : squeezed.indexOf(first);
  if (near !== -1)
    return `${start} A line of it stands at line ${near + 1}, but what is around it differs. Read that part again.`;
  return `${start} Read the file again and copy the text exactly.`;
}
