// What is known of a shell between two commands: its folders and its variables.
import type { Redirect, ShellNode } from './script.ts';
import type { Arg } from './words.ts';

/** Every folder that may be the current one; undefined when that cannot be told. */
export type Folders = readonly string[] | undefined;
/** `moved`: the folder may have changed since the script began. */
export type State = { folders: Folders; moved: boolean; variables: Map<string, Arg> };
/** The words of the commands whose output comes in. */
export type Upstream = readonly Arg[][] | undefined;

const MAX_FOLDERS = 4;

export const UNKNOWN: Arg = { kind: 'unknown', text: '', whole: false, numeric: false };
export const MOVES = new Set(['cd', 'pushd', 'popd']);

/** What is redirected does not come from the commands before. */
export function inputOf(redirects: readonly Redirect[], upstream: Upstream): Upstream {
  const given = redirects.some(
    (redirect) =>
      redirect.kind === 'heredoc' ||
      redirect.kind === 'herestring' ||
      (redirect.kind === 'copy' ? redirect.fd === 0 || redirect.fd === undefined : redirect.operator.startsWith('<')),
  );
  return given ? undefined : upstream;
}

export function copy(state: State): State {
  return { ...state, variables: new Map(state.variables) };
}

export function isConditional(joined: string | undefined): boolean {
  return joined === '&&' || joined === '||';
}

/** A variable that is not the same on both ways is one that nothing is known of. */
export function either(a: State, b: State): State {
  if (a === b) return a;
  const variables = new Map<string, Arg>();
  for (const [name, value] of a.variables) {
    const other = b.variables.get(name);
    if (other !== undefined) variables.set(name, sameArg(value, other) ? value : UNKNOWN);
  }
  const folders =
    a.folders === undefined || b.folders === undefined ? undefined : limited(new Set([...a.folders, ...b.folders]));
  return { folders, moved: a.moved || b.moved, variables };
}

function sameArg(a: Arg, b: Arg): boolean {
  return a === b || (a.kind === b.kind && a.kind === 'literal' && a.text === b.text);
}

export function limited(folders: ReadonlySet<string>): Folders {
  return folders.size > MAX_FOLDERS ? undefined : [...folders];
}

/** Whether some command of this shell has such a word among its first; words that are not literal count as such. */
export function mentions(node: ShellNode, wanted: (word: string) => boolean): boolean {
  const stack: ShellNode[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    switch (next.kind) {
      case 'command':
        if (
          next.words.slice(0, 4).some((word) => {
            const text = word.pieces.map((piece) => (piece.kind === 'text' ? piece.text : '\u0000')).join('');
            return wanted(text) || (word === next.words[0] && text.includes('\u0000'));
          })
        )
          return true;
        break;
      case 'pipeline':
        // In shells of their own.
        break;
      case 'list':
        stack.push(...next.parts.map((part) => part.node));
        break;
      case 'subshell':
        break;
      case 'group':
      case 'for':
        stack.push(next.body);
        break;
      case 'case':
        stack.push(...next.branches);
        break;
      default:
        stack.push(...next.parts);
    }
  }
  return false;
}
