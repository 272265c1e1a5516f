// Groups, conditions and loops as the first parser sees them.

import type { ShellNode, Word } from '../script.ts';
import { refuse } from './notUnderstood.ts';
import type { Tree } from './treeSitter.ts';
import { inside, isToken, type ReadContext, span, withoutComments } from './treeSitterNodes.ts';
import { isWord, wordOf } from './treeSitterWords.ts';

export function blockOf(node: Tree, context: ReadContext): ShellNode {
  switch (node.type) {
    case 'subshell':
      return group('subshell', node, context);
    case 'compound_statement':
      return group('group', node, context);
    case 'if_statement':
      return conditional(node, context);
    case 'while_statement':
      return loop(node, context);
    case 'for_statement':
      return forLoop(node, context);
    case 'case_statement':
      return choice(node, context);
    default:
      return refuse(node.start);
  }
}

function group(kind: 'subshell' | 'group', node: Tree, context: ReadContext): ShellNode {
  const [open, close] = kind === 'subshell' ? ['(', ')'] : ['{', '}'];
  if (!isToken(node.children[0], open) || !isToken(node.children.at(-1), close)) refuse(node.start);
  return { kind, ...span(node), body: context.statements(inside(node), node.start), redirects: [] };
}

/** The children, cut where a border stands. */
function sections(nodes: Tree[], isBorder: (node: Tree) => boolean): Array<{ border: Tree; nodes: Tree[] }> {
  const found: Array<{ border: Tree; nodes: Tree[] }> = [];
  for (const node of nodes) {
    if (isBorder(node)) found.push({ border: node, nodes: [] });
    else found.at(-1)?.nodes.push(node);
  }
  return found;
}

function conditional(node: Tree, context: ReadContext): ShellNode {
  // The clauses of elif and else are nodes around the same tokens.
  const flat = node.children.flatMap((child) =>
    child.type === 'elif_clause' || child.type === 'else_clause' ? child.children : [child],
  );
  const parts = sections(flat, (child) => isToken(child, 'if', 'then', 'elif', 'else', 'fi'));
  const words = parts.map(({ border }) => border.type).join(' ');
  if (!/^if then( elif then)*( else)? fi$/.test(words) || flat[0] !== parts[0]?.border) refuse(node.start);
  const last = parts.pop();
  if (last === undefined || last.nodes.length > 0) refuse(node.start);
  return {
    kind: 'if',
    ...span(node),
    parts: parts.map(({ border, nodes }) => context.statements(nodes, border.start)),
    redirects: [],
  };
}

function loop(node: Tree, context: ReadContext): ShellNode {
  const [word, ...rest] = node.children;
  const body = rest.pop();
  if (!isToken(word, 'while', 'until') || body?.type !== 'do_group') return refuse(node.start);
  return {
    kind: word?.type === 'until' ? 'until' : 'while',
    ...span(node),
    parts: [context.statements(rest, node.start), doGroup(body, context)],
    redirects: [],
  };
}

function doGroup(node: Tree, context: ReadContext): ShellNode {
  if (!isToken(node.children[0], 'do') || !isToken(node.children.at(-1), 'done')) refuse(node.start);
  return context.statements(inside(node), node.start);
}

/** Without `in` it would go over the words of the script, of which there are none. */
function forLoop(node: Tree, context: ReadContext): ShellNode {
  const [word, variable, inWord, ...rest] = withoutComments(node.children);
  const body = rest.pop();
  if (!isToken(word, 'for') || variable?.type !== 'variable_name' || !isToken(inWord, 'in')) return refuse(node.start);
  if (isToken(rest.at(-1), ';')) rest.pop();
  if (body?.type !== 'do_group' || !rest.every((child) => child.named && isWord(child))) refuse(node.start);
  return {
    kind: 'for',
    ...span(node),
    variable: context.text.slice(variable.start, variable.end),
    words: rest.map((child) => wordOf(child, context)),
    body: doGroup(body, context),
    redirects: [],
  };
}

function choice(node: Tree, context: ReadContext): ShellNode {
  const [word, subject, inWord, ...items] = withoutComments(node.children);
  const end = items.pop();
  if (!isToken(word, 'case') || subject === undefined || !isWord(subject) || !isToken(inWord, 'in')) refuse(node.start);
  if (!isToken(end, 'esac')) refuse(node.start);
  const patterns: Word[] = [];
  const branches: ShellNode[] = [];
  for (const item of items) {
    if (item.type !== 'case_item') refuse(item.start);
    const children = withoutComments(item.children);
    if (isToken(children[0], '(')) children.shift();
    const close = children.findIndex((child) => isToken(child, ')'));
    for (const [index, child] of children.slice(0, close).entries()) {
      if (index % 2 === 1 ? !isToken(child, '|') : !isWord(child)) refuse(child.start);
      if (index % 2 === 0) patterns.push(wordOf(child, context));
    }
    const body = children.slice(close + 1);
    if (close < 1 || close % 2 === 0) refuse(item.start);
    // `;&` goes on with the next branch: any of them may run.
    if (isToken(body.at(-1), ';;', ';&', ';;&')) body.pop();
    if (body.length > 0) branches.push(context.statements(body, item.start));
  }
  return { kind: 'case', ...span(node), subject: wordOf(subject, context), patterns, branches, redirects: [] };
}
