// The first reading: a tree of tree-sitter made a script. Whatever is not named here is not understood.
import { readHereDocument } from './hereDocument.ts';
import { refuse } from './notUnderstood.ts';
import type { Assignment, Redirect, ShellCommand, ShellNode, Span, Word } from './script.ts';
import type { Tree } from './treeSitter.ts';
import { isWord, type WordContext, wordOf } from './treeSitterWord.ts';

/** Throws NotUnderstood. `text` is what the tree was made of. */
export function scriptOfTree(tree: Tree, text: string): ShellNode {
  const context: WordContext = {
    text,
    body: (substitution) => statements(inside(substitution), substitution.start, context),
  };
  return statements(tree.children, tree.start, context);
}

/** Without the tokens around it. */
function inside(node: Tree): Tree[] {
  return node.children.slice(1, -1);
}

const withoutComments = (nodes: Tree[]): Tree[] => nodes.filter((node) => node.type !== 'comment');
const isToken = (node: Tree | undefined, ...types: string[]): boolean =>
  node !== undefined && !node.named && types.includes(node.type);

/** One after the other, as the lines of a script. `at` is where the fault is when there are none. */
function statements(all: Tree[], at: number, context: WordContext): ShellNode {
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

function statement(node: Tree, context: WordContext): ShellNode {
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
    case 'test_command':
      return test(node, context);
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

/** `a && b || c` leans to the left, however long it is. */
function andOr(list: Tree, context: WordContext): ShellNode {
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

function pipeline(node: Tree, context: WordContext): ShellNode {
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

function negated(node: Tree, context: WordContext): ShellNode {
  const [sign, inner, more] = node.children;
  if (!isToken(sign, '!') || inner === undefined || more !== undefined) refuse(node.start);
  return statement(inner, context);
}

/** What stands behind a list or a pipeline belongs to its last command. */
function redirected(node: Tree, context: WordContext): ShellNode {
  const [body, ...rest] = node.children;
  if (body === undefined) return refuse(node.start);
  if (isRedirect(body)) {
    const bare: ShellCommand = {
      kind: 'command',
      start: node.start,
      end: node.end,
      words: [],
      assignments: [],
      redirects: [],
    };
    for (const child of node.children) addRedirect(child, bare, context);
    return bare;
  }
  const whole = statement(body, context);
  const path = lastOf(whole);
  const target = path.at(-1);
  if (target === undefined || target.kind === 'pipeline' || target.kind === 'list') return refuse(node.start);
  for (const child of rest) addRedirect(child, target, context);
  for (const one of path) one.end = node.end;
  return whole;
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

const REDIRECTS = new Set(['file_redirect', 'herestring_redirect', 'heredoc_redirect']);
const isRedirect = (node: Tree): boolean => REDIRECTS.has(node.type);

type Redirected = Exclude<ShellNode, { kind: 'pipeline' | 'list' }>;

function addRedirect(node: Tree, target: Redirected, context: WordContext): void {
  switch (node.type) {
    case 'file_redirect': {
      const { redirect, words } = fileRedirect(node, context);
      const descriptor = redirect.fd === undefined ? takeDescriptor(node.start, target) : undefined;
      target.redirects.push(
        descriptor === undefined ? redirect : { ...redirect, start: node.start - 1, fd: descriptor },
      );
      // Behind the target of a redirection the words of the command go on.
      if (words.length === 0) return;
      if (target.kind !== 'command' || target.words.length === 0) refuse(node.start);
      target.words.push(...words);
      return;
    }
    case 'herestring_redirect': {
      const [operator, text, more] = node.children;
      if (!isToken(operator, '<<<') || text === undefined || more !== undefined || !isWord(text)) refuse(node.start);
      target.redirects.push({ kind: 'herestring', start: node.start, end: node.end, word: wordOf(text, context) });
      return;
    }
    case 'heredoc_redirect':
      addHereDocument(node, target, context);
      return;
    default:
      refuse(node.start);
  }
}

/** `0<` comes as a word and a redirection, without a blank between them. */
function takeDescriptor(start: number, target: Redirected): number | undefined {
  const last = target.kind === 'command' ? target.words.at(-1) : undefined;
  const [piece, more] = last?.pieces ?? [];
  if (last?.end !== start || more !== undefined || piece?.kind !== 'text' || piece.quoted) return undefined;
  if (!/^\d$/.test(piece.text)) return undefined;
  if (target.kind === 'command') target.words.pop();
  return Number(piece.text);
}

type FileRedirect = Extract<Redirect, { kind: 'file' | 'copy' }>;

function fileRedirect(node: Tree, context: WordContext): { redirect: FileRedirect; words: Word[] } {
  const children = [...node.children];
  const { fd, operator } = operatorOf(children, context);
  const [destination, ...others] = children;
  if (![destination, ...others].every((child) => child === undefined || isWord(child))) refuse(node.start);
  const words = others.map((other) => wordOf(other, context));
  const at = { start: node.start, end: destination?.end ?? node.end, ...(fd === undefined ? {} : { fd }) };
  switch (operator.type) {
    case '>&-':
    case '<&-':
      if (destination !== undefined) refuse(destination.start);
      return { redirect: { kind: 'copy', ...at, to: 'closed' }, words };
    case '>&':
    case '<&': {
      const number = destination === undefined ? '' : context.text.slice(destination.start, destination.end);
      if (!/^\d{1,3}$/.test(number)) refuse(node.start);
      return { redirect: { kind: 'copy', ...at, to: Number(number) }, words };
    }
    case '>':
    case '>>':
    case '>|':
    case '<':
    case '&>':
    case '&>>':
      if (destination === undefined || (fd !== undefined && operator.type.startsWith('&'))) refuse(node.start);
      return {
        redirect: { kind: 'file', operator: operator.type, ...at, target: wordOf(destination, context) },
        words,
      };
    default:
      return refuse(node.start);
  }
}

/** Takes the descriptor and the operator off. */
function operatorOf(children: Tree[], { text }: WordContext): { fd?: number; operator: Tree } {
  const first = children.shift();
  if (first === undefined) throw refuse(0);
  if (first.type !== 'file_descriptor') return { operator: first };
  const number = text.slice(first.start, first.end);
  const operator = children.shift();
  if (operator === undefined || operator.start !== first.end || !/^\d{1,3}$/.test(number)) refuse(first.start);
  return { fd: Number(number), operator };
}

/** Files may be redirected on the same line; commands there would be children of the redirection and are refused. */
function addHereDocument(node: Tree, target: Redirected, context: WordContext): void {
  const children = [...node.children];
  const { fd, operator } = operatorOf(children, context);
  const start = children.shift();
  const end = children.pop();
  if (fd !== undefined || !isToken(operator, '<<', '<<-') || start?.type !== 'heredoc_start') refuse(node.start);
  if (end?.type !== 'heredoc_end') refuse(node.start);
  const files = children.filter((child) => child.type !== 'heredoc_body');
  const read = readHereDocument(context.text, { operator: operator.type, delimiter: start, terminator: end });
  target.redirects.push({ kind: 'heredoc', start: node.start, end: start.end, text: read });
  for (const file of files) {
    if (file.type !== 'file_redirect') refuse(file.start);
    const { redirect, words } = fileRedirect(file, context);
    if (words.length > 0) refuse(file.start);
    target.redirects.push(redirect);
  }
}

function command(node: Tree, context: WordContext): ShellCommand {
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

function assignment(node: Tree, context: WordContext): Assignment {
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

const TEST_SHAPES = new Set(['unary_expression', 'binary_expression']);

/** `[ … ]` is a command like any other: its words in the order of the text. */
function test(node: Tree, context: WordContext): ShellCommand {
  const words: Word[] = [];
  const add = (child: Tree) => {
    if (TEST_SHAPES.has(child.type)) for (const one of child.children) add(one);
    else if (isWord(child)) words.push(wordOf(child, context));
    else refuse(child.start);
  };
  const open = node.children[0];
  const close = node.children.at(-1);
  if (!isToken(open, '[') || !isToken(close, ']')) refuse(node.start);
  if (open !== undefined) words.push(literal(open));
  for (const child of inside(node)) add(child);
  if (close !== undefined) words.push(literal(close));
  return { kind: 'command', start: node.start, end: node.end, words, assignments: [], redirects: [] };
}

function group(kind: 'subshell' | 'group', node: Tree, context: WordContext): ShellNode {
  const [open, close] = kind === 'subshell' ? ['(', ')'] : ['{', '}'];
  if (!isToken(node.children[0], open) || !isToken(node.children.at(-1), close)) refuse(node.start);
  return { kind, ...span(node), body: statements(inside(node), node.start, context), redirects: [] };
}

const span = ({ start, end }: Span): Span => ({ start, end });

/** The children between the tokens, in order; each token of `tokens` once, but those in `again`. */
function sections(nodes: Tree[], isBorder: (node: Tree) => boolean): Array<{ border: Tree; nodes: Tree[] }> {
  const found: Array<{ border: Tree; nodes: Tree[] }> = [];
  for (const node of nodes) {
    if (isBorder(node)) found.push({ border: node, nodes: [] });
    else found.at(-1)?.nodes.push(node);
  }
  return found;
}

function conditional(node: Tree, context: WordContext): ShellNode {
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
    parts: parts.map(({ border, nodes }) => statements(nodes, border.start, context)),
    redirects: [],
  };
}

function loop(node: Tree, context: WordContext): ShellNode {
  const [word, ...rest] = node.children;
  const body = rest.pop();
  if (!isToken(word, 'while', 'until') || body?.type !== 'do_group') return refuse(node.start);
  return {
    kind: word?.type === 'until' ? 'until' : 'while',
    ...span(node),
    parts: [statements(rest, node.start, context), doGroup(body, context)],
    redirects: [],
  };
}

function doGroup(node: Tree, context: WordContext): ShellNode {
  if (!isToken(node.children[0], 'do') || !isToken(node.children.at(-1), 'done')) refuse(node.start);
  return statements(inside(node), node.start, context);
}

/** Without `in` it would go over the words of the script, of which there are none. */
function forLoop(node: Tree, context: WordContext): ShellNode {
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

function choice(node: Tree, context: WordContext): ShellNode {
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
    if (body.length > 0) branches.push(statements(body, item.start, context));
  }
  return { kind: 'case', ...span(node), subject: wordOf(subject, context), patterns, branches, redirects: [] };
}
