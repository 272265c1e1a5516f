// The first parser: loads tree-sitter's grammar of bash and turns its trees into plain data.
import { readFile } from 'node:fs/promises';
import type { Language, Parser } from 'web-tree-sitter';
import { MAX_DEPTH, MAX_NODES, MAX_PARSE_TIME } from '../limits.ts';
import { NotUnderstood } from './notUnderstood.ts';

/** `named`: a rule of the grammar; otherwise `type` is the token as it is written. Places in UTF-16 units. */
export type Tree = { type: string; named: boolean; start: number; end: number; children: Tree[] };

/** Throws NotUnderstood for what the grammar does not take whole. */
export type Grammar = { parse(text: string): Tree };

/** Files of WebAssembly: the runtime of tree-sitter, and the grammar. */
export type GrammarFiles = { runtime: string; grammar: string };

/** Rejects when a file is missing or does not fit. */
export async function loadGrammar(files: GrammarFiles): Promise<Grammar> {
  const [{ Parser, Language }, wasmBinary, grammar] = await Promise.all([
    import('web-tree-sitter'),
    readFile(files.runtime),
    readFile(files.grammar),
  ]);
  await Parser.init({ wasmBinary });
  const language = await Language.load(grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  return { parse: (text) => parseWhole(parser, language, text) };
}

function parseWhole(parser: Parser, language: Language, text: string): Tree {
  const end = Date.now() + MAX_PARSE_TIME;
  const tree = parser.parse(text, null, { progressCallback: () => Date.now() > end });
  if (tree === null) {
    // Otherwise the next text would be answered with the rest of this one.
    parser.reset();
    throw new NotUnderstood('permissions.shell.tooSlow');
  }
  try {
    const root = tree.rootNode;
    if (root.hasError) throw new NotUnderstood('permissions.shell.syntax', firstFault(tree.walk()));
    if (root.type !== 'program' || text.slice(root.endIndex).trim() !== '') {
      throw new NotUnderstood('permissions.shell.syntax', root.endIndex);
    }
    const plain = plainTree(tree.walk(), language.types);
    checkGaps(plain, text);
    return plain;
  } finally {
    tree.delete();
  }
}

type Cursor = ReturnType<NonNullable<ReturnType<Parser['parse']>>['walk']>;

function plainTree(cursor: Cursor, types: string[]): Tree {
  const node = (): Tree => ({
    type: types[cursor.nodeTypeId] ?? '',
    named: cursor.nodeIsNamed,
    start: cursor.startIndex,
    end: cursor.endIndex,
    children: [],
  });
  const root = node();
  const parents = [root];
  let current = root;
  let count = 1;
  try {
    for (;;) {
      if (cursor.gotoFirstChild()) {
        parents.push(current);
      } else {
        while (!cursor.gotoNextSibling()) {
          if (!cursor.gotoParent()) return root;
          parents.pop();
        }
      }
      current = node();
      parents.at(-1)?.children.push(current);
      count += 1;
      if (count > MAX_NODES || parents.length > MAX_DEPTH) {
        throw new NotUnderstood('permissions.shell.tooComplex', current.start);
      }
    }
  } finally {
    cursor.delete();
  }
}

/** What no node covers must be blank: the parser passes over some of what bash reads. */
function checkGaps(root: Tree, text: string): void {
  let at = 0;
  const visit = (node: Tree): void => {
    if (node.named && node.type === 'string') {
      // Inside quotes blanks are text, and are read from the text itself.
      checkGap(text, at, node);
      for (const child of node.children) {
        if (!child.type.endsWith('_substitution')) continue;
        at = child.start;
        visit(child);
      }
      at = node.end;
    } else if (node.children.length === 0) {
      checkGap(text, at, node);
      at = node.end;
    } else {
      for (const child of node.children) visit(child);
    }
  };
  visit(root);
  if (!BLANK.test(text.slice(at))) throw new NotUnderstood('permissions.shell.construct', at);
}

const BLANK = /^(?:[ \t\n]|\\\n)*$/;

function checkGap(text: string, from: number, node: Tree): void {
  const gap = text.slice(from, node.start);
  // The one word that is known to get lost, and is found again: see treeSitterRedirects.ts.
  const lostDash = node.type.startsWith('<<') && /^[ \t]+-[ \t]+$/.test(gap);
  if (!BLANK.test(gap) && !lostDash) throw new NotUnderstood('permissions.shell.construct', from);
}

/** Where the first error stands, or the first thing that is missing. */
function firstFault(cursor: Cursor): number {
  try {
    for (let steps = 0; steps < MAX_NODES; steps += 1) {
      const node = cursor.currentNode;
      if (node.isError || node.isMissing) return node.startIndex;
      if (node.hasError && cursor.gotoFirstChild()) continue;
      while (!cursor.gotoNextSibling()) {
        if (!cursor.gotoParent()) return node.startIndex;
      }
    }
    return cursor.startIndex;
  } finally {
    cursor.delete();
  }
}
