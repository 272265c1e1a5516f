// The first reading: a tree of tree-sitter made a script. Whatever is not named here is not understood.

import type { Assignment, ShellCommand, ShellNode, Word } from '../script.ts';
import { refuse } from './notUnderstood.ts';
import type { Tree } from './treeSitter.ts';
import { blockOf } from './treeSitterBlocks.ts';
import { isToken, type ReadContext, span, withoutComments } from './treeSitterNodes.ts';
import { addRedirect, isRedirect } from './treeSitterRedirects.ts';
import { testOf } from './treeSitterTests.ts';
import { isWord, wordOf } from './treeSitterWords.ts';

/** Throws NotUnderstood. `text` is what the tree was made of. */
export function scriptOfTree(tree: Tree, text: string): ShellNode {
  const context: ReadContext = { text, statements: (nodes, at) => statements(nodes, at, context) };
  return statements(tree.children, tree.start, context);
}

/** One after the other, as the lines of a script. `at` is where the fault is when there are none. */
function statements(all: Tree[], at: number, context: ReadContext): ShellNode {
  const nodes = withoutComments(all);
  const parts: Array<{ node: ShellNode; joined: 'first' | ';' | '&' }> = [];
  let end: string | undefined;
  for (const [index, node] of nodes.entries()) {
    if (isToken(node, ';', '&')) {
      if (end !== undefined || parts.length === 0) refuse(node.start);
      end = node.type;
      continue;
    }
    const last = nodes[index - 1];
    // A line break has no token.
    if (end === undefined && last !== undefined) {
      if (!context.text.slice(last.end, node.start).includes('\n')) refuse(node.start);
    }
    parts.push({ node: statement(node, context), joined: parts.length === 0 ? 'first' : end === '&' ? '&' : ';' });
    end = undefined;
  }
  const first = parts[0];
  const last = parts.at(-1);
  if (first === undefined || last === undefined) return refuse(at, 'permissions.shell.empty');
  const background = end === '&';
  if (parts.length === 1 && !background) return first.node;
  return { kind: 'list', start: first.node.start, end: last.node.end, parts, background };
}

function statement(node: Tree, context: ReadContext): ShellNode {
  switch (node.type) {
    case 'list':
      return andOr(node, context);
    case 'pipeline':
      return pipeline(node, context);
    case 'negated_command':
      return negated(node, context);
    case 'redirected_statement':
      return redirected(node, context);
    case 'command':
    case 'declaration_command':
    case 'unset_command':
    case 'variable_assignment':
    case 'variable_assignments':
      return command(node, context);
    case 'file_redirect':
      // `$(< file)` holds nothing else.
      return bare([node], node, context);
    case 'test_command':
      return testOf(node, context);
    default:
      return blockOf(node, context);
  }
}

/** `a && b || c` leans to the left, however long it is. */
function andOr(list: Tree, context: ReadContext): ShellNode {
  const rest: Array<{ node: ShellNode; joined: '&&' | '||' }> = [];
  let left = list;
  while (left.type === 'list') {
    const [inner, operator, right, more] = withoutComments(left.children);
    if (inner === undefined || right === undefined || more !== undefined || right.type === 'list') refuse(left.start);
    if (isToken(operator, '&&')) rest.push({ node: statement(right, context), joined: '&&' });
    else if (isToken(operator, '||')) rest.push({ node: statement(right, context), joined: '||' });
    else refuse(left.start);
    left = inner;
  }
  const parts: AndOr['parts'] = [{ node: statement(left, context), joined: 'first' }, ...rest.reverse()];
  const first = parts[0]?.node;
  // A redirection in the middle makes a list of what stands before it.
  if (first?.kind === 'list') parts.splice(0, 1, ...first.parts);
  return { kind: 'list', ...span(list), parts, background: false };
}

type AndOr = Extract<ShellNode, { kind: 'list' }>;

function pipeline(node: Tree, context: ReadContext): ShellNode {
  const nodes = withoutComments(node.children);
  if (nodes.length % 2 === 0) refuse(node.start);
  const [first, ...rest] = nodes.flatMap((child, index) => {
    if (index % 2 === 0) return [statement(child, context)];
    return isToken(child, '|', '|&') ? [] : refuse(child.start);
  });
  if (first === undefined || rest.some((part) => part.kind === 'list' || part.kind === 'pipeline')) refuse(node.start);
  return piped(first, rest, node.end);
}

/** `a && b 2>&1 | c` comes as a pipeline of a list; a pipe binds closer, whatever is redirected. */
function piped(first: ShellNode, rest: ShellNode[], end: number): ShellNode {
  if (first.kind === 'pipeline') return { ...first, end, parts: [...first.parts, ...rest] };
  if (first.kind !== 'list') return { kind: 'pipeline', start: first.start, end, parts: [first, ...rest] };
  const parts = first.parts.map((part, index) =>
    index === first.parts.length - 1 ? { ...part, node: piped(part.node, rest, end) } : part,
  );
  return { ...first, end, parts };
}

