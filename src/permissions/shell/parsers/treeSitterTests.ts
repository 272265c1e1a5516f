// `[ … ]` and `[[ … ]]` as the first parser sees them.

import type { ShellCommand, ShellNode, Word } from '../script.ts';
import { conditionOf, NUMERIC_TESTS, PAIR_TESTS, type Primary, UNARY_TESTS } from './conditions.ts';
import { refuse } from './notUnderstood.ts';
import type { Tree } from './treeSitter.ts';
import { inside, isToken, type ReadContext, span } from './treeSitterNodes.ts';
import { isWord, wordOf, wordOfParts } from './treeSitterWords.ts';

export function testOf(node: Tree, context: ReadContext): ShellNode {
  const [open] = node.children;
  const close = node.children.at(-1);
  if (isToken(open, '[') && isToken(close, ']')) return command(node, context);
  if (!isToken(open, '[[') || !isToken(close, ']]')) return refuse(node.start);
  const [test, more] = inside(node);
  if (test === undefined || more !== undefined) return refuse(node.start);
  return conditionOf(primaries(test, context), node);
}

const TEST_SHAPES = new Set(['unary_expression', 'binary_expression']);

/** `[ … ]` is a command like any other: its words in the order of the text. */
function command(node: Tree, context: ReadContext): ShellCommand {
  const words: Word[] = [];
  const add = (child: Tree) => {
    if (TEST_SHAPES.has(child.type)) for (const one of child.children) add(one);
    else if (isWord(child)) words.push(wordOf(child, context));
    else refuse(child.start);
  };
  for (const child of inside(node)) add(child);
  const sign = (text: string, at: number): Word => ({
    start: at,
    end: at + 1,
    pieces: [{ kind: 'text', text, quoted: false }],
  });
  const all = [sign('[', node.start), ...words, sign(']', node.end - 1)];
  return { kind: 'command', ...span(node), words: all, assignments: [], redirects: [] };
}

/** `[[ … ]]`: what is tested, without what joins it. */
function primaries(node: Tree, context: ReadContext): Primary[] {
  const [first, second, ...rest] = node.children;
  switch (node.type) {
    case 'parenthesized_expression':
      if (!isToken(first, '(') || second === undefined || !isToken(rest[0], ')')) return refuse(node.start);
      return primaries(second, context);
    case 'unary_expression': {
      if (first === undefined || second === undefined || rest.length > 0) return refuse(node.start);
      if (isToken(first, '!')) return primaries(second, context);
      const operator = context.text.slice(first.start, first.end);
      if (!UNARY_TESTS.has(operator) || !isWord(second)) return refuse(node.start);
      return [{ ...span(node), operator, operands: [wordOf(second, context)] }];
    }
    case 'binary_expression': {
      const [right] = rest;
      if (first === undefined || second === undefined || right === undefined) return refuse(node.start);
      if (isToken(second, '&&', '||')) {
        if (rest.length > 1) return refuse(node.start);
        return [...primaries(first, context), ...primaries(right, context)];
      }
      const operator = context.text.slice(second.start, second.end);
      const known = PAIR_TESTS.has(operator) || NUMERIC_TESTS.has(operator);
      if (!known || !isWord(first) || !rest.every(isWord)) return refuse(node.start);
      return [{ ...span(node), operator, operands: [wordOf(first, context), wordOfParts(rest, context)] }];
    }
    default:
      if (!isWord(node)) return refuse(node.start);
      return [{ ...span(node), operands: [wordOf(node, context)] }];
  }
}
