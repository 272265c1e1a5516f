// Where each value of a JSON text begins and ends, so that one value can be replaced without touching the rest.

/** Offsets of a value in the text; `end` is exclusive. */
export type JsonRange = { start: number; end: number } & (
  | { kind: 'object'; properties: Array<{ key: string; keyStart: number; value: JsonRange }> }
  | { kind: 'array'; items: JsonRange[] }
  | { kind: 'scalar' }
);

/** The text must be valid JSON (`JSON.parse` took it); otherwise the ranges mean nothing or this throws. */
export function jsonRanges(text: string): JsonRange {
  const blank = /[ \t\r\n]*/y;
  const scalar = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s,\]}]+/y;
  let at = text.startsWith('\uFEFF') ? 1 : 0;

  const skip = () => {
    blank.lastIndex = at;
    blank.exec(text);
    at = blank.lastIndex;
  };
  const take = (mark: string): boolean => {
    skip();
    if (text[at] !== mark) return false;
    at++;
    return true;
  };
  const token = (): string => {
    skip();
    scalar.lastIndex = at;
    const match = scalar.exec(text);
    if (!match) throw new Error(`no JSON value at offset ${at}`);
    at = scalar.lastIndex;
    return match[0];
  };
  const value = (): JsonRange => {
    skip();
    const start = at;
    if (take('[')) {
      const items: JsonRange[] = [];
      while (!take(']')) {
        items.push(value());
        take(',');
      }
      return { kind: 'array', items, start, end: at };
    }
    if (take('{')) {
      const properties: Array<{ key: string; keyStart: number; value: JsonRange }> = [];
      while (!take('}')) {
        skip();
        const keyStart = at;
        const key = String(JSON.parse(token()));
        take(':');
        properties.push({ key, keyStart, value: value() });
        take(',');
      }
      return { kind: 'object', properties, start, end: at };
    }
    token();
    return { kind: 'scalar', start, end: at };
  };
  return value();
}

/** The value of a property; the last one where a key stands twice, as `JSON.parse` has it. */
export function property(range: JsonRange | undefined, key: string): JsonRange | undefined {
  return range?.kind === 'object' ? range.properties.findLast((one) => one.key === key)?.value : undefined;
}
