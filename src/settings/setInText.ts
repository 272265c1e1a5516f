// Sets or removes one value of a JSON text, and not a byte else: the neighbours stay as somebody wrote them.
import { applyEdits, findNodeAtLocation, type JSONPath, modify, type Node, parseTree } from 'jsonc-parser';

/** The text is valid, with an object at its top. `value` undefined removes; a new value is indented as its neighbours are. */
export function setInText(text: string, path: ReadonlyArray<string>, value: unknown): string {
  const tree = parseTree(text, [], { allowTrailingComma: true });
  const whole: JSONPath = [...path];
  if (tree === undefined) return text;
  const existing = findNodeAtLocation(tree, whole);
  if (value === undefined) {
    if (existing === undefined) return text;
    const property = existing.parent;
    const [first, second] = property?.parent?.children ?? [];
    // Up to the next one, which then stands where it stood.
    if (property !== undefined && property === first && second !== undefined)
      return text.slice(0, first.offset) + text.slice(second.offset);
    return applyEdits(text, modify(text, whole, undefined, {}));
  }
  if (existing !== undefined) {
    const fresh = written(value, text, indentAt(text, lineStart(text, existing.offset)));
    return text.slice(0, existing.offset) + fresh + text.slice(existing.offset + existing.length);
  }
  const { parent, depth } = deepest(tree, path);
  const name = path[depth] ?? '';
  const inner = path.slice(depth + 1).reduceRight<unknown>((one, key) => ({ [key]: one }), value);
  const last = parent.children?.at(-1);
  if (last === undefined) {
    const outer = indentAt(text, lineStart(text, parent.offset));
    const own = outer + stepOf(text);
    const eol = eolOf(text);
    const fresh = `{${eol}${own}${JSON.stringify(name)}: ${written(inner, text, own)}${eol}${outer}}`;
    return text.slice(0, parent.offset) + fresh + text.slice(parent.offset + parent.length);
  }
  const end = last.offset + last.length;
  const start = lineStart(text, last.offset);
  const ownLine = text.slice(start, last.offset).trim() === '';
  const indent = indentAt(text, start);
  const fresh = ownLine
    ? `,${eolOf(text)}${indent}${JSON.stringify(name)}: ${written(inner, text, indent)}`
    : `, ${JSON.stringify(name)}: ${JSON.stringify(inner)}`;
  return text.slice(0, end) + fresh + text.slice(end);
}

/** The innermost object on the way that is there. */
function deepest(tree: Node, path: ReadonlyArray<string>): { parent: Node; depth: number } {
  let parent = tree;
  for (let depth = 0; depth < path.length; depth++) {
    const next = findNodeAtLocation(tree, path.slice(0, depth + 1));
    if (next?.type !== 'object') return { parent, depth };
    parent = next;
  }
  return { parent, depth: path.length - 1 };
}

function written(value: unknown, text: string, indent: string): string {
  return JSON.stringify(value, null, stepOf(text)).replaceAll('\n', eolOf(text) + indent);
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

function indentAt(text: string, start: number): string {
  return /^[ \t]*/.exec(text.slice(start))?.[0] ?? '';
}

function stepOf(text: string): string {
  return /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
