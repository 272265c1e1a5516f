// Cutting texts to a length without tearing a character apart. Lengths are UTF-16 units. No Node here: the page uses it too.

/** The first `length` units at most. */
export function cutEnd(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length;
  return text.slice(0, Math.max(0, end));
}

/** The last `length` units at most. */
export function cutStart(text: string, length: number): string {
  if (text.length <= length) return text;
  const start = text.length - length;
  return text.slice(isLowSurrogate(text.charCodeAt(start)) ? start + 1 : start);
}

/** Head and tail with a line between them that says how much is missing; unchanged when it fits. */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const head = cutEnd(text, Math.ceil(length / 2));
  const tail = cutStart(text, Math.floor(length / 2));
  return head + gap(text.length - head.length - tail.length) + tail;
}

/** The line that stands for what was cut. */
export function gap(missing: number): string {
  return `\n[… ${missing.toLocaleString('en-US')} characters cut …]\n`;
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLowSurrogate = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;
