// The second reading: the tree of another parser, which errs in other places, made a script by a walk of its own.
import type {
  Command,
  CommandNode,
  CompoundCommand,
  CompoundList,
  Assignment as ParsedAssignment,
  ParsedScript,
  Word as ParsedWord,
  Pipeline,
  PipelineNode,
  Redirection,
  Statement,
  TestExpression,
} from 'unbash';
import type { Assignment, Piece, Redirect, ShellCommand, ShellNode, Word } from '../script.ts';
import { isBothTo } from './bothTo.ts';
import { conditionOf, NUMERIC_TESTS, PAIR_TESTS, type Primary, UNARY_TESTS } from './conditions.ts';
import { NotUnderstood, refuse } from './notUnderstood.ts';
import { addText } from './pieces.ts';
import { secondWord } from './secondWord.ts';

/** Throws NotUnderstood. */
export function scriptOfSecond(parsed: ParsedScript, at = 0): ShellNode {
  const fault = parsed.errors?.[0];
  if (fault !== undefined) throw new NotUnderstood('permissions.shell.syntax', fault.pos);
  return statements(parsed.commands, at);
}

const word = (parsed: ParsedWord): Word => secondWord(parsed, scriptOfSecond);
const list = ({ commands, pos }: CompoundList): ShellNode => statements(commands, pos);

function statements(commands: readonly Statement[], at: number): ShellNode {
  const nodes = commands.map((one) => statement(one));
  const first = nodes[0];
  const last = nodes.at(-1);
  if (first === undefined || last === undefined) return refuse(at, 'permissions.shell.empty');
  const background = commands.at(-1)?.background === true;
  if (nodes.length === 1 && !background) return first;
  const parts = nodes.map((node, index) => {
    const beside = commands[index - 1]?.background === true;
    return { node, joined: index === 0 ? ('first' as const) : beside ? ('&' as const) : (';' as const) };
  });
  return { kind: 'list', start: first.start, end: last.end, parts, background };
}

function statement({ command, pos, end }: Statement): ShellNode {
  if (command.type !== 'AndOr') return pipelineNode(command);
  const parts = command.commands.map((one, index) => ({
    node: pipelineNode(one),
    joined: index === 0 ? ('first' as const) : (command.operators[index - 1] ?? refuse(pos)),
  }));
  return { kind: 'list', start: pos, end, parts, background: false };
}

function pipelineNode(node: PipelineNode): ShellNode {
  return node.type === 'Pipeline' ? pipeline(node) : commandNode(node);
}

function pipeline(node: Pipeline): ShellNode {
  const parts = node.commands.map(commandNode);
  const first = parts[0];
  if (first === undefined) return refuse(node.pos);
  for (const prefix of [...node.prefixes].reverse()) {
    if (prefix.type === 'Negation') continue;
    // `time` is a keyword here and a word of the command there.
    if (first.kind !== 'command' || first.words.length === 0 || first.assignments.length > 0) refuse(prefix.pos);
    if (first.redirects.some((redirect) => redirect.start < (first.words[0]?.start ?? 0))) refuse(prefix.pos);
    const words = [{ pos: prefix.pos, end: prefix.keywordEnd, text: 'time' }];
    if (prefix.posix !== undefined) words.push({ ...prefix.posix, text: '-p' });
    if (prefix.endOfOptions !== undefined) words.push({ ...prefix.endOfOptions, text: '--' });
    first.words.unshift(...words.map((word) => plainWord(word.text, word.pos, word.end)));
  }
  if (parts.length === 1) return first;
  return { kind: 'pipeline', start: node.pos, end: node.end, parts };
}

function commandNode(node: CommandNode): ShellNode {
  switch (node.type) {
    case 'Command':
      return command(node);
    case 'Redirected': {
      const made = compound(node.command);
      made.redirects.push(...node.redirects.map(redirect));
      return made;
    }
    case 'Function':
    case 'Coproc':
      return refuse(node.pos);
    default:
      return compound(node);
  }
}

