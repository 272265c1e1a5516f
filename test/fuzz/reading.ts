// What the reader of scripts says a script consists of, held against what bash ran: nothing may have run that was not read.
import type { ShellCommand, ShellNode, Word } from '../../src/permissions/shell/script.ts';

/** Builtins that run words, or make words mean something else: what they do is not for the reader to see. */
const RUNS_WORDS =
  /^(eval|\.|source|trap|alias|unalias|exec|command|builtin|hash|enable|set|shopt|declare|typeset|local|export|readonly|unset|mapfile|readarray|let|read|test|\[|printf|getopts|timeout|nice|nohup|stdbuf|env|xargs|coproc|time|bind|complete|compgen|fc|wait|cd|pushd|popd)$/;

/** The first marker that ran and was not read, or undefined. Scripts with words that run words are not judged. */
export function notRead(script: ShellNode, ran: string[][]): string[] | undefined {
  const commands = commandsOf(script);
  const names = commands.flatMap(({ words }) => (words[0] === undefined ? [] : [textOf(words[0])]));
  const judged = names.every((name) => name !== undefined && !RUNS_WORDS.test(name));
  if (!judged || commands.some(({ assignments }) => assignments.length > 0)) return undefined;
  return ran.find((argv) => !commands.some(({ words }) => matches(words, argv)));
}

/** All simple commands, those inside substitutions too. */
export function commandsOf(node: ShellNode): ShellCommand[] {
  const inRedirects = (redirects: ShellCommand['redirects']) =>
    redirects.flatMap((one) =>
      inWords(one.kind === 'file' ? [one.target] : one.kind === 'herestring' ? [one.word] : []),
    );
  const inWords = (words: Word[]) =>
    words.flatMap(({ pieces }) =>
      pieces.flatMap((piece) => (piece.kind === 'substitution' ? commandsOf(piece.body) : [])),
    );
  switch (node.kind) {
    case 'command':
      return [
        node,
        ...inWords([...node.words, ...node.assignments.map((one) => one.value)]),
        ...inRedirects(node.redirects),
      ];
    case 'pipeline':
      return node.parts.flatMap(commandsOf);
    case 'list':
      return node.parts.flatMap((part) => commandsOf(part.node));
    case 'subshell':
    case 'group':
      return [...commandsOf(node.body), ...inRedirects(node.redirects)];
    case 'if':
    case 'while':
    case 'until':
      return [...node.parts.flatMap(commandsOf), ...inRedirects(node.redirects)];
    case 'for':
      return [...inWords(node.words), ...commandsOf(node.body), ...inRedirects(node.redirects)];
    case 'case':
      return [
        ...inWords([node.subject, ...node.patterns]),
        ...node.branches.flatMap(commandsOf),
        ...inRedirects(node.redirects),
      ];
  }
}

/** Undefined where bash puts something else in the place of a piece. */
function textOf({ pieces }: Word): string | undefined {
  const texts = pieces.map((piece) => (piece.kind === 'text' ? piece.text : undefined));
  return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
}

/** A word that bash replaces stands for any number of words, but for the literal pieces at its ends. */
function matches(words: Word[], argv: string[], word = 0, at = 0): boolean {
  const wanted = words[word];
  if (wanted === undefined) return at === argv.length;
  const text = textOf(wanted);
  if (text !== undefined) return argv[at] === text && matches(words, argv, word + 1, at + 1);
  const quoted =
    wanted.pieces.every((piece) => !('quoted' in piece) || piece.quoted) &&
    wanted.pieces.every((piece) => piece.kind !== 'glob');
  for (let next = quoted ? at + 1 : at; next <= argv.length && (!quoted || next === at + 1); next += 1) {
    if (matches(words, argv, word + 1, next)) return true;
  }
  return false;
}
