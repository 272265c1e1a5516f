// Looks into parsed JSON: the members of an object, the node at a path, and plain values.
import type { Node } from 'jsonc-parser';

export function members(node: Node): Array<[Node, Node]> {
  return (node.children ?? []).flatMap((property): Array<[Node, Node]> => {
    const [key, value] = property.children ?? [];
    return key !== undefined && value !== undefined ? [[key, value]] : [];
  });
}

/** Each object is looked through once: a hostile file has ten thousands of entries, and every one is asked for. */
export function nodesOf(root: Node): (path: ReadonlyArray<string | number>) => Node | undefined {
  const named = new Map<Node, Map<unknown, Node>>();
  const member = (object: Node, name: string) => {
    const known = named.get(object) ?? new Map(members(object).map(([key, value]) => [key.value, value]));
    named.set(object, known);
    return known.get(name);
  };
  return (path) => {
    let node: Node | undefined = root;
    for (const step of path) {
      if (typeof step === 'number') node = node?.type === 'array' ? node.children?.[step] : undefined;
      else node = node?.type === 'object' ? member(node, step) : undefined;
    }
    return node;
  };
}

/** `__proto__` is a name like any other. */
export function plainValue(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plainValue);
  if (node.type === 'object')
    return Object.fromEntries(members(node).map(([key, value]) => [key.value, plainValue(value)]));
  return node.value;
}