function compound(node: CompoundCommand): Exclude<ShellNode, { kind: 'list' | 'pipeline' }> {
  const span = { start: node.pos, end: node.end };
  switch (node.type) {
    case 'Subshell':
      return { kind: 'subshell', ...span, body: list(node.body), redirects: [] };
    case 'BraceGroup':
      return { kind: 'group', ...span, body: list(node.body), redirects: [] };
    case 'If': {
      const elif = node.elif.flatMap((one) => [list(one.clause), list(one.then)]);
      const last = node.else === undefined ? [] : [list(node.else)];
      return { kind: 'if', ...span, parts: [list(node.clause), list(node.then), ...elif, ...last], redirects: [] };
    }
    case 'While':
      return { kind: node.kind, ...span, parts: [list(node.clause), list(node.body)], redirects: [] };
    case 'For': {
      if (node.wordlist === undefined) return refuse(node.pos);
      const words = node.wordlist.map(word);
      return { kind: 'for', ...span, variable: node.name.text, words, body: list(node.body), redirects: [] };
    }
    case 'Case':
      return {
        kind: 'case',
        ...span,
        subject: word(node.word),
        patterns: node.items.flatMap((item) => item.pattern.map(word)),
        branches: node.items.flatMap((item) => (item.body.commands.length === 0 ? [] : [list(item.body)])),
        redirects: [],
      };
    case 'TestCommand': {
      const condition = conditionOf(primaries(node.expression), span);
      return condition.kind === 'list' || condition.kind === 'pipeline' ? refuse(node.pos) : condition;
    }
    default:
      return refuse(node.pos);
  }
}

/** `[[ … ]]`: what is tested, without what joins it. */
function primaries(test: TestExpression): Primary[] {
  const span = { start: test.pos, end: test.end };
  switch (test.type) {
    case 'TestLogical':
      return test.operands.flatMap(primaries);
    case 'TestNot':
      return primaries(test.operand);
    case 'TestGroup':
      return primaries(test.expression);
    case 'TestUnary':
      // A word alone comes as `-n` in front of it.
      if (test.operand.pos === test.pos) return [{ ...span, operands: [word(test.operand)] }];
      if (!UNARY_TESTS.has(test.operator)) return refuse(test.pos);
      return [{ ...span, operator: test.operator, operands: [word(test.operand)] }];
    case 'TestBinary':
      if (!PAIR_TESTS.has(test.operator) && !NUMERIC_TESTS.has(test.operator)) return refuse(test.pos);
      return [{ ...span, operator: test.operator, operands: [word(test.left), word(test.right)] }];
  }
}

function command(node: Command): ShellCommand {
  const made: ShellCommand = {
    kind: 'command',
    start: node.pos,
    end: node.end,
    words: [],
    assignments: [],
    redirects: [],
  };
  for (const part of [...node.prefix, ...(node.name === undefined ? [] : [node.name]), ...node.suffix]) {
    if (part.type === 'Word') made.words.push(word(part));
    else if (part.type !== 'Assignment') made.redirects.push(redirect(part));
    else if (made.words.length === 0) made.assignments.push(assignment(part));
    else made.words.push(assignmentWord(part));
  }
  return made;
}

function assignment({ pos, end, name, value, append, index }: ParsedAssignment): Assignment {
  if (value.type !== 'Word' || index !== undefined) return refuse(pos);
  return { start: pos, end, name, append: append === true, value: word(value) };
}

function assignmentWord(parsed: ParsedAssignment): Word {
  const { name, append, value } = assignment(parsed);
  const pieces: Piece[] = [];
  addText(pieces, `${name}${append ? '+' : ''}=`, false);
  for (const piece of value.pieces) {
    if (piece.kind === 'text') addText(pieces, piece.text, piece.quoted);
    else pieces.push(piece);
  }
  return { start: parsed.pos, end: parsed.end, pieces };
}

function redirect(node: Redirection): Redirect {
  const { descriptor } = node;
  const at = { start: node.pos, end: node.end };
  if (descriptor !== undefined && descriptor.type !== 'FileDescriptor') return refuse(node.pos);
  const fd = descriptor === undefined ? {} : { fd: descriptor.value };
  if (node.type === 'HereDoc') {
    const { delimiter, body, operator } = node;
    if (delimiter === undefined || descriptor !== undefined || node.closing === undefined) return refuse(node.pos);
    if (!delimiter.quoted && body.parts?.some((part) => part.type !== 'Literal')) refuse(body.pos);
    return { kind: 'heredoc', ...at, text: operator === '<<-' ? body.text.replace(/^\t+/gm, '') : body.text };
  }
  const { target } = node;
  if (target === undefined) return refuse(node.pos);
  if (node.type === 'HereString') {
    if (descriptor !== undefined) refuse(node.pos);
    return { kind: 'herestring', ...at, word: word(target) };
  }
  if (node.operator === '>&' || node.operator === '<&') {
    if (isBothTo(node.operator, descriptor?.value, target.text))
      return { kind: 'file', ...at, operator: '&>', target: word(target) };
    if (target.text === '-') return { kind: 'copy', ...at, ...fd, to: 'closed' };
    return /^\d+$/.test(target.text) ? { kind: 'copy', ...at, ...fd, to: Number(target.text) } : refuse(node.pos);
  }
  return { kind: 'file', ...at, operator: node.operator, ...fd, target: word(target) };
}

function plainWord(text: string, start: number, end: number): Word {
  return { start, end, pieces: [{ kind: 'text', text, quoted: false }] };
}