function negated(node: Tree, context: ReadContext): ShellNode {
  const [sign, inner, more] = node.children;
  if (!isToken(sign, '!') || inner === undefined || more !== undefined) refuse(node.start);
  return statement(inner, context);
}

/** What stands behind a list or a pipeline belongs to its last command. */
function redirected(node: Tree, context: ReadContext): ShellNode {
  const [body, ...rest] = node.children;
  if (body === undefined) return refuse(node.start);
  if (isRedirect(body)) return bare(node.children, node, context);
  const whole = statement(body, context);
  const path = lastOf(whole);
  const target = path.at(-1);
  if (target === undefined || target.kind === 'pipeline' || target.kind === 'list') return refuse(node.start);
  const piping = pipeIn(rest.at(-1), context);
  if (piping !== undefined) rest.splice(-1, 1, piping.redirect);
  for (const child of rest) addRedirect(child, target, context);
  for (const one of path) one.end = node.end;
  return piping === undefined ? whole : piped(whole, piping.behind, node.end);
}

/** `a <<X | b` comes with what stands behind the sign inside the here-document. */
function pipeIn(node: Tree | undefined, context: ReadContext): { redirect: Tree; behind: ShellNode[] } | undefined {
  const pipe = node?.type === 'heredoc_redirect' ? node.children.find((child) => child.type === 'pipeline') : undefined;
  if (node === undefined || pipe === undefined) return undefined;
  const [sign, body, more] = pipe.children;
  if (!isToken(sign, '|', '|&') || body === undefined || more !== undefined) return refuse(pipe.start);
  // The document begins on the next line, wherever that is.
  if (context.text.slice(pipe.start, pipe.end).includes('\n')) refuse(pipe.start);
  const made = statement(body, context);
  if (made.kind === 'list') refuse(pipe.start);
  const redirect = { ...node, children: node.children.filter((child) => child !== pipe) };
  return { redirect, behind: made.kind === 'pipeline' ? made.parts : [made] };
}

/** A command without words. */
function bare(redirects: Tree[], node: Tree, context: ReadContext): ShellCommand {
  const made: ShellCommand = { kind: 'command', ...span(node), words: [], assignments: [], redirects: [] };
  for (const child of redirects) addRedirect(child, made, context);
  return made;
}

function lastOf(node: ShellNode): ShellNode[] {
  const path = [node];
  for (let last = node; last.kind === 'list' || last.kind === 'pipeline'; ) {
    const next: ShellNode | undefined = last.kind === 'list' ? last.parts.at(-1)?.node : last.parts.at(-1);
    if (next === undefined) break;
    path.push(next);
    last = next;
  }
  return path;
}

function command(node: Tree, context: ReadContext): ShellCommand {
  const made: ShellCommand = {
    kind: 'command',
    start: node.start,
    end: node.end,
    words: [],
    assignments: [],
    redirects: [],
  };
  const declares = node.type === 'declaration_command' || node.type === 'unset_command';
  if (node.type === 'variable_assignment') {
    made.assignments.push(assignment(node, context));
    return made;
  }
  for (const [index, child] of node.children.entries()) {
    if (declares && index === 0) made.words.push(literal(child));
    else if (child.type === 'variable_assignment') {
      if (declares) made.words.push(declared(assignment(child, context)));
      else if (made.words.length === 0) made.assignments.push(assignment(child, context));
      else refuse(child.start);
    } else if (isRedirect(child)) addRedirect(child, made, context);
    else if (child.type === 'command_name') {
      const [name, more] = child.children;
      if (name === undefined || more !== undefined || made.words.length > 0) refuse(child.start);
      made.words.push(wordOf(name, context));
    } else if (isWord(child)) made.words.push(wordOf(child, context));
    else refuse(child.start);
  }
  return made;
}

function literal(node: Tree): Word {
  if (node.named) refuse(node.start);
  return { start: node.start, end: node.end, pieces: [{ kind: 'text', text: node.type, quoted: false }] };
}

function assignment(node: Tree, context: ReadContext): Assignment {
  const [name, operator, value, more] = node.children;
  if (name?.type !== 'variable_name' || !isToken(operator, '=', '+=') || more !== undefined) return refuse(node.start);
  const text = context.text.slice(name.start, name.end);
  const end = operator?.end ?? node.end;
  if (!/^[A-Za-z_]\w*$/.test(text) || (value !== undefined && (value.start !== end || !isWord(value))))
    refuse(node.start);
  return {
    start: node.start,
    end: node.end,
    name: text,
    append: isToken(operator, '+='),
    value: value === undefined ? { start: end, end, pieces: [] } : wordOf(value, context),
  };
}

/** `A=1` behind `export` is a word of the command. */
function declared({ start, end, name, append, value }: Assignment): Word {
  const pieces = [{ kind: 'text' as const, text: `${name}${append ? '+' : ''}=`, quoted: false }, ...value.pieces];
  const [first, second, ...rest] = pieces;
  const joins = second?.kind === 'text' && !second.quoted;
  if (first?.kind === 'text' && joins)
    return { start, end, pieces: [{ ...first, text: first.text + second.text }, ...rest] };
  return { start, end, pieces };
}
