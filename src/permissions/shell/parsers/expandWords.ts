// What bash makes of words that both parsers read alike: braces written out, a tilde in front, patterns.

import { MAX_BRACE_WORDS } from '../limits.ts';
import type { Assignment, Piece, Redirect, ShellCommand, ShellNode, Word } from '../script.ts';
import { expandBraces } from './braces.ts';
import { NotUnderstood, refuse } from './notUnderstood.ts';
import { addText } from './pieces.ts';

/** Throws NotUnderstood. The script that is given is not changed. */
export function expandWords(script: ShellNode): ShellNode {
  let room = MAX_BRACE_WORDS;
  const several = (words: Word[]): Word[] =>
    words.flatMap((word) => {
      const written = expandBraces(word);
      if (written[0] !== word) room -= written.length;
      if (room < 0) throw new NotUnderstood('permissions.shell.tooComplex', word.start);
      return written.map((one) => finished(one, nodeOf));
    });
  const one = (word: Word): Word => {
    if (expandBraces(word)[0] !== word) refuse(word.start);
    return finished(word, nodeOf);
  };
  const redirects = (all: Redirect[]): Redirect[] =>
    all.map((redirect) => {
      if (redirect.kind === 'file') return { ...redirect, target: one(redirect.target) };
      return redirect.kind === 'herestring' ? { ...redirect, word: one(redirect.word) } : redirect;
    });
  const assignment = (made: Assignment): Assignment => {
    // Behind `=` and `:` a tilde is a home folder; of two, the second would be overlooked.
    if (hasUnquoted(made.value, /:~/)) refuse(made.start);
    return { ...made, value: one(made.value) };
  };
  const command = (made: ShellCommand): ShellCommand => {
    const [name] = made.words;
    const declares = name?.pieces.length === 1 && name.pieces[0]?.kind === 'text' && DECLARES.has(name.pieces[0].text);
    return {
      ...made,
      words: declares ? made.words.map(one) : several(made.words),
      assignments: made.assignments.map(assignment),
      redirects: redirects(made.redirects),
    };
  };
  function nodeOf(node: ShellNode): ShellNode {
    switch (node.kind) {
      case 'command':
        return command(node);
      case 'pipeline':
        return { ...node, parts: node.parts.map(nodeOf) };
      case 'list':
        return { ...node, parts: node.parts.map((part) => ({ ...part, node: nodeOf(part.node) })) };
      case 'subshell':
      case 'group':
        return { ...node, body: nodeOf(node.body), redirects: redirects(node.redirects) };
      case 'if':
      case 'while':
      case 'until':
        return { ...node, parts: node.parts.map(nodeOf), redirects: redirects(node.redirects) };
      case 'for':
        return { ...node, words: several(node.words), body: nodeOf(node.body), redirects: redirects(node.redirects) };
      case 'case':
        return {
          ...node,
          subject: one(node.subject),
          patterns: node.patterns.map(one),
          branches: node.branches.map(nodeOf),
          redirects: redirects(node.redirects),
        };
    }
  }
  return nodeOf(script);
}

/** Their words with `=` are not written out as braces, and a tilde behind `=` is a home folder. */
const DECLARES = new Set(['declare', 'typeset', 'export', 'local', 'readonly']);

function hasUnquoted(word: Word, pattern: RegExp): boolean {
  return word.pieces.some((piece) => piece.kind === 'text' && !piece.quoted && pattern.test(piece.text));
}

/** Most words have nothing in them that is more than text. */
function finished(word: Word, nodeOf: (node: ShellNode) => ShellNode): Word {
  if (!word.pieces.some((piece) => piece.kind === 'substitution' || isActive(piece))) return word;
  const pieces: Piece[] = [];
  for (const [index, piece] of word.pieces.entries()) {
    if (piece.kind === 'substitution') pieces.push({ ...piece, body: nodeOf(piece.body) });
    else if (!isActive(piece)) pieces.push(piece);
    else addActive(piece.text, index, word, pieces);
  }
  return { ...word, pieces };
}

type Text = Extract<Piece, { kind: 'text' }>;
function isActive(piece: Piece): piece is Text {
  return piece.kind === 'text' && !piece.quoted && /[~*?[]/.test(piece.text);
}

function addActive(text: string, index: number, word: Word, pieces: Piece[]): void {
  // `make prefix=~/x` names the home folder, as in an assignment.
  if (index === 0 && /^[A-Za-z_]\w*\+?=(?:~|.*:~)/s.test(text)) refuse(word.start, 'permissions.shell.tilde');
  if (index > 0 && /^~|:~/.test(text) && /^[A-Za-z_]\w*\+?=/.test(startOf(word)))
    refuse(word.start, 'permissions.shell.tilde');
  let rest = text;
  if (index === 0 && text.startsWith('~')) {
    const alone = text.length === 1 && word.pieces.length === 1;
    if (!alone && text[1] !== '/') refuse(word.start, 'permissions.shell.tilde');
    pieces.push({ kind: 'tilde' });
    rest = text.slice(1);
  }
  let plain = '';
  for (let at = 0; at < rest.length; at += 1) {
    const character = rest[at] ?? '';
    const pattern = character === '[' ? bracketAt(rest, at, word, index) : /[*?]/.test(character) ? character : '';
    if (pattern === '') {
      plain += character;
      continue;
    }
    if (plain !== '') addText(pieces, plain, false);
    plain = '';
    pieces.push({ kind: 'glob', text: pattern });
    at += pattern.length - 1;
  }
  if (plain !== '') addText(pieces, plain, false);
}

function startOf({ pieces: [first] }: Word): string {
  return first?.kind === 'text' && !first.quoted ? first.text : '';
}

/** `[a-z]`; empty for a bracket that is closed nowhere in the word. Quotes inside are not understood. */
function bracketAt(text: string, at: number, word: Word, index: number): string {
  const match = /^\[[!^]?\]?(?:\[[:.=][a-z]*[:.=]\]|[^\]/[])*\]/.exec(text.slice(at));
  if (match !== null) return match[0];
  const later = text.slice(at + 1).includes(']');
  const behind = word.pieces.slice(index + 1);
  if (later || behind.some((piece) => piece.kind !== 'text' || piece.text.includes(']'))) refuse(word.start);
  return '';
}
