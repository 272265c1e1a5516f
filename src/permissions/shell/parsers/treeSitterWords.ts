// Words as the first parser sees them: nodes of the tree made pieces, quotes and escapes taken off.

import type { Piece, Word } from '../script.ts';
import { decodeAnsiQuoted } from './ansiQuoted.ts';
import { refuse } from './notUnderstood.ts';
import { addText } from './pieces.ts';
import type { Tree } from './treeSitter.ts';
import { inside, type ReadContext } from './treeSitterNodes.ts';

const WORD_TYPES = new Set([
  ...['word', 'number', 'raw_string', 'ansi_c_string', 'string', 'concatenation', 'simple_expansion', 'expansion'],
  ...['command_substitution', 'process_substitution', 'brace_expression', 'variable_name', 'test_operator'],
  'extglob_pattern',
]);
/** Tokens that the grammar does not call words, and bash does. */
const WORD_TOKENS = new Set(['$', '=', '==', '!=', '=~', '!', '-a', '-o']);

export function isWord(node: Tree): boolean {
  return node.named ? WORD_TYPES.has(node.type) : WORD_TOKENS.has(node.type);
}

export function wordOf(node: Tree, context: ReadContext): Word {
  return wordOfParts([node], context);
}

/** Parts of one word that the grammar keeps side by side. */
export function wordOfParts(parts: readonly Tree[], context: ReadContext): Word {
  const pieces: Piece[] = [];
  const start = parts[0]?.start ?? 0;
  let end = start;
  for (const part of parts) {
    if (part.start !== end) refuse(part.start);
    addNode(part, pieces, context);
    end = part.end;
  }
  const first = pieces[0];
  if (first?.kind === 'text' && !first.quoted && first.text.startsWith('#')) refuse(start);
  return { start, end, pieces };
}

function addNode(node: Tree, pieces: Piece[], context: ReadContext): void {
  const { text } = context;
  if (!node.named) {
    if (!WORD_TOKENS.has(node.type)) refuse(node.start);
    addText(pieces, node.type, false);
    return;
  }
  switch (node.type) {
    case 'word':
    case 'number':
    case 'variable_name':
    case 'test_operator':
    case 'extglob_pattern':
    case 'brace_expression':
      addUnquoted(text, node, pieces);
      return;
    case 'raw_string':
      addText(pieces, text.slice(node.start + 1, node.end - 1), true);
      return;
    case 'ansi_c_string':
      addText(pieces, decodeAnsiQuoted(text.slice(node.start, node.end)) ?? refuse(node.start), true);
      return;
    case 'string':
      addString(node, pieces, context);
      return;
    case 'concatenation':
      addConcatenation(node, pieces, context);
      return;
    default:
      pieces.push(expansionOf(node, false, context));
  }
}

function addConcatenation(node: Tree, pieces: Piece[], context: ReadContext): void {
  let at = node.start;
  for (const child of node.children) {
    if (child.start !== at || child.type === 'concatenation') refuse(child.start);
    addNode(child, pieces, context);
    at = child.end;
  }
  if (at !== node.end) refuse(at);
}

/** Outside quotes: behind a backslash everything is itself. */
function addUnquoted(text: string, { start, end }: Tree, pieces: Piece[]): void {
  let at = start;
  while (at < end) {
    const character = text[at] ?? '';
    if (character === '\\') {
      const next = text.codePointAt(at + 1);
      if (next === undefined || at + 1 >= end || next === 10) refuse(at);
      addText(pieces, String.fromCodePoint(next), true);
      at += next > 0xffff ? 3 : 2;
    } else {
      // A sign that has a meaning of its own has a node of its own, unless the parser is mistaken.
      if (/["'`$&|;<>() \t\n]/.test(character)) refuse(at);
      addText(pieces, character, false);
      at += 1;
    }
  }
}

/** Blanks in front of an expansion have no node, or belong to its first token: only places count. */
function addString(node: Tree, pieces: Piece[], context: ReadContext): void {
  const { text } = context;
  const end = node.end - 1;
  if (text[node.start] !== '"' || text[end] !== '"' || end <= node.start) refuse(node.start);
  if (end === node.start + 1) addText(pieces, '', true);
  let at = node.start + 1;
  for (const child of node.children.slice(1, -1)) {
    if (!child.named || child.type === 'string_content') continue;
    const start = child.start + (/^[ \t\n]*/.exec(text.slice(child.start, child.end))?.[0].length ?? 0);
    addQuoted(text, at, start, pieces);
    pieces.push(expansionOf({ ...child, start }, true, context));
    at = child.end;
  }
  addQuoted(text, at, end, pieces);
}

/** What stands in double quotes between expansions. */
function addQuoted(text: string, start: number, end: number, pieces: Piece[]): void {
  let plain = '';
  for (let at = start; at < end; at += 1) {
    const character = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (character === '\\' && /[$`"\\\n]/.test(next)) {
      if (next === '\n' || at + 1 >= end) refuse(at);
      plain += next;
      at += 1;
    } else if (character === '`' || character === '"') {
      refuse(at);
    } else if (character === '$' && !isBareDollar(next)) {
      refuse(at);
    } else {
      plain += character;
    }
  }
  if (plain !== '') addText(pieces, plain, true);
}

/** Whether a `$` before this character is nothing but a sign, in double quotes. */
function isBareDollar(next: string): boolean {
  return /[ \t\n"/|).,:;&%^+=~<>\]}\\]/.test(next);
}

const VARIABLE = /^(?:\$([A-Za-z_]\w*|[0-9?$#!@*_-])|\$\{([A-Za-z_]\w*|[0-9?$#!@*_-]|[1-9]\d*)\})$/;

function expansionOf(node: Tree, quoted: boolean, context: ReadContext): Piece {
  const text = context.text.slice(node.start, node.end);
  switch (node.type) {
    case 'simple_expansion':
    case 'expansion': {
      const match = VARIABLE.exec(text);
      const name = match?.[1] ?? match?.[2];
      if (name === undefined) refuse(node.start, 'permissions.shell.expansion');
      return { kind: 'variable', name, quoted };
    }
    case 'command_substitution': {
      const backticks = text.startsWith('`');
      // Inside backticks, backslashes and double quotes are read twice.
      if (backticks ? !/^`[^`\\"]*`$/.test(text) : !/^\$\([^(][\s\S]*\)$/.test(text)) refuse(node.start);
      return { kind: 'substitution', form: 'command', body: context.statements(inside(node), node.start), quoted };
    }
    case 'process_substitution': {
      const form = text.startsWith('<(') ? 'processIn' : 'processOut';
      if (quoted || !/^[<>]\([\s\S]*\)$/.test(text)) refuse(node.start);
      return { kind: 'substitution', form, body: context.statements(inside(node), node.start), quoted };
    }
    default:
      return refuse(node.start);
  }
}
