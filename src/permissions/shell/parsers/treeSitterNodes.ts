// What the files that walk the first parser's tree share: how to look at a node, and what they pass to each other.
import type { ShellNode, Span } from '../script.ts';
import type { Tree } from './treeSitter.ts';

/** `statements` reads nodes as the lines of a script; `at` is where the fault is when there are none. */
export type ReadContext = { text: string; statements(nodes: Tree[], at: number): ShellNode };

/** Without the tokens around it. */
export function inside(node: Tree): Tree[] {
  return node.children.slice(1, -1);
}

export function withoutComments(nodes: Tree[]): Tree[] {
  return nodes.filter((node) => node.type !== 'comment');
}

export function isToken(node: Tree | undefined, ...types: string[]): boolean {
  return node !== undefined && !node.named && types.includes(node.type);
}

export function span({ start, end }: Span): Span {
  return { start, end };
}
