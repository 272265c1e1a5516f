// Redirections as the first parser sees them, wherever they stand.

import type { Redirect, ShellCommand, ShellNode, Word } from '../script.ts';
import { isBothTo } from './bothTo.ts';
import { readHereDocument } from './hereDocument.ts';
import { refuse } from './notUnderstood.ts';
import type { Tree } from './treeSitter.ts';
import { isToken, type ReadContext } from './treeSitterNodes.ts';
import { isWord, wordOf } from './treeSitterWords.ts';

const REDIRECTS = new Set(['file_redirect', 'herestring_redirect', 'heredoc_redirect']);

export function isRedirect(node: Tree): boolean {
  return REDIRECTS.has(node.type);
}

/** What redirections may stand behind. */
export type Redirected = Exclude<ShellNode, { kind: 'pipeline' | 'list' }>;

/** Adds the redirection, and the words that stand behind its target. */
export function addRedirect(node: Tree, target: Redirected, context: ReadContext): void {
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
      if (/^\d+[<>]/.test(context.text.slice(text.start, text.end + 1))) refuse(text.start);
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

function fileRedirect(node: Tree, context: ReadContext): { redirect: FileRedirect; words: Word[] } {
  const children = [...node.children];
  const { fd, operator } = operatorOf(children, context);
  const [destination, ...others] = children;
  if (![destination, ...others].every((child) => child === undefined || isWord(child))) refuse(node.start);
  // In `>2>&1` bash takes the number for a descriptor, and then finds no file.
  if (destination !== undefined && /^\d+[<>]/.test(context.text.slice(destination.start, destination.end + 1))) {
    refuse(destination.start);
  }
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
      if (destination !== undefined && isBothTo(operator.type, fd, number)) {
        return { redirect: { kind: 'file', operator: '&>', ...at, target: wordOf(destination, context) }, words };
      }
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
function operatorOf(children: Tree[], { text }: ReadContext): { fd?: number; operator: Tree } {
  const first = children.shift();
  if (first === undefined) throw refuse(0);
  if (first.type !== 'file_descriptor') return { operator: first };
  const number = text.slice(first.start, first.end);
  const operator = children.shift();
  if (operator === undefined || operator.start !== first.end || !/^\d{1,3}$/.test(number)) refuse(first.start);
  return { fd: Number(number), operator };
}

/** Files may be redirected on the same line; commands there would be children of the redirection and are refused. */
function addHereDocument(node: Tree, target: Redirected, context: ReadContext): void {
  if (target.kind === 'command') addLostDash(node.start, target, context);
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

/** In front of `<<` the parser drops a word that is nothing but a dash, and only there. */
function addLostDash(start: number, { words }: ShellCommand, { text }: ReadContext): void {
  const at = text.lastIndexOf('-', start);
  const last = words.at(-1);
  if (last === undefined || at < last.end || !/^[ \t]+-[ \t]+$/.test(text.slice(last.end, start))) return;
  words.push({ start: at, end: at + 1, pieces: [{ kind: 'text', text: '-', quoted: false }] });
}
